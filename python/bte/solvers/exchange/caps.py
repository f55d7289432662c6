"""Cells in three dimensions for any orientation, and the choice of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bte.packing.arrays import Array
from bte.solvers.exchange.cells import Cells, Indices, Rings, Strips, segments
from bte.solvers.exchange.places import Places

#: How exactly the normal is along or across the polar axis.
_ALIGNED = 1e-7

#: Nodes of the radius between kinks and of the angle: of a sample, and while cells are made.
_SAMPLE, _COARSE = (48, 256), (32, 192)

#: Sharpness of the shares, in units of the inverse spacing, while cells get their measure, and the
#: steps with each.
_SHARPNESS, _STEPS = (8.0, 32.0, 128.0), 15


def make_cells(places: Places) -> Cells:
    """Return the cells of a face's places."""
    normal = places.normal
    if len(normal) == 1:
        return Rings.of_line(places)
    if len(normal) == 2:
        return Strips.of_plane(places)
    inward = -places.outward
    if places.axis is None or _ALIGNED < abs(places.axis @ normal) < 1.0 - _ALIGNED:
        return Caps.make(places, inward)
    if abs(places.axis @ normal) < 0.5:
        basis = np.stack([np.cross(places.axis, normal), places.axis])
        return Strips.of_axis(places, inward @ basis.T)
    return Rings.of_axis(places, inward @ np.linalg.svd(normal[None, :])[2][1:].T)


@dataclass(frozen=True, eq=False)
class Caps:
    """Cells about any ordinates: a direction d is in the one of greatest ``d . Omega + offset``.

    Attributes
    ----------
    nodes : (n, 3)
        Inward ordinates: two components in the plane, and that along the normal into the side.
    offset : (n,)
        Makes the measures of the cells their etendue, as far as a sample tells.
    centres : None
    """

    nodes: Array
    offset: Array
    centres: None = None

    @classmethod
    def make(cls, places: Places, inward: Array) -> Caps:
        """Return the cells of inward ordinates (n, 3).

        By Sinkhorn's iteration between points and shares of them that fall off ever more sharply.
        """
        normal = places.normal
        nodes = inward @ np.stack([*np.linalg.svd(normal[None, :])[2][1:], -normal]).T
        points, weight = _polar(np.array([0.0, 1.0]), *_COARSE)
        height = _lifted(points) @ nodes.T
        wanted = places.strength / places.strength.sum()
        offset = np.zeros(len(nodes))
        for sharpness in _SHARPNESS:
            scale = sharpness * len(nodes) / (2.0 * np.pi)
            for _ in range(_STEPS):
                share = scale * (height + offset)
                share = np.exp(share - share.max(axis=1, keepdims=True))
                held = (weight / share.sum(axis=1)) @ share
                offset += np.log(wanted / held) / scale
        return cls(nodes, offset)

    def sample(self, etendue: Array, breaks: Array) -> tuple[Array, Array]:
        """Return points and weights, see `Cells`."""
        return _polar(np.unique(np.concatenate([[0.0], etendue, breaks])), *_SAMPLE)

    def locate(self, t: Array) -> Indices:
        """Return the cells of points."""
        return np.asarray((_lifted(t) @ self.nodes.T + self.offset).argmax(axis=1))


def _lifted(t: Array) -> Array:
    """Return unit vectors over points of the disc (n, 2)."""
    return np.column_stack([t, np.sqrt(np.maximum(1.0 - (t**2).sum(axis=1), 0.0))])


def _polar(edges: Array, radii: int, turns: int) -> tuple[Array, Array]:
    """Return points (n, 2) and weights, between rising edges of the squared radius."""
    xi, weight = segments(edges, radii)
    angle = 2.0 * np.pi * (np.arange(turns) + 0.5) / turns
    rays = np.column_stack([np.cos(angle), np.sin(angle)])
    points = (np.sqrt(xi)[:, None, None] * rays).reshape(-1, 2)
    return points, np.repeat(weight / turns, turns)
