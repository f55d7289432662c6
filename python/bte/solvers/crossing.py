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

from bte.packing import Kind, Packed
from bte.packing.arrays import Array, Ints
from bte.quadrature import Quadrature
from bte.solvers.coupling import warped_sides
from bte.solvers.exchange import Pool, exchange_matrices
from bte.solvers.lanes import Lanes
from bte.solvers.reflection import GRAZING

#: Exchanges with fewer entries than this part of all are kept sparse.
_SPARSE = 0.05


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


def crossings_of(
    packed: Packed, quadrature: Quadrature, lanes: Lanes, row: Ints, read: Ints
) -> tuple[Crossing, ...]:
    """Return what the resolved interfaces of a problem do.

    Parameters
    ----------
    packed : Packed
    quadrature : Quadrature
    lanes : Lanes
    row : (n_side,)
        Row of each side in ``read``.
    read : (n_row, n_ordinate)
        The trace that feeds each inward ordinate.
    """
    sides = packed.sides
    first = sides.of(Kind.RESOLVED)
    first = first[sides.forward[first]]
    key = np.column_stack([sides.contact[first], np.round(sides.normal[first], 9)])
    _, which = np.unique(key + 0.0, axis=0, return_inverse=True)
    found = []
    for index in range(int(which.max(initial=-1)) + 1):
        mine = first[which.ravel() == index]
        pair = np.column_stack([mine, sides.partner[mine]]).astype(np.int64)
        normal = sides.normal[mine[0]]
        zones = int(sides.zone[pair[0, 0]]), int(sides.zone[pair[0, 1]])
        resolved = packed.tables[sides.contact[mine[0]]].resolved
        assert resolved is not None
        places = _places(quadrature, normal)
        traces = np.stack(
            [read[row[pair[:, side]]][:, places[side]] for side in (0, 1)], axis=1
        ).astype(np.int64)
        image, ahead = _handed(quadrature, normal, places)
        first_paths, second_paths = (
            (packed.mean_free_path[zone], packed.wavenumber[zone]) for zone in zones
        )
        pools = tuple(
            _transfer(pool, image, ahead)
            for pool in exchange_matrices(
                quadrature, normal, resolved, lanes, zones, (first_paths, second_paths)
            )
        )
        there, back = (sides.partner_vertex[pair[:, side]].astype(np.int64) for side in (0, 1))
        bend = _bend(packed, quadrature, lanes, pair, places)
        found.append(Crossing(pair, traces, there, back, image, ahead, pools, bend))
    return tuple(found)


def _places(quadrature: Quadrature, normal: Array) -> NDArray[np.int64]:
    """Return the inward ordinates of both sides (2, n)."""
    through = quadrature.directions @ normal
    return np.stack([np.flatnonzero(through < -GRAZING), np.flatnonzero(through > GRAZING)])


def _handed(
    quadrature: Quadrature, normal: Array, places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of arriving mirror images, and of what arrives straight, (2, n) each."""
    leaving = quadrature.directions[places]
    image = leaving - 2.0 * (leaving @ normal)[:, :, None] * normal
    # what arrives in a direction takes the place of its opposite
    own = -image @ leaving.swapaxes(1, 2)
    across = -leaving @ leaving[::-1].swapaxes(1, 2)
    return own.argmax(axis=2), across.argmax(axis=2)


def _transfer(pool: Pool, image: NDArray[np.int64], ahead: NDArray[np.int64]) -> Transfer:
    """Return what an exchange hands over, for the places of `_handed`."""
    k, n, count = pool.exchange, image.shape[1], len(pool.lanes)
    total = k.sum(axis=1)
    transfer = np.divide(k, total[:, None], out=np.zeros_like(k), where=total[:, None] > 0)
    part = transfer.reshape(2, n, count, 2, n, count)
    kept = np.stack([part[side, :, :, side].sum(axis=(2, 3)) for side in (0, 1)])
    power = total.reshape(2, n, count).sum(axis=1)
    whole = power.sum(axis=1, keepdims=True)
    share = np.divide(power, whole, out=np.zeros_like(power), where=whole > 0)
    side, place, lane = np.ogrid[:2, :n, :count]
    handed = np.stack(
        [
            part[side, place, lane, side, image[:, :, None], lane],
            part[side, place, lane, 1 - side, ahead[:, :, None], lane],
        ]
    )
    sparse = np.count_nonzero(transfer) < _SPARSE * transfer.size
    return Transfer(pool.lanes, csr_matrix(transfer) if sparse else transfer, kept, share, handed)


def _bend(
    packed: Packed,
    quadrature: Quadrature,
    lanes: Lanes,
    pair: NDArray[np.int64],
    places: NDArray[np.int64],
) -> Bend | None:
    """Return the balance of the warped faces among pairs of sides (n_face, 2)."""
    face = np.flatnonzero(np.isin(pair[:, 0], warped_sides(packed.sides)))
    if not len(face):
        return None
    into = [
        -quadrature.weights[places[side]]
        * (packed.sides.vertex_areas[pair[face, side]] @ quadrature.directions[places[side]].T)
        for side in (0, 1)
    ]
    zones = packed.sides.zone[pair[0]]
    return Bend(face, np.stack(into, axis=1).swapaxes(2, 3), lanes.flux[zones])
