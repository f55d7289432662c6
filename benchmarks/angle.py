"""Error of the heat flux between black walls against the exact slab, by quadrature.

The slab is solved as a line, as a strip with mirrors at its sides, and as a bar along each axis,
on meshes fine enough that what is left is the error of the directions. Prints Markdown tables.
With --plots, draws what angle_study.py finds of all rules, on the way to docs/images.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

import angle_plots
import numpy as np
import pores
from angle_study import film_error, slab_error, wire_error

import bte
from bte.quadrature import quadrature

#: q / (C v dT / 4) between black walls, by Kn = Lambda / L; 13 digits, from two independent
#: solutions of the integral equation.
EXACT = {0.1: 0.1167451135131657, 1.0: 0.5534059933266168, 10.0: 0.915702873832695}

FAR = (0.1, 1.0, 10.0, 100.0)

LENGTH, SPEED, HEAT_CAPACITY = 1e-7, 1000.0, 1e6
AXES = ("x", "y", "z")
ENDS = {"x": ("left", "right"), "y": ("bottom", "top"), "z": ("front", "back")}


def line(cells: int, grading: float) -> bte.Mesh:
    return bte.Mesh.line([0, LENGTH], [cells], boundaries=("hot", "cold"), grading=grading)


def strip(cells: int, grading: float) -> bte.Mesh:
    return bte.Mesh.rectangle((LENGTH, LENGTH), (cells, 1), grading=[grading, 1.0])


def bar(cells: int, grading: float, axis: str) -> bte.Mesh:
    counts, ratios = [1, 1, 1], [1.0, 1.0, 1.0]
    counts[AXES.index(axis)], ratios[AXES.index(axis)] = cells, grading
    return bte.Mesh.box((LENGTH,) * 3, counts, grading=ratios)


def flux(mesh: bte.Mesh, knudsen: float, hot: str, cold: str, **rule: int) -> float:
    """Return q / (C v dT / 4) of the mesh with mirrors everywhere but at two walls."""
    gray = bte.Material.gray(
        "gray", heat_capacity=HEAT_CAPACITY, speed=SPEED, mean_free_path=knudsen * LENGTH
    )
    walls = {hot: bte.Isothermal(300.5), cold: bte.Isothermal(299.5)}
    problem = bte.Problem(
        mesh,
        materials={"domain": gray},
        boundaries={name: walls.get(name, bte.Specular()) for name in mesh.boundary_names},
        temperature=300.0,
    )
    solution = problem.solve(tolerance=1e-8, **rule)
    area = LENGTH ** (mesh.dim - 1)
    return solution.power[hot] / (0.25 * HEAT_CAPACITY * SPEED * area)


def row(name: str, mesh: bte.Mesh, hot: str, cold: str, **rule: int) -> str:
    errors = [flux(mesh, kn, hot, cold, **rule) / exact - 1 for kn, exact in EXACT.items()]
    return "| " + " | ".join([name, *(f"{error:+.1e}" for error in errors)]) + " |"


def worst_half_range(dim: int) -> float:
    """Return the largest error of <max(Omega . n, 0)>, relative to 1/4, over all normals n."""
    normals = np.random.default_rng(0).normal(size=(10_000, dim))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return float(np.abs(4.0 * quadrature(dim).half_range(normals) - 1.0).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=24, help="graded cells of strips and bars")
    parser.add_argument("--grading", type=float, default=1.35)
    parser.add_argument("--plots", action="store_true", help="draw docs/images/angle-*.png")
    args = parser.parse_args()
    if args.plots:
        angle_plots.main()
        return
    print("| rule | Kn 0.1 | Kn 1 | Kn 10 |", "|---|---|---|---|", sep="\n")
    for polars in (4, 8, 16):
        mesh = line(40, args.grading)
        print(row(f"1D, {polars} + {polars}", mesh, "hot", "cold", polars=polars))
    print(row("1D, 16 + 16, 10 uniform cells", line(10, 1.0), "hot", "cold", polars=16))
    for azimuths, polars in ((16, 3), (16, 4), (24, 3), (32, 4)):
        name = f"2D, {azimuths} × {polars}"
        mesh = strip(args.cells, args.grading)
        print(row(name, mesh, "left", "right", azimuths=azimuths, polars=polars))
    for axis in AXES:
        name = f"3D, 16 × (6 + 6), bar along {axis}"
        mesh = bar(args.cells, args.grading, axis)
        print(row(name, mesh, *ENDS[axis], azimuths=16, polars=6))
    print()
    print_study()
    print_pores()
    for dim in (2, 3):
        axes = np.abs(4.0 * quadrature(dim).half_range(np.eye(dim)) - 1.0).max()
        worst = worst_half_range(dim)
        print(f"half-range flux, {dim}D: {axes:.0e} off along axes, {worst:.1%} at most")


def print_study() -> None:
    """Print errors of the rules alone: tilted slab, film, wire."""
    turn = np.radians(30.0)
    tilt = np.array([np.cos(turn), np.sin(turn)])
    rules = {
        "24 × 3, quadrants": quadrature(2),
        "24 × 3, breaks at its walls": quadrature(2, panels=[tilt]),
        "24 × 3, breaks every 30°": quadrature(2, panels=[tilt, (1, 0)]),
    }
    print("| slab tilted by 30° | Kn 0.1 | Kn 1 | Kn 10 |", "|---|---|---|---|", sep="\n")
    for name, rule in rules.items():
        print_row(name, (slab_error(rule, tilt, kn) for kn in EXACT))
    films = {
        "1D, 16 + 16": quadrature(1),
        "2D, 24 × 3": quadrature(2),
        "2D, 40 × 3 towards": quadrature(2, towards=[(1, 0)]),
        "3D, 16 × (6 + 6)": quadrature(3),
        "3D, 40 × (8 + 8) towards": quadrature(3, towards=[(1, 0, 0)]),
        "3D, the same, axis along": quadrature(3, towards=[(1, 0, 0)], axis="x"),
        "3D, the same, axis across": quadrature(3, towards=[(1, 0, 0)], axis="y"),
    }
    print("\n| film | Kn 0.1 | Kn 1 | Kn 10 | Kn 100 |", "|---|---|---|---|---|", sep="\n")
    for name, rule in films.items():
        worst = (max((film_error(rule, kn, p) for p in (0, 0.5, 0.9)), key=abs) for kn in FAR)
        print_row(name, worst)
    print("\n| round wire | Kn 0.1 | Kn 1 | Kn 10 | Kn 100 |", "|---|---|---|---|---|", sep="\n")
    for polars in (3, 4, 6, 8):
        rule = quadrature(2, polars=polars)
        errors = (wire_error(rule.sines, rule.sine_weights, kn) for kn in FAR)
        print_row(f"2D, {polars} polars", errors)


def print_pores() -> None:
    """Print k/k_bulk of the aligned-pore cell, solved on a mesh of 12 cells along a period."""
    counts = (24, 40, 48, 64, 96)
    head = " | ".join(map(str, counts))
    print(f"\n| pores, azimuths | {head} |", "|---" * (len(counts) + 1) + "|", sep="\n")
    for knudsen in (10.0, 100.0):
        material = pores.gray(knudsen)
        problem = pores.problem(pores.cell(3), material)
        for name, towards in (("quadrants", ()), ("towards x", [(1, 0)])):
            row = []
            for azimuths in counts:
                solution = problem.solve(azimuths=azimuths, towards=towards, tolerance=1e-5)
                ratio = solution.effective_conductivity / material.conductivity(300.0)
                row.append(f"{ratio:.5f}")
            print(f"| Kn {knudsen:g}, {name} | " + " | ".join(row) + " |", flush=True)


def print_row(name: str, errors: Iterable[float]) -> None:
    print("| " + " | ".join([name, *(f"{error:+.1e}" for error in errors)]) + " |")


if __name__ == "__main__":
    main()
