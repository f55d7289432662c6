"""What a solve will take, before it is run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bte.packing import Kind, Packed
from bte.packing.arrays import TRACED, Array
from bte.quadrature import Quadrature
from bte.solvers.compression import Choice, lane_count
from bte.solvers.interfaces import by_orientation
from bte.solvers.lanes import padded_count
from bte.solvers.modes import mode_count

#: Nanoseconds per (cell, ordinate, lane) of one core, by vertices of the cell, measured (README,
#: "Speed"), where that is 4 in 2D and in 3D.
_NANOSECONDS = {2: 3.0, 3: 2.0, 4: 4.5, 6: 12.0, 8: 21.0}
_TETRAHEDRON = 3.2

#: Nanoseconds per node of one diffusion equation, by dimension.
_CORRECTION = {1: 100.0, 2: 400.0, 3: 400.0}

#: Nanoseconds per unknown of one step of GMRES, and seconds of setting up.
_STEP, _SETUP = 60.0, 0.1

#: Temporaries of numpy and scipy beside what is counted.
_TEMPORARIES = 1.7

#: Sweeps of a typical solve.
_SWEEPS = 18

#: Sums that wait for their turn, so that results do not depend on the threads.
_PARTS = 4


@dataclass(frozen=True)
class Estimate:
    """Size of a solve.

    Attributes
    ----------
    cells, nodes, ordinates, groups, lanes, bands : int
    unknowns : int
        Length of the Krylov vectors.
    intensities : int
        (cell, ordinate, lane) triples of one sweep; none of them is stored.
    memory : float
        Bytes above the interpreter, rather too much than too little.
    seconds : float
        On ``cores`` cores like the one in the README's table: the right order of magnitude.
    cores : int
    """

    cells: int
    nodes: int
    ordinates: int
    groups: int
    lanes: int
    bands: int
    unknowns: int
    intensities: int
    memory: float
    seconds: float
    cores: int

    def __str__(self) -> str:
        return (
            f"{self.cells} cells x {self.ordinates} ordinates x {self.lanes} lanes "
            f"({self.groups} groups in {self.bands} bands) = {self.intensities:.3g} intensities, "
            f"{self.unknowns} unknowns; about {self.memory / 1e6:.0f} MB and "
            f"{self.seconds:.2g} s on {self.cores} cores"
        )


def estimate(packed: Packed, rule: Quadrature, cores: int = 2, choice: Choice = "full") -> Estimate:
    """Estimate lanes, memory and seconds of a solve of a packed problem."""
    mesh, sides = packed.mesh, packed.sides
    groups = len(packed.spectrum.group_band)
    lanes = lane_count(packed, rule, choice)
    padded = padded_count(lanes)
    free = int((~np.isin(sides.kind, (Kind.ISOTHERMAL, *TRACED))).sum())
    mirrors = len(sides.of(*TRACED))
    wide, faces, vertices = mesh.n_face_vertex, mesh.n_cell_face, mesh.n_cell_vertex
    traces = mirrors * rule.n_ordinate // 2 * wide * padded
    unknowns = mesh.n_node + wide * free * packed.n_band + traces
    tables = mesh.n_cell * faces * (8 * mesh.dim + 8 + vertices)
    orders = mesh.n_cell * 6 * rule.n_ordinate // 2
    partial = _PARTS * 8 * (mesh.n_node + wide * sides.n * packed.n_band)
    modes = mode_count(packed)
    matrix = mesh.n_cell * (faces + 1) * vertices**2 * 12 * (1 + modes)
    front = mesh.n_cell ** (1 - 1 / mesh.dim) * 10 * vertices * padded * 8 * cores
    krylov = 8.0 * unknowns * (_SWEEPS + 10)
    exchanges = _exchanges(packed, rule)
    memory = _TEMPORARIES * (tables + orders + partial + matrix + front + krylov + exchanges)
    intensities = mesh.n_cell * rule.n_ordinate * lanes
    sweep = 1e-9 * _cell_times(packed).sum() * rule.n_ordinate * padded / cores
    other = 1e-9 * (modes * _CORRECTION[mesh.dim] * mesh.n_node + _STEP * unknowns)
    seconds = _SETUP + _SWEEPS * (sweep + other)
    return Estimate(
        mesh.n_cell,
        mesh.n_node,
        rule.n_ordinate,
        groups,
        lanes,
        packed.n_band,
        unknowns,
        intensities,
        float(memory),
        float(seconds),
        cores,
    )


def _exchanges(packed: Packed, rule: Quadrature) -> float:
    """Return the bytes of the matrices of resolved interfaces: one per orientation and pool."""
    total = 0.0
    for mine in by_orientation(packed):
        resolved = packed.tables[packed.sides.contact[mine[0]]].resolved
        if resolved is not None:
            lanes = np.bincount(resolved.pool) * rule.n_polar
            total += 8.0 * float(((lanes * rule.n_ordinate) ** 2).sum())
    return total


def _cell_times(packed: Packed) -> Array:
    """Return the nanoseconds of each cell per (ordinate, lane), (n_cell,)."""
    mesh = packed.mesh
    table = {**_NANOSECONDS, 4: _TETRAHEDRON} if mesh.dim == 3 else _NANOSECONDS
    return np.array([table[n] for n in np.diff(mesh.dg_offsets)])
