"""Fourier's law on the same mesh and materials: the ladder of continuum models.

1. ``"fourier"``: walls at their temperatures, or behind their external conductance; perfect
   contacts.
2. ``"kapitza"``: and interfaces and contacts to reservoirs with a thermal boundary conductance.
3. ``"slip"``: and temperature slip at walls and interfaces (Milne's extrapolation length).
4. ``"size"``: and a conductivity reduced by the thickness L = 2 V/A of the body,
   ``sum kappa_g / (1 + 4 Lambda_g / (3 L))``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from bte.conditions.kapitza import interface_conductance
from bte.continuum.coefficients import Coefficients, wall_conductances
from bte.continuum.linear import make_solver
from bte.continuum.operator import DiffusionOperator, assemble
from bte.errors import BteError
from bte.packing import Packed
from bte.packing.arrays import Array
from bte.packing.balance import level, shifted
from bte.packing.crystals import relative_tensors
from bte.packing.parts import thickness

#: The rungs, from the simplest.
MODELS = ("fourier", "kapitza", "slip", "size")


@dataclass(frozen=True, eq=False)
class ContinuumState:
    """A solved continuum problem, still as arrays.

    Attributes
    ----------
    operator : DiffusionOperator
        What was solved.
    model : str
    field : (n_node,)
        Temperature above T0 [K].
    flux : (n_node, dim) [W/m2]
    power : (n_side,) [W]
        Heat into the side's own cell.
    offset : float
        Temperature that was subtracted from all walls [K].
    seconds : float
    """

    operator: DiffusionOperator
    model: str
    field: Array
    flux: Array
    power: Array
    offset: float
    seconds: float


def solve_continuum(packed: Packed, model: str, convention: str = "local") -> ContinuumState:
    """Solve one rung of the ladder.

    Parameters
    ----------
    packed : Packed
        The problem.
    model : str
        One of `MODELS`.
    convention : {"local", "emitted"}
        Conductance of interfaces on the rung ``"kapitza"``.

    Raises
    ------
    BteError
        For an unknown model or convention.
    """
    if model not in MODELS:
        raise BteError(f"model must be one of {', '.join(map(repr, MODELS))}, not {model!r}")
    if convention not in ("local", "emitted"):
        raise BteError(f"convention must be 'local' or 'emitted', not {convention!r}")
    start = time.perf_counter()
    packed, offset = shifted(packed)
    operator = assemble(packed, coefficients(packed, model, convention))
    sources = packed.sources
    load = packed.mesh.mass_product(sources.density) + operator.load()
    field = make_solver(operator, 1e-12)(load)
    return ContinuumState(
        operator,
        model,
        field + level(packed, field, operator.floating, offset),
        operator.heat_flux(field),
        operator.wall_power(field),
        offset,
        time.perf_counter() - start,
    )


def coefficients(packed: Packed, model: str, convention: str = "local") -> Coefficients:
    """Return the coefficients of a rung: bulk conductivity, walls, contacts."""
    slipping = model in ("slip", "size")
    kind = None if model == "fourier" else "slip" if slipping else convention
    contact = np.full(len(packed.tables), np.inf)
    if kind is not None:
        contact = np.array([interface_conductance(table, kind) for table in packed.tables])
    conductivity = _size_limited(packed) if model == "size" else packed.bulk
    wall = wall_conductances(packed, kind, slipping=slipping)
    return Coefficients(
        conductivity, wall, contact, np.zeros(len(packed.bulk)), tensor=relative_tensors(packed)
    )


def _size_limited(packed: Packed) -> Array:
    """Return ``sum kappa_g / (1 + 4 Lambda_g / (3 L))`` in each cell (n_cell,)."""
    length = thickness(packed)[:, None]
    zone = packed.mesh.cell_region
    path = packed.mean_free_path[zone]
    kappa = (packed.flux_capacity * packed.mean_free_path / 3.0)[zone]
    return np.asarray((kappa / (1.0 + 4.0 * path / (3.0 * length))).sum(axis=1))
