"""Kinds of cells: their names, the tables of their faces, meshes that mix them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte import _core

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]

# Other names, as meshio has them, of the kinds of the core.
MESHIO = {
    "line": "line",
    "triangle": "triangle",
    "quad": "quadrilateral",
    "tetra": "tetrahedron",
    "wedge": "prism",
    "hexahedron": "hexahedron",
    "pyramid": "pyramid",
}
MESHIO_OF = {name: other for other, name in MESHIO.items()}
# Vertices of each kind by dimension; pyramids are split into tetrahedra and have no element.
VERTICES = {
    1: {"line": 2},
    2: {"triangle": 3, "quadrilateral": 4},
    3: {"tetrahedron": 4, "pyramid": 5, "prism": 6, "hexahedron": 8},
}
# Orders of the vertices that turn a cell of negative volume inside out.
TURNED = {
    (1, 2): (1, 0),
    (2, 3): (0, 2, 1),
    (2, 4): (0, 3, 2, 1),
    (3, 4): (0, 1, 3, 2),
    (3, 5): (0, 3, 2, 1, 4),
    (3, 6): (0, 2, 1, 3, 5, 4),
    (3, 8): (0, 3, 2, 1, 4, 7, 6, 5),
}


NAMES = {(dim, n): name for dim, kinds in VERTICES.items() for name, n in kinds.items()}


class Cells(NamedTuple):
    """The cells of a mesh: cell c has the vertices ``connectivity[offsets[c]:offsets[c + 1]]``."""

    connectivity: Ints
    offsets: Offsets


class Kind(NamedTuple):
    """The cells of one kind in a mesh.

    ``ids`` (n,) are their numbers in the mesh, ``cells`` (n, n_vertex) their vertices.
    """

    name: str
    ids: NDArray[np.intp]
    cells: Ints


def by_kind(dim: int, connectivity: Ints, offsets: Offsets) -> list[Kind]:
    """Return the cells of a mesh, kind by kind, fewest vertices first."""
    counts = np.diff(offsets)
    kinds = []
    for n in np.unique(counts):
        ids = np.flatnonzero(counts == n)
        nodes = offsets[ids][:, None] + np.arange(n)
        kinds.append(Kind(NAMES[dim, int(n)], ids, connectivity[nodes]))
    return kinds


@cache
def face_table(dim: int, n_vertex: int) -> NDArray[np.int8]:
    """Return the local vertices of each face of an element, (n_face, most), padded with -1."""
    faces = _core.element_faces(dim, n_vertex)
    table = np.full((len(faces), max(len(face) for face in faces)), -1, dtype=np.int8)
    for k, face in enumerate(faces):
        table[k, : len(face)] = face
    return table


@cache
def edge_table(dim: int, n_vertex: int) -> NDArray[np.int8]:
    """Return the local vertices (n_edge, 2) of the edges of an element."""
    if dim == 1:
        return np.array([[0, 1]], dtype=np.int8)
    edges = {
        tuple(sorted((face[i - 1], face[i])))
        for face in _core.element_faces(dim, n_vertex)
        for i in range(len(face))
    }
    return np.array(sorted(edges), dtype=np.int8)


def cell_centres(points: Floats, connectivity: Ints, offsets: Offsets) -> Floats:
    """Return the mean of the vertices of each cell, (n_cell, dim) [m]."""
    sums = np.add.reduceat(points[connectivity], offsets[:-1], axis=0)
    centres: Floats = sums / np.diff(offsets)[:, None]
    return centres


def longest_edges(points: Floats, connectivity: Ints, offsets: Offsets) -> Floats:
    """Return the longest edge of each cell, (n_cell,) [m]."""
    longest = np.zeros(len(offsets) - 1)
    for kind in by_kind(points.shape[1], connectivity, offsets):
        for a, b in edge_table(points.shape[1], kind.cells.shape[1]):
            edge = np.linalg.norm(points[kind.cells[:, a]] - points[kind.cells[:, b]], axis=1)
            longest[kind.ids] = np.maximum(longest[kind.ids], edge)
    return longest
