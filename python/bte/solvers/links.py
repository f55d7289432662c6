"""Which ordinates the traces of mirrors, rough walls and periodic faces connect, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array
from bte.packing.parts import unbroken_pieces
from bte.solvers.discrete import Discrete

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TraceLinks:
    """Where traces are read and filled.

    Attributes
    ----------
    reader, writer : (n_trace,)
        Ordinate that reads and that fills each trace.
    alive : (n_trace, n_lane) bool
        Lanes that are handed on; none at mirrors that send an ordinate into several.
    entry, exit : (n_trace, n_face_vertex, dim)
        Points where it is read, and where it is filled: elsewhere at periodic faces.
    start, end : (n_trace,)
        Piece in which it is read, and in which it is filled: rays end at interfaces, and at
        periodic faces.
    real : (n_trace, n_face_vertex) bool
        Not those that only fill the row of a face with fewer vertices.
    """

    reader: Indices
    writer: Indices
    alive: NDArray[np.bool_]
    entry: Array
    exit: Array
    start: Indices
    end: Indices
    real: NDArray[np.bool_]


def make_links(discrete: Discrete) -> TraceLinks:
    """Return which ordinates read and fill the traces of a problem."""
    traces, points = discrete.traces, discrete.packed.mesh.node_points
    tables = traces.tables
    reader, writer = (np.zeros(len(traces.cell), dtype=np.int64) for _ in range(2))
    handed = np.zeros(len(traces.cell), dtype=bool)
    row, ordinate = np.nonzero(tables.read >= 0)
    reader[tables.read[row, ordinate]] = ordinate
    handed[tables.read[row, ordinate]] = True
    row, ordinate = np.nonzero(tables.write >= 0)
    writer[tables.write[row, ordinate]] = ordinate
    for wall in traces.walls.walls:
        handed[wall.traces] &= wall.mixing is None
    piece = discrete.packed.at_nodes(unbroken_pieces(discrete.packed))
    return TraceLinks(
        reader,
        writer,
        traces.alive & handed[:, None],
        points[traces.nodes],
        points[traces.origin],
        piece[traces.nodes[:, 0]],
        piece[traces.origin[:, 0]],
        traces.area > 0,
    )
