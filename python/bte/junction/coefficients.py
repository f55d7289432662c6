"""Energy coefficients of elastic plane waves at an interface, by the angle of incidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.conditions.acoustics import AcousticContact
from bte.conditions.elastic import CHANNELS
from bte.errors import BteError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Coefficients:
    """Parts of the incident energy that leave in each wave; they sum to 1.

    Attributes
    ----------
    reflected, transmitted : dict
        By polarisation "P", "SV", "SH": float, or (n,) as the angles were given.
    angles : dict
        Directions in which they leave, to the normal [rad], by ``"reflected P"`` and so on; NaN
        where a wave does not propagate.
    """

    reflected: dict[str, float | Array]
    transmitted: dict[str, float | Array]
    angles: dict[str, float | Array]


def energy_coefficients(
    contact: AcousticContact, angle: ArrayLike, incident: str, side: str
) -> Coefficients:
    """Return the coefficients of long waves, whose speeds are the elastic ones.

    Raises
    ------
    BteError
        For an angle outside 0 to 90 degrees, an unknown polarisation or side, or a transverse wave
        in a liquid.
    """
    if incident not in CHANNELS:
        raise BteError(
            f"incident must be one of {', '.join(map(repr, CHANNELS))}, not {incident!r}"
        )
    if side not in ("first", "second"):
        raise BteError(f"side must be 'first' or 'second', not {side!r}")
    theta = np.atleast_1d(np.asarray(angle, dtype=np.float64))
    if not ((theta >= 0.0) & (theta <= 0.5 * np.pi)).all():
        raise BteError(f"angle is {angle!r}; it must lie in [0, pi/2] [rad], to the normal")
    speeds = contact.speeds[:, [0, 1, 1]]
    squares = np.where(speeds > 0.0, 1.0 / np.where(speeds > 0.0, speeds, 1.0) ** 2, 0.0).ravel()
    own = 0 if side == "first" else 1
    column = 3 * own + CHANNELS.index(incident)
    if squares[column] == 0.0:
        raise BteError(f"incident is {incident!r}, but the {side} side is a liquid: give 'P'")
    xi = squares[column] * np.sin(theta) ** 2
    xi = np.minimum(xi, np.nextafter(squares[column], 0.0))  # 90 degrees is grazing, not beyond
    energy = contact.energy(squares, xi)[:, :, column]
    with np.errstate(invalid="ignore", divide="ignore"):
        leaving = np.arcsin(np.sqrt(np.where(xi[:, None] < squares, xi[:, None] / squares, np.nan)))
    scalar = np.ndim(angle) == 0

    def by_name(values: Array, of: int) -> dict[str, float | Array]:
        return {
            name: float(values[0, 3 * of + i]) if scalar else values[:, 3 * of + i]
            for i, name in enumerate(CHANNELS)
        }

    angles = {
        f"{how} {name}": value
        for how, of in (("reflected", own), ("transmitted", 1 - own))
        for name, value in by_name(leaving, of).items()
    }
    return Coefficients(by_name(energy, own), by_name(energy, 1 - own), angles)
