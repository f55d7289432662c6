"""Conductance by frequency and by branch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ByFrequency:
    """Conductance per frequency; sums of ``weight * density`` are integrals.

    Attributes
    ----------
    omega, weight : (n,) [rad/s]
        Gauss points and weights.
    density : (n,) [W/m2/K per rad/s]
    forward, backward : (n,)
        Fractions of what arrives that pass, from the first side and from the second.
    """

    omega: Array
    weight: Array
    density: Array
    forward: Array
    backward: Array

    @property
    def total(self) -> float:
        """The conductance [W/m2/K]."""
        return float(self.weight @ self.density)


@dataclass(frozen=True)
class ByBranch:
    """Conductance by the branches between which phonons pass.

    Attributes
    ----------
    first, second : tuple of str
        Branches of the sides.
    values : (n_first, n_second) [W/m2/K]
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    values: Array

    @property
    def total(self) -> float:
        """The conductance [W/m2/K]."""
        return float(self.values.sum())
