"""The figure of an interface: transmission by frequency and angle, conductance by temperature."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bte.conditions.models import AMM
from bte.errors import BteError
from bte.io.atomic import replacing
from bte.io.pictures import check_figure
from bte.junction.quiet import quietly
from bte.junction.text import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bte.junction.properties import InterfaceProperties

Array = NDArray[np.float64]

_FIRST, _SECOND, _GRAY = "#c1272d", "#1f4e79", "#7f7f7f"
_POLARISATIONS = {"P": "#c1272d", "SV": "#1f4e79", "SH": "#2e8b57"}
_TEMPERATURES = np.logspace(0.0, 3.0, 61)  # [K]
_POINTS = 400
_TERA = 2.0e12 * np.pi
_LITTLE = 0.1


def save_interface_figure(
    properties: InterfaceProperties, path: str | Path, temperature: float
) -> Path:
    """Write the figure in the format of the path's ending (PNG, PDF, SVG); return the path."""
    path = check_figure(path)
    drawn = interface_figure(properties, temperature)
    with replacing(path) as temporary:
        drawn.savefig(temporary, dpi=200, format=path.suffix.lstrip("."))
    return path


def interface_figure(properties: InterfaceProperties, temperature: float) -> Figure:
    """Draw transmission by frequency both ways, by angle, and conductance by temperature."""
    drawn = Figure(figsize=(11.5, 4.4), layout="constrained")
    axes = drawn.subplots(1, 3, width_ratios=(1.0, 1.0, 1.15))
    drawn.suptitle(title(properties), fontsize=11, x=0.01, ha="left")
    _draw_frequencies(axes[0], properties, temperature)
    _draw_angles(axes[1], properties, temperature)
    _draw_temperatures(axes[2], properties)
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        if ax.get_legend_handles_labels()[0]:
            ax.legend(
                frameon=False,
                fontsize=8,
                ncols=3,
                loc="upper center",
                bbox_to_anchor=(0.5, -0.17),
                columnspacing=1.2,
                handlelength=1.8,
            )
    return drawn


def _names(properties: InterfaceProperties) -> tuple[str, str]:
    first, second = properties.first.name, properties.second.name
    return f"{first} → {second}", f"{second} → {first}"


def _draw_frequencies(ax: Axes, properties: InterfaceProperties, temperature: float) -> None:
    """Draw the fractions that pass, and which frequencies carry the conductance."""
    ax.set_title("transmission by frequency", fontsize=9)
    if not properties.sides.sharp:
        _say(ax, "the materials carry\nno frequencies")
        return
    parts = properties.by_frequency(temperature)
    tops = [max(m.cutoffs()) for m in (properties.first, properties.second)]
    top = min(1.2 * min(tops), max(tops))
    omega = np.linspace(0.0, top, _POINTS + 1)[1:] - 0.5 * top / _POINTS
    both = properties.transmission(omega, temperature)
    for values, colour, name in zip(both, (_FIRST, _SECOND), _names(properties), strict=True):
        ax.plot(omega / _TERA, values, color=colour, lw=1.6, label=name)
    highest = _set_fractions(ax, both)
    order = np.argsort(parts.omega)
    density = highest * parts.density[order] / max(float(parts.density.max()), 1e-300)
    ax.fill_between(
        parts.omega[order] / _TERA,
        density,
        color="0.88",
        lw=0,
        zorder=0,
        label=f"G by frequency\n({temperature:g} K)",
    )
    ax.set_xlabel("frequency (THz)")
    ax.set_xlim(0.0, top / _TERA)


def _set_fractions(ax: Axes, values: Sequence[Array]) -> float:
    """Set the axis of fractions, logarithmic where little passes; return its top."""
    ax.set_ylabel("fraction transmitted")
    top = max(float(np.max(part)) for part in values)
    if top > _LITTLE or top == 0.0:
        ax.set_ylim(0.0, 1.05)
        return 1.0
    least = min(float(np.max(part)) for part in values if np.max(part) > 0.0)
    ax.set_yscale("log")
    ax.set_ylim(1e-2 * least, 2.0 * top)
    return top


def _draw_angles(ax: Axes, properties: InterfaceProperties, temperature: float) -> None:
    """Draw what passes by the angle: of elastic waves, or of all phonons at a temperature."""
    ax.set_xlabel("angle of incidence (degrees)")
    ax.set_xlim(0.0, 90.0)
    if isinstance(properties.model, AMM):
        ax.set_title("transmission by angle, elastic waves", fontsize=9)
        _draw_waves(ax, properties)
    else:
        ax.set_title(f"transmission by angle, {temperature:g} K", fontsize=9)
        _draw_phonons(ax, properties, temperature)


def _draw_waves(ax: Axes, properties: InterfaceProperties) -> None:
    theta = np.linspace(0.0, 0.5 * np.pi, 1801)
    named: set[str] = set()
    drawn = []
    for side, style, name in zip(("first", "second"), ("-", "--"), _names(properties), strict=True):
        for incident, colour in _POLARISATIONS.items():
            try:
                found = properties.coefficients(theta, incident, side)
            except BteError:  # a liquid has no such wave
                continue
            parts = [np.asarray(part) for part in found.transmitted.values()]
            passed = np.sum(parts, axis=0)
            label = incident if side == "first" or incident not in named else None
            named.add(incident)
            drawn.append(passed)
            ax.plot(np.degrees(theta), passed, style, color=colour, lw=1.4, label=label)
        ax.plot([], [], style, color=_GRAY, lw=1.4, label=name)
    _set_fractions(ax, drawn)


def _draw_phonons(ax: Axes, properties: InterfaceProperties, temperature: float) -> None:
    parts, _ = properties._parts(temperature, "emitted")
    drawn = []
    for side, colour, name in zip((0, 1), (_FIRST, _SECOND), _names(properties), strict=True):
        found = properties.by_angle(temperature, side=("first", "second")[side], bins=45)
        flux = float(parts.weight @ parts.flux[side].sum(axis=1))
        arriving = 0.25 * flux * np.diff(np.sin(found.edges) ** 2)
        passed = found.values.sum(axis=0) / arriving
        edges = np.degrees(found.edges)
        drawn.append(passed)
        ax.stairs(passed, edges, baseline=None, color=colour, lw=1.6, label=name)
    _set_fractions(ax, drawn)


def _draw_temperatures(ax: Axes, properties: InterfaceProperties) -> None:
    """Draw the conductance in both conventions, with the law of low temperatures."""
    ax.set_title("thermal boundary conductance", fontsize=9)
    curves = {c: _by_temperature(properties, c) for c in ("emitted", "local")}
    for (name, values), style in zip(curves.items(), ("-", "--"), strict=True):
        shown = np.where(np.isfinite(values), values, np.nan) / 1e6
        ax.plot(_TEMPERATURES, shown, style, color=_FIRST, lw=1.6, label=name)
    try:
        law = np.asarray(properties.low_temperature().conductance(_TEMPERATURES)) / 1e6
    except BteError:
        law = None
    if law is not None:
        top = 2.0 * float(np.nanmax(curves["emitted"])) / 1e6
        ax.plot(
            _TEMPERATURES[law < top], law[law < top], ":", color=_GRAY, lw=1.4, label="$a\\,T^3$"
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("temperature (K)")
    ax.set_ylabel("G (MW/m²K)")
    ax.set_xlim(_TEMPERATURES[0], _TEMPERATURES[-1])


def _by_temperature(properties: InterfaceProperties, convention: str) -> Array:
    """Return conductances, NaN where the model cannot be: a resistance below what phonons allow."""
    found = np.full(len(_TEMPERATURES), np.nan)
    for i, t in enumerate(_TEMPERATURES.tolist()):
        with suppress(BteError), quietly():
            found[i] = properties.conductance(t, convention)
    return found


def _say(ax: Axes, text: str) -> None:
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color="0.35")
    ax.set_axis_off()
