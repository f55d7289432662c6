"""From what a user says about names to one number for each cell and each outer face."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte.errors import MeshError, quoted
from bte.mesh.quality import place

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Names = Callable[[Floats], Any]
Regions = None | str | Iterable[str] | Mapping[str, Any] | Names
Boundaries = None | Mapping[str, Any] | Names


def number_names(names: Iterable[str], order: Sequence[str] = ()) -> tuple[Ints, tuple[str, ...]]:
    """Return a number for each name and the distinct names.

    Names in ``order`` come first, in that order; the others follow as they first appear.
    """
    unique, first, inverse = np.unique(
        np.asarray(names, dtype=str).ravel(), return_index=True, return_inverse=True
    )
    place_of = {name: i - len(order) for i, name in enumerate(order)}
    key = [place_of.get(str(name), int(at)) for name, at in zip(unique, first, strict=True)]
    sorting = np.argsort(key)
    rank = np.empty(len(sorting), dtype=np.int32)
    rank[sorting] = np.arange(len(sorting))
    return rank[inverse], tuple(str(name) for name in unique[sorting])


def number_regions(regions: Regions, centres: Floats) -> tuple[Ints, tuple[str, ...]]:
    """Return the region of each cell and the names of the regions.

    Parameters
    ----------
    regions : None, str, names per cell, {name: cell ids} or callable
        None is one region ``"domain"``; a callable gets the centres and returns names.
    centres : (n_cell, dim) float64
        Centres of the cells [m].

    Raises
    ------
    MeshError
        Where a cell has no region or two, or a region no cells.
    """
    if isinstance(regions, Mapping):
        return _regions_of_ids(regions, centres)
    given: Any = "domain" if regions is None else regions
    if callable(given):
        given = called(given, centres, "regions", "cells")
    return number_names(_names_for(given, len(centres), "regions", "cells"))


def called(function: Names, centres: Floats, what: str, things: str) -> Any:
    """Return the names that a user's function gives; a MeshError where it fails."""
    try:
        return function(centres)
    except Exception as error:
        raise MeshError(
            f"the function given as {what} fails with {type(error).__name__}: {error}; it gets the "
            f"centres {centres.shape} of all {things} [m] at once and returns a name for each"
        ) from error


def _names_for(given: Any, n: int, what: str, things: str) -> NDArray[np.str_]:
    try:
        names = np.asarray(given)
    except ValueError as error:
        raise MeshError(f"{what} must be one list of names, found {given!r}") from error
    if names.dtype == object:
        names = np.asarray([name if isinstance(name, str) else "" for name in names.ravel()])
    if names.dtype.kind != "U":
        raise MeshError(f"{what} must be names, found values of type {names.dtype}")
    if names.ndim == 0:
        names = np.full(n, names)
    if names.shape != (n,):
        raise MeshError(f"{what} has shape {names.shape}; give one name for each of {n} {things}")
    blank = np.flatnonzero(names == "")
    if len(blank):
        raise MeshError(f"{len(blank)} of {n} {things} have no name in {what}, first {blank[0]}")
    return names


def _regions_of_ids(regions: Mapping[str, Any], centres: Floats) -> tuple[Ints, tuple[str, ...]]:
    region = np.full(len(centres), -1, dtype=np.int32)
    for index, (name, ids) in enumerate(regions.items()):
        chosen = _cell_ids(name, ids, len(centres))
        taken = chosen[region[chosen] >= 0]
        if len(taken):
            other = list(regions)[region[taken[0]]]
            raise MeshError(f"cell {taken[0]} is in region '{name}' and in region '{other}'")
        region[chosen] = index
    missing = np.flatnonzero(region < 0)
    if len(missing):
        raise MeshError(
            f"{len(missing)} cells are in no region, the first is cell {missing[0]} at "
            f"{place(centres[missing[0]])} m; give every cell a region (there are: "
            f"{quoted(regions)})"
        )
    return region, tuple(regions)


def _cell_ids(name: str, ids: Any, n_cell: int) -> NDArray[np.intp]:
    chosen = np.asarray(ids)
    if chosen.dtype == bool and chosen.shape == (n_cell,):
        chosen = np.flatnonzero(chosen)
    if chosen.size == 0:
        raise MeshError(f"region '{name}' has no cells; leave it out or give its cells")
    if chosen.dtype.kind not in "iu":
        raise MeshError(f"cells of region '{name}' must be cell numbers, found {chosen.dtype}")
    if chosen.min() < 0 or chosen.max() >= n_cell:
        raise MeshError(f"region '{name}' names cells outside 0 … {n_cell - 1}")
    return np.unique(chosen.astype(np.intp))


def number_boundaries(
    boundaries: Boundaries, vertices: Ints, centres: Floats, order: Sequence[str] = ()
) -> tuple[Ints, tuple[str, ...]]:
    """Return the boundary of each outer face and the names of the boundaries.

    Parameters
    ----------
    boundaries : None, {name: (n, n_face_vertex) vertex ids} or callable
        None is one boundary ``"boundary"``; a callable gets the face centres and returns names.
    vertices : (n_outer, n_face_vertex) int32
        Vertices of the outer faces; those with fewer vertices than others end in -1.
    centres : (n_outer, dim) float64
        Centres of the outer faces [m].
    order : sequence of str
        Names that come first where a callable gives them.

    Raises
    ------
    MeshError
        Where an outer face has no name or two, or a named face is not an outer face.
    """
    if isinstance(boundaries, Mapping):
        return _boundaries_of_faces(boundaries, vertices, centres)
    if boundaries is not None and not callable(boundaries):
        raise MeshError(
            f"boundaries is {boundaries!r}; give {{name: vertex ids of its faces}}, or a function "
            "of the centres of the outer faces that returns names"
        )
    given = called(boundaries, centres, "boundaries", "outer faces") if boundaries else "boundary"
    return number_names(_names_for(given, len(centres), "boundaries", "outer faces"), order)


def _boundaries_of_faces(
    boundaries: Mapping[str, Any], vertices: Ints, centres: Floats
) -> tuple[Ints, tuple[str, ...]]:
    number = np.full(len(vertices), -1, dtype=np.int32)
    for index, (name, faces) in enumerate(boundaries.items()):
        found = find_faces(np.asarray(faces), vertices)
        if (found < 0).any():
            raise MeshError(
                f"{int((found < 0).sum())} of {len(found)} faces of boundary '{name}' are not "
                "outer faces of the mesh; name faces with a cell on one side only"
            )
        taken = found[(number[found] >= 0) & (number[found] != index)]
        if len(taken):
            other = list(boundaries)[number[taken[0]]]
            raise MeshError(
                f"{len(taken)} faces are in boundary '{name}' and in boundary '{other}', the "
                f"first at {place(centres[taken[0]])} m; give each face one name"
            )
        number[found] = index
    _check_all_named(number, boundaries, centres)
    return number, tuple(boundaries)


def face_rows(name: str, given: Any, widths: Sequence[int]) -> NDArray[np.int64]:
    """Return named faces as rows of vertex ids, those with fewer vertices ending in -1.

    Parameters
    ----------
    name : str
        Name of the boundary, for errors.
    given : (n, n_face_vertex) ints, a list of such arrays, or a list of faces
        In 1D also plain vertex ids.
    widths : sequence of int
        Numbers of vertices that faces of the mesh have, rising.

    Raises
    ------
    MeshError
        Where there are none, or they are no faces of such a mesh.
    """
    most = widths[-1]
    rows = [_padded(name, block, widths) for block in _face_blocks(given)]
    rows = [row for row in rows if len(row)]
    if not rows:
        raise MeshError(f"boundary '{name}' has no faces; leave it out or give its faces")
    return np.concatenate(
        [np.pad(r, ((0, 0), (0, most - r.shape[1])), constant_values=-1) for r in rows]
    )


def _face_blocks(given: Any) -> list[Any]:
    """Return what is given for the faces of one boundary as a list of arrays."""
    try:
        array = np.asarray(given)
    except ValueError:  # arrays or faces of different numbers of vertices
        return [np.atleast_2d(np.asarray(block)) for block in given]
    return list(array) if array.ndim == 3 else [array]


def _padded(name: str, array: NDArray[Any], widths: Sequence[int]) -> NDArray[np.int64]:
    if array.size == 0:
        return np.zeros((0, widths[-1]), dtype=np.int64)
    if array.dtype.kind not in "iu":
        raise MeshError(f"faces of boundary '{name}' must be vertex ids, found {array.dtype}")
    if widths[-1] == 1 and array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] not in widths:
        expected = " or ".join(f"(n, {width})" for width in widths)
        raise MeshError(f"faces of boundary '{name}' have shape {array.shape}; expected {expected}")
    return array.astype(np.int64)


def _check_all_named(number: Ints, names: Iterable[str], centres: Floats) -> None:
    missing = centres[number < 0]
    if len(missing):
        raise MeshError(
            f"{len(missing)} of {len(number)} outer faces have no boundary name, in the box "
            f"{place(missing.min(axis=0))} to {place(missing.max(axis=0))} m; name every outer "
            f"face (there are: {quoted(names)})"
        )


def find_faces(wanted: NDArray[np.integer[Any]], vertices: Ints) -> NDArray[np.intp]:
    """Return where each wanted face, in any vertex order, is in ``vertices``; -1 where not."""
    both = np.sort(np.concatenate([vertices, wanted]).astype(np.int64), axis=1)
    _, key = np.unique(both, axis=0, return_inverse=True)
    key = key.reshape(-1)
    row = np.full(key.max() + 1, -1, dtype=np.intp)
    row[key[: len(vertices)]] = np.arange(len(vertices))
    found: NDArray[np.intp] = row[key[len(vertices) :]]
    return found
