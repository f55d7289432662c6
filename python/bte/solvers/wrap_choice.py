"""Which traces long flights take, and in how many unknowns they are solved."""

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

#: Flights that a probe makes, what must be left of a trace per flight, and of the longest-lived one
#: for maps to pay.
FLIGHTS, SURVIVES, WORTHWHILE = 4, 0.5, 0.8


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

    def zeros(self) -> Array:
        """Return traces without anything (n_trace, n_face_vertex, n_lane)."""
        return np.zeros((len(self.reader), self.areas.shape[1], self.alive.shape[1]))

    def directions(self) -> Indices:
        """Return for each face the number of its normal."""
        rounded = np.round(self.normal, 6) + 0.0
        number = np.unique(rounded, axis=0, return_inverse=True)[1]
        return number.ravel().astype(np.int64)


@dataclass(frozen=True, eq=False)
class Choice:
    """What is solved: traces and lanes, in functions on patches.

    Attributes
    ----------
    links : TraceLinks
    patches : Patches
    chosen : (n_trace, n_lane) bool
    columns : list, one per ordinate
        Patches that it reads.
    number : (n_ordinate,)
        Group of each ordinate: with those it exchanges traces with.
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
    def ordinates(self) -> Indices:
        """Ordinates that read chosen traces."""
        return np.flatnonzero([len(c) > 0 for c in self.columns])

    @property
    def fraction(self) -> float:
        """Their part of all."""
        return len(self.ordinates) / self.links.n_ordinate

    @property
    def bytes(self) -> float:
        """Size of the maps."""
        count = np.array([len(c) for c in self.columns])
        size = np.bincount(self.number, count) * self.patches.n_function
        return 4.0 * float(self.chosen.any(axis=0).sum()) * float((size**2).sum())

    def starts(self) -> Indices:
        """Return the number, within its group, of each ordinate's first coefficient."""
        start = np.zeros(len(self.columns), dtype=np.int64)
        filled = np.zeros(int(self.number.max()) + 1, dtype=np.int64)
        for o, columns in enumerate(self.columns):
            start[o] = filled[self.number[o]]
            filled[self.number[o]] += len(columns) * self.patches.n_function
        return start

    def transfer(self, traces: Indices) -> tuple[csr_matrix, csr_matrix]:
        """Return prolongation and restriction between patches and the vertices of traces."""
        links, patches, start = self.links, self.patches, self.starts()
        wide, n_function = patches.basis.shape[1:]
        place = np.empty(len(traces), dtype=np.int64)
        for o in np.unique(links.reader[traces]):
            mine = links.reader[traces] == o
            which = np.searchsorted(self.columns[o], patches.patch[links.face[traces[mine]]])
            place[mine] = start[o] + which * n_function
        row = np.repeat(np.arange(len(traces) * wide), n_function)
        column = np.repeat(place[:, None] + np.arange(n_function), wide, axis=0).ravel()
        shape = (len(traces) * wide, int(column.max()) + 1)
        face = links.face[traces]
        prolong = csr_matrix((patches.basis[face].ravel(), (row, column)), shape=shape)
        dual = csr_matrix((patches.dual[face].ravel(), (row, column)), shape=shape)
        return prolong, csr_matrix(dual.T)


def lasting_traces(links: TraceLinks, flight: Flight) -> Mask:
    """Return the traces of long flights (n_trace, n_lane): half of a unit survives each flight.

    None where no trace lives so long that this would slow a Krylov solver down.
    """
    traces = links.zeros() + links.alive[:, None, :]
    every = np.arange(links.n_ordinate)
    for _ in range(FLIGHTS):
        traces = flight(traces, every)
    left = np.abs(traces).max(axis=1) ** (1.0 / FLIGHTS) * links.alive
    return np.asarray((left > SURVIVES) & (left.max() > WORTHWHILE))


def choose(links: TraceLinks, lasting: Mask, most: int) -> Choice:
    """Extend lasting traces to whole patches of at most ``most`` faces."""
    patches = make_patches(links.points, links.areas, links.directions(), most)
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
    return Choice(links, patches, chosen, columns, number)
