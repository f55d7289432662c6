"""Angular traces: what sides hand from one ordinate to another, and lagged faces to themselves.

A trace holds the values of all lanes at the vertices of one face for one ordinate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.conditions.rough import Rough
from bte.packing import Kind, Packed
from bte.packing.arrays import TRACED, Array, Bytes, Ints, membership
from bte.packing.face_view import FaceView, own_view
from bte.quadrature import Quadrature
from bte.solvers.coupling import warped_sides
from bte.solvers.interfaces import crossings_of
from bte.solvers.lanes import Lanes
from bte.solvers.reflection import GRAZING, Mirror, make_mirror, opposites
from bte.solvers.walls import Walls, Warp, grouped, make_wall

#: Sides that hand what arrives back into their own cell.
_REFLECTING = (Kind.MIRROR, Kind.ROUGH)

#: Rounded normal.
Orientation = tuple[float, ...]


class TraceTables(NamedTuple):
    """Which traces the sides of a problem read and fill; a row is a side with traces.

    Attributes
    ----------
    side : (n_row,)
    row : (n_side,) int32
        Row of each side, -1 where it has none.
    read, write : (n_row, n_ordinate) int32
        The trace that feeds an inward ordinate, and that which an outward one fills, -1 for none.
    vertex : (n_row, n_face_vertex) uint8
        Where each vertex of the side stands in the trace it fills.
    face : (n_trace,) uint8
        Local face of the cell that reads the trace.
    mirrors : dict of tuple to Mirror
        By the rounded normal of the mirrors and rough walls.
    """

    side: NDArray[np.int64]
    row: Ints
    read: Ints
    write: Ints
    vertex: Bytes
    face: Bytes
    mirrors: dict[Orientation, Mirror]


@dataclass(frozen=True, eq=False)
class Traces:
    """Where traces enter the domain.

    Attributes
    ----------
    cell : (n_trace,)
        The cell that reads the trace.
    nodes : (n_trace, n_face_vertex)
        Its DG nodes on the face.
    origin : (n_trace, n_face_vertex)
        The nodes from which it comes: those of the partner at periodic faces.
    mass : (n_face, n_face_vertex, n_face_vertex)
        ``int phi_i phi_j dA`` of the faces that have traces, and of each trace the ``row`` there.
    area : (n_trace, n_face_vertex)
        Area of each vertex.
    strength : (n_trace, n_face_vertex)
        ``-w Omega . a`` of the ordinate.
    zone : (n_trace,)
        Region of the cell.
    flux : (n_trace, n_lane)
        ``w s C v`` of the lanes in that region.
    alive : (n_trace, n_lane) bool
        Lanes that carry heat there.
    jump : (n_trace,)
        Temperature that periodic faces add [K].
    walls : Walls
        What walls do with the traces that reach them.
    tables : TraceTables
        Who reads and fills them.
    """

    cell: NDArray[np.int64]
    nodes: NDArray[np.int64]
    origin: NDArray[np.int64]
    mass: Array
    row: NDArray[np.int64]
    area: Array
    strength: Array
    zone: Ints
    flux: Array
    alive: NDArray[np.bool_]
    jump: Array
    walls: Walls
    tables: TraceTables

    def answer(self, written: Array, *, affine: bool) -> Array:
        """Return the traces that are read next, for those that a sweep has written.

        Parameters
        ----------
        written : (n_trace, n_face_vertex, n_lane)
        affine : bool
            Whether temperature offsets are added (F) or not (its linear part).
        """
        values = self.walls.reflect(written)
        if affine:
            values = values + self.jump[:, None, None]
        return np.asarray(values * self.alive[:, None, :])

    def blend(self, levels: Array) -> None:
        """Let temperatures of both sides of resolved interfaces leave as they would, in place.

        Parameters
        ----------
        levels : (n_trace, n_face_vertex, n_lane)
            What every side would hand on of its own; equal in all ordinates.
        """
        for crossing in self.walls.crossings:
            crossing.blend(levels)

    def crossed(self, values: Array) -> Iterator[tuple[NDArray[np.int64], Array]]:
        """Yield sides of resolved interfaces and the power that traces carry in there by band.

        Parameters
        ----------
        values : (n_trace, n_face_vertex, n_lane)

        Yields
        ------
        (n,) sides and (n, n_band) [W]
        """
        sum_bands = membership(self.walls.band, self.walls.n_band)
        for crossing in self.walls.crossings:
            for side in (0, 1):
                mine = crossing.traces[:, side]
                lanes = np.einsum("finl,fin->fl", values[mine], self.strength[mine])
                yield crossing.sides[:, side], (lanes * self.flux[mine[:, 0]]) @ sum_bands

    def without_diffuse(self) -> Traces:
        """Return the traces of intensities whose diffuse part vanishes by symmetry."""
        return replace(self, walls=self.walls.without_diffuse())


def trace_tables(packed: Packed, quadrature: Quadrature) -> TraceTables:
    """Number the traces of mirrors, rough walls, periodic faces and resolved interfaces.

    There is one for each side and inward ordinate. At a mirror an outward ordinate fills that of
    its image, or where the set lacks images that of its opposite, as at a resolved interface; at a
    periodic face its own at the partner.
    """
    sides = packed.sides
    traced = sides.of(*TRACED)
    row = np.full(sides.n, -1, dtype=np.int32)
    row[traced] = np.arange(len(traced))
    inward = sides.normal[traced] @ quadrature.directions.T < -GRAZING
    read = np.full(inward.shape, -1, dtype=np.int32)
    read[inward] = np.arange(inward.sum())
    reader = np.arange(len(traced))
    periodic = sides.kind[traced] == Kind.PERIODIC
    reader[periodic] = row[sides.partner[traced[periodic]]]
    vertex = np.tile(np.arange(sides.nodes.shape[1]), (len(traced), 1))
    vertex[periodic] = sides.partner_vertex[traced[periodic]]
    image = np.tile(np.arange(quadrature.n_ordinate), (len(traced), 1))
    image[sides.kind[traced] == Kind.RESOLVED] = opposites(quadrature)
    mirrors: dict[Orientation, Mirror] = {}
    for i in np.flatnonzero(np.isin(sides.kind[traced], _REFLECTING)):
        key = orientation(sides.normal[traced[i]])
        if key not in mirrors:
            mirrors[key] = make_mirror(quadrature, np.array(key) / np.linalg.norm(key))
        image[i] = mirrors[key].label
    write = read[reader[:, None], image]
    face = np.repeat(sides.local[traced], inward.sum(axis=1)).astype(np.uint8)
    return TraceTables(traced, row, read, write, vertex.astype(np.uint8), face, mirrors)


def orientation(normal: Array) -> Orientation:
    """Return a normal without the rounding that tells equal ones apart."""
    return tuple((np.round(normal, 9) + 0.0).tolist())


def shared_mirrors(packed: Packed, tables: TraceTables) -> dict[str, int]:
    """Return the boundaries with mirrors off the symmetry planes, and their orientations there."""
    sides, names = packed.sides, packed.mesh.boundary_names
    found: dict[str, set[Orientation]] = {}
    for side in tables.side[np.isin(sides.kind[tables.side], _REFLECTING)]:
        normal = orientation(sides.normal[side])
        if tables.mirrors[normal].exchange is not None:
            found.setdefault(names[sides.boundary[side]], set()).add(normal)
    return {name: len(normals) for name, normals in found.items()}


def walls_of(packed: Packed, quadrature: Quadrature, lanes: Lanes, tables: TraceTables) -> Walls:
    """Return what rough walls, mirrors off the symmetry planes and interfaces do with traces."""
    sides, names = packed.sides, packed.mesh.boundary_names
    rows = np.flatnonzero(np.isin(sides.kind[tables.side], _REFLECTING))
    keys = [
        (orientation(sides.normal[i]), int(sides.boundary[i]), int(sides.zone[i]))
        for i in tables.side[rows]
    ]
    walls, warps = [], []
    warped = np.isin(tables.side[rows], warped_sides(sides))
    for (normal, boundary, zone), mine in grouped(keys).items():
        mirror, condition = tables.mirrors[normal], packed.problem.boundaries[names[boundary]]
        rough = condition if isinstance(condition, Rough) else None
        paths = packed.mean_free_path[zone], packed.wavenumber[zone]
        places = tables.read[rows[mine]][:, mirror.inward].astype(np.int64)
        walls.append(make_wall(places, mirror, rough, lanes, zone, paths))
        if warped[mine].any():
            bent = mine[warped[mine]]
            areas = sides.vertex_areas[tables.side[rows[bent]]]
            warps.append(_warp(places[warped[mine]], areas, mirror, quadrature, lanes, zone))
    found = tuple(wall for wall in walls if wall is not None)
    crossings = crossings_of(packed, quadrature, lanes, tables.row, tables.read)
    return Walls(found, lanes.band, packed.n_band, tuple(warps), crossings)


def _warp(
    traces: NDArray[np.int64],
    areas: Array,
    mirror: Mirror,
    quadrature: Quadrature,
    lanes: Lanes,
    zone: int,
) -> Warp:
    """Return the balance of warped sides with the given area vectors (n_side, n_vertex, dim)."""
    writer = np.empty_like(mirror.label)
    outward = np.flatnonzero(np.isin(mirror.label, mirror.inward))
    writer[mirror.label[outward]] = outward
    through = quadrature.weights * (areas @ quadrature.directions.T)
    into = -through[:, :, mirror.inward].swapaxes(1, 2)
    flux = lanes.flux[zone]
    total = into.sum(axis=(1, 2))[:, None] * (
        flux @ membership(lanes.band, int(lanes.band.max()) + 1)
    )
    out = through[:, :, writer[mirror.inward]].swapaxes(1, 2)
    return Warp(traces, out, into, flux, total)


def traces_of(
    packed: Packed,
    quadrature: Quadrature,
    lanes: Lanes,
    transport: _core.Transport,
    tables: TraceTables,
) -> Traces:
    """Collect where the traces of sides and of lagged faces enter."""
    sides, mesh = packed.sides, packed.mesh
    row, ordinate = np.nonzero(tables.read >= 0)
    side = tables.side[row]
    cut = transport.cuts
    n_face = packed.geometry.face_vector.shape[1]
    cut_cell = cut[:, 1] // n_face
    lagged = own_view(mesh, cut_cell, cut[:, 1] % n_face)
    walls = FaceView(sides.nodes[side], sides.vertex_areas[side], sides.mass[tables.side])
    cell = np.concatenate([sides.cell[side], cut_cell]).astype(np.int64)
    ordinate = np.concatenate([ordinate, cut[:, 0]])
    areas = np.concatenate([walls.areas, lagged.areas])
    speed = -np.einsum("tid,td->ti", areas, quadrature.directions[ordinate])
    nodes = np.concatenate([walls.nodes, lagged.nodes]).astype(np.int64)
    origin = nodes.copy()
    periodic = np.flatnonzero(sides.kind[side] == Kind.PERIODIC)
    partner = sides.partner[side[periodic]]
    origin[periodic] = sides.nodes[partner[:, None], sides.partner_vertex[side[periodic]]]
    zone = mesh.cell_region[cell]
    return Traces(
        cell,
        nodes,
        origin,
        np.concatenate([walls.mass, lagged.mass]),
        np.concatenate([row, len(tables.side) + np.arange(len(cut))]),
        np.linalg.norm(areas, axis=2),
        quadrature.weights[ordinate][:, None] * speed,
        zone,
        lanes.at(lanes.flux, ordinate, zone),
        lanes.at(lanes.alive, ordinate, zone),
        np.concatenate([sides.jump[side], np.zeros(len(cut))]),
        walls_of(packed, quadrature, lanes, tables),
        tables,
    )
