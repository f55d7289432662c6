"""Thermal boundary conductance of two materials in contact, on their continuous spectra.

A polarisation of wave vector k(omega) carries ``C v = g k^2 c(omega) d omega/(2 pi^2)``, so with
X(omega) the exchange of the two sides in units of k^2,

    G_0 = int c(omega, T) X(omega) d omega/(8 pi^2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.conditions.acoustics import AcousticContact
from bte.conditions.kapitza import PERFECT, check_convention
from bte.conditions.models import InterfaceModel, Mixed, PressedContact
from bte.errors import BteError
from bte.junction.angles import AngleParts, angle_parts
from bte.junction.coefficients import Coefficients, energy_coefficients
from bte.junction.exchange import Snapshot, snapshot
from bte.junction.longwave import LowTemperature, low_temperature
from bte.junction.mincut import min_cut_conductance
from bte.junction.records import ByBranch, ByFrequency
from bte.junction.reference import among_all, make_reference, scales
from bte.junction.refusals import require_frequencies, require_steady
from bte.junction.spectra import Sides, check_one, check_temperature
from bte.junction.text import conductance_table, title
from bte.materials import Material
from bte.materials.equilibrium import mode_energy

Array = NDArray[np.float64]

_TEMPERATURES = (1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000)  # [K]
_REFERENCE = 300.0  # [K], where a question about the model alone is asked


@dataclass(frozen=True, eq=False, repr=False)
class InterfaceProperties:
    """What `bte.interface` returns; computed as it is asked for.

    Attributes
    ----------
    first, second : Material
    model : InterfaceModel
    """

    first: Material
    second: Material
    model: InterfaceModel

    def __repr__(self) -> str:
        return f"<interface {title(self)}>"

    @cached_property
    def sides(self) -> Sides:
        """The two spectra."""
        return Sides((self.first, self.second))

    def conductance(
        self, temperature: ArrayLike, convention: str = "emitted", cutoff: str = "channel"
    ) -> float | Array:
        """Return the thermal boundary conductance [W/m2/K].

        Parameters
        ----------
        temperature : float or (n,)
            [K]
        convention : {"emitted", "local", "slip"}
            Whose temperature difference it refers to: of the phonons that arrive (Landauer), of
            local equilibrium beside the interface, or of the extrapolated continuum.
        cutoff : {"channel", "min"}
            ``"channel"``: exchange at each frequency among the branches that have states there, as
            in transport. ``"min"``: transmissions of long waves, from the elastic speeds, for each
            polarisation of the first side up to the lower of its cut-offs on both sides (AMM, DMM;
            emitted temperatures only).

        Returns
        -------
        float or (n,)

        Raises
        ------
        BteError
            For a temperature that is not positive, or an unknown option.
        """
        check_convention(convention)
        if cutoff not in ("channel", "min"):
            raise BteError(f"cutoff must be 'channel' or 'min', not {cutoff!r}")
        if cutoff == "min" and convention != "emitted":
            raise BteError(
                f"convention is {convention!r}, but cutoff='min' knows emitted temperatures only; "
                "leave it out"
            )
        temperatures = check_temperature(temperature)
        if cutoff == "min":
            found = min_cut_conductance(self.sides, self.model, temperatures)
        else:
            found = np.array([self._conductance(t, convention) for t in temperatures.tolist()])
        return float(found[0]) if np.ndim(temperature) == 0 else found

    def resistance(
        self, temperature: ArrayLike, convention: str = "emitted", cutoff: str = "channel"
    ) -> float | Array:
        """Return ``1/G`` [m2 K/W], with the arguments of `conductance`."""
        with np.errstate(divide="ignore"):
            found = 1.0 / np.asarray(self.conductance(temperature, convention, cutoff))
        return found if np.ndim(temperature) else float(found)

    def kapitza_length(
        self, temperature: ArrayLike, convention: str = "local"
    ) -> tuple[float | Array, float | Array]:
        """Return the length of each material that has the resistance, ``kappa/G`` [m].

        By default of the local-equilibrium conductance, which Fourier's law is used with.
        """
        temperatures = check_temperature(temperature)
        resistance = np.atleast_1d(self.resistance(temperatures, convention))
        first, second = (
            resistance * [material.conductivity(t) for t in temperatures.tolist()]
            for material in (self.first, self.second)
        )
        return (first, second) if np.ndim(temperature) else (float(first[0]), float(second[0]))

    def one_way_flux(self, temperature: ArrayLike) -> float | Array:
        """Return the equilibrium flux through the interface one way [W/m2].

        ``int hbar omega n(omega, T) X d omega/(8 pi^2)`` without zero-point energy; its derivative
        is the conductance of emitted temperatures. Of materials made of groups it is ``G T``.

        Raises
        ------
        BteError
            Where the transmissions themselves depend on T: no flux has G as its derivative.
        """
        temperatures = check_temperature(temperature)
        require_steady(self.sides, self.model)
        if self.sides.constant:
            found = np.asarray(self.conductance(temperatures)) * temperatures
        else:
            parts = self._reference
            passed = 0.25 * parts.weight * parts.block.sum(axis=(1, 2))
            found = np.array([passed @ mode_energy(parts.omega, t) for t in temperatures.tolist()])
        return float(found[0]) if np.ndim(temperature) == 0 else found

    def transmission(
        self, omega: ArrayLike, temperature: float = _REFERENCE
    ) -> tuple[Array, Array]:
        """Return the fractions of what arrives that pass, averaged over the hemisphere.

        Parameters
        ----------
        omega : (n,) [rad/s]
        temperature : float
            [K]; it matters where the whole spectrum decides (``DMM(inelastic=True)``,
            `Resistance`, `PressedContact`) and of materials made of groups or modes.

        Returns
        -------
        (forward, backward) : (n,) each
            From the first side, from the second; 0 where a side has no states.
        """
        require_frequencies(self.sides, "transmission")
        places = np.atleast_1d(np.asarray(omega, dtype=np.float64))
        if not (np.isfinite(places) & (places > 0.0)).all():
            raise BteError("omega must be finite and > 0 [rad/s]")
        grid = among_all(self.model, places, lambda: self._reference)
        forward, backward = self._at(*grid, check_one(temperature)).transmissions
        return forward[: len(places)], backward[: len(places)]

    def by_frequency(self, temperature: float, convention: str = "emitted") -> ByFrequency:
        """Return the conductance per frequency; integrals of it are sums over its points."""
        require_frequencies(self.sides, "by_frequency")
        parts, power = self._parts(temperature, convention)
        return ByFrequency(parts.omega, parts.weight, power.sum(axis=(1, 2)), *parts.transmissions)

    def by_branch(self, temperature: float, convention: str = "emitted") -> ByBranch:
        """Return the conductance by branch of the first side and branch of the second."""
        parts, power = self._parts(temperature, convention)
        values = np.tensordot(parts.weight, power, axes=1)
        return ByBranch(self.first.branches, self.second.branches, values)

    def by_angle(
        self,
        temperature: float,
        convention: str = "emitted",
        side: str = "first",
        bins: int = 30,
    ) -> AngleParts:
        """Return the conductance by the angle of incidence.

        Parameters
        ----------
        temperature : float
            [K]
        convention : {"emitted", "local", "slip"}
        side : {"first", "second"}
            From where the phonons come.
        bins : int
            Equal intervals of the angle between 0 and 90 degrees.
        """
        parts, power = self._parts(temperature, convention)
        return angle_parts(self.sides, self.model, parts, power, temperature, side, bins)

    def coefficients(
        self, angle: ArrayLike, incident: str = "P", side: str = "first"
    ) -> Coefficients:
        """Return what becomes of the energy of an elastic plane wave of long wavelength.

        Parameters
        ----------
        angle : float or (n,)
            Of incidence, to the normal [rad].
        incident : {"P", "SV", "SH"}
        side : {"first", "second"}
            From where it comes.
        """
        contact = AcousticContact.of(self.first, self.second, getattr(self.model, "scalar", None))
        return energy_coefficients(contact, angle, incident, side)

    def low_temperature(self) -> LowTemperature:
        """Return the law ``G = a T^3`` of low temperatures, and how far G(T) is from it."""
        return low_temperature(self)

    def table(self, temperatures: ArrayLike = _TEMPERATURES) -> str:
        """Return a text table of conductances, resistances and Kapitza lengths."""
        return conductance_table(self, check_temperature(temperatures)).text()

    def plot(self, path: str | Path, temperature: float = _REFERENCE) -> Path:
        """Write a figure: transmission by frequency and by angle, conductance by temperature.

        Parameters
        ----------
        path : str or Path
            The ending says the format: PNG, PDF, SVG.
        temperature : float
            For which frequencies and angles are weighted [K].
        """
        from bte.junction.figure import save_interface_figure  # matplotlib where it is needed

        return save_interface_figure(self, path, temperature)

    @cached_property
    def _reference(self) -> Snapshot:
        """The interface on frequencies that resolve it at any temperature."""
        return make_reference(self.sides, self.model)

    def _conductance(self, temperature: float, convention: str) -> float:
        parts, power = self._parts(temperature, convention)
        return float(parts.weight @ power.sum(axis=(1, 2)))

    def _parts(self, temperature: float, convention: str) -> tuple[Snapshot, Array]:
        """Return the interface at a temperature and a quarter of its exchange over what resists."""
        check_convention(convention)
        parts = self._snapshot(check_one(temperature))
        resisting = parts.resisting(convention)
        passing = parts.block.sum(axis=(1, 2)) > 0.0
        perfect = passing & (resisting < PERFECT)
        scale = np.where(perfect, np.inf, 0.25 / np.where(perfect, 1.0, resisting))
        with np.errstate(invalid="ignore"):
            power = parts.block * scale[:, None, None]
        return parts, np.where(parts.block > 0.0, power, 0.0)

    def _snapshot(self, temperature: float) -> Snapshot:
        """Return the interface at a temperature."""
        if not self.sides.sharp:
            pair = self.sides.pooled(temperature, isinstance(self.model, Mixed | PressedContact))
            return snapshot(self.model, pair, np.array([np.nan]), np.ones(1))
        reference = self._reference
        if not scales(self.sides, self.model):
            return self._at(reference.omega, reference.weight, temperature)
        c, d = (self.sides.factor(side, reference.omega, temperature)[:, None] for side in (0, 1))
        return replace(
            reference,
            block=reference.block * c[:, :, None],
            flux=(reference.flux[0] * c, reference.flux[1] * d),
        )

    def _at(self, omega: Array, weight: Array, temperature: float) -> Snapshot:
        """Return the interface at given frequencies."""
        flux = tuple(
            self.sides.modes(side, omega) * self.sides.factor(side, omega, temperature)
            for side in (0, 1)
        )
        pair = self.sides.pair(omega, weight, (flux[0], flux[1]), temperature)
        return snapshot(self.model, pair, omega, weight)
