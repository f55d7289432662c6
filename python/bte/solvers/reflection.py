"""Mirrors in a set of ordinates: which ordinate, or mix of ordinates, a mirror sends one into.

Where the image of every ordinate is in the set, a mirror is a permutation. Elsewhere what arrives
in one ordinate is shared among those about its image. Each outgoing ordinate o stands for a bin of
the projected directions t (Omega without its normal part), of measure ``h = w |Omega . n|``, the
etendue. A mirror keeps t. Labelled by ``-Omega``, what comes in along t leaves as ``-t``, so

    K_ij = measure of { t in bin i, -t in bin j }

is symmetric (reciprocity), non-negative, and its sums are h on both sides: equilibrium is kept and
energy conserved. In two dimensions bins are intervals and K is exact; in three they overlap a
little, as shares of points spread evenly over the unit disc.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array
from bte.quadrature import Quadrature

#: Directions closer to the wall plane than this carry nothing.
GRAZING = 1e-12

#: Points on the disc by which overlaps are counted (half of them, and their opposites), steps that
#: give bins their measure, and how sharp bins are, in units of the inverse spacing.
_POINTS, _STEPS, _SHARPNESS = 2048, 40, 8.0

#: Steps of the scaling; what they leave is made exact by scale-and-fill.
_SCALINGS = 100


@dataclass(frozen=True, eq=False)
class Mirror:
    """What a mirror with one normal does.

    Attributes
    ----------
    inward : (n,)
        Ordinates that enter the domain.
    label : (n_ordinate,)
        For each ordinate that leaves, the inward one whose place it takes: its image where the set
        is closed under the mirror, its opposite where it is not.
    strength : (n,)
        ``h = w |Omega . n|`` of the inward ordinates, and of those that take their places.
    cosine : (n,)
        ``|Omega . n|`` of the inward ordinates, for unit ordinates.
    exchange : (n, n) or None
        K between the places; None where it is diagonal.
    """

    inward: NDArray[np.int64]
    label: NDArray[np.int64]
    strength: Array
    cosine: Array
    exchange: Array | None


def make_mirror(quadrature: Quadrature, normal: Array) -> Mirror:
    """Return what a mirror does with the ordinates.

    Parameters
    ----------
    quadrature : Quadrature
        Symmetric under ``Omega -> -Omega``.
    normal : (dim,)
        Unit normal out of the domain.
    """
    projection = quadrature.directions @ normal
    inward = np.flatnonzero(projection < -GRAZING)
    cosine = -projection[inward]
    strength = quadrature.weights[inward] * cosine
    image = quadrature.mirrored(normal)
    if image is not None:
        return Mirror(inward, image.astype(np.int64), strength, cosine, None)
    outward = -quadrature.directions[inward]
    exchange = _intervals if quadrature.dim == 2 else _cells
    return Mirror(
        inward, opposites(quadrature), strength, cosine, exchange(outward, normal, strength)
    )


def opposites(quadrature: Quadrature) -> NDArray[np.int64]:
    """Return the ordinate opposite to each, (n_ordinate,)."""
    directions = quadrature.directions
    return np.asarray((directions @ directions.T).argmin(axis=1), dtype=np.int64)


def _intervals(outward: Array, normal: Array, strength: Array) -> Array:
    """Return K in two dimensions, where bins are intervals of ``u = t``, of width h."""
    order = np.argsort(outward @ np.array([-normal[1], normal[0]]), kind="stable")
    edges = np.concatenate([[0.0], np.cumsum(strength[order])])
    edges -= 0.5 * edges[-1]
    low, high = np.empty_like(strength), np.empty_like(strength)
    low[order], high[order] = edges[:-1], edges[1:]
    overlap = np.minimum(high[:, None], -low) - np.maximum(low[:, None], -high)
    return balanced_exchange(np.maximum(overlap, 0.0), strength)


def _cells(outward: Array, normal: Array, strength: Array) -> Array:
    """Return K in three dimensions, by counting points of equal measure."""
    points = _half_disc(_POINTS)
    basis = np.linalg.svd(normal[None, :])[2][1:]
    rise = np.sqrt(1.0 - (points**2).sum(axis=1))[:, None] * normal
    directions = np.concatenate([points @ basis + rise, -points @ basis + rise])
    # shares of each point fall off from the nearest ordinate over a part of their spacing;
    # offsets make the measures of all bins their etendue (Sinkhorn's iteration)
    sharpness = _SHARPNESS * len(outward) / (2.0 * np.pi)
    share = np.exp(sharpness * (directions @ outward.T - 1.0))
    wanted = strength * (len(directions) / strength.sum())
    factor = np.ones(len(wanted))
    for _ in range(_STEPS):
        factor = wanted / (share / (share @ factor)[:, None]).sum(axis=0)
    share *= factor
    share /= share.sum(axis=1, keepdims=True)
    half = len(points)
    exchange = share[:half].T @ share[half:]
    exchange[exchange < 1e-6 * wanted.mean()] = 0.0
    return balanced_exchange(exchange + exchange.T, strength)


def _half_disc(n: int) -> Array:
    """Return n points of equal measure on the unit disc that with their opposites fill it evenly.

    A spiral of the golden angle, doubled by ``t -> -t``.
    """
    k = np.arange(n) + 0.5
    radius, angle = np.sqrt(k / n), np.pi * (np.sqrt(5.0) - 1.0) * 0.5 * k
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def balanced_exchange(exchange: Array, strength: Array) -> Array:
    """Return a symmetric non-negative matrix scaled so that its rows sum to ``strength``.

    Symmetric scaling D K D; then rows that are too large are scaled down, their columns alike, and
    what rows lack, d, is shared as ``d d^T / sum d``, so that the sums hold to rounding.
    """
    k = np.array(exchange)
    for _ in range(_SCALINGS):
        total = k.sum(axis=1)
        root = np.sqrt(np.divide(strength, total, out=np.ones_like(total), where=total > 0))
        if np.abs(root - 1.0).max() < 1e-15:
            break
        k *= root[:, None] * root
    total = k.sum(axis=1)
    short = np.divide(strength, total, out=np.ones_like(total), where=total > strength)
    k *= np.minimum(short[:, None], short)
    return fill(k, strength)


def fill(exchange: Array, strength: Array) -> Array:
    """Return a matrix whose rows, none too large, are filled up to the sums ``strength``.

    What they lack, d, is shared as ``d d^T / sum d``.
    """
    lacking = np.maximum(strength - exchange.sum(axis=1), 0.0)
    if lacking.sum() > 0.0:
        return np.asarray(exchange + lacking[:, None] * lacking / lacking.sum())
    return exchange
