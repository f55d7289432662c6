"""Boundary conditions: what a wall emits for what arrives at it.

With ``J_g`` the hemispherical flux of group g that arrives and ``H_g`` the flux a wall one kelvin
warmer emits (``C v / 4`` for an isotropic gas), a wall emits ``theta_in`` kelvin above the
reference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bte.errors import BteError


def finite(what: str, value: float, unit: str, *, positive: bool = False) -> float:
    """Return ``value`` as a float, or raise the sentence that says what is wrong with it."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError):
        raise BteError(f"{what} must be a number in {unit}, not {value!r}") from None
    if not math.isfinite(number) or (positive and number <= 0):
        kind = "positive and finite" if positive else "finite"
        raise BteError(f"{what} must be {kind} [{unit}], not {number!r}")
    return number


@dataclass(frozen=True)
class Isothermal:
    """A black wall at a fixed temperature: ``theta_in = T_b``.

    Parameters
    ----------
    temperature : float
        Wall temperature [K].
    """

    temperature: float

    def __post_init__(self) -> None:
        finite("temperature of an Isothermal wall", self.temperature, "K", positive=True)


@dataclass(frozen=True)
class Diffuse:
    """An adiabatic wall that scatters diffusely.

    Elastic by default: every frequency band is re-emitted on its own, its branches pooled,
    ``theta_in,b = J_b / H_b``. With ``mix=True`` the wall thermalises without taking heat:
    ``theta_in = sum J / sum H``.

    Parameters
    ----------
    mix : bool
        Whether the bands mix at the wall.
    """

    mix: bool = False


@dataclass(frozen=True)
class HeatFlux:
    """A thermalising wall through which a given heat flux enters: ``theta_in = (J + q)/H``.

    Parameters
    ----------
    flux : float
        Heat flux into the domain [W/m2]; positive heats the domain.
    """

    flux: float

    def __post_init__(self) -> None:
        finite("flux of a HeatFlux wall", self.flux, "W/m2")


@dataclass(frozen=True)
class Specular:
    """A mirror or symmetry plane: ``theta_in(Omega) = theta_out(Omega - 2 (Omega.n) n)``.

    The plane must be a symmetry plane of the ordinates: normal to an axis (or, in 2D, at 45
    degrees to the axes).
    """


Boundary = Isothermal | Diffuse | HeatFlux | Specular
BOUNDARIES: tuple[type, ...] = (Isothermal, Diffuse, HeatFlux, Specular)
