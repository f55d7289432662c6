"""Cells of the disc of transverse directions, one for each place and polar node.

A direction leaves along ``t``, its part in the interface plane, in the unit disc; the measure of
the disc is the etendue. Cells share it out in proportion to the etendue of their nodes. A channel
of etendue N holds the same cells in the disc of ``kappa = sqrt(N) t``; refraction keeps kappa.

A *sample* is a set of points of kappa with weights, one for all channels of a pool. So what moves
from a cell to another is symmetric whatever the points are, and they only decide how exactly the
cells have their measure: in 1D to rounding, in 2D to the error of a Gauss rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from bte.packing.arrays import Array
from bte.quadrature.nodes import gathered_gauss
from bte.solvers.exchange.places import Places

Indices = NDArray[np.int64]

#: Gauss nodes between two edges of cells.
_BETWEEN = 4


class Cells(Protocol):
    """Cells of a dimension; a point of the disc is (n, 2), numbers are place * n_polar + node."""

    def sample(self, etendue: Array, breaks: Array) -> tuple[Array, Array]:
        """Return points (n, 2) in the discs of radius sqrt(N) and weights.

        Those of the points in the disc of N sum to N.
        """

    def locate(self, t: Array) -> Indices:
        """Return the cells that hold points of the unit disc."""


def make_cells(places: Places) -> Cells:
    """Return the cells of a face's places."""
    dim = len(places.normal)
    if dim == 1:
        return Rings.make(places)
    return Strips.make(places)


def segments(edges: Array, n: int) -> tuple[Array, Array]:
    """Return nodes and weights of Gauss rules between edges (..., m), (..., (m - 1) * n).

    They gather at both ends, where integrands have square roots.
    """
    x, w = gathered_gauss(n, start=True, end=True)
    width = np.diff(edges, axis=-1)[..., None]
    nodes = edges[..., :-1, None] + width * x
    shape = (*edges.shape[:-1], -1)
    return nodes.reshape(shape), (width * w).reshape(shape)


@dataclass(frozen=True, eq=False)
class Rings:
    """Cells in one dimension: rings of the disc.

    Attributes
    ----------
    edges : (n_polar + 1,)
        Rising edges in the squared radius, from 0 to 1.
    order : (n_polar,)
        Polar node of each ring.
    """

    edges: Array
    order: Indices

    @classmethod
    def make(cls, places: Places) -> Rings:
        """Return rings of the measure of the polar nodes."""
        order = np.argsort(-places.sines)
        return cls(_cumulated(places.sine_strength[order]), order)

    def sample(self, etendue: Array, breaks: Array) -> tuple[Array, Array]:
        """Return points and weights, see `Cells`."""
        edges = np.unique(np.concatenate([np.outer(etendue, self.edges).ravel(), breaks]))
        xi, weight = segments(edges[edges <= etendue.max()], _BETWEEN)
        return np.column_stack([np.sqrt(xi), np.zeros_like(xi)]), weight

    def locate(self, t: Array) -> Indices:
        """Return the rings of points."""
        ring = np.searchsorted(self.edges, t[:, 0] ** 2 + t[:, 1] ** 2, side="right") - 1
        return np.asarray(self.order[np.clip(ring, 0, len(self.order) - 1)])


@dataclass(frozen=True, eq=False)
class Strips:
    """Cells in two dimensions, where ``t = (s u, sqrt(1 - s^2))``, u the sine of the azimuth.

    Strips of s, and intervals of u in them: ``d^2 t = (pi/4) dF du`` with
    ``F = (asin s - s sqrt(1 - s^2)) 2/pi``. Halves of the disc are alike.

    Attributes
    ----------
    u, z : (n + 1,), (n_polar + 1,)
        Rising edges in u and in ``z = sqrt(1 - s^2)``.
    place, polar : (n,), (n_polar,)
        Place and polar node of each interval.
    """

    u: Array
    z: Array
    place: Indices
    polar: Indices

    @classmethod
    def make(cls, places: Places) -> Strips:
        """Return strips of the measure of the polar nodes and intervals of that of the places."""
        inward = -places.outward @ np.array([-places.normal[1], places.normal[0]])
        place = np.argsort(inward, kind="stable")
        polar = np.argsort(-places.sines)
        below = 1.0 - _cumulated(places.sine_strength[polar])
        inner = [brentq(lambda s, f=f: _strip(s) - f, 0.0, 1.0, xtol=1e-15) for f in below[1:-1]]
        sines = np.array([1.0, *inner, 0.0])
        u = 2.0 * _cumulated(places.strength[place]) - 1.0
        return cls(u, np.sqrt(1.0 - sines**2), place, polar)

    def sample(self, etendue: Array, breaks: Array) -> tuple[Array, Array]:
        """Return points and weights, see `Cells`."""
        most = etendue.max()
        z = np.concatenate([np.outer(np.sqrt(etendue), self.z).ravel(), np.sqrt(breaks)])
        z, weight = segments(np.unique(z[z <= np.sqrt(most)]), _BETWEEN)
        both = np.unique(np.round(np.concatenate([self.u, -self.u]), 13))
        half = np.sqrt(np.maximum(etendue[:, None] - z**2, 0.0)).T
        x = (half[:, :, None] * both).reshape(len(z), -1)
        kinks = np.sqrt(np.maximum(breaks[:, None] - z**2, 0.0)).T
        kinks = np.minimum(kinks, half.max(axis=1, keepdims=True))
        x, along = segments(np.sort(np.concatenate([x, kinks, -kinks], axis=1)), _BETWEEN)
        weight = (2.0 / np.pi * weight[:, None] * along).ravel()
        points = np.column_stack([x.ravel(), np.repeat(z, x.shape[1])])
        return points[weight > 0.0], weight[weight > 0.0]

    def locate(self, t: Array) -> Indices:
        """Return the cells of points."""
        z = np.abs(t[:, 1])
        strip = np.searchsorted(self.z, z, side="right") - 1
        u = t[:, 0] / np.sqrt(np.maximum(1.0 - z**2, 1e-300))
        interval = np.searchsorted(self.u, u, side="right") - 1
        place = self.place[np.clip(interval, 0, len(self.place) - 1)]
        n_polar = len(self.polar)
        return np.asarray(place * n_polar + self.polar[np.clip(strip, 0, n_polar - 1)])


def _strip(s: float) -> float:
    return float((np.arcsin(s) - s * np.sqrt(1.0 - s * s)) * 2.0 / np.pi)


def _cumulated(measure: Array) -> Array:
    """Return edges from 0 to 1 of cells of the given measure."""
    edges = np.concatenate([[0.0], np.cumsum(measure)])
    return np.asarray(edges / edges[-1])
