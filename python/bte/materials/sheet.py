"""What is known of a material beside its spectrum: lattice, electrons, accepted conductivities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Lattice:
    """The crystal, or the atoms of a glass or a liquid.

    Attributes
    ----------
    structure : str
        Name of the structure.
    constants : tuple of float
        Lattice constants [m].
    cell_volume : float
        Volume of the primitive cell [m3].
    atoms : int
        Atoms in it.
    debye_temperature : float or None
        As published [K].
    mass_variance : float or None
        Gamma of the isotopes.
    """

    structure: str
    constants: tuple[float, ...]
    cell_volume: float
    atoms: int
    debye_temperature: float | None = None
    mass_variance: float | None = None

    @property
    def atom_density(self) -> float:
        """Atoms per volume [1/m3]."""
        return self.atoms / self.cell_volume


@dataclass(frozen=True)
class Electrons:
    """The electrons of a metal, which a problem of phonons leaves out.

    Attributes
    ----------
    conductivity : float
        Measured conductivity of lattice and electrons together [W/m/K], at the reference
        temperature of the sheet.
    heat_capacity_coefficient : float or None
        gamma of C = gamma T [J/m3/K2].
    resistivity : float or None
        [Ohm m]
    fermi_speed : float or None
        [m/s]
    coupling : float or None
        Electron-phonon coupling [W/m3/K].
    """

    conductivity: float
    heat_capacity_coefficient: float | None = None
    resistivity: float | None = None
    fermi_speed: float | None = None
    coupling: float | None = None

    def share(self, lattice: float) -> float:
        """Return the part of the measured conductivity that is not the lattice's [W/m/K]."""
        return 1.0 - lattice / self.conductivity


@dataclass(frozen=True)
class Calibration:
    """Accepted conductivities, and how far the model is from them.

    Attributes
    ----------
    temperatures, accepted, residuals : tuple of float
        [K], [W/m/K], model/accepted - 1.
    fitted : tuple of str
        Constants found by the calibration.
    """

    temperatures: tuple[float, ...]
    accepted: tuple[float, ...]
    residuals: tuple[float, ...] = ()
    fitted: tuple[str, ...] = ()

    def at(self, temperature: float) -> float | None:
        """Return the accepted conductivity at one of the temperatures [W/m/K], else None."""
        found = dict(zip(self.temperatures, self.accepted, strict=True))
        return found.get(temperature)


@dataclass(frozen=True)
class Sheet:
    """What a material file says beside the spectrum.

    Attributes
    ----------
    reference_temperature : float
        Where the measured values hold [K].
    lattice, electrons, calibration
        See the classes.
    temperature_range : (low, high) or None
        Where the model means something [K].
    notes : tuple of str
        What a user must know.
    unsourced : tuple of str
        Keys for which no source was found.
    verified : dict of str to bool
        By key of the sources: whether the source was looked up.
    """

    reference_temperature: float = 300.0
    lattice: Lattice | None = None
    electrons: Electrons | None = None
    calibration: Calibration | None = None
    temperature_range: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    unsourced: tuple[str, ...] = ()
    verified: Mapping[str, bool] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """``verified``, ``partly verified``, ``unverified`` or ``unsourced``."""
        if self.unsourced:
            return "unsourced"
        if not any(self.verified.values()):
            return "unverified"
        return "verified" if all(self.verified.values()) else "partly verified"
