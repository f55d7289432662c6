"""Pressed contacts: spots, the interface at the spots, and the gap.

Gaussian surfaces that yield plastically (Cooper, Mikic, Yovanovich), with y the distance of the
mean planes over their combined rms height sigma, m the combined mean slope and P/H the relative
pressure:

    real area        A_r/A = P/H = erfc(y/sqrt 2)/2
    spots per area   n = (m/sigma)^2 exp(-y^2) / (16 erfc(y/sqrt 2))
    mean radius      a = sqrt(8/pi) (sigma/m) exp(y^2/2) erfc(y/sqrt 2)
    spots            h_s = 1.25 k_s (m/sigma) (P/H)^0.95,    k_s = 2 k_1 k_2/(k_1 + k_2)
    gap              h_g = k_g/(Y + M),    Y = y sigma

The heat of the spots crosses the interface there, (A_r/A) h_i in series with h_s; the gap is in
parallel.
"""

from __future__ import annotations

import logging
import math
import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import erfc, erfcinv

from bte.conditions.kapitza import interface_conductance
from bte.conditions.models import PressedContact
from bte.conditions.pair import Pair
from bte.conditions.resistance import table_of_resistance
from bte.conditions.table import TransmissionTable
from bte.errors import BteError, BteWarning

log = logging.getLogger("bte")

#: Relative pressures for which the power law was fitted.
RELATIVE_PRESSURES = (1e-6, 2.3e-2)


@dataclass(frozen=True)
class PressedConductance:
    """What conducts in a pressed contact [W/m2/K of nominal area].

    Attributes
    ----------
    spots : float
        Constriction of heat to the spots, in both bodies.
    intrinsic : float
        The interface at the spots, times their share of the area.
    gap : float
        What fills the gap, in parallel.
    area_fraction : float
        Real over nominal area.
    spot_radius, gap_width : float
        [m]
    spot_density : float
        Spots per nominal area [1/m2].
    """

    spots: float
    intrinsic: float
    gap: float
    area_fraction: float
    spot_radius: float
    gap_width: float
    spot_density: float

    @property
    def total(self) -> float:
        """Spots and their interface in series, the gap in parallel [W/m2/K]."""
        touching = 1.0 / (1.0 / self.spots + 1.0 / self.intrinsic) if self.intrinsic else 0.0
        return touching + self.gap

    def __str__(self) -> str:
        rows = {
            "spots": self.spots,
            "interface at the spots": self.intrinsic,
            "gap": self.gap,
            "total": self.total,
        }
        lines = [f"{name:24s}{value:12.4g} W/m2K" for name, value in rows.items()]
        lines.append(
            f"real area {self.area_fraction:.3g} of the nominal, spots of radius "
            f"{self.spot_radius:.3g} m, gap of {self.gap_width:.3g} m"
        )
        return "\n".join(lines)


def pressed_conductance(
    model: PressedContact, pair: Pair, intrinsic: TransmissionTable
) -> PressedConductance:
    """Return what spots, intrinsic interface and gap of a pressed contact conduct.

    Parameters
    ----------
    model : PressedContact
    pair : Pair
        Both sides.
    intrinsic : TransmissionTable
        Of the interface at the spots.
    """
    pressure = model.pressure / model.hardness
    y = math.sqrt(2.0) * float(erfcinv(2.0 * pressure))
    ratio, tail = model.slope / model.rms, float(erfc(y / math.sqrt(2.0)))
    k = pair.conductivity
    between = interface_conductance(intrinsic)
    return PressedConductance(
        spots=1.25 * 2.0 * float(k[0] * k[1] / k.sum()) * ratio * pressure**0.95,
        intrinsic=pressure * between,
        gap=model.gap / (y * model.rms + model.gas_parameter),
        area_fraction=pressure,
        spot_radius=math.sqrt(8.0 / math.pi) / ratio * math.exp(0.5 * y**2) * tail,
        gap_width=y * model.rms,
        spot_density=ratio**2 * math.exp(-(y**2)) / (16.0 * tail),
    )


def pressed_table(
    model: PressedContact, pair: Pair, intrinsic: TransmissionTable
) -> TransmissionTable:
    """Return the table that has the conductance of a pressed contact; warn where theory ends.

    Raises
    ------
    BteError
        Where nothing conducts.
    """
    found = pressed_conductance(model, pair, intrinsic)
    if found.total == 0.0:
        raise BteError(
            f"{model.name} between '{pair.names[0]}' and '{pair.names[1]}' conducts nothing: its "
            "intrinsic interface lets nothing pass, and its gap is empty; change either"
        )
    _warn(model, pair, found)
    log.info(
        "pressed contact '%s' / '%s': spots %.4g, the interface there %.4g, gap %.4g, in all "
        "%.4g W/m2K",
        *pair.names,
        found.spots,
        found.intrinsic,
        found.gap,
        found.total,
    )
    return table_of_resistance(pair, 1.0 / found.total, "local", model.name, kapitza=False)


def _warn(model: PressedContact, pair: Pair, found: PressedConductance) -> None:
    where = f"pressed contact '{pair.names[0]}' / '{pair.names[1]}'"
    low, high = RELATIVE_PRESSURES
    if not low <= found.area_fraction <= high:
        warnings.warn(
            f"{where} has a pressure over hardness of {found.area_fraction:.3g}; the formula was "
            f"fitted from {low:g} to {high:g}",
            BteWarning,
            stacklevel=2,
        )
    path = 3.0 * pair.conductivity / pair.flux.sum(axis=1)
    longest = int(np.argmax(path))
    if found.spot_radius < path[longest]:
        warnings.warn(
            f"{where} has spots of {found.spot_radius:.3g} m radius, but the mean free path in "
            f"'{pair.names[longest]}' is {path[longest]:.3g} m: heat reaches the spots "
            "ballistically, so the constriction resists more than the formula says",
            BteWarning,
            stacklevel=2,
        )
