"""From raw arrays to the checked fields of a mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.errors import MeshError
from bte.mesh.cells import coerce_cells, drop_unused
from bte.mesh.faces import FaceTable, build_faces, face_centres, face_vertices
from bte.mesh.joints import check_conforming, check_sides, warn_if_unjoined
from bte.mesh.kinds import Cells, cell_centres
from bte.mesh.naming import (
    Boundaries,
    Regions,
    face_rows,
    find_faces,
    number_boundaries,
    number_regions,
)
from bte.mesh.quality import check_cells, check_finite, unit_length, warn_if_implausible
from bte.mesh.splitting import has_pyramids, split_cells, split_faces

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Parts(NamedTuple):
    """What makes a mesh: see `Mesh.from_arrays` for each.

    ``boundary_order`` puts the boundaries that a callable names in this order; ``skip_inner``
    leaves out named faces that are not outer faces instead of raising; ``in_metres`` says that the
    maker of the mesh takes metres and no unit.
    """

    points: ArrayLike
    cells: Any
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
    cells, origin, centres, parts = split_pyramids(points, coerce_cells(parts.cells, points), parts)
    kept, connectivity = drop_unused(len(points), cells.connectivity)
    n_given = len(points)
    points = np.ascontiguousarray(points[kept])
    cells = Cells(connectivity, cells.offsets)
    check_cells(points, cells)
    region, region_names = number_regions(parts.regions, centres)
    region = np.ascontiguousarray(region[origin])
    faces = build_faces(points, *cells, region)
    check_sides(points, cells, faces)
    check_conforming(points, connectivity, faces)
    warn_if_unjoined(points, connectivity, faces)
    boundaries = renumbered(parts.boundaries, kept, n_given, faces)
    faces, names = name_boundaries(faces, boundaries, parts, points, connectivity)
    warn_if_implausible(points, cells, None if parts.in_metres else scale)
    return Fields(points, *cells, region, region_names, names, faces)


def split_pyramids(
    points: Floats, cells: Cells, parts: Parts
) -> tuple[Cells, NDArray[np.intp], Floats, Parts]:
    """Return tetrahedra in place of all cells where any is a pyramid.

    With them the cell that each is part of, the centres of the cells as they were given [m], and
    the parts with boundaries of triangles.
    """
    centres = cell_centres(points, *cells)
    if not has_pyramids(points.shape[1], cells):
        return cells, np.arange(len(centres)), centres, parts
    tetrahedra, origin = split_cells(cells)
    if isinstance(parts.boundaries, Mapping):
        given = {n: face_rows(n, faces, (3, 4)) for n, faces in parts.boundaries.items()}
        parts = parts._replace(boundaries={n: split_faces(faces) for n, faces in given.items()})
    return tetrahedra, origin, centres, parts


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


def renumbered(
    boundaries: Boundaries, kept: NDArray[np.intp], n_point: int, faces: FaceTable
) -> Boundaries:
    """Return named faces as rows in the numbers of the kept points, -2 for a point that went."""
    if not isinstance(boundaries, Mapping):
        return boundaries
    number = np.full(n_point + 2, -2, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    number[-1] = -1  # the rest of a row that is shorter than others
    widths = [int(n) for n in np.unique((faces.nodes[:, 0] >= 0).sum(axis=1))]
    result = {}
    for name, given in boundaries.items():
        rows = face_rows(name, given, widths)
        result[name] = number[np.where((rows < -1) | (rows >= n_point), n_point, rows)]
    return result


def name_boundaries(
    faces: FaceTable, boundaries: Boundaries, parts: Parts, points: Floats, connectivity: Ints
) -> tuple[FaceTable, tuple[str, ...]]:
    """Return the faces with the numbers of their boundaries, and the names."""
    outer = faces.outer
    vertices = face_vertices(faces, connectivity)[outer]
    centres = face_centres(points, vertices)
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
