"""Adaptive integration of arrays of functions with square-root ends, panel by panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_MAX_DEPTH = 40
_BLOCK = 512  # panels evaluated at once
_MAX_PANELS = 2000  # more only where rounding is all that changes
_SMALL = 1e-4  # entries that are smaller, relative to the largest, count as this


def integrate(f: Callable[[Array], Array], points: Array, tolerance: float = 1e-12) -> Array:
    """Return the integral of f over the intervals between points.

    Parameters
    ----------
    f : callable
        ``x (n,) -> (n, ...)``.
    points : (m,)
        Rising ends and kinks; equal ones are skipped.
    tolerance : float
        Of a panel and entry, relative to the integral of ``|f|``.

    Returns
    -------
    (...)
        The integral, with the shape of one value of f.
    """
    return np.asarray(integrate_each(lambda _, x: f(x), [points], tolerance)[0])


def integrate_each(
    f: Callable[[Ints, Array], Array], points: Sequence[Array], tolerance: float = 1e-12
) -> Array:
    """Return the integrals of several functions of one shape, each over intervals of its own.

    On each interval ``x = a + (b - a) sin^2(phi)``, which makes ``sqrt(x - a)`` and
    ``sqrt(b - x)`` smooth; Gauss-Legendre in phi, bisected until halving changes nothing.

    Parameters
    ----------
    f : callable
        ``(which (n,), x (n,)) -> (n, ...)``, `which` the number of the function.
    points : sequence of (m,)
        Of each function, as in `integrate`.
    tolerance : float
        As in `integrate`.

    Returns
    -------
    (n_function, ...)
    """
    panels = _Panels.between(points)
    coarse, sizes = panels.gauss(f)
    total, size = (np.zeros((len(points), *coarse.shape[1:])) for _ in range(2))
    np.add.at(size, panels.owner, sizes)
    floor = _SMALL * size.reshape(len(points), -1).max(axis=1, initial=1e-300)
    scale = tolerance * np.maximum(size, floor.reshape(-1, *(1,) * (size.ndim - 1)))
    most = _MAX_PANELS * len(points)
    for _ in range(_MAX_DEPTH):
        if not len(panels.owner) or len(panels.owner) > most:
            break
        halves = panels.halved()
        fine, _ = halves.gauss(f)
        left, right = fine[: len(panels.owner)], fine[len(panels.owner) :]
        change = np.abs(left + right - coarse)
        done = (change <= scale[panels.owner]).reshape(len(change), -1).all(axis=1)
        np.add.at(total, panels.owner[done], (left + right)[done])
        panels = halves.picked(np.tile(~done, 2))
        coarse = np.concatenate([left[~done], right[~done]])
    np.add.at(total, panels.owner, coarse)
    return total


@dataclass(frozen=True, eq=False)
class _Panels:
    """Panels of intervals in phi, and the function that each belongs to; all (n,)."""

    owner: Ints
    start: Array
    end: Array
    low: Array
    high: Array

    @classmethod
    def between(cls, points: Sequence[Array]) -> _Panels:
        """Return one panel for each interval that has a width."""
        owner = np.repeat(np.arange(len(points)), [max(len(p) - 1, 0) for p in points])
        start = np.concatenate([np.zeros(0), *(p[:-1] for p in points)])
        end = np.concatenate([np.zeros(0), *(p[1:] for p in points)])
        n = len(owner)
        found = cls(owner, start, end, np.zeros(n), np.full(n, 0.5 * np.pi))
        return found.picked(end > start)

    def picked(self, keep: NDArray[np.bool_]) -> _Panels:
        """Return some of the panels."""
        fields = (self.owner, self.start, self.end, self.low, self.high)
        return _Panels(*(field[keep] for field in fields))  # type: ignore[arg-type]

    def halved(self) -> _Panels:
        """Return all left halves, then all right halves."""
        middle = 0.5 * (self.low + self.high)
        owner = np.tile(self.owner, 2)
        start, end = np.tile(self.start, 2), np.tile(self.end, 2)
        low, high = np.append(self.low, middle), np.append(middle, self.high)
        return _Panels(owner, start, end, low, high)

    def gauss(self, f: Callable[[Ints, Array], Array]) -> tuple[Array, Array]:
        """Return the integrals of f and of ``|f|`` over the panels (n, ...)."""
        blocks = [slice(i, i + _BLOCK) for i in range(0, max(len(self.owner), 1), _BLOCK)]
        parts = [self._gauss(f, block) for block in blocks]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def _gauss(self, f: Callable[[Ints, Array], Array], block: slice) -> tuple[Array, Array]:
        low, high = self.low[block, None], self.high[block, None]
        start, end = self.start[block, None], self.end[block, None]
        half, width = 0.5 * (high - low), end - start
        phi = 0.5 * (high + low) + half * _NODES
        x = np.clip(start + width * np.sin(phi) ** 2, start, end)
        weight = half * _WEIGHTS * width * np.sin(2.0 * phi)
        owner = np.broadcast_to(self.owner[block, None], x.shape)
        values = f(owner.ravel(), x.ravel())
        values = values.reshape(*x.shape, *values.shape[1:])
        weight = weight.reshape(*x.shape, *(1,) * (values.ndim - 2))
        return (values * weight).sum(axis=1), (np.abs(values) * weight).sum(axis=1)
