"""The steady state: GMRES on ``(I + P)(I - L) x = (I + P) F(0)``."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from bte.errors import BteError
from bte.packing import Packed
from bte.packing.arrays import Array
from bte.packing.balance import shifted
from bte.quadrature import Quadrature
from bte.solvers.acceleration import Accelerator, make_accelerator
from bte.solvers.compression import Choice, Reduced, reduce_lanes
from bte.solvers.convergence import Goal, Hindsight, Measure, make_goal
from bte.solvers.directions import tell_mirrors
from bte.solvers.discrete import Discrete, Sweep, discretise
from bte.solvers.krylov import Interrupted, gmres_cycle
from bte.solvers.precision import takes_single

#: Called after every sweep: sweep, residual, energy balance, tolerance.
Callback = Callable[[int, float, float, float], None]

#: Bytes of Krylov vectors kept before a restart, and the fewest and most of them.
_CYCLE_BYTES, _SHORTEST, _LONGEST = 400e6, 40, 200

#: GMRES stops this much below the tolerances, so that the last sweep confirms them.
_MARGIN = 1.2

#: A cycle in single precision gains no more than this: what it finds below is rounding.
_SINGLE_GAIN = 1e-5

#: A cycle in single precision that leaves more than this of the distance is the last of them.
_PROGRESS = 0.1

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class SteadyState:
    """A solved transport problem, still as arrays.

    Attributes
    ----------
    discrete : Discrete
        What was solved.
    reduced : Reduced
        How its lanes came about.
    sweep : Sweep
        The last sweep, with all moments; temperatures are above ``offset`` + T0.
    power : (n_side, n_band) [W]
        Into the domain through every side.
    offset : float
        Temperature that was subtracted from all walls [K].
    sweeps : int
    residuals : tuple of float
    converged : bool
    seconds : dict of str to float
    largest : float
        Temperature scale of the sources: the largest correction of the first step [K].
    """

    discrete: Discrete
    reduced: Reduced
    sweep: Sweep
    power: Array
    offset: float
    sweeps: int
    residuals: tuple[float, ...]
    converged: bool
    seconds: dict[str, float]
    largest: float = 0.0


class Keeper(Protocol):
    """Where an interrupted solve leaves its unknown, and where the next one finds it."""

    def start(self, discrete: Discrete) -> tuple[Array, float | None]:
        """Return the unknown to start from, and the temperature scale of the sources if known."""

    def keep(self, discrete: Discrete, x: Array, largest: float) -> None:
        """Keep the unknown of an interrupted solve and the temperature scale of its sources."""


class _Run:
    """One solve: its counters, its goal and its iteration."""

    def __init__(
        self,
        discrete: Discrete,
        accelerator: Accelerator,
        tolerance: float,
        max_sweeps: int,
        callback: Callback | None,
        largest: float | None,
        reduced: Reduced,
    ) -> None:
        self.discrete, self.tolerance, self.reduced = discrete, tolerance, reduced
        self.max_sweeps, self.callback, self.largest = max_sweeps, callback, largest
        self.precondition = self.timed("continuum", accelerator.apply)
        self.linear = self.timed("sweep", lambda x: self.discrete.apply(x))
        self.evaluate = self.timed("sweep", discrete.evaluate)
        self.spent, self.factor = accelerator.setup, 1.0
        self.residuals: list[float] = []
        self.seconds = {"sweep": 0.0, "continuum": 0.0}

    def timed(self, part: str, function: Callable[[Array], T]) -> Callable[[Array], T]:
        """Return a function that adds its time to a part and counts sweeps."""

        def call(x: Array) -> T:
            start = time.perf_counter()
            result = function(x)
            self.seconds[part] += time.perf_counter() - start
            self.spent += part == "sweep"
            return result

        return call

    @property
    def sweeps(self) -> int:
        """Sweeps so far, those that prepared the corrections among them."""
        return math.ceil(self.spent - 1e-9)

    def record(self, measure: Measure) -> None:
        """Keep a residual and report it."""
        self.residuals.append(measure.error)
        if self.callback is not None:
            self.callback(self.sweeps, measure.error, measure.balance, self.tolerance)

    def iterate(self, x: Array) -> SteadyState:
        """Improve x in place until all tests hold, or nothing is gained any more."""
        before, distances = None, []
        while True:
            sweep, residual, largest = self._full_sweep(x)
            goal = make_goal(self.discrete, self.largest or 0.0, self.tolerance)
            power = self.discrete.side_power(sweep)
            boundary = self.discrete.packed.boundary_power(power)
            local = self.discrete.local_heat(self.discrete.split(residual))
            measure = goal.measure(largest * self.factor, boundary, before, local)
            self.record(measure)
            distances.append(goal.distance(measure))
            if len(distances) > 1 and distances[-1] > _PROGRESS * distances[-2]:
                self.discrete = replace(self.discrete, single=False)
            converged = distances[-1] <= 1.0
            if converged or self.sweeps + 2 > self.max_sweeps or _stalled(distances):
                break
            before = self._improve(x, residual, goal, boundary, local, largest)
        return SteadyState(
            self.discrete,
            self.reduced,
            sweep,
            power,
            0.0,
            self.sweeps,
            tuple(self.residuals),
            converged,
            self.seconds,
            self.largest or 0.0,
        )

    def _full_sweep(self, x: Array) -> tuple[Sweep, Array, float]:
        """Return the sweep, the residual and the largest entry of the corrected residual."""
        sweep = self.evaluate(x)
        residual = sweep.state.flat() - x
        corrected = residual + self.precondition(residual)
        largest = float(np.abs(corrected[: self.discrete.n_node]).max())
        if self.largest is None:
            self.largest = largest
        return sweep, residual, largest

    def _improve(
        self,
        x: Array,
        residual: Array,
        goal: Goal,
        boundary: Array,
        local: Array,
        start: float,
    ) -> Array:
        """Add the update of one GMRES cycle to x; return the boundary powers of the step before."""
        powers, n, hindsight = [boundary], len(boundary), Hindsight()
        least = _SINGLE_GAIN * start if self.discrete.single else 0.0

        def watch(largest: float, update: Array, change: Array) -> bool:
            hindsight.add(largest, update)
            self.factor = hindsight.factor
            powers.append(boundary + change[:n])
            measure = goal.measure(
                largest * self.factor, powers[-1], powers[-2], local - change[n:]
            )
            self.record(measure)
            return largest <= least or goal.distance(measure) * _MARGIN <= 1.0

        try:
            x += gmres_cycle(
                self.linear,
                self.precondition,
                residual,
                slice(0, self.discrete.n_node),
                watch,
                slice(0, n),
                goal.net(boundary),
                min(_cycle_length(self.discrete.size), self.max_sweeps - self.sweeps - 1),
            )
        except Interrupted as stop:
            x += stop.update
            raise
        return powers[-2]


def _cycle_length(size: int) -> int:
    return int(np.clip(_CYCLE_BYTES / (8.0 * size), _SHORTEST, _LONGEST))


def _stalled(distances: list[float]) -> bool:
    """Whether the last two cycles have gained nothing.

    The balance of very thick bodies ends at rounding, about 3e-16 (thickness/path)^2.
    """
    return len(distances) > 3 and min(distances[-2:]) > 0.5 * min(distances[:-2])


def solve_steady(
    packed: Packed,
    quadrature: Quadrature,
    *,
    lanes: Choice = "full",
    divided: bool = True,
    tolerance: float = 1e-6,
    max_sweeps: int = 500,
    precision: str = "auto",
    threads: int = 0,
    callback: Callback | None = None,
    keeper: Keeper | None = None,
) -> SteadyState:
    """Solve the steady transport equation of a packed problem.

    Parameters
    ----------
    packed : Packed
        The problem.
    quadrature : Quadrature
        Its directions, see `bte.solvers.directions`.
    lanes : {"auto", "full"} or int
        See `bte.solvers.compression`.
    divided : bool
        Whether bands that are merged are divided first.
    tolerance : float
        Largest error of the pseudo-temperature relative to the range of imposed temperatures or to
        what the sources reach, the larger; `bte.solvers.convergence` says what else is asked.
    max_sweeps : int
        Give up after so many sweeps.
    precision : {"auto", "double", "mixed"}
        Of the Krylov solver's intensities, see `bte.solvers.precision`.
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
    reduced = reduce_lanes(packed, quadrature, lanes, divided)
    discrete = discretise(reduced.packed, quadrature, threads, reduced.lanes)
    tell_mirrors(packed, discrete.traces.tables)
    discrete = replace(discrete, single=takes_single(discrete, precision, tolerance))
    accelerator = make_accelerator(discrete)
    setup = time.perf_counter() - start
    x, largest = keeper.start(discrete) if keeper is not None else (np.zeros(discrete.size), None)
    run = _Run(discrete, accelerator, tolerance, max_sweeps, callback, largest, reduced)
    try:
        state = run.iterate(x)
    except KeyboardInterrupt:
        if keeper is not None and run.largest is not None:
            keeper.keep(discrete, x, run.largest)
        raise
    total = time.perf_counter() - start
    seconds = {**state.seconds, "setup": setup, "total": total}
    seconds["other"] = total - sum(state.seconds.values()) - setup
    return replace(state, offset=offset, seconds=seconds)
