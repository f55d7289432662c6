"""Linear solvers of the diffusion operator: sparse LU when small, two-level when large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from bte.continuum.joints import Joint
from bte.continuum.operator import DiffusionOperator, exchange_matrix
from bte.continuum.two_level import chebyshev_steps, two_level
from bte.packing.arrays import Array
from bte.packing.parts import components

#: Systems up to this many unknowns are factorised, by dimension of the mesh: fill grows with it.
DIRECT_LIMIT = {1: 10_000_000, 2: 10_000, 3: 3_000}

#: Error of the approximate solver in any part of the solution.
APPROXIMATION = 1e-3


class Solver(Protocol):
    """Solves ``K E = b``; the mean over nodes of E is zero in bodies whose level nothing fixes."""

    def __call__(self, load: Array) -> Array:
        """Return E."""


def make_solver(operator: DiffusionOperator, tolerance: float = 1e-12, threads: int = 0) -> Solver:
    """Return the solver of an operator: direct where it is small, else conjugate gradients.

    Parameters
    ----------
    operator : DiffusionOperator
        K.
    tolerance : float
        Residual relative to the load.
    threads : int
        0 for all cores.
    """
    if _small(operator):
        return _levelled(operator, _direct(operator, refinements=2))
    return _levelled(operator, _exact(operator, tolerance, threads))


def make_preconditioner(operator: DiffusionOperator, threads: int = 0) -> Solver:
    """Return a linear map close to the inverse: direct where that is small, else Chebyshev steps.

    Of every part of the solution it misses a thousandth at most. It is one fixed polynomial of
    the operator and its preconditioner, so an outer Krylov method needs no flexibility.
    """
    if _small(operator):
        return _levelled(operator, _direct(operator, refinements=2))
    return _levelled(operator, _approximate(operator, APPROXIMATION, threads))


def _small(operator: DiffusionOperator) -> bool:
    mesh = operator.packed.mesh
    return mesh.n_node <= DIRECT_LIMIT[mesh.dim]


def _levelled(operator: DiffusionOperator, solve: Solver) -> Solver:
    """Take the level out of what goes in and out, in every body where nothing fixes it."""
    floating = operator.floating
    afloat = floating >= 0
    if not afloat.any():
        return solve
    body, count = floating[afloat], np.bincount(floating[afloat])

    def level(values: Array) -> Array:
        result = values.copy()
        result[afloat] -= (np.bincount(body, values[afloat]) / count)[body]
        return result

    return lambda load: level(solve(level(load)))


def _direct(operator: DiffusionOperator, refinements: int) -> Solver:
    matrix = csc_matrix(operator.matrix)
    held = _one_node_each(operator.floating)
    # a consistent load gives the same field up to a constant
    pins = abs(matrix.diagonal()).max() * np.ones(len(held))
    pinned = matrix + csc_matrix((pins, (held, held)), shape=matrix.shape)
    factors = splu(pinned, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    image = _accurate_product(operator)

    def solve(load: Array) -> Array:
        field = factors.solve(load)
        for _ in range(refinements):
            field = field + factors.solve(load - image(field))
        return np.asarray(field)

    return solve


def _one_node_each(floating: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first node of each floating body."""
    bodies, first = np.unique(floating, return_index=True)
    return np.asarray(first[bodies >= 0], dtype=np.int64)


def _accurate_product(operator: DiffusionOperator) -> Callable[[Array], Array]:
    """Return ``E -> K E`` for iterative refinement, accurate where E is nearly level in a body.

    Conduction does not see the level of a body, but the rounding of its large coefficients does:
    on strongly graded meshes and for long mean free paths that costs seven digits of the flux. So
    ``K = R + D`` with the exchange R at walls and interfaces, and D acts on E less its level.
    """
    exchange = exchange_matrix(operator)
    conduction = operator.matrix - exchange
    body, floating = _bodies(operator)
    count = np.bincount(body)

    def image(field: Array) -> Array:
        level = np.where(floating, np.bincount(body, field) / count, 0.0)
        return np.asarray(exchange @ field + conduction @ (field - level[body]))

    return image


def _bodies(operator: DiffusionOperator) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the body of each node, and of each body whether conduction does not see its level.

    It does where a wall is held at its temperature by a penalty.
    """
    mesh, joints = operator.packed.mesh, operator.joints
    plain = joints.kind[: mesh.faces.n_face] == Joint.INTERIOR
    part, n_part = components(operator.packed, plain)
    floating = np.ones(n_part, dtype=bool)
    floating[part[joints.cells[joints.of(Joint.DIRICHLET), 0]]] = False
    return operator.packed.at_nodes(part), floating


def _exact(operator: DiffusionOperator, tolerance: float, threads: int) -> Solver:
    solver = two_level(operator, threads)
    return lambda load: solver.conjugate_gradients(load, tolerance)


def _approximate(operator: DiffusionOperator, error: float, threads: int) -> Solver:
    solver = two_level(operator, threads)
    low, high = solver.bounds()
    steps = chebyshev_steps(low, high, error)

    def solve(load: Array) -> Array:
        return solver.core.solve(load, steps=steps, low=low, high=high, threads=threads)

    return solve
