"""Heat along a direction in which nothing varies: along a film, or a wire.

With a gradient g along y the solution is ``theta = g y + theta'``. By symmetry ``theta'`` is odd in
``Omega_y``: its mean vanishes, so the pseudo-temperature and all diffuse emission of it do. Written
``theta' = g Omega_y f`` the equation of a lane is

    s Lambda d . grad f + f = -Lambda,        q_y = g sum C v <Omega_y^2 f>,

with f = 0 in what diffuse walls and interfaces emit. What a resolved interface lets pass keeps its
wave vector along it, so that f changes as ``1/Omega_y`` where it goes to another polar node. The
sweep solves it as it is: no temperature, a source of its own in each lane, and ``C v Omega_y^2`` as
weights of the energy moment. One sweep does, but where mirrors, rough walls, resolved interfaces or
lagged faces hand f on: then their traces are iterated, each lane on its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bte.packing import Packed
from bte.packing.arrays import Array
from bte.quadrature import Quadrature
from bte.solvers.circuits import Circuits
from bte.solvers.compression import Choice, reduce_along
from bte.solvers.discrete import Discrete, discretise
from bte.solvers.flights import find_flights
from bte.solvers.interfaces import crossings_of
from bte.solvers.lanes import Lanes, make_lanes
from bte.solvers.traces import Traces

#: Most sweeps of the lane-wise iteration, and bytes of the vectors it keeps.
_STEPS, _CYCLE_BYTES = 200, 400e6


@dataclass(frozen=True, eq=False)
class Along:
    """Conduction along the directions that a mesh does not have.

    Attributes
    ----------
    conductivity : (n_node,) [W/m/K]
        ``-q_y/g``, the same for all of them.
    sweeps : int
    residual : float
        Of the traces, relative to those of the bulk.
    converged : bool
        Whether that is within the tolerance.
    seconds : float
    """

    conductivity: Array
    sweeps: int
    residual: float
    converged: bool
    seconds: float


def solve_along(
    packed: Packed,
    quadrature: Quadrature,
    tolerance: float = 1e-8,
    threads: int = 0,
    lanes: Choice = "full",
    axis: int = 2,
    divided: bool = True,
) -> Along:
    """Solve for the heat that a gradient along a missing direction drives.

    Parameters
    ----------
    packed : Packed
        The problem, of one or two dimensions.
    quadrature : Quadrature
        Its directions.
    tolerance : float
        Of the traces of mirrors and rough walls, relative to those of the bulk.
    threads : int
        Threads of the sweep, 0 for all cores.
    lanes : {"auto", "full"} or int
        See `bte.solvers.compression`.
    axis : int
        The direction; in isotropic materials all that the mesh lacks are alike.
    divided : bool
        Whether bands that are merged are divided first.
    """
    began = time.perf_counter()
    few = reduce_along(packed, quadrature, lanes, axis, divided)
    table = along_lanes(packed, quadrature) if few is None else few
    discrete = discretise(packed, quadrature, threads, table)
    discrete = replace(discrete, traces=_odd_traces(discrete))
    bulk: Array = np.zeros((len(discrete.traces.zone), discrete.n_face_vertex, len(table.band)))
    bulk += (discrete.traces.alive * _source(table, discrete))[:, None, :]
    traces, shape, sweeps, residual = bulk, bulk.shape, 0, 0.0
    if bulk.size:
        empty = np.zeros_like(bulk)
        nothing = np.zeros(discrete.n_node)
        constant = discrete.march(nothing, _ones(discrete), empty).state.traces

        def linear(x: Array) -> Array:
            return discrete.march(nothing, np.zeros(0), x.reshape(shape)).state.traces

        start, setup = _begun(discrete, constant, bulk)
        if discrete.traces.walls.crossings:  # they couple lanes: all take one step together
            constant, start = constant.reshape(-1, 1), start.reshape(-1, 1)
        traces, sweeps, residual = solve_lanes(linear, constant, start, tolerance)
        traces, sweeps = traces.reshape(shape), sweeps + setup
    final = discrete.march(np.zeros(discrete.n_node), _ones(discrete), traces, full=True)
    sweeps += 1 + (bulk.size > 0)
    seconds = time.perf_counter() - began
    return Along(-final.energy, sweeps, residual, residual <= tolerance, seconds)


def _begun(discrete: Discrete, constant: Array, bulk: Array) -> tuple[Array, int]:
    """Return traces to begin with, and the sweeps that finding them took: circuits if they serve.

    Parameters
    ----------
    constant : (n_trace, n_face_vertex, n_lane)
        What the source fills.
    bulk : (n_trace, n_face_vertex, n_lane)
        Traces without them.
    """
    if not discrete.traces.walls.crossings or discrete.packed.mesh.dim > 1:
        return bulk, 0
    flights = find_flights(discrete)
    if not isinstance(flights, Circuits):
        return bulk, 0 if flights is None else 1
    return constant + flights.further(constant), 1


def _odd_traces(discrete: Discrete) -> Traces:
    """Return the traces of intensities ``Omega_y f``: what is scattered evenly vanishes."""
    traces = discrete.traces.without_diffuse()
    tables = traces.tables
    crossings = crossings_of(
        discrete.packed, discrete.quadrature, discrete.lanes, tables.row, tables.read, odd=True
    )
    return replace(traces, walls=replace(traces.walls, crossings=crossings))


def _source(lanes: Lanes, discrete: Discrete) -> Array:
    """Return what the lanes of traces answer far from all walls (n_trace, n_lane)."""
    source = lanes.source if not lanes.directed else lanes.source.min(axis=0)
    return np.asarray(source[discrete.traces.zone])


def _ones(discrete: Discrete) -> Array:
    return np.ones(discrete.n_node)


def along_lanes(packed: Packed, quadrature: Quadrature) -> Lanes:
    """Return lanes whose source is ``-Lambda`` and whose energy moment is the flux across."""
    lanes = make_lanes(packed, quadrature)
    square = (1.0 - lanes.sine**2) / max(3 - quadrature.dim, 1)
    path = 1.0 / (lanes.inverse_mfp * lanes.sine)
    return replace(
        lanes,
        energy=lanes.flux / lanes.sine * square,
        source=np.where(lanes.alive, -path, 0.0),
    )


def solve_lanes(
    linear: Callable[[Array], Array], constant: Array, start: Array, tolerance: float
) -> tuple[Array, int, float]:
    """Solve ``x = L x + b`` where the lanes (last axis) do not know of each other.

    GMRES with coefficients of its own for every lane; all advance together.

    Parameters
    ----------
    linear : callable
        L, one sweep.
    constant : (..., n_lane)
        b.
    start : (..., n_lane)
        Where to begin; its size is that of the solution.
    tolerance : float
        Of the residual of every lane, relative to the size of `start`.

    Returns
    -------
    x, number of calls of `linear`, largest relative residual
    """
    shape, n_lane = start.shape, start.shape[-1]
    x = start.reshape(-1, n_lane)
    scale = np.linalg.norm(x, axis=0)
    scale[scale == 0.0] = 1.0

    def operator(v: Array) -> Array:
        return v - linear(v.reshape(shape)).reshape(-1, n_lane)

    longest = int(np.clip(_CYCLE_BYTES / max(8 * x.size, 1), 10, _STEPS))
    calls = 0
    while True:
        residual = constant.reshape(-1, n_lane) - operator(x)
        left = float((np.linalg.norm(residual, axis=0) / scale).max())
        calls += 1
        if left <= tolerance or calls >= _STEPS:
            return x.reshape(shape), calls, left
        update, steps = _lane_cycle(operator, residual, tolerance * scale, longest)
        x, calls = x + update, calls + steps


def _lane_cycle(
    operator: Callable[[Array], Array], residual: Array, goal: Array, longest: int
) -> tuple[Array, int]:
    """Return the update of one cycle (n, n_lane), and its steps.

    Arnoldi by classical Gram-Schmidt, twice; Givens rotations; per lane.
    """
    n, n_lane = residual.shape
    size = np.linalg.norm(residual, axis=0)
    basis = np.empty((longest + 1, n, n_lane))
    basis[0] = _divided(residual, size)
    upper = np.zeros((n_lane, longest, longest))
    rhs = np.zeros((longest + 1, n_lane))
    rhs[0] = size
    turns = np.zeros((longest, 2, n_lane))
    steps = 0
    while steps < longest and np.any(np.abs(rhs[steps]) > 0.5 * goal):
        column, w = _orthogonal(basis[: steps + 1], operator(basis[steps]))
        basis[steps + 1] = _divided(w, column[-1])
        _turn(column, turns[:steps])
        radius = np.hypot(column[-2], column[-1])
        c, s = _divided(column[-2], radius), _divided(column[-1], radius)
        turns[steps] = c, s
        upper[:, :steps, steps] = column[:steps].T
        upper[:, steps, steps] = np.where(radius > 0, radius, 1.0)
        rhs[steps], rhs[steps + 1] = c * rhs[steps], -s * rhs[steps]
        steps += 1
    y = np.linalg.solve(upper[:, :steps, :steps], rhs[:steps].T[:, :, None])[:, :, 0]
    return np.einsum("inl,li->nl", basis[:steps], y), steps


def _orthogonal(basis: Array, w: Array) -> tuple[Array, Array]:
    """Return the coefficients of w in the basis with the norm of the rest, and the rest."""
    column = np.zeros((len(basis) + 1, w.shape[1]))
    for _ in range(2):
        dots = np.einsum("inl,nl->il", basis, w)
        column[:-1] += dots
        w = w - np.einsum("inl,il->nl", basis, dots)
    norm = np.linalg.norm(w, axis=0)
    column[-1] = np.where(norm > 1e-14, norm, 0.0)  # else the lane's answer is exact already
    return column, w


def _turn(column: Array, turns: Array) -> None:
    """Apply Givens rotations to a column of all lanes."""
    for i, (c, s) in enumerate(turns):
        upper, lower = column[i].copy(), column[i + 1].copy()
        column[i], column[i + 1] = c * upper + s * lower, c * lower - s * upper


def _divided(vector: Array, size: Array) -> Array:
    return np.divide(vector, size, out=np.zeros_like(vector), where=size > 0)
