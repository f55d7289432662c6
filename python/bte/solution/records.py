"""Results by name: boundaries, interfaces, regions, and the energy ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteError

Array = NDArray[np.float64]

_ROUNDING = 1e-12  # fraction of the temperature below which a jump is rounding


@dataclass(frozen=True, eq=False)
class BoundaryResult:
    """What one boundary did.

    Attributes
    ----------
    kind : str
        Name of the condition, such as ``"Isothermal"``.
    area : float
        Area [m2; m in 2D; 1 in 1D].
    power : float
        Heat into the domain [W; W/m in 2D; W/m2 in 1D].
    power_by_band : (n_band,)
        The same, band by band.
    temperature : float
        Area mean of the temperature of what the wall emits [K], of the reservoir behind a Contact;
        NaN where it emits nothing of its own: mirrors, rough and periodic boundaries.
    partner : str
        Of a periodic boundary.
    temperature_difference : float
        Temperature here minus that at the periodic partner [K].
    """

    kind: str
    area: float
    power: float
    power_by_band: Array
    temperature: float
    partner: str = ""
    temperature_difference: float = 0.0


class Jump(float):
    """A temperature jump [K]: the one of the energy temperature, and a call gives the other kinds.

    ``jump`` is a number; ``jump(kind="emitted")`` is the jump between the temperatures of the
    phonons that arrive from each side.
    """

    _emitted: float

    def __new__(cls, energy: float, emitted: float) -> Jump:
        """Make the number from the energy jump and keep the emitted one beside it."""
        jump = super().__new__(cls, energy)
        jump._emitted = emitted
        return jump

    def __getnewargs__(self) -> tuple[float, float]:  # type: ignore[override]
        return float(self), self._emitted

    def __call__(self, kind: str = "energy") -> float:
        """Return the jump by ``kind``: ``"energy"`` or ``"emitted"``."""
        if kind == "energy":
            return float(self)
        if kind == "emitted":
            return self._emitted
        if kind == "extrapolated":
            raise BteError(
                "temperature jump of kind 'extrapolated' is not available yet: it comes with the "
                "interface work; use kind='energy' or kind='emitted'"
            )
        raise BteError(
            f"temperature jump of kind '{kind}' does not exist; use 'energy' or 'emitted'"
        )


@dataclass(frozen=True, eq=False)
class InterfaceResult:
    """What passed through the contact of two regions.

    Attributes
    ----------
    first, second : str
        The regions; signs go from the first to the second.
    area : float
        Area [m2; m in 2D; 1 in 1D].
    heat_flux : float
        Area mean of the heat flux from the first to the second [W/m2].
    heat_flux_by_band : (n_band,)
        The same, band by band.
    energy : tuple of float
        Area mean of the energy temperature on both sides [K].
    emitted : tuple of float
        Temperature of the phonons that arrive from each side [K].
    kind : str
        Name of the interface model, such as ``"DMM"``.
    """

    first: str
    second: str
    area: float
    heat_flux: float
    heat_flux_by_band: Array
    energy: tuple[float, float]
    emitted: tuple[float, float]
    kind: str

    @property
    def kapitza(self) -> bool:
        """Whether the bodies touch everywhere; else its resistance is no Kapitza resistance."""
        return not self.kind.startswith("PressedContact")

    @property
    def temperature_jump(self) -> Jump:
        """T_first − T_second [K]; call it with ``kind="emitted"`` for the arriving phonons'."""
        return Jump(self.energy[0] - self.energy[1], self.emitted[0] - self.emitted[1])

    @property
    def power(self) -> float:
        """Heat from the first to the second region [W; W/m in 2D; W/m2 in 1D]."""
        return self.heat_flux * self.area

    @property
    def conductance(self) -> float:
        """Mean flux over mean jump of the energy temperature [W/m2/K]; NaN without a jump.

        The plain ratio of two area means: near a hot spot, or along a fin, flux and jump vary over
        the contact and their means may even have opposite signs. `conducts` says whether the ratio
        is a conductance; tables and files leave it out where it is not.
        """
        jump = float(self.temperature_jump)
        return self.heat_flux / jump if jump != 0.0 else float("nan")

    @property
    def conducts(self) -> bool:
        """Whether the mean flux goes down the mean jump, and the jump is more than rounding."""
        jump = float(self.temperature_jump)
        rounding = _ROUNDING * max(map(abs, self.energy))
        return abs(jump) > rounding and self.heat_flux * jump > 0.0

    def reversed(self) -> InterfaceResult:
        """Return the same contact seen from the other side."""
        return replace(
            self,
            first=self.second,
            second=self.first,
            heat_flux=-self.heat_flux,
            heat_flux_by_band=-self.heat_flux_by_band,
            energy=self.energy[::-1],
            emitted=self.emitted[::-1],
        )


@dataclass(frozen=True)
class RegionResult:
    """Energy temperatures of one region [K], its volume, and the heat its sources give.

    Attributes
    ----------
    min, mean, max : float
        Lowest, volume mean and highest energy temperature [K].
    volume : float
        Volume [m3; m2 in 2D; m in 1D].
    power : float
        Heat of the sources in it [W; W/m in 2D; W/m2 in 1D].
    """

    min: float
    mean: float
    max: float
    volume: float
    power: float


@dataclass(frozen=True)
class Ledger:
    """The energy ledger of a solve, all in W (W/m in 2D, W/m2 in 1D).

    Attributes
    ----------
    power_in, power_out : float
        Sums over the boundaries that heat and that cool, both ≥ 0.
    source : float
        Power of the volumetric sources.
    residual : float
        Net power: what came in and did not leave; 0 in an exact steady state.
    gross : float
        Σ over outer faces |power| + ∫|Q|: a wall may heat here and cool there.
    """

    power_in: float
    power_out: float
    source: float
    residual: float
    gross: float

    @property
    def relative(self) -> float:
        """|residual| over gross power; 0 where nothing flows."""
        return abs(self.residual) / self.gross if self.gross > 0.0 else 0.0
