"""Materials given by branches and rates: the continuous spectrum, averaged over bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from .bands import Bands
from .dispersion import Branch
from .equilibrium import Array, mode_heat_capacity
from .integrate import branch_moments
from .scattering import Matthiessen

MERGE = 1e-9
"""Cut-offs closer than this, relative, are one."""

_N_SAMPLE = 4000


@dataclass(frozen=True, eq=False)
class DispersionModel:
    """Isotropic branches with scattering rates.

    Attributes
    ----------
    phonons : tuple of Branch
    rates : tuple of Matthiessen
        1/tau of each branch.
    optical : float
        Heat capacity of states without velocity [J/m3/K].
    """

    phonons: tuple[Branch, ...]
    rates: tuple[Matthiessen, ...]
    optical: float = 0.0

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

    def heat_capacity(self, temperature: float) -> float:
        """Return the heat capacity of the branches plus the optical constant [J/m3/K]."""
        return float(np.sum(self.moments(temperature)[0])) + self.optical

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
        order = np.lexsort((label, band))
        capacity, flux, conductance, scattering = moments[:, order]
        return Bands(
            band=band[order].astype(np.int32),
            branch=tuple(self.phonons[i].name for i in label[order]),
            heat_capacity=capacity,
            speed=flux / capacity,
            mean_free_path=conductance / flux,
            optical=self.optical,
            scattering=float(np.sum(scattering)),
        )

    def weight(self, omega: Array, temperature: float) -> Array:
        """Return (sum over branches of kappa'(omega) (ln Lambda)'(omega)^2)^(1/3), scaled.

        Where it integrates to the same over all bands, they contribute equally to the error of
        averaging Lambda over a band (docs/numerics/spectrum.md).
        """
        total = np.zeros_like(omega)
        for branch, rate in zip(self.phonons, self.rates, strict=True):
            total += _error_density(branch, rate, temperature, omega)
        density = np.cbrt(total)
        area = float(np.sum(0.5 * (density[1:] + density[:-1]) * np.diff(omega)))
        return density / area if area > 0.0 else density


def _branch_bands(
    branch: Branch, rate: Matthiessen, edges: Array, temperature: float
) -> tuple[npt.NDArray[np.int64], Array]:
    """Return the bands in which a branch has states, and its (4, n) moments there."""
    k = np.array([branch.wavevector(edge) for edge in _snapped(edges, branch).tolist()])
    falling = k[0] > k[-1]
    k = k[::-1] if falling else k
    band = np.flatnonzero(np.diff(k))
    ends = np.append(k[band], k[band[-1] + 1])
    moments = branch_moments(branch, rate, temperature, ends)
    index = len(k) - 2 - band if falling else band
    held = moments[1] > 0.0  # far above k_B T/hbar the heat capacity underflows
    return index[held], moments[:, held]


def _snapped(edges: Array, branch: Branch) -> Array:
    """Return the edges with those next to an end of the branch put exactly there.

    Near-equal cut-offs share an edge, and where v = 0 a rounding error in omega is large in k.
    """
    for end in branch.frequency_range:
        edges = np.where(np.abs(edges - end) <= MERGE * end, end, edges)
    return edges


def _error_density(branch: Branch, rate: Matthiessen, temperature: float, omega: Array) -> Array:
    """Return kappa'(omega) (d ln Lambda/d omega)^2 of a branch on a grid of frequencies."""
    k = branch.k_max * (np.arange(_N_SAMPLE) + 0.5) / _N_SAMPLE
    w, v = branch.omega(k), branch.speed(k)
    tau = 1.0 / rate(w, k, temperature, branch)
    capacity = branch.degeneracy * k**2 * mode_heat_capacity(w, temperature)
    order = np.argsort(w)
    kappa = np.concatenate([[0.0], np.cumsum((capacity * v**2 * tau)[order])])
    ends = np.concatenate([[branch.frequency_range[0]], w[order]])
    kappa_at = np.interp(omega, ends, kappa)
    log_path = np.interp(omega, w[order], np.log(np.maximum(v * tau, 1e-300))[order])
    return np.asarray(np.gradient(kappa_at, omega) * np.gradient(log_path, omega) ** 2)
