"""What a measurement of an interface gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bte.measure.fit import Measured
from bte.measure.profile import Profile
from bte.solution.text import aligned

Both = tuple[Measured, Measured]

_NM = 1e9


@dataclass(frozen=True, eq=False)
class InterfaceMeasurement:
    """An interface as molecular dynamics measures it: two lines and a flux.

    Every `Measured` is a number with ``.error``, its standard error, and ``.interval``.

    Attributes
    ----------
    first, second : str
        Names of the sides.
    jump : Measured
        T_first − T_second, both lines continued to the interface [K].
    resistance : Measured
        Jump over flux [m2 K/W].
    conductance : Measured
        Flux over jump [W/m2/K]; its interval is unbounded where that of the jump holds 0.
    temperatures : (Measured, Measured)
        The lines at the interface [K].
    slopes : (Measured, Measured)
        Along the coordinate [K/m].
    conductivities : (Measured, Measured)
        Flux over slope [W/m/K].
    flux : Measured
        Heat flux from the first to the second [W/m2].
    at : float
        Where the interface is [m].
    window : ((x1, x2), (x3, x4))
        Positions between which each side was fitted [m].
    points : (int, int)
        How many points each line has.
    residual : (float, float)
        Root mean square deviation from each line [K].
    errors : str
        How errors were found: ``"residuals"``, ``"autocorrelated"`` or ``"blocks"``.
    confidence : float
        Of the intervals.
    sides : (Profile, Profile)
        The profile, side by side.
    remark : str
        What is to be known about the profile; empty where nothing is.
    """

    first: str
    second: str
    jump: Measured
    resistance: Measured
    conductance: Measured
    temperatures: Both
    slopes: Both
    conductivities: Both
    flux: Measured
    at: float
    window: tuple[tuple[float, float], tuple[float, float]]
    points: tuple[int, int]
    residual: tuple[float, float]
    errors: str
    confidence: float
    sides: tuple[Profile, Profile]
    remark: str = ""

    def text(self) -> str:
        """Return everything as plain text."""
        percent = f"{100 * self.confidence:g} %"
        rows = [["", "value", f"{percent} interval", ""]]
        for name, number, factor, unit in (
            ("jump", self.jump, 1.0, "K"),
            ("resistance", self.resistance, 1e9, "m2K/GW"),
            ("conductance", self.conductance, 1e-6, "MW/m2K"),
        ):
            rows.append([name, *_shown(number, factor), unit])
        for k, name in enumerate((self.first, self.second)):
            rows += [
                [f"{name}: at the interface", *_shown(self.temperatures[k], 1.0), "K"],
                [f"{name}: slope", *_shown(self.slopes[k], 1.0 / _NM), "K/nm"],
                [f"{name}: conductivity", *_shown(self.conductivities[k], 1.0), "W/mK"],
            ]
        sides = zip((self.first, self.second), self.window, self.points, self.residual, strict=True)
        lines = [
            f"{name}: {count} points from {low * _NM:.5g} to {high * _NM:.5g} nm, "
            f"rms deviation {residual:.3g} K"
            for name, (low, high), count, residual in sides
        ]
        head = (
            f"interface {self.first} | {self.second} at {self.at * _NM:.5g} nm, "
            f"flux {float(self.flux):.5g} W/m2, errors from {self.errors}"
        )
        notes = [self.remark] if self.remark else []
        return "\n".join([head, *aligned(rows), *lines, *notes])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return (
            f"<InterfaceMeasurement {self.first} | {self.second}: "
            f"{float(self.conductance) / 1e6:.5g} MW/m2K>"
        )

    def plot(self, path: str | Path) -> Path:
        """Draw profile, lines and jump to a PNG, PDF or SVG file; return its path."""
        from bte.measure.figure import save_measurement

        return save_measurement(self, path)


def _shown(number: Measured, factor: float) -> tuple[str, str]:
    """Return a number and its interval, with so many digits that the interval shows."""
    low, high = (end * factor for end in number.interval)
    return f"{float(number) * factor:.7g}", f"{low:.7g} … {high:.7g}"
