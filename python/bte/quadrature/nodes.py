"""Nodes on intervals: Gauss rules, gathered at one or both ends where the integrand wants it."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal

Array = NDArray[np.float64]


def unit_gauss(n: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on (0, 1)."""
    x, w = leggauss(n)
    return 0.5 * (x + 1.0), 0.5 * w


def gathered_gauss(n: int, start: bool, end: bool) -> tuple[Array, Array]:
    """Nodes and weights on (0, 1), gathered quadratically at the ends asked for.

    Gauss-Legendre in u with ``x = u^2`` at the start, ``1 - u^2`` at the end and
    ``u^2 (3 - 2u)`` at both.
    """
    u, w = unit_gauss(n)
    if start and end:
        return u**2 * (3.0 - 2.0 * u), 6.0 * w * u * (1.0 - u)
    if start:
        return u**2, 2.0 * w * u
    if end:
        return 1.0 - u[::-1] ** 2, 2.0 * w[::-1] * u[::-1]
    return u, w


def slab_cosines(n: int) -> tuple[Array, Array]:
    """Nodes in ``|mu|`` on (0, 1): Gauss-Legendre in its square root, in itself below three.

    Exact for polynomials in ``mu`` up to degree n - 1, so from three nodes on for <mu^2>.
    """
    return gathered_gauss(n, start=n >= 3, end=False)


def sine_gauss(n: int, power: float = 2.0 / 3.0) -> tuple[Array, Array]:
    """Nodes in s on (0, 1) for the weight s/sqrt(1 - s^2): Gauss in ``s^power``.

    Grazing and axial directions, s near 0, want more nodes than Gauss in s has there
    (docs/numerics/angle.md). The weights are then adjusted to be exact for <1>, <s> and <s^2>.
    Two nodes are Gauss in s, which is.

    The recurrence coefficients follow from a fine discretisation of the measure (Stieltjes'
    procedure: W. Gautschi, Orthogonal Polynomials, 2004, section 2.2). With ``s = sin(pi t^3/2)``
    measure and variable are smooth in t, so that Gauss-Legendre in t is exact enough.
    """
    t, w = unit_gauss(8 * n + 40)
    s = np.sin(0.5 * np.pi * t**3)
    measure = 1.5 * np.pi * w * t**2 * s
    measure /= measure.sum()
    power = 1.0 if n == 2 else power
    diagonal, off = _recurrence(s**power, measure, n)
    nodes, vectors = eigh_tridiagonal(diagonal, off)
    nodes, weights = nodes ** (1.0 / power), vectors[0] ** 2
    if n > 2:
        moments = np.stack([nodes**0, nodes, nodes**2])
        gap = np.array([1.0, 0.25 * np.pi, 2.0 / 3.0]) - moments @ weights
        weights *= 1.0 + moments.T @ np.linalg.solve(moments * weights @ moments.T, gap)
    return nodes, weights


def _recurrence(variable: Array, measure: Array, n: int) -> tuple[Array, Array]:
    """Return the diagonal (n,) and off-diagonal (n - 1,) of the Jacobi matrix of a measure."""
    diagonal, off = np.zeros(n), np.zeros(n)
    previous, current = np.zeros_like(variable), np.ones_like(variable)
    for i in range(n):
        diagonal[i] = measure @ (variable * current**2)
        following = (variable - diagonal[i]) * current - off[i - 1] * previous
        off[i] = np.sqrt(measure @ following**2)
        previous, current = current, following / off[i]
    return diagonal, off[:-1]


def legendre_sines(n: int) -> tuple[Array, Array]:
    """Return ``sin(theta)`` of the 2n Gauss-Legendre nodes in ``cos(theta)``, by pairs."""
    cosine, w = leggauss(2 * n)
    return np.sqrt(1.0 - cosine[n:] ** 2), w[n:]


def polar_angles(n: int, pole: bool, equator: bool) -> tuple[Array, Array]:
    """Gauss-Legendre in the polar angle itself on (0, pi/2), with the weight sin(theta)."""
    x, w = gathered_gauss(n, pole, equator)
    theta = 0.5 * np.pi * x
    weight = w * np.sin(theta)
    return theta, weight / weight.sum()


def legendre_angles(n: int) -> tuple[Array, Array]:
    """Polar angles below pi/2 of the 2n Gauss-Legendre nodes in ``cos(theta)``."""
    cosine, w = leggauss(2 * n)
    return np.arccos(cosine[n:]), w[n:]
