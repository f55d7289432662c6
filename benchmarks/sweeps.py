"""Sweeps a solve takes as it is, and with parts of the solver left out.

"bulk" has one diffusion equation instead of one per mode of the spectrum, "unbalanced" no spectral
rebalance, "lagged" no flight map, "open" no energy constraint, "plain" no correction at all.

A solve that is not done after ``--limit`` sweeps counts as ">limit". Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from unittest import mock

import numpy as np
from solves import pore_boundaries, pore_cell

import bte
from bte.solvers import acceleration, continua, krylov, steady
from bte.solvers.acceleration import Accelerator, make_accelerator

LENGTH = 1e-7
KNUDSEN = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
HOT_AND_COLD = {"left": bte.Isothermal(300.5), "right": bte.Isothermal(299.5)}


class Uncorrected:
    """P = 0."""

    setup = 0.0

    def apply(self, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(x)


def unbalanced(discrete: Any) -> Accelerator:
    return replace(make_accelerator(discrete), rebalance=None)


#: What is replaced in the solver.
VARIANTS: dict[str, tuple[Any, str, Any]] = {
    "full": (steady, "make_accelerator", make_accelerator),
    "bulk": (continua, "mode_count", lambda packed: 1),
    "unbalanced": (steady, "make_accelerator", unbalanced),
    "lagged": (acceleration, "find_flights", lambda discrete: None),
    "open": (krylov, "_DEAREST", 0.0),
    "plain": (steady, "make_accelerator", lambda discrete: Uncorrected()),
}


def sweeps(problem: bte.Problem, variant: str, limit: int, **settings: Any) -> str:
    """Return the number of sweeps to convergence as text."""
    with (
        mock.patch.object(*VARIANTS[variant]),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", bte.BteWarning)
        solution = problem.solve(max_sweeps=limit, **settings)
    return str(solution.iterations) if solution.converged else f">{limit}"


def gray(mean_free_path: float) -> bte.Material:
    return bte.Material.gray("gray", heat_capacity=1e6, speed=1e3, mean_free_path=mean_free_path)


def between_walls(mesh: bte.Mesh, knudsen: float, side: Any) -> bte.Problem:
    return bte.Problem(
        mesh,
        materials={"domain": gray(knudsen * LENGTH)},
        boundaries={name: HOT_AND_COLD.get(name, side) for name in mesh.boundary_names},
        temperature=300.0,
    )


def gray_table(limit: int) -> None:
    slab = bte.Mesh.line([0, LENGTH], [40], boundaries=("left", "right"), grading=1.35)
    square = bte.Mesh.rectangle((LENGTH, LENGTH), (10, 10))
    cases = {"slab, 40 graded cells": slab, "square, diffuse sides": square}
    head(["gray, to 1e-8", *(f"Kn {kn:g}" for kn in KNUDSEN)])
    for name, mesh in cases.items():
        problems = [between_walls(mesh, kn, bte.Diffuse()) for kn in KNUDSEN]
        row([name, *(counts(problem, ("full", "plain"), limit, 1e-8) for problem in problems)])


def flights_table(limit: int) -> None:
    """Mirrors near each other, and pores in line."""
    head(["gray, to 1e-6", *(f"Kn {kn:g}" for kn in KNUDSEN)])
    shapes = {1.0: (16, 16), 0.3: (20, 8), 0.1: (60, 6)}
    for height, cells in shapes.items():
        for azimuths in (16, 32):
            mesh = bte.Mesh.rectangle((LENGTH, height * LENGTH), cells)
            problems = [between_walls(mesh, kn, bte.Specular()) for kn in KNUDSEN]
            name = f"mirrors {height:g} of the length apart, {azimuths} azimuths"
            flights_row(name, problems, azimuths, limit)
    for azimuths in (24, 48, 96):
        problems = [aligned_pores(kn) for kn in KNUDSEN]
        flights_row(f"aligned pores, {azimuths} azimuths", problems, azimuths, limit)


def flights_row(name: str, problems: list[bte.Problem], azimuths: int, limit: int) -> None:
    settings = {"azimuths": azimuths, "polars": 2}
    variants = ("full", "lagged")
    row([name, *(counts(problem, variants, limit, 1e-6, **settings) for problem in problems)])


def aligned_pores(knudsen: float) -> bte.Problem:
    material = {"domain": gray(knudsen * LENGTH)}
    return bte.Problem(pore_cell(LENGTH, 16), material, pore_boundaries())


def periodic_table(limit: int) -> None:
    """Superlattices and cells with an inclusion; bands over four decades."""
    scales = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 1e2, 1e3, 1e4)
    head(["periodic, to 1e-6", *(f"path {scale:g} of the period" for scale in scales)])
    for name, make in (("superlattice", superlattice), ("inclusion", inclusion_cell)):
        for kind, materials in (("gray", gray_pair), ("20 bands", band_pair)):
            for t in (0.02, 0.3, 1.0):
                problems = [make(materials(scale), t) for scale in scales]
                settings = {} if make is superlattice else {"azimuths": 16, "polars": 2}
                variants = (
                    ("full", "unbalanced", "lagged") if kind != "gray" else ("full", "lagged")
                )
                cells = (counts(p, variants, limit, 1e-6, **settings) for p in problems)
                row([f"{name}, {kind}, t = {t:g}", *cells])


def gray_pair(scale: float) -> dict[str, bte.Material]:
    return {"matrix": gray(scale * LENGTH), "inclusion": gray(0.5 * scale * LENGTH)}


def band_pair(scale: float) -> dict[str, bte.Material]:
    """Two materials of 20 bands, paths from 0.01 to 100 scales and half of that."""
    n = 20
    common = {"frequency_edges": np.linspace(0.0, 6e13, n + 1)}
    path = scale * LENGTH * np.logspace(2, -2, n)
    capacity, speed = np.linspace(0.5, 1.5, n), np.linspace(5e3, 2e3, n)
    return {
        name: bte.Material.from_groups(
            name, heat_capacity=c * capacity, speed=speed, mean_free_path=part * path, **common
        )
        for name, c, part in (("matrix", 8e4, 1.0), ("inclusion", 5e4, 0.5))
    }


def superlattice(materials: dict[str, bte.Material], t: float) -> bte.Problem:
    mesh = bte.Mesh.line(
        [0, 0.18 * LENGTH, 0.48 * LENGTH, LENGTH],
        [8, 14, 20],
        ["matrix", "inclusion", "matrix"],
        boundaries=("left", "right"),
    )
    model = {("matrix", "inclusion"): bte.Transmission(t, of="smaller side")}
    return bte.Problem(mesh, materials, {"left": bte.Periodic("right", 1.0)}, model)


def inclusion_cell(materials: dict[str, bte.Material], t: float) -> bte.Problem:
    model = {("matrix", "inclusion"): bte.Transmission(t, of="smaller side")}
    sides = {"left": bte.Periodic("right", 1.0), "bottom": bte.Periodic("top")}
    return bte.Problem(inclusion(LENGTH), materials, sides, model)


def counts(
    problem: bte.Problem, variants: Sequence[str], limit: int, tolerance: float, **settings: Any
) -> str:
    return " / ".join(sweeps(problem, v, limit, tolerance=tolerance, **settings) for v in variants)


def pair() -> dict[str, bte.Material]:
    """Two materials of 20 groups on one frequency grid, paths over four decades."""
    n = 20
    edges = np.linspace(0.0, 6e13, n + 1)
    path = np.logspace(2, -2, n)  # in units of 10 nm
    rise = np.linspace(0.5, 1.5, n)
    common = {"frequency_edges": edges}
    first = bte.Material.from_groups(
        "first",
        heat_capacity=1e6 / n * rise,
        speed=np.linspace(6e3, 1e3, n),
        mean_free_path=1e-8 * path,
        **common,
    )
    second = bte.Material.from_groups(
        "second",
        heat_capacity=1.5e6 / n * rise[::-1],
        speed=np.linspace(4e3, 5e2, n),
        mean_free_path=2e-9 * path,
        **common,
    )
    return {"matrix": first, "inclusion": second}


def inclusion(size: float) -> bte.Mesh:
    def region(centres: np.ndarray) -> np.ndarray:
        x, y = centres.T / size
        inside = (x > 1 / 6) & (x < 1 / 2) & (y > 1 / 3) & (y < 5 / 6)
        return np.where(inside, "inclusion", "matrix")

    return bte.Mesh.rectangle((size, size), (12, 12), regions=region)


def layers(size: float, grading: float = 1.0) -> bte.Mesh:
    return bte.Mesh.line(
        [0, 0.3 * size, size],
        [20, 20],
        regions=["matrix", "inclusion"],
        boundaries=("left", "right"),
        grading=grading,
    )


def banded_table(limit: int) -> None:
    sizes = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5)
    head(["20 bands, to 1e-6", "1 nm", "10 nm", "100 nm", "1 µm", "10 µm"])
    crystals = {"matrix": bte.material("Si"), "inclusion": bte.material("Ge")}
    models = {
        "t = 0.02": (pair(), bte.Transmission(0.02, of="smaller side")),
        "t = 0.4": (pair(), bte.Transmission(0.4, of="smaller side")),
        "Si/Ge, DMM": (crystals, bte.DMM()),
    }
    shapes: dict[str, Callable[[float], bte.Mesh]] = {
        "layers": layers,
        "layers graded 1.35": partial(layers, grading=1.35),
        "inclusion": inclusion,
    }
    for shape, make in shapes.items():
        for name, (materials, model) in models.items():
            problems = [contact(make(size), materials, model) for size in sizes]
            variants = ("full", "bulk", "unbalanced", "open")
            cells = (counts(problem, variants, limit, 1e-6) for problem in problems)
            row([f"{shape}, {name}", *cells])


def contact(mesh: bte.Mesh, materials: dict[str, bte.Material], model: Any) -> bte.Problem:
    return bte.Problem(
        mesh,
        materials=materials,
        boundaries={n: HOT_AND_COLD.get(n, bte.Diffuse()) for n in mesh.boundary_names},
        interfaces={("matrix", "inclusion"): model},
        temperature=300.0,
    )


def head(cells: list[str]) -> None:
    row(cells)
    print("|" + "---|" * len(cells), flush=True)


def row(cells: list[str]) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=150, help="give up after so many sweeps")
    args = parser.parse_args()
    for table in (gray_table, flights_table, banded_table, periodic_table):
        table(args.limit)
        print()


if __name__ == "__main__":
    main()
