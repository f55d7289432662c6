"""Boundary conditions: what a wall emits for what arrives at it.

With ``J_g`` the hemispherical flux of group g that arrives and ``H_g`` the flux a wall one kelvin
warmer emits (``C v / 4`` for an isotropic gas), a wall emits ``theta_in`` kelvin above the
reference.
"""

from __future__ import annotations

from dataclasses import dataclass

from bte.conditions.rough import Rough
from bte.conditions.values import Profile, check_profile, finite
from bte.errors import BteError


@dataclass(frozen=True)
class Isothermal:
    """A black wall at a fixed temperature: ``theta_in = T_b``.

    Parameters
    ----------
    temperature : float or callable
        Wall temperature [K], or a function of points ``(n, dim) -> (n,)`` that gives it.
    """

    temperature: Profile

    def __post_init__(self) -> None:
        check_profile("temperature of an Isothermal wall", self.temperature, "K", positive=True)


@dataclass(frozen=True)
class Contact:
    """A reservoir at a fixed temperature behind a resistance; exactly one option says which.

    Parameters
    ----------
    temperature : float or callable
        Temperature of the reservoir [K], or a function of points that gives it.
    transmission : float, optional
        Fraction t in (0, 1] of the phonons that passes, elastically, band by band:
        ``theta_in = t T + (1 - t) J_b / H_b``.
    conductance : float, optional
        h [W/m2/K] between the reservoir and a thermalising wall at
        ``T_w = (J + h T)/(H + h)``, all bands together.
    resistance : float, optional
        1/h [K m2/W].

    Raises
    ------
    BteError
        Unless exactly one option is given and in its range.
    """

    temperature: Profile
    transmission: float | None = None
    conductance: float | None = None
    resistance: float | None = None

    def __post_init__(self) -> None:
        check_profile("temperature of a Contact", self.temperature, "K", positive=True)
        options = {
            "transmission": (self.transmission, "1"),
            "conductance": (self.conductance, "W/m2/K"),
            "resistance": (self.resistance, "K m2/W"),
        }
        given = [name for name, (value, _) in options.items() if value is not None]
        if len(given) != 1:
            found = f"{', '.join(given)}" if given else "none"
            raise BteError(
                "a Contact takes exactly one of transmission=, conductance= [W/m2/K] and "
                f"resistance= [K m2/W], found {found}"
            )
        value, unit = options[given[0]]
        number = finite(f"{given[0]} of a Contact", value, unit, positive=True)  # type: ignore[arg-type]
        if given[0] == "transmission" and number > 1.0:
            raise BteError(f"transmission of a Contact must lie in (0, 1], not {number!r}")

    @property
    def external(self) -> float | None:
        """Conductance behind a thermalising wall [W/m2/K]; None for an elastic contact."""
        if self.resistance is not None:
            return 1.0 / self.resistance
        return self.conductance


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
    flux : float or callable
        Heat flux into the domain [W/m2], or a function of points ``(n, dim) -> (n,)`` that gives
        it; positive heats the domain.
    """

    flux: Profile

    def __post_init__(self) -> None:
        check_profile("flux of a HeatFlux wall", self.flux, "W/m2")


@dataclass(frozen=True)
class Specular:
    """A mirror or symmetry plane: ``theta_in(Omega) = theta_out(Omega - 2 (Omega.n) n)``."""


@dataclass(frozen=True)
class Periodic:
    """A boundary that is joined to another: what leaves here enters there, and the other way.

    The two carry the same mesh, moved by one vector. The partner needs no condition of its own.

    Parameters
    ----------
    partner : str
        Name of the other boundary.
    temperature_difference : float
        Temperature here minus that at the partner [K]: an imposed mean gradient.
    """

    partner: str
    temperature_difference: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.partner, str) or not self.partner:
            raise BteError(
                f"partner of Periodic must be the name of a boundary, not {self.partner!r}"
            )
        finite("temperature_difference of Periodic", self.temperature_difference, "K")


Boundary = Isothermal | Contact | Diffuse | HeatFlux | Specular | Rough | Periodic
BOUNDARIES: tuple[type, ...] = (
    Isothermal,
    Contact,
    Diffuse,
    HeatFlux,
    Specular,
    Rough,
    Periodic,
)
