"""Angular traces: what mirrors hand from one ordinate to another, and lagged faces to themselves.

A trace holds the nodal values of all lanes on one face for one ordinate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.conditions.rough import Rough
from bte.packing import Packed
from bte.packing.arrays import Array, Ints
from bte.quadrature import Quadrature
from bte.solvers.lanes import Lanes
from bte.solvers.reflection import Mirror, make_mirror
from bte.solvers.walls import Walls, grouped, make_wall


@dataclass(frozen=True, eq=False)
class Traces:
    """Where traces enter the domain.

    Attributes
    ----------
    cell : (n_trace,)
        The cell that reads the trace.
    nodes : (n_trace, dim)
        Its DG nodes on the face.
    strength : (n_trace,)
        ``w |Omega . n| A`` of the ordinate.
    zone : (n_trace,)
        Region of the cell.
    flux : (n_trace, n_lane)
        ``w s C v`` of the lanes in that region.
    alive : (n_trace, n_lane) bool
        Lanes that carry heat there.
    """

    cell: NDArray[np.int64]
    nodes: NDArray[np.int64]
    strength: Array
    zone: Ints
    flux: Array
    alive: NDArray[np.bool_]


class Tables(NamedTuple):
    """Which trace each side and ordinate reads and fills.

    Attributes
    ----------
    row : (n_side,) int32
        Row of a side in the tables below, -1 for sides without traces.
    read, write : (n_row, n_ordinate) int32
        Traces, -1 for none.
    face : (n_trace,) uint8
        Local face of the cell that reads it.
    mirrors : dict of tuple to Mirror
        By rounded normal.
    """

    row: Ints
    read: Ints
    write: Ints
    face: NDArray[np.uint8]
    mirrors: dict[tuple[float, ...], Mirror]


def trace_tables(packed: Packed, quadrature: Quadrature) -> Tables:
    """Number the traces of mirrors and rough walls: one for each side and inward ordinate."""
    sides, n_ordinate = packed.sides, quadrature.n_ordinate
    traced = sides.traced
    row = np.full(sides.n, -1, dtype=np.int32)
    row[traced] = np.arange(len(traced))
    mirrors: dict[tuple[float, ...], Mirror] = {}
    read = np.full((len(traced), n_ordinate), -1, dtype=np.int32)
    write = read.copy()
    n_trace = 0
    for i, normal in enumerate(sides.normal[traced]):
        key = orientation(normal)
        if key not in mirrors:
            mirrors[key] = make_mirror(quadrature, np.array(key) / np.linalg.norm(key))
        mirror = mirrors[key]
        read[i, mirror.inward] = n_trace + np.arange(len(mirror.inward))
        write[i] = read[i, mirror.label]
        n_trace += len(mirror.inward)
    face = np.repeat(sides.local[traced], (read >= 0).sum(axis=1)).astype(np.uint8)
    return Tables(row, read, write, face, mirrors)


def orientation(normal: Array) -> tuple[float, ...]:
    """Return a normal without the rounding that tells equal ones apart."""
    return tuple((np.round(normal, 9) + 0.0).tolist())


def make_walls(packed: Packed, lanes: Lanes, tables: Tables) -> Walls:
    """Return what rough walls and mirrors off the symmetry planes do with their traces."""
    sides, spectrum = packed.sides, packed.spectrum
    traced = sides.traced
    names, conditions = packed.mesh.boundary_names, packed.problem.boundaries
    keys = [
        (orientation(sides.normal[i]), int(sides.boundary[i]), int(sides.zone[i])) for i in traced
    ]
    walls = []
    for (normal, boundary, zone), rows in grouped(keys).items():
        mirror, condition = tables.mirrors[normal], conditions[names[boundary]]
        rough = condition if isinstance(condition, Rough) else None
        paths = packed.mean_free_path[zone], packed.wavenumber[zone]
        places = tables.read[rows][:, mirror.inward].astype(np.int64)
        walls.append(make_wall(places, mirror, rough, lanes, zone, paths))
    kept = tuple(wall for wall in walls if wall is not None)
    return Walls(kept, lanes.band, spectrum.n_band)


def traces_of(
    packed: Packed,
    quadrature: Quadrature,
    lanes: Lanes,
    transport: _core.Transport,
    read: Ints,
) -> Traces:
    """Collect where the traces of mirrors and of lagged faces enter."""
    sides, dim = packed.sides, packed.mesh.dim
    n_vertex = dim + 1
    mirrors = sides.traced
    row, ordinate = np.nonzero(read >= 0)
    cuts = transport.cuts
    cell = np.concatenate([sides.cell[mirrors][row], cuts[:, 1] // n_vertex]).astype(np.int64)
    local = np.concatenate([sides.local[mirrors][row], cuts[:, 1] % n_vertex])
    ordinate = np.concatenate([ordinate, cuts[:, 0]])
    vector = packed.geometry.face_vector[cell, local]
    speed = np.abs((vector * quadrature.directions[ordinate]).sum(axis=1))
    others = np.array([[j for j in range(n_vertex) if j != k] for k in range(n_vertex)])
    zone = packed.mesh.cell_region[cell]
    return Traces(
        cell,
        cell[:, None] * n_vertex + others[local],
        quadrature.weights[ordinate] * speed,
        zone,
        lanes.flux[zone],
        lanes.alive[zone],
    )
