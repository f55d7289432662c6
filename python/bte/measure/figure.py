"""The figure of a measurement: profile, windows, lines, and the jump between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bte.io.atomic import replacing
from bte.io.pictures import check_figure
from bte.measure.fit import Measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bte.measure.result import InterfaceMeasurement

_NM = 1e9
_COLOURS = ("#c1272d", "#1f4e79")
_DOTS = 60  # points of a side up to which each is drawn as a dot
_FLAT = 0.1  # of the height of the panel: smaller jumps are not marked by an arrow
_ZOOM = (0.04, 0.2)  # least and most of the thinner layer that is enlarged, on either side


def save_measurement(measurement: InterfaceMeasurement, path: str | Path) -> Path:
    """Write the figure in the format of the path's ending (PNG, PDF, SVG); return the path."""
    path = check_figure(path)
    drawn = measurement_figure(measurement)
    with replacing(path) as temporary:
        drawn.savefig(temporary, dpi=200, format=path.suffix.lstrip("."))
    return path


def measurement_figure(measurement: InterfaceMeasurement) -> Figure:
    """Draw the whole profile with the windows and the lines, and beside it the jump enlarged."""
    drawn = Figure(figsize=(9.0, 3.9), layout="constrained")
    whole, near = drawn.subplots(1, 2, width_ratios=[1.7, 1.0])
    for ax in (whole, near):
        for k in (0, 1):
            _draw_side(ax, measurement, k)
        ax.axvline(measurement.at * _NM, color="0.55", lw=0.9, zorder=0)
        ax.set_xlabel("position (nm)")
        ax.spines[["top", "right"]].set_visible(False)
        ax.ticklabel_format(useOffset=False)
    x = np.concatenate([side.position for side in measurement.sides]) * _NM
    whole.set_xlim(x.min(), x.max())
    whole.set_ylabel("temperature (K)")
    for k in (0, 1):
        _name_side(whole, measurement, k)
    _enlarge(whole, near, measurement)
    drawn.suptitle(_title(measurement), fontsize=11)
    return drawn


def _draw_side(ax: Axes, measurement: InterfaceMeasurement, k: int) -> None:
    """Draw one side: profile, window, line, and where the line meets the interface."""
    profile, colour = measurement.sides[k], _COLOURS[k]
    x = profile.position * _NM
    if len(profile.blocks) > 1:
        spread = np.nanstd(profile.blocks, axis=0) / np.sqrt(len(profile.blocks))
        ax.errorbar(x, profile.temperature, spread, fmt="none", ecolor="0.75", lw=0.8, zorder=1)
    few = len(x) <= _DOTS
    style: dict[str, Any] = {"marker": "o", "ms": 2.6, "ls": "none"} if few else {"lw": 2.4}
    ax.plot(x, profile.temperature, color="0.6", zorder=2, **style)
    window = np.array(measurement.window[k])
    ax.axvspan(*(window * _NM), color=colour, alpha=0.07, lw=0.0, zorder=0)
    near = window[int(np.argmin(np.abs(window - measurement.at)))]
    for ends, line in ((window, "-"), (np.array([measurement.at, near]), (0, (3, 2)))):
        values = measurement.temperatures[k] + measurement.slopes[k] * (ends - measurement.at)
        ax.plot(ends * _NM, values, color=colour, ls=line, lw=1.3, zorder=3)
    value = measurement.temperatures[k]
    ax.vlines(measurement.at * _NM, *value.interval, color=colour, lw=3.0, alpha=0.35, zorder=3)
    ax.plot(
        measurement.at * _NM, float(value), color=colour, marker="o", ms=5, mec="white", zorder=5
    )


def _name_side(ax: Axes, measurement: InterfaceMeasurement, k: int) -> None:
    ax.annotate(
        (measurement.first, measurement.second)[k],
        (float(measurement.sides[k].position.mean()) * _NM, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        color=_COLOURS[k],
        fontsize=9,
    )


def _enlarge(whole: Axes, near: Axes, measurement: InterfaceMeasurement) -> None:
    """Enlarge the neighbourhood of the interface, framed in the other panel, and mark the jump."""
    at, sides = measurement.at, measurement.sides
    depth = min(float(np.abs(side.position - at).max()) for side in sides)
    steepest = max(abs(float(slope)) for slope in measurement.slopes)
    reach = abs(float(measurement.jump)) / steepest if steepest else np.inf
    reach = float(np.clip(reach, _ZOOM[0] * depth, _ZOOM[1] * depth))
    shown = [float(value) for value in measurement.temperatures]
    for k, side in enumerate(sides):
        shown += side.temperature[np.abs(side.position - at) <= reach].tolist()
        way = float(np.sign(side.position.mean() - at)) * reach
        shown.append(float(measurement.temperatures[k]) + float(measurement.slopes[k]) * way)
    low, high = min(shown), max(shown)
    margin = 0.1 * (high - low) or 1.0
    low, high = low - margin, high + margin
    near.set_xlim((at - reach) * _NM, (at + reach) * _NM)
    near.set_ylim(low, high)
    frame = Rectangle(((at - reach) * _NM, low), 2 * reach * _NM, high - low)
    frame.set(fill=False, edgecolor="0.3", lw=0.8, zorder=4)
    whole.add_patch(frame)
    one, two = map(float, measurement.temperatures)
    if abs(one - two) > _FLAT * (high - low):
        arrow = {"arrowstyle": "<->", "color": "0.1", "lw": 1.2, "shrinkA": 3, "shrinkB": 3}
        near.annotate("", (at * _NM, two), (at * _NM, one), arrowprops=arrow, zorder=4)


def _title(measurement: InterfaceMeasurement) -> str:
    jump, conductance = measurement.jump, measurement.conductance
    scaled = Measured(float(conductance) / 1e6, conductance.error / 1e6, conductance.interval)
    return f"ΔT = {_with_error(jump)} K      G = {_with_error(scaled)} MW/m²K"


def _with_error(number: Measured) -> str:
    """Return a number with its standard error, to two digits of that: ``12.34 ± 0.56``."""
    if not np.isfinite(number.error) or number.error < 1e-6 * abs(float(number)):
        return f"{float(number):.5g}"
    digits = max(0, 1 - int(np.floor(np.log10(number.error))))
    return f"{float(number):.{digits}f} ± {number.error:.{digits}f}"
