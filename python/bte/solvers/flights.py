"""Flight maps: what long flights between mirrors and through periodic faces make of traces.

What leaves the domain through a mirror or a periodic face comes in again, on a trace. A phonon of
long path does so many times before it is scattered, and a Krylov solver that moves every trace one
flight on per step needs as many steps as it makes flights. No continuum sees them. With M the map
of the traces that are read to those that are then written, without temperatures or emissions, what
all further flights make of a residual r of the traces is

    M r + M^2 r + M^3 r + ...

M couples an ordinate with its images, lane by lane. It is not built column by column, but from a
few sweeps: with traces of one on the faces of one normal a sweep gives what is left of them, with
the coordinate of those faces the mean place where it has come in. So

    (M r)_i = sum_k left_ik r(place_ik)

over the normals k of the faces by which an ordinate enters; r is linear on each face.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from bte.packing import Kind
from bte.packing.arrays import Array
from bte.solvers.discrete import Discrete
from bte.solvers.links import TraceLinks, make_links

#: Maps pay where so much of all emission survives a flight across the domain.
_LONG = 0.4

#: The sum ends where flights have left so much, or after so many of them.
_LEFT, _MOST = 0.05, 150

#: Normals of the faces by which one ordinate enters, at most.
_NORMALS = 6

#: What is left below this has come from nowhere.
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class FlightMap:
    """The map M.

    Attributes
    ----------
    origins : tuple of sparse (n_trace * n_face_vertex, same)
        For each normal, the value where a trace has come in.
    left : tuple of (n_trace * n_face_vertex, n_lane) float32
        And what is left of it.
    flights : int
        Terms of the sum.
    setup : float
        Sweeps that finding it took.
    """

    origins: tuple[csr_matrix, ...]
    left: tuple[NDArray[np.float32], ...]
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
        parts = zip(self.left, self.origins, strict=True)
        return np.asarray(sum(left * (origin @ values) for left, origin in parts))


def find_flights(discrete: Discrete) -> FlightMap | None:
    """Return the flight map of a problem where mirrors or periodic faces make long flights."""
    if (
        not len(discrete.packed.sides.of(Kind.MIRROR, Kind.PERIODIC))
        or _surviving(discrete) < _LONG
    ):
        return None
    links = make_links(discrete)
    rank = links.rank
    if rank.max() >= _NORMALS:
        return None
    every = np.arange(links.n_ordinate)
    axes = links.coordinates()
    place = links.points[links.face]
    middle = links.points.mean(axis=(0, 1))
    origins, left = [], []
    for k in range(int(rank.max()) + 1):
        lit = ((rank == k)[:, None] & links.alive)[:, None, :]
        rest = discrete.flown(np.zeros(place.shape[:2] + lit.shape[2:]) + lit, every)
        rest *= links.alive[:, None, :]
        total = rest.sum(axis=2)
        mean = np.tile(middle, (*place.shape[:2], 1))
        for d in axes:
            moment = discrete.flown((place[:, :, d, None] - middle[d]) * lit, every).sum(axis=2)
            mean[:, :, d] += np.divide(
                moment, total, out=np.zeros_like(total), where=total > _NOTHING
            )
        origins.append(_origin(links, rank == k, total > _NOTHING, mean))
        left.append(rest.reshape(-1, rest.shape[2]).astype(np.float32))
    setup = float(len(left) * (1 + len(axes)))
    return _with_flights(FlightMap(tuple(origins), tuple(left), 0, setup))


def _surviving(discrete: Discrete) -> float:
    """Return what part of all emission survives a flight across the domain.

    From face to opposite face, taken for volume over area, along the axis where that is shortest.
    """
    packed, lanes = discrete.packed, discrete.lanes
    sides = packed.sides
    traced = sides.of(Kind.MIRROR, Kind.PERIODIC)
    axis = np.round(np.abs(sides.normal[traced]), 6)
    _, which = np.unique(axis, axis=0, return_inverse=True)
    widest = np.bincount(which.ravel(), sides.area[traced]).max() / 2.0
    distance = packed.mesh.volumes.sum() / widest
    volume = np.bincount(packed.mesh.cell_region, packed.mesh.volumes)
    weight = lanes.flux * volume[:, None]
    return float((weight * np.exp(-distance * lanes.inverse_mfp)).sum() / weight.sum())


def _with_flights(flight: FlightMap) -> FlightMap:
    """Return the map with as many flights as unit traces last."""
    values = np.ones(flight.left[0].shape)
    flights = 0
    while flights < _MOST and values.max() > _LEFT:
        values = flight.once(values)
        flights += 1
    return replace(flight, flights=flights)


def _origin(
    links: TraceLinks, lit: NDArray[np.bool_], reached: NDArray[np.bool_], place: Array
) -> csr_matrix:
    """Return the interpolation from lit traces to the places where written ones have come in."""
    n, wide = reached.shape
    inverse = _barycentric(links)
    rows, columns, weights = [], [], []
    for ordinate in range(links.n_ordinate):
        written = np.flatnonzero(links.writer == ordinate)
        read = np.flatnonzero((links.reader == ordinate) & lit)
        trace, vertex = np.nonzero(reached[written])
        if not len(trace) or not len(read):
            continue
        target = place[written][trace, vertex]
        face = links.face[read]
        nearest = cKDTree(links.points[face].mean(axis=1)).query(target)[1]
        share = np.einsum("tvc,tc->tv", inverse[face[nearest]], _homogeneous(links, target))
        share = np.clip(share, 0.0, 1.0)
        weights.append((share / share.sum(axis=1, keepdims=True)).ravel())
        rows.append(np.repeat(written[trace] * wide + vertex, wide))
        columns.append((read[nearest][:, None] * wide + np.arange(wide)).ravel())
    if not rows:
        return csr_matrix((n * wide, n * wide))
    entries = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(weights), entries), shape=(n * wide, n * wide))


def _homogeneous(links: TraceLinks, points: Array) -> Array:
    """Return one and the scaled coordinates that vary on faces of one normal (..., 1 + n)."""
    axes = links.coordinates()
    middle = links.points.mean(axis=(0, 1))[axes]
    scaled = (points[..., axes] - middle) / (np.ptp(links.points, axis=(0, 1)).max() or 1.0)
    return np.concatenate([np.ones((*scaled.shape[:-1], 1)), scaled], axis=-1)


def _barycentric(links: TraceLinks) -> Array:
    """Return what takes a point to weights of a face's vertices (n_face, n_face_vertex, 1 + n).

    They reproduce linear functions, with the least squares of weights.
    """
    corners = _homogeneous(links, links.points) * (links.areas > 0)[:, :, None]
    return np.asarray(np.linalg.pinv(corners.transpose(0, 2, 1), rcond=_NOTHING))
