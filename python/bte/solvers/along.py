"""Heat along a direction in which nothing varies: along a film, or a wire.

With a gradient g along y the solution is ``theta = g y + theta'``. By symmetry ``theta'`` is odd in
``Omega_y``: its mean vanishes, so the pseudo-temperature and all diffuse emission of it do. Written
``theta' = g Omega_y f`` the equation of a lane is

    s Lambda d . grad f + f = -Lambda,        q_y = g sum C v <Omega_y^2 f>,

with f = 0 in what diffuse walls and interfaces emit. The sweep solves it as it is: no temperature,
a source of its own in each lane, and ``C v Omega_y^2`` as weights of the energy moment. One sweep
does, but where mirrors, rough walls or lagged faces hand f on: then their traces are iterated, each
lane on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bte.packing import Packed
from bte.packing.arrays import Array
from bte.quadrature import Quadrature
from bte.solvers.discrete import Discrete, discretise
from bte.solvers.lanes import Lanes, make_lanes

#: Most steps of the lane-wise iteration, and the sweeps it may take.
_STEPS = 60


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
    """

    conductivity: Array
    sweeps: int
    residual: float
    converged: bool


def solve_along(
    packed: Packed, quadrature: Quadrature, tolerance: float = 1e-8, threads: int = 0
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
    """
    lanes = along_lanes(packed, quadrature)
    discrete = discretise(packed, quadrature, threads, lanes)
    discrete = replace(discrete, traces=discrete.traces.without_diffuse())
    bulk = np.zeros((len(discrete.traces.zone), discrete.n_face_vertex, len(lanes.band)))
    bulk += lanes.source[discrete.traces.zone][:, None, :]
    traces, sweeps, residual = bulk, 0, 0.0
    if bulk.size:
        empty = np.zeros_like(bulk)
        constant = discrete.march(np.zeros(discrete.n_node), _ones(discrete), empty).state.traces

        def linear(x: Array) -> Array:
            nothing = np.zeros(discrete.n_node)
            return discrete.march(nothing, np.zeros(0), x.reshape(bulk.shape)).state.traces

        traces, sweeps, residual = solve_lanes(linear, constant, bulk, tolerance)
    final = discrete.march(np.zeros(discrete.n_node), _ones(discrete), traces, full=True)
    sweeps += 1 + (bulk.size > 0)
    return Along(-final.energy, sweeps, residual, residual <= tolerance)


def _ones(discrete: Discrete) -> Array:
    return np.ones(discrete.n_node)


def along_lanes(packed: Packed, quadrature: Quadrature) -> Lanes:
    """Return lanes whose source is ``-Lambda`` and whose energy moment is the flux across."""
    lanes = make_lanes(packed, quadrature)
    square = np.zeros(len(lanes.band))
    square[: lanes.n] = np.tile(quadrature.across, lanes.n // quadrature.n_polar)
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

    residual = constant.reshape(-1, n_lane) - operator(x)
    size = np.linalg.norm(residual, axis=0)
    basis = [_divided(residual, size)]
    hessenberg = np.zeros((n_lane, _STEPS + 1, _STEPS))
    target = np.zeros((n_lane, _STEPS + 1))
    target[:, 0] = size
    y = np.zeros((n_lane, 0))
    left, steps = float((size / scale).max()), 0
    while left > tolerance and steps < _STEPS:
        w = operator(basis[-1])
        for _ in range(2):
            for i, v in enumerate(basis):
                dot = np.einsum("nl,nl->l", v, w)
                hessenberg[:, i, steps] += dot
                w -= dot * v
        norm = np.linalg.norm(w, axis=0)
        norm[norm <= 1e-14] = 0.0  # this lane's space is exhausted: its solution is exact
        hessenberg[:, steps + 1, steps] = norm
        basis.append(_divided(w, norm))
        steps += 1
        small, rhs = hessenberg[:, : steps + 1, :steps], target[:, : steps + 1]
        y = (np.linalg.pinv(small, rcond=1e-13) @ rhs[:, :, None])[:, :, 0]
        missed = rhs - (small @ y[:, :, None])[:, :, 0]
        left = float((np.linalg.norm(missed, axis=1) / scale).max())
    for i in range(steps):
        x = x + y[:, i] * basis[i]
    return x.reshape(shape), steps + 1, left


def _divided(vector: Array, size: Array) -> Array:
    return np.divide(vector, size, out=np.zeros_like(vector), where=size > 0)
