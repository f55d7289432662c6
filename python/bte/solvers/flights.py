"""Flight maps: what long flights between mirrors and through periodic faces make of traces.

What leaves the domain through a mirror or a periodic face comes in again, on a trace. A phonon of
long path does so many times before it is scattered, and a Krylov solver that moves every trace one
flight on per step needs as many steps as it makes flights. No continuum sees them. With M the map
of the traces that are read to those that are then written, without temperatures or emissions, what
all further flights make of a residual r of the traces is

    M r + M^2 r + M^3 r + ...

M couples an ordinate with its images, lane by lane. It is not built column by column: phonons fly
straight, so that what comes out at a point has come in on the ray through it, and one sweep with
traces of one tells what is left of it,

    (M r)_i = left_i r(origin_i),

r being linear on each face. That is not exact, but needs not be. A resolved interface hands on what
stays in its lane: a part as a mirror does, and a part straight on to the other side, so that there

    (M r)_i = sum_k part_ik left_k r(origin_k),    k: mirror image, straight on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, diags, identity
from scipy.sparse.linalg import SuperLU, splu

from bte.packing.arrays import TRACED, Array
from bte.solvers.circuits import Circuits, close_circuits
from bte.solvers.discrete import Discrete
from bte.solvers.links import Indices, make_links
from bte.solvers.rays import origins
from bte.solvers.traces import Traces

#: Maps pay where so much of all emission survives a flight across the domain.
_LONG = 0.01

#: Flights of the stages, and what a unit trace must have left to count in the next.
_FLIGHTS, _LEFT = (2, 4, 8), 0.05

#: Unknowns of all lanes together for which the flights after that are solved directly, and the most
#: that is left of a trace.
_LARGEST, _MOST = 500_000, 1.0 - 1e-6

#: Where interfaces reflect more than the first, and put more than the second of all that into other
#: lanes, one flight with that follows those within lanes.
_HOLDING, _MIXED = 0.8, 0.1

#: What is left below this has come from nowhere.
_NOTHING = 1e-9


class Flight(NamedTuple):
    """A part of M: ``r -> left * (origin @ r)`` on some rows.

    Attributes
    ----------
    at : (m,)
        The rows, of n.
    origin : sparse (m, n)
        Takes values to where they come out.
    left : (m, n_lane) float32
        What is left of them.
    """

    at: Indices
    origin: csr_matrix
    left: NDArray[np.float32]

    def among(self, rows: Indices) -> Flight:
        """Return the part on the given rows alone, in ascending order."""
        here = np.flatnonzero(np.isin(self.at, rows))
        at = np.searchsorted(rows, self.at[here])
        return Flight(at, self.origin[here][:, rows], self.left[here])

    def matrix(self, lane: np.int64, n: int) -> csr_matrix:
        """Return M of one lane (n, n)."""
        part = (diags(self.left[:, lane]) @ self.origin).tocoo()
        return csr_matrix((part.data, (self.at[part.row], part.col)), shape=(n, n))


class Stage(NamedTuple):
    """Some terms of the sum, on the rows that still count in them.

    Attributes
    ----------
    rows : (n,)
        Vertices of traces; ``within`` are their places among the rows of the stage before.
    parts : tuple of Flight
        They add up to M.
    flights : int
    """

    rows: Indices
    within: Indices
    parts: tuple[Flight, ...]
    flights: int

    def fly(self, values: Array) -> Array:
        """Return M of values (n, n_lane)."""
        result = np.zeros_like(values)
        for part in self.parts:
            result[part.at] += part.left * (part.origin @ values)
        return result


class Rest(NamedTuple):
    """All terms that the stages leave, on their rows and lanes, by factors of ``I - M``."""

    rows: Indices
    within: Indices
    lanes: Indices
    factors: tuple[SuperLU, ...]


class Whole(NamedTuple):
    """M with all that interfaces exchange among lanes.

    Attributes
    ----------
    flight : Flight
        To where traces are filled.
    traces : Traces
        What interfaces make of them.
    """

    flight: Flight
    traces: Traces

    def fly(self, values: Array) -> Array:
        """Return M of values (n_trace, n_face_vertex, n_lane)."""
        flown = self.flight.left * (self.flight.origin @ values.reshape(-1, values.shape[2]))
        return self.traces.answer(flown.reshape(values.shape), affine=False)


@dataclass(frozen=True, eq=False)
class FlightMap:
    """The sum of the powers of M, for residuals of the traces.

    Attributes
    ----------
    stages : tuple of Stage
    rest : Rest
    setup : float
        Sweeps that finding it took.
    whole : Whole or None
        M with what changes its lane, where interfaces that reflect most of it mix lanes.
    """

    stages: tuple[Stage, ...]
    rest: Rest
    setup: float
    whole: Whole | None

    def further(self, residual: Array) -> Array:
        """Return what all further flights make of a residual (n_trace, n_face_vertex, n_lane)."""
        total = self._in_lanes(residual)
        if self.whole is not None:
            missed = self.whole.fly(residual + total) - total
            total += missed + self._in_lanes(missed)
        return total

    def _in_lanes(self, residual: Array) -> Array:
        values = residual.reshape(-1, residual.shape[2])
        total = np.zeros_like(values)
        for stage in self.stages:
            values = values[stage.within]
            sum_ = np.zeros_like(values)
            for _ in range(stage.flights):
                values = stage.fly(values)
                sum_ += values
            total[stage.rows] += sum_
        values = values[self.rest.within]
        for lane, factors in zip(self.rest.lanes, self.rest.factors, strict=True):
            column = np.ascontiguousarray(values[:, lane])
            total[self.rest.rows, lane] += factors.solve(column) - column
        return total.reshape(residual.shape)

    def lost(self, power: Array) -> NDArray[np.float32]:
        """Return what of a trace's power, of a kelvin, comes out on no trace that it fills.

        Parameters
        ----------
        power : (n_trace, n_face_vertex, n_lane)
        """
        flat = power.reshape(-1, power.shape[2])
        out = np.zeros_like(flat)
        for part in self.stages[0].parts:
            out += part.origin.T @ (part.left * flat[part.at])
        lost = 1.0 - np.divide(out, flat, out=np.ones_like(out), where=flat > 0)
        return np.clip(lost, 0.0, 1.0).reshape(power.shape).astype(np.float32)


def find_flights(discrete: Discrete) -> FlightMap | Circuits | None:
    """Return the flight map of a problem where mirrors or periodic faces make long flights."""
    if not len(discrete.packed.sides.of(*TRACED)) or _surviving(discrete) < _LONG:
        return None
    links = make_links(discrete)
    lit = np.zeros((*links.real.shape, links.alive.shape[1])) + links.alive[:, None, :]
    left = np.clip(discrete.flown(lit), 0.0, _MOST) * links.alive[:, None, :]
    reached = (left.sum(axis=2) > _NOTHING) & links.real
    origin = origins(links, reached, discrete.quadrature.directions)
    left = left.reshape(-1, left.shape[2])
    circuits = close_circuits(discrete, origin, left)
    if circuits is not None:
        return circuits
    parts = _parts(discrete, origin, left)
    return FlightMap(*_stages(parts, left.shape[1]), 1.0, _whole(discrete, origin, left))


def _whole(discrete: Discrete, origin: csr_matrix, left: Array) -> Whole | None:
    """Return M with what changes its lane, if interfaces hold and mix much."""
    traces = discrete.traces
    mixed, total = 0.0, 0.0
    for pool in (pool for crossing in traces.walls.crossings for pool in crossing.pools):
        power = np.broadcast_to(pool.share[:, None, :], pool.kept.shape)
        mixed += float((power * (pool.kept - pool.handed[0]))[pool.kept > _HOLDING].sum())
        total += float(power.sum())
    if mixed <= _MIXED * total:
        return None
    flight = Flight(np.arange(len(left)), origin, left.astype(np.float32))
    return Whole(flight, replace(traces, walls=replace(traces.walls, walls=(), warps=())))


def _parts(discrete: Discrete, origin: csr_matrix, left: Array) -> tuple[Flight, ...]:
    """Return the parts of M for what is left of flights (n, n_lane) and where they began (n, n).

    Where walls hand on what arrives, and what resolved interfaces mirror, then what they let pass.
    """
    n_lane = left.shape[1]
    crossings = discrete.traces.walls.crossings
    plain = np.ones(len(left), dtype=bool)
    found: list[list[tuple[Indices, Indices, Array]]] = [[], []]
    for crossing in crossings:
        source, part = crossing.handing(n_lane)
        wide = source.shape[-1]
        rows = (crossing.traces[..., None] * wide + np.arange(wide)).ravel()
        plain[rows] = False
        for kind in (0, 1):
            share = np.broadcast_to(part[kind][:, :, None], (*source[kind].shape, n_lane))
            found[kind].append((rows, source[kind].ravel(), share.reshape(-1, n_lane)))
    own = np.flatnonzero(plain)
    found[0].append((own, own, np.ones((len(own), 1))))
    parts = []
    for group in filter(None, found):
        rows, source = (np.concatenate([entry[i] for entry in group]) for i in (0, 1))
        order = np.argsort(rows)
        kept = np.concatenate([share * left[whence] for _, whence, share in group])
        parts.append(Flight(rows[order], origin[source[order]], kept[order].astype(np.float32)))
    return tuple(parts)


def _surviving(discrete: Discrete) -> float:
    """Return what part of all emission survives a flight across the domain.

    From face to opposite face, taken for volume over area, along the axis where that is shortest.
    """
    packed, lanes = discrete.packed, discrete.lanes
    sides = packed.sides
    traced = sides.of(*TRACED)
    axis = np.round(np.abs(sides.normal[traced]), 6)
    _, which = np.unique(axis, axis=0, return_inverse=True)
    widest = np.bincount(which.ravel(), sides.area[traced]).max() / 2.0
    distance = packed.mesh.volumes.sum() / widest
    volume = np.bincount(packed.mesh.cell_region, packed.mesh.volumes)
    weight = lanes.flux * volume[:, None]
    total = lanes.mean(weight * np.exp(-distance * lanes.inverse_mfp), discrete.quadrature).sum()
    return float(total / lanes.mean(weight, discrete.quadrature).sum())


def _stages(parts: tuple[Flight, ...], n_lane: int) -> tuple[tuple[Stage, ...], Rest]:
    """Divide the flights that unit traces last among stages of fewer and fewer rows."""
    rows = within = np.arange(parts[0].origin.shape[1])
    values, stages = np.ones((len(rows), n_lane)), []
    for flights in _FLIGHTS:
        parts = tuple(part.among(within) for part in parts)
        stage = Stage(rows, within, parts, flights)
        values = values[within]
        for _ in range(flights):
            values = stage.fly(values)
        stages.append(stage)
        within = np.flatnonzero((values > _LEFT).any(axis=1))
        rows = rows[within]
    lanes = np.flatnonzero((values > _LEFT).any(axis=0))
    if len(rows) * len(lanes) > _LARGEST:
        lanes = lanes[:0]
    parts = tuple(part.among(within) for part in parts)
    factors = []
    for lane in lanes:
        matrix = identity(len(rows), format="csr")
        for part in parts:
            matrix = matrix - part.matrix(lane, len(rows))
        factors.append(splu(csc_matrix(matrix)))
    return tuple(stages), Rest(rows, within, lanes, tuple(factors))
