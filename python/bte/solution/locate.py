"""Which cell holds a point: vectorised, exact for cells of any size and kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from bte.errors import BteError
from bte.mesh.shapes import reference_coordinates, vertex_functions
from bte.solution.records import Array

if TYPE_CHECKING:
    from bte.mesh import Mesh

Ints = NDArray[np.int64]

_INSIDE = -1e-9  # smallest vertex function at a point that counts as inside
_NEAREST = 8  # nearest centres tried first


@dataclass(frozen=True, eq=False)
class Locator:
    """Point location in a mesh of any elements.

    Attributes
    ----------
    mesh : Mesh
        The mesh.
    radius : (n_cell,)
        Largest distance of a vertex from the cell's centre [m].
    """

    mesh: Mesh
    radius: Array

    @classmethod
    def of(cls, mesh: Mesh) -> Locator:
        """Prepare the location of points in ``mesh``."""
        centres = np.asarray(mesh.centres)
        radius = np.zeros(mesh.n_cell)
        for kind in mesh.kinds:
            offsets = mesh.points[kind.cells] - centres[kind.ids][:, None]
            radius[kind.ids] = np.sqrt((offsets**2).sum(axis=2)).max(axis=1)
        return cls(mesh, radius)

    @cached_property
    def _centres(self) -> cKDTree:
        return cKDTree(np.asarray(self.mesh.centres))

    @cached_property
    def _classes(self) -> list[tuple[Ints, cKDTree, float]]:
        """Cells in classes of similar size, so that a search radius fits each class."""
        centres = np.asarray(self.mesh.centres)
        level = np.floor(np.log2(self.radius / self.radius.min())).astype(int)
        members = [np.flatnonzero(level == k) for k in np.unique(level)]
        return [(m, cKDTree(centres[m]), float(self.radius[m].max())) for m in members]

    def weights(self, cells: Ints, points: Array) -> Array:
        """Return the vertex functions of cells (n,) at points (n, dim), (n, n_cell_vertex).

        Outside a cell at least one is negative; far outside they are NaN.
        """
        mesh = self.mesh
        weights = np.zeros((len(cells), mesh.n_cell_vertex))
        count = np.diff(mesh.dg_offsets)[cells]
        for n in np.unique(count):
            rows = np.flatnonzero(count == n)
            nodes = mesh.dg_offsets[cells[rows]][:, None] + np.arange(n)
            corners = mesh.points[mesh.connectivity[nodes]]
            at = reference_coordinates(corners, points[rows])
            weights[rows, :n] = vertex_functions(mesh.dim, int(n), at)
        return weights

    def search(self, points: Array) -> tuple[Ints, Array]:
        """Return the cell of each point, −1 outside, and the vertex functions there."""
        cells = np.full(len(points), -1, dtype=np.int64)
        weights = np.zeros((len(points), self.mesh.n_cell_vertex))
        k = min(_NEAREST, int(self.mesh.n_cell))
        near = self._centres.query(points, k=k)[1].reshape(len(points), k)
        rows = np.repeat(np.arange(len(points)), k)
        self._accept(points, rows, near.ravel(), cells, weights)
        for members, tree, radius in self._classes:
            left = np.flatnonzero(cells < 0)
            lists = tree.query_ball_point(points[left], radius * (1 + 1e-9)) if len(left) else []
            counts = np.array([len(found) for found in lists], dtype=np.int64)
            if counts.sum():
                candidates = members[np.concatenate([np.asarray(f, np.int64) for f in lists])]
                self._accept(points, np.repeat(left, counts), candidates, cells, weights)
        return cells, weights

    def _accept(
        self, points: Array, rows: Ints, candidates: Ints, cells: Ints, weights: Array
    ) -> None:
        """Write the first candidate that holds its point into ``cells`` and ``weights``."""
        near = np.linalg.norm(points[rows] - self.mesh.centres[candidates], axis=1)
        possible = np.flatnonzero(near <= self.radius[candidates] * (1 + 1e-9))
        rows, candidates = rows[possible], candidates[possible]
        functions = self.weights(candidates, points[rows])
        hits = np.flatnonzero(functions.min(axis=1) >= _INSIDE)
        taken, first = np.unique(rows[hits], return_index=True)
        cells[taken] = candidates[hits[first]]
        weights[taken] = functions[hits[first]]

    def find(self, points: ArrayLike) -> tuple[Ints, Array]:
        """Return cells and vertex functions of points (n, dim), all inside the mesh.

        Raises
        ------
        BteError
            When points have another dimension, are not finite, or lie outside.
        """
        found = as_points(points, self.mesh.dim)
        cells, weights = self.search(found)
        if np.any(cells < 0):
            outside = np.flatnonzero(cells < 0)
            raise BteError(
                f"{len(outside)} of {len(found)} points lie outside the mesh, the first at "
                f"{_coordinates(found[outside[0]])} m; the mesh fills "
                f"{describe_box(self.mesh)}"
            )
        return cells, weights

    def interpolate(self, nodal: Array, cells: Ints, weights: Array) -> Array:
        """Return a nodal field at located points; NaN where the cell is −1."""
        nodes = np.asarray(self.mesh.dg_offsets)[cells][:, None] + np.arange(weights.shape[1])
        # beyond the nodes of a cell with fewer than others the weights are 0
        safe = np.where(cells[:, None] < 0, 0, np.minimum(nodes, self.mesh.n_node - 1))
        values = np.einsum("ni,ni...->n...", weights, nodal[safe])
        values[cells < 0] = np.nan
        return np.asarray(values)


def as_points(points: ArrayLike, dim: int) -> Array:
    """Return points as (n, dim) finite numbers; one point, or in 1D plain coordinates, will do."""
    try:
        array = np.asarray(points, dtype=float)
    except (TypeError, ValueError):
        raise BteError(f"points are {points!r}; give numbers [m], shape (n, {dim})") from None
    if dim == 1 and array.ndim <= 1:
        array = array.reshape(-1, 1)
    elif array.shape == (dim,):
        array = array[None, :]
    if array.ndim != 2 or array.shape[1] != dim:
        raise BteError(f"points have shape {array.shape}; a {dim}D mesh needs (n, {dim})")
    if not np.isfinite(array).all():
        raise BteError("points must be finite; found NaN or infinity")
    return array


def describe_box(mesh: Mesh) -> str:
    """Return the box of the mesh as ``x 0 … 1e-07, y … m``."""
    points = np.asarray(mesh.points)
    low, high = points.min(axis=0), points.max(axis=0)
    return ", ".join(f"{c} {a:g} … {b:g}" for c, a, b in zip("xyz", low, high, strict=False)) + " m"


def _coordinates(point: Array) -> str:
    return "(" + ", ".join(f"{x:g}" for x in point) + ")"
