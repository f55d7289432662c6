"""GMRES with left preconditioning whose iterates conserve energy.

Library versions minimise, and stop on, the 2-norm of the preconditioned residual. The stopping
tests of the transport equation need two things more after every step: the largest entry of part
of that residual, and the power through every boundary, which is linear in the unknown. Both follow
from what is kept along with the Krylov basis, and so does a third: of all updates in the Krylov
space, the one of least residual *among those that leave no net power*. Without that constraint the
energy balance is the last thing to converge (docs/numerics/solver.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from bte.packing.arrays import Array

#: Returns ``L v`` and numbers that are linear in v.
Linear = Callable[[Array], tuple[Array, Array]]
Operator = Callable[[Array], Array]
#: Called with the largest watched entry of the residual, the watched entries of the update, and its
#: numbers; returns True to stop.
Watch = Callable[[float, Array, Array], bool]


#: The constraint may add this much of the least residual.
_DEAREST = 1.0

#: Vectors that are stored in one table.
_TABLE = 16
_ALL = slice(None)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C within a cycle; carries the update that was reached."""

    def __init__(self, update: Array) -> None:
        super().__init__()
        self.update = update


class _Rows:
    """Vectors as the rows of a few tables, so that one product serves many of them."""

    def __init__(self, length: int) -> None:
        self.length, self.n = length, 0
        self.tables: list[Array] = []

    def append(self, vector: Array) -> None:
        """Add a row."""
        if self.n == _TABLE * len(self.tables):
            self.tables.append(np.empty((_TABLE, self.length)))
        self.tables[-1][self.n % _TABLE] = vector
        self.n += 1

    @property
    def last(self) -> Array:
        """The last row."""
        return np.asarray(self.tables[-1][(self.n - 1) % _TABLE])

    def dots(self, vector: Array) -> Array:
        """Return the product of every row with a vector (n,)."""
        return np.concatenate([table @ vector for table in self._filled()])

    def combine(self, weights: Array, part: slice = _ALL) -> Array:
        """Return the sum of the first rows, or of a part of each, with as many weights."""
        result, start = np.zeros(len(range(*part.indices(self.length)))), 0
        for table in self._filled():
            mine = weights[start : start + len(table)]
            result += mine @ table[: len(mine), part]
            start += len(table)
        return result

    def _filled(self) -> list[Array]:
        return [table[: self.n - i * _TABLE] for i, table in enumerate(self.tables)]


@dataclass
class _Basis:
    """Arnoldi basis with its Hessenberg matrix reduced by Givens rotations."""

    vectors: _Rows
    columns: list[Array]
    rotations: list[tuple[float, float]]
    rhs: list[float]

    def extend(self, w: Array) -> None:
        h = np.zeros(self.vectors.n + 1)
        for _ in range(2):  # twice is enough: Giraud et al., doi:10.1007/s00211-005-0615-4
            dots = self.vectors.dots(w)
            h[:-1] += dots
            w = w - self.vectors.combine(dots)
        h[-1] = np.linalg.norm(w)
        self.vectors.append(w / h[-1] if h[-1] > 0 else w)
        self._rotate(h)

    def _rotate(self, h: Array) -> None:
        for i, (c, s) in enumerate(self.rotations):
            h[i], h[i + 1] = c * h[i] + s * h[i + 1], -s * h[i] + c * h[i + 1]
        norm = np.hypot(h[-2], h[-1])
        c, s = (h[-2] / norm, h[-1] / norm) if norm > 0 else (1.0, 0.0)
        self.rotations.append((c, s))
        last = self.rhs[-1]
        self.rhs[-1] = c * last
        self.rhs.append(-s * last)
        self.columns.append(np.append(h[:-2], norm))

    def coefficients(self, constraint: Array, value: float) -> tuple[Array, Array]:
        """Return y of least residual with ``constraint . y = value``, and that residual.

        The residual is given in terms of the basis vectors. With the QR factors of the Hessenberg
        matrix, ``y = R^-1 (g - z (z . g - value) / z . z)``, ``z = R^-T constraint``. Where that
        costs much more than the least residual itself (the constraint is rounding, by symmetry
        say) it is left out.
        """
        n = len(self.columns)
        upper = np.zeros((n, n))
        for j, column in enumerate(self.columns):
            upper[: j + 1, j] = column
        g = np.array(self.rhs[:n])
        z = solve_triangular(upper, constraint, trans="T")
        square = float(z @ z)
        miss = float(z @ g - value)
        cheap = abs(miss) <= _DEAREST * abs(self.rhs[-1]) * np.sqrt(square)
        shift = z * (miss / square) if cheap and square > 0 else np.zeros(n)
        y = solve_triangular(upper, g - shift)
        return np.asarray(y), self._unrotate(np.append(shift, self.rhs[-1]))

    def _unrotate(self, g: Array) -> Array:
        for i in range(len(self.rotations) - 1, -1, -1):
            c, s = self.rotations[i]
            g[i], g[i + 1] = c * g[i] - s * g[i + 1], s * g[i] + c * g[i + 1]
        return g


def gmres_cycle(
    linear: Linear,
    precondition: Operator,
    residual: Array,
    watched: slice,
    watch: Watch,
    balanced: slice,
    imbalance: float,
    max_steps: int,
) -> Array:
    """Return the update of one GMRES cycle for ``(I - L) y = residual``.

    Parameters
    ----------
    linear : callable
        ``v -> (L v, numbers)``, numbers that are linear in v; called once per step.
    precondition : callable
        ``P``; the equation is multiplied by ``I + P``.
    residual : (n,)
        Right-hand side.
    watched : slice
        Entries whose largest magnitude in ``(I + P) r`` is watched.
    watch : callable
        Gets that magnitude, these entries of y, and the numbers of y after every step; returns True
        to stop.
    balanced : slice
        Which numbers are the power through each boundary.
    imbalance : float
        Net power before the update, which the update takes away.
    max_steps : int
        Largest number of steps.

    Raises
    ------
    Interrupted
        On Ctrl-C, with the update that was reached.
    """
    start = residual + precondition(residual)
    norm = float(np.linalg.norm(start))
    if norm == 0.0:
        return np.zeros_like(residual)
    vectors = _Rows(len(start))
    vectors.append(start / norm)
    basis = _Basis(vectors, [], [], [norm])
    numbers = np.empty((max_steps, 0))
    y = np.zeros(0)
    try:
        for step in range(max_steps):
            v = vectors.last
            image, seen = linear(v)
            image = v - image
            basis.extend(image + precondition(image))
            if step == 0:
                numbers = np.empty((max_steps, len(seen)))
            numbers[step] = seen
            table = numbers[: step + 1]
            y, weights = basis.coefficients(table[:, balanced].sum(axis=1), -imbalance)
            part = vectors.combine(weights, watched)
            stop = watch(float(np.abs(part).max()), vectors.combine(y, watched), y @ table)
            if stop or abs(basis.rhs[-1]) <= 1e-15 * norm:
                break
    except KeyboardInterrupt:
        raise Interrupted(vectors.combine(y)) from None
    return vectors.combine(y)
