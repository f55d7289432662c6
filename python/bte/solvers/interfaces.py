"""The resolved interfaces of a problem: their faces by orientation, and what each hands over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bte.packing import Kind, Packed
from bte.packing.arrays import Array, Ints
from bte.quadrature import Quadrature
from bte.solvers.coupling import warped_sides
from bte.solvers.crossing import Bend, Crossing, Transfer
from bte.solvers.exchange import Pool, exchange_matrices
from bte.solvers.lanes import Lanes
from bte.solvers.reflection import GRAZING

Indices = NDArray[np.int64]

#: Exchanges with fewer entries than this part of all are kept sparse.
_SPARSE = 0.05


def crossings_of(
    packed: Packed,
    quadrature: Quadrature,
    lanes: Lanes,
    row: Ints,
    read: Ints,
    *,
    odd: bool = False,
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
    odd : bool
        Whether traces hold f of intensities ``Omega_y f`` that are odd along a direction y which
        the mesh lacks: what is scattered evenly is lost then, and what keeps the wave vector along
        the interface changes ``Omega_y``.
    """
    sides = packed.sides
    found = []
    for mine in by_orientation(packed):
        pair = np.column_stack([mine, sides.partner[mine]]).astype(np.int64)
        normal = sides.normal[mine[0]]
        places = _places(quadrature, normal)
        traces = [read[row[pair[:, side]]][:, places[side]] for side in (0, 1)]
        image, ahead = _handed(quadrature, normal, places)
        pools = _exchanges(packed, quadrature, lanes, int(mine[0]), odd)
        found.append(
            Crossing(
                pair,
                np.stack(traces, axis=1).astype(np.int64),
                sides.partner_vertex[pair[:, 0]].astype(np.int64),
                sides.partner_vertex[pair[:, 1]].astype(np.int64),
                image,
                ahead,
                tuple(_transfer(pool, k, image, ahead) for pool, k in pools),
                None if odd else _bend(packed, quadrature, lanes, pair, places),
            )
        )
    return tuple(found)


def by_orientation(packed: Packed) -> list[Indices]:
    """Return the first sides of resolved interfaces, those of a table and a normal together."""
    sides = packed.sides
    first = sides.of(Kind.RESOLVED)
    first = first[sides.forward[first]]
    key = np.column_stack([sides.contact[first], np.round(sides.normal[first], 9)]) + 0.0
    _, which = np.unique(key, axis=0, return_inverse=True)
    return [first[which.ravel() == i] for i in range(int(which.max(initial=-1)) + 1)]


def _exchanges(
    packed: Packed, quadrature: Quadrature, lanes: Lanes, side: int, odd: bool
) -> list[tuple[Pool, Array]]:
    """Return the pools at a side of the table's first region, and what their states get."""
    sides = packed.sides
    resolved = packed.tables[sides.contact[side]].resolved
    zones = int(sides.zone[side]), int(sides.zone[sides.partner[side]])
    first, second = ((packed.mean_free_path[z], packed.wavenumber[z]) for z in zones)
    if resolved is None or (odd and resolved.kind == "diffuse"):
        return []
    here = (quadrature, sides.normal[side], resolved, lanes, zones, (first, second))
    pools = exchange_matrices(*here)
    if not odd:
        return [(pool, pool.exchange) for pool in pools]
    across = np.sqrt(np.maximum(1.0 - lanes.sine[list(zones)] ** 2, 0.0))
    kept = exchange_matrices(*here, scattered=False)
    return [(a, _odd(b, across[:, b.lanes])) for a, b in zip(pools, kept, strict=True)]


def _odd(pool: Pool, across: Array) -> Array:
    """Return the exchange of f in ``Omega_y f``, ``across`` (2, n_lane) being ``|Omega_y|``."""
    component = np.tile(across, len(pool.exchange) // across.size).ravel()
    whole = np.where(component > 0, component, 1.0)
    return np.asarray(pool.exchange * component / whole[:, None])


def _places(quadrature: Quadrature, normal: Array) -> Indices:
    """Return the inward ordinates of both sides (2, n)."""
    through = quadrature.directions @ normal
    return np.stack([np.flatnonzero(through < -GRAZING), np.flatnonzero(through > GRAZING)])


def _handed(quadrature: Quadrature, normal: Array, places: Indices) -> tuple[Indices, Indices]:
    """Return the places of arriving mirror images, and of what arrives straight, (2, n) each."""
    leaving = quadrature.directions[places]
    image = leaving - 2.0 * (leaving @ normal)[:, :, None] * normal
    # what arrives in a direction takes the place of its opposite
    own = -image @ leaving.swapaxes(1, 2)
    across = -leaving @ leaving[::-1].swapaxes(1, 2)
    return own.argmax(axis=2), across.argmax(axis=2)


def _transfer(pool: Pool, k: Array, image: Indices, ahead: Indices) -> Transfer:
    """Return what an exchange k hands over, for the places of `_handed`."""
    n, count = image.shape[1], len(pool.lanes)
    total = pool.exchange.sum(axis=1)
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
    pair: Indices,
    places: Indices,
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
