"""Nanoseconds per (cell, ordinate, lane) of a sweep.

    python benchmarks/kernel.py --json

Triangles, quadrilaterals, tetrahedra and hexahedra of about 1 000, 32 000 and 256 000 cells, 80
lanes, in double and single precision, on one thread and on all; the rate of counted operations as
a fraction of the multiply-add peak; how two threads compare to one; and what one lane costs.
BTE_SIMD=baseline|v3|v4 picks the instruction set.
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
from bte.solvers.discrete import neighbours

CELLS = (1_000, 32_000, 256_000)
SIDE = 1e-6
PARTS = ("elements", "scaling", "gray")
#: Vertices, cells in a block, and what `bte.Mesh` calls it.
ELEMENTS = {
    "triangle": (3, 2, "triangle"),
    "quadrilateral": (4, 1, "quad"),
    "tetrahedron": (4, 6, "tetra"),
    "hexahedron": (8, 1, "hexahedron"),
}


def packed_mesh(element, target):
    """Return a square or cube of about that many cells between isothermal walls, as arrays."""
    _, parts, name = ELEMENTS[element]
    dim = 2 if name in ("triangle", "quad") else 3
    n = max(1, round((target / parts) ** (1 / dim)))
    make = bte.Mesh.rectangle if dim == 2 else bte.Mesh.box
    mesh = make((SIDE,) * dim, (n,) * dim, element=name)
    gray = bte.Material.gray("gray", heat_capacity=1.0, speed=1.0, mean_free_path=SIDE)
    walls = {wall: bte.Isothermal(300.0) for wall in mesh.boundary_names}
    return pack(bte.Problem(mesh, {"domain": gray}, walls), 1)


def ordinates(dim):
    """Return eight directions in a plane or sixteen in space, and their weights."""
    if dim == 2:
        phi = (np.arange(8) + 0.4) * np.pi / 4
        return np.stack([np.cos(phi), np.sin(phi)], axis=1), np.full(8, 1 / 8)
    octants = np.array(list(np.ndindex(2, 2, 2))) * 2 - 1
    directions = np.concatenate([octants * [0.8, 0.52, 0.3], octants * [0.25, 0.4, 0.88]])
    return directions / np.linalg.norm(directions, axis=1)[:, None], np.full(16, 1 / 16)


def lanes(n_lane, n):
    """Return lane tables of optical thicknesses from 0.01 to 10 per cell, n of them real."""
    real = np.arange(n_lane) < n
    tables = {
        "inverse_mfp": np.logspace(-1, 2, n_lane)[None, :] / SIDE,
        "scattering": np.where(real, 1 / n, 0.0)[None, :],
        "energy": np.where(real, 1 / n, 0.0)[None, :],
        "flux": np.where(real, 1 / n, 0.0)[None, :],
        "lane_source": np.zeros((1, n_lane)),
    }
    return tables | {"band": np.zeros(n_lane, dtype=np.int32), "n_band": 1}


def transport(element, target, n_lane=80, n=80, wavefront=None):
    """Return the core's Transport, what it sweeps, and the numbers of cells and ordinates."""
    packed = packed_mesh(element, target)
    mesh = packed.mesh
    directions, weights = ordinates(mesh.dim)
    none = np.zeros((0, len(weights)), dtype=np.int32)
    n_side, n_vertex = packed.sides.nodes.shape
    core = _core.Transport(
        node_points=np.ascontiguousarray(mesh.node_points),
        offsets=mesh.dg_offsets,
        face_vector=packed.geometry.face_vector,
        volume=mesh.volumes,
        zone=np.zeros(mesh.n_cell, dtype=np.int32),
        neighbour=neighbours(packed),
        matching_vertex=packed.geometry.matching_vertex,
        direction=directions,
        weight=weights,
        **lanes(n_lane, n),
        side_trace_row=np.full(n_side, -1, dtype=np.int32),
        trace_read=none,
        trace_write=none,
        trace_face=np.zeros(0, dtype=np.uint8),
        trace_vertex=np.zeros((0, n_vertex), dtype=np.uint8),
        wavefront=wavefront,
    )
    arguments = (np.ones(mesh.n_node), np.zeros(0), np.ones((n_side, n_vertex, 1)))
    return core, (*arguments, np.zeros((0, n_vertex, n_lane))), mesh.n_cell, len(weights)


def operations(element):
    """Return what one (cell, ordinate, lane) takes: as done, and with plain elimination.

    docs/numerics/kernel.md has the formula; half of the faces feed, and a division is one.
    """
    n = ELEMENTS[element][0]
    elimination = 2 * n + n * (n - 1) + sum(3 * r + 2 * r * r for r in range(1, n))
    if element in ("quadrilateral", "hexahedron"):
        inflow = {"quadrilateral": 2 * 2 * 2**2, "hexahedron": 3 * 2 * 4**2}[element]
        done = n + inflow + 2 * n * n + elimination + 2 * n
        return done, done
    inflow = n / 2 * (4 * n - 5)
    return 8 * n + 15 + inflow, n + inflow + n * n + 2 + elimination + 2 * n


def best(run, repeat, clock=time.perf_counter):
    """Return the least of several times [s]."""
    least = np.inf
    for _ in range(repeat):
        start = clock()
        run()
        least = min(least, clock() - start)
    return least


def peak(single, repeat=20):
    """Return the multiply-add rate of one core in registers alone [1/s]."""
    rounds = 100_000
    count = _core.Transport.add_products(rounds, single)
    seconds = best(lambda: _core.Transport.add_products(rounds, single), repeat, time.thread_time)
    return count / seconds


class Case:
    """One mesh, ready to be swept."""

    def __init__(self, element, cells, n_lane=80, n=80, wavefront=None):
        self.element, self.n = element, n
        self.core, self.arguments, self.n_cell, self.n_ordinate = transport(
            element, cells, n_lane, n, wavefront
        )
        self.repeat = int(np.clip(200_000 // self.n_cell, 2, 60))

    def nanoseconds(self, threads=1, single=False, repeat=None):
        """Return the least time of a sweep per (cell, ordinate, lane).

        On one thread the processor's own clock is read, which stands still for other programs.
        """
        clock = time.thread_time if threads == 1 else time.perf_counter
        seconds = best(
            lambda: self.core.sweep(*self.arguments, threads=threads, single=single),
            repeat or self.repeat,
            clock,
        )
        return 1e9 * seconds / (self.n_cell * self.n_ordinate * self.n)


def elements(options):
    """Return one row for every element and size, on one thread and on all."""
    rows = []
    for element in options.elements:
        for cells in options.cells:
            case = Case(element, cells)
            done, elimination = operations(element)
            top = peak(False)
            ns = case.nanoseconds()
            rows.append(
                {
                    "element": element,
                    "cells": case.n_cell,
                    "ns": ns,
                    "ns_all_threads": case.nanoseconds(options.threads),
                    "single_ns": case.nanoseconds(single=True),
                    "gflops": done / ns,
                    "of_peak": 1e9 * done / ns / top,
                    "of_peak_as_elimination": 1e9 * elimination / ns / top,
                    "bytes_per_cell": case.core.memory / case.n_cell,
                    "front": case.core.n_slot,
                }
            )
    return rows


def interleaved(first, second, runs=5):
    """Return the least of several results of each, taken in turn."""
    results = [(first(), second()) for _ in range(runs)]
    return tuple(min(column) for column in zip(*results, strict=True))


def scaling(options):
    """Return how many times faster all threads are than one, best of five runs in turn."""
    rows = []
    for element in options.elements:
        case = Case(element, 32_000)

        def wall(threads, case=case):
            sweep = case.core.sweep
            return best(lambda: sweep(*case.arguments, threads=threads), case.repeat)

        one, all_ = interleaved(lambda w=wall: w(1), lambda w=wall: w(options.threads))
        rows.append({"element": element, "threads": options.threads, "times": one / all_})
    return rows


def gray(options):
    """Return ns per (cell, ordinate) of one lane: cells in packs, and the lane in a pack."""
    rows = []
    for element in ("tetrahedron", "hexahedron"):
        for cells in (1_000, 32_000):
            for lanes_ in (1, 2, 4):
                cases = [Case(element, cells, 8, lanes_, waves) for waves in (True, False)]
                waves, padded = interleaved(
                    *(lambda c=c: c.n * c.nanoseconds(repeat=c.repeat // 3 + 1) for c in cases)
                )
                rows.append(
                    {
                        "element": element,
                        "cells": cases[0].n_cell,
                        "lanes": lanes_,
                        "wavefront_ns": waves,
                        "padded_ns": padded,
                    }
                )
    return rows


def table(rows):
    """Print rows as a table."""
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + "---|" * len(rows[0]))
    for row in rows:
        cells = (f"{v:.3g}" if isinstance(v, float) else str(v) for v in row.values())
        print("| " + " | ".join(cells) + " |")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--cells", type=int, nargs="*", default=CELLS)
    parser.add_argument("--elements", nargs="*", default=list(ELEMENTS), choices=ELEMENTS)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="all threads")
    parser.add_argument("--parts", nargs="*", default=PARTS, choices=PARTS)
    options = parser.parse_args()
    result = {
        "instruction_set": _core.Transport.instruction_set(),
        "peak_gflops": 1e-9 * peak(False),
        "peak_gflops_single": 1e-9 * peak(True),
    }
    for part in options.parts:
        result[part] = {"elements": elements, "scaling": scaling, "gray": gray}[part](options)
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for name, value in result.items():
        if isinstance(value, list):
            table(value)
        else:
            print(f"{name}: {value if isinstance(value, str) else round(value, 1)}")


if __name__ == "__main__":
    main()
