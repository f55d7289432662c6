"""The two sides of an interface: what their phonons carry, band by band."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bte.materials import Material
from bte.spectrum import Spectrum, discretize

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two materials in contact, on one frequency grid.

    Attributes
    ----------
    names : (first, second)
        Regions.
    materials : (Material, Material)
    temperature : float
        Linearisation temperature [K].
    flux : (2, n_group) [W/m2/K]
        ``C v`` of the groups on both sides.
    mean_free_path, wavenumber : (2, n_group) [m, 1/m]
    labels : tuple of tuple of str
        Each side's branch of each group, empty where it has no states.
    group_band : (n_group,)
    n_band : int
    band_edges : (n_band + 1,) [rad/s] or None
    mixing : bool
        Whether all bands are pooled: a side carries no frequencies, or the model is inelastic.
    """

    names: tuple[str, str]
    materials: tuple[Material, Material]
    temperature: float
    flux: Array
    mean_free_path: Array
    wavenumber: Array
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    group_band: NDArray[np.int32]
    n_band: int
    band_edges: Array | None
    mixing: bool

    @cached_property
    def emission(self) -> Array:
        """``C v / 4`` per band of both sides, (2, n_band) [W/m2/K]."""
        return 0.25 * self.by_pool(self.flux, self.group_band, self.n_band)

    @property
    def pool(self) -> NDArray[np.int32]:
        """Pool of each group (n_group,): its band, or 0 where all bands mix."""
        return np.zeros_like(self.group_band) if self.mixing else self.group_band

    @property
    def n_pool(self) -> int:
        """Number of pools."""
        return 1 if self.mixing else self.n_band

    @cached_property
    def sides(self) -> Array:
        """``C v / 4`` per pool of both sides, (2, n_pool) [W/m2/K]."""
        return self.emission.sum(axis=1, keepdims=True) if self.mixing else self.emission

    @property
    def both(self) -> NDArray[np.bool_]:
        """Whether both sides have states, per pool."""
        return np.asarray((self.sides > 0).all(axis=0))

    @property
    def conductivity(self) -> Array:
        """Bulk conductivity of the bands of both sides (2,) [W/m/K]."""
        return np.asarray((self.flux * self.mean_free_path).sum(axis=1) / 3.0)

    @staticmethod
    def by_pool(values: Array, pool: NDArray[np.int32], n_pool: int) -> Array:
        """Sum values of groups (2, n_group) over pools (2, n_pool)."""
        return np.stack([np.bincount(pool, side, n_pool) for side in values])

    def mixed(self) -> Pair:
        """Return the pair with all bands pooled."""
        return self if self.mixing else replace(self, mixing=True)

    def where(self, pool: int) -> str:
        """Return which band a pool is, for messages."""
        if self.mixing:
            return "all bands together"
        if self.band_edges is None:
            return f"band {pool}"
        low, high = self.band_edges[pool : pool + 2] / 1e12
        return f"band {pool} ({low:.3g} to {high:.3g} Trad/s)"


def pair_of(
    spectrum: Spectrum,
    rows: tuple[int, int],
    names: tuple[str, str],
    materials: tuple[Material, Material],
    temperature: float,
) -> Pair:
    """Return the pair of two materials of a spectrum, by their rows in it."""
    index = list(rows)
    first, second = (spectrum.material_branch[row] for row in rows)
    return Pair(
        names,
        materials,
        temperature,
        (spectrum.heat_capacity * spectrum.speed)[index],
        spectrum.mean_free_path[index],
        spectrum.wavenumber[index],
        (first, second),
        spectrum.group_band,
        spectrum.n_band,
        spectrum.band_edges,
        not bool(spectrum.has_frequencies[index].all()),
    )


def make_pair(first: Material, second: Material, temperature: float, bands: int = 20) -> Pair:
    """Return two materials in contact, each region named by its material.

    Parameters
    ----------
    first, second : Material
    temperature : float
        [K]
    bands : int
        Least number of frequency bands.
    """
    spectrum = discretize([first, second], temperature, bands)
    return pair_of(spectrum, (0, 1), (first.name, second.name), (first, second), temperature)
