"""Angular traces: what sides hand from one ordinate to another, and lagged faces to themselves.

A trace holds the values of all lanes at the vertices of one face for one ordinate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.errors import BteError
from bte.packing import Kind, Packed
from bte.packing.arrays import TRACED, Array, Bytes, Ints
from bte.packing.face_view import FaceView, own_view
from bte.quadrature import Quadrature
from bte.solvers.lanes import Lanes


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
    """

    side: NDArray[np.int64]
    row: Ints
    read: Ints
    write: Ints
    vertex: Bytes
    face: Bytes


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
        ``w |Omega . a|`` of the ordinate.
    zone : (n_trace,)
        Region of the cell.
    flux : (n_trace, n_lane)
        ``w s C v`` of the lanes in that region.
    alive : (n_trace, n_lane) bool
        Lanes that carry heat there.
    jump : (n_trace,)
        Temperature that periodic faces add [K].
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

    def answer(self, written: Array, *, affine: bool) -> Array:
        """Return the traces that are read next, for those that a sweep has written.

        Parameters
        ----------
        written : (n_trace, n_face_vertex, n_lane)
        affine : bool
            Whether temperature offsets are added (F) or not (its linear part).
        """
        values = written + self.jump[:, None, None] if affine else written
        return np.asarray(values * self.alive[:, None, :])


def trace_tables(packed: Packed, quadrature: Quadrature) -> TraceTables:
    """Return the traces of mirrors and periodic faces.

    Raises
    ------
    BteError
        Where the mirror image of an ordinate is not in the set.
    """
    sides = packed.sides
    traced = sides.of(*TRACED)
    row = np.full(sides.n, -1, dtype=np.int32)
    row[traced] = np.arange(len(traced))
    inward = sides.normal[traced] @ quadrature.directions.T < 0
    read = np.full(inward.shape, -1, dtype=np.int32)
    read[inward] = np.arange(inward.sum())
    reader = np.arange(len(traced))
    periodic = sides.kind[traced] == Kind.PERIODIC
    reader[periodic] = row[sides.partner[traced[periodic]]]
    vertex = np.tile(np.arange(sides.nodes.shape[1]), (len(traced), 1))
    vertex[periodic] = sides.partner_vertex[traced[periodic]]
    image = np.tile(np.arange(quadrature.n_ordinate), (len(traced), 1))
    image[~periodic] = _images(packed, quadrature, traced[~periodic])
    write = read[reader[:, None], image]
    face = np.repeat(sides.local[traced], inward.sum(axis=1))
    return TraceTables(traced, row, read, write, vertex.astype(np.uint8), face.astype(np.uint8))


def _images(packed: Packed, quadrature: Quadrature, mirrors: NDArray[np.int64]) -> Ints:
    """Return the mirror image of every ordinate at every mirror side."""
    normals = packed.sides.normal[mirrors]
    rounded, which = np.unique(np.round(normals, 9), axis=0, return_inverse=True)
    images = np.zeros((len(rounded), quadrature.n_ordinate), dtype=np.int32)
    for i, group in enumerate(rounded):
        image = quadrature.mirrored(group / np.linalg.norm(group))
        if image is None:
            name = packed.mesh.boundary_names[packed.sides.boundary[mirrors[which == i][0]]]
            raise BteError(
                f"boundary '{name}' is Specular with normal {np.round(group, 4).tolist()}, which "
                "is no symmetry plane of the ordinates; align it with the axes or use Diffuse()"
            )
        images[i] = image
    return images[which.ravel()]


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
    speed = np.abs(np.einsum("tid,td->ti", areas, quadrature.directions[ordinate]))
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
        lanes.flux[zone],
        lanes.alive[zone],
        np.concatenate([sides.jump[side], np.zeros(len(cut))]),
    )
