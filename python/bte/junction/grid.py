"""Frequencies at which an interface is looked at, and the weights that integrate over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_HALVINGS = 34  # of the lowest interval towards omega = 0: down to 1 mK and below
_TAIL = 1e-7  # of the last Legendre coefficients of what a panel resolves; integrals are far better
_MAX_DEPTH = 6
_ROUNDS, _PARTS = 9, 32  # of the search for a crossing: to rounding
_LEGENDRE = np.polynomial.legendre.legvander(_NODES, 15) * (np.arange(16) + 0.5)


@dataclass(frozen=True, eq=False)
class Grid:
    """Gauss points on panels between which nothing has a kink.

    Attributes
    ----------
    omega, weight : (n,) [rad/s]
    """

    omega: Array
    weight: Array


def panel_grid(panels: Array) -> Grid:
    """Return the points of panels (n, 2).

    On each ``omega = a + (b - a) sin^2(phi)``: at a cut-off, where the group speed vanishes,
    k(omega) has a square root.
    """
    phi = 0.25 * np.pi * (1.0 + _NODES)
    low, width = panels[:, :1], np.diff(panels, axis=1)
    omega = low + width * np.sin(phi) ** 2
    weight = 0.25 * np.pi * _WEIGHTS * width * np.sin(2.0 * phi)
    return Grid(omega.ravel(), np.broadcast_to(weight, omega.shape).ravel())


def panels_between(points: Array) -> Array:
    """Return panels (n, 2) between rising points [rad/s], none wider than its lower end.

    So the heat capacity of a mode is smooth on each at all temperatures.
    """
    ends = [points[:1]]
    for low, high in pairwise(points.tolist()):
        if low == 0.0:
            inner = high * 2.0 ** -np.arange(_HALVINGS, 0, -1)
        else:
            count = int(np.ceil(np.log2(high / low) - 1e-9))
            inner = low * (high / low) ** (np.arange(1, count) / max(count, 1))
        ends += [inner, np.array([high])]
    edges = np.concatenate(ends)
    return np.stack([edges[:-1], edges[1:]], axis=1)


def refined(panels: Array, values: Callable[[Array], Array]) -> tuple[Array, Array]:
    """Return panels halved until they resolve a function, and its values at their points.

    Parameters
    ----------
    panels : (n, 2)
    values : callable
        ``omega (m,) -> (m, ...)``, of order one.

    Returns
    -------
    (panels, values) : (p, 2), (16 p, ...)
        Sorted by frequency.
    """
    found: list[tuple[Array, Array]] = []
    todo = panels
    for depth in range(_MAX_DEPTH + 1):
        if not len(todo):
            break
        y = values(panel_grid(todo).omega)
        y = y.reshape(len(todo), 16, *y.shape[1:])
        coefficients = np.tensordot(_LEGENDRE * _WEIGHTS[:, None], y, axes=(0, 1))
        tail = np.abs(coefficients[-3:]).max(axis=0).reshape(len(todo), -1).max(axis=1)
        done = (tail <= _TAIL) | (depth == _MAX_DEPTH)
        found += list(zip(todo[done], y[done], strict=True))
        low, high = todo[~done].T
        middle = 0.5 * (low + high)
        todo = np.concatenate([np.stack([low, middle], 1), np.stack([middle, high], 1)])
    found.sort(key=lambda entry: float(entry[0][0]))
    return np.array([p for p, _ in found]), np.concatenate([y for _, y in found])


def crossings(points: Array, curves: Callable[[Array], Array]) -> Array:
    """Return where any two of several curves cross, between rising points.

    Parameters
    ----------
    points : (n,)
    curves : callable
        ``omega (m,) -> (m, n_curve)``; 0 where a curve does not exist.
    """
    samples = np.linspace(0.0213, 0.9817, 25)  # on no round number
    inner = np.concatenate([[a + (b - a) * samples] for a, b in pairwise(points.tolist())])
    found = []
    for omega in inner:
        for low, high, i, j in _sign_changes(omega, curves(omega)):
            found.append(_root(low, high, partial(_difference, curves, i, j)))
    return np.unique(found)


def _sign_changes(omega: Array, values: Array) -> list[tuple[float, float, int, int]]:
    """Return the intervals in which two curves change their order, and which."""
    first, second = np.triu_indices(values.shape[1], 1)
    there = (values[:, first] > 0.0) & (values[:, second] > 0.0)
    order = np.where(there, np.sign(values[:, first] - values[:, second]), 0.0)
    step, which = np.nonzero(order[1:] * order[:-1] < 0.0)
    return [
        (float(omega[s]), float(omega[s + 1]), int(first[w]), int(second[w]))
        for s, w in zip(step, which, strict=True)
    ]


def _difference(curves: Callable[[Array], Array], i: int, j: int, omega: Array) -> Array:
    values = curves(omega)
    return np.asarray(values[:, i] - values[:, j])


def _root(low: float, high: float, f: Callable[[Array], Array]) -> float:
    """Return the root of a function between two points where it has different signs."""
    for _ in range(_ROUNDS):
        x = np.linspace(low, high, _PARTS + 1)
        positive = f(x) > 0.0
        step = int(np.argmax(positive[1:] != positive[0]))
        low, high = float(x[step]), float(x[step + 1])
    return 0.5 * (low + high)
