"""The figure of a comparison: temperature fields side by side, and lines through the hot spot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

from bte.io.atomic import replacing
from bte.post.section import AXES, Section, default_section, hot_point, section
from bte.solution.records import Array
from bte.solution.text import model_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bte.solution import LineCut, Solution

_NM = 1e9
_COLOURS = {
    "bte": "#c1272d",
    "fourier": "#7f7f7f",
    "kapitza": "#1f4e79",
    "slip": "#2e8b57",
    "size": "#8a5a9e",
}
_STYLES = {"bte": "-", "fourier": ":", "kapitza": "--", "slip": "-.", "size": (0, (1, 0.8))}
_LINE_POINTS = 600


@dataclass(frozen=True)
class View:
    """What a figure shows; by default the section and the line through the hot spot.

    Attributes
    ----------
    normal : str or None
        Axis across the section in 3D.
    level : float or None
        Where the section cuts it [m]; by default at the hot spot.
    start, end : tuple of float or None
        Ends of the line [m].
    points : int
        Points on the line.
    """

    normal: str | None = None
    level: float | None = None
    start: tuple[float, ...] | None = None
    end: tuple[float, ...] | None = None
    points: int = _LINE_POINTS


def chosen_section(reference: Solution, view: View) -> Section:
    """Return the section of a view, through the hot spot where it does not say."""
    if reference.mesh.dim == 2 or view.normal is None:
        return default_section(reference)
    level = view.level
    if level is None and view.normal in AXES:
        level = float(hot_point(reference)[AXES.index(view.normal)])
    return section(reference.mesh, view.normal, level or 0.0)


def chosen_line(reference: Solution, view: View) -> tuple[Array, Array]:
    """Return the ends of the line of a view.

    By default it is the line through the hot spot, along an axis that lies in the section, on
    which the temperature changes most.
    """
    mesh = reference.mesh
    if view.start is not None and view.end is not None:
        return np.asarray(view.start, dtype=float), np.asarray(view.end, dtype=float)
    low, high = (np.asarray(end, dtype=float) for end in mesh.bounding_box)
    point = hot_point(reference)
    axes = [AXES.index(a) for a in chosen_section(reference, view).axes] if mesh.dim > 1 else [0]
    lines = []
    for axis in axes:
        start, end = point.copy(), point.copy()
        start[axis], end[axis] = low[axis], high[axis]
        change = np.ptp(_without_gaps(reference.line(start, end, 100).temperature))
        lines.append((float(change), start, end))
    _, start, end = max(lines, key=lambda line: line[0])
    return start, end


def _without_gaps(values: Array) -> Array:
    return values[np.isfinite(values)]


def save_figure(solutions: Sequence[Solution], path: str | Path, view: View | None = None) -> Path:
    """Write the figure in the format of the path's ending (PNG, PDF, SVG); return the path."""
    path = Path(path)
    drawn = figure(solutions, view)
    with replacing(path) as temporary:
        drawn.savefig(temporary, dpi=200, format=path.suffix.lstrip(".") or "png")
    return path


def figure(solutions: Sequence[Solution], view: View | None = None) -> Figure:
    """Draw the first two temperature fields on one colour scale, and lines of all below."""
    view = view or View()
    line = chosen_line(solutions[0], view)
    if solutions[0].mesh.dim == 1:
        drawn = Figure(figsize=(7.0, 3.8), layout="constrained")
        _draw_lines(drawn.add_subplot(), solutions, line, view)
        return drawn
    cut = chosen_section(solutions[0], view)
    shown = solutions[:2]
    drawn = Figure(figsize=(7.5, 3.0 + _map_height(cut, len(shown))), layout="constrained")
    panels: Any = drawn.subfigures(2, 1, height_ratios=[_map_height(cut, len(shown)), 3.0])
    _draw_maps(panels[0], shown, cut, line)
    _draw_lines(panels[1].add_subplot(), solutions, line, view)
    return drawn


def _map_height(cut: Section, count: int) -> float:
    """Return the height of the maps in inches, so that their shape fits the width."""
    size = np.ptp(cut.outlines.reshape(-1, 2), axis=0)
    width = 5.8 / count
    return float(np.clip(width * size[1] / max(size[0], 1e-300) + 0.9, 1.6, 6.0))


def _base(solution: Solution) -> float:
    """Return the temperature from which rises are measured [K]."""
    return min(solution.imposed_temperatures.values(), default=solution.reference_temperature)


def _draw_maps(
    target: Any, solutions: Sequence[Solution], cut: Section, line: tuple[Array, Array]
) -> None:
    base = _base(solutions[0])
    fields = [cut.values(s.temperature) - base for s in solutions]
    limits = min(f.min() for f in fields), max(f.max() for f in fields)
    axes = target.subplots(1, len(solutions), sharey=True, squeeze=False)[0]
    for ax, solution, values in zip(axes, solutions, fields, strict=True):
        image = _draw_map(ax, cut, values, limits)
        _mark_line(ax, cut, line)
        rise = solution.peak_temperature_rise
        ax.set_title(f"{model_title(solution.model)}   (peak rise {rise:.4g} K)", fontsize=10)
        place = f"   at {cut.normal} = {cut.level * _NM:.4g} nm" if cut.normal else ""
        ax.set_xlabel(f"{cut.axes[0]} (nm){place}")
    axes[0].set_ylabel(f"{cut.axes[1]} (nm)")
    bar = target.colorbar(image, ax=list(axes), pad=0.02, aspect=25)
    bar.set_label(f"T − {base:.6g} K  (K)")


def _draw_map(ax: Axes, cut: Section, values: Array, limits: tuple[float, float]) -> Any:
    """Draw one field on the section's own triangles, so that jumps stay sharp."""
    corners = cut.corners.reshape(-1, 2) * _NM
    triangles = np.arange(len(corners)).reshape(-1, 3)
    image = ax.tripcolor(
        Triangulation(corners[:, 0], corners[:, 1], triangles),
        values.ravel(),
        shading="gouraud",
        cmap="inferno",
        vmin=limits[0],
        vmax=limits[1],
        rasterized=True,
    )
    ax.add_collection(
        LineCollection(list(cut.outlines * _NM), colors="white", linewidths=0.7, alpha=0.85)
    )
    ax.set_aspect("equal")
    ax.margins(0.02)
    return image


def _mark_line(ax: Axes, cut: Section, line: tuple[Array, Array]) -> None:
    """Show where the line runs."""
    keep = [AXES.index(a) for a in cut.axes]
    ends = np.array(line)[:, keep] * _NM
    ax.plot(ends[:, 0], ends[:, 1], color="#39d0ff", lw=1.0, ls=(0, (6, 4)))


def _draw_lines(
    ax: Axes, solutions: Sequence[Solution], line: tuple[Array, Array], view: View
) -> None:
    base = _base(solutions[0])
    offset, label = _coordinate(solutions[0], line)
    cut = solutions[0].line(*line, view.points)
    for solution in solutions:
        cut = solution.line(*line, view.points)
        ax.plot(
            offset + cut.distance * _NM,
            cut.temperature - base,
            color=_COLOURS.get(solution.model, "black"),
            ls=_STYLES.get(solution.model, "-"),
            lw=1.6,
            label=model_title(solution.model),
        )
    _mark_regions(ax, cut, offset)
    ax.set_xlabel(label)
    ax.set_ylabel(f"T − {base:.6g} K  (K)")
    ax.margins(x=0)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)


def _coordinate(solution: Solution, line: tuple[Array, Array]) -> tuple[float, str]:
    """Return the first coordinate [nm] and the label: an axis where the line is along one."""
    start, end = line
    along = np.flatnonzero(np.abs(end - start) > 1e-9 * np.linalg.norm(end - start))
    if len(along) == 1 and end[along[0]] > start[along[0]]:
        axis = int(along[0])
        others = [
            f"{AXES[k]} = {start[k] * _NM:.4g} nm" for k in range(solution.mesh.dim) if k != axis
        ]
        place = f"   at {', '.join(others)}" if others else ""
        return float(start[axis] * _NM), f"{AXES[axis]} (nm){place}"
    return 0.0, "distance along the line (nm)"


def _mark_regions(ax: Axes, cut: LineCut, offset: float) -> None:
    """Draw where the line enters another region, and name the regions above."""
    changes = np.flatnonzero(np.diff(cut.region)) + 1
    ends = np.concatenate([[0], changes, [len(cut.region)]])
    for first, last in pairwise(ends):
        left, right = cut.distance[first] * _NM + offset, cut.distance[last - 1] * _NM + offset
        if first:
            ax.axvline(left, color="0.75", lw=0.8, zorder=0)
        region = int(cut.region[first])
        if region >= 0 and right - left > 0.03 * cut.distance[-1] * _NM:
            ax.annotate(
                cut.region_names[region],
                (0.5 * (left + right), 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                color="0.35",
                fontsize=8,
            )
