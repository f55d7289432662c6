"""Models of interfaces between materials, as a user names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bte.conditions.kapitza import check_convention
from bte.conditions.law import Fractions, Law, law_of
from bte.conditions.pair import make_pair
from bte.conditions.rough import Rough, Specularity
from bte.conditions.values import finite
from bte.errors import BteError
from bte.materials import Material

if TYPE_CHECKING:
    from bte.conditions.pressed import PressedConductance

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
        try:
            rough = Rough(self.specularity, self.rms, self.formula)
        except BteError as error:
            raise BteError(str(error).replace("Rough", "Mixed")) from None
        object.__setattr__(self, "rough", rough)


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
        return f"Transmission({self.label}{', directional' if self.directional else ''})"

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
        Nominal pressure and the hardness of the softer body, as it resists the asperities [Pa].
    slope : float
        Mean absolute slope of the asperities, both surfaces combined.
    rms : float
        Root mean square height of both surfaces combined [m].
    gap : float
        Thermal conductivity of what fills the gap [W/m/K]; 0 for a vacuum.
    gas_parameter : float
        M of the conductance ``gap/(Y + M)`` of a rarefied gas [m]; Y is the width of the gap.
    intrinsic : model
        Of the interface at the spots.

    References
    ----------
    Spots: M. G. Cooper, B. B. Mikic, M. M. Yovanovich, Int. J. Heat Mass Transfer 12, 279 (1969),
    doi:10.1016/0017-9310(69)90011-8. Gap: M. M. Yovanovich, IEEE Trans. Compon. Packag. Technol.
    28, 182 (2005), doi:10.1109/TCAPT.2005.848483
    """

    pressure: float
    hardness: float
    slope: float
    rms: float
    gap: float = 0.0
    gas_parameter: float = 0.0
    intrinsic: DMM | AMM | Mixed | Transmission | Radiation | Resistance = DMM()

    def __post_init__(self) -> None:
        units = {"pressure": "Pa", "hardness": "Pa", "slope": "1", "rms": "m"}
        for what, unit in units.items():
            finite(f"{what} of PressedContact", getattr(self, what), unit, positive=True)
        for what, unit in (("gap", "W/m/K"), ("gas_parameter", "m")):
            if finite(f"{what} of PressedContact", getattr(self, what), unit) < 0.0:
                raise BteError(
                    f"{what} of PressedContact must be >= 0 [{unit}], not {getattr(self, what)!r}"
                )
        if not 2.0 * self.pressure < self.hardness:
            raise BteError(
                f"pressure of PressedContact is {self.pressure:g} Pa, but must be less than half "
                f"the hardness, {self.hardness:g} Pa: beyond it is no contact at spots"
            )
        if not isinstance(self.intrinsic, INTIMATE):
            raise BteError(
                "intrinsic of PressedContact must be the model of the interface at the spots, such "
                f"as DMM(), not {self.intrinsic!r}"
            )

    @property
    def name(self) -> str:
        """The model in short, for reports."""
        return f"PressedContact({self.pressure:g} Pa)"

    def conductance(
        self, first: Material, second: Material, temperature: float = 300.0, bands: int = 20
    ) -> PressedConductance:
        """Return what spots, intrinsic interface and gap conduct between two materials.

        Parameters
        ----------
        first, second : Material
        temperature : float
            [K]
        bands : int
            Least number of frequency bands.
        """
        from bte.conditions.interface import transmission_table
        from bte.conditions.pressed import pressed_conductance

        pair = make_pair(first, second, temperature, bands)
        return pressed_conductance(self, pair, transmission_table(self.intrinsic, pair))


#: Interfaces of bodies that touch everywhere.
INTIMATE: tuple[type, ...] = (DMM, AMM, Mixed, Transmission, Radiation, Resistance)

InterfaceModel = DMM | AMM | Mixed | Transmission | Radiation | Resistance | PressedContact
INTERFACES: tuple[type, ...] = (*INTIMATE, PressedContact)
