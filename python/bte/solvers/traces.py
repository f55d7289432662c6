"""Angular traces: what mirrors hand from one ordinate to another, and lagged faces to themselves.

A trace holds the nodal values of all lanes on one face for one ordinate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.errors import BteError
from bte.packing import Kind, Packed
from bte.packing.arrays import Array, Ints
from bte.quadrature import Quadrature
from bte.solvers.lanes import Lanes


@dataclass(frozen=True, eq=False)
class Traces:
    """Where traces enter the domain.

    Attributes
    ----------
    cell : (n_trace,)
        The cell that reads the trace.
    nodes : (n_trace, dim)
        Its DG nodes on the face.
    strength : (n_trace,)
        ``w |Omega . n| A`` of the ordinate.
    zone : (n_trace,)
        Region of the cell.
    flux : (n_trace, n_lane)
        ``w s C v`` of the lanes in that region.
    alive : (n_trace, n_lane) bool
        Lanes that carry heat there.
    """

    cell: NDArray[np.int64]
    nodes: NDArray[np.int64]
    strength: Array
    zone: Ints
    flux: Array
    alive: NDArray[np.bool_]


def mirror_tables(
    packed: Packed, quadrature: Quadrature
) -> tuple[Ints, Ints, Ints, NDArray[np.uint8]]:
    """Return the side's row, and per (row, ordinate) the trace it reads and the one it fills.

    Raises
    ------
    BteError
        Where the mirror image of an ordinate is not in the set.
    """
    sides, n_ordinate = packed.sides, quadrature.n_ordinate
    mirrors = sides.of(Kind.MIRROR)
    row = np.full(sides.n, -1, dtype=np.int32)
    row[mirrors] = np.arange(len(mirrors))
    inward = sides.normal[mirrors] @ quadrature.directions.T < 0
    read = np.full(inward.shape, -1, dtype=np.int32)
    read[inward] = np.arange(inward.sum())
    image = _images(packed, quadrature, mirrors)
    write = np.take_along_axis(read, image, axis=1)
    face = np.repeat(sides.local[mirrors], inward.sum(axis=1)).astype(np.uint8)
    return row, read.reshape(-1, n_ordinate), write.reshape(-1, n_ordinate).copy(), face


def _images(packed: Packed, quadrature: Quadrature, mirrors: NDArray[np.int64]) -> Ints:
    """Return the mirror image of every ordinate at every mirror side."""
    normals = packed.sides.normal[mirrors]
    rounded, which = np.unique(np.round(normals, 9), axis=0, return_inverse=True)
    images = np.zeros((len(rounded), quadrature.n_ordinate), dtype=np.int32)
    for i, group in enumerate(rounded):
        image = quadrature.mirrored(group / np.linalg.norm(group))
        if image is None:
            name = packed.mesh.boundary_names[packed.sides.boundary[mirrors[which == i][0]]]
            raise BteError(
                f"boundary '{name}' is Specular with normal {np.round(group, 4).tolist()}, which "
                "is no symmetry plane of the ordinates; align it with the axes or use Diffuse()"
            )
        images[i] = image
    return images[which.ravel()]


def traces_of(
    packed: Packed,
    quadrature: Quadrature,
    lanes: Lanes,
    transport: _core.Transport,
    read: Ints,
) -> Traces:
    """Collect where the traces of mirrors and of lagged faces enter."""
    sides, dim = packed.sides, packed.mesh.dim
    n_vertex = dim + 1
    mirrors = sides.of(Kind.MIRROR)
    row, ordinate = np.nonzero(read >= 0)
    cuts = transport.cuts
    cell = np.concatenate([sides.cell[mirrors][row], cuts[:, 1] // n_vertex]).astype(np.int64)
    local = np.concatenate([sides.local[mirrors][row], cuts[:, 1] % n_vertex])
    ordinate = np.concatenate([ordinate, cuts[:, 0]])
    vector = packed.geometry.face_vector[cell, local]
    speed = np.abs((vector * quadrature.directions[ordinate]).sum(axis=1))
    others = np.array([[j for j in range(n_vertex) if j != k] for k in range(n_vertex)])
    zone = packed.mesh.cell_region[cell]
    return Traces(
        cell,
        cell[:, None] * n_vertex + others[local],
        quadrature.weights[ordinate] * speed,
        zone,
        lanes.flux[zone],
        lanes.alive[zone],
    )
