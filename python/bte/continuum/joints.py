"""What the diffusion operator couples: faces of the mesh, and pairs of periodic faces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.continuum.coefficients import Coefficients
from bte.mesh.quality import dihedral_range
from bte.packing import Kind, Packed
from bte.packing.arrays import Array, Ints


class Joint(IntEnum):
    """What a joint does, as the core has it."""

    INSULATED = 0
    INTERIOR = 1
    RESISTIVE = 2
    ROBIN = 3
    DIRICHLET = 4


#: The penalty of a face on which a temperature is imposed, relative to one between two cells: the
#: normal derivative of one cell alone has to be dominated.
_ONE_SIDED = 2.0


@dataclass(frozen=True, eq=False)
class Joints:
    """The faces of the mesh in their order, then one joint for each periodic pair of faces.

    Attributes
    ----------
    cells : (n_joint, 2) int32
        The cells it joins, the second -1 at walls.
    local : (n_joint, 2) int8
        Number of the face within each cell.
    nodes : (n_joint, 2, n_face_vertex) int32
        DG nodes, the same vertex at the same place on both sides, -1 where there is none.
    mass : (n_joint, n_face_vertex, n_face_vertex)
        ``int phi_a phi_b dA``.
    area : (n_joint,)
    kind : (n_joint,) uint8
        A `Joint`.
    strength : (n_joint,) [W/m2/K]
        Penalty or conductance.
    of_side : (n_side,) int64
        The joint that each side belongs to.
    """

    cells: Ints
    local: NDArray[np.int8]
    nodes: Ints
    mass: Array
    area: Array
    kind: NDArray[np.uint8]
    strength: Array
    of_side: NDArray[np.int64]

    def of(self, *kinds: Joint) -> NDArray[np.int64]:
        """Return the joints of any of the kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


def make_joints(packed: Packed, c: Coefficients) -> Joints:
    """Return the joints of a problem with their strengths."""
    faces, sides = packed.mesh.faces, packed.sides
    pair = _periodic_pairs(packed)
    other = sides.partner[pair]
    of_side = sides.face.astype(np.int64)
    of_side[pair] = of_side[other] = faces.n_face + np.arange(len(pair))
    cells = _append(faces.cells, sides.cell[pair], sides.cell[other])
    area = np.concatenate([faces.area, sides.area[pair]])
    kind, strength = _strengths(packed, c, of_side, _penalty(packed, c, cells, area))
    own, far = _pair_nodes(packed, pair)
    return Joints(
        cells=cells,
        local=_append(faces.local, sides.local[pair], sides.local[other]).astype(np.int8),
        nodes=np.concatenate([faces.nodes, np.stack([own, far], axis=1)]).astype(np.int32),
        mass=np.concatenate([faces.mass, sides.mass[pair]]),
        area=area,
        kind=kind,
        strength=strength,
        of_side=of_side,
    )


def _periodic_pairs(packed: Packed) -> NDArray[np.int64]:
    """Return one side of each periodic pair."""
    sides = packed.sides.of(Kind.PERIODIC)
    return sides[sides < packed.sides.partner[sides]]


def _append(table: Ints | NDArray[np.int8], first: Ints, second: Ints) -> Ints:
    return np.concatenate([table, np.column_stack([first, second])]).astype(np.int32)


def _pair_nodes(packed: Packed, pair: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return the nodes of periodic sides and those of their partners that coincide with them."""
    sides = packed.sides
    own = sides.nodes[pair]
    far = np.take_along_axis(sides.nodes[sides.partner[pair]], sides.partner_vertex[pair], axis=1)
    narrow = own == own[:, :1]  # a face with fewer vertices repeats its first
    narrow[:, 0] = False
    return np.where(narrow, -1, own), np.where(narrow, -1, far)


def _strengths(
    packed: Packed, c: Coefficients, of_side: NDArray[np.int64], penalty: Array
) -> tuple[NDArray[np.uint8], Array]:
    """Return the kind of every joint and its strength [W/m2/K]."""
    sides = packed.sides
    kind = np.full(len(penalty), Joint.INSULATED, dtype=np.uint8)
    kind[packed.mesh.faces.interior] = Joint.INTERIOR
    kind[packed.mesh.faces.n_face :] = Joint.INTERIOR
    walls = sides.of(Kind.ISOTHERMAL, Kind.CONTACT)
    joint, h = of_side[walls], c.wall[walls]
    fixed = np.isinf(h)
    strength = np.where(kind == Joint.INTERIOR, penalty, 0.0)
    kind[joint] = np.where(fixed, Joint.DIRICHLET, Joint.ROBIN)
    strength[joint] = np.where(fixed, _ONE_SIDED * penalty[joint], h)
    for index, conductance in enumerate(c.contact):
        if math.isinf(conductance):
            continue
        across = of_side[(sides.contact == index) & sides.forward]
        kind[across] = Joint.RESISTIVE
        strength[across] = conductance
    return kind, strength


def _penalty(packed: Packed, c: Coefficients, cells: Ints, area: Array) -> Array:
    """max(4 mean(kappa / h), C v / 4) with h = d V / A.

    6 instead of 4 in tetrahedra with very flat or sharp edges, and in prisms and hexahedra, whose
    two opposite faces share one derivative.

    V is the least volume of a distorted cell, that of its most crowded corner all over: there the
    derivatives are largest.
    """
    mesh = packed.mesh
    factor = np.full(mesh.n_cell, 4.0)
    if mesh.dim == 3:
        angles = dihedral_range(mesh)
        factor[(angles[:, 0] < 15.0) | (angles[:, 1] > 165.0)] = 6.0
        factor[np.diff(mesh.dg_offsets) > 4] = 6.0
    volume = _core.least_volumes(mesh.points, mesh.connectivity, mesh.dg_offsets)
    stiffness = factor * c.stiffest(packed) / (mesh.dim * volume)
    first, second = cells.T
    second = np.where(second >= 0, second, first)
    mean = 0.5 * (stiffness[first] + stiffness[second]) * area
    least = c.least_penalty[mesh.cell_region]
    return np.asarray(np.maximum(mean, 0.5 * (least[first] + least[second])))
