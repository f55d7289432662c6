"""Lines, rectangles and boxes of simplices, quadrilaterals, prisms or hexahedra."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte.errors import MeshError, quoted
from bte.mesh.build import Parts
from bte.mesh.naming import Regions

Floats = NDArray[np.float64]

SIDES = {
    2: ("left", "right", "bottom", "top"),
    3: ("left", "right", "bottom", "top", "front", "back"),
}
# Names of the elements, and the other names that do.
ELEMENTS = {2: ("triangle", "quad"), 3: ("tetra", "hexahedron", "prism")}
SYNONYMS = {"quadrilateral": "quad", "tetrahedron": "tetra", "wedge": "prism"}


def graded_segment(low: float, high: float, n: int, ratio: float) -> Floats:
    """Return n + 1 points from low to high, cells growing from both ends towards the middle.

    Cell i has the size h r^min(i, n - 1 - i), so that r = 1 is uniform and a mesh is its own
    mirror image.

    Parameters
    ----------
    low, high : float
        Ends [m].
    n : int
        Number of cells.
    ratio : float
        Growth r of neighbouring cells.
    """
    i = np.arange(n)
    sizes = float(ratio) ** np.minimum(i, n - 1 - i)
    ends = np.cumsum(sizes)
    inner = low + (high - low) * ends[:-1] / ends[-1]
    return np.concatenate([[low], inner, [high]])


def line_parts(
    points: Sequence[float],
    cells: int | Sequence[int],
    regions: Sequence[str] | None,
    boundaries: tuple[str, str],
    grading: float | Sequence[float],
) -> Parts:
    """Return the parts of a line of segments; see `Mesh.line`."""
    ends = _numbers("points of a line", points)
    if len(ends) < 2 or not (np.diff(ends) > 0).all():
        raise MeshError(f"points of a line must increase, found {points!r}")
    n_segment = len(ends) - 1
    counts = _counts(cells, n_segment)
    ratios = _ratios(grading, n_segment)
    x = [graded_segment(*span) for span in zip(ends[:-1], ends[1:], counts, ratios, strict=True)]
    coordinates = np.concatenate([x[0][:1], *[part[1:] for part in x]])
    names = np.repeat(_segment_names(regions, n_segment), counts)
    start, end = _two_names(boundaries)
    vertex = np.arange(len(coordinates))
    return Parts(
        coordinates[:, None],
        np.stack([vertex[:-1], vertex[1:]], axis=1),
        names,
        {start: [[0]], end: [[len(coordinates) - 1]]},
        in_metres=True,
    )


def _segment_names(regions: Sequence[str] | None, n_segment: int) -> list[str]:
    if regions is None:
        regions = ["domain"] * n_segment
    names = [regions] if isinstance(regions, str) else list(regions)
    if len(names) != n_segment:
        raise MeshError(f"regions holds {len(names)} names; the line has {n_segment} segments")
    return names


def _two_names(boundaries: tuple[str, str]) -> tuple[str, str]:
    names = [boundaries] if isinstance(boundaries, str) else list(boundaries)
    if len(names) != 2 or len(set(names)) != 2:
        raise MeshError(f"boundaries must be two different names, found {quoted(names)}")
    return names[0], names[1]


def _counts(given: Any, n: int) -> list[int]:
    """Return n numbers of cells; one number stands for all."""
    single = isinstance(given, str) or np.ndim(given) == 0
    values = [given] * n if single else list(np.asarray(given, dtype=object))
    if len(values) != n:
        raise MeshError(f"cells holds {len(values)} numbers, expected 1 or {n}")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise MeshError(f"cells must be whole numbers of at least 1, found {value!r}")
    return [int(value) for value in values]


def _ratios(given: Any, n: int) -> list[float]:
    values = _numbers("grading", given)
    if len(values) not in (1, n):
        raise MeshError(f"grading holds {len(values)} ratios, expected 1 or {n}")
    if not (values > 0).all():
        raise MeshError(f"grading must be positive (1 is uniform), found {given!r}")
    return [float(value) for value in np.broadcast_to(values, n)]


_IN_METRES = {"grading": "", "size": " in metres", "points of a line": " in metres"}


def _numbers(what: str, given: Any) -> Floats:
    try:
        values = np.atleast_1d(np.asarray(given, dtype=float))
    except (TypeError, ValueError) as error:
        raise MeshError(f"{what} must be numbers{_IN_METRES[what]}, found {given!r}") from error
    if values.ndim != 1 or not np.isfinite(values).all():
        raise MeshError(f"{what} must be finite numbers, found {given!r}")
    return values


def block_parts(
    dim: int,
    size: Sequence[float],
    cells: int | Sequence[int],
    regions: Regions,
    element: str,
    grading: float | Sequence[float],
) -> Parts:
    """Return the parts of a rectangle or box; see `Mesh.rectangle` and `Mesh.box`."""
    element = _element(element, dim)
    sides = _numbers("size", size)
    if len(sides) != dim or not (sides > 0).all():
        raise MeshError(f"size must be {dim} positive side lengths [m], found {size!r}")
    counts = _counts(cells, dim)
    spans = zip(sides, counts, _ratios(grading, dim), strict=True)
    axes = [graded_segment(0.0, side, n, ratio) for side, n, ratio in spans]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    # x runs fastest, in points and in cells.
    points = points.transpose(*range(dim - 1, -1, -1), dim).reshape(-1, dim)
    name_sides = box_sides(np.zeros(dim), sides, SIDES[dim])
    make = {"quad": grid_cells, "hexahedron": grid_cells, "prism": prism_cells}
    vertices = make.get(element, kuhn_cells)(counts)
    return Parts(points, vertices, regions, name_sides, SIDES[dim], in_metres=True)


def _element(given: str, dim: int) -> str:
    element = SYNONYMS.get(given, given)
    if element not in ELEMENTS[dim]:
        raise MeshError(
            f"element '{given}' does not exist in {dim}D; use one of {quoted(ELEMENTS[dim])}"
        )
    return element


def grid_cells(counts: Sequence[int]) -> NDArray[np.int32]:
    """Return the blocks of a grid themselves, (n_blocks, 2^dim), numbered with x fastest."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    corners = np.concatenate([corners, corners + np.array([0, 0, 1])])
    corners = corners[: 2 ** len(counts), : len(counts)]
    index, strides = _block_index(counts)
    vertices: NDArray[np.int32] = ((index[:, None] + corners) @ strides).astype(np.int32)
    return vertices


def prism_cells(counts: Sequence[int]) -> NDArray[np.int32]:
    """Return prisms, two to a block of a grid in 3D: triangles in x and y, extruded along z."""
    plane = kuhn_cells(counts[:2]).astype(np.int64)
    step = (counts[0] + 1) * (counts[1] + 1)
    layers = plane + step * np.arange(counts[2])[:, None, None]
    return np.concatenate([layers, layers + step], axis=2).reshape(-1, 6).astype(np.int32)


def _block_index(counts: Sequence[int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the place (n_blocks, dim) of each block in the grid, and the strides of vertices."""
    index = np.stack(np.unravel_index(np.arange(np.prod(counts)), tuple(counts)[::-1]), axis=1)
    return index[:, ::-1], np.cumprod([1, *[n + 1 for n in counts[:-1]]])


def kuhn_cells(counts: Sequence[int]) -> NDArray[np.int32]:
    """Return the simplices of a grid, each of its blocks cut along its main diagonal.

    Every second block along each axis is the mirror image of its neighbour: the mesh conforms
    and, for even numbers of blocks, is symmetric about its middle planes.

    Parameters
    ----------
    counts : sequence of int
        Number of blocks along each axis; vertices are numbered with x fastest.

    Returns
    -------
    (n_blocks * dim!, dim + 1) int32
    """
    dim = len(counts)
    index, strides = _block_index(counts)
    mirrored = index % 2
    cells = []
    for order in permutations(range(dim)):
        corners = np.zeros((dim + 1, dim), dtype=int)
        for step, axis in enumerate(order):
            corners[step + 1 :, axis] = 1
        corner = index[:, None] + (corners ^ mirrored[:, None])
        vertices = corner @ strides
        flip = (mirrored.sum(axis=1) + _inversions(order)) % 2 == 1
        vertices[flip, -2:] = vertices[flip, :-3:-1]
        cells.append(vertices)
    return np.stack(cells, axis=1).reshape(-1, dim + 1).astype(np.int32)


def _inversions(order: Sequence[int]) -> int:
    return sum(a > b for i, b in enumerate(order) for a in order[:i])


def box_sides(
    low: Floats, high: Floats, sides: Sequence[str], tolerance: float | None = None
) -> Callable[[Floats], NDArray[np.str_]]:
    """Return a function that names points on the box's sides, and nothing ("") elsewhere.

    ``sides`` are the names of the ends of x, of y, of z.
    """
    near = 1e-9 * float((high - low).max()) if tolerance is None else tolerance

    def name(points: Floats) -> NDArray[np.str_]:
        names = np.full(len(points), "", dtype="U6")
        ends = product(range(len(low)), (low, high))
        for side, (axis, end) in zip(sides, ends, strict=True):
            names[np.abs(points[:, axis] - end[axis]) <= near] = side
        return names

    return name
