"""The spectral rebalance: bands that exchange energy only by rare scattering balance it themselves.

Each band has an energy balance of its own in every connected region; a constant shift per band and
region restores it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

from bte.packing import Kind
from bte.packing.arrays import Array, membership
from bte.packing.parts import connected_parts
from bte.solvers.discrete import Discrete, State


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
        d.traces.blend(traces)
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
    linked = np.flatnonzero((sides.contact >= 0) & ~coupling.pooled)
    here, there = part[sides.cell[linked]], part[sides.cell[sides.partner[linked]]]
    np.subtract.at(matrix.reshape(-1, n_band), there * n_part + here, lost[linked])
    index = np.arange(n_part)
    matrix[index, index] += np.where(diagonal == 0, 1.0, diagonal)
    factors = tuple(lu_factor(matrix[:, :, b]) for b in range(n_band))
    weight = scattering / scattering.sum(axis=1, keepdims=True)
    return Rebalance(discrete, part, n_part, factors, weight)
