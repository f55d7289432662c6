"""Flight maps: what long flights between mirrors and through periodic faces make of traces.

What leaves the domain through a mirror or a periodic face comes in again, on a trace. A phonon of
long path does so many times before it is scattered, and a Krylov solver that moves every trace one
flight on per step needs as many steps as it makes flights. No continuum sees them. With M the map
of the traces that are read to those that are then written, without temperatures or emissions, what
all further flights make of a residual r of the traces is

    M r + M^2 r + M^3 r + ...

M couples an ordinate with its images, lane by lane. It is not built column by column: phonons fly
straight, so that what comes out at a point has come in on the ray through it, and one sweep with
traces of one tells what is left of it,

    (M r)_i = left_i r(origin_i),

r being linear on each face. That is not exact, but needs not be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from bte.packing.arrays import TRACED, Array
from bte.solvers.discrete import Discrete
from bte.solvers.links import TraceLinks, make_links

#: Maps pay where so much of all emission survives a flight across the domain.
_LONG = 0.05

#: The sum ends where flights have left so much, or after so many of them.
_LEFT, _MOST = 0.05, 150

#: What is left below this has come from nowhere.
_NOTHING = 1e-9

#: How many of the nearest faces are looked at, and how far points are moved into their face.
_NEAR, _INWARDS = 4, 1e-3


@dataclass(frozen=True, eq=False)
class FlightMap:
    """The map M.

    Attributes
    ----------
    origin : sparse (n_trace * n_face_vertex, same)
        Takes values to where they come out.
    left : (n_trace * n_face_vertex, n_lane) float32
        What is left of them.
    flights : int
        Terms of the sum.
    setup : float
        Sweeps that finding it took.
    """

    origin: csr_matrix
    left: NDArray[np.float32]
    flights: int
    setup: float

    def further(self, residual: Array) -> Array:
        """Return what all further flights make of a residual (n_trace, n_face_vertex, n_lane)."""
        values = residual.reshape(-1, residual.shape[2])
        total = np.zeros_like(values)
        for _ in range(self.flights):
            values = self.once(values)
            total += values
        return total.reshape(residual.shape)

    def once(self, values: Array) -> Array:
        """Return values (n_trace * n_face_vertex, n_lane) after one flight."""
        return np.asarray(self.left * (self.origin @ values))


def find_flights(discrete: Discrete) -> FlightMap | None:
    """Return the flight map of a problem where mirrors or periodic faces make long flights."""
    if not len(discrete.packed.sides.of(*TRACED)) or _surviving(discrete) < _LONG:
        return None
    links = make_links(discrete)
    lit = np.zeros((*links.real.shape, links.alive.shape[1])) + links.alive[:, None, :]
    left = discrete.flown(lit) * links.alive[:, None, :]
    reached = (left.sum(axis=2) > _NOTHING) & links.real
    origin = _origin(links, reached, discrete.quadrature.directions)
    flat = left.reshape(-1, left.shape[2]).astype(np.float32)
    return _with_flights(FlightMap(origin, flat, 0, 1.0))


def _surviving(discrete: Discrete) -> float:
    """Return what part of all emission survives a flight across the domain.

    From face to opposite face, taken for volume over area, along the axis where that is shortest.
    """
    packed, lanes = discrete.packed, discrete.lanes
    sides = packed.sides
    traced = sides.of(*TRACED)
    axis = np.round(np.abs(sides.normal[traced]), 6)
    _, which = np.unique(axis, axis=0, return_inverse=True)
    widest = np.bincount(which.ravel(), sides.area[traced]).max() / 2.0
    distance = packed.mesh.volumes.sum() / widest
    volume = np.bincount(packed.mesh.cell_region, packed.mesh.volumes)
    weight = lanes.flux * volume[:, None]
    return float((weight * np.exp(-distance * lanes.inverse_mfp)).sum() / weight.sum())


def _with_flights(flight: FlightMap) -> FlightMap:
    """Return the map with as many flights as unit traces last."""
    values = np.ones(flight.left.shape)
    flights = 0
    while flights < _MOST and values.max() > _LEFT:
        values = flight.once(values)
        flights += 1
    return replace(flight, flights=flights)


def _origin(links: TraceLinks, reached: NDArray[np.bool_], directions: Array) -> csr_matrix:
    """Return the interpolation from traces that are read to where written ones have come in."""
    n, wide = reached.shape
    middle = links.exit.mean(axis=1, keepdims=True)
    exits = links.exit + _INWARDS * (middle - links.exit)
    rows, columns, weights = [], [], []
    for ordinate, direction in enumerate(directions):
        written = np.flatnonzero(links.writer == ordinate)
        read = np.flatnonzero((links.reader == ordinate) & links.alive.any(axis=1))
        trace, vertex = np.nonzero(reached[written])
        if not len(trace) or not len(read):
            continue
        across = np.linalg.svd(direction[None])[2][1:].T
        target = exits[written][trace, vertex] @ across
        which, share = _located(links.entry[read] @ across, links.real[read], target)
        weights.append(share.ravel())
        rows.append(np.repeat(written[trace] * wide + vertex, wide))
        columns.append((read[which][:, None] * wide + np.arange(wide)).ravel())
    if not rows:
        return csr_matrix((n * wide, n * wide))
    entries = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(weights), entries), shape=(n * wide, n * wide))


def _located(
    corners: Array, real: NDArray[np.bool_], target: Array
) -> tuple[NDArray[np.intp], Array]:
    """Return in which face each point lies, and the weights of its vertices there.

    Parameters
    ----------
    corners : (n_face, n_face_vertex, dim - 1)
        Seen along the rays.
    real : (n_face, n_face_vertex) bool
    target : (n, dim - 1)
    """
    count = len(target)
    near = np.zeros((count, 1), dtype=np.intp)
    if target.shape[1]:
        tree = cKDTree(corners.mean(axis=1))
        near = np.atleast_2d(tree.query(target, k=np.arange(1, min(_NEAR, len(corners)) + 1))[1])
    scale = np.abs(corners).max(initial=0.0) or 1.0
    system = np.concatenate([np.ones((*corners.shape[:2], 1)), corners / scale], axis=2)
    inverse = np.linalg.pinv((system * real[:, :, None]).transpose(0, 2, 1), rcond=1e-9)
    point = np.concatenate([np.ones((count, 1)), target / scale], axis=1)
    share = np.einsum("tkvc,tc->tkv", inverse[near], point)
    best = np.where(real[near], share, 0.0).min(axis=2).argmax(axis=1)
    inside = np.clip(share[np.arange(count), best], 0.0, 1.0)
    return near[np.arange(count), best], inside / inside.sum(axis=1, keepdims=True)
