"""The contact of two regions: what passes, and the temperature beside it by three definitions.

A temperature at an interface is a matter of definition:

- ``"energy"``: of the phonons there, those that arrive and those that leave;
- ``"emitted"``: of those that arrive from the side, J/H;
- ``"extrapolated"``: of the profile away from the interface, continued to it, which is what
  molecular dynamics and thermoreflectance call the temperature of a side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from bte.errors import BteError, quoted
from bte.solution.records import Array

_ROUNDING = 1e-12  # fraction of the temperature below which a jump is rounding
_NAN = float("nan")
UNKNOWN = (_NAN, _NAN)

_Ratio = Callable[[float], float]

#: Whose temperatures a jump, a resistance and a conductance may refer to.
KINDS = ("energy", "emitted", "extrapolated")


class ByKind(float):
    """A number of an interface: the one of the energy temperatures; a call gives the other kinds.

    ``jump`` is a number; ``jump(kind="emitted")`` is that of the phonons that arrive, and
    ``jump(kind="extrapolated")`` that of the profiles continued to the interface, NaN where there
    is none.
    """

    _values: tuple[float, float, float]

    def __new__(cls, energy: float, emitted: float, extrapolated: float = _NAN) -> ByKind:
        """Make the number from the value by energy and keep the others beside it."""
        number = super().__new__(cls, energy)
        number._values = (float(energy), emitted, extrapolated)
        return number

    def __getnewargs__(self) -> tuple[float, float, float]:  # type: ignore[override]
        return self._values

    def __call__(self, kind: str = "energy") -> float:
        """Return the number by ``kind``: ``"energy"``, ``"emitted"`` or ``"extrapolated"``."""
        return self._values[_index(kind)]

    def by_kind(self) -> dict[str, float]:
        """Return the three numbers by kind."""
        return dict(zip(KINDS, self._values, strict=True))


def _index(kind: str) -> int:
    if kind not in KINDS:
        raise BteError(f"kind '{kind}' of temperature does not exist; use one of {quoted(KINDS)}")
    return KINDS.index(kind)


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
    extrapolated : tuple of float
        Temperature profile of each side, continued to the interface [K]; NaN where there is none.
    remark : str
        Why there is none.
    mean_free_path : tuple of float
        Effective path 3κ/ΣCv of each side [m]: profiles are read some paths from the interface.
    emitted_conductance, local_conductance, slip_conductance : float
        What the transmission table says, by the three conventions of
        `bte.conditions.kapitza.interface_conductance` [W/m2/K]; infinite for a perfect contact.
    """

    first: str
    second: str
    area: float
    heat_flux: float
    heat_flux_by_band: Array
    energy: tuple[float, float]
    emitted: tuple[float, float]
    kind: str
    extrapolated: tuple[float, float] = UNKNOWN
    remark: str = "not stored in this file"
    mean_free_path: tuple[float, float] = UNKNOWN
    emitted_conductance: float = _NAN
    local_conductance: float = _NAN
    slip_conductance: float = _NAN

    @property
    def kapitza(self) -> bool:
        """Whether the bodies touch everywhere; else its resistance is no Kapitza resistance."""
        return not self.kind.startswith("PressedContact")

    @property
    def title(self) -> str:
        """The regions, and whether they are merely pressed together."""
        return f"{self.first} | {self.second}" + ("" if self.kapitza else " (pressed contact)")

    @property
    def temperature_jump(self) -> ByKind:
        """T_first − T_second [K]; call it with ``kind=`` for another temperature."""
        return ByKind(*(a - b for a, b in (self.energy, self.emitted, self.extrapolated)))

    @property
    def power(self) -> float:
        """Heat from the first to the second region [W; W/m in 2D; W/m2 in 1D]."""
        return self.heat_flux * self.area

    @property
    def resistance(self) -> ByKind:
        """Mean jump over mean flux [m2 K/W], call it with ``kind=``; NaN without a flux.

        It is signed: behind an interface that scatters more than it reflects, what has just
        passed makes the far side the warmer one, and by energy temperatures the resistance is
        negative. That of the emitted temperatures is not.
        """
        return self._each(lambda jump: jump / self.heat_flux if self.heat_flux else _NAN)

    @property
    def conductance(self) -> ByKind:
        """Mean flux over mean jump [W/m2/K], call it with ``kind=``; NaN without a jump.

        The plain ratio of two area means: near a hot spot, or along a fin, flux and jump vary over
        the contact and their means may even have opposite signs. `conducts` says whether the ratio
        is a conductance; tables and files leave it out where it is not.
        """
        return self._each(lambda jump: self.heat_flux / jump if jump else _NAN)

    def _each(self, ratio: _Ratio) -> ByKind:
        return ByKind(*map(ratio, self.temperature_jump.by_kind().values()))

    @property
    def conducts(self) -> bool:
        """Whether the mean flux goes down the mean jump, and the jump is more than rounding."""
        return self.conducts_by("energy")

    def conducts_by(self, kind: str) -> bool:
        """Return the same for a jump of ``kind``; False where there is none."""
        jump = self.temperature_jump(kind)
        rounding = _ROUNDING * max(map(abs, self.energy))
        return math.isfinite(jump) and abs(jump) > rounding and self.heat_flux * jump > 0.0

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
            extrapolated=self.extrapolated[::-1],
            mean_free_path=self.mean_free_path[::-1],
        )
