"""Wrap maps: long flights between mirrors and through periodic faces, solved at once.

What leaves the domain through a mirror or a periodic face comes in again, on a trace. A phonon of
long path does so many times before it is scattered, and a Krylov solver that moves every trace one
flight on per step needs as many steps as it makes flights. No continuum sees them.

But flights couple few unknowns: an ordinate with its images, one lane, the traces alone. For those
that live long the map of traces to traces M is found once, by sweeps without temperatures or
emissions (`bte.solvers.wrap_probe`). Then an evaluation of F first sweeps these ordinates alone,
which gives the traces w' that follow from w, and goes on with

    w + (I - M)^-1 (w' - w),

which all further flights would lead to if nothing else changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bte.packing.arrays import Array
from bte.solvers.patches import Indices

Mask = NDArray[np.bool_]


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
    """Solved flights.

    Attributes
    ----------
    ordinates : (n,)
        Those whose traces are solved.
    groups : tuple of WrapGroup
    solved : (n_trace, n_lane) bool
        Traces that follow from the rest of the unknown.
    fraction : float
        Of a sweep, that each evaluation takes more.
    setup : float
        Sweeps that finding the maps took.
    """

    ordinates: Indices
    groups: tuple[WrapGroup, ...]
    solved: Mask
    fraction: float
    setup: float

    def unsolved(self, traces: Array) -> Array:
        """Return traces with zeros where they are solved."""
        return np.asarray(traces * ~self.solved[:, None, :])

    def advance(self, traces: Array, written: Array) -> Array:
        """Return the traces after all further flights.

        Parameters
        ----------
        traces, written : (n_trace, n_face_vertex, n_lane)
            Those that were read, and what the `ordinates` then wrote.
        """
        result = traces.copy()
        for group in self.groups:
            at = np.ix_(group.traces, np.arange(traces.shape[1]), group.lanes)
            step = written[at] - traces[at]
            flat = step.reshape(-1, len(group.lanes))
            coefficients = (group.restrict @ flat).T[:, :, None]
            further = group.prolong @ (group.more @ coefficients)[:, :, 0].T
            result[at] += step + further.reshape(step.shape)
        return result
