"""Wrap maps: long flights between mirrors and through periodic faces, solved at once.

What leaves the domain through a mirror or a periodic face comes in again, on a trace. A phonon of
long path does so many times before it is scattered, and a Krylov solver that moves every trace one
flight on per step needs as many steps as it makes flights. No continuum sees them.

But flights couple few unknowns: an ordinate with its images, one lane, the traces alone. For those
that live long the map of traces to traces M is built once, column by column, by sweeps without
temperatures or emissions. Then an evaluation of F first sweeps these ordinates alone, which gives
the traces w' that follow from w, and goes on with

    w + (I - M)^-1 (w' - w),

which all further flights would lead to if nothing else changed. Where there are too many faces M
is that of linear functions on patches of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from bte.packing.arrays import Array
from bte.solvers.patches import Indices, Patches, make_patches

Mask = NDArray[np.bool_]
#: Traces that the given ordinates write for traces that they read, with nothing else.
Flight = Callable[[Array, Indices], Array]

#: Flights that a probe makes, and what must be left of it per flight.
_FLIGHTS, _SURVIVES = 4, 0.5

#: Sweeps that building the maps may take, and bytes of the maps.
_LARGEST_SETUP, _LARGEST_MAPS = 50.0, 64e6


@dataclass(frozen=True, eq=False)
class TraceLinks:
    """Which ordinates traces connect, and where.

    Attributes
    ----------
    reader, writer : (n_trace,)
        Ordinate that reads and that fills each trace.
    face : (n_trace,)
        Index of its face in the tables below.
    alive : (n_trace, n_lane) bool
    points : (n_face, n_face_vertex, dim)
    areas : (n_face, n_face_vertex)
    normal : (n_face, dim)
    n_ordinate : int
    """

    reader: Indices
    writer: Indices
    face: Indices
    alive: Mask
    points: Array
    areas: Array
    normal: Array
    n_ordinate: int

    def directions(self) -> tuple[Indices, Indices]:
        """Return for each face the number of its normal, and of that up to its sign."""
        rounded = np.round(self.normal, 6) + 0.0
        first = np.take_along_axis(rounded, (rounded != 0).argmax(axis=1)[:, None], axis=1)
        oriented = np.unique(rounded, axis=0, return_inverse=True)[1]
        axis = np.unique(rounded * np.sign(first), axis=0, return_inverse=True)[1]
        return oriented.ravel().astype(np.int64), axis.ravel().astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Group:
    """An ordinate with its images.

    Attributes
    ----------
    traces, lanes : indices
    prolong, restrict : sparse
        From coefficients on patches to values at the vertices of the traces, and back.
    more : (n_lane, n, n) float32
        ``(I - M)^-1 - I`` of the coefficients.
    """

    traces: Indices
    lanes: Indices
    prolong: csr_matrix
    restrict: csr_matrix
    more: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WrapMaps:
    """Solved flights.

    Attributes
    ----------
    ordinates : (n,)
        Those whose traces are solved.
    groups : tuple of groups
    solved : (n_trace, n_lane) bool
        Traces that follow from the rest of the unknown.
    fraction : float
        Of a sweep, that each evaluation takes more.
    setup : float
        Sweeps that building took.
    """

    ordinates: Indices
    groups: tuple[_Group, ...]
    solved: Mask
    fraction: float
    setup: float

    def unsolved(self, traces: Array) -> Array:
        """Return traces with zeros where they are solved."""
        return np.asarray(traces * ~self.solved[:, None, :])

    def advance(self, traces: Array, written: Array) -> Array:
        """Return the traces after all further flights.

        Parameters
        ----------
        traces, written : (n_trace, n_face_vertex, n_lane)
            Those that were read, and what the `ordinates` then wrote.
        """
        result = traces.copy()
        for group in self.groups:
            at = np.ix_(group.traces, np.arange(traces.shape[1]), group.lanes)
            step = written[at] - traces[at]
            flat = step.reshape(-1, len(group.lanes))
            coefficients = (group.restrict @ flat).T[:, :, None]
            further = group.prolong @ (group.more @ coefficients)[:, :, 0].T
            result[at] += step + further.reshape(step.shape)
        return result


@dataclass(frozen=True, eq=False)
class _Choice:
    """What is solved: traces and lanes, in functions on patches.

    ``columns[o]`` are the numbers of the patches that ordinate o reads, ``number`` that of the
    group of each ordinate.
    """

    links: TraceLinks
    patches: Patches
    chosen: Mask
    columns: list[Indices]
    number: Indices

    @property
    def traces(self) -> Mask:
        """Traces with any chosen lane (n_trace,)."""
        return np.asarray(self.chosen.any(axis=1))

    @property
    def sweeps(self) -> float:
        """Sweeps that probing takes."""
        count = sum(len(c) for c in self.columns)
        return count * self.patches.n_function / self.links.n_ordinate

    @property
    def bytes(self) -> float:
        """Size of the maps."""
        count = np.array([len(c) for c in self.columns])
        size = np.bincount(self.number, count) * self.patches.n_function
        return 4.0 * float(self.chosen.any(axis=0).sum()) * float((size**2).sum())


def make_wraps(links: TraceLinks, flight: Flight) -> WrapMaps | None:
    """Find the long flights and build their maps; None where there are none."""
    oriented, axis = links.directions()
    lasting = (_survival(links, flight) > _SURVIVES) & _most_crossed(links, axis)[:, None]
    if not lasting.any():
        return None
    most = 1
    choice = _choose(links, lasting, oriented, most)
    while max(choice.sweeps / _LARGEST_SETUP, choice.bytes / _LARGEST_MAPS) > 1.0:
        most *= 2
        choice = _choose(links, lasting, oriented, most)
    groups = _build(choice, flight)
    solved = np.zeros_like(lasting)
    for group in groups:
        solved[np.ix_(group.traces, group.lanes)] = True
    ordinates = np.unique(links.reader[choice.traces])
    fraction = len(ordinates) / links.n_ordinate
    return WrapMaps(ordinates, groups, solved, fraction, _FLIGHTS + choice.sweeps)


def _survival(links: TraceLinks, flight: Flight) -> Array:
    """Return what is left of a unit trace per flight (n_trace, n_lane)."""
    traces = np.ones((len(links.reader), links.areas.shape[1], links.alive.shape[1]))
    traces *= links.alive[:, None, :]
    every = np.arange(links.n_ordinate)
    for _ in range(_FLIGHTS):
        traces = flight(traces, every)
    return np.asarray(np.abs(traces).max(axis=1) ** (1.0 / _FLIGHTS) * links.alive)


def _most_crossed(links: TraceLinks, axis: Indices) -> Mask:
    """Return the traces on those faces that their ordinate crosses most often.

    Every long flight crosses them, so that the others need not be solved.
    """
    crossings = np.zeros((links.n_ordinate, int(axis.max()) + 1))
    np.add.at(crossings, (links.reader, axis[links.face]), 1.0)
    return np.asarray(crossings.argmax(axis=1)[links.reader] == axis[links.face])


def _choose(links: TraceLinks, lasting: Mask, oriented: Indices, most: int) -> _Choice:
    """Extend the lasting traces to whole patches of at most ``most`` faces."""
    patches = make_patches(links.points, links.areas, oriented, most)
    patch = patches.patch[links.face]
    n_patch = int(patches.patch.max()) + 1
    unknown = links.reader * n_patch + patch
    wanted = np.zeros((links.n_ordinate * n_patch, lasting.shape[1]), dtype=bool)
    np.logical_or.at(wanted, unknown, lasting)
    chosen = wanted[unknown] & links.alive
    used = np.flatnonzero(wanted.any(axis=1))
    count = np.bincount(used // n_patch, minlength=links.n_ordinate)
    columns = np.split(used % n_patch, np.cumsum(count)[:-1])
    traces = chosen.any(axis=1)
    pairs = (links.writer[traces], links.reader[traces])
    n = links.n_ordinate
    graph = coo_matrix((np.ones(len(pairs[0])), pairs), shape=(n, n))
    number = connected_components(graph, directed=False)[1].astype(np.int64)
    return _Choice(links, patches, chosen, columns, number)


def _build(choice: _Choice, flight: Flight) -> tuple[_Group, ...]:
    """Probe, assemble and invert the maps of all groups."""
    links, traces = choice.links, np.flatnonzero(choice.traces)
    active = np.array([o for o, c in enumerate(choice.columns) if len(c)])
    groups, maps = [], []
    for group in np.unique(choice.number[active]):
        mine = traces[choice.number[links.reader[traces]] == group]
        lanes = np.flatnonzero(choice.chosen[mine].any(axis=0))
        prolong, restrict = _transfer(choice, mine)
        groups.append((group, mine, lanes, prolong, restrict))
        maps.append(np.zeros((len(lanes), prolong.shape[1], prolong.shape[1])))
    start = _starts(choice)
    for k in range(max(len(c) for c in choice.columns) * choice.patches.n_function):
        ordinates = active[[k < len(choice.columns[o]) * choice.patches.n_function for o in active]]
        answer = flight(_unit(choice, ordinates, k), ordinates)
        for (group, mine, lanes, _, restrict), map_ in zip(groups, maps, strict=True):
            for o in ordinates[choice.number[ordinates] == group]:
                out = answer[mine][:, :, lanes] * (links.writer[mine] == o)[:, None, None]
                map_[:, :, start[o] + k] = (restrict @ out.reshape(-1, len(lanes))).T
    return tuple(
        _Group(mine, lanes, prolong, restrict, _inverse(map_))
        for (_, mine, lanes, prolong, restrict), map_ in zip(groups, maps, strict=True)
    )


def _starts(choice: _Choice) -> Indices:
    """Return the number, within its group, of each ordinate's first coefficient."""
    start = np.zeros(len(choice.columns), dtype=np.int64)
    filled = np.zeros(int(choice.number.max()) + 1, dtype=np.int64)
    for o, columns in enumerate(choice.columns):
        start[o] = filled[choice.number[o]]
        filled[choice.number[o]] += len(columns) * choice.patches.n_function
    return start


def _unit(choice: _Choice, ordinates: Indices, k: int) -> Array:
    """Return traces that are the k-th function of every ordinate."""
    links, patches = choice.links, choice.patches
    which, function = divmod(k, patches.n_function)
    wanted = np.full(links.n_ordinate, -1, dtype=np.int64)
    wanted[ordinates] = [choice.columns[o][which] for o in ordinates]
    mine = np.flatnonzero(wanted[links.reader] == patches.patch[links.face])
    traces = np.zeros((len(links.reader), links.areas.shape[1], links.alive.shape[1]))
    value = patches.basis[links.face[mine], :, function]
    traces[mine] = value[:, :, None] * links.alive[mine][:, None, :]
    return traces


def _transfer(choice: _Choice, traces: Indices) -> tuple[csr_matrix, csr_matrix]:
    """Return prolongation and restriction between patches and the vertices of traces."""
    links, patches, start = choice.links, choice.patches, _starts(choice)
    wide, n_function = patches.basis.shape[1:]
    place = np.empty(len(traces), dtype=np.int64)
    for o in np.unique(links.reader[traces]):
        mine = links.reader[traces] == o
        which = np.searchsorted(choice.columns[o], patches.patch[links.face[traces[mine]]])
        place[mine] = start[o] + which * n_function
    row = np.repeat(np.arange(len(traces) * wide), n_function)
    column = np.repeat(place[:, None] + np.arange(n_function), wide, axis=0).ravel()
    shape = (len(traces) * wide, int(column.max()) + 1)
    face = links.face[traces]
    prolong = csr_matrix((patches.basis[face].ravel(), (row, column)), shape=shape)
    dual = csr_matrix((patches.dual[face].ravel(), (row, column)), shape=shape)
    return prolong, csr_matrix(dual.T)


def _inverse(map_: Array) -> NDArray[np.float32]:
    unit = np.eye(map_.shape[1])
    return np.asarray(np.linalg.inv(unit - map_) - unit, dtype=np.float32)
