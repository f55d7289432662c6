"""Figures of docs/numerics/angle.md: error of angular rules against their size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from angle_study import film_error, graded, pore_error, slab_error, wire_error
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from bte.quadrature import Quadrature, quadrature
from bte.quadrature.nodes import gathered_gauss, sine_gauss

IMAGES = Path(__file__).parents[1] / "docs" / "images"
RED, GREY, BLUE, GREEN, PURPLE = "#c1272d", "#7f7f7f", "#1f4e79", "#2e8b57", "#8a5a9e"
COUNTS = (8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96)
KNUDSEN = (0.1, 1.0, 10.0)
X = np.array([1.0, 0.0])

Rules = Iterable[Quadrature]


def main(folder: Path = IMAGES) -> None:
    folder.mkdir(exist_ok=True)
    for draw in (slabs, films, pores, nodes, space):
        figure = draw()
        figure.savefig(folder / f"angle-{draw.__name__}.png", dpi=160)


def canvas(title: str, subtitles: tuple[str, ...], xlabel: str) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(4.3 * len(subtitles) + 0.6, 4.3), layout="constrained")
    figure.suptitle(title, fontsize=12.5, fontweight="bold", x=0.01, ha="left")
    axes = figure.subplots(1, len(subtitles), sharey=True, squeeze=False)[0]
    for ax, subtitle in zip(axes, subtitles, strict=True):
        ax.set_title(subtitle, fontsize=10.5, loc="left", color="0.25")
        ax.set_xlabel(xlabel)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.grid(True, which="major", color="0.9", lw=0.8)
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(which="minor", length=0)
    axes[0].set_ylabel("relative error")
    return figure, list(axes)


def ticks(ax: Axes, values: tuple[float, ...]) -> None:
    ax.set_xticks(values, [f"{value:g}" for value in values])
    ax.xaxis.set_minor_formatter(NullFormatter())


def curve(
    ax: Axes,
    rules: Rules,
    error: Callable[[Quadrature], float],
    label: str,
    colour: str,
    style: str = "-",
) -> None:
    points = [(rule.n_ordinate, abs(error(rule))) for rule in rules]
    ax.plot(*zip(*points, strict=True), style, color=colour, label=label, lw=1.8, marker="o", ms=4)


def star(ax: Axes, rule: Quadrature, error: Callable[[Quadrature], float]) -> None:
    """Mark the default."""
    ax.plot(
        *(rule.n_ordinate, abs(error(rule))),
        *("*",),
        color=RED,
        ms=15,
        mec="white",
        zorder=5,
        label="default",
        ls="none",
    )


def plane(polars: int = 6, counts: tuple[int, ...] = COUNTS, **options: object) -> list[Quadrature]:
    return [quadrature(2, n, polars, **options) for n in counts]


def across(normal: np.ndarray) -> Callable[[Quadrature], float]:
    return lambda rule: max(abs(slab_error(rule, normal, kn)) for kn in KNUDSEN)


def slabs() -> Figure:
    figure, axes = canvas(
        "Panels that break at the walls converge; others stay behind",
        ("slab along x, as a 2D strip", "slab tilted by 30°"),
        "azimuths",
    )
    tilt = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])
    for ax, normal in zip(axes, (X, tilt), strict=True):
        error = across(normal)
        if normal is tilt:
            curve(ax, plane(), error, "Gauss per quadrant", GREY)
            closed = plane(panels=[tilt, (1, 0), (0, 1)], counts=COUNTS[4:])
            curve(ax, closed, error, "breaks at tilted and upright walls", PURPLE)
        curve(ax, plane(azimuth_rule="equal"), error, "equally spaced", BLUE)
        curve(ax, plane(azimuth_rule="chebyshev"), error, "equal, Gauss in cos ϑ", GREEN)
        curve(ax, plane(panels=[normal]), error, "Gauss, breaks at the walls", RED)
        star(ax, quadrature(2, panels=[normal]), error)
        ticks(ax, (8, 16, 24, 48, 96))
        ax.legend(frameon=False, fontsize=8.5)
    axes[0].set_ylabel("error of the flux, largest of Kn = 0.1, 1, 10")
    return figure


def rivals(axes: list[Axes], error: Callable[[Quadrature, float], float]) -> None:
    for ax, knudsen in zip(axes, (*KNUDSEN[1:], 100.0), strict=True):

        def at(rule: Quadrature, knudsen: float = knudsen) -> float:
            return error(rule, knudsen)

        counts = COUNTS[2:]
        curve(ax, plane(counts=counts, azimuth_rule="equal"), at, "equally spaced", BLUE)
        curve(ax, plane(counts=counts), at, "Gauss per quadrant", GREY)
        steps = [graded(n, 6) for n in (1, 2, 3, 4, 5)]
        curve(ax, steps, at, "Gauss, panels 0 1 5 20 45 90°", PURPLE)
        curve(ax, plane(counts=counts, towards=[X]), at, "Gauss, gathered towards x", RED)
        star(ax, quadrature(2, towards=[X]), at)
        ticks(ax, (16, 24, 40, 64, 96))
    axes[0].legend(frameon=False, fontsize=8.5)


def films() -> Figure:
    figure, axes = canvas(
        "Along a film, 40 azimuths gathered towards it do what 96 spread ones do not",
        ("Kn 1", "Kn 10", "Kn 100"),
        "azimuths",
    )
    rivals(axes, film_error)
    axes[0].set_ylabel("error of the in-plane conductivity")
    return figure


def pores() -> Figure:
    figure, axes = canvas(
        "Between aligned pores, the open channel rules from Kn 10 on",
        ("Kn 1", "Kn 10", "Kn 100"),
        "azimuths",
    )
    rivals(axes, pore_error)
    axes[0].set_ylabel("error of first flights, gradient along x")
    return figure


def nodes() -> Figure:
    figure, axes = canvas(
        "Nodes that gather at grazing directions keep long flights",
        ("film, 1D: nodes in |μ|", "round wire, 2D: polar nodes s"),
        "Kn",
    )
    knudsen = np.geomspace(0.1, 100, 31)
    for n, style in ((12, "--"), (16, "-")):
        for gathered, colour, name in ((False, GREY, "|μ|"), (True, RED, "√|μ|")):
            line = quadrature(1, polars=n)
            mu, w = gathered_gauss(n, start=gathered, end=False)
            rule = Quadrature(line.directions, line.weights, mu, w, None, n)
            errors = [abs(film_error(rule, kn)) for kn in knudsen]
            axes[0].plot(
                knudsen, errors, style, color=colour, label=f"{n}, Gauss in {name}", lw=1.8
            )
    for n, style in ((3, "-"), (4, "--"), (6, ":")):
        for power, colour, name in ((1.0, GREY, "s"), (2 / 3, RED, "$s^{2/3}$")):
            errors = [abs(wire_error(*sine_gauss(n, power), kn)) for kn in knudsen]
            axes[1].plot(
                knudsen, errors, style, color=colour, label=f"{n}, Gauss in {name}", lw=1.8
            )
    for ax, place in zip(axes, ("upper left", "lower right"), strict=True):
        ax.set_ylim(1e-8, 0.3)
        ticks(ax, (0.1, 1, 10, 100))
        ax.legend(frameon=False, fontsize=8.5, loc=place)
    axes[0].set_ylabel("error of the conductivity along it")
    return figure


def space() -> Figure:
    figure, axes = canvas(
        "In 3D, Gauss in ϑ with panels is best for walls along the axes",
        ("slab across x", "slab across z, the polar axis", "slab across (1, 2, 3)"),
        "ordinates",
    )
    sizes = ((8, 3), (8, 4), (12, 5), (16, 6), (20, 8), (24, 9), (32, 12))
    names = {"chebyshev": ("Chebyshev–Legendre", BLUE), "lebedev": ("Lebedev", GREEN)}
    for ax, normal in zip(axes, np.array([[1, 0, 0], [0, 0, 1], [1, 2, 3]]), strict=True):
        error = across(normal / np.linalg.norm(normal))
        for rule, (label, colour) in names.items():
            curve(ax, [quadrature(3, *n, azimuth_rule=rule) for n in sizes], error, label, colour)
        curve(ax, [quadrature(3, *n) for n in sizes], error, "Gauss per quadrant, in ϑ", RED)
        star(ax, quadrature(3), error)
        ticks(ax, (50, 100, 200, 400, 800))
    axes[0].legend(frameon=False, fontsize=8.5)
    axes[0].set_ylabel("error of the flux, largest of Kn = 0.1, 1, 10")
    return figure


if __name__ == "__main__":
    main()
