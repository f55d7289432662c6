"""The rule itself: ordinates, polar nodes and what is read off them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteError
from bte.quadrature.waves import Waves

Array = NDArray[np.float64]

#: How far an image may lie from an ordinate: normals of mesh faces carry rounding errors.
_SAME = 1e-6


@dataclass(frozen=True, eq=False)
class Quadrature:
    """A product rule over the unit sphere for a mesh of ``dim`` dimensions.

    Attributes
    ----------
    directions : (n_ordinate, dim)
        Unit vectors of the mesh's dimension.
    weights : (n_ordinate,)
        Weights of the ordinates; they sum to one.
    sines : (n_polar,)
        Length ``s`` of the projection of the phonon's direction on the mesh's space; a lane of
        mean free path ``Lambda`` flies ``Lambda s`` in it.
    sine_weights : (n_polar,)
        Weights of the polar nodes; they sum to one.
    azimuths, polars : int or None
        The counts it was made from.
    axis : (3,) or None
        Polar axis of a set in 3D that is made of rings with the same azimuths; None otherwise.
    waves : Waves or None
        Nodes that groups and regions have of their own, in place of ``sines``, as many.
    """

    directions: Array
    weights: Array
    sines: Array
    sine_weights: Array
    azimuths: int | None
    polars: int
    axis: Array | None = None
    waves: Waves | None = None

    @property
    def dim(self) -> int:
        """Dimension of the mesh the rule is made for."""
        return int(self.directions.shape[1])

    @property
    def n_ordinate(self) -> int:
        """Number of ordinates."""
        return len(self.weights)

    @property
    def n_polar(self) -> int:
        """Number of polar nodes, one in 3D."""
        return len(self.sines)

    @property
    def mean_sine(self) -> float:
        """Return ``<s>``, the mean projected length."""
        return float(self.sine_weights @ self.sines)

    @property
    def across(self) -> Array:
        """Return the mean square of ``Omega`` along a direction the mesh lacks (n_polar,).

        ``(1 - s^2)/2`` in 1D, where there are two of them, and ``1 - s^2`` in 2D.
        """
        return np.asarray((1.0 - self.sines**2) / max(3 - self.dim, 1))

    def half_range(self, normals: Array) -> Array:
        """Return the discrete ``<max(Omega . n, 0)>`` for unit normals; 1/4 when exact.

        Parameters
        ----------
        normals : (n, dim)
        """
        forward = np.maximum(normals @ self.directions.T, 0.0)
        return np.asarray(forward @ self.weights * self.mean_sine)

    def mirrored(self, normal: Array) -> NDArray[np.int32] | None:
        """Return for each ordinate its mirror image at a plane, or None if the set lacks it.

        Parameters
        ----------
        normal : (dim,)
            Unit normal of the mirror.
        """
        images = self.directions - 2.0 * np.outer(self.directions @ normal, normal)
        gap = np.linalg.norm(images[:, None, :] - self.directions[None, :, :], axis=2)
        nearest = gap.argmin(axis=1)
        same_weight = np.isclose(self.weights[nearest], self.weights, rtol=1e-9, atol=0)
        if gap.min(axis=1).max() > _SAME or not same_weight.all():
            return None
        return np.asarray(nearest, dtype=np.int32)


def balanced(directions: Array, weights: Array) -> Array:
    """Return the weights times ``1 + Omega . A Omega`` such that ``<Omega Omega> = 1/dim``.

    ``A`` is the smallest symmetric tensor that does it; it has every symmetry of the set.

    Parameters
    ----------
    directions : (n, dim)
    weights : (n,)

    Raises
    ------
    BteError
        Where a weight would not be positive.
    """
    dim = directions.shape[1]
    rows, columns = np.triu_indices(dim)
    products = directions[:, rows] * directions[:, columns]
    wanted = np.where(rows == columns, 1.0 / dim, 0.0)
    gap = wanted - weights @ products
    if np.abs(gap).max() > 1e-15:
        gram = products.T @ (weights[:, None] * products)
        factor = np.linalg.lstsq(gram, gap, rcond=1e-12)[0]
        weights = weights * (1.0 + products @ factor)
    weights = weights / weights.sum()
    if weights.min() <= 0.0 or np.abs(weights @ products - wanted).max() > 1e-12:
        raise BteError(
            f"{len(weights)} ordinates in these panels cannot carry <Omega Omega> = 1/{dim} with "
            "positive weights; ask for more azimuths or polars"
        )
    return weights
