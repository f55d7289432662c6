"""Functions of the disc that stand for the nodes: cells, corrected to keep moments.

What arrives and what leaves a face are functions of t; nodes hold them as the value of a cell. An
*isometry* J takes numbers of n nodes, with weights c, to functions on the disc that have the same
norm. Cells are one. The one nearest to it that takes the values ``g(node)`` of some functions g to
the functions g themselves, 1 among them, keeps their moments exactly, whatever is exchanged in
between: ``K = J^T E J`` has the sums of E, is symmetric and a contraction, as E is at every point.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bte.packing.arrays import Array
from bte.solvers.exchange.cells import Cells, Indices

#: Least singular value with which nodes tell functions apart; 1 where their sums are exact.
_TOLD = 0.5


class Basis(NamedTuple):
    """Functions of one channel at the points of a sample, ``chi_i`` for each node.

    ``chi = indicators @ mixed + smooth @ added``.

    Attributes
    ----------
    cell : (n_point,)
        Cells that hold the points.
    smooth : (n_point, k)
        The functions that are kept.
    mixed, added : (n, n), (k, n)
    """

    cell: Indices
    smooth: Array
    mixed: Array
    added: Array


def make_bases(
    points: Array, weight: Array, etendue: float, cells: Cells, measure: Array
) -> tuple[Basis, Basis]:
    """Return the functions of a channel at the points of a sample, and at their opposites.

    Parameters
    ----------
    points, weight : (n_point, 2), (n_point,)
        See `Cells.sample`.
    etendue : float
    cells : Cells
    measure : (n,)
        Etendue of the nodes.
    """
    n = len(measure)
    t = points / np.sqrt(etendue)
    here, there = cells.locate(t), cells.locate(-t)
    if cells.centres is None:
        nothing = np.zeros((len(t), 0))
        mixing = np.eye(n), np.zeros((0, n))
        return Basis(here, nothing, *mixing), Basis(there, nothing, *mixing)
    smooth = _kept(t)
    within = (t**2).sum(axis=1) < 1.0
    mixing = _mixing(
        here[within], weight[within], smooth[within], _kept(cells.centres), measure / measure.sum()
    )
    return Basis(here, smooth, *mixing), Basis(there, smooth * [1.0, -1.0, 1.0], *mixing)


def _kept(t: Array) -> Array:
    """Return 1, the part along the face and that along its normal, at points (n, 2)."""
    normal = np.sqrt(np.maximum(1.0 - (t**2).sum(axis=1), 0.0))
    return np.column_stack([np.ones(len(t)), t[:, 0], normal])


def _mixing(
    cell: Indices, weight: Array, smooth: Array, nodes: Array, share: Array
) -> tuple[Array, Array]:
    """Return ``mixed`` and ``added`` of the isometry of cells that keeps functions.

    Parameters
    ----------
    cell : (n_point,)
        Cells that hold the points.
    weight : (n_point,)
        Weights of the points; their sum is the norm of 1.
    smooth : (n_point, k)
        Functions at the points, the first 1.
    nodes : (n, k)
        The same at the nodes.
    share : (n,)
        Weights of the nodes, of sum 1.

    Returns
    -------
    mixed, added : (n, n), (k, n)
        See `Basis`. Rows of ``added`` are zero for functions that nodes cannot tell.
    """
    n, k = nodes.shape
    weight, root = weight / weight.sum(), np.sqrt(share)
    for kept in range(min(k, n), 0, -1):
        # from functions to orthonormal ones, and those at nodes without their part along 1
        upper = np.linalg.cholesky(smooth[:, :kept].T @ (weight[:, None] * smooth[:, :kept])).T
        to_unit = np.linalg.inv(upper)
        rest = root[:, None] * (nodes[:, :kept] @ to_unit)[:, 1:]
        left, singular, right = np.linalg.svd(
            rest - np.outer(root, root @ rest), full_matrices=False
        )
        if (singular > _TOLD).all():
            break
    unit = np.column_stack([root, left @ right])
    held = np.stack([np.bincount(cell, weight * g, n) for g in smooth[:, :kept].T])
    moments = to_unit.T @ held / root
    # cells without their part along the functions, for numbers without theirs along the nodes'
    away = np.eye(n) - unit @ unit.T
    gram = away @ (np.diag(held[0] / share) - moments.T @ moments) @ away
    values, vectors = np.linalg.eigh(gram + unit @ unit.T)
    mixed = away @ (vectors / np.sqrt(values)) @ vectors.T @ away
    added = np.zeros((k, n))
    added[:kept] = to_unit @ (unit.T - moments @ mixed) * root
    return mixed * root / root[:, None], added


def exchanged(leaves: Basis, moved: Array, arrives: Basis) -> Array:
    """Return ``sum chi_i moved chi_j`` (n, n), `moved` (n_point,) being what passes at points."""
    n, k = len(leaves.mixed), len(leaves.added)
    overlap = np.bincount(leaves.cell * n + arrives.cell, moved, n * n).reshape(n, n)
    if k == 0:
        return np.asarray(overlap)
    full = np.empty((n + k, n + k))
    full[:n, :n] = overlap
    mine, other = leaves.smooth * moved[:, None], arrives.smooth * moved[:, None]
    for i in range(k):
        full[:n, n + i] = np.bincount(leaves.cell, other[:, i], n)
        full[n + i, :n] = np.bincount(arrives.cell, mine[:, i], n)
    full[n:, n:] = mine.T @ arrives.smooth
    left = np.concatenate([leaves.mixed, leaves.added])
    return np.asarray(left.T @ full @ np.concatenate([arrives.mixed, arrives.added]))
