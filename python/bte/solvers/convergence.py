"""When a solve is done: the error it still has, and the energy it still misses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bte.packing import Kind
from bte.packing.arrays import Array
from bte.solvers.discrete import Discrete

#: The largest net power of a solve that calls itself converged, relative to the gross power.
ENERGY_LIMIT = 1e-8


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
    rounding : float
        Gross power that is rounding alone: nothing flows [W].
    """

    tolerance: float
    scale: float
    heat: float
    gross_heat: float
    rounding: float

    def error(self, largest: float) -> float:
        """Return a largest error relative to the scale."""
        return largest / self.scale if self.scale > 0 else largest

    def net(self, boundary_power: Array) -> float:
        """Return the net power: what comes in and does not leave [W]."""
        return float(boundary_power.sum() + self.heat)

    def gross(self, boundary_power: Array) -> float:
        """Return the sum over boundaries of |power| plus the integral of |Q| [W]."""
        return float(np.abs(boundary_power).sum() + self.gross_heat)

    def balance(self, boundary_power: Array) -> float:
        """Return the net power relative to the gross power; zero where both are rounding."""
        gross = self.gross(boundary_power)
        return 0.0 if gross <= self.rounding else abs(self.net(boundary_power)) / gross

    def reached(self, error: float, balance: float) -> bool:
        """Whether both tests hold."""
        return error <= self.tolerance and balance <= min(ENERGY_LIMIT, self.tolerance)


def make_goal(discrete: Discrete, corrected: Array, tolerance: float) -> Goal:
    """Return the goal of a solve.

    Parameters
    ----------
    discrete : Discrete
        The discrete problem.
    corrected : (n,)
        ``(I + P) F(0)``, whose size is the temperature scale where no range is imposed.
    tolerance : float
        Asked for.
    """
    packed = discrete.packed
    walls = packed.sides.temperature[packed.sides.of(Kind.ISOTHERMAL)]
    scale = float(np.ptp(walls)) if len(walls) else 0.0
    scale = max(scale, float(np.abs(corrected[: discrete.n_node]).max()))
    mesh, sources = packed.mesh, packed.sources
    volume = np.repeat(mesh.volumes / (mesh.dim + 1), mesh.dim + 1)
    density = sources.thermal + sources.selective
    return Goal(
        tolerance,
        scale,
        float(density @ volume),
        float(np.abs(density) @ volume),
        float(1e-14 * discrete.coupling.half_range.sum() * scale),
    )
