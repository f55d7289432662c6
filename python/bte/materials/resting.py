"""Heat capacity of states without velocity: constant, or that of one frequency (Einstein)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ..errors import MaterialError
from ..units import HBAR, K_B
from .dispersion import Branch
from .equilibrium import mode_heat_capacity

_X = (1e-6, 200.0)  # bounds of x = hbar omega/(k_B T)


@dataclass(frozen=True)
class Resting:
    """States without velocity: N k_B (x/2)^2/sinh^2(x/2) with x = hbar omega/(k_B T).

    Attributes
    ----------
    heat_capacity : float
        At the reference temperature [J/m3/K]; it fixes N.
    reference_temperature : float
        [K]
    frequency : float or None
        omega [rad/s]; None: the heat capacity is the same at all temperatures.
    """

    heat_capacity: float
    reference_temperature: float = 300.0
    frequency: float | None = None

    @property
    def constant(self) -> bool:
        """Whether there is heat that does not freeze out."""
        return self.heat_capacity > 0.0 and self.frequency is None

    @property
    def states(self) -> float | None:
        """N, the states per volume [1/m3], None for a constant."""
        if self.frequency is None:
            return None
        one = mode_heat_capacity(np.array(self.frequency), self.reference_temperature)
        return self.heat_capacity / float(one)

    def at(self, temperature: float) -> float:
        """Return the heat capacity [J/m3/K] at a temperature [K]."""
        if self.frequency is None:
            return self.heat_capacity
        one = mode_heat_capacity(np.array(self.frequency), temperature)
        known = mode_heat_capacity(np.array(self.frequency), self.reference_temperature)
        return self.heat_capacity * float(one / known)


def states_left(atom_density: float, branches: Sequence[Branch]) -> float:
    """Return 3 n less the states of the branches, sum g k_max^3/(6 pi^2) [1/m3].

    Parameters
    ----------
    atom_density : float
        n [1/m3].
    branches : list of Branch
    """
    held = sum(branch.degeneracy * branch.k_max**3 for branch in branches) / (6.0 * math.pi**2)
    return 3.0 * atom_density - held


def einstein_frequency(heat_capacity: float, states: float, temperature: float) -> float | None:
    """Return the omega [rad/s] at which a number of states holds a heat capacity.

    Parameters
    ----------
    heat_capacity : float
        Of all of them, at the temperature [J/m3/K].
    states : float
        [1/m3]
    temperature : float
        [K]

    Returns
    -------
    float or None
        None where there is no such frequency: no heat, no states, or more heat than states k_B.
    """
    if not 0.0 < heat_capacity < states * K_B:
        return None
    share = heat_capacity / states
    scale = K_B * temperature / HBAR

    def off(x: float) -> float:
        return float(mode_heat_capacity(np.array(scale * x), temperature)) - share

    if not off(_X[0]) > 0.0 > off(_X[1]):
        return None
    return scale * float(brentq(off, *_X, xtol=1e-12))


def require_frequency(name: str, frequency: object) -> None:
    """Raise unless the frequency is absent, or a number > 0."""
    if frequency is None:
        return
    number = isinstance(frequency, int | float | np.number) and not isinstance(frequency, bool)
    if not (number and math.isfinite(frequency) and frequency > 0.0):  # type: ignore[arg-type, operator]
        raise MaterialError(
            f"material '{name}' has optical_frequency = {frequency!r}; give an angular frequency "
            "> 0 in rad/s, or leave it out for a heat capacity that is the same at all temperatures"
        )
