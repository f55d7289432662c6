"""Which traces a problem's long flights take, for its wrap maps."""

from __future__ import annotations

import numpy as np

from bte.packing import Kind
from bte.packing.arrays import Array
from bte.solvers.discrete import Discrete
from bte.solvers.wrap import WrapMaps
from bte.solvers.wrap_choice import TraceLinks
from bte.solvers.wrap_probe import make_wraps

#: Flights shorter than so many of the longest mean free paths are not worth a probe.
_SHORT = np.log(2.0)


def find_wraps(discrete: Discrete) -> WrapMaps | None:
    """Return the wrap maps of a problem whose mirrors or periodic faces make long flights."""
    sides = discrete.packed.sides
    traced = sides.of(Kind.MIRROR, Kind.PERIODIC)
    if not len(traced) or not _may_be_long(discrete, sides.normal[traced], sides.area[traced]):
        return None
    return make_wraps(make_links(discrete), discrete.flown)


def _may_be_long(discrete: Discrete, normal: Array, area: Array) -> bool:
    """Whether half of a unit trace can live from face to face, along any axis.

    The distance between opposite faces is taken for volume over area.
    """
    lanes = discrete.lanes
    longest = 1.0 / lanes.inverse_mfp[lanes.alive].min()
    axis = np.round(np.abs(normal), 6)
    _, which = np.unique(axis, axis=0, return_inverse=True)
    widest = np.bincount(which.ravel(), area).max() / 2.0
    return bool(discrete.packed.mesh.volumes.sum() / widest < longest / _SHORT)


def make_links(discrete: Discrete) -> TraceLinks:
    """Return which ordinates read and write the traces of mirrors and periodic faces."""
    packed, quadrature, traces = discrete.packed, discrete.quadrature, discrete.traces
    tables, sides = traces.tables, packed.sides
    n_trace = len(traces.cell)
    reader, writer, face = (np.zeros(n_trace, dtype=np.int64) for _ in range(3))
    row, ordinate = np.nonzero(tables.read >= 0)
    reader[tables.read[row, ordinate]] = ordinate
    face[tables.read[row, ordinate]] = row
    row, ordinate = np.nonzero(tables.write >= 0)
    writer[tables.write[row, ordinate]] = ordinate
    alone = np.zeros(n_trace, dtype=bool)
    alone[: tables.read.max() + 1] = True
    alone &= np.isin(sides.kind[tables.side], (Kind.MIRROR, Kind.PERIODIC))[face]
    # what is shared among ordinates has no writer of its own
    alone[traces.walls.changed] = False
    return TraceLinks(
        reader,
        writer,
        face,
        traces.alive & alone[:, None],
        packed.mesh.node_points[sides.nodes[tables.side]],
        sides.weights[tables.side],
        sides.normal[tables.side],
        quadrature.n_ordinate,
    )
