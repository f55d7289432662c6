"""From raw arrays to the checked fields of a mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte import _core
from bte.errors import MeshError
from bte.mesh.faces import FaceTable, build_faces, face_vertices
from bte.mesh.joints import check_sides, warn_if_unjoined
from bte.mesh.naming import (
    Boundaries,
    Regions,
    find_faces,
    number_boundaries,
    number_regions,
)
from bte.mesh.quality import check_finite, check_volumes, unit_length, warn_if_implausible

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Parts(NamedTuple):
    """What makes a mesh: see `Mesh.from_arrays` for each.

    ``boundary_order`` puts the boundaries that a callable names in this order; ``skip_inner``
    leaves out named faces that are not outer faces instead of raising; ``in_metres`` says that the
    maker of the mesh takes metres and no unit.
    """

    points: ArrayLike
    cells: ArrayLike
    regions: Regions = None
    boundaries: Boundaries = None
    boundary_order: tuple[str, ...] = ()
    skip_inner: bool = False
    in_metres: bool = False


class Fields(NamedTuple):
    """The fields of a `Mesh`, in their order."""

    points: Floats
    connectivity: Ints
    dg_offsets: NDArray[np.int64]
    cell_region: Ints
    region_names: tuple[str, ...]
    boundary_names: tuple[str, ...]
    faces: FaceTable


def build_fields(parts: Parts, unit: str = "m") -> Fields:
    """Check the parts of a mesh and derive its faces.

    Raises
    ------
    MeshError
        Where anything is wrong with them; the sentence says what.
    """
    scale = unit_length(unit)
    points = coerce_points(parts.points) * scale
    cells = coerce_cells(parts.cells, points)
    kept, cells = drop_unused(len(points), cells)
    n_given = len(points)
    points = np.ascontiguousarray(points[kept])
    offsets = np.arange(len(cells) + 1, dtype=np.int64) * cells.shape[1]
    connectivity = cells.ravel()
    check_volumes(_core.signed_volumes(points, connectivity, offsets), points, cells)
    region, region_names = number_regions(parts.regions, points[cells].mean(axis=1))
    faces = build_faces(points, connectivity, offsets, region)
    check_sides(points, cells, faces)
    warn_if_unjoined(points, connectivity, faces)
    parts = parts._replace(boundaries=_renumber(parts.boundaries, kept, n_given))
    faces, names = name_boundaries(faces, parts, points, connectivity)
    warn_if_implausible(points, cells, None if parts.in_metres else scale)
    return Fields(points, connectivity, offsets, region, region_names, names, faces)


def coerce_points(points: ArrayLike) -> Floats:
    """Return finite coordinates as a contiguous (n_point, dim) array."""
    try:
        array = np.array(points, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        raise MeshError(f"points must be an array of numbers (n_point, dim): {error}") from error
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] not in (1, 2, 3) or not len(array):
        raise MeshError(f"points have shape {array.shape}; expected (n_point, 1, 2 or 3)")
    check_finite(array)
    return array


def coerce_cells(cells: ArrayLike, points: Floats) -> Ints:
    """Return vertex ids as a contiguous (n_cell, dim + 1) int32 array."""
    array = np.asarray(cells)
    dim = points.shape[1]
    if array.size == 0:
        raise MeshError("the mesh has no cells; give at least one")
    if array.dtype.kind not in "iu":
        raise MeshError(f"cells must hold vertex numbers, found values of type {array.dtype}")
    if array.ndim != 2 or not _core.element_name(dim, array.shape[1]):
        known = {1: "lines", 2: "triangles", 3: "tetrahedra"}[dim]
        raise MeshError(
            f"cells have shape {array.shape}; in {dim}D expected (n_cell, {dim + 1}): {known}, "
            "other elements come next"
        )
    if array.min() < 0 or array.max() >= len(points):
        raise MeshError(
            f"cells name vertices from {array.min()} to {array.max()}; the mesh has points "
            f"0 … {len(points) - 1}"
        )
    return np.ascontiguousarray(array, dtype=np.int32)


def drop_unused(n_point: int, cells: Ints) -> tuple[NDArray[np.intp], Ints]:
    """Return the ids of the points that cells use, and the cells in the new numbers."""
    used = np.zeros(n_point, dtype=bool)
    used[cells] = True
    number = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(used), number[cells]


def _renumber(boundaries: Boundaries, kept: NDArray[np.intp], n_point: int) -> Boundaries:
    """Return the boundaries in the numbers of the kept points; -1 for a point that went."""
    if not isinstance(boundaries, Mapping) or len(kept) == n_point:
        return boundaries
    number = np.full(n_point + 1, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    renumbered: dict[str, Any] = {}
    for name, faces in boundaries.items():
        array = np.asarray(faces)
        if array.dtype.kind in "iu":
            array = number[np.where((array < 0) | (array >= n_point), n_point, array)]
        renumbered[name] = array
    return renumbered


def name_boundaries(
    faces: FaceTable, parts: Parts, points: Floats, connectivity: Ints
) -> tuple[FaceTable, tuple[str, ...]]:
    """Return the faces with the numbers of their boundaries, and the names."""
    outer = faces.outer
    vertices = face_vertices(faces, connectivity)[outer]
    centres = points[vertices].mean(axis=1)
    boundaries = parts.boundaries
    if parts.skip_inner and isinstance(boundaries, Mapping):
        boundaries = only_outer(boundaries, vertices)
    number, names = number_boundaries(boundaries, vertices, centres, parts.boundary_order)
    boundary = faces.boundary.copy()
    boundary[outer] = number
    return replace(faces, boundary=boundary), names


def only_outer(boundaries: Mapping[str, Any], vertices: Ints) -> dict[str, Any]:
    """Return the named faces that are outer faces; a name without any goes."""
    found = {name: np.asarray(faces) for name, faces in boundaries.items()}
    found = {name: faces[find_faces(faces, vertices) >= 0] for name, faces in found.items()}
    return {name: faces for name, faces in found.items() if len(faces)}
