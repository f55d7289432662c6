"""Angular quadratures whose panels break where the solution breaks, at the wall planes.

A rule is a product of *ordinates* (directions of the mesh's dimension, which share a sweep order)
and *polar nodes* (which only scale the mean free path, so that they join the groups as lanes).
Means are over the unit sphere: ``<f> = sum_o sum_p w_o w_p f(s_p d_o)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal

from bte.errors import BteError

Array = NDArray[np.float64]


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
    """

    directions: Array
    weights: Array
    sines: Array
    sine_weights: Array
    azimuths: int | None
    polars: int

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
        same_weight = np.isclose(self.weights[nearest], self.weights, rtol=1e-12, atol=0)
        if gap.min(axis=1).max() > 1e-10 or not same_weight.all():
            return None
        return np.asarray(nearest, dtype=np.int32)


def _unit_gauss(n: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on (0, 1)."""
    x, w = leggauss(n)
    return 0.5 * (x + 1.0), 0.5 * w


def _sine_gauss(n: int) -> tuple[Array, Array]:
    """Gauss rule in s = sin(theta) on (0, 1) for the weight s/sqrt(1 - s^2).

    The recurrence coefficients follow from a fine discretisation of the measure (Stieltjes'
    procedure: W. Gautschi, Orthogonal Polynomials, 2004, section 2.2); with ``s = sin t`` the
    measure is ``sin t dt``, smooth, so that Gauss-Legendre in t discretises it exactly enough.
    """
    t, w = _unit_gauss(8 * n + 40)
    s = np.sin(0.5 * np.pi * t)
    measure = 0.5 * np.pi * w * s
    diagonal, off = np.zeros(n), np.zeros(n)
    previous, current = np.zeros_like(s), np.ones_like(s)
    norm = measure.sum()
    total = norm
    for i in range(n):
        diagonal[i] = (measure * s * current**2).sum() / norm
        following = (s - diagonal[i]) * current - off[i] * previous
        previous, current = current, following
        grown = (measure * current**2).sum()
        if i + 1 < n:
            off[i + 1] = grown / norm
        norm = grown
    nodes, vectors = eigh_tridiagonal(diagonal, np.sqrt(off[1:]))
    return nodes, total * vectors[0] ** 2


def _quadrants(n: int) -> tuple[Array, Array]:
    """Gauss-Legendre azimuths in each of the four quadrants."""
    x, w = _unit_gauss(n // 4)
    angles = np.concatenate([0.5 * np.pi * (q + x) for q in range(4)])
    return angles, np.tile(w / 4.0, 4)


def _polar_cosines(n: int) -> tuple[Array, Array]:
    """Gauss-Legendre in the polar angle itself on one half range, exact for <1> and <cos^2>."""
    x, w = _unit_gauss(n)
    theta = 0.5 * np.pi * x
    base = 0.5 * np.pi * w * np.sin(theta)
    square = np.cos(theta) ** 2
    moments = np.array(
        [[base.sum(), base @ square], [base @ square, base @ square**2]], dtype=np.float64
    )
    alpha, beta = np.linalg.solve(moments, np.array([1.0, 1.0 / 3.0]))
    return np.cos(theta), base * (alpha + beta * square)


def _check(name: str, value: int, least: int, multiple: int = 1) -> None:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < least or value % multiple:
        raise BteError(
            f"{name} must be at least {least}"
            + (f" and a multiple of {multiple}" if multiple > 1 else "")
            + f", not {value!r}"
        )


def slab(polars: int = 12) -> Quadrature:
    """Double Gauss rule for 1D: ``polars`` nodes in ``|cos theta|`` on each half range.

    References
    ----------
    J. B. Sykes, Mon. Not. R. Astron. Soc. 111, 377 (1951), doi:10.1093/mnras/111.4.377
    """
    _check("polars", polars, 1)
    mu, w = _unit_gauss(polars)
    return Quadrature(np.array([[1.0], [-1.0]]), np.array([0.5, 0.5]), mu, w, None, polars)


def plane(azimuths: int = 24, polars: int = 3) -> Quadrature:
    """Rule for 2D: Gauss azimuths per quadrant, Gauss polar nodes in ``s = sin theta``."""
    _check("azimuths", azimuths, 4, 4)
    _check("polars", polars, 2)
    phi, w = _quadrants(azimuths)
    sines, sine_weights = _sine_gauss(polars)
    directions = np.column_stack([np.cos(phi), np.sin(phi)])
    return Quadrature(directions, w, sines, sine_weights, azimuths, polars)


def space(azimuths: int = 16, polars: int = 6) -> Quadrature:
    """Rule for 3D: ``polars`` Gauss nodes in theta per half range times Gauss azimuths."""
    _check("azimuths", azimuths, 4, 4)
    _check("polars", polars, 2)
    phi, w_phi = _quadrants(azimuths)
    cosine, w_cosine = _polar_cosines(polars)
    z = np.repeat(np.concatenate([cosine, -cosine]), azimuths)
    w = np.outer(np.concatenate([w_cosine, w_cosine]) / 2.0, w_phi).ravel()
    sine = np.sqrt(1.0 - z**2)
    phi = np.tile(phi, 2 * polars)
    directions = np.column_stack([sine * np.cos(phi), sine * np.sin(phi), z])
    return Quadrature(directions, w, np.ones(1), np.ones(1), azimuths, polars)


def quadrature(dim: int, azimuths: int | None = None, polars: int | None = None) -> Quadrature:
    """Return the rule of a dimension.

    ``polars`` counts nodes per half range (1D, 3D) or on (0, 1) (2D); ``azimuths`` has no meaning
    in 1D. Defaults: 12 + 12 nodes in 1D, 24 x 3 in 2D, 16 x (2 x 6) = 192 in 3D.

    Raises
    ------
    BteError
        If a count is too small or azimuths is not a multiple of 4 (one panel per quadrant).
    """
    if dim == 1:
        return slab(12 if polars is None else polars)
    default_azimuths, default_polars = (24, 3) if dim == 2 else (16, 6)
    azimuths = default_azimuths if azimuths is None else azimuths
    polars = default_polars if polars is None else polars
    return plane(azimuths, polars) if dim == 2 else space(azimuths, polars)
