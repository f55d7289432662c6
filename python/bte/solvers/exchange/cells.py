"""Cells of the disc of transverse directions, one for each place and polar node.

A direction leaves along ``t``, its part in the interface plane, in the unit disc; the measure of
the disc is the etendue. Cells share it out in proportion to the etendue of their nodes. A channel
of etendue N holds the same cells in the disc of ``kappa = sqrt(N) t``; refraction keeps kappa.

A *sample* is a set of points of kappa with weights, one for all channels of a pool. So what moves
from a cell to another is symmetric whatever the points are, and they only decide how exactly the
cells have their measure: rings to rounding, strips to the error of a Gauss rule. Where cells have
`centres`, `bases` corrects them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array
from bte.quadrature.nodes import gathered_gauss
from bte.solvers.exchange.places import Places

Indices = NDArray[np.int64]

#: Gauss nodes between two edges of strips and intervals, and of rings.
_BETWEEN, _RADII = 4, 12

#: Digits to which edges are told apart; steps of Newton's method.
_DIGITS, _NEWTON = 13, 60

#: Discs closer to each other than this are one when weights are corrected.
_RANK = 1e-10


class Cells(Protocol):
    """Cells of a face; a point of the disc is (n, 2), numbers are place * n_polar + node."""

    @property
    def centres(self) -> Array | None:
        """Points of the nodes (n_cell, 2), None where cells alone stand for them."""

    def sample(self, etendue: Array, breaks: Array) -> tuple[Array, Array]:
        """Return points (n, 2) in the discs of radius sqrt(N) and weights.

        Those of the points in the disc of N sum to N.
        """

    def locate(self, t: Array) -> Indices:
        """Return the cells that hold points of the unit disc."""


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
    """Rings of the disc, cut by rays: where there is one dimension, or the axis is the normal.

    Attributes
    ----------
    radius : (n_ring + 1,)
        Rising edges in the squared radius, from 0 to 1.
    turn : (n_ray + 1,)
        Rising edges of the angle in the disc, one turn.
    cell : (n_ring, n_ray)
    centres : None
    """

    radius: Array
    turn: Array
    cell: Indices
    centres: None = None

    @classmethod
    def of_line(cls, places: Places) -> Rings:
        """Return the cells of one dimension."""
        order = np.argsort(-places.sines)
        edges = cumulated(places.sine_strength[order])
        return cls(edges, np.array([-np.pi, np.pi]), order[:, None])

    @classmethod
    def of_axis(cls, places: Places, t: Array) -> Rings:
        """Return the cells of rings about the normal; inward ordinates are along t (n, 2)."""
        level, azimuth = np.hypot(t[:, 0], t[:, 1]), np.arctan2(t[:, 1], t[:, 0])
        ring = np.sort(azimuth[level < level.min() * (1.0 + 1e-9)])
        # counted from between two nodes, so that rounding does not change their order
        azimuth = (azimuth - 0.5 * (ring[0] + ring[1])) % (2.0 * np.pi) + 0.5 * (ring[0] + ring[1])
        cell = _table(level, azimuth)
        strength = places.strength[cell]
        turn = 2.0 * np.pi * cumulated(strength.sum(axis=0))
        # nodes amid their sectors
        turn += (azimuth[cell[0]] - 0.5 * (turn[1:] + turn[:-1])).mean()
        return cls(cumulated(strength.sum(axis=1)), turn, cell)

    def sample(self, etendue: Array, breaks: Array) -> tuple[Array, Array]:
        """Return points and weights, see `Cells`."""
        edges = np.unique(np.concatenate([np.outer(etendue, self.radius).ravel(), breaks]))
        xi, weight = segments(edges[edges <= etendue.max()], _RADII)
        both = np.concatenate([self.turn[:-1], self.turn[:-1] + np.pi]) % (2.0 * np.pi)
        both = np.unique(np.round(both, _DIGITS))
        turn = np.append(both, both[0] + 2.0 * np.pi)
        angle = np.tile(0.5 * (turn[1:] + turn[:-1]), len(xi))
        root = np.repeat(np.sqrt(xi), len(both))
        points = np.column_stack([root * np.cos(angle), root * np.sin(angle)])
        return points, np.outer(weight, np.diff(turn) / (2.0 * np.pi)).ravel()

    def locate(self, t: Array) -> Indices:
        """Return the cells of points."""
        ring = interval(self.radius, t[:, 0] ** 2 + t[:, 1] ** 2)
        angle = np.arctan2(t[:, 1], t[:, 0])
        ray = interval(self.turn, (angle - self.turn[0]) % (2.0 * np.pi) + self.turn[0])
        return np.asarray(self.cell[ring, ray])


@dataclass(frozen=True, eq=False)
class Strips:
    """Strips of the disc, across the polar axis z, cut along ``t_x = u sqrt(1 - t_z^2)``.

    In two dimensions z is the missing one, ``t = (s u, sqrt(1 - s^2))`` with u the sine of the
    azimuth and ``d^2 t = (pi/4) dF du``, ``F = (asin s - s sqrt(1 - s^2)) 2/pi``; both halves of
    the disc are then one.

    Attributes
    ----------
    z, u : (n_strip + 1,), (n + 1,)
        Rising edges, of z from 0 where folded, from -1 where not.
    cell : (n_strip, n)
    folded : bool
    centres : (n_cell, 2) or None
        Points of the nodes.
    """

    z: Array
    u: Array
    cell: Indices
    folded: bool
    centres: Array | None = None

    @classmethod
    def of_plane(cls, places: Places) -> Strips:
        """Return the cells of two dimensions."""
        along = -places.outward @ np.array([-places.normal[1], places.normal[0]])
        order, polar = np.argsort(along, kind="stable"), np.argsort(-places.sines)
        z = _heights(0.5 + 0.5 * cumulated(places.sine_strength[polar]))
        u = 2.0 * cumulated(places.strength[order]) - 1.0
        height = np.tile(np.sqrt(np.maximum(1.0 - places.sines**2, 0.0)), len(along))
        centres = np.column_stack([np.outer(along, places.sines).ravel(), height])
        return cls(z, u, order * len(polar) + polar[:, None], True, centres)

    @classmethod
    def of_axis(cls, places: Places, t: Array) -> Strips:
        """Return the cells of rings about the second direction of the disc; inward t (n, 2)."""
        cell = _table(t[:, 1], t[:, 0])
        strength = places.strength[cell]
        u = 2.0 * cumulated(strength.sum(axis=0)) - 1.0
        return cls(_heights(cumulated(strength.sum(axis=1))), u, cell, False)

    def sample(self, etendue: Array, breaks: Array) -> tuple[Array, Array]:
        """Return points and weights, see `Cells`."""
        root = np.sqrt(np.concatenate([np.outer(etendue, self.z**2).ravel(), breaks]))
        edges = np.unique(np.round(root if self.folded else np.append(root, -root), _DIGITS))
        z, weight = segments(edges, _BETWEEN)
        both = np.unique(np.round(np.append(self.u, -self.u), _DIGITS))
        half = np.sqrt(np.maximum(etendue[:, None] - z**2, 0.0)).T
        kinks = np.sqrt(np.maximum(breaks[:, None] - z**2, 0.0)).T
        inner = (half[:, :, None] * both).reshape(len(z), -1)
        # every disc is given its measure exactly
        lacking = 0.25 * np.pi * (1.0 if self.folded else 2.0) * etendue - weight @ half
        gram = half.T @ (weight[:, None] * half)
        weight = weight * (1.0 + half @ np.linalg.lstsq(gram, lacking, rcond=_RANK)[0])
        x, along = segments(np.sort(np.concatenate([inner, kinks, -kinks], axis=1)), _BETWEEN)
        weight = ((2.0 if self.folded else 1.0) / np.pi * weight[:, None] * along).ravel()
        points = np.column_stack([x.ravel(), np.repeat(z, x.shape[1])])
        return points[weight > 0.0], weight[weight > 0.0]

    def locate(self, t: Array) -> Indices:
        """Return the cells of points."""
        z = np.abs(t[:, 1]) if self.folded else t[:, 1]
        u = t[:, 0] / np.sqrt(np.maximum(1.0 - z**2, 1e-300))
        return np.asarray(self.cell[interval(self.z, z), interval(self.u, u)])


def cumulated(measure: Array) -> Array:
    """Return edges from 0 to 1 of cells of the given measure."""
    edges = np.concatenate([[0.0], np.cumsum(measure)])
    return np.asarray(edges / edges[-1])


def interval(edges: Array, x: Array) -> Indices:
    """Return the interval between edges that holds each x, the first or last beyond them."""
    return np.asarray(np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2))


def _table(level: Array, along: Array) -> Indices:
    """Return the cells of each level, rising, in the order of another coordinate."""
    n_level = len(np.unique(np.round(level, 9)))
    rows = np.argsort(level, kind="stable").reshape(n_level, -1)
    order = np.argsort(along[rows], axis=1, kind="stable")
    return np.asarray(np.take_along_axis(rows, order, axis=1))


def _heights(part: Array) -> Array:
    """Return the z below which the disc has the given parts of its measure.

    By Newton's method in ``z = sin a``, from the middle, which approaches from one side.
    """
    angle = np.zeros(len(part))
    for _ in range(_NEWTON):
        gap = 0.5 + (angle + np.sin(angle) * np.cos(angle)) / np.pi - part
        angle -= 0.5 * np.pi * gap / np.maximum(np.cos(angle) ** 2, 1e-30)
    z = np.sin(angle)
    z[part >= 1.0], z[part <= 0.0] = 1.0, -1.0
    return np.asarray(z)
