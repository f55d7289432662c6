"""Plane sections of a mesh, exact for linear fields, with the outlines of the materials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bte.errors import BteError, unknown_name
from bte.mesh.kinds import edge_table
from bte.mesh.shapes import reference_coordinates, vertex_functions
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
    """Triangles of a plane section.

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
    at_corners : (3 n_triangle, n_node) sparse
        The vertex functions at the corners: takes a nodal field to its values there.
    region : (n_triangle,)
        Region index.
    outlines : (n_segment, 2, 2)
        Where interfaces and boundaries cut the plane [m].
    """

    axes: tuple[str, str]
    normal: str | None
    level: float
    corners: Array
    at_corners: csr_matrix
    region: Ints
    outlines: Array

    def values(self, nodal: Array) -> Array:
        """Return a nodal field (n_node,) at the corners, (n_triangle, 3)."""
        return np.asarray(self.at_corners @ nodal).reshape(-1, 3)


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


class _Patch(NamedTuple):
    """Triangles: corners (n, 3, dim), nodes and weights (n, 3, k) of them, cells (n,)."""

    corners: Array
    nodes: Ints
    weights: Array
    cells: Ints


def _section(
    mesh: Mesh, axis: int | None, level: float, patches: list[_Patch], lines: Array
) -> Section:
    """Put patches and outlines (n, 2, dim) together."""
    plane = [k for k in range(mesh.dim) if k != axis]
    corners = np.concatenate([p.corners for p in patches])
    rows, columns, values, start = [], [], [], 0
    for p in patches:
        width = p.nodes.shape[2]
        rows.append(np.repeat(start + np.arange(3 * len(p.nodes)), width))
        columns.append(p.nodes.ravel())
        values.append(p.weights.ravel())
        start += 3 * len(p.nodes)
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return Section(
        (AXES[plane[0]], AXES[plane[1]]),
        None if axis is None else AXES[axis],
        level,
        corners[..., plane],
        csr_matrix(entries, shape=(start, mesh.n_node)),
        np.asarray(mesh.cell_region, dtype=np.int64)[np.concatenate([p.cells for p in patches])],
        lines[..., plane],
    )


def _flat_section(mesh: Mesh) -> Section:
    patches = []
    for kind in mesh.kinds:
        nodes = mesh.dg_offsets[kind.ids][:, None] + np.arange(kind.cells.shape[1])
        if kind.cells.shape[1] == 3:
            weights = np.broadcast_to(np.eye(3), (len(nodes), 3, 3))
            each = np.broadcast_to(nodes[:, None], (len(nodes), 3, 3))
            patches.append(_Patch(mesh.node_points[nodes], each, weights, kind.ids))
        else:
            patches.append(_around_centre(mesh, nodes, kind.ids))
    edges = np.asarray(mesh.faces.nodes)[_outline_faces(mesh), 0]
    return _section(mesh, None, 0.0, patches, np.asarray(mesh.node_points)[edges])


def _around_centre(mesh: Mesh, nodes: Ints, cells: Ints) -> _Patch:
    """Return quadrilaterals (n, 4) as four triangles each, around the middle of the cell."""
    middle = np.full(4, 0.25)
    weights = np.array([[np.eye(4)[k], np.eye(4)[(k + 1) % 4], middle] for k in range(4)])
    corners = np.einsum("kij,njd->nkid", weights, mesh.node_points[nodes])
    shape = (len(nodes), 4, 3, 4)
    return _Patch(
        corners.reshape(-1, 3, mesh.dim),
        np.broadcast_to(nodes[:, None, None], shape).reshape(-1, 3, 4),
        np.broadcast_to(weights, shape).reshape(-1, 3, 4),
        np.repeat(cells, 4),
    )


def _outline_faces(mesh: Mesh) -> Ints:
    """Return the faces that separate regions or bound the mesh."""
    cells = np.asarray(mesh.faces.cells)
    region = np.asarray(mesh.cell_region)
    return np.flatnonzero((cells[:, 1] < 0) | (region[cells[:, 0]] != region[cells[:, 1]]))


def _solid_section(mesh: Mesh, axis: int, level: float) -> Section:
    height = np.asarray(mesh.node_points)[:, axis] - level
    patches = []
    for kind in mesh.kinds:
        nodes = mesh.dg_offsets[kind.ids][:, None] + np.arange(kind.cells.shape[1])
        edges = edge_table(3, kind.cells.shape[1]).astype(np.int64)
        for own, pairs in _crossed(nodes, edges, height):
            patches += _fan(mesh, axis, height, kind.ids[own], nodes[own], pairs)
    faces = np.asarray(mesh.faces.nodes)[_outline_faces(mesh), 0]
    lines = []
    for n in (3, 4):
        own = faces[(faces >= 0).sum(axis=1) == n][:, :n]
        ring = np.stack([np.arange(n), (np.arange(n) + 1) % n], axis=1)
        lines += [
            _between(mesh, height, pairs)[0]
            for _, pairs in _crossed(own, ring, height)
            if pairs.shape[1] == 2
        ]
    if not patches:
        raise BteError(
            f"the section {AXES[axis]} = {level:g} m runs between the parts of the mesh; choose "
            "another level"
        )
    return _section(mesh, axis, level, patches, np.concatenate(lines))


def _crossed(nodes: Ints, edges: Ints, height: Array) -> Iterator[tuple[Ints, Ints]]:
    """Give rows of ``nodes`` (n, n_vertex) that the plane cuts, by the number of edges cut.

    With the rows come the pairs of nodes (n, n_edge, 2) whose edges are cut.
    """
    if not len(nodes):
        return
    above = height[nodes] >= 0.0
    cut = above[:, edges[:, 0]] != above[:, edges[:, 1]]
    count = cut.sum(axis=1)
    for n in np.unique(count[count > 0]):
        rows = np.flatnonzero(count == n)
        chosen = np.argsort(~cut[rows], axis=1, kind="stable")[:, :n]
        ends = edges[chosen].reshape(len(rows), 2 * n)
        yield rows, np.take_along_axis(nodes[rows], ends, axis=1).reshape(len(rows), n, 2)


def _fan(
    mesh: Mesh, axis: int, height: Array, cells: Ints, nodes: Ints, pairs: Ints
) -> list[_Patch]:
    """Return the polygons in which a plane cuts cells, as triangles.

    Along edges the vertex functions are linear. Tetrahedra need no more; the polygons of other
    cells have triangles around their middles, where the functions are found by inverting the map.
    """
    corners, fraction = _between(mesh, height, pairs)
    middle = corners.mean(axis=1)
    arm = np.delete(corners - middle[:, None], axis, axis=2)
    order = np.argsort(np.arctan2(arm[..., 1], arm[..., 0]), axis=1)
    corners = np.take_along_axis(corners, order[..., None], axis=1)
    pairs = np.take_along_axis(pairs, order[..., None], axis=1)
    fraction = np.take_along_axis(fraction, order, axis=1)
    weights = np.stack([1.0 - fraction, fraction], axis=-1)
    n_corner, n_vertex = pairs.shape[1], nodes.shape[1]
    if n_vertex == 4:
        triples = [(0, k, k + 1) for k in range(1, n_corner - 1)]
        return [_Patch(corners[:, t], pairs[:, t], weights[:, t], cells) for t in triples]
    at = reference_coordinates(mesh.node_points[nodes], middle)
    inside = vertex_functions(3, n_vertex, at)[:, None]
    spare = np.repeat(pairs[:, :, :1], n_vertex - 2, axis=2)
    pairs = np.concatenate([pairs, spare], axis=2)
    weights = np.pad(weights, ((0, 0), (0, 0), (0, n_vertex - 2)))
    patches = []
    for k in range(n_corner):
        t = [k, (k + 1) % n_corner]
        patches.append(
            _Patch(
                np.concatenate([corners[:, t], middle[:, None]], axis=1),
                np.concatenate([pairs[:, t], nodes[:, None]], axis=1),
                np.concatenate([weights[:, t], inside], axis=1),
                cells,
            )
        )
    return patches


def _between(mesh: Mesh, height: Array, pairs: Ints) -> tuple[Array, Array]:
    """Return where edges meet the plane and the fraction of the way there."""
    points = np.asarray(mesh.node_points)
    a, b = height[pairs[..., 0]], height[pairs[..., 1]]
    fraction = a / (a - b)
    start, end = points[pairs[..., 0]], points[pairs[..., 1]]
    return start + fraction[..., None] * (end - start), fraction
