"""When a solve is done: the error it still has, and the energy it still misses."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from bte.packing import Kind
from bte.packing.arrays import Array
from bte.solvers.discrete import Discrete

#: The largest net power of a solve that calls itself converged, relative to the gross power.
ENERGY_LIMIT = 1e-8


#: The largest change of a boundary's power in the last step, in tolerances of the gross power.
DRIFT_LIMIT = 10.0

#: Steps after which it shows how wrong an iterate was.
_DELAY = 3

#: The largest local imbalance, in tolerances of the gross power.
LEAK_LIMIT = 100.0


class Hindsight:
    """How many times larger the error of an iterate is than its corrected residual.

    ``(I + P) r`` estimates the error only as well as P does. How well is seen some steps later:
    what has been added to an iterate meanwhile was wrong with it. The same is done for conjugate
    gradients: Z. Strakos, P. Tichy, Electron. Trans. Numer. Anal. 13, 56 (2002).
    """

    def __init__(self) -> None:
        self.past: deque[tuple[float, Array]] = deque(maxlen=_DELAY)
        self.factor = 1.0

    def add(self, residual: float, iterate: Array) -> None:
        """Note the largest entry of the corrected residual of the next iterate [K], (n_node,)."""
        moved = [float(np.abs(iterate - old).max()) / size for size, old in self.past if size > 0]
        self.factor = max([1.0, *moved])
        self.past.append((residual, iterate))


@dataclass(frozen=True)
class Measure:
    """How far a solve has come.

    Attributes
    ----------
    error : float
        Estimated error of the pseudo-temperature, relative to the scale.
    balance : float
        Net power relative to the gross power.
    drift : float
        Largest change of a boundary's power in the last step, relative to the gross power.
    leak : float
        Heat that the sweep makes or loses locally, ``sum |int S r_T| + sum |H r_f|`` over cells and
        faces, relative to the gross power.
    """

    error: float
    balance: float
    drift: float
    leak: float


@dataclass(frozen=True)
class Goal:
    """What a solve has to reach.

    Attributes
    ----------
    tolerance : float
        Of the pseudo-temperature, relative to ``scale``.
    scale : float
        Range of imposed temperatures or what the sources reach, the larger [K].
    heat : float
        Sum of all sources [W].
    gross_heat : float
        Sum of the magnitudes of all sources [W].
    given : float
        Sum of the magnitudes of all given fluxes: what comes and goes through one boundary [W].
    rounding : float
        Gross power that is noise alone: nothing flows [W].
    """

    tolerance: float
    scale: float
    heat: float
    gross_heat: float
    given: float
    rounding: float

    def measure(self, largest: float, power: Array, before: Array | None, local: Array) -> Measure:
        """Measure a field.

        Parameters
        ----------
        largest : float
            Largest entry of the corrected residual, times what `Hindsight` found [K].
        power, before : (n_boundary,)
            Through every boundary, now and a step ago [W]; None where there was none.
        local : (n,)
            Heat that the residual makes in every cell and on every side [W].
        """
        error = largest / self.scale if self.scale > 0 else largest
        gross = self.gross(power)
        if gross <= self.rounding:
            return Measure(error, 0.0, 0.0, 0.0)
        drift = np.inf if before is None else float(np.abs(power - before).max()) / gross
        return Measure(
            error, abs(self.net(power)) / gross, drift, float(np.abs(local).sum()) / gross
        )

    def net(self, boundary_power: Array) -> float:
        """Return the net power: what comes in and does not leave [W]."""
        return float(boundary_power.sum() + self.heat)

    def gross(self, boundary_power: Array) -> float:
        """Return the sum over boundaries of |power|, or what is given, and ∫|Q| [W]."""
        return max(float(np.abs(boundary_power).sum()), self.given) + self.gross_heat

    def distance(self, measure: Measure) -> float:
        """Return by what factor the worst test is missed; at most one when all hold."""
        return max(
            measure.error / self.tolerance,
            measure.balance / min(ENERGY_LIMIT, self.tolerance),
            measure.drift / (DRIFT_LIMIT * self.tolerance),
            measure.leak / (LEAK_LIMIT * self.tolerance),
        )


def make_goal(discrete: Discrete, largest: float, tolerance: float) -> Goal:
    """Return the goal of a solve.

    Parameters
    ----------
    discrete : Discrete
        The discrete problem.
    largest : float
        Largest entry of ``(I + P) F(0)``, the temperature that the sources reach [K].
    tolerance : float
        Asked for.
    """
    packed = discrete.packed
    held_sides = packed.sides.of(Kind.ISOTHERMAL, Kind.CONTACT)
    walls = packed.sides.temperature[held_sides]
    scale = float(np.ptp(walls)) if len(walls) else 0.0
    scale = max(scale, largest, float(np.abs(packed.sides.jump).max(initial=0.0)))
    driven = packed.sides.of(Kind.ISOTHERMAL, Kind.CONTACT, Kind.PERIODIC)
    held = discrete.coupling.half_range[driven]
    volume, density = packed.mesh.node_volumes, packed.sources.density
    return Goal(
        tolerance,
        scale,
        float(density @ volume),
        float(np.abs(density) @ volume),
        float(np.abs(packed.sides.mean(packed.sides.flux)) @ packed.sides.area),
        min(1e-2 * tolerance, 1e-10) * float(held.sum()) * scale,
    )
