"""Checks of how the cells of a mesh meet: nothing twice, nothing on top, nothing unjoined."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from bte.errors import BteWarning, MeshError
from bte.mesh.faces import FaceTable, face_vertices
from bte.mesh.quality import place

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

# Points closer than this part of the mesh's extent lie in one place.
COINCIDENT = 1e-9


def check_sides(points: Floats, cells: Ints, faces: FaceTable) -> None:
    """Raise where the two cells of a face lie on the same side of it.

    With n out of the first cell, the vertex of the second opposite the face must have
    (x - x_face) . n > 0.

    Parameters
    ----------
    points : (n_point, dim) float64
        Vertex coordinates [m].
    cells : (n_cell, dim + 1) int32
        Vertices of each cell, of positive volume.
    faces : FaceTable

    Raises
    ------
    MeshError
        Where cells are there twice, or lie over each other.
    """
    inner = faces.interior
    pairs = faces.cells[inner]
    opposite = cells[pairs, faces.local[inner].astype(np.int64)]
    twice = np.unique(pairs[opposite[:, 0] == opposite[:, 1]], axis=0)
    if len(twice):
        first, second = np.sort(twice[0])
        raise MeshError(
            f"{len(twice)} cells are there twice (same vertices), the first are cells {first} and "
            f"{second}, vertices {cells[first].tolist()}; remove the duplicates"
        )
    corner = face_vertices(faces, cells.ravel())[inner, 0]
    height = np.einsum("fd,fd->f", points[opposite[:, 1]] - points[corner], faces.normal[inner])
    over = np.flatnonzero(height <= 0.0)
    if len(over):
        first, second = np.sort(pairs[over[0]])
        raise MeshError(
            f"{len(over)} pairs of cells lie on the same side of the face they share, so that they "
            f"overlap, the first are cells {first} and {second} at "
            f"{place(points[cells[second]].mean(axis=0))} m; remove the overlapping cells"
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
    piece[vertices] = piece_of_cell[faces.cells[outer, 0]][:, None]
    rim = np.unique(vertices)
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
