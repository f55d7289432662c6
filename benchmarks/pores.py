"""Conductivity of the aligned-pore cell under refinement of mesh and angles.

    python benchmarks/pores.py [--kn 0.01 0.1 1 10 100] [--json pores.json]

A square pore of side L/2 in the middle of a square period L, diffuse pore walls, a temperature
difference over one period, gray phonons of Kn = mean free path / L. Printed are k/k_bulk on a
ladder of meshes (cells along L, graded towards the pore) and ordinates (azimuths x polar nodes),
the limit that the ladder extrapolates to, and its uncertainty.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np

import bte

PERIOD = 100e-9


def ticks(n, grading):
    """Return coordinates with n cells in each quarter-half-quarter part, graded at the pore."""
    width = grading ** np.arange(n, dtype=float)
    quarter = np.concatenate([[0.0], np.cumsum(width[::-1])]) / width.sum() / 4
    half = grading ** np.minimum(np.arange(2 * n), np.arange(2 * n)[::-1]).astype(float)
    middle = 0.25 + np.concatenate([[0.0], np.cumsum(half)]) / half.sum() / 2
    return PERIOD * np.concatenate([quarter[:-1], middle[:-1], 1.0 - quarter[::-1]])


def cell(n, grading=1.3):
    """Return the mesh of quadrilaterals, 4 n cells along the period."""
    x = ticks(n, grading)
    m = len(x) - 1
    i, j = np.meshgrid(np.arange(m), np.arange(m), indexing="ij")
    centre = 0.5 * (x[:-1] + x[1:]) / PERIOD
    inside = (abs(centre[i] - 0.5) < 0.25) & (abs(centre[j] - 0.5) < 0.25)
    a = (i * (m + 1) + j)[~inside]
    quads = np.column_stack([a, a + m + 1, a + m + 2, a + 1])
    xx, yy = np.meshgrid(x, x, indexing="ij")
    return bte.Mesh.from_arrays(
        np.column_stack([xx.ravel(), yy.ravel()]), quads, regions="solid", boundaries=_sides
    )


def _sides(centres):
    x, y = centres.T / PERIOD
    small = 1e-9
    return np.select(
        [x < small, x > 1 - small, y < small, y > 1 - small],
        ["left", "right", "bottom", "top"],
        "pore",
    )


def problem(mesh, material):
    """Return the cell with one kelvin over a period along x."""
    boundaries = {
        "left": bte.Periodic("right", temperature_difference=1.0),
        "bottom": bte.Periodic("top"),
        "pore": bte.Diffuse(),
    }
    return bte.Problem(mesh, {"solid": material}, boundaries)


def gray(kn):
    """Return a gray material of that mean free path over the period."""
    return bte.Material.gray("gray", heat_capacity=1.66e6, speed=6400.0, mean_free_path=kn * PERIOD)


def conductivity(kn, n, azimuths, polars):
    """Return k/k_bulk and the sweeps it took."""
    material = gray(kn)
    solution = problem(cell(n), material).solve(azimuths=azimuths, polars=polars, tolerance=1e-6)
    k = solution.effective_conductivity
    return k / material.conductivity(300.0), solution.iterations


LADDER = ((2, 48, 3), (3, 48, 3), (4, 48, 3), (6, 48, 3), (4, 32, 3), (4, 64, 3), (4, 96, 4))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kn", type=float, nargs="+", default=[0.01, 0.1, 1.0, 10.0, 100.0])
    parser.add_argument("--json")
    arguments = parser.parse_args()
    rows = []
    for kn in arguments.kn:
        for n, azimuths, polars in LADDER:
            start = time.perf_counter()
            ratio, sweeps = conductivity(kn, n, azimuths, polars)
            seconds = time.perf_counter() - start
            rows.append([kn, 4 * n, azimuths, polars, ratio, sweeps, seconds])
            print(
                f"Kn {kn:<6g} {4 * n:3d} cells  {azimuths:3d} x {polars}  k/k_bulk {ratio:.5f}"
                f"  {sweeps:3d} sweeps  {seconds:.2f} s",
                flush=True,
            )
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
