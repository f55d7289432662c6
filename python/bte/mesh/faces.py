"""Faces of a mesh: which cells they join, which nodes they see, where they point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.errors import MeshError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class FaceTable:
    """Every face of a mesh once, in the order in which the cells meet them.

    Attributes
    ----------
    cells : (n_face, 2) int32
        The cells on both sides, the second -1 on the boundary. Where the two lie in different
        regions the first is the one in the lower region.
    local : (n_face, 2) int8
        Number of the face within each cell; face k of a simplex is opposite its vertex k.
    nodes : (n_face, 2, n_face_vertex) int32
        DG nodes of the face's vertices in the order of the first cell's element (`element_faces`),
        the same vertex at the same place on both sides; -1 where there is no cell, and beyond the
        last vertex of a face that has fewer than others.
    normal : (n_face, dim) float64
        Unit normal out of the first cell; the direction of int n dA where a face is warped.
    area : (n_face,) float64
        Length of int n dA: [m2] in 3D, [m] in 2D, 1 in 1D.
    boundary : (n_face,) int32
        Index into the mesh's ``boundary_names``, -1 for interior faces.
    vertex_areas : (n_face, n_face_vertex, dim) float64
        Nodal area vectors, int n phi_a dA out of the first cell; they add up to normal x area.
    mass : (n_face, n_face_vertex, n_face_vertex) float64
        int phi_a phi_b dA, of a warped face projected along its normal, so that it adds up to the
        area.
    """

    cells: Ints
    local: NDArray[np.int8]
    nodes: Ints
    normal: Floats
    area: Floats
    boundary: Ints
    vertex_areas: Floats
    mass: Floats

    @property
    def n_face(self) -> int:
        """Number of faces."""
        return len(self.area)

    @property
    def interior(self) -> Ints:
        """Ids of the faces with a cell on both sides."""
        return np.flatnonzero(self.cells[:, 1] >= 0).astype(np.int32)

    @property
    def outer(self) -> Ints:
        """Ids of the faces on the boundary."""
        return np.flatnonzero(self.cells[:, 1] < 0).astype(np.int32)


def build_faces(
    points: Floats, connectivity: Ints, dg_offsets: NDArray[np.int64], cell_region: Ints
) -> FaceTable:
    """Find the faces of a mesh; those on the boundary all get the name with index 0.

    Raises
    ------
    MeshError
        Where more than two cells share a face.
    """
    dim = points.shape[1]
    cells, local, nodes, excess, n_unknown = _core.topology(
        dim, connectivity, dg_offsets, cell_region
    )
    if n_unknown:
        raise MeshError(f"{n_unknown} cells are of no known kind in {dim}D")
    if len(excess):
        raise MeshError(
            f"{len(excess)} faces belong to more than two cells, one of them to cell {excess[0]}; "
            "remove duplicate or overlapping cells"
        )
    boundary = np.where(cells[:, 1] < 0, 0, -1).astype(np.int32)
    return measured_faces(points, connectivity, dg_offsets, cells, local, nodes, boundary)


def measured_faces(
    points: Floats,
    connectivity: Ints,
    dg_offsets: NDArray[np.int64],
    cells: Ints,
    local: NDArray[np.int8],
    nodes: Ints,
    boundary: Ints,
) -> FaceTable:
    """Return a face table with its sizes and directions, from the rest of it."""
    normal, area, vertex_areas, mass = _core.face_geometry(
        points, connectivity, dg_offsets, cells, nodes
    )
    return FaceTable(cells, local, nodes, normal, area, boundary, vertex_areas, mass)


def face_vertices(faces: FaceTable, connectivity: Ints) -> Ints:
    """Return the vertex ids (n_face, n_face_vertex) of each face, in its node order.

    Faces with fewer vertices than others end in -1.
    """
    nodes = faces.nodes[:, 0]
    vertices: Ints = np.where(nodes < 0, np.int32(-1), connectivity[nodes])
    return vertices


def face_centres(points: Floats, vertices: Ints) -> Floats:
    """Return the mean of the vertices of each face, (n, dim) [m]; vertices may end in -1."""
    there = (vertices >= 0)[:, :, None]
    centres: Floats = np.where(there, points[vertices], 0.0).sum(axis=1) / there.sum(axis=1)
    return centres
