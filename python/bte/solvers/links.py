"""Which ordinates the traces of mirrors and periodic faces connect, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing import Kind
from bte.packing.arrays import Array
from bte.solvers.discrete import Discrete
from bte.solvers.traces import trace_tables

Indices = NDArray[np.int64]

#: Coordinates closer than this part of the whole are the same.
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class TraceLinks:
    """Where traces are read and filled.

    Attributes
    ----------
    reader, writer : (n_trace,)
        Ordinate that reads and that fills each trace.
    face : (n_trace,)
        Index of its face in the tables below.
    alive : (n_trace, n_lane) bool
        Lanes that are handed on; none at faces that mix directions.
    points : (n_face, n_face_vertex, dim)
    areas : (n_face, n_face_vertex)
        Zero where a face has fewer vertices.
    facing : (n_face,)
        Faces of one number have one normal.
    n_ordinate : int
    """

    reader: Indices
    writer: Indices
    face: Indices
    alive: NDArray[np.bool_]
    points: Array
    areas: Array
    facing: Indices
    n_ordinate: int

    @property
    def rank(self) -> Indices:
        """Number of a trace's normal among those of the faces its reader enters by (n_trace,)."""
        n_facing = int(self.facing.max()) + 1
        entered = np.zeros((self.n_ordinate, n_facing), dtype=bool)
        entered[self.reader, self.facing[self.face]] = True
        number = np.cumsum(entered, axis=1) - 1
        return np.asarray(number[self.reader, self.facing[self.face]], dtype=np.int64)

    def coordinates(self) -> list[int]:
        """Return the axes along which faces of one normal differ."""
        extent = np.ptp(self.points, axis=(0, 1)).max()
        groups = [self.points[self.facing == k] for k in np.unique(self.facing)]
        spread = np.max([np.ptp(g, axis=(0, 1)) for g in groups], axis=0)
        return [int(d) for d in np.flatnonzero(spread > _SAME * extent)]


def make_links(discrete: Discrete) -> TraceLinks:
    """Return which ordinates read and write the traces of mirrors and periodic faces."""
    packed, quadrature, traces = discrete.packed, discrete.quadrature, discrete.traces
    tables, sides = trace_tables(packed, quadrature), packed.sides
    n_trace = len(traces.cell)
    reader, writer, face = (np.zeros(n_trace, dtype=np.int64) for _ in range(3))
    row, ordinate = np.nonzero(tables.read >= 0)
    reader[tables.read[row, ordinate]] = ordinate
    face[tables.read[row, ordinate]] = row
    handed = np.zeros(n_trace, dtype=bool)
    handed[tables.read[row, ordinate]] = True
    row, ordinate = np.nonzero(tables.write >= 0)
    writer[tables.write[row, ordinate]] = ordinate
    handed &= np.isin(sides.kind[tables.side], (Kind.MIRROR, Kind.PERIODIC))[face]
    rounded = np.round(sides.normal[tables.side], 6) + 0.0
    return TraceLinks(
        reader,
        writer,
        face,
        traces.alive & handed[:, None],
        packed.mesh.node_points[sides.nodes[tables.side]],
        sides.weights[tables.side],
        np.unique(rounded, axis=0, return_inverse=True)[1].ravel().astype(np.int64),
        quadrature.n_ordinate,
    )
