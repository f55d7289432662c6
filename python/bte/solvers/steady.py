"""The steady state: GMRES on ``(I + P)(I - L) x = (I + P) F(0)``."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from bte.errors import BteError
from bte.packing import Packed
from bte.packing.arrays import Array
from bte.packing.balance import shifted
from bte.quadrature import quadrature
from bte.solvers.acceleration import Accelerator, make_accelerator
from bte.solvers.convergence import Goal, make_goal
from bte.solvers.discrete import Discrete, Sweep, discretise
from bte.solvers.krylov import Interrupted, gmres_cycle

log = logging.getLogger("bte")

#: Called after every sweep: sweep, residual, energy balance, tolerance.
Callback = Callable[[int, float, float, float], None]

#: Bytes of Krylov vectors kept before a restart, and the fewest and most of them.
_CYCLE_BYTES, _SHORTEST, _LONGEST = 400e6, 40, 200

#: GMRES stops this much below the tolerances, so that the last sweep confirms them.
_MARGIN = 1.2

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class SteadyState:
    """A solved transport problem, still as arrays.

    Attributes
    ----------
    discrete : Discrete
        What was solved.
    sweep : Sweep
        The last sweep, with all moments; temperatures are above ``offset`` + T0.
    power : (n_side, n_band) [W]
        Into the domain through every side.
    offset : float
        Temperature that was subtracted from all walls [K].
    net, gross : float
        Of the energy ledger [W].
    sweeps : int
    residuals : tuple of float
    converged : bool
    seconds : dict of str to float
    """

    discrete: Discrete
    sweep: Sweep
    power: Array
    offset: float
    net: float
    gross: float
    sweeps: int
    residuals: tuple[float, ...]
    converged: bool
    seconds: dict[str, float]


class Keeper(Protocol):
    """Where an interrupted solve leaves its unknown, and where the next one finds it."""

    def start(self, discrete: Discrete) -> Array:
        """Return the unknown to start from."""

    def keep(self, discrete: Discrete, x: Array) -> None:
        """Keep the unknown of an interrupted solve."""


class _Run:
    """The counters of one solve."""

    def __init__(self, max_sweeps: int, callback: Callback | None) -> None:
        self.max_sweeps, self.callback = max_sweeps, callback
        self.sweeps = 0
        self.residuals: list[float] = []
        self.seconds = {"sweep": 0.0, "continuum": 0.0}

    def timed(self, part: str, function: Callable[[Array], T]) -> Callable[[Array], T]:
        """Return a function that adds its time to a part and counts sweeps."""

        def call(x: Array) -> T:
            start = time.perf_counter()
            result = function(x)
            self.seconds[part] += time.perf_counter() - start
            self.sweeps += part == "sweep"
            return result

        return call

    def record(self, error: float, balance: float, goal: Goal) -> None:
        """Keep a residual and report it."""
        self.residuals.append(error)
        if self.callback is not None:
            self.callback(self.sweeps, error, balance, goal.tolerance)


def solve_steady(
    packed: Packed,
    *,
    azimuths: int | None = None,
    polars: int | None = None,
    tolerance: float = 1e-6,
    max_sweeps: int = 500,
    threads: int = 0,
    callback: Callback | None = None,
    keeper: Keeper | None = None,
) -> SteadyState:
    """Solve the steady transport equation of a packed problem.

    Parameters
    ----------
    packed : Packed
        The problem.
    azimuths, polars : int, optional
        Of the quadrature, see `bte.quadrature.quadrature`.
    tolerance : float
        Largest error of the pseudo-temperature relative to the range of imposed temperatures.
    max_sweeps : int
        Give up after so many sweeps.
    threads : int
        Threads of the sweep, 0 for all cores.
    callback : callable, optional
        Told sweep, residual, energy balance and tolerance after every sweep.
    keeper : Keeper, optional
        Gives the unknown to start from and takes it when the solve is interrupted.
    """
    if not 0.0 < tolerance < 1.0:
        raise BteError(f"tolerance must lie between 0 and 1, not {tolerance!r}")
    start = time.perf_counter()
    packed, offset = shifted(packed)
    discrete = discretise(packed, quadrature(packed.mesh.dim, azimuths, polars), threads)
    accelerator = make_accelerator(discrete)
    setup = time.perf_counter() - start
    x = keeper.start(discrete) if keeper is not None else np.zeros(discrete.size)
    try:
        state = _iterate(discrete, accelerator, x, tolerance, max_sweeps, callback)
    except KeyboardInterrupt:
        if keeper is not None:
            keeper.keep(discrete, x)
        raise
    total = time.perf_counter() - start
    seconds = {**state.seconds, "setup": setup, "total": total}
    seconds["other"] = total - sum(state.seconds.values()) - setup
    return replace(state, offset=offset, seconds=seconds)


def _iterate(
    discrete: Discrete,
    accelerator: Accelerator,
    x: Array,
    tolerance: float,
    max_sweeps: int,
    callback: Callback | None,
) -> SteadyState:
    """Improve x in place until both tests hold."""
    run = _Run(max_sweeps, callback)
    goal = None
    balances: list[float] = []
    precondition = run.timed("continuum", accelerator.apply)
    linear, evaluate = run.timed("sweep", discrete.apply), run.timed("sweep", discrete.evaluate)
    while True:
        sweep = evaluate(x)
        residual = sweep.state.flat() - x
        corrected = residual + precondition(residual)
        goal = goal or make_goal(discrete, corrected, tolerance)
        power = discrete.side_power(sweep)
        boundary = discrete.boundary_power(power)
        error = goal.error(float(np.abs(corrected[: discrete.n_node]).max()))
        balance = goal.balance(boundary)
        run.record(error, balance, goal)
        converged = goal.reached(error, balance)
        balances.append(balance)
        if converged or run.sweeps >= max_sweeps or _stalled(error, balances, goal):
            break
        try:
            x += gmres_cycle(
                linear,
                precondition,
                residual,
                slice(0, discrete.n_node),
                _watch(run, goal, boundary),
                goal.net(boundary),
                max(1, min(_cycle_length(discrete.size), max_sweeps - run.sweeps - 1)),
            )
        except Interrupted as stop:
            x += stop.update
            raise
    return SteadyState(
        discrete,
        sweep,
        power,
        0.0,
        goal.net(boundary),
        goal.gross(boundary),
        run.sweeps,
        tuple(run.residuals),
        converged,
        run.seconds,
    )


def _cycle_length(size: int) -> int:
    return int(np.clip(_CYCLE_BYTES / (8.0 * size), _SHORTEST, _LONGEST))


def _stalled(error: float, balances: list[float], goal: Goal) -> bool:
    """Whether two more cycles have not improved the balance of a field that is right already.

    The balance of very thick bodies ends at rounding, about 3e-16 (thickness/path)^2.
    """
    if error > goal.tolerance or len(balances) < 4:
        return False
    return min(balances[-2:]) > 0.5 * min(balances[:-2])


def _watch(run: _Run, goal: Goal, boundary: Array) -> Callable[[float, Array], bool]:
    """Apply the stopping tests to what GMRES shows of its update."""

    def watch(largest: float, change: Array) -> bool:
        error, balance = goal.error(largest), goal.balance(boundary + change)
        run.record(error, balance, goal)
        return goal.reached(_MARGIN * error, _MARGIN * balance)

    return watch
