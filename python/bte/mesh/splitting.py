"""Cells split into tetrahedra, so that neighbours agree on the diagonals of their faces.

A cell is the union of tetrahedra from its vertex of the lowest number to the faces that do not
hold it; each face is cut from its own lowest vertex. As the cut of a face follows from its vertices
alone, neighbours cut it alike (J. Dompierre et al., 8th International Meshing Roundtable, 195-204,
1999).
"""

from __future__ import annotations

import logging
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.mesh.cells import joined
from bte.mesh.kinds import Cells, Ints, by_kind

log = logging.getLogger("bte")

PYRAMID_FACES = [[0, 3, 2, 1], [0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]]


def outward_faces(n_vertex: int) -> list[list[int]]:
    """Return the faces of a cell in 3D, counter-clockwise as seen from outside."""
    if n_vertex == 4:
        return [[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]]
    return PYRAMID_FACES if n_vertex == 5 else _core.element_faces(3, n_vertex)


def has_pyramids(dim: int, cells: Cells) -> bool:
    """Say whether any cell is a pyramid, which has no element of its own."""
    return dim == 3 and bool((np.diff(cells.offsets) == 5).any())


def split_cells(cells: Cells) -> tuple[Cells, NDArray[np.intp]]:
    """Split all cells of a mesh in 3D into tetrahedra.

    Returns
    -------
    Cells
        Tetrahedra, in the order of the cells they are part of.
    origin : (n_tetrahedron,) int
        The cell that each is part of.
    """
    tetrahedra, origin = [], []
    for kind in by_kind(3, *cells):
        for part, rows in split_kind(kind.cells):
            tetrahedra.append(part)
            origin.append(kind.ids[rows])
    every = np.concatenate(origin)
    order = np.argsort(every, kind="stable")
    log.info(
        "the mesh has pyramids: its %d cells are split into %d tetrahedra",
        len(cells.offsets) - 1,
        len(every),
    )
    return joined([np.concatenate(tetrahedra)[order]]), every[order]


def split_kind(cells: Ints) -> list[tuple[Ints, NDArray[np.intp]]]:
    """Return tetrahedra (n, 4) of cells (n_cell, n_vertex), and the row each comes from."""
    parts = []
    lowest = cells.argmin(axis=1)
    faces = outward_faces(cells.shape[1])
    for apex, face in product(range(cells.shape[1]), faces):
        rows = np.flatnonzero(lowest == apex)
        if apex in face or not len(rows):
            continue
        for triangle in fans(cells[rows][:, face]):
            parts.append((np.column_stack([cells[rows, apex], triangle]), rows))
    return parts


def fans(faces: NDArray[Any]) -> list[NDArray[Any]]:
    """Cut faces (n, 3 or 4) from their lowest vertices: one or two arrays (n, 3), row by row."""
    if faces.shape[1] == 3:
        return [faces]
    turn = (faces.argmin(axis=1)[:, None] + np.arange(4)) % 4
    turned = np.take_along_axis(faces, turn, axis=1)
    return [turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]]


def split_faces(faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the triangles of faces (n, 3 or 4), which may end in -1."""
    if faces.shape[1] == 3:
        return faces
    whole = faces[:, 3] >= 0
    return np.concatenate([faces[~whole, :3], *fans(faces[whole])])
