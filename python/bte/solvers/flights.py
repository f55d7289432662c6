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

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, diags, identity
from scipy.sparse.linalg import SuperLU, splu

from bte.packing import Kind
from bte.packing.arrays import Array
from bte.solvers.discrete import Discrete
from bte.solvers.links import Indices, make_links
from bte.solvers.rays import origins

#: Sides that hand traces on whole.
_HANDING = (Kind.MIRROR, Kind.ROUGH, Kind.PERIODIC)

#: Maps pay where so much of all emission survives a flight across the domain.
_LONG = 0.05

#: Flights of the stages, and what a unit trace must have left to count in the next.
_FLIGHTS, _LEFT = (2, 4, 8), 0.05

#: Unknowns of all lanes together for which the flights after that are solved directly, and the most
#: that is left of a trace.
_LARGEST, _MOST = 500_000, 1.0 - 1e-6

#: What is left below this has come from nowhere.
_NOTHING = 1e-9


class Stage(NamedTuple):
    """Some terms of the sum, on the rows that still count in them.

    Attributes
    ----------
    rows : (n,)
        Vertices of traces; ``within`` are their places among the rows of the stage before.
    origin : sparse (n, n)
        Takes values to where they come out.
    left : (n, n_lane) float32
        What is left of them.
    flights : int
    """

    rows: Indices
    within: Indices
    origin: csr_matrix
    left: NDArray[np.float32]
    flights: int


class Rest(NamedTuple):
    """All terms that the stages leave, on their rows and lanes, by factors of ``I - M``."""

    rows: Indices
    within: Indices
    lanes: Indices
    factors: tuple[SuperLU, ...]


@dataclass(frozen=True, eq=False)
class FlightMap:
    """The sum of the powers of M, for residuals of the traces.

    Attributes
    ----------
    stages : tuple of Stage
    rest : Rest
    setup : float
        Sweeps that finding it took.
    """

    stages: tuple[Stage, ...]
    rest: Rest
    setup: float

    def further(self, residual: Array) -> Array:
        """Return what all further flights make of a residual (n_trace, n_face_vertex, n_lane)."""
        values = residual.reshape(-1, residual.shape[2])
        total = np.zeros_like(values)
        for stage in self.stages:
            values, sum_ = values[stage.within], np.zeros(stage.left.shape)
            for _ in range(stage.flights):
                values = stage.left * (stage.origin @ values)
                sum_ += values
            total[stage.rows] += sum_
        values = values[self.rest.within]
        for lane, factors in zip(self.rest.lanes, self.rest.factors, strict=True):
            column = np.ascontiguousarray(values[:, lane])
            total[self.rest.rows, lane] += factors.solve(column) - column
        return total.reshape(residual.shape)


def find_flights(discrete: Discrete) -> FlightMap | None:
    """Return the flight map of a problem where mirrors or periodic faces make long flights."""
    if not len(discrete.packed.sides.of(*_HANDING)) or _surviving(discrete) < _LONG:
        return None
    links = make_links(discrete)
    lit = np.zeros((*links.real.shape, links.alive.shape[1])) + links.alive[:, None, :]
    left = np.clip(discrete.flown(lit), 0.0, _MOST) * links.alive[:, None, :]
    reached = (left.sum(axis=2) > _NOTHING) & links.real
    origin = origins(links, reached, discrete.quadrature.directions)
    return FlightMap(*_stages(origin, left.reshape(-1, left.shape[2])), setup=1.0)


def _surviving(discrete: Discrete) -> float:
    """Return what part of all emission survives a flight across the domain.

    From face to opposite face, taken for volume over area, along the axis where that is shortest.
    """
    packed, lanes = discrete.packed, discrete.lanes
    sides = packed.sides
    traced = sides.of(*_HANDING)
    axis = np.round(np.abs(sides.normal[traced]), 6)
    _, which = np.unique(axis, axis=0, return_inverse=True)
    widest = np.bincount(which.ravel(), sides.area[traced]).max() / 2.0
    distance = packed.mesh.volumes.sum() / widest
    volume = np.bincount(packed.mesh.cell_region, packed.mesh.volumes)
    weight = lanes.flux * volume[:, None]
    return float((weight * np.exp(-distance * lanes.inverse_mfp)).sum() / weight.sum())


def _stages(origin: csr_matrix, left: Array) -> tuple[tuple[Stage, ...], Rest]:
    """Divide the flights that unit traces last among stages of fewer and fewer rows."""
    rows = within = np.arange(len(left))
    values, stages = np.ones(left.shape), []
    for flights in _FLIGHTS:
        part, rest = origin[rows][:, rows], left[rows].astype(np.float32)
        values = values[within]
        for _ in range(flights):
            values = rest * (part @ values)
        stages.append(Stage(rows, within, part, rest, flights))
        within = np.flatnonzero((values > _LEFT).any(axis=1))
        rows = rows[within]
    lanes = np.flatnonzero((values > _LEFT).any(axis=0))
    if len(rows) * len(lanes) > _LARGEST:
        lanes = lanes[:0]
    part, unit = origin[rows][:, rows], identity(len(rows), format="csc")
    factors = [splu(csc_matrix(unit - diags(left[rows, lane]) @ part)) for lane in lanes]
    return tuple(stages), Rest(rows, within, lanes, tuple(factors))
