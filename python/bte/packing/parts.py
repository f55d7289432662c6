"""Connected bodies of a problem: what phonons reach without crossing an interface."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bte.packing.arrays import Array, Kind, Packed


def connected_parts(packed: Packed) -> tuple[NDArray[np.int64], int]:
    """Return the body of each cell (n_cell,) and their number.

    Interfaces separate, plain faces connect, also between regions of the same material.
    """
    plain = packed.mesh.faces.cells[:, 1] >= 0
    plain[packed.sides.face] = False
    return components(packed, plain)


def unbroken_pieces(packed: Packed) -> NDArray[np.int64]:
    """Return the piece of each cell (n_cell,): bodies, cut where periodic faces join them."""
    plain = packed.mesh.faces.cells[:, 1] >= 0
    plain[packed.sides.face] = False
    return components(packed, plain, periodic=False)[0]


def components(
    packed: Packed, joined: NDArray[np.bool_], *, periodic: bool = True
) -> tuple[NDArray[np.int64], int]:
    """Return the component of each cell through the given faces and through periodic pairs."""
    mesh, sides = packed.mesh, packed.sides
    a, b = mesh.faces.cells[joined].T
    if periodic:
        pairs = sides.of(Kind.PERIODIC)
        a = np.concatenate([a, sides.cell[pairs]])
        b = np.concatenate([b, sides.cell[sides.partner[pairs]]])
    graph = csr_matrix((np.ones(len(a)), (a, b)), shape=(mesh.n_cell, mesh.n_cell))
    n_part, part = connected_components(graph, directed=False)
    return part.astype(np.int64), int(n_part)


def numbered(
    packed: Packed, part: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return for each node the number of its part among the chosen ones, -1 for the others."""
    number = np.where(chosen, np.cumsum(chosen) - 1, -1)
    return packed.at_nodes(number[part])


def exchanging_parts(packed: Packed) -> tuple[NDArray[np.int64], int]:
    """Return the part of each cell (n_cell,) and their number; transmitting interfaces connect."""
    mesh, sides = packed.mesh, packed.sides
    closed = np.ones(sides.n, dtype=bool)
    for index, table in enumerate(packed.tables):
        closed[sides.contact == index] = not (table.forward * table.emission[0]).any()
    joined = mesh.faces.cells[:, 1] >= 0
    joined[sides.face[closed]] = False
    return components(packed, joined)


def thickness(packed: Packed) -> Array:
    """Return the mean thickness ``2 V / A`` of each cell's body (n_cell,) [m].

    A is the area of the walls and interfaces around it; mirrors and periodic faces bound nothing.
    It is the thickness of a wide film, and a third of a cube's side. A body that nothing bounds is
    unlimited.
    """
    part, n_part = connected_parts(packed)
    sides = packed.sides
    bounding = ~np.isin(sides.kind, (Kind.MIRROR, Kind.PERIODIC))
    area = np.bincount(part[sides.cell[bounding]], sides.area[bounding], minlength=n_part)
    volume = np.bincount(part, packed.mesh.volumes, minlength=n_part)
    with np.errstate(divide="ignore"):
        return np.asarray((2.0 * volume / area)[part])
