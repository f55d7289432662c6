"""Equilibrium of one mode: the Bose-Einstein heat capacity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..units import HBAR, K_B

Array = npt.NDArray[np.float64]


def mode_heat_capacity(omega: Array, temperature: float) -> Array:
    """Return the heat capacity of modes, c = k_B [(x/2)/sinh(x/2)]^2 with x = hbar omega/(k_B T).

    Parameters
    ----------
    omega : (...) [rad/s]
    temperature : [K]

    Returns
    -------
    (...) [J/K]
    """
    half = 0.5 * HBAR * np.asarray(omega, dtype=float) / (K_B * temperature)
    # sinh overflows beyond 710; a mode that stiff holds no heat in double precision.
    half = np.clip(half, 1e-150, 600.0)
    return np.asarray(K_B * (half / np.sinh(half)) ** 2)


def mode_energy(omega: Array, temperature: float) -> Array:
    """Return the energy of modes without that at T = 0, ``hbar omega/(exp(x) - 1)`` [J].

    Parameters
    ----------
    omega : (...) [rad/s]
    temperature : [K]
    """
    energy = HBAR * np.asarray(omega, dtype=float)
    x = np.clip(energy / (K_B * temperature), 1e-300, 700.0)
    return np.asarray(K_B * temperature * x / np.expm1(x))


def reduced_energy(omega: Array, temperature: float) -> Array:
    """Return x = hbar omega/(k_B T), dimensionless."""
    return np.asarray(HBAR * np.asarray(omega, dtype=float) / (K_B * temperature))
