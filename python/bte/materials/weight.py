"""Where band edges pay: the error that averaging Lambda over a band makes in a film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .dispersion import Branch
from .equilibrium import Array, mode_heat_capacity
from .scattering import Rate

_FILMS = np.logspace(-8.0, -5.0, 7)  # thicknesses [m] that the bands are made for
_N_SAMPLE = 4000
_TINY = 1e-300


def band_weight(
    branches: Sequence[Branch], rates: Sequence[Rate], temperature: float, omega: Array
) -> Array:
    """Return the density of band edges over frequency that spreads the error evenly.

    A film of thickness L conducts int K/(1 + y) dw across it, K = C v Lambda/3, y = 4 Lambda/(3 L).
    One Lambda for a band of width d, chosen to keep int C v and int K, is wrong there by
    d^2/12 K (d ln Lambda/dw)^2 y/(1 + y)^3 to leading order. The density is the cube root of that,
    without d^2/12 and relative to the film's conductivity, at the worst of a few thicknesses:
    bands of equal weight then have equal errors.

    Parameters
    ----------
    branches, rates
        The spectrum.
    temperature : [K]
    omega : (n,) [rad/s]
        Rising frequencies.

    Returns
    -------
    (n,)
    """
    error = np.zeros((len(_FILMS), len(omega)))
    film = np.zeros((len(_FILMS), 1))
    for branch, rate in zip(branches, rates, strict=True):
        flux, kappa, slope = _densities(branch, rate, temperature, omega)
        # Where rounding leaves no flux the path is arbitrary; it must only not overflow.
        held = flux > 1e-12 * np.max(flux, initial=_TINY)
        path = np.where(held, kappa, 0.0) / np.where(held, flux, 1.0)
        y = 4.0 * np.minimum(path, 1e30) / (3.0 * _FILMS[:, None])
        error += kappa * slope**2 * y / (1.0 + y) ** 3
        film[:, 0] += np.sum((kappa / (1.0 + y))[:, 1:] * np.diff(omega), axis=1)
    return np.asarray(np.cbrt(np.max(error / np.maximum(film, _TINY), axis=0)))


def _densities(
    branch: Branch, rate: Rate, temperature: float, omega: Array
) -> tuple[Array, Array, Array]:
    """Return C v and C v Lambda per unit frequency, and d ln Lambda/d omega, up to a factor."""
    k = branch.k_max * (np.arange(_N_SAMPLE) + 0.5) / _N_SAMPLE
    w, v = branch.omega(k), branch.speed(k)
    # Rates underflow at low temperatures.
    inverse = np.maximum(rate(w, k, temperature, branch), 1e-30 * v + _TINY)
    path = np.maximum(v / inverse, _TINY)
    flux = branch.degeneracy * k**2 * mode_heat_capacity(w, temperature) * v
    order = np.argsort(w)
    ends = np.append(branch.frequency_range[0], w[order])

    def density(values: Array) -> Array:
        cumulative = np.append(0.0, np.cumsum(values[order]))
        slope = np.gradient(np.interp(omega, ends, cumulative), omega)
        return np.asarray(np.maximum(slope, 0.0))

    log_path = np.interp(omega, w[order], np.log(path[order]))
    return density(flux), density(flux * path), np.asarray(np.gradient(log_path, omega))
