"""The discrete problem: one sweep evaluates the affine map F(x).

The unknown x holds, in this order, the pseudo-temperature at every node, the emission of every
free side per band, and the angular traces of mirrors and lagged faces. All are deviations from the
problem's temperature.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.packing import Kind, Packed
from bte.packing.arrays import Array, Ints
from bte.quadrature import Quadrature
from bte.solvers.coupling import Coupling, make_coupling
from bte.solvers.lanes import Lanes, make_lanes
from bte.solvers.traces import Traces, trace_tables, traces_of

log = logging.getLogger("bte")

_EMPTY = np.zeros(0)


class State(NamedTuple):
    """The parts of the unknown.

    Attributes
    ----------
    temperature : (n_node,)
    emission : (n_free, n_face_vertex, n_band)
        At the vertices of each side's face.
    traces : (n_trace, n_face_vertex, n_lane)
    """

    temperature: Array
    emission: Array
    traces: Array

    def flat(self) -> Array:
        """Return one vector."""
        return np.concatenate([part.ravel() for part in self])


class Sweep(NamedTuple):
    """What a full sweep leaves behind.

    Attributes
    ----------
    state : State
        F(x).
    emission : (n_side, n_face_vertex, n_band)
        What every side emitted [K].
    outflow : (n_side, n_face_vertex, n_band)
        What arrived at each vertex [W].
    energy : (n_node,) [J/m3]
        ``sum C <theta>`` of the groups with velocity.
    flux : (n_node, dim) [W/m2]
    """

    state: State
    emission: Array
    outflow: Array
    energy: Array
    flux: Array


@dataclass(frozen=True, eq=False)
class Discrete:
    """A packed problem with its quadrature, lanes, couplings and sweeps."""

    packed: Packed
    quadrature: Quadrature
    lanes: Lanes
    coupling: Coupling
    traces: Traces
    transport: _core.Transport
    scattering: Array
    threads: int
    single: bool = False

    @property
    def n_node(self) -> int:
        """Number of nodes."""
        return self.packed.mesh.n_node

    @property
    def n_face_vertex(self) -> int:
        """Most vertices of a face."""
        return int(self.packed.sides.nodes.shape[1])

    def split(self, x: Array) -> State:
        """Return the parts of a vector, as views."""
        wide, n_band = self.n_face_vertex, self.packed.n_band
        n_emission = len(self.coupling.free) * wide * n_band
        temperature, emission, traces = np.split(x, [self.n_node, self.n_node + n_emission])
        shape = (self.transport.n_trace, wide, len(self.lanes.band))
        return State(temperature, emission.reshape(-1, wide, n_band), traces.reshape(shape))

    @property
    def size(self) -> int:
        """Length of the unknown."""
        free = len(self.coupling.free)
        n_trace = self.transport.n_trace * len(self.lanes.band)
        return self.n_node + self.n_face_vertex * (free * self.packed.n_band + n_trace)

    def apply(self, x: Array) -> tuple[Array, Array]:
        """Return ``L x``, the linear part of one sweep, and numbers that are linear in x.

        The power through each boundary, then the heat that the residual ``x - L x`` makes.
        """
        state = self.split(x)
        sweep = self._sweep(state, affine=False, full=False)
        power = self.coupling.power(self.answered(sweep), sweep.outflow, affine=False)
        residual = State(*(a - b for a, b in zip(state, sweep.state, strict=True)))
        numbers = [self.packed.boundary_power(power), self.local_heat(residual)]
        return sweep.state.flat(), np.concatenate(numbers)

    def local_heat(self, residual: State) -> Array:
        """Return the heat that a residual makes in cells and on sides (n,) [W].

        ``int S r_T`` of every cell, ``H r_f`` of every free side and of resolved interfaces.
        """
        mesh = self.packed.mesh
        nodal = mesh.node_volumes * self.scattering * residual.temperature
        faces = self.coupling.half_range[self.coupling.free] * residual.emission
        cells = np.add.reduceat(nodal, mesh.dg_offsets[:-1])
        crossed = [power.sum(axis=1) for _, power in self.traces.crossed(residual.traces)]
        return np.concatenate([cells, faces.sum(axis=(1, 2)), *crossed])

    def evaluate(self, x: Array) -> Sweep:
        """Return ``F(x)`` and all moments."""
        return self._sweep(self.split(x), affine=True, full=True)

    def answered(self, sweep: Sweep) -> Array:
        """Return what every side should emit for what arrives (n_side, n_face_vertex, n_band)."""
        emission = sweep.emission.copy()
        emission[self.coupling.free] = sweep.state.emission
        return emission

    def side_power(self, sweep: Sweep) -> Array:
        """Return the power into the domain through every side and band (n_side, n_band) [W].

        With the `answered` emission and traces an adiabatic wall lets nothing through, and whatever
        the sweep misses is seen where heat enters and leaves.
        """
        power = self.coupling.power(self.answered(sweep), sweep.outflow, affine=True)
        for side, entering in self.traces.crossed(sweep.state.traces):
            power[side] = entering - sweep.outflow[side].sum(axis=1)
        return power

    def march(
        self, temperature: Array, selective: Array, traces: Array, *, full: bool = False
    ) -> Sweep:
        """Return what a sweep makes of temperatures, a selective source and traces alone.

        Nothing is emitted at the sides.
        """
        shape = (self.packed.sides.n, self.n_face_vertex, self.packed.n_band)
        return self._march(temperature, selective, np.zeros(shape), traces, full, affine=False)

    def emitted(self, temperature: Array) -> tuple[Array, Array]:
        """Return what temperatures alone emit: what is absorbed again [K], and traces as filled."""
        shape = (*self.traces.nodes.shape, len(self.lanes.band))
        swept = self._bare(temperature, np.zeros(shape))
        return swept[0] / self.scattering, swept[2]

    def flown(self, traces: Array) -> Array:
        """Return what a sweep makes of traces alone, without what walls scatter of them.

        At resolved interfaces that is what arrives.
        """
        filled = self._bare(np.zeros(self.n_node), traces)[2]
        walls = self.traces.walls.without_diffuse().without_crossings()
        return replace(self.traces, walls=walls).answer(filled, affine=False)

    def _bare(self, temperature: Array, traces: Array) -> tuple[Array, ...]:
        """Sweep with nothing emitted at the sides and nothing answered by them."""
        emission = np.zeros((self.packed.sides.n, self.n_face_vertex, self.packed.n_band))
        traces = np.ascontiguousarray(traces)
        swept = self.transport.sweep(temperature, _EMPTY, emission, traces, threads=self.threads)
        return tuple(swept)

    def _sweep(self, state: State, *, affine: bool, full: bool) -> Sweep:
        sources, sides = self.packed.sources, self.packed.sides
        temperature, selective = state.temperature, _EMPTY
        emission = np.zeros((sides.n, self.n_face_vertex, self.packed.n_band))
        emission[self.coupling.free] = state.emission
        if affine:
            temperature = temperature + sources.thermal / self.scattering
            if sources.selective.any():
                selective = sources.selective
            walls = sides.of(Kind.ISOTHERMAL)
            emission[walls] = sides.temperature[walls][:, :, None]
        return self._march(temperature, selective, emission, state.traces, full, affine=affine)

    def _march(
        self,
        temperature: Array,
        selective: Array,
        emission: Array,
        traces: Array,
        full: bool,
        *,
        affine: bool,
    ) -> Sweep:
        moment, outflow, traces, energy, flux = self.transport.sweep(
            np.ascontiguousarray(temperature),
            selective,
            emission,
            np.ascontiguousarray(traces),
            full=full,
            threads=self.threads,
            single=self.single and not (affine or full),
        )
        new = State(
            moment / self.scattering,
            self.coupling.emission(outflow, affine=affine),
            self.traces.answer(traces, affine=affine),
        )
        return Sweep(new, emission, outflow, energy, flux)


def neighbours(packed: Packed) -> Ints:
    """Return for every cell face the cell beyond, or -1 - side, (n_cell, n_face) int32.

    Where a cell has fewer faces the least integer fills the row.
    """
    mesh, sides = packed.mesh, packed.sides
    table = np.full((mesh.n_cell, mesh.n_cell_face), np.iinfo(np.int32).min, dtype=np.int32)
    inner = mesh.faces.interior
    cells, local = mesh.faces.cells[inner], mesh.faces.local[inner]
    table[cells[:, 0], local[:, 0]] = cells[:, 1]
    table[cells[:, 1], local[:, 1]] = cells[:, 0]
    table[sides.cell, sides.local] = -1 - np.arange(sides.n, dtype=np.int32)
    return table


def discretise(
    packed: Packed,
    quadrature: Quadrature,
    threads: int = 0,
    lanes: Lanes | None = None,
) -> Discrete:
    """Prepare the sweeps of a problem, with lanes other than its own where they are given."""
    tables = trace_tables(packed, quadrature)
    lanes = make_lanes(packed, quadrature) if lanes is None else lanes
    transport = _core.Transport(
        node_points=np.ascontiguousarray(packed.mesh.node_points),
        offsets=packed.mesh.dg_offsets,
        face_vector=packed.geometry.face_vector,
        volume=packed.mesh.volumes,
        zone=np.ascontiguousarray(packed.mesh.cell_region, dtype=np.int32),
        neighbour=neighbours(packed),
        matching_vertex=packed.geometry.matching_vertex,
        direction=quadrature.directions,
        weight=quadrature.weights,
        inverse_mfp=lanes.inverse_mfp,
        scattering=lanes.scattering,
        energy=lanes.energy,
        flux=lanes.flux,
        lane_source=lanes.source,
        band=lanes.band,
        n_band=packed.n_band,
        side_trace_row=tables.row,
        trace_read=tables.read,
        trace_write=tables.write,
        trace_face=tables.face,
        trace_vertex=tables.vertex,
    )
    if len(transport.cuts):
        log.info(
            "%d (face, ordinate) of cyclic dependencies lag; the solver iterates their traces",
            len(transport.cuts),
        )
    total: NDArray[np.float64] = lanes.mean(lanes.scattering, quadrature).sum(axis=1)
    return Discrete(
        packed,
        quadrature,
        lanes,
        make_coupling(packed, quadrature, lanes),
        traces_of(packed, quadrature, lanes, transport, tables),
        transport,
        total[packed.node_zone],
        threads,
    )
