"""Sweeps a solve takes as it is, and with parts of the solver left out.

"continuum" leaves out the spectral rebalance, "open" the energy constraint, "plain" both
corrections.

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

import bte
from bte.solvers import krylov, steady
from bte.solvers.acceleration import Accelerator, make_accelerator

LENGTH = 1e-7
KNUDSEN = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
HOT_AND_COLD = {"left": bte.Isothermal(300.5), "right": bte.Isothermal(299.5)}


class Uncorrected:
    """P = 0."""

    def apply(self, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(x)


def continuum_only(discrete: Any) -> Accelerator:
    return replace(make_accelerator(discrete), rebalance=None)


#: What is replaced in the solver.
VARIANTS: dict[str, tuple[Any, str, Any]] = {
    "full": (steady, "make_accelerator", make_accelerator),
    "continuum": (steady, "make_accelerator", continuum_only),
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
    cases = {
        "slab, 40 graded cells": (slab, None),
        "square, diffuse sides": (square, bte.Diffuse()),
        "strip, specular sides": (square, bte.Specular()),
    }
    head(["gray, to 1e-8", *(f"Kn {kn:g}" for kn in KNUDSEN)])
    for name, (mesh, side) in cases.items():
        problems = [between_walls(mesh, kn, side) for kn in KNUDSEN]
        row([name, *(counts(problem, ("full", "plain"), limit, 1e-8) for problem in problems)])


def counts(problem: bte.Problem, variants: Sequence[str], limit: int, tolerance: float) -> str:
    return " / ".join(sweeps(problem, v, limit, tolerance=tolerance) for v in variants)


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
            variants = ("full", "continuum", "open")
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
    gray_table(args.limit)
    print()
    banded_table(args.limit)


if __name__ == "__main__":
    main()
