"""Conductivity of the aligned-pore cell under refinement of mesh and angles.

    python benchmarks/pores.py [--kn 0.01 0.1 1 10 100] [--silicon] [--json pores.json]

A square pore of side L/2 in the middle of a square period L, diffuse pore walls, a temperature
difference over one period, gray phonons of Kn = mean free path / L. Printed are k/k_bulk on a
ladder of meshes (cells along L, graded towards the pore) and ordinates (azimuths x polar nodes),
the limit that the ladder extrapolates to, and its uncertainty. Silicon: L = 100 nm at 300 K.
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


def conductivity(material, mesh, azimuths, polars, gathered):
    """Return k/k_bulk, and the sweeps it took."""
    solution = problem(mesh, material).solve(
        azimuths=azimuths,
        polars=polars,
        towards=[[1.0, 0.0], [0.0, 1.0]] if gathered else [],
        bands=20,
    )
    bulk = solution.conductivities["solid"]
    return solution.effective_conductivity / bulk, solution.iterations


def study(material, azimuths, gathered):
    """Return rows (cells along the period, azimuths, polars, k/k_bulk, sweeps)."""
    rows = []
    for n, grading, directions, polars in (
        *((n, grading, azimuths, 3) for n, grading in LADDER),
        (*LADDER[0], azimuths * 3 // 2, 3),
        (*LADDER[0], azimuths * 2, 3),
        (*LADDER[0], azimuths, 4),
    ):
        ratio, sweeps = conductivity(material, cell(n, grading), directions, polars, gathered)
        rows.append((4 * n, directions, polars, ratio, sweeps))
    return rows


def limit(rows):
    """Return the limit of fine meshes and directions, and what is uncertain about it.

    Meshes halve the largest cell: with an error of the order 4/3 in it, as reentrant corners leave,
    the limit is beyond the last by 1/(2^(4/3) - 1) of the last step. Directions add what the
    finest of them changed on the coarsest mesh.
    """
    meshes = [row[3] for row in rows[: len(LADDER)]]
    step = (meshes[-1] - meshes[-2]) / (2.0 ** (4.0 / 3.0) - 1.0)
    finest, fine = rows[-2][3], rows[-3][3]
    turned = finest - meshes[0]
    spread = abs(step) + abs(finest - fine) + abs(rows[-1][3] - meshes[0])
    return meshes[-1] + step + turned, max(spread, 1e-6)


#: Cells along a quarter of the period, and their growth away from the pore.
LADDER = ((6, 1.5), (12, 1.5**0.5), (24, 1.5**0.25))

#: Azimuths, and whether they gather at the channels.
DIRECTIONS = {0.01: (24, False), 0.1: (64, False), 1.0: (256, False), 10.0: (256, False)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kn", type=float, nargs="*", default=[0.01, 0.1, 1.0, 10.0, 100.0])
    parser.add_argument("--silicon", action="store_true", help="silicon too, in 20 bands")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    cases = [(f"Kn {kn:g}", gray(kn), *DIRECTIONS.get(kn, (192, True))) for kn in arguments.kn]
    if arguments.silicon:
        cases.append(("Si", bte.material("Si"), 96, True))
    found = {}
    for name, material, azimuths, gathered in cases:
        start = time.perf_counter()
        rows = study(material, azimuths, gathered)
        value, uncertain = limit(rows)
        found[name] = {"rows": rows, "limit": value, "uncertainty": uncertain}
        for row in rows:
            print(
                "{:>8}  {:3d} cells  {:3d} x {}  k/k_bulk {:.6f}  {:3d} sweeps".format(name, *row)
            )
        seconds = time.perf_counter() - start
        print(f"{name:>8}  limit {value:.5f} +- {uncertain:.5f}   ({seconds:.0f} s)\n", flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
