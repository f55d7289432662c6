"""Nanoseconds per (cell, ordinate, lane) of a sweep.

    python benchmarks/kernel.py --json

Triangles, quadrilaterals, tetrahedra and hexahedra of about 1 000, 32 000 and 256 000 cells, 80
lanes, on one thread and on all. BTE_SIMD=baseline|v3|v4 picks the instruction set.
"""

from __future__ import annotations

import argparse
import json
import os
import time

import numpy as np

from bte import _core

CELLS = (1_000, 32_000, 256_000)
ELEMENTS = ("triangle", "quadrilateral", "tetrahedron", "hexahedron")
FACES = {
    "triangle": [(1, 2), (0, 2), (0, 1)],
    "quadrilateral": [(0, 1), (1, 2), (2, 3), (3, 0)],
    "tetrahedron": [(1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2)],
    "hexahedron": [
        (0, 3, 2, 1),
        (4, 5, 6, 7),
        (0, 1, 5, 4),
        (1, 2, 6, 5),
        (2, 3, 7, 6),
        (3, 0, 4, 7),
    ],
}
SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]
CUBE = [(*c, level) for level in (0, 1) for c in SQUARE]
SIX = [[0, 1, 2, 6], [0, 2, 3, 6], [0, 3, 7, 6], [0, 7, 4, 6], [0, 4, 5, 6], [0, 5, 1, 6]]


def structured(element, target):
    """Return points (n, dim) and cells (n, vertices) of a unit square or cube."""
    dim = 2 if element in ("triangle", "quadrilateral") else 3
    parts = {"triangle": [[0, 1, 2], [0, 2, 3]], "tetrahedron": SIX}.get(element)
    n = max(1, round((target / (len(parts) if parts else 1)) ** (1 / dim)))
    axes = np.meshgrid(*[np.arange(n + 1)] * dim, indexing="ij")
    points = np.stack(axes, axis=-1).reshape(-1, dim) / n
    low = np.stack(np.meshgrid(*[np.arange(n)] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    corners = low[:, None, :] + np.array(SQUARE if dim == 2 else CUBE)
    number = np.ravel_multi_index(tuple(np.moveaxis(corners, -1, 0)), (n + 1,) * dim)
    cells = number[:, parts].reshape(-1, dim + 1) if parts else number
    return points, cells


def connect(cells, faces):
    """Return neighbours (cell, face), matching vertices and the number of outer faces."""
    n_cell, n_vertex = cells.shape
    corners = cells[:, faces]  # (cell, face, vertex)
    keys = np.sort(corners.reshape(n_cell * len(faces), -1), axis=1)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    ranked = group.ravel()[order]
    twins = np.flatnonzero(ranked[1:] == ranked[:-1])
    one, two = order[twins], order[twins + 1]
    other = np.full(n_cell * len(faces), -1)
    other[one], other[two] = two, one
    outer = np.flatnonzero(other < 0)
    neighbour = (other // len(faces)).astype(np.int32)
    neighbour[outer] = -1 - np.arange(len(outer), dtype=np.int32)
    matching = np.zeros((n_cell * len(faces), n_vertex), dtype=np.uint8)
    for k, face in enumerate(faces):
        inner = np.flatnonzero(other[k :: len(faces)] >= 0)
        theirs = cells[other[k :: len(faces)][inner] // len(faces)]
        for v in face:
            same = theirs == cells[inner, v][:, None]
            matching[inner * len(faces) + k, v] = same.argmax(axis=1)
    shape = (n_cell, len(faces))
    return neighbour.reshape(shape), matching.reshape(*shape, n_vertex), len(outer)


def face_vectors(points, cells, faces):
    """Return outward area vectors (cell, face, dim)."""
    x = points[cells]
    vectors = np.zeros((len(cells), len(faces), points.shape[1]))
    centre = x.mean(axis=1)
    for k, face in enumerate(faces):
        corners = x[:, face]
        if points.shape[1] == 2:
            edge = corners[:, 1] - corners[:, 0]
            a = np.stack([edge[:, 1], -edge[:, 0]], axis=1)
        elif len(face) == 3:
            a = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2
        else:
            a = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]) / 2
        outwards = np.einsum("cd,cd->c", a, corners.mean(axis=1) - centre)
        vectors[:, k] = a * np.sign(outwards)[:, None]
    return vectors


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
        "inverse_mfp": np.logspace(-1, 2, n_lane)[None, :],
        "scattering": np.where(real, 1 / n, 0.0)[None, :],
        "energy": np.where(real, 1 / n, 0.0)[None, :],
        "flux": np.where(real, 1 / n, 0.0)[None, :],
        "lane_source": np.zeros((1, n_lane)),
    }
    return tables | {"band": np.zeros(n_lane, dtype=np.int32), "n_band": 1}


def transport(element, target, n_lane=80, n=80, wavefront=None):
    """Return the core's Transport and the number of its cells and nodes."""
    points, cells = structured(element, target)
    faces = FACES[element]
    neighbour, matching, n_side = connect(cells, faces)
    directions, weights = ordinates(points.shape[1])
    vectors = face_vectors(points, cells, faces)
    none = np.zeros((0, len(weights)), dtype=np.int32)
    core = _core.Transport(
        node_points=points[cells].reshape(-1, points.shape[1]),
        offsets=np.arange(len(cells) + 1) * cells.shape[1],
        face_vector=vectors,
        volume=np.full(len(cells), 1 / len(cells)),
        zone=np.zeros(len(cells), dtype=np.int32),
        neighbour=neighbour,
        matching_vertex=matching,
        direction=directions,
        weight=weights,
        **lanes(n_lane, n),
        side_trace_row=np.full(n_side, -1, dtype=np.int32),
        trace_read=none,
        trace_write=none,
        trace_face=np.zeros(0, dtype=np.uint8),
        trace_vertex=np.zeros((0, len(faces[0])), dtype=np.uint8),
        wavefront=wavefront,
    )
    arguments = (np.ones(cells.size), np.zeros(0), np.ones((n_side, len(faces[0]), 1)))
    empty = np.zeros((0, len(faces[0]), n_lane))
    return core, (*arguments, empty), len(cells), len(weights)


def best(run, repeat):
    """Return the least of several times [s]."""
    least = np.inf
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - start)
    return least


def measure(element, cells, threads, repeat, single=False, n_lane=80):
    """Return cells, nanoseconds per (cell, ordinate, lane) and bytes of tables per cell."""
    core, arguments, n_cell, n_ordinate = transport(element, cells, n_lane, n_lane)
    seconds = best(lambda: core.sweep(*arguments, threads=threads, single=single), repeat)
    return {
        "element": element,
        "cells": n_cell,
        "threads": threads,
        "ns": 1e9 * seconds / (n_cell * n_ordinate * n_lane),
        "front": core.n_slot,
        "bytes_per_cell": core.memory / n_cell,
        "single": single,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--repeat", type=int, default=3, help="sweeps to take the best of")
    parser.add_argument("--cells", type=int, nargs="*", default=CELLS)
    parser.add_argument("--single", action="store_true")
    parser.add_argument("--threads", type=int, nargs="*", default=sorted({1, os.cpu_count() or 1}))
    parser.add_argument("--elements", nargs="*", default=ELEMENTS)
    options = parser.parse_args()
    rows = [
        measure(element, cells, threads, options.repeat, options.single)
        for element in options.elements
        for cells in options.cells
        for threads in options.threads
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
