"""Dispersion of isotropic branches, omega(k), and its slope, the group speed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq

from ..errors import MaterialError
from .equilibrium import Array

_N_SAMPLE = 4001
_FOLD = 1e-6  # a branch may bend back by this fraction of its highest frequency


class Law(Protocol):
    """A dispersion relation: omega(k) and its slope d omega/dk."""

    def omega(self, k: Array) -> Array:
        """Return the angular frequency [rad/s] at wave vectors k [1/m]."""
        ...

    def slope(self, k: Array) -> Array:
        """Return d omega/dk [m/s] at wave vectors k [1/m]."""
        ...


@dataclass(frozen=True)
class Sine:
    """omega = omega_max sin(pi k/(2 k_max)): a chain of equal masses."""

    omega_max: float
    k_max: float

    def omega(self, k: Array) -> Array:
        """Return omega(k) [rad/s]."""
        return np.asarray(self.omega_max * np.sin(0.5 * np.pi * k / self.k_max))

    def slope(self, k: Array) -> Array:
        """Return d omega/dk [m/s], zero at the zone boundary."""
        rate = 0.5 * np.pi / self.k_max
        return np.asarray(self.omega_max * rate * np.cos(rate * k))


@dataclass(frozen=True)
class Polynomial:
    """omega = sum_n a_n k^n, a_0 first."""

    coefficients: tuple[float, ...]

    def omega(self, k: Array) -> Array:
        """Return omega(k) [rad/s]."""
        return np.asarray(np.polynomial.polynomial.polyval(k, self.coefficients))

    def slope(self, k: Array) -> Array:
        """Return d omega/dk [m/s]."""
        derivative = np.polynomial.polynomial.polyder(self.coefficients)
        return np.asarray(np.polynomial.polynomial.polyval(k, derivative))


@dataclass(frozen=True)
class Tabulated:
    """A user's function omega(k), with its slope, or the slope of its Chebyshev interpolant."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]

    def omega(self, k: Array) -> Array:
        """Return omega(k) [rad/s]."""
        return np.asarray(self.function(k), dtype=float)

    def slope(self, k: Array) -> Array:
        """Return d omega/dk [m/s]."""
        return np.asarray(self.derivative(k), dtype=float)


@dataclass(frozen=True)
class Branch:
    """A branch of an isotropic crystal: `degeneracy` equal polarisations in the sphere k < k_max.

    Parameters
    ----------
    name : str
        Such as ``"LA"`` or ``"TA"``.
    degeneracy : float
        Number of polarisations of this dispersion.
    k_max : float
        Radius of the sphere of wave vectors [1/m].
    law : Law
        omega(k) and its slope.
    breaks : tuple of float
        Wave vectors [1/m] where a rate jumps; integrals are split there.

    Raises
    ------
    MaterialError
        If a value is not positive, or omega(k) is not positive and monotonic.
    """

    name: str
    degeneracy: float
    k_max: float
    law: Law
    breaks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _require_numbers(self.name, degeneracy=self.degeneracy, k_max=self.k_max)
        for what, value in (("degeneracy", self.degeneracy), ("k_max", self.k_max)):
            if not (np.isfinite(value) and value > 0.0):
                raise MaterialError(f"branch '{self.name}' has {what} = {value}; it must be > 0")
        _require_monotonic(self)

    @classmethod
    def sine(cls, name: str, speed: float, k_max: float, degeneracy: float = 1) -> Branch:
        """Return omega = (2 k_max speed/pi) sin(pi k/(2 k_max)); speed is that of sound [m/s]."""
        _require_numbers(name, speed=speed, k_max=k_max)
        return cls(name, degeneracy, k_max, Sine(2.0 * k_max * speed / np.pi, k_max))

    @classmethod
    def debye(cls, name: str, speed: float, k_max: float, degeneracy: float = 1) -> Branch:
        """Return omega = speed k."""
        _require_numbers(name, speed=speed)
        return cls(name, degeneracy, k_max, Polynomial((0.0, speed)))

    @classmethod
    def quadratic(
        cls, name: str, speed: float, curvature: float, k_max: float, degeneracy: float = 1
    ) -> Branch:
        """Return omega = speed k + curvature k^2; curvature in m2/s, usually negative."""
        _require_numbers(name, speed=speed, curvature=curvature)
        return cls(name, degeneracy, k_max, Polynomial((0.0, speed, curvature)))

    @classmethod
    def polynomial(
        cls, name: str, coefficients: tuple[float, ...], k_max: float, degeneracy: float = 1
    ) -> Branch:
        """Return omega = sum_n coefficients[n] k^n [rad/s]."""
        return cls(name, degeneracy, k_max, Polynomial(tuple(coefficients)))

    @classmethod
    def custom(
        cls,
        name: str,
        omega: Callable[[Array], Array],
        k_max: float,
        speed: Callable[[Array], Array] | None = None,
        degeneracy: float = 1,
    ) -> Branch:
        """Return a branch from a function omega(k) [rad/s]; its slope may be given as `speed`."""
        slope = speed or _chebyshev_slope(name, omega, k_max)
        return cls(name, degeneracy, k_max, Tabulated(omega, slope))

    def omega(self, k: Array) -> Array:
        """Return the angular frequency [rad/s] at wave vectors k [1/m]."""
        return self.law.omega(np.asarray(k, dtype=float))

    def speed(self, k: Array) -> Array:
        """Return the group speed |d omega/dk| [m/s] at wave vectors k [1/m]."""
        return np.abs(self.law.slope(np.asarray(k, dtype=float)))

    @property
    def frequency_range(self) -> tuple[float, float]:
        """Lowest and highest angular frequency [rad/s]."""
        ends = self.omega(np.array([0.0, self._k_turn()]))
        return float(ends.min()), float(ends.max())

    def wavevector(self, omega: float) -> float:
        """Return k [1/m] with omega(k) = omega; the ends of the range give exactly 0 and k_max."""
        low, high = self.frequency_range
        rising = float(self.omega(np.array(0.0))) == low
        if omega <= low:
            return 0.0 if rising else self.k_max
        if omega >= high:
            return self.k_max if rising else 0.0
        root = brentq(lambda k: float(self.omega(np.array(k))) - omega, 0.0, self._k_turn())
        return float(root)

    def _k_turn(self) -> float:
        """Return k_max, or the turning point just before it (see `_FOLD`)."""
        k = np.linspace(0.0, self.k_max, 9)[-2:]
        ends = self.law.slope(k)
        if ends[0] * ends[1] >= 0.0:
            return self.k_max
        return float(brentq(lambda q: float(self.law.slope(np.array(q))), k[0], k[1]))


def _require_numbers(name: str, **given: object) -> None:
    """Raise unless the values of a branch are numbers."""
    for what, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise MaterialError(
                f"branch '{name}' has {what} = {value!r}; give a number in SI units"
            )


def _require_monotonic(branch: Branch) -> None:
    """Raise unless omega(k) rises or falls all the way, apart from a fold at the very end.

    Published fits bend back by 1e-9 of the top frequency at the zone boundary; those states belong
    to the top band.
    """
    omega = branch.omega(np.linspace(0.0, branch.k_max, _N_SAMPLE))
    top = float(np.max(omega)) if np.all(np.isfinite(omega)) else np.nan
    if not (top > 0.0 and omega.min() >= 0.0):
        raise MaterialError(
            f"branch '{branch.name}' has frequencies that are negative, zero or not finite; "
            "omega(k) must be finite and > 0 in 0 < k <= k_max"
        )
    steps = np.diff(omega) * (1.0 if omega[-1] >= omega[0] else -1.0)
    if -np.sum(steps[steps < 0.0]) > _FOLD * top:
        raise MaterialError(
            f"branch '{branch.name}' has an omega(k) that is not monotonic up to k_max = "
            f"{branch.k_max:g} 1/m; lower k_max or split the branch at the turning point"
        )


def _chebyshev_slope(
    name: str, omega: Callable[[Array], Array], k_max: float
) -> Callable[[Array], Array]:
    """Return the derivative of a Chebyshev interpolant of omega(k) on (0, k_max)."""
    fit = np.polynomial.Chebyshev.interpolate(omega, 80, domain=[0.0, k_max])
    k = np.linspace(0.0, k_max, 997)
    found = np.asarray(omega(k), dtype=float)
    if not np.max(np.abs(fit(k) - found)) <= 1e-10 * np.max(np.abs(found)):
        raise MaterialError(
            f"branch '{name}' has an omega(k) that is not smooth enough to differentiate; "
            "give its slope as speed="
        )
    slope: Callable[[Array], Array] = fit.deriv()
    return slope
