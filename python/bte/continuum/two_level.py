"""The two-level solver of large diffusion problems.

Both levels at once: the cells' own blocks, and one algebraic multigrid V-cycle on the space of
continuous functions (V. Dobrev et al., Numer. Linear Algebra Appl. 13, 753 (2006),
doi:10.1002/nla.504). The hierarchy is pyamg's, the cycles are the core's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyamg
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bte import _core
from bte.continuum.joints import Joint
from bte.continuum.operator import DiffusionOperator
from bte.errors import BteError
from bte.packing.arrays import Array

#: Unknowns of the coarsest level, which is inverted.
_COARSEST = 200

#: Eigenvalues of the coarsest level below this, relative to the largest, are of bodies that
#: nothing fixes.
_SINGULAR = 1e-13

#: A face joins its cells in the coarse space if its penalty is at least this part of the largest
#: around each of them: flat cells stay apart across their short sides.
_WEAK = 0.1

#: Aggregates follow the strong couplings; their functions are smoothed with bounds by rows, where
#: the default estimates a spectral radius from random numbers.
_AGGREGATION = {
    "strength": ("symmetric", {"theta": 0.05}),
    "smooth": ("jacobi", {"omega": 4.0 / 3.0, "weighting": "local"}),
}

#: Bounds of the spectrum: most Lanczos steps, steps between two looks, and what is added on each
#: end. The lower bound is approached from above.
_MOST_PROBES, _LOOK, _BELOW, _ABOVE = 48, 6, 0.85, 1.03

#: Conjugate gradients take at most so many steps.
_MOST_STEPS = 1000


@dataclass(frozen=True, eq=False)
class TwoLevelSolver:
    """The core's solver of an operator K with its preconditioner M.

    Attributes
    ----------
    core : _core.TwoLevel
    n_node : int
    threads : int
        Threads of products and smoothing, 0 for all cores; results do not depend on it.
    """

    core: _core.TwoLevel
    n_node: int
    threads: int

    def bounds(self) -> tuple[float, float]:
        """Return bounds of the spectrum of M K from Lanczos steps."""
        # white noise has a part of everything; K of it has no part that K does not see
        load = self.core.product(np.random.default_rng(0).normal(size=self.n_node), self.threads)
        steps, damping, low = [], [], math.inf
        residual, direction = load, self.core.precondition(load, self.threads)
        square = float(residual @ direction)
        for step in range(_MOST_PROBES):
            image = self.core.product(direction, self.threads)
            steps.append(square / float(direction @ image))
            residual = residual - steps[-1] * image
            corrected = self.core.precondition(residual, self.threads)
            square, before = float(residual @ corrected), square
            damping.append(square / before)
            if step % _LOOK == _LOOK - 1 or damping[-1] < 1e-20:
                values = np.linalg.eigvalsh(_tridiagonal(np.array(steps), np.array(damping)))
                if values[0] > 0.9 * low or damping[-1] < 1e-20:
                    break
                low = float(values[0])
            direction = corrected + damping[-1] * direction
        return _BELOW * float(values[0]), _ABOVE * float(values[-1])

    def conjugate_gradients(self, load: Array, tolerance: float) -> Array:
        """Return E with ``|K E - load| <= tolerance |load|``.

        Raises
        ------
        BteError
            Where that takes too many steps.
        """
        x, residual = np.zeros(self.n_node), load.copy()
        goal = tolerance * float(np.linalg.norm(load))
        direction, square, best = np.zeros(self.n_node), 1.0, math.inf
        for _ in range(_MOST_STEPS):
            missed = float(np.linalg.norm(residual))
            best = min(best, missed)
            if missed <= goal:
                return x
            corrected = self.core.precondition(residual, self.threads)
            square, before = float(residual @ corrected), square
            direction = corrected + (square / before) * direction
            image = self.core.product(direction, self.threads)
            step = square / float(direction @ image)
            x += step * direction
            residual -= step * image
        raise BteError(
            f"the diffusion solver did not converge in {_MOST_STEPS} steps (residual "
            f"{best / max(goal, 1e-300) * tolerance:.1e}, wanted {tolerance:.1e}); the mesh may "
            "have degenerate cells (see bte mesh)"
        )


def two_level(operator: DiffusionOperator, threads: int = 0) -> TwoLevelSolver:
    """Prepare the two-level solver of an operator."""
    blocks = operator.blocks
    n_vertex, vertex = continuous_space(operator)
    start, column, value = _core.galerkin(**blocks, vertex=vertex, n_vertex=n_vertex)
    coarse = csr_matrix((value, column, start), shape=(n_vertex, n_vertex))
    hierarchy = pyamg.smoothed_aggregation_solver(coarse, **_AGGREGATION, max_coarse=_COARSEST)
    levels = [
        tuple(_rows(matrix) for matrix in (level.A, level.P, level.R))
        for level in hierarchy.levels[:-1]
    ]
    inverse = _pseudo_inverse(hierarchy.levels[-1].A.toarray())
    walled = np.ascontiguousarray(operator.walled, dtype=np.uint8)
    core = _core.TwoLevel(**blocks, walled=walled, vertex=vertex, levels=levels, inverse=inverse)
    return TwoLevelSolver(core, operator.packed.mesh.n_node, threads)


def continuous_space(operator: DiffusionOperator) -> tuple[int, NDArray[np.int32]]:
    """Return the number of continuous unknowns and that of every node (n_node,).

    Vertices, doubled where an interface resists or all faces between two cells are weak, one for
    all its periodic images.
    """
    n = operator.packed.mesh.n_node
    first, second = operator.joints.nodes[_strong(operator)].swapaxes(0, 1)
    there = first >= 0
    links = csr_matrix((np.ones(there.sum()), (first[there], second[there])), shape=(n, n))
    n_vertex, vertex = connected_components(links, directed=False)
    return int(n_vertex), vertex.astype(np.int32)


def _strong(operator: DiffusionOperator) -> NDArray[np.bool_]:
    """Return which joints make the field continuous (n_joint,)."""
    joints = operator.joints
    plain = joints.kind == Joint.INTERIOR
    penalty = np.where(plain, joints.strength * joints.area, 0.0)
    largest = np.zeros(operator.packed.mesh.n_cell)
    first, second = joints.cells.T
    np.maximum.at(largest, first, penalty)
    np.maximum.at(largest, second[plain], penalty[plain])
    around = np.minimum(largest[first], largest[second])
    return np.asarray(plain & (penalty >= _WEAK * around))


def chebyshev_steps(low: float, high: float, error: float) -> int:
    """Return after how many steps the error of every part is below a bound.

    ``2 rho^k``, ``rho = (sqrt(c) - 1) / (sqrt(c) + 1)``, c the condition number.
    """
    root = math.sqrt(high / low)
    return max(1, math.ceil(math.log(0.5 * error) / math.log((root - 1.0) / (root + 1.0))))


def _tridiagonal(steps: Array, damping: Array) -> Array:
    """Return the Lanczos matrix of the coefficients of conjugate gradients."""
    diagonal = 1.0 / steps
    diagonal[1:] += damping[:-1] / steps[:-1]
    beside = np.sqrt(damping[:-1]) / steps[:-1]
    return np.asarray(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))


def _rows(matrix: csr_matrix) -> tuple[NDArray[np.int32], NDArray[np.int32], Array]:
    rows = csr_matrix(matrix)
    return rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data.astype(np.float64)


def _pseudo_inverse(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    inverse = np.where(values > _SINGULAR * values[-1], 1.0 / values, 0.0)
    return np.ascontiguousarray((vectors * inverse) @ vectors.T)
