"""Checks of how the cells of a mesh meet: nothing twice, nothing on top, nothing unjoined."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from bte.errors import BteWarning, MeshError
from bte.mesh.faces import FaceTable, face_centres, face_vertices
from bte.mesh.kinds import Cells, by_kind, cell_centres
from bte.mesh.naming import find_faces
from bte.mesh.quality import place

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

# Points closer than this part of the mesh's extent lie in one place.
COINCIDENT = 1e-9


def check_sides(points: Floats, cells: Cells, faces: FaceTable) -> None:
    """Raise where the two cells of a face lie on the same side of it.

    With n out of the first cell, the centre of the second must have (x - x_face) . n > 0.

    Parameters
    ----------
    points : (n_point, dim) float64
        Vertex coordinates [m].
    cells : Cells
        Vertices of each cell, of positive volume.
    faces : FaceTable

    Raises
    ------
    MeshError
        Where cells are there twice, or lie over each other.
    """
    inner = faces.interior
    pairs = faces.cells[inner]
    vertices = _sorted_vertices(points.shape[1], cells)
    twice = np.unique(pairs[(vertices[pairs[:, 0]] == vertices[pairs[:, 1]]).all(axis=1)], axis=0)
    if len(twice):
        first, second = np.sort(twice[0])
        named = cells.connectivity[cells.offsets[first] : cells.offsets[first + 1]]
        raise MeshError(
            f"{len(twice)} cells are there twice (same vertices), the first are cells {first} and "
            f"{second}, vertices {named.tolist()}; remove the duplicates"
        )
    centres = cell_centres(points, *cells)
    middle = face_centres(points, face_vertices(faces, cells.connectivity)[inner])
    height = np.einsum("fd,fd->f", centres[pairs[:, 1]] - middle, faces.normal[inner])
    over = np.flatnonzero(height <= 0.0)
    if len(over):
        first, second = np.sort(pairs[over[0]])
        raise MeshError(
            f"{len(over)} pairs of cells lie on the same side of the face they share, so that they "
            f"overlap, the first are cells {first} and {second} at {place(centres[second])} m; "
            "remove the overlapping cells"
        )


def _sorted_vertices(dim: int, cells: Cells) -> Ints:
    """Return the vertices of each cell in rising order, padded with -1 in front."""
    width = int(np.diff(cells.offsets).max())
    vertices = np.full((len(cells.offsets) - 1, width), -1, dtype=np.int32)
    for kind in by_kind(dim, *cells):
        vertices[kind.ids, : kind.cells.shape[1]] = kind.cells
    vertices.sort(axis=1)
    return vertices


def check_conforming(points: Floats, connectivity: Ints, faces: FaceTable) -> None:
    """Raise where a face of four vertices meets triangles made of three of them.

    Raises
    ------
    MeshError
        Where cells do not join: a face of a hexahedron or prism needs a cell with the same face.
    """
    vertices = face_vertices(faces, connectivity)[faces.outer]
    if vertices.shape[1] < 4:
        return
    quads = vertices[vertices[:, 3] >= 0]
    triangles = vertices[vertices[:, 3] < 0][:, :3]
    if not len(quads) or not len(triangles):
        return
    corners = quads[:, [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]].reshape(-1, 3)
    met = np.unique(np.flatnonzero(find_faces(corners, triangles) >= 0) // 4)
    if len(met):
        raise MeshError(
            f"{len(met)} faces of four vertices meet triangles made of three of them, the first at "
            f"{place(points[quads[met[0]]].mean(axis=0))} m, so that the cells do not join there; "
            "put pyramids between hexahedra or prisms and tetrahedra"
        )


def warn_if_unjoined(points: Floats, connectivity: Ints, faces: FaceTable) -> None:
    """Warn where parts of a mesh touch without sharing points, so that no heat passes.

    Parts that are apart, and a slit inside one part, are left alone.

    Parameters
    ----------
    points : (n_point, dim) float64
        Vertex coordinates [m].
    connectivity : (n_node,) int32
        The vertex at each node.
    faces : FaceTable
    """
    pairs = faces.cells[faces.interior]
    n_cell = int(faces.cells.max()) + 1
    links = coo_matrix((np.ones(len(pairs), dtype=bool), pairs.T), shape=(n_cell, n_cell))
    n_piece, piece_of_cell = connected_components(links, directed=False)
    if n_piece == 1:
        return
    outer = faces.outer
    vertices = face_vertices(faces, connectivity)[outer]
    piece = np.full(len(points), -1)
    there = vertices >= 0
    owner = np.broadcast_to(piece_of_cell[faces.cells[outer, 0]][:, None], vertices.shape)
    piece[vertices[there]] = owner[there]
    rim = np.unique(vertices[there])
    extent = float(np.ptp(points, axis=0).max())
    close = cKDTree(points[rim]).query_pairs(COINCIDENT * extent, output_type="ndarray")
    close = rim[close]
    close = close[piece[close[:, 0]] != piece[close[:, 1]]]
    if not len(close):
        return
    where = place(points[close.min(axis=0)[0]])
    warnings.warn(
        f"the mesh has {n_piece} separate parts and they touch without being joined: "
        f"{len(np.unique(close[:, 0]))} points of one coincide with points of another, one of "
        f"them at {where} m, and no heat passes there; make the mesh conforming: merge coincident "
        "points in the mesher (in gmsh: BooleanFragments of the bodies before meshing, or "
        "Coherence Mesh after it)",
        BteWarning,
        stacklevel=4,
    )
