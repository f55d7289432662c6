"""The figure of a comparison: temperature fields side by side, and lines through the hot spot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

from bte.errors import BteError
from bte.io.atomic import replacing
from bte.io.pictures import check_figure
from bte.post.section import AXES, Section, default_section, hot_point, section
from bte.post.shown import Shown, shown
from bte.solution.records import Array
from bte.solution.text import model_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bte.solution import LineCut, Solution

    Labelled = Mapping[str, Solution]  # solutions by label, the reference first

_NM = 1e9
_COLOURS = {
    "bte": "#c1272d",
    "fourier": "#7f7f7f",
    "kapitza": "#1f4e79",
    "slip": "#2e8b57",
    "size": "#8a5a9e",
}
_STYLES = {"bte": "-", "fourier": ":", "kapitza": "--", "slip": "-.", "size": (0, (1, 0.8))}
_SPARE_COLOURS = ("#d98200", "#00838f", "#ad1457", "#558b2f", "#5d4037")
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


def save_figure(
    solutions: Labelled,
    path: str | Path,
    view: View | None = None,
    panels: Mapping[str, str] | None = None,
) -> Path:
    """Write the figure in the format of the path's ending (PNG, PDF, SVG); return the path."""
    path = check_figure(path)
    drawn = figure(solutions, view, panels)
    with replacing(path) as temporary:
        drawn.savefig(temporary, dpi=200, format=path.suffix.lstrip("."))
    return path


def figure(
    solutions: Labelled, view: View | None = None, panels: Mapping[str, str] | None = None
) -> Figure:
    """Draw temperature fields side by side on one colour scale, and lines of all below.

    Where an imposed gradient leaves the temperature flat it is the heat flux along it.

    Parameters
    ----------
    solutions : mapping of str to Solution
        Solutions by label, the reference first.
    view : View, optional
        What is shown.
    panels : mapping of str to str, optional
        Labels whose fields are drawn, and what their titles add; by default the first two.
    """
    view = view or View()
    what = shown(solutions)
    fields = {label: what.of(solution) for label, solution in solutions.items()}
    reference = next(iter(fields.values()))
    line = chosen_line(reference, view)
    if reference.mesh.dim == 1:
        drawn = Figure(figsize=(7.0, 3.8), layout="constrained")
        _draw_lines(drawn.add_subplot(), fields, line, view, what)
        return drawn
    notes = panels or dict.fromkeys(list(solutions)[:2], "")
    cut = chosen_section(reference, view)
    width = 7.5 if len(notes) < 3 else 10.0
    height = _map_height(cut, (width - 1.7) / len(notes))
    drawn = Figure(figsize=(width, 3.0 + height), layout="constrained")
    parts: Any = drawn.subfigures(2, 1, height_ratios=[height, 3.0])
    titles = {
        label: _map_title(label, what.note(solutions[label]), notes[label]) for label in notes
    }
    _draw_maps(parts[0], {name: fields[name] for name in notes}, titles, (cut, line), what)
    _draw_lines(parts[1].add_subplot(), fields, line, view, what)
    return drawn


def _map_height(cut: Section, width: float) -> float:
    """Return the height of maps of this width, both in inches, so that their shape fits."""
    size = np.ptp(cut.outlines.reshape(-1, 2), axis=0)
    return float(np.clip(width * size[1] / max(size[0], 1e-300) + 1.0, 1.7, 6.0))


def _draw_maps(
    target: Any,
    solutions: Labelled,
    titles: Mapping[str, str],
    where: tuple[Section, tuple[Array, Array]],
    what: Shown,
) -> None:
    cut, line = where
    reference = next(iter(solutions.values()))
    cuts = [_same_section(solution, reference, cut) for solution in solutions.values()]
    pairs = zip(cuts, solutions.values(), strict=True)
    fields = [each.values(solution.temperature) - what.base for each, solution in pairs]
    limits = min(f.min() for f in fields), max(f.max() for f in fields)
    axes = target.subplots(1, len(solutions), sharey=True, squeeze=False)[0]
    for ax, label, own, values in zip(axes, solutions, cuts, fields, strict=True):
        image = _draw_map(ax, own, values, limits)
        _mark_line(ax, own, line)
        ax.set_title(titles[label], fontsize=9)
        place = f"   at {own.normal} = {own.level * _NM:.4g} nm" if own.normal else ""
        ax.set_xlabel(f"{own.axes[0]} (nm){place}")
    axes[0].set_ylabel(f"{cut.axes[1]} (nm)")
    bar = target.colorbar(image, ax=list(axes), pad=0.02, aspect=25)
    bar.set_label(what.label)


def _same_section(solution: Solution, reference: Solution, cut: Section) -> Section:
    """Return the section of the reference; on another mesh, the same plane through that one."""
    if np.array_equal(solution.mesh.node_points, reference.mesh.node_points):
        return cut
    try:
        return section(solution.mesh, cut.normal, cut.level)
    except BteError:  # the other mesh does not reach the plane
        return default_section(solution)


def _map_title(label: str, number: str, note: str) -> str:
    return f"{model_title(label)}\n{number}{', ' if note else ''}{note}"


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
    ax: Axes, solutions: Labelled, line: tuple[Array, Array], view: View, what: Shown
) -> None:
    reference = next(iter(solutions.values()))
    offset, axis = _coordinate(reference, line)
    for i, (label, solution) in enumerate(solutions.items()):
        try:
            cut = solution.line(*line, view.points)
        except BteError:  # a solution on a smaller mesh, which the line leaves
            continue
        ax.plot(
            offset + cut.distance * _NM,
            cut.temperature - what.base,
            color=_COLOURS.get(label, _SPARE_COLOURS[i % len(_SPARE_COLOURS)]),
            ls=_STYLES.get(label, "-"),
            lw=1.6,
            label=model_title(label),
        )
    _mark_regions(ax, reference.line(*line, view.points), offset)
    ax.set_xlabel(axis)
    ax.set_ylabel(what.label)
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
