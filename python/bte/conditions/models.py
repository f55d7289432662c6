"""Models of interfaces between materials, as a user names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte.conditions.kapitza import check_convention
from bte.conditions.law import Fractions, Law, law_of
from bte.conditions.rough import Rough, Specularity
from bte.conditions.values import finite
from bte.errors import BteError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DMM:
    """Diffuse mismatch model: ``t_12 = H_2 / (H_1 + H_2)`` per band.

    Parameters
    ----------
    inelastic : bool
        Whether a phonon may change its frequency: the rule then holds for the totals of all bands.

    References
    ----------
    E. T. Swartz, R. O. Pohl, Rev. Mod. Phys. 61, 605 (1989), doi:10.1103/RevModPhys.61.605
    """

    inelastic: bool = False


@dataclass(frozen=True)
class AMM:
    """Acoustic mismatch model: plane elastic waves at the contact of two isotropic half-spaces.

    Both materials need ``density`` and ``elastic_speeds``; a transverse speed of 0 is a liquid.

    Parameters
    ----------
    scalar : None, "fluid" or "SH"
        None: full theory with conversion between P and SV, and SH. Otherwise every polarisation by
        itself, ``t = 4 Z_1 Z_2 mu_1 mu_2 / (Z_2 mu_1 + Z_1 mu_2)^2`` ("fluid") or
        ``4 Z_1 Z_2 mu_1 mu_2 / (Z_1 mu_1 + Z_2 mu_2)^2`` ("SH"), with ``Z = rho c``.
    """

    scalar: str | None = None

    def __post_init__(self) -> None:
        if self.scalar not in (None, "fluid", "SH"):
            raise BteError(f"scalar of AMM must be None, 'fluid' or 'SH', not {self.scalar!r}")


@dataclass(frozen=True)
class Mixed:
    """AMM for the fraction p that is scattered specularly, DMM for the rest.

    Parameters
    ----------
    specularity : float or callable, optional
        p in [0, 1], or a function ``(mfp [m], cos(theta)) -> p``.
    rms : float, optional
        Instead: root mean square height of the roughness [m], with Ziman's p of `Rough`.
    formula : {"ziman", "ziman paper"}
    scalar : None, "fluid" or "SH"
        As in `AMM`.
    """

    specularity: Specularity | None = None
    rms: float | None = None
    formula: str = "ziman"
    scalar: str | None = None
    rough: Rough = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        AMM(self.scalar)
        object.__setattr__(self, "rough", Rough(self.specularity, self.rms, self.formula))


@dataclass(frozen=True, repr=False)
class Transmission:
    """A fraction of what arrives is transmitted, diffusely unless directions are kept.

    Parameters
    ----------
    transmission : float, callable, tuple, dict, str or Path
        Fraction in [0, 1] transmitted from the first region named to the second; the way back
        follows from detailed balance. A number; a function ``t(omega)`` or
        ``t(omega, cos_theta)`` of arrays, omega in rad/s and theta the angle of incidence; a tuple
        ``(frequencies, values)`` or ``(frequencies, cosines, values)``; a dict with one of these
        for every branch of the first region, ``{"LA": 0.3, "TA": 0.6}``; or the path of a CSV or
        HDF5 table (`bte.conditions.measured`). What depends on frequency needs frequencies on both
        sides.
    of : {"first", "smaller side"}
        With ``"smaller side"`` the fraction is that of the side with fewer states, at each
        frequency (of a number in each band), which is always possible.
    directional : bool
        Whether directions are kept: transmitted straight on, reflected as by a mirror. Otherwise
        what depends on the angle is averaged.
    symmetrize : bool
        Whether a transmission that breaks detailed balance is lowered to the most that can pass,
        where it does; otherwise that is an error.
    """

    transmission: Fractions
    of: str = "first"
    directional: bool = False
    symmetrize: bool = False
    law: Law = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if self.of not in ("first", "smaller side"):
            raise BteError(f"of must be 'first' or 'smaller side', not {self.of!r}")
        for flag in ("directional", "symmetrize"):
            if not isinstance(getattr(self, flag), bool):
                raise BteError(f"{flag} must be True or False, not {getattr(self, flag)!r}")
        object.__setattr__(self, "law", law_of(self.transmission))
        if isinstance(self.transmission, list | tuple | np.ndarray):
            plain = tuple(map(_plain, self.transmission))
            object.__setattr__(self, "transmission", plain)

    @property
    def label(self) -> str:
        """What is transmitted, in short."""
        return self.law.label

    @property
    def name(self) -> str:
        """The model in short, for reports."""
        return f"Transmission({self.label})"

    def __repr__(self) -> str:
        options = [self.label]
        options += [f"of={self.of!r}"] if self.of != "first" else []
        options += [f"{f}=True" for f in ("directional", "symmetrize") if getattr(self, f)]
        return f"Transmission({', '.join(options)})"


def _plain(values: Any) -> Any:
    """Return an array as nested tuples, so that models compare."""
    array = np.asarray(values).tolist()
    return tuple(map(_plain, array)) if isinstance(array, list) else array


@dataclass(frozen=True)
class Radiation:
    """Phonon radiation limit: all that can pass does, ``t_12 H_1 = min(H_1, H_2)`` per band."""


@dataclass(frozen=True)
class Resistance:
    """A known Kapitza resistance: the transmission that has it.

    In every band the same fraction f passes of the most that can, ``t_12 H_1 = f min(H_1, H_2)``.

    Parameters
    ----------
    resistance : float
        [m2 K/W]
    convention : {"local", "emitted", "slip"}
        Whose temperatures it refers to.
    """

    resistance: float
    convention: str = "local"

    def __post_init__(self) -> None:
        finite("resistance", self.resistance, "m2 K/W", positive=True)
        check_convention(self.convention)


@dataclass(frozen=True)
class PressedContact:
    """Two rough bodies pressed together: they touch at spots, with a gap between.

    Not a Kapitza resistance of an intimate contact, and kept apart from it in reports.

    Parameters
    ----------
    pressure, hardness : float
        [Pa]
    slope : float
        Mean absolute slope of the asperities, both surfaces combined.
    rms : float
        Root mean square height of both surfaces combined [m].
    gap : float
        Thermal conductivity of what fills the gap [W/m/K]; 0 for a vacuum.
    """

    pressure: float
    hardness: float
    slope: float
    rms: float
    gap: float = 0.0


InterfaceModel = DMM | AMM | Mixed | Transmission | Radiation | Resistance | PressedContact
INTERFACES: tuple[type, ...] = (
    DMM,
    AMM,
    Mixed,
    Transmission,
    Radiation,
    Resistance,
    PressedContact,
)
