"""Linear solvers of the diffusion operator: sparse LU when small, preconditioned CG when large.

The preconditioner has two levels: block Jacobi on the cells' own blocks before and after, and one
algebraic multigrid V-cycle on the continuous P1 space between (V. Dobrev et al., Numer. Linear
Algebra Appl. 13, 753 (2006), doi:10.1002/nla.504).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pyamg
from numpy.typing import NDArray
from scipy.sparse import bsr_matrix, csc_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import LinearOperator, cg, splu

from bte.continuum.operator import DiffusionOperator, exchange_matrix
from bte.errors import BteError
from bte.packing.arrays import Array
from bte.packing.parts import components

#: Systems up to this many unknowns are factorised, by dimension of the mesh: fill grows with it.
DIRECT_LIMIT = {1: 10_000_000, 2: 60_000, 3: 6_000}

_DAMPING = 0.6
_REFINEMENTS = 2


class Solver(Protocol):
    """Solves ``K E = b``; the mean over nodes of E is zero in bodies whose level nothing fixes."""

    def __call__(self, load: Array) -> Array:
        """Return E."""


def make_solver(operator: DiffusionOperator, tolerance: float = 1e-10) -> Solver:
    """Return the solver that suits the operator's size."""
    dim, n = operator.packed.mesh.dim, operator.packed.mesh.n_node
    solve = _direct(operator) if n <= DIRECT_LIMIT[dim] else _iterative(operator, tolerance)
    floating = operator.floating
    afloat = floating >= 0
    if not afloat.any():
        return solve
    body, count = floating[afloat], np.bincount(floating[afloat])

    def level(values: Array) -> Array:
        """Take away each floating body's mean."""
        result = values.copy()
        result[afloat] -= (np.bincount(body, values[afloat]) / count)[body]
        return result

    return lambda load: level(solve(level(load)))


def _direct(operator: DiffusionOperator) -> Solver:
    matrix = csc_matrix(operator.matrix)
    held = _one_node_each(operator.floating)
    # a consistent load gives the same field up to a constant
    pins = abs(matrix.diagonal()).max() * np.ones(len(held))
    pinned = matrix + csc_matrix((pins, (held, held)), shape=matrix.shape)
    factors = splu(pinned, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    image = _accurate_product(operator)

    def solve(load: Array) -> Array:
        field = factors.solve(load)
        for _ in range(_REFINEMENTS):
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
    exchange = csr_matrix(exchange_matrix(operator))
    conduction = csr_matrix(operator.matrix) - exchange
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
    mesh = operator.packed.mesh
    part, n_part = components(operator.packed, operator.plain)
    floating = np.ones(n_part, dtype=bool)
    floating[part[mesh.faces.cells[operator.held, 0]]] = False
    return np.repeat(part, mesh.dim + 1), floating


def _iterative(operator: DiffusionOperator, tolerance: float) -> Solver:
    matrix = csr_matrix(operator.matrix)
    precondition = two_level(operator)
    m = LinearOperator(matrix.shape, matvec=precondition, dtype=np.float64)

    def solve(load: Array) -> Array:
        field, info = cg(matrix, load, rtol=tolerance, atol=0.0, maxiter=500, M=m)
        missed = float(np.linalg.norm(matrix @ field - load))
        if info > 0 and missed > 1e4 * tolerance * float(np.linalg.norm(load)):
            raise BteError(
                f"the diffusion solver did not converge in {info} steps; the mesh may have "
                "degenerate cells (see bte mesh)"
            )
        return np.asarray(field)

    return solve


def two_level(operator: DiffusionOperator) -> Callable[[Array], Array]:
    """Return the action of the two-level preconditioner."""
    matrix = csr_matrix(operator.matrix)
    prolong = _continuous_space(operator)
    coarse = csr_matrix(prolong.T @ matrix @ prolong)
    levels = pyamg.smoothed_aggregation_solver(coarse, max_coarse=200, coarse_solver="pinv")
    v_cycle = levels.aspreconditioner(cycle="V")
    restrict = csr_matrix(prolong.T)
    smoother = _block_jacobi(operator.matrix)

    def apply(residual: Array) -> Array:
        x = smoother @ residual
        x = x + prolong @ (v_cycle @ (restrict @ (residual - matrix @ x)))
        return np.asarray(x + smoother @ (residual - matrix @ x))

    return apply


def _block_jacobi(matrix: bsr_matrix) -> csr_matrix:
    """Damped inverse of the cells' own blocks."""
    n_cell = len(matrix.indptr) - 1
    row = np.repeat(np.arange(n_cell), np.diff(matrix.indptr))
    own = matrix.data[matrix.indices == row]
    inverse = _DAMPING * np.linalg.inv(own)
    blocks = bsr_matrix((inverse, np.arange(n_cell), np.arange(n_cell + 1)), shape=matrix.shape)
    return csr_matrix(blocks)


def _continuous_space(operator: DiffusionOperator) -> csr_matrix:
    """Prolongation from vertices, doubled where an interface resists, to the DG nodes."""
    n = operator.packed.mesh.n_node
    pairs = operator.packed.mesh.faces.nodes[operator.plain]
    links = csr_matrix(
        (np.ones(pairs[:, 0].size), (pairs[:, 0].ravel(), pairs[:, 1].ravel())), shape=(n, n)
    )
    n_vertex, vertex = connected_components(links, directed=False)
    return csr_matrix((np.ones(n), (np.arange(n), vertex)), shape=(n, n_vertex))
