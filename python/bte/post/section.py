"""Plane sections of a mesh, exact for linear fields, with the outlines of the materials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteError, unknown_name
from bte.solution.records import Array

if TYPE_CHECKING:
    from bte.mesh import Mesh
    from bte.solution import Solution

Ints = NDArray[np.int64]

AXES = "xyz"
_INWARD = 1e-6  # a plane on the hull moves inwards by this fraction of the extent
_TOWARDS_CENTRE = 0.25  # the hot point lies this far from the hottest node to its cell's centre


@dataclass(frozen=True, eq=False)
class Section:
    """Triangles of a plane section; each corner lies on the edge between two nodes.

    Attributes
    ----------
    axes : (str, str)
        Names of the two coordinates of the plane.
    normal : str or None
        Axis across the plane; None for a mesh in 2D.
    level : float
        Where the plane cuts that axis [m].
    corners : (n_triangle, 3, 2)
        Corners [m].
    nodes : (n_triangle, 3, 2)
        The two nodes between which each corner lies.
    fraction : (n_triangle, 3)
        How far from the first node to the second.
    region : (n_triangle,)
        Region index.
    outlines : (n_segment, 2, 2)
        Where interfaces and boundaries cut the plane [m].
    """

    axes: tuple[str, str]
    normal: str | None
    level: float
    corners: Array
    nodes: Ints
    fraction: Array
    region: Ints
    outlines: Array

    def values(self, nodal: Array) -> Array:
        """Return a nodal field (n_node,) at the corners, (n_triangle, 3)."""
        a, b = nodal[self.nodes[..., 0]], nodal[self.nodes[..., 1]]
        return np.asarray(a + self.fraction * (b - a))


def hot_point(solution: Solution) -> Array:
    """Return a point beside the hottest node and inside its cell, (dim,) [m].

    A line or plane through it is in general position: it does not run along faces of the mesh.
    """
    mesh = solution.mesh
    node = int(np.argmax(solution.temperature))
    cell = int(np.searchsorted(mesh.dg_offsets, node, side="right")) - 1
    corner, centre = solution.peak_position, np.asarray(mesh.centres)[cell]
    return np.asarray(corner + _TOWARDS_CENTRE * (centre - corner))


def default_section(solution: Solution) -> Section:
    """Return the section through the hot point that meets most regions, then most interface."""
    mesh = solution.mesh
    if mesh.dim == 2:
        return section(mesh)
    point = hot_point(solution)
    sections = [section(mesh, AXES[axis], float(point[axis])) for axis in range(mesh.dim)]
    return max(sections, key=_interest)


def _interest(cut: Section) -> tuple[int, float]:
    lengths = np.linalg.norm(cut.outlines[:, 1] - cut.outlines[:, 0], axis=1)
    return len(np.unique(cut.region)), float(lengths.sum())


def section(mesh: Mesh, normal: str | None = None, level: float = 0.0) -> Section:
    """Cut a mesh by the plane ``normal = level`` [m]; a mesh in 2D is its own section.

    Raises
    ------
    BteError
        When the mesh is in 1D, the axis does not exist, or the plane misses the mesh.
    """
    if mesh.dim == 1:
        raise BteError("a mesh in 1D has no section; use line()")
    if mesh.dim == 2:
        return _flat_section(mesh)
    if normal is None or normal not in AXES:
        raise BteError(unknown_name("axis", str(normal), AXES, "a section"))
    axis = AXES.index(normal)
    return _solid_section(mesh, axis, _inside(mesh, axis, level))


def _inside(mesh: Mesh, axis: int, level: float) -> float:
    """Return the level, moved inwards where it lies on the hull."""
    low, high = (float(end[axis]) for end in mesh.bounding_box)
    if not low <= level <= high:
        raise BteError(
            f"the section {AXES[axis]} = {level:g} m misses the mesh, which fills "
            f"{AXES[axis]} {low:g} … {high:g} m"
        )
    margin = _INWARD * (high - low)
    return min(max(level, low + margin), high - margin)


def _flat_section(mesh: Mesh) -> Section:
    nodes = np.arange(mesh.n_node).reshape(-1, 3)
    faces = mesh.faces
    edges = np.asarray(faces.nodes)[_outline_faces(mesh), 0]
    return Section(
        ("x", "y"),
        None,
        0.0,
        np.asarray(mesh.node_points)[nodes],
        np.stack([nodes, nodes], axis=-1),
        np.zeros(nodes.shape),
        np.asarray(mesh.cell_region, dtype=np.int64),
        np.asarray(mesh.node_points)[edges],
    )


def _outline_faces(mesh: Mesh) -> Ints:
    """Return the faces that separate regions or bound the mesh."""
    cells = np.asarray(mesh.faces.cells)
    region = np.asarray(mesh.cell_region)
    return np.flatnonzero((cells[:, 1] < 0) | (region[cells[:, 0]] != region[cells[:, 1]]))


def _solid_section(mesh: Mesh, axis: int, level: float) -> Section:
    points = np.asarray(mesh.node_points)
    height = points[:, axis] - level
    cells = np.arange(mesh.n_node).reshape(-1, 4)
    # A tetrahedron with one vertex on its own side is cut in a triangle, with two in two of them.
    pairs = [
        _cut(cells, height, 1, [[(0, 1), (0, 2), (0, 3)]]),
        _cut(cells, height, 2, [[(0, 2), (0, 3), (1, 3)], [(0, 2), (1, 3), (1, 2)]]),
        _cut(cells, height, 3, [[(3, 0), (3, 1), (3, 2)]]),
    ]
    nodes = np.concatenate([p for p, _ in pairs])
    owner = np.concatenate([c for _, c in pairs])
    faces = np.asarray(mesh.faces.nodes)[_outline_faces(mesh), 0]
    edges = [
        _cut(faces, height, 1, [[(0, 1), (0, 2)]])[0],
        _cut(faces, height, 2, [[(2, 0), (2, 1)]])[0],
    ]
    plane = [k for k in range(3) if k != axis]
    corners, fraction = _between(points, height, nodes)
    outlines, _ = _between(points, height, np.concatenate(edges))
    return Section(
        (AXES[plane[0]], AXES[plane[1]]),
        AXES[axis],
        level,
        corners[..., plane],
        nodes,
        fraction,
        np.asarray(mesh.cell_region, dtype=np.int64)[owner],
        outlines[..., plane],
    )


def _cut(
    simplices: Ints, height: Array, above: int, patterns: list[list[tuple[int, int]]]
) -> tuple[Ints, Ints]:
    """Cut the simplices with ``above`` vertices above the plane.

    Each pattern lists the edges cut, by places in the order "above first"; returns the node pairs
    (n, n_edge, 2) and the simplex of each.
    """
    sides = height[simplices] >= 0.0
    chosen = np.flatnonzero(sides.sum(axis=1) == above)
    order = np.argsort(~sides[chosen], axis=1, kind="stable")
    ordered = np.take_along_axis(simplices[chosen], order, axis=1)
    pairs = [ordered[:, np.array(pattern)] for pattern in patterns]
    return np.concatenate(pairs).astype(np.int64), np.tile(chosen, len(patterns))


def _between(points: Array, height: Array, pairs: Ints) -> tuple[Array, Array]:
    """Return where edges meet the plane and the fraction of the way there."""
    a, b = height[pairs[..., 0]], height[pairs[..., 1]]
    fraction = a / (a - b)
    start, end = points[pairs[..., 0]], points[pairs[..., 1]]
    return start + fraction[..., None] * (end - start), fraction
