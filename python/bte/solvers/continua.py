"""The continuum correction: heat that a residual makes, and where it diffuses.

One diffusion equation for each mode of the spectrum (`bte.solvers.modes`). A gray material has one,
with the conductivity of the bulk; its paths are limited by the size of the bodies.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.conditions.interface import TransmissionTable
from bte.conditions.kapitza import interface_conductance
from bte.continuum.coefficients import Coefficients, wall_conductances
from bte.continuum.linear import Solver, make_preconditioner
from bte.continuum.operator import assemble
from bte.packing import Kind, Packed
from bte.packing.arrays import Array
from bte.packing.crystals import relative_tensors
from bte.packing.parts import thickness
from bte.solvers.coupling import Coupling
from bte.solvers.modes import mode_count, spectral_modes

#: No more of a band is transmitted and returned, in the conductance of an interface.
_LEAST_RESISTANCE = 1e-3

#: Where a region takes no part in a mode its heat is lost at once: times its scattering.
_AT_ONCE = 1e6


class Continuum(NamedTuple):
    """One diffusion equation.

    Attributes
    ----------
    solve : callable
        From heat at the nodes to the field E.
    share : (n_region, n_band)
        With what amplitude a band takes part in E.
    """

    solve: Solver
    share: Array


def make_continua(coupling: Coupling, threads: int) -> tuple[Continuum, ...]:
    """Prepare the diffusion equations of all modes that pay."""
    packed = coupling.packed
    count = mode_count(packed)
    continua = []
    for mode, amplitude in enumerate(spectral_modes(packed, count)):
        share = _by_band(packed, amplitude)
        if mode == 0:
            coefficients = _bulk(packed, limited=count == 1)
        else:
            coefficients = _mode(coupling, amplitude, share)
        continua.append(
            Continuum(make_preconditioner(assemble(packed, coefficients), threads), share)
        )
    return tuple(continua)


def _bulk(packed: Packed, limited: bool) -> Coefficients:
    """Return the coefficients of the first mode, in which all bands are at one temperature.

    ``limited``: the conductivity is ``sum C v Lambda / (3 (1 + Lambda / l))`` with the thickness l
    of the thinnest body, since longer paths do not diffuse.
    """
    total = packed.flux_capacity.sum(axis=1)
    path = packed.mean_free_path
    if limited:
        path = path / (1.0 + path / thickness(packed).min())
    return Coefficients(
        conductivity=np.asarray((packed.flux_capacity * path).sum(axis=1) / 3.0),
        wall=wall_conductances(packed, "local", slipping=True),
        contact=np.array([interface_conductance(table, "local") for table in packed.tables]),
        least_penalty=0.25 * total,
        tensor=relative_tensors(packed),
    )


def _mode(coupling: Coupling, amplitude: Array, share: Array) -> Coefficients:
    """Return the coefficients of a further mode: sums over groups with their amplitudes c.

    Conduction, walls and interfaces carry ``c^2``; scattering ``(1 - c)^2`` is lost, and what
    faces that mix the bands make of a mode that sets them apart.
    """
    packed, sides = coupling.packed, coupling.packed.sides
    square = amplitude**2
    flux = packed.flux_capacity
    partaking = amplitude.any(axis=1)
    loss = (packed.scattering * (1.0 - amplitude) ** 2).sum(axis=1)
    hemisphere = (flux * square).sum(axis=1)
    contact = np.zeros(len(packed.tables))
    exchange = _returned(coupling, share)
    for index, table in enumerate(packed.tables):
        contact[index], own = _across(packed, table, share)
        mine = sides.contact == index
        exchange[mine] += own[np.where(sides.forward[mine], 0, 1)]
    return Coefficients(
        conductivity=np.asarray((flux * packed.mean_free_path * square).sum(axis=1) / 3.0),
        wall=np.where(sides.kind == Kind.ISOTHERMAL, 0.5 * hemisphere[sides.zone], 0.0),
        contact=contact,
        least_penalty=0.25 * hemisphere,
        absorption=np.where(partaking, loss, _AT_ONCE * packed.scattering.sum(axis=1)),
        exchange=exchange,
    )


def _returned(coupling: Coupling, share: Array) -> Array:
    """Return what sides take of a mode that they do not hand on (n_side,) [W/m2/K].

    Half of ``C v`` of what they do not give back, and of what mixing sides take from its shape.
    """
    packed, sides = coupling.packed, coupling.packed.sides
    states = packed.by_band(packed.flux_capacity)[sides.zone]
    mine = share[sides.zone]
    lost = 0.25 * (1.0 - coupling.kept) / (1.0 - 0.5 * (1.0 - coupling.kept))
    exchange = np.asarray((states * lost * mine**2).sum(axis=1))
    pooled = coupling.pooled
    mean = _weighted_mean(mine[pooled], states[pooled])
    spread = (states[pooled] * (mine[pooled] - mean[:, None]) ** 2).sum(axis=1)
    total = states[pooled].sum(axis=1)
    exchange[pooled] = 0.5 * spread + lost[pooled, 0] * mean**2 * total
    exchange[sides.kind == Kind.ISOTHERMAL] = 0.0
    return exchange


def _across(packed: Packed, table: TransmissionTable, share: Array) -> tuple[float, Array]:
    """Return the conductance between both sides of an interface, and what each loses more (2,)."""
    zone = [packed.mesh.region_names.index(name) for name in (table.first, table.second)]
    first, second = share[zone[0]], share[zone[1]]
    if table.mixing:
        first = np.full_like(first, _weighted_mean(first[None], table.emission[:1])[0])
        second = np.full_like(second, _weighted_mean(second[None], table.emission[1:])[0])
    resisting = np.maximum(table.resisting(0.5), _LEAST_RESISTANCE)
    conductance = table.forward * table.emission[0] / resisting
    between = float((conductance * first * second).sum())
    own = [float((conductance * side**2).sum()) - between for side in (first, second)]
    return between, np.array(own)


def _weighted_mean(values: Array, weight: Array) -> Array:
    total = weight.sum(axis=1)
    return np.asarray((values * weight).sum(axis=1) / np.where(total > 0, total, 1.0))


def _by_band(packed: Packed, amplitude: Array) -> NDArray[np.float64]:
    """Return the mean of group values over the branches of each band (n_region, n_band)."""
    flux = packed.by_band(packed.flux_capacity)
    product = packed.by_band(packed.flux_capacity * amplitude)
    return np.divide(product, flux, out=np.zeros_like(product), where=flux > 0)
