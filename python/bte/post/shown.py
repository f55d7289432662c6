"""What figures show: the temperature, or the heat along an imposed gradient where it is flat."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from bte.post.tables import prefix_of, quantity
from bte.solution import Solution
from bte.solution.derived import mean_along

_FLAT = 1e-9  # range of the temperature, as a fraction of it, below which it is rounding


@dataclass(frozen=True)
class Shown:
    """A field to draw.

    Attributes
    ----------
    label : str
        Of its axis.
    base : float
        From which temperatures are measured [K].
    axis : str
        Direction of the heat flux that is drawn in place of the temperature, if it is.
    factor : float
        Unit of that flux [W/m2], negative where the other way is drawn, along which heat flows.
    """

    label: str
    base: float
    axis: str = ""
    factor: float = 1.0

    def of(self, solution: Solution) -> Solution:
        """Return the solution, with the flux in place of the temperature where that is drawn."""
        if not self.axis:
            return solution
        return replace(solution, temperature=solution.flux_along[self.axis] / self.factor)

    def note(self, solution: Solution) -> str:
        """Return the one number of a solution that stands over its map."""
        if self.axis:
            flux = math.copysign(1.0, self.factor) * mean_along(solution, self.axis)
            return f"mean flux {quantity(flux, 'W/m²')}"
        return f"peak rise {solution.peak_temperature_rise:.4g} K"


def shown(solutions: Mapping[str, Solution]) -> Shown:
    """Return what shows most of solutions: the flux where gradients leave the temperature flat."""
    reference = next(iter(solutions.values()))
    flat = np.ptp(reference.temperature) <= _FLAT * reference.reference_temperature
    for axis, flux in reference.flux_along.items():
        largest = float(np.abs(flux).max())
        if flat and largest > 0.0 and all(axis in s.flux_along for s in solutions.values()):
            factor, prefix = prefix_of(largest)
            way, sign = ("−", -1.0) if flux.sum() < 0.0 else ("", 1.0)
            label = f"heat flux along {way}{axis}  ({prefix}W/m²)"
            return Shown(label, 0.0, axis, sign * factor)
    base = min(reference.imposed_temperatures.values(), default=reference.reference_temperature)
    return Shown(f"T − {base:.6g} K  (K)", base)
