"""Cuts along a straight line, with both values where an interface is crossed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.errors import BteError
from bte.mesh.shapes import meet_line, vertex_functions
from bte.solution.locate import Locator, as_points, describe_box
from bte.solution.records import Array

if TYPE_CHECKING:
    from bte.mesh import Mesh

_SAME = 1e-9  # distances closer than this fraction of the line are one point


@dataclass(frozen=True, eq=False)
class LineCut:
    """The temperature along a line.

    Attributes
    ----------
    distance : (n,)
        Distance from the start [m], non-decreasing; equal twice where an interface is crossed.
    points : (n, dim)
        The points [m].
    temperature : (n,)
        Energy temperature [K]; NaN where the line leaves the mesh.
    region : (n,)
        Region index of each value; −1 outside the mesh.
    region_names : tuple of str
        Names of the regions.
    """

    distance: Array
    points: Array
    temperature: Array
    region: NDArray[np.int64]
    region_names: tuple[str, ...]

    @property
    def crossings(self) -> NDArray[np.int64]:
        """Index of the first of the two values at each interface crossed."""
        same = np.diff(self.distance) <= 0.0
        return np.flatnonzero(same & (self.region[:-1] != self.region[1:]))


def cut_line(
    locator: Locator, temperature: Array, start: ArrayLike, end: ArrayLike, points: int
) -> LineCut:
    """Sample a nodal field at evenly spaced points and at every interface crossing.

    Raises
    ------
    BteError
        When the ends are equal or outside the box of the mesh, or nothing is hit.
    """
    mesh = locator.mesh
    p0, p1 = _ends(locator, start, end, points)
    length = float(np.linalg.norm(p1 - p0))
    crossed, before, after, sides = _interface_crossings(locator, temperature, p0, p1)
    even = np.linspace(0.0, 1.0, points)
    even = even[~_near_any(even, crossed)]
    sampled = p0 + even[:, None] * (p1 - p0)
    cells, weights = locator.search(sampled)
    if np.all(cells < 0) and len(crossed) == 0:
        raise BteError(f"the line does not meet the mesh, which fills {describe_box(mesh)}")
    regions = np.where(cells < 0, -1, np.asarray(mesh.cell_region)[cells])
    position = np.concatenate([even, crossed, crossed])
    # Values before a crossing sort ahead of those after it, at the same position.
    order = np.lexsort((np.repeat([0, 0, 1], [len(even), len(crossed), len(crossed)]), position))
    values = np.concatenate([locator.interpolate(temperature, cells, weights), before, after])
    regions = np.concatenate([regions, sides[:, 0], sides[:, 1]])
    position = position[order]
    return LineCut(
        position * length,
        p0 + position[:, None] * (p1 - p0),
        values[order],
        regions[order],
        mesh.region_names,
    )


def _ends(locator: Locator, start: ArrayLike, end: ArrayLike, points: int) -> tuple[Array, Array]:
    """Return the ends of the line after checking them."""
    mesh = locator.mesh
    p0, p1 = (as_points(np.atleast_2d(p), mesh.dim)[0] for p in (start, end))
    if points < 2:
        raise BteError(f"a line cut needs at least 2 points, found {points}")
    if np.array_equal(p0, p1):
        raise BteError("the line cut starts where it ends; give two different points")
    low, high = np.min(mesh.points, axis=0), np.max(mesh.points, axis=0)
    slack = 1e-9 * float(np.max(high - low))
    for point in (p0, p1):
        if np.any(point < low - slack) or np.any(point > high + slack):
            raise BteError(
                f"the line cut ends at {point.tolist()} m, outside the mesh, which fills "
                f"{describe_box(mesh)}"
            )
    return np.clip(p0, low, high), np.clip(p1, low, high)


def _near_any(values: Array, marks: Array) -> NDArray[np.bool_]:
    """Say which values lie on one of the marks."""
    if len(marks) == 0:
        return np.zeros(len(values), dtype=bool)
    return np.asarray(np.abs(values[:, None] - marks).min(axis=1) < _SAME)


def _interface_crossings(
    locator: Locator, temperature: Array, p0: Array, p1: Array
) -> tuple[Array, Array, Array, NDArray[np.int64]]:
    """Intersect the line with all interface faces.

    Returns
    -------
    position : (n,)
        Fractions of the line, increasing.
    before, after : (n,)
        The field on the side the line leaves and on the side it enters.
    sides : (n, 2)
        Region left and region entered.
    """
    mesh, faces = locator.mesh, locator.mesh.faces
    ids = np.concatenate([np.zeros(0, np.int64), *map(np.asarray, mesh.interfaces.values())])
    nodes = np.asarray(faces.nodes)[ids]
    normal = np.asarray(faces.normal)[ids]
    speed = normal @ (p1 - p0)
    crosses = np.abs(speed) > 1e-12 * float(np.linalg.norm(p1 - p0))
    position, weights = _meet(mesh, nodes[:, 0], crosses, p0, p1)
    hit = (position >= -_SAME) & (position <= 1 + _SAME) & (weights.min(axis=1) > -1e-9)
    hits = np.flatnonzero(hit)[np.argsort(position[hit], kind="stable")]
    # A crossing on an edge shared by faces is found once per face; one is enough.
    hits = hits[np.diff(position[hits], prepend=-1.0) > _SAME]
    values = np.einsum("fi,fsi->fs", weights[hits], temperature[nodes[hits]])
    regions = np.asarray(mesh.cell_region)[np.asarray(faces.cells)[ids[hits]]].astype(np.int64)
    backward = speed[hits] < 0.0
    values[backward], regions[backward] = values[backward][:, ::-1], regions[backward][:, ::-1]
    return np.clip(position[hits], 0.0, 1.0), values[:, 0], values[:, 1], regions


def _meet(
    mesh: Mesh, nodes: NDArray[np.int32], crosses: NDArray[np.bool_], p0: Array, p1: Array
) -> tuple[Array, Array]:
    """Return where a line meets faces, as fractions of the line, and the vertex functions there.

    Parameters
    ----------
    nodes : (n, n_face_vertex)
        Nodes of the faces.
    crosses : (n,)
        Faces that the line is not parallel to; others, and those far from it, get the fraction −1.
    """
    position, weights = np.full(len(nodes), -1.0), np.zeros(nodes.shape)
    length = float(np.linalg.norm(p1 - p0))
    count = (nodes >= 0).sum(axis=1)
    for n in np.unique(count[crosses]):
        rows = np.flatnonzero(crosses & (count == n))
        corners = mesh.node_points[nodes[rows, :n]]
        middle = corners.mean(axis=1)
        radius = np.linalg.norm(corners - middle[:, None], axis=2).max(axis=1)
        along = (middle - p0) @ (p1 - p0) / length**2
        start = p0 + along[:, None] * (p1 - p0)
        near = np.linalg.norm(middle - start, axis=1) <= radius + 1e-9 * length
        rows, corners, along, start = rows[near], corners[near], along[near], start[near]
        reach = np.where(radius[near] > 0.0, radius[near], length)
        at, far = meet_line(corners, start, reach[:, None] / length * (p1 - p0))
        weights[rows, :n] = vertex_functions(mesh.dim - 1, int(n), at)
        position[rows] = np.where(np.isfinite(far), along + far * reach / length, -1.0)
    return position, weights
