"""The methods of a material that answer questions about its heat carriers."""

from __future__ import annotations

from . import properties
from .cautions import cautions
from .checks import checked
from .describe import describe
from .equilibrium import Array
from .properties import Accumulation, Spectral, StateDensity


class Answers:
    """Mixed into :class:`Material`; the functions are in `properties`."""

    def accumulation(
        self: Spectral, temperature: float = 300.0, kind: str = "path"
    ) -> Accumulation:
        """Return the accumulation of the conductivity over mean free ``"path"`` or ``"frequency"``.

        ``accumulation(300).below(100e-9)`` is the share of the heat that carriers with paths below
        100 nm conduct, ``.reaching(0.5)`` the path below which half of it is conducted.
        """
        return properties.accumulation(self, checked(temperature), kind)

    def median_path(self: Spectral, temperature: float = 300.0) -> float:
        """Return the mean free path [m] below which half of the heat is conducted.

        The mean over the heat diverges where the rates fall as omega^2; the median does not.
        """
        return properties.accumulation(self, checked(temperature)).reaching(0.5)

    def gray_path(self: Spectral, temperature: float = 300.0) -> float:
        """Return 3 kappa/sum C v [m]: the one path that conducts as well with the same flux."""
        return properties.gray_path(self, checked(temperature))

    def speed_of_sound(self: Spectral) -> float:
        """Return the Debye mean of the speeds of sound [m/s]."""
        return properties.speed_of_sound(self)

    def sound_speeds(self: Spectral) -> dict[str, float]:
        """Return the slope of each acoustic branch at k = 0 [m/s]."""
        return properties.sound_speeds(self)

    def debye_temperature(self: Spectral) -> float:
        """Return the Debye temperature [K] of the mean speed of sound and the atoms per volume."""
        return properties.debye_temperature(self)

    def density_of_states(
        self: Spectral, edges: Array | None = None, temperature: float = 300.0
    ) -> StateDensity:
        """Return the density of states of each branch [s/m3], averaged over bins [rad/s]."""
        return properties.density_of_states(self, edges, checked(temperature))

    def cautions(self: Spectral, temperature: float) -> tuple[str, ...]:
        """Return what phonons at this temperature [K] leave out, one sentence each."""
        return cautions(self, checked(temperature))

    def describe(self: Spectral, temperature: float | None = None) -> str:
        """Return a sheet: conductivity, heat capacity, spectrum, residuals, notes, sources.

        The temperature [K] is by default that of the entry's measured values, 300 K without one.
        """
        return describe(self, None if temperature is None else checked(temperature))
