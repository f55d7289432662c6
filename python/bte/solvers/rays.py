"""Where what comes out on a trace has come in: along straight rays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from bte.packing.arrays import Array
from bte.solvers.links import Indices, TraceLinks

#: How many of the nearest faces are looked at, and how far points are moved into their face.
_NEAR, _INWARDS = 4, 1e-3

#: Overlaps below this part of a face are rounding.
_TOUCHING = 1e-9

#: Faces that rays connect are aligned where these move less than this part of a face. Elsewhere the
#: cells between smooth, about as much as this part of plain interpolation.
_ALIGNED, _BLEND = 0.3, 0.5

#: Gauss points of the unit interval, exact for products of linear functions.
_GAUSS = 0.5 + np.array([-0.5, 0.5]) / np.sqrt(3.0)


def origins(links: TraceLinks, reached: NDArray[np.bool_], directions: Array) -> csr_matrix:
    """Return what takes traces that are read to those that are written, along the rays.

    In two dimensions the projection onto linear functions on the faces where rays come out, exact
    also where they are shifted by a small part of a face; in three the value at their vertices.

    Parameters
    ----------
    links : TraceLinks
    reached : (n_trace, n_face_vertex) bool
        Where anything comes out.
    directions : (n_ordinate, dim)

    Returns
    -------
    (n_trace * n_face_vertex, n_trace * n_face_vertex) sparse
    """
    n, wide = reached.shape
    size = n * wide
    total = csr_matrix((size, size))
    parts = []
    gap = 2.0 * float(np.linalg.norm(np.ptp(links.exit, axis=(0, 1))))
    for ordinate, direction in enumerate(directions):
        written = np.flatnonzero((links.writer == ordinate) & reached.any(axis=1))
        read = np.flatnonzero((links.reader == ordinate) & links.alive.any(axis=1))
        if not len(written) or not len(read):
            continue
        across = np.linalg.svd(direction[None])[2][1:].T
        entry, leaving = links.entry[read], links.exit[written]
        seen = (
            _apart(entry @ across, links.start[read], gap),
            _apart(leaving @ across, links.end[written], gap),
        )
        pair, weight = _values(seen[0], links.real[read], seen[1])
        if across.shape[1] == 1:
            depth = entry @ direction, leaving @ direction
            flat, projected = _overlaps(seen[0][:, :, 0], seen[1][:, :, 0], *depth)
            plain = (_BLEND * (_shift(entry, leaving, flat) > _ALIGNED))[:, None, None]
            weight = np.concatenate([plain[pair[0]] * weight, (1.0 - plain[flat[0]]) * projected])
            pair = np.concatenate([pair[0], flat[0]]), np.concatenate([pair[1], flat[1]])
        # one block of vertices of the written by vertices of the read trace per pair
        row = written[pair[0]][:, None, None] * wide + np.arange(wide)[:, None]
        column = read[pair[1]][:, None, None] * wide + np.arange(wide)
        shape = weight.shape
        parts.append(
            (
                weight.ravel(),
                np.broadcast_to(row, shape).ravel(),
                np.broadcast_to(column, shape).ravel(),
            )
        )
    if parts:
        weight, row, column = (np.concatenate(p) for p in zip(*parts, strict=True))
        total = csr_matrix((weight, (row, column)), shape=(size, size))
    return total


def _apart(across: Array, piece: Indices, gap: float) -> Array:
    """Return points across the rays (n, n_face_vertex, dim - 1), those of every piece by itself.

    No ray leads from one piece to another, though they stand in line. In one dimension the piece is
    all there is.
    """
    shift = np.broadcast_to(gap * piece[:, None, None], (*across.shape[:2], 1))
    if across.shape[2]:
        return np.concatenate([across[:, :, :1] + shift, across[:, :, 1:]], axis=2)
    return shift


def _shift(entry: Array, leaving: Array, pair: tuple[Indices, Indices]) -> Array:
    """Return how far rays move along each written face, in lengths of it (n_written,)."""
    edge = leaving[:, 1] - leaving[:, 0]
    moved = leaving.mean(axis=1)[pair[0]] - entry.mean(axis=1)[pair[1]]
    along = np.abs((moved * edge[pair[0]]).sum(axis=1)) / (edge**2).sum(axis=1)[pair[0]]
    shift = np.full(len(leaving), np.inf)
    np.minimum.at(shift, pair[0], along)
    return shift


def _overlaps(
    entry: Array, leaving: Array, start: Array, end: Array
) -> tuple[tuple[Indices, Indices], Array]:
    """Return pairs of a written and a read face on common rays, and blocks of the projection.

    Parameters
    ----------
    entry, leaving : (n, 2)
        Ends of the faces, across the rays.
    start, end : (n, 2)
        The same along the rays.
    """
    low = np.maximum(leaving.min(axis=1)[:, None], entry.min(axis=1))
    high = np.minimum(leaving.max(axis=1)[:, None], entry.max(axis=1))
    length = np.ptp(leaving, axis=1)
    i, k = np.nonzero(high - low > _TOUCHING * length[:, None])
    middle = 0.5 * (low + high)[i, k][:, None]
    came = (_linear(entry[k], middle)[:, :, 0] * start[k]).sum(axis=1)
    flown = (_linear(leaving[i], middle)[:, :, 0] * end[i]).sum(axis=1) - came
    seen = _nearest(i, flown, low[i, k], high[i, k])
    i, k = i[seen], k[seen]
    shared = (high - low)[i, k]
    points = low[i, k][:, None] + shared[:, None] * _GAUSS
    out, into = _linear(leaving[i], points), _linear(entry[k], points)
    share = (shared / length[i])[:, None, None]
    # the inverse of the mass matrix (2 1; 1 2) / 6 of the unit face
    inverse = np.array([[4.0, -2.0], [-2.0, 4.0]])
    blocks = share * 0.5 * np.einsum("vw,pwg,pug->pvu", inverse, out, into)
    covered = np.bincount(i, shared / length[i], minlength=len(leaving))
    return (i, k), blocks / np.maximum(covered, 1.0)[i][:, None, None]


def _nearest(group: Indices, flown: Array, low: Array, high: Array) -> NDArray[np.bool_]:
    """Return which faces on rays to the same one are not behind another (n,).

    Parameters
    ----------
    group : (n,)
        To which; ascending.
    flown : (n,)
        How far it is in the middle.
    low, high : (n,)
        What it covers.
    """
    count = np.bincount(group)
    size = count[group]
    one = np.repeat(np.arange(len(group)), size)
    first = np.repeat((np.cumsum(count) - count)[group], size)
    other = first + np.arange(len(one)) - np.repeat(np.cumsum(size) - size, size)
    middle = 0.5 * (low + high)[one]
    behind = (flown[other] > 0.0) & (flown[other] < flown[one])
    behind &= (low[other] < middle) & (middle < high[other])
    hidden = np.zeros(len(group), dtype=bool)
    hidden[one[behind]] = True
    return (flown > 0.0) & ~hidden


def _linear(ends: Array, points: Array) -> Array:
    """Return both linear functions of faces at points (n, 2, n_point)."""
    second = (points - ends[:, :1]) / (ends[:, 1:] - ends[:, :1])
    return np.stack([1.0 - second, second], axis=1)


def _values(
    corners: Array, real: NDArray[np.bool_], leaving: Array
) -> tuple[tuple[Indices, Indices], Array]:
    """Return pairs of a written and a read face, and blocks of weights of the vertices.

    Each vertex of a written face takes its value where it lies in a face that is read. In one
    dimension there is one.

    Parameters
    ----------
    corners : (n_read, n_face_vertex, dim - 1)
    real : (n_read, n_face_vertex) bool
    leaving : (n_written, n_face_vertex, dim - 1)
    """
    n, wide = leaving.shape[:2]
    target = leaving + _INWARDS * (leaving.mean(axis=1, keepdims=True) - leaving)
    target = target.reshape(n * wide, -1)
    near = np.zeros((n * wide, 1), dtype=np.intp)
    if target.shape[1]:
        tree = cKDTree(corners.mean(axis=1))
        most = min(_NEAR, len(corners)) if wide > 1 else 1
        near = np.atleast_2d(tree.query(target, k=np.arange(1, most + 1))[1])
    scale = np.abs(corners).max(initial=0.0) or 1.0
    system = np.concatenate([np.ones((*corners.shape[:2], 1)), corners / scale], axis=2)
    inverse = np.linalg.pinv((system * real[:, :, None]).transpose(0, 2, 1), rcond=1e-9)
    point = np.concatenate([np.ones((n * wide, 1)), target / scale], axis=1)
    share = np.einsum("tkvc,tc->tkv", inverse[near], point)
    best = np.where(real[near], share, 0.0).min(axis=2).argmax(axis=1)
    every = np.arange(n * wide)
    inside = np.clip(share[every, best], 0.0, 1.0)
    inside /= inside.sum(axis=1, keepdims=True)
    blocks = np.zeros((n * wide, wide, wide))
    blocks[every, every % wide] = inside
    return (every // wide, near[every, best].astype(np.int64)), blocks
