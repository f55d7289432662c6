"""How heat spreads where short paths scatter it and long ones carry it: the modes of a spectrum.

In an infinite medium a temperature of wave number k that phonons leave on paths of many lengths
is restored by one sweep to ``1 - h`` of itself, in the P1 approximation with

    h(z) = sum_g (S_g / S) z / (z + a_g),

``z = k^2``, ``a_g = 3 / Lambda_g^2``, ``S_g = C_g v_g / Lambda_g``.

h is a Bernstein function, so ``1/h = 1 + S sum_j 1 / (kappa_j z + alpha_j)`` with positive
coefficients: what all further sweeps add is a sum of diffusion equations. The first has the bulk
conductivity and no loss; in the others only short paths diffuse, and long ones carry heat away. In
mode j a group follows the field E_j with the amplitude ``c_gj = a_g / (a_g - p_j)`` at the pole
``z = -p_j``, and

    kappa_j = sum_g kappa_g c_gj^2,   alpha_j = sum_g S_g (1 - c_gj)^2.

Groups of like paths are taken together, so that a few modes stand for all.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from bte.packing import Packed
from bte.packing.arrays import Array

#: How far ``3 kappa S / (C v)^2``, one for a gray material, spreads before a further mode pays.
_SPREAD = (6.0, 60.0, 600.0)


def spread(packed: Packed) -> float:
    """Return ``3 kappa S / (sum C v)^2`` of the region with the widest spectrum, one if gray."""
    flux, path = packed.flux_capacity, packed.mean_free_path
    total = flux.sum(axis=1)
    return float(((flux * path).sum(axis=1) * (flux / path).sum(axis=1) / total**2).max())


def mode_count(packed: Packed) -> int:
    """Return how many modes pay for themselves."""
    return 1 + int(np.searchsorted(_SPREAD, spread(packed)))


def spectral_modes(packed: Packed, count: int) -> list[Array]:
    """Return the amplitudes c of the groups in each mode, each (n_region, n_group).

    The first is one everywhere. A region with fewer distinct paths than modes takes no part in the
    later ones: all its amplitudes are zero there.

    Parameters
    ----------
    packed : Packed
    count : int
        Number of modes.
    """
    shape = packed.mean_free_path.shape
    amplitudes = np.zeros((count, *shape))
    amplitudes[0] = 1.0
    for region in range(shape[0]):
        alive = packed.heat_capacity[region] > 0
        path, flux = packed.mean_free_path[region, alive], packed.flux_capacity[region, alive]
        amplitudes[1:, region, alive] = _region_modes(path, flux, count)[1:]
    return list(amplitudes)


def _region_modes(path: Array, flux: Array, count: int) -> Array:
    """Return the amplitudes (count, n_group) of one region."""
    bins, which = _bins(path, count)
    scattering = np.bincount(which, flux / path, bins)
    rate = 3.0 * scattering / np.bincount(which, flux * path, bins)
    result = np.zeros((count, len(path)))
    for j, pole in enumerate(_poles(scattering / scattering.sum(), rate)):
        result[j] = (rate / (rate - pole))[which]
    return result


def _bins(path: Array, count: int) -> tuple[int, NDArray[np.int64]]:
    """Sort paths into at most ``count`` bins of equal ratio, the longest first."""
    depth = np.log(path.max() / path)
    width = max(float(depth.max()), 1e-9) / count
    used, which = np.unique(np.minimum((depth / width).astype(int), count - 1), return_inverse=True)
    return len(used), np.asarray(which, dtype=np.int64)


def _poles(share: Array, rate: Array) -> list[float]:
    """Return the zeros p of ``p h(-p)``: zero, and one between each two neighbouring rates."""
    poles = [0.0]
    for low, high in pairwise(rate):

        def secular(x: float, low: float = low, gap: float = high - low) -> float:
            return float((share / (rate - (low + x * gap))).sum())

        poles.append(float(low + (high - low) * brentq(secular, 1e-12, 1.0 - 1e-12)))
    return poles
