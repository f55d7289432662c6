"""The points of a spectrum: every group at every polar node, with its path in the mesh's space."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.packing import Packed
from bte.quadrature import Quadrature

Array = NDArray[np.float64]


class Points(NamedTuple):
    """Points of one region; n is their number.

    Attributes
    ----------
    path : (n,) [m]
        ``Lambda s``.
    flux : (n,)
        ``w s C v`` with the polar weight w.
    energy : (n,)
        ``w C``.
    carried : (n,)
        What the point conducts along a direction that the mesh lacks, over its path.
    band : (n,) int
    """

    path: Array
    flux: Array
    energy: Array
    carried: Array
    band: NDArray[np.int64]

    def among(self, chosen: NDArray[np.bool_]) -> Points:
        """Return some of the points."""
        return Points(
            self.path[chosen],
            self.flux[chosen],
            self.energy[chosen],
            self.carried[chosen],
            self.band[chosen],
        )


def points_of(packed: Packed, quadrature: Quadrature, region: int) -> Points:
    """Return the points of a region."""
    group = np.flatnonzero(packed.heat_capacity[region] > 0)
    capacity, path = packed.heat_capacity[region, group], packed.mean_free_path[region, group]
    sine, weight = quadrature.sines, quadrature.sine_weights

    def product(of_group: Array, of_polar: Array) -> Array:
        return np.asarray(np.outer(of_group, of_polar).ravel())

    flux = packed.flux_capacity[region, group]
    return Points(
        path=product(path, sine),
        flux=product(flux, weight * sine),
        energy=product(capacity, weight),
        carried=product(flux, weight * quadrature.across / sine),
        band=np.repeat(packed.spectrum.group_band[group].astype(np.int64), len(sine)),
    )
