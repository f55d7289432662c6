"""Levels of bodies that long flights keep apart: what scattering in them and flights make together.

Where an interface reflects totally, phonons fly to and fro in the slower body until they are
scattered, and what is scattered mostly does so again: neither the flights of traces nor the
pseudo-temperature alone settle how warm that body is. With a constant y of its pseudo-temperature,
and the traces ``(I - M)^-1 B y`` that its emission B fills, their flights M included, the heat that
scattering takes and gives,

    int S (y - back) - sum absorbed (I - M)^-1 B y,

is a small dense system for the bodies. ``back`` is what of a body's emission is absorbed in it on
the same flight; what is absorbed of a trace is by reciprocity what a body's emission brings to the
opposite one.

With these levels, the other corrections get of the traces only what their flights lose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array
from bte.packing.parts import connected_parts
from bte.solvers.circuits import Circuits
from bte.solvers.discrete import Discrete, State
from bte.solvers.flights import FlightMap
from bte.solvers.reflection import opposites

Indices = NDArray[np.int64]

#: A state is held fast where no more than this leaves, and levels pay where so much of all is.
_LEAVING, _HELD = 1e-3, 0.05

#: Parts of the system below this, of its largest, are those of levels that nothing ties.
_FLOATING = 1e-10

#: Bodies for which the system is set up.
_MOST_BODIES = 100


@dataclass(frozen=True, eq=False)
class Levels:
    """The correction of all levels.

    Attributes
    ----------
    body : (n_node,)
    start, end : (n_trace,)
        Body in which a trace is read, and in which it is filled.
    emitted : (n_trace, n_face_vertex, n_lane)
        What a kelvin in the body fills it with.
    opposite : ((n_trace, 1), (n_trace, n_face_vertex))
        Trace and vertex that the reverse of a trace fills.
    lost : (n_trace, n_face_vertex, n_lane) float32
        What of a trace's power comes out on none that its flight fills.
    inverse : (n_body, n_body)
        Of the system of the bodies; where nothing ties them, without the level of all.
    """

    discrete: Discrete
    flights: FlightMap | Circuits
    body: Indices
    start: Indices
    end: Indices
    emitted: Array
    opposite: tuple[Indices, Indices]
    lost: NDArray[np.float32]
    inverse: Array

    def apply(self, residual: State, flown: Array) -> State:
        """Return the correction for a residual, and all that flights make of its traces."""
        d = self.discrete
        heat = _body_heat(d, self.body, residual.temperature) + self._absorbed(flown)
        level = self.inverse @ heat
        emission = np.zeros_like(residual.emission)
        return State(level[self.body], emission, self._traces(level))

    def system(self, back: Array) -> Array:
        """Return the heat that each level takes from each body (n_body, n_body)."""
        n = len(back)
        matrix = np.diag(back)
        for index in range(n):
            matrix[:, index] -= self._absorbed(self._traces(np.eye(n)[index]))
        return matrix

    def _traces(self, level: Array) -> Array:
        """Return the traces that levels fill, their flights included."""
        traces = self.discrete.traces.answer(
            self.emitted * level[self.end][:, None, None], affine=False
        )
        return traces + self.flights.further(traces)

    def _absorbed(self, traces: Array) -> Array:
        """Return the heat that traces leave in each body (n_body,)."""
        t = self.discrete.traces
        lane = np.einsum(
            "til,til,ti->tl", traces, self.emitted[self.opposite], t.strength, optimize=True
        )
        heat = np.zeros(int(self.body.max()) + 1)
        np.add.at(heat, self.start, (lane * t.flux).sum(axis=1))
        return heat


def find_levels(discrete: Discrete, flights: FlightMap | Circuits | None) -> Levels | None:
    """Return the levels of bodies where interfaces hold phonons fast, with one sweep."""
    part, n_body = connected_parts(discrete.packed)
    if flights is None or not 1 < n_body <= _MOST_BODIES:
        return None
    if not isinstance(flights, Circuits) and _held(discrete) < _HELD:
        return None
    traces = discrete.traces
    body = discrete.packed.at_nodes(part)
    back, emitted = discrete.emitted(np.ones(discrete.n_node))
    opposite = _opposite(discrete)
    emitted[traces.tables.face.size :] = 0.0  # lagged faces within a body
    kept = _body_heat(discrete, body, 1.0 - back)
    bodies = body[traces.nodes[:, 0]], body[traces.origin[:, 0]]
    lost = flights.lost(traces.strength[:, :, None] * traces.flux[:, None, :])
    levels = Levels(discrete, flights, body, *bodies, emitted, opposite, lost, np.zeros((0, 0)))
    return replace(levels, inverse=_inverse(levels.system(kept), kept))


def _inverse(system: Array, kept: Array) -> Array:
    """Return the inverse of the symmetric system, without what no level changes.

    Parameters
    ----------
    system : (n_body, n_body)
    kept : (n_body,)
        Heat that each body does not take back at once; scales the system.
    """
    root = np.sqrt(np.maximum(kept, _FLOATING * kept.max()))
    scaled = system / np.outer(root, root)
    inverse = np.linalg.pinv(0.5 * (scaled + scaled.T), rcond=_FLOATING, hermitian=True)
    return np.asarray(inverse / np.outer(root, root))


def _held(discrete: Discrete) -> float:
    """Return what part of all states at resolved interfaces is held fast on its side."""
    held, total = 0.0, 0.0
    for crossing in discrete.traces.walls.crossings:
        for pool in crossing.pools:
            power = np.broadcast_to(pool.share[:, None, :], pool.kept.shape)
            held += float(power[pool.kept > 1.0 - _LEAVING].sum())
            total += float(power.sum())
    return held / total if total > 0.0 else 0.0


def _body_heat(discrete: Discrete, body: Indices, temperature: Array) -> Array:
    """Return ``int S T`` of each body."""
    density = discrete.packed.mesh.node_volumes * discrete.scattering
    return np.asarray(np.bincount(body, density * temperature), dtype=np.float64)


def _opposite(discrete: Discrete) -> tuple[Indices, Indices]:
    """Return the trace that the reverse of each one fills, and its vertices there."""
    tables = discrete.traces.tables
    n, wide = discrete.traces.nodes.shape
    trace = np.arange(n)
    vertex = np.tile(np.arange(wide), (n, 1))
    row, ordinate = np.nonzero(tables.read >= 0)
    read = tables.read[row, ordinate]
    trace[read] = tables.write[row, opposites(discrete.quadrature)[ordinate]]
    vertex[read] = tables.vertex[row]
    return trace[:, None], vertex
