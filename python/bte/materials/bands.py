"""What a material looks like on a frequency grid: its groups, band by band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .equilibrium import Array
from .modes import ModeTable

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Bands:
    """The moving groups of one material; n is their number.

    Attributes
    ----------
    band : (n,) int32
        Band of each group, non-decreasing.
    branch : tuple of str
        Label of each group's branch.
    heat_capacity, speed, mean_free_path : (n,) [J/m3/K, m/s, m]
    optical : float
        Heat capacity of states without velocity [J/m3/K].
    scattering : float
        sum C/tau of the continuous spectrum [W/m3/K], before averaging over bands.
    wavenumber : (n,) [1/m]
        Root mean square of k, weighted by C v; NaN without a dispersion.
    """

    band: Ints
    branch: tuple[str, ...]
    heat_capacity: Array
    speed: Array
    mean_free_path: Array
    optical: float
    scattering: float
    wavenumber: Array

    @property
    def conductivity(self) -> float:
        """Return sum C v Lambda/3 [W/m/K]."""
        return float(np.sum(self.heat_capacity * self.speed * self.mean_free_path) / 3.0)

    @property
    def scattering_deviation(self) -> float:
        """Return (sum C v/Lambda of the groups)/(sum C/tau of the spectrum) - 1."""
        kept = float(np.sum(self.heat_capacity * self.speed / self.mean_free_path))
        return kept / self.scattering - 1.0


class SpectrumModel(Protocol):
    """The vibrational spectrum of a material: fixed groups, or branches with rates."""

    @property
    def has_frequencies(self) -> bool:
        """Whether the groups can be placed on a frequency grid."""
        ...

    @property
    def branches(self) -> tuple[str, ...]:
        """Names of the branches."""
        ...

    @property
    def fixed_groups(self) -> int:
        """Number of groups where they cannot be refined; 0 for a continuous spectrum."""
        ...

    def cutoffs(self) -> tuple[float, ...]:
        """Return the angular frequencies [rad/s] at which groups begin or end."""
        ...

    def conductivity(self, temperature: float) -> float:
        """Return the bulk conductivity [W/m/K]."""
        ...

    def heat_capacity(self, temperature: float) -> float:
        """Return the total heat capacity [J/m3/K]."""
        ...

    def optical(self, temperature: float) -> float:
        """Return the heat capacity of states without velocity [J/m3/K]."""
        ...

    def bands(self, edges: Array | None, temperature: float) -> Bands:
        """Return the groups on a grid of band edges [rad/s], or as they are for None."""
        ...

    def modes(self, temperature: float) -> ModeTable:
        """Return the modes at a temperature, with isotropic ones where directions are unknown."""
        ...

    def jumps(self) -> tuple[float, ...]:
        """Return other angular frequencies [rad/s] at which a band should end."""
        ...

    def weight(self, omega: Array, temperature: float) -> Array:
        """Return the density by which band edges are spread, up to a factor."""
        ...
