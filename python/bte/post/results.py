"""From the solvers' arrays to a Solution with names."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from bte.conditions.boundary import Periodic
from bte.conditions.interface import TransmissionTable
from bte.conditions.kapitza import interface_conductance
from bte.continuum.fourier import ContinuumState
from bte.packing import Kind, Packed
from bte.packing.arrays import TRACED, Array
from bte.packing.balance import floating_nodes, level
from bte.solution import BoundaryResult, InterfaceResult, Ledger, Solution
from bte.solution.extrapolate import with_extrapolation
from bte.solvers.along import Along
from bte.solvers.steady import SteadyState

Settings = dict[str, int | float | str | None]


def from_transport(
    state: SteadyState, settings: Settings, along: Mapping[str, Along] | None = None
) -> Solution:
    """Return the Solution of a solved transport problem.

    Parameters
    ----------
    state : SteadyState
        What was solved.
    settings : dict
        What was asked for.
    along : dict of str to Along, optional
        Conduction along each direction with a gradient that the mesh does not have.
    """
    discrete = state.discrete
    packed = state.reduced.original
    power = state.reduced.by_band(state.power)
    capacity = packed.heat_capacity.sum(axis=1)[packed.node_zone]
    optical = packed.optical[packed.node_zone]
    # states without velocity are where scattering alone would emit, S T_L = sum C/tau <theta>:
    # heat is fed to the groups that move
    scattered = state.sweep.state.temperature
    energy = (state.sweep.energy + optical * scattered) / (capacity + optical)
    # reported is the temperature at which scattering and thermal heat emit together
    pseudo = scattered + packed.sources.thermal / discrete.scattering
    base = packed.problem.temperature + level(packed, energy, floating_nodes(packed), state.offset)
    at_side = base[packed.sides.nodes[:, 0]]
    contacts = _interfaces(packed, power, base + energy, at_side + _mean_arriving(state))
    return Solution(
        mesh=packed.mesh,
        model="bte",
        reference_temperature=packed.problem.temperature,
        temperature=base + energy,
        pseudo_temperature=base + pseudo,
        heat_flux=state.sweep.flux,
        source=packed.sources.density,
        boundaries=_boundaries(packed, power, at_side + _emitted(state)),
        interfaces={
            pair: with_extrapolation(packed.mesh, contact, base + energy, state.sweep.flux)
            for pair, contact in contacts.items()
        },
        region_power=_region_power(packed),
        ledger=_ledger(packed, power),
        iterations=state.sweeps + sum(one.sweeps for one in _solves(along)),
        residuals=state.residuals,
        converged=state.converged and all(one.converged for one in _solves(along)),
        settings=settings,
        seconds=_seconds(state, along),
        band_edges=packed.spectrum.band_edges,
        conductivities=dict(zip(packed.mesh.region_names, packed.bulk.tolist(), strict=True)),
        **_along(packed, {axis: one.conductivity for axis, one in (along or {}).items()}),
        problem=packed.problem,
    )


def _solves(along: Mapping[str, Along] | None) -> list[Along]:
    """Return the solves, each once."""
    return list({id(one): one for one in (along or {}).values()}.values())


def _seconds(state: SteadyState, along: Mapping[str, Along] | None) -> dict[str, float]:
    if not along:
        return state.seconds
    spent = sum(one.seconds for one in _solves(along))
    return {**state.seconds, "along": spent, "total": state.seconds["total"] + spent}


def _along(packed: Packed, conductivity: Mapping[str, Array]) -> dict[str, Any]:
    """Return imposed gradients and the flux along each."""
    gradient = dict(packed.problem.gradient)
    if not conductivity:
        return {}
    return {
        "gradient": gradient,
        "flux_along": {axis: -g * conductivity[axis] for axis, g in gradient.items()},
    }


def from_continuum(state: ContinuumState, settings: Settings) -> Solution:
    """Return the Solution of a solved continuum problem."""
    packed = state.operator.packed
    temperature = packed.problem.temperature + state.field
    power = state.power[:, None]
    sides = packed.sides
    arriving = sides.mean(temperature[sides.nodes])
    imposed = sides.mean(sides.temperature)
    wall = arriving.copy()
    fixed = sides.of(Kind.ISOTHERMAL)
    wall[fixed] = packed.problem.temperature + state.offset + imposed[fixed]
    # behind the slip of a wall with a given flux: T_wall = T + q/h (h is infinite without slip)
    given = sides.of(Kind.MIXING)
    push = sides.mean(sides.flux)[given]
    wall[given] += push / state.operator.coefficients.wall[given]
    return Solution(
        mesh=packed.mesh,
        model=state.model,
        reference_temperature=packed.problem.temperature,
        temperature=temperature,
        pseudo_temperature=temperature,
        heat_flux=state.flux,
        source=packed.sources.density,
        boundaries=_boundaries(packed, power, wall),
        interfaces={
            # Fourier's law holds up to the interface
            pair: dataclasses.replace(contact, extrapolated=contact.energy, remark="")
            for pair, contact in _interfaces(packed, power, temperature, arriving).items()
        },
        region_power=_region_power(packed),
        ledger=_ledger(packed, power),
        iterations=1,
        residuals=(),
        converged=True,
        settings=settings,
        seconds={"total": state.seconds},
        band_edges=None,
        conductivities=dict(zip(packed.mesh.region_names, packed.bulk.tolist(), strict=True)),
        **_along(
            packed,
            {
                axis: packed.at_nodes(state.operator.conductivity_along("xyz".index(axis)))
                for axis in packed.problem.gradient
            },
        ),
        problem=packed.problem,
    )


def _total(power: Array, half_range: Array) -> Array:
    """Return the temperature at which all bands together carry this power (n_side,)."""
    return np.asarray(power.sum(axis=1) / half_range.sum(axis=1))


def _mean_arriving(state: SteadyState) -> Array:
    half_range = state.discrete.coupling.half_range.sum(axis=1)
    return _total(state.sweep.outflow.sum(axis=1), half_range)


def _emitted(state: SteadyState) -> Array:
    half_range = state.discrete.coupling.half_range
    power = (half_range * state.discrete.answered(state.sweep)).sum(axis=1)
    emitted = _total(power, half_range.sum(axis=1))
    sides = state.discrete.packed.sides
    emitted[np.isin(sides.kind, TRACED)] = np.nan
    reservoirs = sides.of(Kind.CONTACT)
    emitted[reservoirs] = sides.mean(sides.temperature)[reservoirs]
    return emitted


def _boundaries(packed: Packed, power: Array, temperature: Array) -> dict[str, BoundaryResult]:
    sides, results = packed.sides, {}
    for index, name in enumerate(packed.mesh.boundary_names):
        mine = sides.boundary == index
        area = float(sides.area[mine].sum())
        condition = packed.problem.boundaries[name]
        pair: dict[str, Any] = {}
        if isinstance(condition, Periodic):
            pair = dataclasses.asdict(condition)
        results[name] = BoundaryResult(
            kind=type(condition).__name__,
            area=area,
            power=float(power[mine].sum()),
            power_by_band=power[mine].sum(axis=0),
            temperature=float(sides.area[mine] @ temperature[mine] / area),
            **pair,
        )
    return results


def _interfaces(
    packed: Packed, power: Array, temperature: Array, arriving: Array
) -> dict[tuple[str, str], InterfaceResult]:
    sides, results = packed.sides, {}
    trace = sides.mean(temperature[sides.nodes])
    for index, table in enumerate(packed.tables):
        first = (sides.contact == index) & sides.forward
        second = (sides.contact == index) & ~sides.forward
        weight = sides.area[first] / sides.area[first].sum()
        # what leaves the first region is what enters the second: the mean of both accounts; band
        # by band only where the interface keeps the bands
        flow = -power[first].sum(axis=0)
        if not table.mixing:
            flow = 0.5 * (power[second].sum(axis=0) + flow)
        area = float(sides.area[first].sum())
        results[table.first, table.second] = InterfaceResult(
            first=table.first,
            second=table.second,
            area=area,
            heat_flux=float(flow.sum() / area),
            heat_flux_by_band=flow / area,
            energy=(float(weight @ trace[first]), float(weight @ trace[second])),
            emitted=(float(weight @ arriving[first]), float(weight @ arriving[second])),
            kind=table.name,
            mean_free_path=_effective_paths(packed, table),
            emitted_conductance=interface_conductance(table, "emitted"),
            local_conductance=interface_conductance(table, "local"),
            slip_conductance=interface_conductance(table, "slip"),
        )
    return results


def _effective_paths(packed: Packed, table: TransmissionTable) -> tuple[float, float]:
    """Return 3 kappa / sum C v on both sides [m]."""
    paths = 3.0 * packed.bulk / packed.flux_capacity.sum(axis=1)
    names = packed.mesh.region_names
    return float(paths[names.index(table.first)]), float(paths[names.index(table.second)])


def _region_power(packed: Packed) -> dict[str, float]:
    return {name: packed.sources.power.get(name, 0.0) for name in packed.mesh.region_names}


def _ledger(packed: Packed, power: Array) -> Ledger:
    by_name = packed.boundary_power(power)
    through = power[packed.sides.boundary >= 0].sum(axis=1)
    volume, density = packed.mesh.node_volumes, packed.sources.density
    source = float(density @ volume)
    return Ledger(
        power_in=float(by_name[by_name > 0].sum()),
        power_out=float(-by_name[by_name < 0].sum()),
        source=source,
        residual=float(by_name.sum() + source),
        gross=float(np.abs(through).sum() + np.abs(density) @ volume),
    )
