"""Low temperatures: where k = omega/c the conductance follows T^3."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from bte.conditions.kapitza import check_convention
from bte.conditions.models import AMM, DMM, Mixed, Radiation, Transmission
from bte.errors import BteError
from bte.junction.exchange import snapshot
from bte.junction.spectra import made_of
from bte.junction.text import model_name
from bte.materials import Branch, Material
from bte.materials.phonons import DispersionModel
from bte.units import HBAR, K_B

if TYPE_CHECKING:
    from bte.junction.properties import InterfaceProperties

Array = NDArray[np.float64]

CUBE = math.pi**2 * K_B**4 / (30.0 * HBAR**3)
"""``int c(omega, T) omega^2 d omega / (8 pi^2 T^3)`` [W s2/m4/K4 m2]."""

_FAST = 1e-4  # of the lowest cut-off: a frequency of long waves


@dataclass(frozen=True, eq=False)
class LowTemperature:
    """The law ``G = a T^3``, the limit of G(T) for T to 0.

    ``a = pi^2 k_B^4/(30 hbar^3) X/k^2``, with X/k^2 the exchange of long waves over omega^2: the
    sum of ``alpha/c^2`` of the first side for transmissions alpha.

    Attributes
    ----------
    properties : InterfaceProperties
    prefactor, local_prefactor : float
        a of emitted and of local-equilibrium temperatures [W/m2/K4].
    speeds : (first, second)
        Slopes of the branches at k = 0 [m/s].
    """

    properties: InterfaceProperties
    prefactor: float
    local_prefactor: float
    speeds: tuple[dict[str, float], dict[str, float]]

    def conductance(self, temperature: ArrayLike, convention: str = "emitted") -> float | Array:
        """Return ``a T^3`` [W/m2/K]."""
        check_convention(convention)
        if convention == "slip":
            raise BteError(
                "convention is 'slip'; the law of low temperatures has 'emitted', 'local'"
            )
        a = self.prefactor if convention == "emitted" else self.local_prefactor
        found = a * np.asarray(temperature, dtype=np.float64) ** 3
        return float(found) if found.ndim == 0 else found

    def deviation(self, temperature: ArrayLike, convention: str = "emitted") -> float | Array:
        """Return ``G/(a T^3) - 1``, from the dispersion and the cut-offs."""
        exact = np.asarray(self.properties.conductance(temperature, convention))
        found = exact / np.asarray(self.conductance(temperature, convention)) - 1.0
        return float(found) if found.ndim == 0 else found

    def holds_below(self, tolerance: float = 1e-3) -> float:
        """Return the temperature [K] at which G deviates from the law by the tolerance."""
        if not 0.0 < tolerance < 1.0:
            raise BteError(f"tolerance is {tolerance!r}; it must lie between 0 and 1")
        grid = np.logspace(-2.0, 3.0, 51)
        off = np.abs(np.asarray(self.deviation(grid))) > tolerance
        if not off.any():
            return math.inf
        last = int(np.argmax(off))
        if last == 0:
            return float(grid[0])
        ends = np.log(grid[last - 1 : last + 1])

        def excess(log_t: float) -> float:
            return float(np.abs(self.deviation(math.exp(log_t)))) - tolerance

        return math.exp(float(brentq(excess, *ends)))

    def __str__(self) -> str:
        return (
            f"G/T^3 -> {self.prefactor:.6g} W/m2/K4 (emitted), {self.local_prefactor:.6g} (local); "
            f"within 0.1 % below {self.holds_below():.3g} K"
        )


def low_temperature(properties: InterfaceProperties) -> LowTemperature:
    """Return the law of low temperatures.

    Raises
    ------
    BteError
        Where a side has no branch with omega = c k at k = 0, or the model has no such limit.
    """
    model, sides = properties.model, properties.sides
    if not isinstance(model, DMM | AMM | Mixed | Radiation | Transmission) or getattr(
        model, "inelastic", False
    ):
        raise BteError(
            f"{model_name(model)} has no law of low temperatures: what passes at a frequency "
            "depends on T; ask for the conductance at low T instead"
        )
    speeds = [_speeds(material) for material in sides.materials]
    slowness = [np.array([v**-2 if v else 0.0 for v in own.values()]) for own in speeds]
    count = [
        np.array([branch.degeneracy for branch in _branches(material)])
        for material in sides.materials
    ]
    # One frequency stands for all long waves: X/omega^2 is a constant there.
    lowest = min(w for m in sides.materials for w in m.cutoffs() if w > 0.0)
    omega, one = np.array([_FAST**2 * lowest]), np.ones(1)
    flux = tuple(
        (g * c)[:, None] * omega**2 / (2.0 * np.pi**2) for g, c in zip(count, slowness, strict=True)
    )
    parts = snapshot(model, sides.pair(omega, one, (flux[0], flux[1]), 1.0), omega, one)
    x = float(parts.block.sum() / omega[0] ** 2 * (2.0 * np.pi**2))
    resisting = float(parts.resisting("local")[0])
    local = CUBE * x / resisting if resisting > 0.0 else math.inf
    return LowTemperature(properties, CUBE * x, local, (speeds[0], speeds[1]))


def _branches(material: Material) -> tuple[Branch, ...]:
    assert isinstance(material.model, DispersionModel)
    return material.model.phonons


def _speeds(material: Material) -> dict[str, float]:
    """Return the speed of sound of each acoustic branch, 0 of others."""
    if not isinstance(material.model, DispersionModel):
        raise BteError(
            f"material '{material.name}' is made of {made_of(material)}, so it has no law of "
            "low temperatures; give a dispersion"
        )
    found = {}
    for branch in material.model.phonons:
        low, high = branch.frequency_range
        acoustic = low == 0.0 and float(branch.omega(np.zeros(1))[0]) == 0.0
        slope = float(branch.speed(np.zeros(1))[0]) if acoustic else 0.0
        if acoustic and slope < 1e-6 * high / branch.k_max:
            raise BteError(
                f"branch '{branch.name}' of material '{material.name}' has no speed of sound at "
                "k = 0, so G does not follow T^3; ask for the conductance at low T instead"
            )
        found[branch.name] = slope
    if not any(found.values()):
        raise BteError(
            f"material '{material.name}' has no acoustic branch, so nothing passes at low T"
        )
    return found
