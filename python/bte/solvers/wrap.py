"""Wrap maps: long flights between mirrors and through periodic faces, taken at once.

What leaves the domain through a mirror or a periodic face comes in again, on a trace. A phonon of
long path does so many times before it is scattered, and a Krylov solver that moves every trace one
flight on per step needs as many steps as it makes flights. No continuum sees them.

But flights couple few unknowns: an ordinate with its images, one lane, the traces alone. For those
that live long the map of traces to traces M is found once, by sweeps without temperatures or
emissions (`bte.solvers.wrap_probe`). What all further flights make of a residual r of the traces,

    (I - M)^-1 r - r,

is the third correction of the accelerator. It takes no sweeps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bte.packing.arrays import Array
from bte.solvers.patches import Indices


@dataclass(frozen=True, eq=False)
class WrapGroup:
    """An ordinate with its images.

    Attributes
    ----------
    traces, lanes : indices
    prolong, restrict : sparse
        From coefficients on patches to values at the vertices of the traces, and back.
    more : (n_lane, n, n) float32
        ``(I - M)^-1 - I`` of the coefficients.
    """

    traces: Indices
    lanes: Indices
    prolong: csr_matrix
    restrict: csr_matrix
    more: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WrapMaps:
    """Long flights.

    Attributes
    ----------
    groups : tuple of WrapGroup
    setup : float
        Sweeps that finding the maps took.
    """

    groups: tuple[WrapGroup, ...]
    setup: float

    def further(self, residual: Array) -> Array:
        """Return what all further flights make of a residual (n_trace, n_face_vertex, n_lane)."""
        result = np.zeros_like(residual)
        for group in self.groups:
            at = np.ix_(group.traces, np.arange(residual.shape[1]), group.lanes)
            values = residual[at]
            coefficients = (group.restrict @ values.reshape(-1, len(group.lanes))).T[:, :, None]
            more = group.prolong @ (group.more @ coefficients)[:, :, 0].T
            result[at] = more.reshape(values.shape)
        return result
