"""Nanoseconds per (cell, ordinate, lane) of a sweep.

    python benchmarks/kernel.py --json

Triangles and tetrahedra of about 1 000, 32 000 and 256 000 cells, 80 lanes, on one thread and on
all. BTE_SIMD=baseline|v3|v4 picks the instruction set.
"""

from __future__ import annotations

import argparse
import json
import os
import time

import numpy as np

import bte
from bte import _core
from bte.packing import pack
from bte.quadrature import quadrature
from bte.solvers.discrete import discretise

SIDE = 100e-9
CELLS = (1_000, 32_000, 256_000)


def mesh(element, cells):
    """Return a square of triangles or a cube of tetrahedra with about that many cells."""
    if element == "triangle":
        n = round((cells / 2) ** (1 / 2))
        return bte.Mesh.rectangle((SIDE, SIDE), (n, n))
    n = round((cells / 6) ** (1 / 3))
    return bte.Mesh.box((SIDE, SIDE, SIDE), (n, n, n))


def problem(element, cells):
    """Return a problem of 80 lanes: 40 groups x 2 polar nodes, or 80 groups in 3D."""
    n = 40 if element == "triangle" else 80
    material = bte.Material.from_groups(
        "bins",
        heat_capacity=np.full(n, 1e6 / n),
        speed=np.full(n, 3000.0),
        mean_free_path=np.logspace(-9, -6, n),
    )
    grid = mesh(element, cells)
    walls = {name: bte.Isothermal(300.0) for name in grid.boundary_names}
    return bte.Problem(grid, {"domain": material}, walls)


def measure(element, cells, threads, repeat):
    """Return cells, nanoseconds per (cell, ordinate, lane) and bytes of tables per cell."""
    packed = pack(problem(element, cells), 1)
    angles = (8, 2) if packed.mesh.dim == 2 else (4, 2)
    discrete = discretise(packed, quadrature(packed.mesh.dim, *angles), threads)
    x = np.ones(discrete.size)
    discrete.apply(x)
    best = np.inf
    for _ in range(repeat):
        start = time.perf_counter()
        discrete.apply(x)
        best = min(best, time.perf_counter() - start)
    work = packed.mesh.n_cell * discrete.quadrature.n_ordinate * discrete.lanes.n
    return {
        "element": element,
        "cells": packed.mesh.n_cell,
        "threads": threads,
        "ns": 1e9 * best / work,
        "front": discrete.transport.n_slot,
        "bytes_per_cell": discrete.transport.memory / packed.mesh.n_cell,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--repeat", type=int, default=3, help="sweeps to take the best of")
    parser.add_argument("--cells", type=int, nargs="*", default=CELLS)
    options = parser.parse_args()
    rows = [
        measure(element, cells, threads, options.repeat)
        for element in ("triangle", "tetra")
        for cells in options.cells
        for threads in sorted({1, os.cpu_count() or 1})
    ]
    result = {"instruction_set": _core.Transport.instruction_set(), "rows": rows}
    if options.json:
        print(json.dumps(result, indent=1))
        return
    print(f"instruction set {result['instruction_set']}")
    print("| element | cells | threads | ns | front | bytes per cell |")
    print("|---|---|---|---|---|---|")
    for r in rows:
        print(
            f"| {r['element']} | {r['cells']} | {r['threads']} | {r['ns']:.2f} "
            f"| {r['front']} | {r['bytes_per_cell']:.0f} |"
        )


if __name__ == "__main__":
    main()
