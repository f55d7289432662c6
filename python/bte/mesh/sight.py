"""Where the walls of a mesh point, and along which directions they leave a line of sight.

Phonons much longer than the device fly along channels between pores, along films and wires. There
the intensity depends on the direction as sharply as the channel is narrow, so that a quadrature
needs more ordinates around these directions than elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import gcd

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from bte.mesh.data import MeshData
from bte.mesh.faces import face_vertices

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

# Unit vectors that differ by less are one.
SAME = 1e-9
# A path that ends is long where it is this many times longer than its channel is wide.
LONG = 4.0
# Gaps narrower than this part of the mesh are rounding.
NO_GAP = 1e-9
# Multiples of periodic translations that candidates are made of, by dimension.
MOST_MULTIPLE = {2: 2, 3: 1}
# The same for the periodic images that lines are followed through.
MOST_IMAGES = 2
# Directions along walls that are tried, those with most area first; a curved wall has many.
MOST_WALLS = 24
# Lines tried for each direction in 3D.
MOST_LINES = 500


def wall_normals(mesh: MeshData, names: Iterable[str]) -> Floats:
    """Return the distinct unit normals of boundaries, those with the largest area first.

    Parameters
    ----------
    mesh : MeshData
        The mesh.
    names : iterable of str
        Names of boundaries.

    Returns
    -------
    (n, dim) float64
        Distinct to 1e-9 and up to their sign; the first component that is not 0 is positive.
    """
    faces = _faces_of(mesh, names)
    return distinct_directions(mesh.faces.normal[faces], mesh.faces.area[faces])


def open_directions(
    mesh: MeshData,
    walls: Iterable[str],
    translations: ArrayLike | None = None,
    mirrors: ArrayLike | None = None,
) -> Floats:
    """Return the directions along which the walls leave long straight paths.

    Tried are the axes, the periodic translations and their small combinations, and directions
    along walls. A path is long where it has no end, being periodic or reflected between two facing
    mirrors, or where the mesh is at least four times longer along it than the channel is wide. In
    2D the walls are projected exactly on the axis across the direction; in 3D straight lines
    through up to 500 cells are followed through the nearest periodic images, so that a channel
    narrower than a cell can be missed, and the width of a channel that ends is taken as the least
    width of the mesh across it.

    Parameters
    ----------
    mesh : MeshData
        The mesh.
    walls : iterable of str
        Boundaries that stop phonons; without any nothing is a channel.
    translations : (n, dim) array, optional
        Translations from periodic boundaries to their partners [m].
    mirrors : (m, dim) array, optional
        Normals of mirrors that stand at both ends of the mesh, facing each other.

    Returns
    -------
    (n, dim) float64
        Unit vectors up to their sign; the first component that is not 0 is positive.
    """
    faces = _faces_of(mesh, walls)
    shifts = np.asarray([] if translations is None else translations, dtype=float)
    shifts = shifts.reshape(-1, mesh.dim)
    facing = np.asarray([] if mirrors is None else mirrors, dtype=float).reshape(-1, mesh.dim)
    if mesh.dim == 1 or not len(faces):
        return np.zeros((0, mesh.dim))
    clear = _is_open_flat if mesh.dim == 2 else _is_open_solid
    candidates = _candidates(mesh, faces, shifts)
    endless = np.concatenate([_combinations(shifts), facing])
    found = [
        u for u in candidates if clear(mesh, faces, shifts, u, bool(_is_parallel(endless, u).any()))
    ]
    return np.array(found).reshape(-1, mesh.dim)


def _faces_of(mesh: MeshData, names: Iterable[str]) -> Ints:
    none = [np.zeros(0, dtype=np.int32)]
    return np.concatenate(none + [mesh.boundary_faces(name) for name in names])


def distinct_directions(vectors: Floats, weight: Floats) -> Floats:
    """Return unit vectors that differ up to sign, by falling weight."""
    if not len(vectors):
        return vectors
    turned = _canonical(vectors)
    rounded, inverse = np.unique(np.round(turned / SAME), axis=0, return_inverse=True)
    # The same vector may have been rounded to neighbouring points.
    close = cKDTree(rounded).query_pairs(2.0, output_type="ndarray")
    links = coo_matrix((np.ones(len(close)), close.T), shape=(len(rounded),) * 2)
    group = connected_components(links, directed=False)[1][inverse.reshape(-1)]
    total = np.bincount(group, weight)
    sums = np.stack([np.bincount(group, weight * x) for x in turned.T], axis=1)
    order = np.argsort(-total, kind="stable")
    mean = sums[order] / np.linalg.norm(sums[order], axis=1, keepdims=True)
    mean[np.abs(mean) < SAME] = 0.0
    return np.asarray(mean)


def _canonical(vectors: Floats) -> Floats:
    """Return unit vectors with their first component that is not 0 positive."""
    large = np.abs(vectors) > SAME
    first = np.take_along_axis(vectors, large.argmax(axis=1)[:, None], axis=1)
    turned: Floats = vectors * np.sign(first) / np.linalg.norm(vectors, axis=1, keepdims=True)
    return turned


def _candidates(mesh: MeshData, faces: Ints, shifts: Floats) -> Floats:
    """Return axes, combinations of translations and directions along walls."""
    dim = mesh.dim
    lines = [np.eye(dim)]
    most = MOST_MULTIPLE[dim]
    for multiples in product(range(-most, most + 1), repeat=len(shifts)):
        if gcd(*multiples) == 1:
            lines.append((np.array(multiples) @ shifts)[None])
    normals = distinct_directions(mesh.faces.normal[faces], mesh.faces.area[faces])[:MOST_WALLS]
    if dim == 2:
        lines.append(np.stack([-normals[:, 1], normals[:, 0]], axis=1))
    else:
        first, second = np.triu_indices(min(len(normals), 8), k=1)
        edges = np.cross(normals[first], normals[second])
        lines.append(edges[np.linalg.norm(edges, axis=1) > 1e-3])
    every = np.concatenate(lines)
    length = np.linalg.norm(every, axis=1)
    every = every[length > 0] / length[length > 0, None]
    return distinct_directions(every, np.ones(len(every)))


def _is_parallel(vectors: Floats, u: Floats) -> NDArray[np.bool_]:
    along = vectors @ u
    across = np.linalg.norm(vectors - along[:, None] * u, axis=1)
    return np.asarray(across < 1e-6 * np.linalg.norm(vectors, axis=1))


def _is_open_flat(mesh: MeshData, faces: Ints, shifts: Floats, u: Floats, endless: bool) -> bool:
    """Say whether the walls, projected across ``u``, leave a gap in 2D."""
    across = np.array([-u[1], u[0]])
    level = mesh.points @ across
    extent = float(np.ptp(level))
    ends = np.sort(level[face_vertices(mesh.faces, mesh.connectivity)[faces]], axis=1)
    moves = np.abs(shifts @ across)
    period = _common_divisor(moves[moves > 1e-6 * extent], 1e-6 * extent)
    low, size = float(level.min()), extent
    if period is not None:
        if period < 1e-3 * extent:  # incommensurate: in the long run every line is met
            return False
        size = period
        ends = _wrapped(ends - low, period) + low
    gap = _largest_gap(ends, low, low + size, periodic=period is not None)
    if gap <= NO_GAP * size:
        return False
    return endless or float(np.ptp(mesh.points @ u)) >= LONG * gap


def _common_divisor(lengths: Floats, tolerance: float) -> float | None:
    """Return the largest length that divides all to a tolerance, by Euclid; None of none."""
    divisor = 0.0
    for length in lengths:
        a, b = max(divisor, float(length)), min(divisor, float(length))
        while b > tolerance:
            a, b = b, abs(a - b * np.round(a / b))
        divisor = a
    return divisor or None


def _wrapped(ends: Floats, period: float) -> Floats:
    """Return intervals (n, 2) folded into (0, period), those over its end in two pieces."""
    start = np.mod(ends[:, 0], period)
    start[period - start < 1e-9 * period] = 0.0
    stop = start + np.minimum(ends[:, 1] - ends[:, 0], period)
    rest = stop > period
    pieces = np.stack([start, np.minimum(stop, period)], axis=1)
    return np.concatenate([pieces, np.stack([0.0 * stop[rest], stop[rest] - period], axis=1)])


def _largest_gap(ends: Floats, low: float, high: float, periodic: bool) -> float:
    """Return the widest part of (low, high) that no interval covers, around the end if periodic."""
    ends = ends[np.argsort(ends[:, 0])]
    reach = np.maximum.accumulate(np.concatenate([[low], ends[:, 1]]))
    gaps = np.concatenate([ends[:, 0], [high]]) - reach
    if periodic and len(gaps) > 1 and ends[0, 0] > low:
        gaps[-1] += gaps[0]  # the gap across the seam
    return float(gaps.max())


def _combinations(shifts: Floats) -> Floats:
    """Return small multiples of the translations, added, without 0."""
    multiples = product(range(-MOST_IMAGES, MOST_IMAGES + 1), repeat=len(shifts))
    sums = [np.array(m) @ shifts for m in multiples if any(m)]
    return np.array(sums).reshape(-1, shifts.shape[1])


def _is_open_solid(mesh: MeshData, faces: Ints, shifts: Floats, u: Floats, endless: bool) -> bool:
    """Say whether a line along ``u`` through some cell meets no wall in 3D."""
    e1 = np.cross(u, np.eye(3)[np.abs(u).argmin()])
    e1 /= np.linalg.norm(e1)
    plane = np.stack([e1, np.cross(u, e1)], axis=1)
    faces = faces[np.abs(mesh.faces.normal[faces] @ u) > 1e-6]
    combinations = _combinations(shifts)
    flat = mesh.points @ plane
    if not endless and np.ptp(mesh.points @ u) < LONG * np.ptp(flat, axis=0).min():
        return False
    samples = mesh.centres[:: max(1, mesh.n_cell // MOST_LINES)] @ plane
    corners = flat[_triangles(face_vertices(mesh.faces, mesh.connectivity)[faces])]
    return not _all_met(samples, corners, _images(combinations @ plane, flat))


def _images(moves: Floats, flat: Floats) -> Floats:
    """Return the distinct moves (n, 2) after which the projected mesh still meets itself."""
    extent = np.ptp(flat, axis=0)
    moves = np.vstack([[0.0, 0.0], moves[(np.abs(moves) <= extent).all(axis=1)]])
    _, first = np.unique(np.round(moves / (1e-6 * extent.max())), axis=0, return_index=True)
    return moves[np.sort(first)]


def _all_met(samples: Floats, corners: Floats, images: Floats) -> bool:
    """Say whether each point (n, 2), moved to some image, is in any triangle (m, 3, 2)."""
    if not len(corners):
        return False
    middle = corners.mean(axis=1)
    radius = float(np.linalg.norm(corners - middle[:, None], axis=2).max()) * (1 + 1e-9)
    tree = cKDTree(middle)
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    for image in images:
        moved = samples + image
        near = ((moved >= low - radius) & (moved <= high + radius)).all(axis=1)
        rows = np.flatnonzero(near)
        met = _met(moved[rows], corners, tree, radius)
        samples = np.delete(samples, rows[met], axis=0)
        if not len(samples):
            return True
    return False


def _triangles(vertices: Ints) -> Ints:
    """Return faces (n, 3 or 4), which may end in -1, as triangles."""
    if vertices.shape[1] == 3:
        return vertices
    whole = vertices[vertices[:, 3] >= 0]
    return np.concatenate([vertices[:, :3], whole[:, [0, 2, 3]]])


def _met(points: Floats, corners: Floats, tree: cKDTree, radius: float) -> NDArray[np.bool_]:
    """Say which points (n, 2) lie in any triangle (m, 3, 2), its edges included.

    ``tree`` holds the middles of the triangles, ``radius`` is that of the largest.
    """
    met = np.zeros(len(points), dtype=bool)
    lists = tree.query_ball_point(points, radius) if len(points) else []
    counts = np.array([len(found) for found in lists], dtype=np.int64)
    if not counts.sum():
        return met
    rows = np.repeat(np.arange(len(points)), counts)
    triangle = corners[np.concatenate([np.asarray(f, dtype=np.int64) for f in lists])]
    sides = np.roll(triangle, -1, axis=1) - triangle
    arms = points[rows][:, None] - triangle
    turn = sides[..., 0] * arms[..., 1] - sides[..., 1] * arms[..., 0]
    slack = 1e-12 * (np.abs(sides).max(axis=(1, 2)) ** 2)[:, None]
    inside = (turn >= -slack).all(axis=1) | (turn <= slack).all(axis=1)
    met[rows[inside]] = True
    return met
