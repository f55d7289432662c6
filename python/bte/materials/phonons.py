"""Materials given by branches and rates: the continuous spectrum, averaged over bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from .bands import Bands
from .dispersion import Branch
from .equilibrium import Array
from .integrate import branch_moments, rms_wavenumber
from .modes import ModeTable
from .nodes import branch_modes
from .resting import Resting
from .scattering import Matthiessen, breaks_of
from .weight import band_weight

MERGE = 1e-9
"""Cut-offs closer than this, relative, are one."""


@dataclass(frozen=True, eq=False)
class DispersionModel:
    """Isotropic branches with scattering rates.

    Attributes
    ----------
    phonons : tuple of Branch
    rates : tuple of Matthiessen
        1/tau of each branch.
    resting : tuple of Resting
        States without velocity.
    """

    phonons: tuple[Branch, ...]
    rates: tuple[Matthiessen, ...]
    resting: tuple[Resting, ...] = ()

    @property
    def has_frequencies(self) -> bool:
        """Always true."""
        return True

    @property
    def branches(self) -> tuple[str, ...]:
        """Names of the branches."""
        return tuple(branch.name for branch in self.phonons)

    @property
    def fixed_groups(self) -> int:
        """Zero: any grid will do."""
        return 0

    def cutoffs(self) -> tuple[float, ...]:
        """Return the ends of every branch's frequency range [rad/s]."""
        ends = {end for branch in self.phonons for end in branch.frequency_range}
        return tuple(sorted(ends))

    def moments(self, temperature: float) -> Array:
        """Return (4, n_branch) integrals of C, Cv, Cv^2 tau, C/tau over whole branches."""
        return np.concatenate(
            [
                branch_moments(b, rate, temperature, np.array([0.0, b.k_max]))
                for b, rate in zip(self.phonons, self.rates, strict=True)
            ],
            axis=1,
        )

    def conductivity(self, temperature: float) -> float:
        """Return the integral of C v^2 tau/3 over all branches [W/m/K]."""
        return float(np.sum(self.moments(temperature)[2]) / 3.0)

    def optical(self, temperature: float) -> float:
        """Return the heat capacity of the states without velocity [J/m3/K]."""
        return sum(part.at(temperature) for part in self.resting)

    def heat_capacity(self, temperature: float) -> float:
        """Return the heat capacity of the branches and of the states without velocity [J/m3/K]."""
        return float(np.sum(self.moments(temperature)[0])) + self.optical(temperature)

    def bands(self, edges: Array | None, temperature: float) -> Bands:
        """Return one group per branch and band: C, v = sum Cv/C, Lambda = sum Cv^2 tau/sum Cv."""
        if edges is None:
            raise MaterialError("a continuous spectrum needs band edges")
        parts = [
            _branch_bands(branch, rate, edges, temperature)
            for branch, rate in zip(self.phonons, self.rates, strict=True)
        ]
        band = np.concatenate([p[0] for p in parts])
        moments = np.concatenate([p[1] for p in parts], axis=1)
        label = np.repeat(np.arange(len(parts)), [len(p[0]) for p in parts])
        wavenumber = np.concatenate([p[2] for p in parts])
        order = np.lexsort((label, band))
        capacity, flux, conductance, scattering = moments[:, order]
        return Bands(
            band=band[order].astype(np.int32),
            branch=tuple(self.phonons[i].name for i in label[order]),
            heat_capacity=capacity,
            speed=flux / capacity,
            mean_free_path=conductance / flux,
            optical=self.optical(temperature),
            scattering=float(np.sum(scattering)),
            wavenumber=wavenumber[order],
        )

    def modes(self, temperature: float) -> ModeTable:
        """Return quadrature nodes in k of each branch as isotropic modes."""
        return branch_modes(self.phonons, self.rates, temperature, self.optical(temperature))

    def weight(self, omega: Array, temperature: float) -> Array:
        """Return the density of band edges that spreads the error of averaging evenly."""
        return band_weight(self.phonons, self.rates, temperature, omega)

    def jumps(self) -> tuple[float, ...]:
        """Return the angular frequencies [rad/s] inside a branch where a rate jumps."""
        return tuple(
            float(branch.omega(np.array(k)))
            for branch, rate in zip(self.phonons, self.rates, strict=True)
            for k in breaks_of([rate], branch)
        )


def _branch_bands(
    branch: Branch, rate: Matthiessen, edges: Array, temperature: float
) -> tuple[npt.NDArray[np.int64], Array, Array]:
    """Return the bands in which a branch has states, its (4, n) moments and rms k there."""
    k = np.array([branch.wavevector(edge) for edge in _snapped(edges, branch).tolist()])
    falling = k[0] > k[-1]
    k = k[::-1] if falling else k
    band = np.flatnonzero(np.diff(k))
    ends = np.append(k[band], k[band[-1] + 1])
    moments = branch_moments(branch, rate, temperature, ends)
    index = len(k) - 2 - band if falling else band
    held = moments[1] > 0.0  # far above k_B T/hbar the heat capacity underflows
    return index[held], moments[:, held], _mean_k(branch, temperature, k, band)[held]


def _mean_k(branch: Branch, temperature: float, k: Array, band: npt.NDArray[np.int64]) -> Array:
    """Return the rms wave vector between the rising edges k, where they differ."""
    return rms_wavenumber(branch, temperature, np.append(k[band], k[band[-1] + 1]))


def _snapped(edges: Array, branch: Branch) -> Array:
    """Return the edges with those next to an end of the branch put exactly there.

    Near-equal cut-offs share an edge, and where v = 0 a rounding error in omega is large in k.
    """
    for end in branch.frequency_range:
        edges = np.where(np.abs(edges - end) <= MERGE * end, end, edges)
    return edges
