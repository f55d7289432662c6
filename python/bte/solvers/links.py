"""Which ordinates the traces of mirrors and periodic faces connect, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing import Kind
from bte.packing.arrays import TRACED, Array
from bte.solvers.discrete import Discrete
from bte.solvers.traces import trace_tables

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TraceLinks:
    """Where traces are read and filled.

    Attributes
    ----------
    reader, writer : (n_trace,)
        Ordinate that reads and that fills each trace.
    alive : (n_trace, n_lane) bool
        Lanes that are handed on; none at faces that mix directions.
    entry, exit : (n_trace, n_face_vertex, dim)
        Points where it is read, and where it is filled: elsewhere at periodic faces.
    real : (n_trace, n_face_vertex) bool
        Not those that only fill the row of a face with fewer vertices.
    """

    reader: Indices
    writer: Indices
    alive: NDArray[np.bool_]
    entry: Array
    exit: Array
    real: NDArray[np.bool_]


def make_links(discrete: Discrete) -> TraceLinks:
    """Return which ordinates read and write the traces of mirrors and periodic faces."""
    packed, traces = discrete.packed, discrete.traces
    tables, points = trace_tables(packed, discrete.quadrature), packed.mesh.node_points
    reader, writer = (np.zeros(len(traces.cell), dtype=np.int64) for _ in range(2))
    row, ordinate = np.nonzero(tables.read >= 0)
    reader[tables.read[row, ordinate]] = ordinate
    kind = packed.sides.kind[tables.side]
    handed = np.zeros(len(traces.cell), dtype=bool)
    handed[tables.read[row, ordinate]] = np.isin(kind, PLAIN)[row]
    # what is shared among ordinates has no writer of its own
    handed[traces.walls.changed] = False
    row, ordinate = np.nonzero(tables.write >= 0)
    writer[tables.write[row, ordinate]] = ordinate
    return TraceLinks(
        reader,
        writer,
        traces.alive & handed[:, None],
        points[traces.nodes],
        points[traces.origin],
        traces.area > 0,
    )


#: Sides that hand each ordinate to one other.
PLAIN = tuple(kind for kind in TRACED if kind != Kind.ROUGH)
