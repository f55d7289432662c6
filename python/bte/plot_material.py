"""The figure of a material: conductivity, heat capacity, mean free paths, states."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from bte.errors import MaterialError
from bte.io.atomic import replacing
from bte.io.pictures import check_figure
from bte.materials.carriers import carriers
from bte.materials.mode_model import ModeModel
from bte.solution.records import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bte.materials import Material

_TERA = 2.0e12 * math.pi
_COLOURS = ("#c1272d", "#1f4e79", "#2e8b57", "#8a5a9e", "#d98200", "#555555")
_POINTS = 80
_MARKS = (50.0, 100.0, 200.0, 300.0, 400.0, 600.0, 1000.0)


def plot_material(material: Material, path: str | Path, temperature: float | None = None) -> Path:
    """Write the figure of a material in the format of the path's ending; return the path.

    Six panels: conductivity and accepted values over temperature, heat capacity, accumulation of
    the conductivity over mean free path and over frequency, mean free paths and density of states
    over frequency. Without frequencies the last three stay empty.

    Parameters
    ----------
    material : Material
    path : path
        Such as ``si.png`` or ``si.pdf``.
    temperature : float, optional
        Of the four panels on carriers [K]; by default that of the entry's measured values.
    """
    path = check_figure(path)
    drawn = material_figure(material, temperature)
    with replacing(path) as temporary:
        drawn.savefig(temporary, dpi=150, format=path.suffix.lstrip("."))
    return path


def material_figure(material: Material, temperature: float | None = None) -> Figure:
    """Draw the figure of :func:`plot_material`."""
    at = _reference(material) if temperature is None else temperature
    drawn = Figure(figsize=(11.0, 6.4), layout="constrained")
    drawn.suptitle(f"{material.name}: {material.title}" if material.title else material.name)
    axes = drawn.subplots(2, 3).ravel()
    temperatures = _temperatures(material)
    panels: list[Callable[[Axes, Material, float], None]] = [
        lambda ax, m, _: _draw_conductivity(ax, m, temperatures),
        _draw_paths_accumulated,
        _draw_frequencies_accumulated,
        lambda ax, m, _: _draw_capacity(ax, m, temperatures),
        _draw_paths,
        _draw_states,
    ]
    for ax, draw in zip(axes, panels, strict=True):
        try:
            draw(ax, material, at)
        except MaterialError:
            ax.text(0.5, 0.5, "no frequencies", ha="center", va="center", color="#777777")
            ax.set_axis_off()
            continue
        ax.grid(alpha=0.25)
    return drawn


def _reference(material: Material) -> float:
    return material.sheet.reference_temperature if material.sheet else 300.0


def _temperatures(material: Material) -> Array:
    """Return the temperatures of the curves: those of the entry, else 100 to 600 K."""
    sheet = material.sheet
    if sheet and sheet.temperature_range:
        low, high = sheet.temperature_range
        return np.geomspace(low, high, _POINTS)
    known = material.model
    if isinstance(known, ModeModel):
        low, high = (known.tables[i].temperature for i in (0, -1))
        return np.geomspace(low, high, _POINTS) if low < high else np.array([low])
    values = sheet.calibration.temperatures if sheet and sheet.calibration else (300.0,)
    return np.geomspace(min(100.0, *values), max(600.0, *values), _POINTS)


def _draw_conductivity(ax: Axes, material: Material, temperatures: Array) -> None:
    values = [material.conductivity(t) for t in temperatures.tolist()]
    ax.loglog(temperatures, values, color=_COLOURS[0], label="model")
    accepted = material.sheet.calibration if material.sheet else None
    if accepted:
        ax.plot(accepted.temperatures, accepted.accepted, "o", color="#222222", label="accepted")
        ax.legend(frameon=False, fontsize=8)
    if temperatures[-1] < 30.0 * temperatures[0]:  # decades alone would leave the axis bare
        marks = [t for t in _MARKS if temperatures[0] <= t <= temperatures[-1]]
        ax.set_xticks(marks, [f"{t:g}" for t in marks])
        ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("temperature [K]")
    ax.set_ylabel("conductivity [W/m/K]")
    ax.set_title("conductivity", fontsize=9)


def _draw_capacity(ax: Axes, material: Material, temperatures: Array) -> None:
    values = [material.heat_capacity(t) / 1e6 for t in temperatures.tolist()]
    ax.plot(temperatures, values, color=_COLOURS[1])
    ax.set_xlabel("temperature [K]")
    ax.set_ylabel("heat capacity [MJ/m³/K]")
    ax.set_ylim(bottom=0.0)
    ax.set_title("heat capacity", fontsize=9)


def _draw_paths_accumulated(ax: Axes, material: Material, temperature: float) -> None:
    found = material.accumulation(temperature)
    style = "default" if found.continuous else "steps-post"
    ax.semilogx(1e9 * found.at, found.share, color=_COLOURS[0], drawstyle=style)
    median = 1e9 * found.reaching(0.5)
    shown = f"{median:.3g} nm" if median < 1e3 else f"{1e-3 * median:.3g} µm"
    ax.axvline(median, color="#777777", lw=0.8, ls="--")
    low, high = (1e9 * found.reaching(share) for share in (0.002, 0.995))
    ax.set_xlim(min(low, 0.5 * median), max(high, 2.0 * median))
    ax.set_ylim(0.0, 1.0)
    ax.set_xlabel("mean free path [nm]")
    ax.set_ylabel("share of the conductivity")
    ax.set_title(f"by mean free path at {temperature:g} K, median {shown}", fontsize=9)


def _draw_frequencies_accumulated(ax: Axes, material: Material, temperature: float) -> None:
    found = material.accumulation(temperature, "frequency")
    ax.plot(found.at / _TERA, found.share, color=_COLOURS[0])
    ax.set_xlim(left=0.0)
    ax.set_ylim(0.0, 1.0)
    ax.set_xlabel("frequency [THz]")
    ax.set_ylabel("share of the conductivity")
    ax.set_title(f"by frequency at {temperature:g} K", fontsize=9)


def _draw_paths(ax: Axes, material: Material, temperature: float) -> None:
    if not material.has_frequencies:
        raise MaterialError(f"material '{material.name}' has no frequencies")
    found = carriers(material.model, temperature)
    for i, label in enumerate(found.labels):
        mine = found.branch == i
        colour = _COLOURS[i % len(_COLOURS)]
        if found.continuous:
            ax.loglog(found.omega[mine] / _TERA, 1e9 * found.path[mine], color=colour, label=label)
        else:
            ax.loglog(found.omega[mine] / _TERA, 1e9 * found.path[mine], ".", ms=2.0, color=colour)
            ax.plot([], [], "o", ms=4.0, color=colour, label=label)
    top = max(material.cutoffs()) / _TERA
    ax.set_xlim(0.01 * top, 1.1 * top)
    within = found.path[(found.omega > 0.01 * top * _TERA) & (found.path > 0.0)]
    ax.set_ylim(0.5e9 * np.quantile(within, 0.02), 2e9 * within.max())
    ax.set_xlabel("frequency [THz]")
    ax.set_ylabel("mean free path [nm]")
    ax.legend(frameon=False, fontsize=8)
    ax.set_title(f"mean free paths at {temperature:g} K", fontsize=9)


def _draw_states(ax: Axes, material: Material, temperature: float) -> None:
    if not material.has_frequencies:
        raise MaterialError(f"material '{material.name}' has no frequencies")
    bins = 200 if carriers(material.model, temperature).continuous else 60
    edges = np.linspace(0.0, 1.02 * max(material.cutoffs()), bins + 1)
    found = material.density_of_states(edges, temperature)
    middle = 0.5 * (edges[1:] + edges[:-1]) / _TERA
    for i, (label, values) in enumerate(found.branches.items()):
        colour = _COLOURS[i % len(_COLOURS)]
        ax.step(middle, values * _TERA / 1e27, where="mid", color=colour, label=label, lw=1.0)
    total = found.total * _TERA / 1e27
    ax.fill_between(middle, total, step="mid", color="#cccccc", lw=0.0, label="all", zorder=0)
    ax.set_xlim(left=0.0)
    # A sine branch has infinitely many states at its top: the peaks are cut.
    ax.set_ylim(0.0, min(1.05 * total.max(), 4.0 * float(np.quantile(total[total > 0.0], 0.9))))
    ax.set_xlabel("frequency [THz]")
    ax.set_ylabel("states [1/nm³/THz]")
    ax.legend(frameon=False, fontsize=8)
    ax.set_title("density of states", fontsize=9)
