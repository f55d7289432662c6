"""The continuous spectra of two materials in contact, at given frequencies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.conditions.pair import Pair, make_pair
from bte.conditions.spectral import wavevectors
from bte.errors import BteError
from bte.junction.grid import panel_grid, panels_between
from bte.materials import Branch, Material
from bte.materials.equilibrium import mode_heat_capacity
from bte.materials.groups import GroupModel
from bte.materials.mode_model import ModeModel
from bte.materials.phonons import DispersionModel

Array = NDArray[np.float64]

_MERGE = 1e-9  # cut-offs closer than this, relative, are one
_LONGEST = 1e-30  # 1/m: rates may underflow at low T
_SCALING = (DispersionModel, ModeModel)  # their C v per frequency is proportional to c(omega, T)
_BANDS = 20  # where bands are pooled anyway their number changes nothing


@dataclass(frozen=True, eq=False)
class Sides:
    """Two materials in contact.

    Attributes
    ----------
    materials : (first, second)
    """

    materials: tuple[Material, Material]

    @property
    def sharp(self) -> bool:
        """Whether both have frequencies, so that frequencies can be matched."""
        return all(material.has_frequencies for material in self.materials)

    @property
    def steady(self) -> bool:
        """Whether the ratio of both spectra is that of their wave vectors, whatever T."""
        return len({isinstance(m.model, _SCALING) for m in self.materials}) == 1

    @property
    def constant(self) -> bool:
        """Whether nothing depends on T: both are made of groups."""
        return not any(isinstance(m.model, _SCALING) for m in self.materials)

    @property
    def names(self) -> tuple[str, str]:
        """Names of the materials."""
        return self.materials[0].name, self.materials[1].name

    def ends(self) -> Array:
        """Return all frequencies at which branches begin or end, and 0 [rad/s]."""
        kept = [0.0]
        known = {w for m in self.materials for w in m.cutoffs()}
        for material in self.materials:
            if isinstance(material.model, ModeModel):
                known.update(material.model.bins().tolist())
        for end in sorted(known):
            if end - kept[-1] > _MERGE * end:
                kept.append(end)
        return np.array(kept)

    def modes(self, side: int, omega: Array) -> Array:
        """Return ``g k^2/(2 pi^2)`` of the branches (n_branch, n) [1/m2].

        Of groups instead C v per frequency, which is constant over each.
        """
        model = self.materials[side].model
        if isinstance(model, DispersionModel):
            k = self.wavenumbers(side, omega)
            weight = np.array([branch.degeneracy for branch in model.phonons])
            return np.asarray(weight[:, None] * k**2 / (2.0 * np.pi**2))
        if isinstance(model, ModeModel):
            return model.etendue(omega)[None]
        assert isinstance(model, GroupModel)
        assert model.intervals is not None
        found = np.zeros((len(model.branches), len(omega)))
        for name, flux, (low, high) in zip(
            model.labels, model.capacity * model.speed, model.intervals, strict=True
        ):
            inside = (omega >= low) & (omega < high)
            found[model.branches.index(name), inside] += flux / (high - low)
        return found

    def factor(self, side: int, omega: Array, temperature: float) -> Array:
        """Return what modes are multiplied by to be C v per frequency (n,): c(omega, T)."""
        if isinstance(self.materials[side].model, _SCALING):
            return mode_heat_capacity(omega, temperature)
        return np.ones_like(omega)

    def wavenumbers(self, side: int, omega: Array) -> Array:
        """Return k of the branches (n_branch, n) [1/m], 0 where one has no states."""
        model = self.materials[side].model
        if isinstance(model, DispersionModel):
            return np.stack([branch_wavenumber(branch, omega) for branch in model.phonons])
        if isinstance(model, ModeModel):  # as of three equal branches
            return np.sqrt(2.0 * np.pi**2 / 3.0 * model.etendue(omega))[None]
        assert isinstance(model, GroupModel)
        return np.array(
            [[_group_wavenumber(model, label, w) for w in omega] for label in model.branches]
        )

    def mean_free_paths(
        self, side: int, omega: Array, wavenumber: Array, temperature: float
    ) -> Array:
        """Return v tau of the branches (n_branch, n) [m], 1 where one has no states."""
        model = self.materials[side].model
        found = np.ones((len(model.branches), len(omega)))
        if isinstance(model, DispersionModel):
            known = zip(model.phonons, model.rates, wavenumber, strict=True)
            for path, (branch, rate, k) in zip(found, known, strict=True):
                here = k > 0.0
                inverse = rate(omega[here], k[here], temperature, branch)
                speed = branch.speed(k[here])
                path[here] = speed / np.maximum(inverse, _LONGEST * speed)
            return found
        if isinstance(model, ModeModel):
            return model.path(omega, temperature)[None]
        assert isinstance(model, GroupModel)
        assert model.intervals is not None
        for name, value, (low, high) in zip(model.labels, model.path, model.intervals, strict=True):
            found[model.branches.index(name), (omega >= low) & (omega < high)] = value
        return found

    def pair(self, omega: Array, weight: Array, flux: tuple[Array, Array], t: float) -> Pair:
        """Return the sides with every frequency as a narrow band of its own.

        Parameters
        ----------
        omega, weight : (n,) [rad/s]
            Frequencies, and the widths they stand for.
        flux : (first, second), (n_branch, n)
            C v per frequency of the branches of each side.
        t : float
            Temperature [K].
        """
        counts = [len(part) for part in flux]
        size, n = max(counts), len(omega)
        fields = np.zeros((4, 2, n, size))
        fields[1:3] = 1.0
        labels = []
        for side, part in enumerate(flux):
            own = self.materials[side].branches
            fields[0, side, :, : len(part)] = (part * weight).T
            k = self.wavenumbers(side, omega)
            fields[1, side, :, : len(part)] = self.mean_free_paths(side, omega, k, t).T
            fields[2, side, :, : len(part)] = k.T
            labels.append((*own, *("",) * (size - len(own))) * n)
        values, paths, wavenumbers = fields[:3].reshape(3, 2, n * size)
        band = np.repeat(np.arange(n, dtype=np.int32), size)
        return Pair(
            self.names,
            self.materials,
            t,
            values,
            paths,
            wavenumbers,
            (labels[0], labels[1]),
            band,
            n,
            None,
            False,
        )

    def pooled(self, temperature: float, paths: bool) -> Pair:
        """Return the sides with all their groups pooled, as they are without frequencies.

        Parameters
        ----------
        temperature : float
            [K]
        paths : bool
            Whether mean free paths matter; otherwise a branch is one group.
        """
        if paths:
            return make_pair(*self.materials, temperature, _BANDS).mixed()
        totals = [self._totals(side, temperature) for side in (0, 1)]
        size = max(map(len, totals))
        flux = np.zeros((2, size))
        for row, values in zip(flux, totals, strict=True):
            row[: len(values)] = values
        names = [(*m.branches, *("",) * (size - len(m.branches))) for m in self.materials]
        return Pair(
            self.names,
            self.materials,
            temperature,
            flux,
            np.ones_like(flux),
            np.full_like(flux, np.nan),
            (names[0], names[1]),
            np.zeros(size, dtype=np.int32),
            1,
            None,
            True,
        )

    def _totals(self, side: int, temperature: float) -> Array:
        """Return C v of the branches of a side (n_branch,) [W/m2/K]."""
        material = self.materials[side]
        if isinstance(material.model, DispersionModel):
            grid = panel_grid(panels_between(np.unique([0.0, *material.cutoffs()])))
            c = self.factor(side, grid.omega, temperature)
            return np.asarray(self.modes(side, grid.omega) @ (c * grid.weight))
        assert isinstance(material.model, GroupModel)
        model, found = material.model, np.zeros(len(material.branches))
        index = [material.branches.index(label) for label in model.labels]
        np.add.at(found, index, model.capacity * model.speed)
        return found


def made_of(material: Material) -> str:
    """Return what a material without branches is made of, for messages."""
    return "modes" if isinstance(material.model, ModeModel) else "groups"


def branch_wavenumber(branch: Branch, omega: Array) -> Array:
    """Return k [1/m] of a branch at frequencies (n,), to rounding; 0 where it has no states."""
    low, high = branch.frequency_range
    inside = (omega > low) & (omega < high)
    k = np.zeros_like(omega)
    if inside.any():
        rough = wavevectors(branch, omega[inside])
        # Bisection is right to a rounding error of k_max; long waves need one of their own.
        slope = branch.law.slope(rough)
        step = (omega[inside] - branch.omega(rough)) / np.where(slope == 0.0, 1.0, slope)
        near = np.abs(step) <= branch.k_max * 2.0**-50
        k[inside] = np.where(near, rough + step, rough)
    return k


def _group_wavenumber(model: GroupModel, label: str, omega: float) -> float:
    """Return k of a branch of groups at a frequency, 0 outside its intervals."""
    assert model.intervals is not None
    mine = [
        low <= omega < high
        for name, (low, high) in zip(model.labels, model.intervals, strict=True)
        if name == label
    ]
    return model._wavenumber(label, omega) if any(mine) else 0.0


def check_temperature(temperature: object) -> Array:
    """Return temperatures as an array (n,) [K].

    Raises
    ------
    BteError
        Unless all are finite numbers > 0.
    """
    try:
        found = np.atleast_1d(np.asarray(temperature, dtype=np.float64))
    except (TypeError, ValueError):
        raise BteError(f"temperature is {temperature!r}; give numbers in K") from None
    if found.ndim != 1 or not len(found) or not (np.isfinite(found) & (found > 0.0)).all():
        raise BteError(f"temperature is {temperature!r}; it must be finite and > 0 [K]")
    return found


def check_one(temperature: object) -> float:
    """Return one temperature [K], with the errors of `check_temperature`."""
    found = check_temperature(temperature)
    if len(found) != 1:
        raise BteError(f"temperature is {temperature!r}; give one at a time here [K]")
    return float(found[0])
