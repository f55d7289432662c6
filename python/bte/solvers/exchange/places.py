"""What a face's orientation makes of the ordinates: places on both sides, and their partners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array
from bte.quadrature import Quadrature
from bte.solvers.reflection import GRAZING, Mirror, make_mirror, opposites

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Places:
    """Inward ordinates of both sides of a face, n each, and what they stand for.

    Attributes
    ----------
    first, second : (n,)
        Inward ordinates of the two sides, rising.
    opposite : (n,)
        Position in ``second`` of the opposite of each of ``first``.
    strength : (n,)
        ``w |Omega . n|`` of ``first``.
    cosine : (n,)
        ``|Omega . n|`` of ``first``, for unit ordinates.
    sines, sine_strength : (n_polar,)
        Length s of the polar nodes and their weight times s.
    outward : (n, dim)
        Directions of the opposites of ``first``: those that leave the first side.
    normal : (dim,)
        Unit normal out of the first side.
    axis : (3,) or None
        Polar axis of the set, see `Quadrature`.
    """

    first: Indices
    second: Indices
    opposite: Indices
    strength: Array
    cosine: Array
    sines: Array
    sine_strength: Array
    outward: Array
    normal: Array
    axis: Array | None

    @property
    def n(self) -> int:
        """Places of one side."""
        return len(self.first)

    @property
    def cells(self) -> Array:
        """Etendue of places and polar nodes, (n * n_polar,)."""
        return np.asarray(np.outer(self.strength, self.sine_strength).ravel())

    def on(self, side: int, array: Array) -> Array:
        """Return a table of the first side's places (n, ...) in the order of a side's."""
        if side == 0:
            return array
        moved = np.empty_like(array)
        moved[self.opposite] = array
        return moved


def make_places(quadrature: Quadrature, normal: Array) -> Places:
    """Return the places of a face.

    Parameters
    ----------
    quadrature : Quadrature
        Symmetric under ``Omega -> -Omega``.
    normal : (dim,)
        Unit normal out of the first side.
    """
    projection = quadrature.directions @ normal
    first = np.flatnonzero(projection < -GRAZING)
    opposite = opposites(quadrature)[first]
    second = np.sort(opposite)
    cosine = -projection[first]
    return Places(
        first,
        second,
        np.searchsorted(second, opposite),
        quadrature.weights[first] * cosine,
        cosine,
        quadrature.sines,
        quadrature.sine_weights * quadrature.sines,
        -quadrature.directions[first],
        normal,
        quadrature.axis,
    )


def mirror_exchange(quadrature: Quadrature, places: Places) -> Array:
    """Return what a mirror exchanges between the places of the first side (n, n).

    What arrives is labelled by its opposite; diagonal up to an order where the set is closed.
    """
    mirror: Mirror = make_mirror(quadrature, places.normal)
    if mirror.exchange is not None:
        return mirror.exchange
    arriving = mirror.label[opposites(quadrature)[places.first]]
    place = np.searchsorted(places.first, arriving)
    exchange = np.zeros((places.n, places.n))
    exchange[place, np.arange(places.n)] = places.strength
    return 0.5 * (exchange + exchange.T)
