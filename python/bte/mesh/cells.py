"""Cells as a user or a file gives them: one kind or several, turned the right way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.errors import MeshError, unknown_name
from bte.mesh.kinds import MESHIO, TURNED, VERTICES, Cells, Floats, Ints, by_kind

# An array, a sequence of arrays, {kind: array} (see `Mesh.from_arrays`), or checked cells.
Given = Any


def coerce_cells(given: Given, points: Floats) -> Cells:
    """Return the vertices of cells of one kind or several, block after block.

    Parameters
    ----------
    given : (n, n_vertex) int array, a sequence of such arrays, or {kind: array}
        Kinds by the names of this program or of meshio.
    points : (n_point, dim) float64
        Vertex coordinates.

    Raises
    ------
    MeshError
        Where there are no cells, or they are of no kind of this dimension, or name no points.
    """
    if isinstance(given, Cells):
        return given
    dim = points.shape[1]
    blocks = [_block(block, kind, dim) for kind, block in _named_blocks(given, dim)]
    blocks = [block for block in blocks if len(block)]
    if not blocks:
        raise MeshError("the mesh has no cells; give at least one")
    least, most = min(b.min() for b in blocks), max(b.max() for b in blocks)
    if least < 0 or most >= len(points):
        raise MeshError(
            f"cells name vertices from {least} to {most}; the mesh has points 0 … {len(points) - 1}"
        )
    return joined(blocks)


def joined(blocks: Sequence[NDArray[Any]]) -> Cells:
    """Return blocks (n, n_vertex) of cells as one table."""
    counts = np.concatenate([np.full(len(b), b.shape[1], dtype=np.int64) for b in blocks])
    connectivity = np.concatenate([np.asarray(b).ravel() for b in blocks]).astype(np.int32)
    return Cells(connectivity, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))


def _named_blocks(given: Given, dim: int) -> list[tuple[str, Any]]:
    """Return pairs of a kind, "" where none is named, and what is given for it."""
    if isinstance(given, Mapping):
        return [(_kind_name(kind, dim), block) for kind, block in given.items()]
    if isinstance(given, Sequence) and len(given) and all(np.ndim(b) == 2 for b in _rows(given)):
        return [("", block) for block in given]
    return [("", given)]


def _rows(given: Sequence[Any]) -> list[Any]:
    """Return the items of a sequence, 0 for those that are no regular arrays."""
    rows = []
    for item in given:
        try:
            rows.append(np.asarray(item))
        except ValueError:
            rows.append(np.zeros(()))
    return rows


def _kind_name(kind: Any, dim: int) -> str:
    name = MESHIO.get(str(kind), str(kind))
    if name not in VERTICES[dim]:
        known = [*VERTICES[dim], *(m for m, n in MESHIO.items() if n in VERTICES[dim] and m != n)]
        raise MeshError(unknown_name("kind of cells", str(kind), known, f"a {dim}D mesh"))
    return name


def _block(given: Any, kind: str, dim: int) -> NDArray[Any]:
    """Return one block as whole numbers (n, n_vertex)."""
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise MeshError(
            "cells must be an array (n, n_vertex) of one kind, a list of such arrays, or "
            f"{{kind: array}}; found rows of different lengths ({error})"
        ) from error
    if array.size == 0:
        return np.zeros((0, 2), dtype=np.int64)
    if array.dtype.kind not in "iu":
        raise MeshError(f"cells must hold vertex numbers, found values of type {array.dtype}")
    widths = {kind: VERTICES[dim][kind]} if kind else VERTICES[dim]
    if array.ndim != 2 or array.shape[1] not in widths.values():
        known = " or ".join(f"(n, {n}) {name}s" for name, n in widths.items())
        raise MeshError(f"cells have shape {array.shape}; in {dim}D expected {known}")
    return array


def signed_volumes(points: Floats, cells: Cells) -> Floats:
    """Return the volume of each cell, pyramids too, negative where one is inverted (n_cell,)."""
    volumes = np.zeros(len(cells.offsets) - 1)
    for kind in by_kind(points.shape[1], *cells):
        if kind.name == "pyramid":
            halves = [joined([kind.cells[:, half]]) for half in ([0, 1, 2, 4], [0, 2, 3, 4])]
            volumes[kind.ids] = sum(_core.signed_volumes(points, *half) for half in halves)
        else:
            volumes[kind.ids] = _core.signed_volumes(points, *joined([kind.cells]))
    return volumes


def orient(points: Floats, cells: Cells, groups: Sequence[NDArray[Any]]) -> Cells:
    """Turn cells of negative volume where the file's convention, not an error, made them so.

    That is where all cells of the mesh are negative or, below 3D, all of a region.
    """
    dim = points.shape[1]
    negative = signed_volumes(points, cells) < 0
    if dim == 3:
        groups = [np.arange(len(negative))]
    turn = np.zeros(len(negative), dtype=bool)
    for ids in groups:
        turn[ids] |= negative[ids].all()
    connectivity = cells.connectivity.copy()
    for kind in by_kind(dim, *cells):
        chosen = turn[kind.ids]
        n = kind.cells.shape[1]
        nodes = cells.offsets[kind.ids[chosen]][:, None] + np.arange(n)
        connectivity[nodes] = kind.cells[chosen][:, TURNED[dim, n]]
    return Cells(connectivity, cells.offsets)


def drop_unused(n_point: int, connectivity: Ints) -> tuple[NDArray[np.intp], Ints]:
    """Return the ids of the points that cells use, and the cells in the new numbers."""
    used = np.zeros(n_point, dtype=bool)
    used[connectivity] = True
    number = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(used), number[connectivity]
