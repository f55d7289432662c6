"""Vertex functions of the elements on their reference cells, and the inverse of the map to them.

Reference cells are 0 <= x, y, z <= 1, of a simplex and of the triangle of a prism x + y <= 1. With
the functions phi_a a point is x = sum_a phi_a(xi) x_a, and a nodal field sum_a phi_a(xi) f_a.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CORNERS = np.array(
    [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]]
)
_MOST_STEPS = 30
_CLOSE = 1e-13  # a Newton step this small ends the search
_FAR = 0.5  # points further outside the reference cell are outside for sure


def vertex_functions(dim: int, n_vertex: int, at: Floats) -> Floats:
    """Return the vertex functions at reference coordinates (n, dim), (n, n_vertex)."""
    if n_vertex == dim + 1:
        return np.concatenate([1.0 - at.sum(axis=1, keepdims=True), at], axis=1)
    if n_vertex == 6:
        plane, z = vertex_functions(2, 3, at[:, :2]), at[:, 2:]
        return np.concatenate([plane * (1.0 - z), plane * z], axis=1)
    corners = _CORNERS[:n_vertex, :dim]
    factors: Floats = np.where(corners, at[:, None], 1.0 - at[:, None])
    return np.asarray(factors.prod(axis=2))


def vertex_slopes(dim: int, n_vertex: int, at: Floats) -> Floats:
    """Return the slopes of the vertex functions on the reference cell, (n, n_vertex, dim)."""
    if n_vertex == dim + 1:
        slopes = np.vstack([-np.ones(dim), np.eye(dim)])
        return np.broadcast_to(slopes, (len(at), n_vertex, dim))
    if n_vertex == 6:
        plane, z = vertex_functions(2, 3, at[:, :2]), at[:, 2:, None]
        inside = vertex_slopes(2, 3, at[:, :2])
        slopes_xy = np.concatenate([inside * (1.0 - z), inside * z], axis=1)
        slopes_z = np.concatenate([-plane, plane], axis=1)
        return np.concatenate([slopes_xy, slopes_z[:, :, None]], axis=2)
    corners = _CORNERS[:n_vertex, :dim]
    factors = np.where(corners, at[:, None], 1.0 - at[:, None])
    slopes = np.empty((len(at), n_vertex, dim))
    for d in range(dim):
        others = np.delete(factors, d, axis=2).prod(axis=2)
        slopes[:, :, d] = np.where(corners[:, d], 1.0, -1.0) * others
    return slopes


def reference_coordinates(corners: Floats, points: Floats) -> Floats:
    """Return the reference coordinates of points, one in each cell, by Newton's method.

    Parameters
    ----------
    corners : (n, n_vertex, dim) float64
        Vertices of the cells [m].
    points : (n, dim) float64
        The points [m]; one far outside its cell gets NaN.

    Returns
    -------
    (n, dim) float64
    """
    n, n_vertex, dim = corners.shape
    at = np.full((n, dim), 0.5 if n_vertex != dim + 1 else 1.0 / n_vertex)
    if n_vertex == 6:
        at[:, :2] = 1.0 / 3.0
    active = np.arange(n)
    for _ in range(_MOST_STEPS):
        own = corners[active]
        gap = points[active] - mapped(own, at[active])
        columns = np.einsum("nad,nar->ndr", own, vertex_slopes(dim, n_vertex, at[active]))
        step = _solved(columns, gap)
        at[active] = np.clip(at[active] + step, -_FAR, 1.0 + _FAR)
        active = active[np.abs(step).max(axis=1) > _CLOSE]
        if not len(active) or n_vertex == dim + 1:
            break
    residual = np.abs(points - mapped(corners, at)).max(axis=1)
    at[residual > 1e-9 * np.ptp(corners, axis=1).max(axis=1)] = np.nan
    return at


def meet_line(corners: Floats, start: Floats, step: Floats) -> tuple[Floats, Floats]:
    """Return where lines meet faces: u and s in sum_a phi_a(u) x_a = start + s step.

    Parameters
    ----------
    corners : (n, n_vertex, dim) float64
        Vertices of the faces [m].
    start, step : (n, dim) float64
        Points and directions of the lines, about as long as the faces [m].

    Returns
    -------
    at : (n, dim - 1) float64
        Reference coordinates on the face; NaN where none are found.
    far : (n,) float64
        Multiples of the step.
    """
    n, n_vertex, dim = corners.shape
    at, far = np.full((n, dim - 1), 0.5), np.zeros(n)
    for _ in range(_MOST_STEPS):
        gap = start + far[:, None] * step - mapped(corners, at)
        columns = np.einsum("nad,nar->ndr", corners, vertex_slopes(dim - 1, n_vertex, at))
        change = _solved(np.concatenate([columns, -step[:, :, None]], axis=2), gap)
        at = at + change[:, :-1]
        far = far + change[:, -1]
        if n_vertex <= dim or not len(change) or np.abs(change).max() < _CLOSE:
            break
        at = np.clip(at, -_FAR, 1.0 + _FAR)
    residual = np.abs(start + far[:, None] * step - mapped(corners, at)).max(axis=1)
    lost = residual > 1e-9 * np.abs(step).max(axis=1)
    at[lost], far[lost] = np.nan, np.nan
    return at, far


def mapped(corners: Floats, at: Floats) -> Floats:
    """Return the points (n, dim) of cells (n, n_vertex, dim) at reference coordinates (n, dim)."""
    functions = vertex_functions(at.shape[1], corners.shape[1], at)
    points: Floats = np.einsum("na,nad->nd", functions, corners)
    return points


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Solve small systems, (n, dim, dim) and (n, dim); a singular one moves nowhere."""
    scale = np.abs(matrix).max(axis=(1, 2))
    usable = np.abs(np.linalg.det(matrix)) > 1e-14 * scale ** matrix.shape[1]
    step = np.zeros_like(right)
    step[usable] = np.linalg.solve(matrix[usable], right[usable][:, :, None])[:, :, 0]
    return step
