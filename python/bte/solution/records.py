"""Results by name: boundaries, regions, and the energy ledger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
