"""Few paths that stand for many: Gauss rules of a spectrum's measure.

Points of path L_i carry the power f_i per kelvin. Whatever a body makes of them is a smooth
function of ``x = L / (L + l)`` with a length l about its size. A Gauss rule of n nodes in x for the
measure ``(f / L) (L + l)^2`` is exact for polynomials of degree 2 n - 1, so that

    sum f / L,   sum f,   sum f L

(scattering, the ballistic and the diffusive limit) are kept to rounding by any rule of two nodes or
more, with positive weights and nodes among the points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Relative size of what is left of a vector that the others span.
_SPANNED = 1e-12

#: Nodes in x that are closer are one.
_APART = 1e-12

#: Weights below this part of all carry nothing.
_NOTHING = 1e-14


class Rule(NamedTuple):
    """Nodes in x and their share in points.

    Attributes
    ----------
    length : float
        l [m].
    x : (n,)
        Rising.
    path : (n,) [m]
    flux : (n,)
        f of the nodes; they sum to that of all points.
    """

    length: float
    x: Array
    path: Array
    flux: Array


def gauss_rule(path: Array, flux: Array, n: int, length: float) -> Rule:
    """Return the rule of at most n nodes for points.

    Parameters
    ----------
    path, flux : (n_point,)
        Both > 0.
    n : int
        Fewer nodes come back where points lie at fewer paths. A single one keeps ``sum f`` and
        ``sum f L``.
    length : float
        l [m].

    Returns
    -------
    Rule
    """
    if n == 1:
        mean = np.array([flux @ path / flux.sum()])
        return Rule(length, mean / (mean + length), mean, np.array([flux.sum()]))
    x = path / (path + length)
    weight = flux / path * (path + length) ** 2
    diagonal, beside = _recurrence(x, weight, n)
    x_node, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
    x_node, part = _joined(np.clip(x_node, x.min(), x.max()), vectors[0] ** 2)
    node = length * x_node / (1.0 - x_node)
    share = part * weight.sum() * node / (node + length) ** 2
    kept = share > _NOTHING * share.sum()
    x_node, node, share = x_node[kept], node[kept], share[kept]
    return Rule(length, x_node, node, share * (flux.sum() / share.sum()))


def _joined(x: Array, part: Array) -> tuple[Array, Array]:
    """Return nodes and parts, those that coincide as one: where points lie at few paths."""
    group = np.cumsum(np.diff(x, prepend=-1.0) > _APART) - 1
    total: Array = np.bincount(group, part).astype(np.float64)
    middle = np.bincount(group, part * x) / np.where(total > 0.0, total, 1.0)
    return middle[total > 0.0], total[total > 0.0]


def _recurrence(x: Array, weight: Array, n: int) -> tuple[Array, Array]:
    """Return the diagonals of the Jacobi matrix of a discrete measure, by Lanczos' method."""
    basis = np.zeros((n, len(x)))
    basis[0] = np.sqrt(weight / weight.sum())
    diagonal, beside = [], []
    for k in range(n):
        vector = x * basis[k]
        diagonal.append(float(vector @ basis[k]))
        for _ in range(2):
            vector -= basis[: k + 1].T @ (basis[: k + 1] @ vector)
        size = float(np.linalg.norm(vector))
        if k == n - 1 or size < _SPANNED:
            break
        beside.append(size)
        basis[k + 1] = vector / size
    return np.array(diagonal), np.array(beside)


def lagrange(rule: Rule, path: Array) -> Array:
    """Return the interpolation between nodes at some paths (n_point, n); rows sum to one."""
    if not len(rule.x):
        return np.zeros((len(path), 0))
    x = path / (path + rule.length)
    gap = rule.x[:, None] - rule.x
    np.fill_diagonal(gap, 1.0)
    size = np.log(np.abs(gap)).sum(axis=1)
    weight = np.sign(gap).prod(axis=1) * np.exp(size.min() - size)
    away = x[:, None] - rule.x
    exact = away == 0.0
    terms = weight / np.where(exact, 1.0, away)
    terms = np.where(exact.any(axis=1)[:, None], exact, terms)
    return np.asarray(terms / terms.sum(axis=1, keepdims=True))


def hats(rule: Rule, path: Array) -> Array:
    """Return shares of points in their two neighbouring nodes (n_point, n); rows sum to one."""
    x = path / (path + rule.length)
    n = len(rule.x)
    result = np.zeros((len(x), n))
    if n == 1:
        return result + 1.0
    left = np.clip(np.searchsorted(rule.x, x) - 1, 0, n - 2)
    share = np.clip((x - rule.x[left]) / (rule.x[left + 1] - rule.x[left]), 0.0, 1.0)
    row = np.arange(len(x))
    result[row, left] = 1.0 - share
    result[row, left + 1] = share
    return result
