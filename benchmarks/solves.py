"""Whole solves: sweeps, seconds by part, peak memory.

    python benchmarks/solves.py                      prints a Markdown table
    python benchmarks/solves.py --json after.json    writes it as JSON too
    python benchmarks/solves.py --compare before.json after.json

Every case runs in a process of its own, so that its peak memory is its own; memory is what it takes
above the interpreter with bte loaded. ``--threads`` is 1 unless given, so that two runs compare.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import bte

NM = 1e-9
SETTINGS: dict[str, dict[str, Any]] = {
    "cavity": {"bands": 15, "azimuths": 24, "polars": 3},
    "pores": {"bands": 15, "azimuths": 48, "polars": 3},
    "fin": {"bands": 10, "azimuths": 8, "polars": 3},
}
COLUMNS = ("cells", "unknowns", "sweeps", "sweep", "continuum", "other", "total", "memory")


def film_across() -> bte.Problem:
    """Silicon film of 200 nm between black walls."""
    mesh = bte.Mesh.line([0, 200 * NM], [60], boundaries=("left", "right"), grading=1.1)
    walls = {"left": bte.Isothermal(305.0), "right": bte.Isothermal(295.0)}
    return bte.Problem(mesh, {"domain": bte.material("Si")}, walls)


def film_along() -> bte.Problem:
    """Silicon film of 100 nm with diffuse walls, heat along it."""
    mesh = bte.Mesh.line([0, 100 * NM], [60], boundaries=("left", "right"), grading=1.1)
    walls = {"left": bte.Diffuse(), "right": bte.Diffuse()}
    return bte.Problem(mesh, {"domain": bte.material("Si")}, walls, gradient={"y": 1e7})


def cavity() -> bte.Problem:
    """Square silicon cavity of 500 nm, one wall hot."""
    mesh = bte.Mesh.rectangle((500 * NM, 500 * NM), (40, 40), element="quad", grading=1.05)
    walls: dict[str, Any] = {name: bte.Isothermal(295.0) for name in mesh.boundary_names}
    return bte.Problem(
        mesh, {"domain": bte.material("Si")}, {**walls, "top": bte.Isothermal(305.0)}
    )


def pores() -> bte.Problem:
    """Period of 100 nm of silicon with aligned square pores of 50 nm, diffuse inside."""
    material = {"domain": bte.material("Si")}
    return bte.Problem(pore_cell(100 * NM, 24), material, pore_boundaries())


def pore_cell(period: float, blocks: int) -> bte.Mesh:
    """Return a square of ``blocks`` x ``blocks`` quadrilaterals without the pore in its middle."""
    full = bte.Mesh.rectangle((period, period), (blocks, blocks), element="quad")
    centre = full.centres / period
    solid = (np.abs(centre - 0.5) > 0.25).any(axis=1)
    cells = full.cells[solid]
    used, compact = np.unique(cells, return_inverse=True)

    def name(centres: np.ndarray) -> np.ndarray:
        x, y = centres.T / period
        outer = [x < 1e-6, x > 1 - 1e-6, y < 1e-6, y > 1 - 1e-6]
        return np.select(outer, ["left", "right", "bottom", "top"], "pore")

    return bte.Mesh.from_arrays(full.points[used], compact.reshape(cells.shape), boundaries=name)


def pore_boundaries(difference: float = 1.0) -> dict[str, Any]:
    """Return periodic sides with a difference over one period, and diffuse pore walls."""
    return {
        "left": bte.Periodic("right", difference),
        "bottom": bte.Periodic("top"),
        "pore": bte.Diffuse(),
    }


def fin() -> bte.Problem:
    """Half of a silicon fin of 80 x 40 x 160 nm on a sink, heated near its top."""
    size = (80 * NM, 40 * NM, 160 * NM)

    def region(centres: np.ndarray) -> np.ndarray:
        return np.where(centres[:, 2] > 0.8 * size[2], "channel", "fin")

    mesh = bte.Mesh.box(size, (8, 4, 16), regions=region)
    sides: dict[str, Any] = {name: bte.Diffuse() for name in mesh.boundary_names}
    sides |= {"left": bte.Specular(), "front": bte.Isothermal(300.0)}
    silicon = bte.material("Si")
    materials = {"fin": silicon, "channel": silicon}
    return bte.Problem(mesh, materials, sides, sources={"channel": 1e18})


def superlattice() -> bte.Problem:
    """Period of 20 nm silicon and 20 nm germanium, repeated."""
    mesh = bte.Mesh.line(
        [0, 10 * NM, 30 * NM, 40 * NM],
        [20, 40, 20],
        regions=["Si", "Ge", "Si"],
        boundaries=("left", "right"),
    )
    materials = {"Si": bte.material("Si"), "Ge": bte.material("Ge")}
    return bte.Problem(mesh, materials, {"left": bte.Periodic("right", 1.0)})


CASES: dict[str, Callable[[], bte.Problem]] = {
    "film across": film_across,
    "film along": film_along,
    "cavity": cavity,
    "pores": pores,
    "fin": fin,
    "superlattice": superlattice,
}


def measure(name: str, threads: int) -> dict[str, float]:
    """Solve a case here and return its numbers."""
    problem = CASES[name]()
    before = peak_memory()
    start = time.perf_counter()
    solution = problem.solve(threads=threads, **SETTINGS.get(name, {}))
    total = time.perf_counter() - start
    sweep, continuum = solution.seconds["sweep"], solution.seconds["continuum"]
    return {
        "cells": problem.mesh.n_cell,
        "unknowns": problem.mesh.n_node,
        "sweeps": solution.iterations,
        "sweep": sweep,
        "continuum": continuum,
        "other": total - sweep - continuum,
        "total": total,
        "memory": peak_memory() - before,
        "converged": solution.converged,
    }


def peak_memory() -> float:
    """Return the most memory this process has held [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def run(name: str, threads: int) -> dict[str, float]:
    """Solve a case in a process of its own."""
    command = [sys.executable, __file__, "--only", name, "--threads", str(threads)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    numbers: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return numbers


def table(results: dict[str, dict[str, float]]) -> None:
    """Print results as Markdown."""
    head = ["case", *COLUMNS[:3], *(f"{c} [s]" for c in COLUMNS[3:7]), "memory [MB]"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for name, numbers in results.items():
        print("| " + " | ".join([name, *(shown(numbers, c) for c in COLUMNS)]) + " |")


def shown(numbers: dict[str, float], column: str) -> str:
    """Return a number as text; a solve that did not converge shows its sweeps as more than that."""
    value = numbers[column]
    if column in COLUMNS[:3]:
        return (">" if column == "sweeps" and not numbers["converged"] else "") + f"{value:.0f}"
    return f"{value:.2f}" if column != "memory" else f"{value:.0f}"


def compare(before: Path, after: Path) -> None:
    """Print the numbers of two runs beside each other."""
    first, second = (json.loads(path.read_text()) for path in (before, after))
    columns = ("sweeps", "sweep", "continuum", "total", "memory")
    head = ["case", *columns]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for name in [n for n in first if n in second]:
        cells = [f"{shown(first[name], c)} → {shown(second[name], c)}" for c in columns]
        print("| " + " | ".join([name, *cells]) + " |")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=CASES, help="solve one case here and print its JSON")
    parser.add_argument("--threads", type=int, default=1, help="threads of the sweep")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"))
    args = parser.parse_args()
    if args.compare:
        compare(*args.compare)
    elif args.only:
        print(json.dumps(measure(args.only, args.threads)))
    else:
        results = {name: run(name, args.threads) for name in CASES}
        table(results)
        if args.json:
            args.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
