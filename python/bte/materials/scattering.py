"""Scattering rates 1/tau of modes; rates of independent mechanisms add (Matthiessen).

A rate is any callable ``rate(omega, k, temperature, branch) -> (n,) [1/s]``. The classes here may
also say at which wave vectors they jump (`breaks`), so that integrals are split there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import BteError, MaterialError
from .dispersion import Branch
from .equilibrium import Array, reduced_energy

Rate = Callable[[Array, Array, float, Branch], Array]


@dataclass(frozen=True)
class Umklapp:
    """1/tau = B omega^2 T^n exp(-theta/T): Slack and Morelli's form for n = 1.

    B in s/K^n, theta in K. https://doi.org/10.1007/0-387-25100-6_2
    """

    B: float
    theta: float = 0.0
    power: float = 1.0

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        thermal = temperature**self.power * np.exp(-self.theta / temperature)
        return np.asarray(self.B * omega**2 * thermal)


@dataclass(frozen=True)
class Impurity:
    """1/tau = A omega^4: point defects and isotopes (Rayleigh); A in s3."""

    A: float

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        return np.asarray(self.A * omega**4)


@dataclass(frozen=True)
class Boundary:
    """1/tau = v/L: Casimir's limit of a sample of size L [m]."""

    length: float

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        return np.asarray(branch.speed(k) / self.length)


@dataclass(frozen=True)
class ConstantRate:
    """1/tau = rate [1/s] for all modes."""

    rate: float

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        return np.full_like(omega, self.rate)


@dataclass(frozen=True)
class ConstantPath:
    """1/tau = v/path: one mean free path [m] for all modes, as in a glass."""

    path: float

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        return np.asarray(branch.speed(k) / self.path)


@dataclass(frozen=True)
class HollandTransverse:
    """Holland's transverse rate: B_N omega T^4 below the onset, B_U omega^2/sinh(x) from it on.

    The onset is an angular frequency [rad/s] or a wave vector [1/m]; x = hbar omega/(k_B T).
    B_N in 1/K^4, B_U in s. https://doi.org/10.1103/PhysRev.132.2461
    """

    B_N: float
    B_U: float
    onset_omega: float | None = None
    onset_k: float | None = None

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        normal = self.B_N * omega * temperature**4
        x = np.minimum(reduced_energy(omega, temperature), 700.0)
        umklapp = self.B_U * omega**2 / np.sinh(np.maximum(x, 1e-300))
        return np.where(self._above(omega, k), umklapp, normal)

    def breaks(self, branch: Branch) -> tuple[float, ...]:
        """Return the wave vector of the onset [1/m]."""
        if self.onset_k is not None:
            return (self.onset_k,)
        low, high = branch.frequency_range
        onset = self.onset_omega or 0.0
        return (branch.wavevector(onset),) if low < onset < high else ()

    def _above(self, omega: Array, k: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        if self.onset_k is not None:
            return np.asarray(k >= self.onset_k)
        return np.asarray(omega >= (self.onset_omega or 0.0))


@dataclass(frozen=True)
class Holland:
    """Holland's model: B_L omega^2 T^3 for branches named L…, `transverse` for the others."""

    B_L: float
    transverse: HollandTransverse

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        if branch.name.upper().startswith("L"):
            return np.asarray(self.B_L * omega**2 * temperature**3)
        return self.transverse(omega, k, temperature, branch)

    def breaks(self, branch: Branch) -> tuple[float, ...]:
        """Return the wave vectors [1/m] where the rate jumps."""
        return () if branch.name.upper().startswith("L") else self.transverse.breaks(branch)


@dataclass(frozen=True)
class Matthiessen:
    """1/tau = sum of the rates of its parts."""

    parts: tuple[Rate, ...]

    def __call__(self, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
        """Return 1/tau [1/s]."""
        total = np.zeros_like(omega)
        for part in self.parts:
            total = total + _called(part, omega, k, temperature, branch)
        return total

    def breaks(self, branch: Branch) -> tuple[float, ...]:
        """Return the wave vectors [1/m] where a part jumps."""
        return breaks_of(self.parts, branch)


def mechanisms(rate: Rate) -> tuple[Rate, ...]:
    """Return the mechanisms that add up to a rate, sums within sums taken apart."""
    if not isinstance(rate, Matthiessen):
        return (rate,)
    return tuple(part for inner in rate.parts for part in mechanisms(inner))


def _called(rate: Rate, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
    """Return 1/tau of one rate, which may be a user's function."""
    try:
        return np.broadcast_to(
            np.asarray(rate(omega, k, temperature, branch), dtype=float), np.shape(omega)
        )
    except BteError:
        raise
    except Exception as error:
        name = getattr(rate, "__name__", type(rate).__name__)
        raise MaterialError(
            f"rate '{name}' fails on branch '{branch.name}' ({type(error).__name__}: {error}); it "
            "is called as rate(omega, k, temperature, branch), omega and k being arrays of one "
            "shape, and returns 1/tau [1/s] in that shape or as one number"
        ) from error


def breaks_of(rates: Sequence[Rate], branch: Branch) -> tuple[float, ...]:
    """Return the wave vectors [1/m] inside the branch where one of the rates jumps."""
    found = set(branch.breaks)
    for rate in rates:
        known = getattr(rate, "breaks", None)
        found.update(known(branch) if known else ())
    return tuple(sorted(k for k in found if 0.0 < k < branch.k_max))
