"""Solvers of the diffusion operator: seconds by size of the mesh, and steps by mean free path.

A cube of tetrahedra with a hot and a cold wall and the coefficients of the accelerator. Times are
processor seconds of one thread, the least of ``--repeat`` runs. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import bte
from bte.continuum.coefficients import Coefficients, wall_conductances
from bte.continuum.linear import APPROXIMATION, _direct
from bte.continuum.operator import DiffusionOperator, assemble
from bte.continuum.two_level import chebyshev_steps, two_level
from bte.packing import Packed, pack

LENGTH = 1e-7
KNUDSEN = (1e-3, 1e-1, 10.0)
#: No factorisation beyond: memory and time explode.
MOST_DIRECT = 30_000


def packed_block(dim: int, n: int, knudsen: float) -> Packed:
    size, counts = (LENGTH,) * dim, (n,) * dim
    mesh = bte.Mesh.box(size, counts) if dim == 3 else bte.Mesh.rectangle(size, counts)
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=knudsen * LENGTH)
    walls: dict[str, Any] = {name: bte.Diffuse() for name in mesh.boundary_names}
    walls |= {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    return pack(bte.Problem(mesh, {"domain": gray}, walls), 1)


def assembled(packed: Packed) -> DiffusionOperator:
    path = packed.mean_free_path
    total = packed.flux_capacity.sum(axis=1)
    conductivity = (packed.flux_capacity * path / (1 + 3 * path / LENGTH)).sum(axis=1) / 3
    wall = wall_conductances(packed, "local", slipping=True)
    return assemble(packed, Coefficients(conductivity, wall, np.zeros(0), 0.25 * total))


def seconds(call: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the least processor time of a call, and its result."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        result = call()
        times.append(time.process_time() - start)
    return min(times), result


def row(dim: int, n: int, knudsen: float, repeat: int) -> str:
    packed = packed_block(dim, n, knudsen)
    assembly, operator = seconds(lambda: assembled(packed), repeat)
    setup, solver = seconds(lambda: two_level(operator, 1), repeat)
    probing, (low, high) = seconds(solver.bounds, repeat)
    steps, load = chebyshev_steps(low, high, APPROXIMATION), operator.load()
    step, _ = seconds(
        lambda: solver.core.solve(load, steps=steps, low=low, high=high, threads=1), repeat
    )
    exact, _ = seconds(lambda: solver.conjugate_gradients(load, 1e-12), repeat)
    direct = "–"
    if packed.mesh.n_node <= MOST_DIRECT * (1 if dim == 3 else 3):
        factoring, factors = seconds(lambda: _direct(operator, 2), 1)
        solving, _ = seconds(lambda: factors(load), repeat)
        direct = f"{factoring:.3f} + {solving:.4f}"
    nodes = packed.mesh.n_node
    return (
        f"| {dim}D | {nodes} | {knudsen:g} | {assembly:.3f} | {setup + probing:.3f} | {steps} | "
        f"{step:.4f} | {step / nodes * 1e9:.0f} | {exact:.3f} | {direct} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--most", type=int, default=34, help="largest number of blocks in 3D")
    arguments = parser.parse_args()
    print(
        "| | unknowns | Kn | assembly | set-up | steps | P | ns/unknown | CG to 1e-12 | "
        "LU + solve |"
    )
    print("|---" * 10 + "|")
    for dim, counts in ((2, (20, 40, 70, 100)), (3, (4, 6, 8, 10, 16, 26, 34))):
        for n in counts:
            for knudsen in KNUDSEN if dim == 3 and n in (8, 26) else KNUDSEN[1:2]:
                if dim == 2 or n <= arguments.most:
                    print(row(dim, n, knudsen, arguments.repeat), flush=True)


if __name__ == "__main__":
    main()
