"""Bodies without an outlet: their heat must balance, and their level is fixed by the mean."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bte.conditions.boundary import HeatFlux
from bte.errors import BteError, quoted
from bte.packing.arrays import Array, Kind, Packed
from bte.packing.parts import exchanging_parts, numbered

log = logging.getLogger("bte")

#: Imbalance that interpolating a distributed source may leave, relative to that source.
_INTERPOLATION = 1e-2


def floating_nodes(packed: Packed) -> NDArray[np.int64]:
    """Return for each node the number of the floating part it belongs to, -1 for none (n_node,)."""
    return numbered(packed, *floating_parts(packed))


def floating_parts(packed: Packed) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the exchanging part of each cell, and of each part whether nothing fixes its level.

    Parts exchange heat within themselves, through plain faces and transmitting interfaces.
    """
    part, n_part = exchanging_parts(packed)
    sides = packed.sides
    floating = np.ones(n_part, dtype=bool)
    floating[part[sides.cell[sides.of(Kind.ISOTHERMAL, Kind.CONTACT)]]] = False
    return part, floating


def shifted(packed: Packed) -> tuple[Packed, float]:
    """Return the problem with wall temperatures measured from their middle, and that middle.

    So equilibrium is an exact zero, and nothing is lost to rounding where walls are far from T0.
    """
    sides = packed.sides
    walls = sides.of(Kind.ISOTHERMAL, Kind.CONTACT)
    if not len(walls):
        return packed, 0.0
    values = sides.temperature[walls]
    offset = 0.5 * float(values.min() + values.max())
    temperature = sides.temperature.copy()
    temperature[walls] -= offset
    return replace(packed, sides=replace(sides, temperature=temperature)), offset


def level(packed: Packed, field: Array, body: NDArray[np.int64], offset: float) -> Array:
    """Return what to add to a field at every node (n_node,) [K].

    The offset that was taken away; in a floating body (``body`` >= 0) less its mean, weighted with
    the heat capacity: the level that energy keeps.
    """
    afloat = body >= 0
    result = np.full(len(field), offset)
    if afloat.any():
        capacity = (packed.heat_capacity.sum(axis=1) + packed.optical)[packed.node_zone]
        weight = capacity * packed.mesh.node_volumes
        mean = np.bincount(body[afloat], (weight * field)[afloat]) / np.bincount(
            body[afloat], weight[afloat]
        )
        result[afloat] = -mean[body[afloat]]
    return result


def balanced(packed: Packed) -> Packed:
    """Return the problem with its distributed sources balanced where a part has no outlet.

    What balances in the continuum misses by the interpolation error; that much is spread over the
    part. Anything more has no steady state.

    Raises
    ------
    BteError
        Where a part is heated or cooled on the whole and no wall of it is isothermal.
    """
    part, floating = floating_parts(packed)
    if not floating.any():
        return packed
    afloat = np.unique(packed.mesh.cell_region[floating[part]])
    log.info(
        "no wall fixes the temperature of region %s: its mean is set to %g K",
        quoted(packed.mesh.region_names[i] for i in afloat),
        packed.problem.temperature,
    )
    mesh, sides, sources = packed.mesh, packed.sides, packed.sources
    node_part, volume = packed.at_nodes(part), mesh.node_volumes
    density = sources.density
    flux = sides.mean(sides.flux) * sides.area
    flux_part = part[sides.cell]

    def total(values: Array, index: NDArray[np.int64]) -> Array:
        return np.asarray(np.bincount(index, values, minlength=len(floating)), dtype=np.float64)

    net = total(density * volume, node_part) + total(flux, flux_part)
    gross = total(abs(density) * volume, node_part) + total(abs(flux), flux_part)
    loose = total(np.where(_distributed(packed), abs(density) * volume, 0.0), node_part)
    loose += total(np.where(_profiled(packed), abs(flux), 0.0), flux_part)
    allowed = np.maximum(1e-9 * gross, _INTERPOLATION * loose)
    for index in np.flatnonzero(floating & (np.abs(net) > allowed)):
        _refuse(packed, part == index, float(net[index]), float(gross[index]))
    shift = np.where(floating, net, 0.0) / total(volume, node_part)
    if (np.abs(shift) > 0).any():
        log.info("distributed sources are balanced by %s W/m3", np.round(shift, 3).tolist())
    thermal = sources.thermal - shift[node_part]
    power = {
        name: float(((thermal + sources.selective) * volume) @ (packed.node_zone == index))
        for index, name in enumerate(mesh.region_names)
        if name in sources.power
    }
    return replace(packed, sources=replace(sources, thermal=thermal, power=power))


def _distributed(packed: Packed) -> NDArray[np.bool_]:
    """Return which nodes have a source that varies in space."""
    names = packed.mesh.region_names
    heat = packed.problem.heat
    varies = np.array([name in heat and heat[name].distributed for name in names])
    return np.asarray(varies[packed.node_zone])


def _profiled(packed: Packed) -> NDArray[np.bool_]:
    """Return which sides have a prescribed flux that varies in space."""
    names, conditions = packed.mesh.boundary_names, packed.problem.boundaries
    varies = [isinstance(c, HeatFlux) and callable(c.flux) for c in map(conditions.get, names)]
    boundary = packed.sides.boundary
    return np.asarray((boundary >= 0) & np.array(varies)[boundary])


def _refuse(packed: Packed, cells: NDArray[np.bool_], net: float, gross: float) -> None:
    regions = np.unique(packed.mesh.cell_region[cells])
    names = quoted(packed.mesh.region_names[i] for i in regions)
    raise BteError(
        f"no isothermal wall takes the heat of region {names}: sources and fluxes add up to "
        f"{net:.4g} (of {gross:.4g} put in or taken out), so there is no steady state; add an "
        "Isothermal boundary, let an interface transmit, or balance the sources"
    )
