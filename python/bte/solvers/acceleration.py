"""The two corrections that make GMRES fast at every Knudsen number.

For a residual ``r = F(x) - x`` they estimate ``(I - L)^-1 L r``: what further sweeps would add.

- *Continuum correction*: r is a heat source, ``S r_T`` in the volume and ``H r`` at faces, whose
  field E obeys diffusion with the interior-penalty operator on the same nodes. Emissions and
  traces change by the traces of E that they would re-emit.
- *Spectral rebalance*: bands that exchange energy only by rare scattering have an energy balance of
  their own in every connected region; a constant shift per band and region restores it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

from bte.conditions.kapitza import interface_conductance, wall_conductance
from bte.continuum.linear import Solver, make_preconditioner
from bte.continuum.operator import Coefficients, assemble
from bte.packing import Kind, Packed
from bte.packing.arrays import Array, membership
from bte.packing.parts import connected_parts, thickness
from bte.solvers.discrete import Discrete, State


@dataclass(frozen=True, eq=False)
class Accelerator:
    """The operator P: ``x -> P x``."""

    discrete: Discrete
    solve: Solver
    rebalance: Rebalance | None

    def apply(self, x: Array) -> Array:
        """Return ``P x``, the sum of both corrections."""
        residual = self.discrete.split(x)
        correction = self._continuum(residual)
        if self.rebalance is not None:
            for part, shift in zip(correction, self.rebalance.apply(residual), strict=True):
                part += shift
        return correction.flat()

    def load(self, residual: State) -> Array:
        """Return the residual as heat at the nodes (n_node,)."""
        d = self.discrete
        load = d.packed.mesh.mass_product(d.scattering * residual.temperature)
        sides, free = d.packed.sides, d.coupling.free
        power = (d.coupling.half_range[free] * residual.emission).sum(axis=2)
        np.add.at(load, sides.nodes[free], spread(sides.mass[free], sides.weights[free], power))
        traces = d.traces
        if len(traces.cell):
            power = np.einsum("til,tl->ti", residual.traces, traces.flux) * traces.strength
            np.add.at(load, traces.nodes, spread(traces.mass[traces.row], traces.area, power))
        return load

    def _continuum(self, residual: State) -> State:
        d = self.discrete
        field = self.solve(self.load(residual))
        arriving = np.repeat(field[d.packed.sides.nodes][:, :, None], d.packed.n_band, axis=2)
        traces = field[d.traces.origin][:, :, None] * d.traces.alive[:, None, :]
        return State(field, d.coupling.share(arriving), traces)


@dataclass(frozen=True, eq=False)
class Rebalance:
    """A tiny dense system per band: one balance per connected region.

    Attributes
    ----------
    part : (n_cell,)
        Connected region of each cell.
    factors : list of LU factors, one per band
    weight : (n_region, n_band)
        ``(C/tau)_b / S``: the share of a band's shift in the pseudo-temperature.
    """

    discrete: Discrete
    part: NDArray[np.int64]
    n_part: int
    factors: tuple[tuple[Array, NDArray[np.int32]], ...]
    weight: Array

    def apply(self, residual: State) -> State:
        """Return the shift of every unknown."""
        shift = self._shifts(residual)
        d = self.discrete
        node_part = d.packed.at_nodes(self.part)
        temperature = (self.weight[d.packed.node_zone] * shift[node_part]).sum(axis=1)
        side_part = self.part[d.packed.sides.cell]
        arriving = d.coupling.ratio(d.coupling.half_range * shift[side_part][:, None, :])
        traces = np.zeros_like(residual.traces)
        traces += shift[self.part[d.traces.cell]][:, None, d.lanes.band]
        traces *= d.traces.alive[:, None, :]
        return State(temperature, d.coupling.share(arriving), traces)

    def _shifts(self, residual: State) -> Array:
        """Solve the balances (n_part, n_band)."""
        d = self.discrete
        free, n_band = d.coupling.free, d.packed.n_band
        influx = np.zeros((self.n_part, n_band))
        np.add.at(
            influx,
            self.part[d.packed.sides.cell[free]],
            (d.coupling.half_range[free] * residual.emission).sum(axis=1),
        )
        if len(d.traces.cell):
            lane = np.einsum("til,ti->tl", residual.traces, d.traces.strength) * d.traces.flux
            np.add.at(influx, self.part[d.traces.cell], lane @ membership(d.lanes.band, n_band))
        return np.column_stack(
            [lu_solve(factor, influx[:, b]) for b, factor in enumerate(self.factors)]
        )


def spread(mass: Array, area: Array, power: Array) -> Array:
    """Return ``int phi_i f dA`` (n, n_vertex) for powers at vertices, ``f = power / area``."""
    density = np.divide(power, area, out=np.zeros_like(power), where=area > 0)
    return np.asarray(np.einsum("nij,nj->ni", mass, density))


def make_accelerator(discrete: Discrete) -> Accelerator:
    """Prepare both corrections; a single group needs no rebalance."""
    operator = assemble(discrete.packed, _coefficients(discrete.packed))
    solve = make_preconditioner(operator, discrete.threads)
    single = len(discrete.packed.spectrum.group_band) == 1
    return Accelerator(discrete, solve, None if single else make_rebalance(discrete))


def _coefficients(packed: Packed) -> Coefficients:
    total = packed.flux_capacity.sum(axis=1)
    return Coefficients(
        conductivity=_limited_conductivity(packed),
        wall=np.array([wall_conductance(value, "local") for value in total]),
        contact=np.array([interface_conductance(table, "local") for table in packed.tables]),
        least_penalty=0.25 * total,
    )


def _limited_conductivity(packed: Packed) -> Array:
    """``sum C v Lambda / (3 (1 + Lambda / l))``: very long paths do not diffuse.

    The length l is the thickness of the thinnest body.
    """
    length = thickness(packed).min()
    path = packed.mean_free_path
    return np.asarray((packed.flux_capacity * path / (1.0 + path / length)).sum(axis=1) / 3.0)


def make_rebalance(discrete: Discrete) -> Rebalance:
    """Prepare the balances of every band.

    The loss of a band in a region is scattering ``(C/tau) V``, transmission ``t H``, and ``H`` at
    every face whose emission does not depend on that band alone.
    """
    packed, coupling = discrete.packed, discrete.coupling
    part, n_part = connected_parts(packed)
    scattering = packed.by_band(packed.scattering)
    n_band = packed.n_band
    matrix = np.zeros((n_part, n_part, n_band))
    diagonal = np.zeros((n_part, n_band))
    volume = packed.mesh.volumes[:, None]
    np.add.at(diagonal, part, scattering[packed.mesh.cell_region] * volume)
    sides = packed.sides
    half_range = coupling.half_range.sum(axis=1)
    elsewhere = (sides.kind == Kind.ISOTHERMAL) | coupling.pooled
    lost = (coupling.through + 1.0 - coupling.kept) * half_range
    lost[elsewhere] = half_range[elsewhere]
    np.add.at(diagonal, part[sides.cell], lost)
    linked = np.flatnonzero((sides.kind == Kind.INTERFACE) & ~coupling.pooled)
    here, there = part[sides.cell[linked]], part[sides.cell[sides.partner[linked]]]
    np.subtract.at(matrix.reshape(-1, n_band), there * n_part + here, lost[linked])
    index = np.arange(n_part)
    matrix[index, index] += np.where(diagonal == 0, 1.0, diagonal)
    factors = tuple(lu_factor(matrix[:, :, b]) for b in range(n_band))
    weight = scattering / scattering.sum(axis=1, keepdims=True)
    return Rebalance(discrete, part, n_part, factors, weight)
