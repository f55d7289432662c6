"""The figure of a measurement: profile, windows, lines, and the jump between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from bte.io.atomic import replacing
from bte.measure.fit import Measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bte.measure.result import InterfaceMeasurement

_NM = 1e9
_COLOURS = ("#c1272d", "#1f4e79")
_DOTS = 60  # points of a side up to which each is drawn as a dot
_FLAT = 0.02  # of the range of the figure: jumps below are marked by their number alone


def save_measurement(measurement: InterfaceMeasurement, path: str | Path) -> Path:
    """Write the figure in the format of the path's ending (PNG, PDF, SVG); return the path."""
    path = Path(path)
    drawn = measurement_figure(measurement)
    with replacing(path) as temporary:
        drawn.savefig(temporary, dpi=200, format=path.suffix.lstrip(".") or "png")
    return path


def measurement_figure(measurement: InterfaceMeasurement) -> Figure:
    """Draw the profile in grey, both windows shaded, the lines in them, and beyond them dashed."""
    drawn = Figure(figsize=(7.0, 4.2), layout="constrained")
    ax = drawn.add_subplot()
    ax.axvline(measurement.at * _NM, color="0.55", lw=0.9, zorder=0)
    for k in (0, 1):
        _draw_side(ax, measurement, k)
    _draw_jump(ax, measurement)
    ax.set_xlabel("position (nm)")
    ax.set_ylabel("temperature (K)")
    ax.margins(x=0.01, y=0.08)
    ax.spines[["top", "right"]].set_visible(False)
    ax.ticklabel_format(useOffset=False)
    ax.set_title(_title(measurement), fontsize=10, loc="left")
    return drawn


def _draw_side(ax: Axes, measurement: InterfaceMeasurement, k: int) -> None:
    profile, colour = measurement.sides[k], _COLOURS[k]
    x = profile.position * _NM
    few = len(x) <= _DOTS
    if len(profile.blocks) > 1:
        with np.errstate(invalid="ignore"):
            spread = np.nanstd(profile.blocks, axis=0) / np.sqrt(len(profile.blocks))
        ax.errorbar(x, profile.temperature, spread, fmt="none", ecolor="0.75", lw=0.8, zorder=1)
    style = {"ls": "none", "marker": "o", "ms": 3.0} if few else {"ls": "-", "lw": 1.8}
    ax.plot(x, profile.temperature, color="0.45", zorder=2, **style)  # type: ignore[arg-type]
    window = np.array(measurement.window[k])
    ax.axvspan(*(window * _NM), color=colour, alpha=0.07, lw=0.0, zorder=0)
    far = measurement.window[k][int(np.argmax(np.abs(window - measurement.at)))]
    for ends, line in ((window, "-"), (np.array([measurement.at, far]), (0, (4, 2.5)))):
        values = measurement.temperatures[k] + measurement.slopes[k] * (ends - measurement.at)
        ax.plot(ends * _NM, values, color=colour, ls=line, lw=1.5, zorder=3)
    ax.plot(
        measurement.at * _NM,
        float(measurement.temperatures[k]),
        color=colour,
        marker="o",
        ms=5.5,
        mec="white",
        zorder=5,
    )
    ax.annotate(
        (measurement.first, measurement.second)[k],
        (float(x.mean()), 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, -2),
        textcoords="offset points",
        ha="center",
        va="top",
        color=colour,
        fontsize=9,
    )


def _draw_jump(ax: Axes, measurement: InterfaceMeasurement) -> None:
    """Draw an arrow between the ends of the lines, with the number beside it."""
    x = measurement.at * _NM
    one, two = map(float, measurement.temperatures)
    low, high = ax.get_ylim()
    if abs(one - two) > _FLAT * (high - low):
        arrow = {"arrowstyle": "<->", "color": "0.1", "lw": 1.1, "shrinkA": 2.5, "shrinkB": 2.5}
        ax.annotate("", (x, two), (x, one), arrowprops=arrow, zorder=4)
    # beside the arrow, on the side where the profile is out of the way
    up = one > two
    positions = np.concatenate([side.position for side in measurement.sides])
    second_right = measurement.sides[1].position.mean() > measurement.at
    right = up == bool(second_right)
    ax.annotate(
        f"ΔT = {_with_error(measurement.jump)} K",
        (x, max(one, two) if up else 0.5 * (one + two)),
        xytext=(8 if right else -8, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=9,
        zorder=6,
    )
    ax.set_xlim(*(np.array([positions.min(), positions.max()]) * _NM))


def _title(measurement: InterfaceMeasurement) -> str:
    conductance = measurement.conductance
    scaled = Measured(
        float(conductance) / 1e6,
        conductance.error / 1e6,
        (conductance.interval[0] / 1e6, conductance.interval[1] / 1e6),
    )
    return f"{measurement.first} | {measurement.second}:  G = {_with_error(scaled)} MW/m²K"


def _with_error(number: Measured) -> str:
    """Return a number with its standard error, to two digits of that: ``12.34 ± 0.56``."""
    if not np.isfinite(number.error) or number.error < 1e-6 * abs(float(number)):
        return f"{float(number):.5g}"
    digits = max(0, 1 - int(np.floor(np.log10(number.error))))
    return f"{float(number):.{digits}f} ± {number.error:.{digits}f}"
