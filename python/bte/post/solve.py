"""One solve of a packed problem, or several with more and more lanes until little changes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from bte.packing import Packed
from bte.packing.crystals import has_crystals
from bte.post.results import Settings, from_transport
from bte.quadrature import Quadrature
from bte.solution import Solution
from bte.solution.estimate import largest_change
from bte.solvers.along import Along, solve_along
from bte.solvers.compression import Choice, Continued, lane_count, plan_lanes
from bte.solvers.steady import Callback, Keeper, SteadyState, solve_steady

log = logging.getLogger("bte")

#: Solves with more and more lanes: each has twice those of the one before, the first half of what
#: is taken by default; how many there are at most.
_GROWTH, _SOLVES = 2, 5


@dataclass(frozen=True, eq=False)
class Request:
    """What a solve takes.

    Attributes
    ----------
    packed : Packed
    rule, along_rule : Quadrature
        Directions, and those for heat along a direction that the mesh does not have.
    bands : int
    lanes : {"auto", "full"} or int
    tolerance : float
    max_sweeps : int
    precision : str
    threads : int
    callback : callable or None
    """

    packed: Packed
    rule: Quadrature
    along_rule: Quadrature
    bands: int
    lanes: Choice
    tolerance: float
    max_sweeps: int
    precision: str
    threads: int
    callback: Callback | None

    def solve(self, keeper: Keeper | None = None) -> Solution:
        """Solve with the lanes asked for."""
        return self._solve(self.lanes, True, keeper)[0]

    def solve_within(self, accuracy: float) -> Solution:
        """Solve with more and more lanes until powers and temperatures change less.

        What the last step changed is an estimate of the error of the step before. Reported beside
        it is what dividing the bands changed, where they are merged.

        Parameters
        ----------
        accuracy : float
            Relative.
        """
        if plan_lanes(self.packed, self.rule, self.lanes) is None or self.lanes == "full":
            solution = self._solve(self.lanes, True, None)[0]
            return _told(solution, accuracy, {"lanes": 0.0, "bands": 0.0})
        return self._grow(accuracy)

    def _grow(self, accuracy: float) -> Solution:
        """Double the lanes until little changes."""
        count = max(2, lane_count(self.packed, self.rule, self.lanes) // _GROWTH)
        merged = not has_crystals(self.packed)
        plain, state = self._solve(count, False, None)
        coarse, state = self._solve(count, True, _continued(state)) if merged else (plain, state)
        bands = largest_change(coarse, plain)
        sweeps = plain.iterations + (coarse.iterations if merged else 0)
        for _ in range(_SOLVES):
            count *= _GROWTH
            fine, state = self._solve(count, True, _continued(state))
            sweeps += fine.iterations
            change = largest_change(fine, coarse)
            log.info("%s lanes change the result by %.2g", fine.settings["lanes"], change)
            full = fine.settings["lanes"] == coarse.settings["lanes"]
            if change <= accuracy or full:
                break
            coarse = fine
        found = {"lanes": change, "bands": bands, "temperature": _warmer(fine, coarse)}
        return _told(replace(fine, iterations=sweeps), accuracy, found)

    def _solve(
        self, lanes: Choice, divided: bool, keeper: Keeper | None
    ) -> tuple[Solution, SteadyState]:
        state = solve_steady(
            self.packed,
            self.rule,
            lanes=lanes,
            divided=divided,
            tolerance=self.tolerance,
            max_sweeps=self.max_sweeps,
            precision=self.precision,
            threads=self.threads,
            callback=self.callback,
            keeper=keeper,
        )
        along = self._along(lanes, divided) if self.packed.problem.gradient else None
        return from_transport(state, self._settings(state), along), state

    def _along(self, lanes: Choice, divided: bool) -> dict[str, Along]:
        """Return heat along each gradient; of isotropic materials it is the same along all."""
        gradient = self.packed.problem.gradient
        axes = [axis for axis, value in gradient.items() if value != 0.0] or list(gradient)
        each = axes if has_crystals(self.packed) else axes[:1]
        found = {
            axis: solve_along(
                self.packed,
                self.along_rule,
                self.tolerance,
                self.threads,
                lanes,
                "xyz".index(axis),
                divided,
            )
            for axis in each
        }
        return {axis: found.get(axis, found[each[0]]) for axis in gradient}

    def _settings(self, state: SteadyState) -> Settings:
        return {
            "bands": self.bands,
            "azimuths": self.rule.azimuths,
            "polars": self.rule.polars,
            "tolerance": self.tolerance,
            "ordinates": self.rule.n_ordinate,
            "groups": state.reduced.original.spectrum.n_group,
            "lanes": state.discrete.lanes.n,
            "lagged_faces": len(state.discrete.transport.cuts),
        }


def _continued(state: SteadyState) -> Continued:
    last = state.sweep.state
    return Continued(state.discrete, last.temperature, last.emission, state.largest)


def _warmer(fine: Solution, coarse: Solution) -> float:
    """Return the largest change of a temperature, relative to their range."""
    span = float(np.ptp(fine.temperature))
    change = float(np.abs(fine.temperature - coarse.temperature).max())
    return change / span if span > 0.0 else 0.0


def _told(solution: Solution, accuracy: float, found: Mapping[str, float]) -> Solution:
    """Return the solution with what was asked and found in its settings."""
    told = {f"{key}_change": value for key, value in found.items()}
    return replace(solution, settings={**solution.settings, "accuracy": accuracy, **told})
