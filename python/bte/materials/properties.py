"""What a material answers: accumulation of its conductivity, mean paths, sound, states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..errors import MaterialError
from ..units import HBAR, K_B
from .carriers import Carriers, carriers
from .equilibrium import Array, mode_heat_capacity
from .mode_model import ModeModel
from .modes import ModeTable
from .phonons import DispersionModel

_KINDS = ("path", "frequency")
_SHORT = 1.75  # wave vectors up to this times the shortest: the first neighbours of the origin
_FLEXURAL = 1e-6  # a branch whose slope at k = 0 is below this fraction of the fastest has no sound


class Spectral(Protocol):
    """What the answers need of a material."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def model(self) -> Any:
        """Its spectrum."""
        ...

    @property
    def elastic_speeds(self) -> tuple[float, float] | None:
        """Its elastic speeds [m/s]."""
        ...

    @property
    def sheet(self) -> Any:
        """Its sheet."""
        ...


@dataclass(frozen=True, eq=False)
class Accumulation:
    """The share of the conductivity that carriers below a mean free path or a frequency give.

    Attributes
    ----------
    kind : str
        ``"path"`` or ``"frequency"``.
    at : (n,) [m or rad/s]
        Rising mean free paths or angular frequencies.
    share : (n,)
        Cumulative share of the conductivity; of a continuous spectrum at each node, of groups and
        modes up to and with each.
    conductivity : float
        The whole [W/m/K].
    continuous : bool
        Whether shares between two places may be interpolated.
    """

    kind: str
    at: Array
    share: Array
    conductivity: float
    continuous: bool

    def below(self, place: float) -> float:
        """Return the share of carriers below a path [m] or frequency [rad/s]."""
        if self.continuous:
            ends = np.append(0.0, self.share)
            return float(np.interp(place, np.append(0.0, self.at), ends, right=1.0))
        held = int(np.searchsorted(self.at, place * (1.0 + 1e-12), side="right"))
        return float(self.share[held - 1]) if held else 0.0

    def reaching(self, share: float) -> float:
        """Return the path [m] or frequency [rad/s] below which a share of the heat is carried.

        Raises
        ------
        MaterialError
            If the share is not in 0 < share < 1.
        """
        if not 0.0 < share < 1.0:
            raise MaterialError(f"share is {share!r}; it must be between 0 and 1")
        if self.continuous:
            return float(np.exp(np.interp(share, self.share, np.log(self.at))))
        return float(self.at[int(np.searchsorted(self.share, share * (1.0 - 1e-12)))])


@dataclass(frozen=True, eq=False)
class StateDensity:
    """Densities of states of the branches, averaged over bins.

    Attributes
    ----------
    edges : (n + 1,) [rad/s]
    branches : dict of str to (n,) [s/m3]
        States per volume and angular frequency.
    """

    edges: Array
    branches: Mapping[str, Array]

    @property
    def total(self) -> Array:
        """The sum over branches (n,) [s/m3]."""
        return np.asarray(np.sum(list(self.branches.values()), axis=0))

    @property
    def states(self) -> float:
        """States per volume in all bins [1/m3]."""
        return float(np.sum(self.total * np.diff(self.edges)))


def accumulation(material: Spectral, temperature: float, kind: str = "path") -> Accumulation:
    """Return the accumulation of the conductivity over mean free path or frequency.

    Parameters
    ----------
    material : Material
    temperature : [K]
    kind : str
        ``"path"`` or ``"frequency"``.

    Raises
    ------
    MaterialError
        If the kind is unknown, or the groups have no frequencies.
    """
    if kind not in _KINDS:
        raise MaterialError(f"accumulation over '{kind}' does not exist; give one of {_KINDS}")
    found = carriers(material.model, temperature)
    places = found.path if kind == "path" else found.omega
    if np.isnan(places).any():
        raise MaterialError(
            f"material '{material.name}' has no frequencies, so its conductivity cannot be "
            "accumulated over them; accumulate over 'path'"
        )
    order = np.argsort(places, kind="stable")
    parts = found.conductivity[order]
    total = float(np.sum(parts))
    ends = np.cumsum(parts)
    share = (ends - 0.5 * parts if found.continuous else ends) / ends[-1]
    return Accumulation(kind, places[order], share, total, found.continuous)


def gray_path(material: Spectral, temperature: float) -> float:
    """Return 3 kappa/sum C v [m], the one path that gives the same conductivity and flux."""
    found = carriers(material.model, temperature)
    flux = float(np.sum(found.heat_capacity * found.speed))
    return 3.0 * float(np.sum(found.conductivity)) / flux


def sound_speeds(material: Spectral) -> dict[str, float]:
    """Return the slope of each acoustic branch at k = 0 [m/s], by branch.

    A flexural branch (omega ~ k^2) has none and is left out. Of a table of modes it is omega/k at
    the shortest wave vectors; without either these are the elastic speeds.

    Raises
    ------
    MaterialError
        If the material has neither a dispersion nor elastic speeds.
    """
    model = material.model
    if isinstance(model, DispersionModel):
        rising = [b for b in model.phonons if float(b.omega(np.array(0.0))) == 0.0]
        slopes = {b.name: float(b.speed(np.array(0.0))) for b in rising}
        fastest = max(slopes.values(), default=0.0)
        found = {name: v for name, v in slopes.items() if v > _FLEXURAL * fastest}
        if found:
            return found
    if isinstance(model, ModeModel) and model.tables[0].wavenumber is not None:
        return _slopes(model.tables[0])
    if material.elastic_speeds is None:
        raise MaterialError(
            f"material '{material.name}' has neither branches that start at zero frequency nor "
            "elastic_speeds, so it has no speed of sound; give elastic_speeds"
        )
    longitudinal, transverse = material.elastic_speeds
    return {"L": longitudinal, **({"T": transverse} if transverse > 0.0 else {})}


def _slopes(table: ModeTable) -> dict[str, float]:
    """Return omega/k of the three lowest branches at the shortest wave vectors [m/s]."""
    assert table.wavenumber is not None
    moving = table.wavenumber > 0.0
    shortest = float(np.min(table.wavenumber[moving]))
    near = moving & (table.wavenumber < _SHORT * shortest)
    phase = table.frequency[near] / table.wavenumber[near]
    return {str(i + 1): float(np.mean(phase[table.branch[near] == i])) for i in range(3)}


def speed_of_sound(material: Spectral) -> float:
    """Return the Debye mean of the speeds of sound, v = (sum g/sum g v^-3)^(1/3) [m/s]."""
    speeds = sound_speeds(material)
    weights = _degeneracies(material, speeds)
    cubes = sum(weights[name] / v**3 for name, v in speeds.items())
    return float((sum(weights.values()) / cubes) ** (1.0 / 3.0))


def _degeneracies(material: Spectral, speeds: Mapping[str, float]) -> dict[str, float]:
    """Return how many polarisations each speed stands for."""
    if isinstance(material.model, DispersionModel) and not {"L", "T"} & set(speeds):
        return {b.name: b.degeneracy for b in material.model.phonons if b.name in speeds}
    return {name: 2.0 if name == "T" else 1.0 for name in speeds}


def debye_temperature(material: Spectral) -> float:
    """Return hbar v (6 pi^2 n)^(1/3)/k_B [K]; v of :func:`speed_of_sound`, n the atoms per volume.

    Without a lattice n is the states per volume of a branch.

    Raises
    ------
    MaterialError
        If neither is known.
    """
    if material.sheet is not None and material.sheet.lattice is not None:
        density = material.sheet.lattice.atom_density
    elif isinstance(material.model, DispersionModel):
        density = max(b.k_max for b in material.model.phonons) ** 3 / (6.0 * np.pi**2)
    else:
        raise MaterialError(
            f"material '{material.name}' has no lattice, so its atoms per volume are unknown and "
            "with them the Debye temperature; give [lattice] in its file"
        )
    k_debye = (6.0 * np.pi**2 * density) ** (1.0 / 3.0)
    return float(HBAR * speed_of_sound(material) * k_debye / K_B)


def _rising(edges: object) -> Array:
    """Return edges of bins as an array, or raise where they do not rise."""
    found = np.asarray(edges)
    real = found.dtype.kind in "iuf" and found.ndim == 1 and len(found) > 1
    if not real or not np.isfinite(found).all() or (np.diff(found) <= 0.0).any():
        raise MaterialError("edges must be two or more rising angular frequencies [rad/s]")
    return found.astype(np.float64)


def density_of_states(
    material: Spectral, edges: Array | None = None, temperature: float = 300.0
) -> StateDensity:
    """Return the density of states of each branch, averaged over bins.

    Of a dispersion, g (k_2^3 - k_1^3)/(6 pi^2)/width; else the heat capacities of the modes, each
    divided by that of one mode.

    Parameters
    ----------
    material : Material
    edges : (n + 1,) [rad/s], optional
        Rising edges; by default 200 equal bins up to the highest frequency, 60 of a table.
    temperature : [K]
        Where tabulated modes are taken.

    Raises
    ------
    MaterialError
        If the groups have no frequencies.
    """
    if edges is not None:
        edges = _rising(edges)
    if not material.model.has_frequencies:
        raise MaterialError(
            f"material '{material.name}' has no frequencies, so it has no density of states"
        )
    if edges is None:
        bins = 60 if isinstance(material.model, ModeModel) else 200
        edges = np.linspace(0.0, max(material.model.cutoffs()), bins + 1)
    if isinstance(material.model, DispersionModel):
        return StateDensity(edges, _of_branches(material.model, edges))
    return StateDensity(edges, _of_modes(carriers(material.model, temperature), edges, temperature))


def _of_branches(model: DispersionModel, edges: Array) -> dict[str, Array]:
    found = {}
    for branch in model.phonons:
        k = np.array([branch.wavevector(edge) for edge in edges.tolist()])
        cubes = np.abs(np.diff(k**3))
        found[branch.name] = branch.degeneracy * cubes / (6.0 * np.pi**2) / np.diff(edges)
    return found


def _of_modes(found: Carriers, edges: Array, temperature: float) -> dict[str, Array]:
    states = found.heat_capacity / mode_heat_capacity(found.omega, temperature)
    return {
        label: np.histogram(found.omega[mine], edges, weights=states[mine])[0] / np.diff(edges)
        for i, label in enumerate(found.labels)
        for mine in [found.branch == i]
    }
