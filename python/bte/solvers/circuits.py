"""Closed circuits: all flights of traces through resolved interfaces, whatever lane they end in.

Such an interface hands what arrives to many directions and branches. Where states are few, as on a
line, the map M of `bte.solvers.flights` is held whole,

    M = K left origin,

``left`` being what one flight leaves of a unit trace, ``origin`` where it began, and K what the
faces hand on, and ``(I - M)^-1`` is a sparse LU: exact on lines. Mirrors and periodic faces only
permute traces. M couples lanes within a pool, so that the factors fall into small blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix, diags, identity, kron
from scipy.sparse.linalg import SuperLU, splu

from bte.packing.arrays import Array
from bte.solvers.crossing import Crossing, Transfer
from bte.solvers.discrete import Discrete

Indices = NDArray[np.int64]

#: Most entries of M, and the most that is left of a trace in it.
_LARGEST, _MOST = 2_000_000, 1.0 - 1e-10


@dataclass(frozen=True, eq=False)
class Circuits:
    """The sum of the powers of M, by factors of ``I - M``.

    Attributes
    ----------
    factors : SuperLU
        Of the states (trace, vertex, lane).
    origin : sparse (n, n)
        Takes values at vertices of traces to where they come out.
    left : (n, n_lane)
        What is left of them.
    setup : float
        Sweeps that finding it took.
    """

    factors: SuperLU
    origin: csr_matrix
    left: Array
    setup: float = 1.0

    def further(self, residual: Array) -> Array:
        """Return what all further flights make of a residual (n_trace, n_face_vertex, n_lane)."""
        total = self.factors.solve(residual.ravel()).reshape(residual.shape)
        return np.asarray(total - residual)

    def lost(self, power: Array) -> NDArray[np.float32]:
        """Return what of a trace's power, of a kelvin, comes out nowhere.

        Parameters
        ----------
        power : (n_trace, n_face_vertex, n_lane)
        """
        flat = power.reshape(-1, power.shape[2])
        out = self.origin.T @ (self.left * flat)
        lost = 1.0 - np.divide(out, flat, out=np.ones_like(out), where=flat > 0)
        return np.asarray(np.clip(lost, 0.0, 1.0).reshape(power.shape), dtype=np.float32)


def close_circuits(discrete: Discrete, origin: csr_matrix, left: Array) -> Circuits | None:
    """Return the circuits of a problem on a line whose interfaces are resolved, if M fits.

    Parameters
    ----------
    origin : sparse (n, n)
        See `Circuits`.
    left : (n, n_lane)
    """
    crossings = discrete.traces.walls.crossings
    if discrete.packed.mesh.dim > 1 or not crossings or _entries(crossings) > _LARGEST:
        return None
    n_lane = left.shape[1]
    left = np.minimum(left, _MOST)
    flight = diags(left.ravel()) @ kron(origin, identity(n_lane), format="csr")
    shape = (*discrete.traces.nodes.shape, n_lane)
    flown = _handing_on(crossings, shape) @ flight
    factors = splu(csc_matrix(identity(left.size, format="csr") - flown))
    return Circuits(factors, origin, left)


def _entries(crossings: tuple[Crossing, ...]) -> int:
    """Return how many entries all faces hand on with."""
    return sum(
        crossing.there.size * len(_entered(pool)[2])
        for crossing in crossings
        for pool in crossing.pools
    )


def _entered(pool: Transfer) -> tuple[Indices, Indices, Array]:
    """Return rows, columns and entries of an exchange."""
    matrix = coo_matrix(pool.matrix)
    kept = matrix.data != 0.0
    return matrix.row[kept], matrix.col[kept], matrix.data[kept]


def _handing_on(crossings: tuple[Crossing, ...], shape: tuple[int, int, int]) -> csr_matrix:
    """Return what takes what arrives (n_trace, n_face_vertex, n_lane) to what leaves."""
    state = np.arange(np.prod(shape)).reshape(shape)
    plain = np.ones(shape[0], dtype=bool)
    found = []
    for crossing in crossings:
        plain[crossing.traces] = False
        pools = [(pool.lanes, *_entered(pool)) for pool in crossing.pools]
        for face, traces in enumerate(crossing.traces):
            vertices = np.stack([np.arange(shape[1]), crossing.there[face]])
            for here in vertices.T:
                mine = state[traces, here[:, None]]
                for lanes, row, column, entry in pools:
                    at = mine[..., lanes].ravel()
                    found.append((entry, at[row], at[column]))
    own = state[plain].ravel()
    found.append((np.ones(len(own)), own, own))
    entry, row, column = (np.concatenate(part) for part in zip(*found, strict=True))
    return csr_matrix((entry, (row, column)), shape=(state.size, state.size))
