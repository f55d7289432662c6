"""What resolved interfaces hand on: from the traces that reach both sides to those that leave.

A *state* is a side, a place (an inward ordinate of that side) and a lane; what arrives at a side
takes the place of its opposite. With the symmetric exchange K of `bte.solvers.exchange`, whose rows
sum to the power per kelvin of their state,

    theta_i = sum_j K_ij theta_j / sum_j K_ij,

vertex by vertex of the face. Symmetry is reciprocity, the row sums keep equilibrium and, being the
column sums too, energy. Lanes couple within a pool only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bte.packing.arrays import Array


@dataclass(frozen=True, eq=False)
class Transfer:
    """The lanes that an interface couples, n places on each side.

    Attributes
    ----------
    lanes : (n_lane,)
    matrix : (2 n n_lane, 2 n n_lane), dense or sparse
        ``K_ij / sum_j K_ij``; rows of states that carry nothing are zero.
    kept : (2, n, n_lane)
        What part of the row comes from the side's own.
    share : (2, n_lane)
        Part of each lane in the power of the side.
    handed : (2, 2, n, n_lane)
        What of the row comes from the mirror image and from straight on, in the lane itself.
    """

    lanes: NDArray[np.int64]
    matrix: Array | csr_matrix
    kept: Array
    share: Array
    handed: Array


@dataclass(frozen=True, eq=False)
class Bend:
    """Warped faces of an interface, where states cross vertices unequally.

    What a face misses or has too much, per pool, goes evenly into all that leaves.

    Attributes
    ----------
    face : (n_bent,)
        Which faces of the crossing.
    into : (n_bent, 2, n, n_vertex)
        ``-w Omega . a`` of the ordinates that leave, and of those that arrive in their places;
        vertices of the second side in its own order.
    flux : (2, n_lane)
        ``w s C v``.
    """

    face: NDArray[np.int64]
    into: Array
    flux: Array

    def straighten(self, came: Array, went: Array, pools: tuple[Transfer, ...]) -> Array:
        """Return what leaves (n_bent, 2, n, n_vertex, n_lane) with the power of what arrives."""
        lost = np.einsum("faivl,faiv,al->fl", came - went, self.into, self.flux, optimize=True)
        opening = self.into.sum(axis=(2, 3))
        result = np.array(went)
        for pool in pools:
            total = opening @ self.flux[:, pool.lanes].sum(axis=1)
            shift = lost[:, pool.lanes].sum(axis=1) / total
            result[..., pool.lanes] += shift[:, None, None, None, None]
        return result


@dataclass(frozen=True, eq=False)
class Crossing:
    """All faces of one table and orientation; n places on each side.

    Attributes
    ----------
    sides : (n_face, 2)
        The sides, that of the table's first region first.
    traces : (n_face, 2, n)
        The trace of each side and place.
    there, back : (n_face, n_face_vertex)
        Which vertex of the second side coincides with each of the first, and the reverse.
    image, ahead : (2, n)
        Places of what arrives in the mirror image of each place, and on the other side straight
        towards it; the nearest in sets without images.
    pools : tuple of Transfer
    bend : Bend or None
    """

    sides: NDArray[np.int64]
    traces: NDArray[np.int64]
    there: NDArray[np.int64]
    back: NDArray[np.int64]
    image: NDArray[np.int64]
    ahead: NDArray[np.int64]
    pools: tuple[Transfer, ...]
    bend: Bend | None

    @property
    def tables(self) -> tuple[Array, ...]:
        """The numbers that decide what crosses."""
        exchanges = (pool.matrix for pool in self.pools)
        return tuple(k if isinstance(k, np.ndarray) else k.data for k in exchanges)

    def cross(self, arriving: Array, leaving: Array) -> None:
        """Enter what leaves into traces (n_trace, n_vertex, n_lane) for those that arrived."""
        n_face, _, n = self.traces.shape
        face = np.arange(n_face)[:, None]
        came = arriving[self.traces].transpose(0, 3, 1, 2, 4)  # face, vertex, side, place, lane
        came[:, :, 1] = came[face, self.there, 1]
        went = np.zeros_like(came)
        wide = came.shape[1]
        for pool in self.pools:
            flat = came[..., pool.lanes].reshape(n_face * wide, -1)
            out = (pool.matrix @ flat.T).T
            went[..., pool.lanes] = out.reshape(n_face, wide, 2, n, len(pool.lanes))
        went[:, :, 1] = went[face, self.back, 1]
        result = went.transpose(0, 2, 3, 1, 4)
        bend = self.bend
        if bend is not None:
            came = arriving[self.traces[bend.face]]
            result[bend.face] = bend.straighten(came, result[bend.face], self.pools)
        leaving[self.traces] = result

    def blend(self, levels: Array) -> None:
        """Replace temperatures of both sides by what would leave of them, in place.

        Parameters
        ----------
        levels : (n_trace, n_vertex, n_lane)
            Equal in all places of a side.
        """
        face = np.arange(len(self.traces))[:, None]
        own = levels[self.traces[:, :, 0]]  # face, side, vertex, lane
        other = np.stack([own[face, 1, self.there], own[face, 0, self.back]], axis=1)
        result = np.zeros((*self.traces.shape, *levels.shape[1:]))
        for pool in self.pools:
            mine = np.einsum("favl,al->fav", own[..., pool.lanes], pool.share)
            theirs = np.einsum("favl,al->fav", other[..., pool.lanes], pool.share[::-1])
            mine, theirs = mine[:, :, None, :, None], theirs[:, :, None, :, None]
            kept = pool.kept[:, :, None, :]
            result[..., pool.lanes] = kept * mine + (1.0 - kept) * theirs
        levels[self.traces] = result

    def handing(self, n_lane: int) -> tuple[NDArray[np.int64], Array]:
        """Return whence the traces come that go on in their lane, and what part of them.

        Parameters
        ----------
        n_lane : int

        Returns
        -------
        source : (2, n_face, 2, n, n_vertex)
            Rows (trace, vertex) of the mirror image, and of what comes straight.
        part : (2, 2, n, n_lane)
        """
        wide = self.there.shape[1]
        face, side = np.arange(len(self.traces))[:, None, None], np.arange(2)[:, None]
        vertex = np.stack([self.there, self.back], axis=1)[:, :, None]
        same = self.traces[face, side, self.image] * wide
        other = self.traces[face, 1 - side, self.ahead] * wide
        source = np.stack([same[..., None] + np.arange(wide), other[..., None] + vertex])
        part = np.zeros((2, 2, self.traces.shape[2], n_lane))
        for pool in self.pools:
            part[..., pool.lanes] = pool.handed
        return source, part
