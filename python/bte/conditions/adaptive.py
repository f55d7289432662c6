"""Adaptive integration of arrays of functions with square-root ends, panel by panel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_MAX_DEPTH = 40
_MAX_PANELS = 2000  # more only where rounding is all that changes
_SMALL = 1e-4  # entries that are smaller, relative to the largest, count as this


def integrate(f: Callable[[Array], Array], points: Array, tolerance: float = 1e-12) -> Array:
    """Return the integral of f over the intervals between points.

    On each interval ``x = a + (b - a) sin^2(phi)``, which makes ``sqrt(x - a)`` and
    ``sqrt(b - x)`` smooth; Gauss-Legendre in phi, bisected until halving changes nothing.

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
    wide = np.diff(points) > 0.0
    starts, ends = points[:-1][wide], points[1:][wide]
    low, high = np.zeros(len(starts)), np.full(len(starts), 0.5 * np.pi)
    total = np.zeros(np.shape(f(points[:1]))[1:])
    coarse, size = _gauss(f, starts, ends, low, high)
    scale = tolerance * np.maximum(size, max(_SMALL * float(np.max(size, initial=0.0)), 1e-300))
    for _ in range(_MAX_DEPTH):
        if len(low) == 0 or len(low) > _MAX_PANELS:
            break
        middle = 0.5 * (low + high)
        left, _ = _gauss(f, starts, ends, low, middle)
        right, _ = _gauss(f, starts, ends, middle, high)
        change = np.abs(left + right - coarse)
        done = (change <= scale).reshape(len(low), -1).all(axis=1)
        total += (left + right)[done].sum(axis=0)
        todo = ~done
        starts, ends = np.tile(starts[todo], 2), np.tile(ends[todo], 2)
        low, high = np.append(low[todo], middle[todo]), np.append(middle[todo], high[todo])
        coarse = np.concatenate([left[todo], right[todo]])
    return np.asarray(total + coarse.sum(axis=0) if len(low) else total)


def _gauss(
    f: Callable[[Array], Array], starts: Array, ends: Array, low: Array, high: Array
) -> tuple[Array, Array]:
    """Return the integrals over panels (n_panel, ...) and that of ``|f|`` over all."""
    half = 0.5 * (high - low)[:, None]
    phi = 0.5 * (high + low)[:, None] + half * _NODES
    width = (ends - starts)[:, None]
    x = np.clip(starts[:, None] + width * np.sin(phi) ** 2, starts[:, None], ends[:, None])
    weight = half * _WEIGHTS * width * np.sin(2.0 * phi)
    values = f(x.ravel())
    values = values.reshape(*x.shape, *values.shape[1:])
    weight = weight.reshape(*x.shape, *(1,) * (values.ndim - 2))
    size = (np.abs(values) * weight).sum(axis=(0, 1))
    return (values * weight).sum(axis=1), np.asarray(size)
