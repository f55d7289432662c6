"""Faces as one of their cells sees them: its own nodes, in the order of its face table."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.mesh import Mesh
from bte.mesh.kinds import face_table

Array = NDArray[np.float64]
Ints = NDArray[np.int32]


class FaceView(NamedTuple):
    """What one cell sees of faces; narrow faces repeat their first node, with no area.

    Attributes
    ----------
    nodes : (n, n_face_vertex) int32
        DG nodes of the cell, in the order of its own face table.
    areas : (n, n_face_vertex, dim)
        Outward area vector of each node.
    mass : (n, n_face_vertex, n_face_vertex)
        ``int phi_i phi_j dA``.
    """

    nodes: Ints
    areas: Array
    mass: Array


def face_view(
    mesh: Mesh, face: NDArray[np.integer[Any]], which: NDArray[np.integer[Any]]
) -> FaceView:
    """Return faces as seen by their first (``which`` 0) or second cell (1).

    Parameters
    ----------
    face, which : (n,)
    """
    faces = mesh.faces
    cell, local = faces.cells[face, which], faces.local[face, which]
    nodes = own_nodes(mesh, cell, local)
    filled = np.where(nodes < 0, nodes[:, :1], nodes)
    # where the face table of the mesh, that of the first cell, has each of them
    place = (faces.nodes[face, which][:, None, :] == filled[:, :, None]).argmax(axis=2)
    row = np.arange(len(face))[:, None]
    sign = np.where(which == 0, 1.0, -1.0)[:, None, None]
    areas = sign * faces.vertex_areas[face][row, place]
    mass = faces.mass[face][row[:, :, None], place[:, :, None], place[:, None, :]]
    areas[nodes < 0] = 0.0
    mass[nodes < 0] = 0.0
    mass.swapaxes(1, 2)[nodes < 0] = 0.0
    return FaceView(filled.astype(np.int32), areas, mass)


def own_view(
    mesh: Mesh, cell: NDArray[np.integer[Any]], local: NDArray[np.integer[Any]]
) -> FaceView:
    """Return faces given by a cell and the number of the face there."""
    if not len(cell):
        return face_view(mesh, np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    faces = mesh.faces
    wide = mesh.n_cell_face
    face_of = np.full((mesh.n_cell, wide), -1, dtype=np.int64)
    which_of = np.zeros((mesh.n_cell, wide), dtype=np.int64)
    for which in (1, 0):
        there = np.flatnonzero(faces.cells[:, which] >= 0)
        at = faces.cells[there, which], faces.local[there, which]
        face_of[at], which_of[at] = there, which
    return face_view(mesh, face_of[cell, local], which_of[cell, local])


def own_nodes(
    mesh: Mesh, cell: NDArray[np.integer[Any]], local: NDArray[np.integer[Any]]
) -> NDArray[np.int64]:
    """Return the nodes of cell faces in the order of the face table, -1 where it is narrower."""
    size = np.diff(mesh.dg_offsets)[cell]
    nodes = np.full((len(cell), mesh.n_face_vertex), -1, dtype=np.int64)
    for n_vertex in np.unique(size):
        mine = np.flatnonzero(size == n_vertex)
        table = face_table(mesh.dim, int(n_vertex))
        vertex = table[local[mine]]
        start = mesh.dg_offsets[cell[mine]][:, None]
        nodes[mine, : vertex.shape[1]] = np.where(vertex >= 0, start + vertex, -1)
    return nodes
