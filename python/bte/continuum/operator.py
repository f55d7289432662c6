"""The interior-penalty diffusion operator of a problem, whatever its coefficients.

    -div kappa grad E = f,   flux through a wall h (E - T_b),   through an interface G (E_1 - E_2)

on the nodes of the transport solver. With the coefficients of Fourier's law it is the comparison,
with those of the asymptotic limit of the sweep it is the accelerator: one piece of code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bte import _core
from bte.mesh.quality import dihedral_range
from bte.packing import Kind, Packed
from bte.packing.arrays import Array
from bte.packing.parts import components, numbered

# FaceKind of the core
_INSULATED, _INTERIOR, _RESISTIVE, _ROBIN, _DIRICHLET = range(5)

# The penalty of a face on which a temperature is imposed, relative to one between two cells: the
# normal derivative of one cell alone has to be dominated.
_ONE_SIDED = 2.0


@dataclass(frozen=True, eq=False)
class Coefficients:
    """What tells one diffusion problem from another.

    Attributes
    ----------
    conductivity : (n_region,) or (n_cell,) [W/m/K]
    wall : (n_region,) [W/m2/K]
        Conductance between an isothermal wall and the region; infinite for a fixed temperature.
    contact : (n_table,) [W/m2/K]
        Conductance of each interface; infinite for perfect contact.
    least_penalty : (n_region,) [W/m2/K]
        Lower bound of the penalty (zero for Fourier).
    """

    conductivity: Array
    wall: Array
    contact: Array
    least_penalty: Array


class Blocks(TypedDict):
    """A matrix of blocks, see `DiffusionOperator`."""

    offsets: NDArray[np.int64]
    row_start: NDArray[np.int32]
    column: NDArray[np.int32]
    blocks: Array


@dataclass(frozen=True, eq=False)
class DiffusionOperator:
    """The assembled operator.

    Attributes
    ----------
    blocks : dict of arrays
        Rows of one block per pair of neighbouring cells: ``offsets`` (n_cell + 1,), the nodes of
        each cell; ``row_start`` (n_cell + 1,) and ``column`` (n_block,); ``blocks``, the entries
        of one block after the other.
    floating : (n_node,) int64
        Number of the body that no wall fixes the level of, -1 where one does.
    """

    packed: Packed
    coefficients: Coefficients
    blocks: Blocks
    floating: NDArray[np.int64]
    face_kind: NDArray[np.uint8]
    strength: Array

    @property
    def matrix(self) -> csr_matrix:
        """The matrix (n_node, n_node)."""
        return _expanded(self.blocks)

    @property
    def plain(self) -> NDArray[np.bool_]:
        """Faces across which E is continuous in the limit of fine meshes (n_face,)."""
        return np.asarray(self.face_kind == _INTERIOR)

    @property
    def walled(self) -> NDArray[np.bool_]:
        """Cells at walls that fix the level of E (n_cell,)."""
        at_wall = np.isin(self.face_kind, (_ROBIN, _DIRICHLET))
        result = np.zeros(self.packed.mesh.n_cell, dtype=bool)
        result[self.packed.mesh.faces.cells[at_wall, 0]] = True
        return result

    @property
    def held(self) -> NDArray[np.int64]:
        """Faces on which a temperature is imposed."""
        return np.flatnonzero(self.face_kind == _DIRICHLET)

    def wall_load(self) -> Array:
        """Return the right-hand side of the imposed wall temperatures (n_node,)."""
        packed, sides = self.packed, self.packed.sides
        walls = sides.of(Kind.ISOTHERMAL)
        load = np.zeros(packed.mesh.n_node)
        push = self.strength[sides.face[walls], None] * sides.temperature[walls]
        heat = np.einsum("sij,sj->si", sides.mass[walls], push)
        np.add.at(load, sides.nodes[walls], heat)
        dim = packed.mesh.dim
        fixed = walls[self.face_kind[sides.face[walls]] == _DIRICHLET]
        derivative = (
            normal_derivative(packed, fixed) * self.cell_conductivity[sides.cell[fixed]][:, None]
        )
        nodes = sides.cell[fixed][:, None] * (dim + 1) + np.arange(dim + 1)
        pull = derivative * (sides.mean(sides.temperature)[fixed] * sides.area[fixed])[:, None]
        np.subtract.at(load, nodes, pull)
        return load

    @property
    def cell_conductivity(self) -> Array:
        """Conductivity of each cell [W/m/K]."""
        return _per_cell(self.packed, self.coefficients.conductivity)

    def wall_power(self, field: Array) -> Array:
        """Return the heat that enters through each side (n_side,) [W], as the operator has it."""
        sides = self.packed.sides
        face_mean = sides.mean(field[sides.nodes])
        given = sides.mean(sides.flux) * sides.area
        power = np.where(sides.kind == Kind.MIXING, given, 0.0)
        walls = sides.of(Kind.ISOTHERMAL)
        lift = sides.mean(sides.temperature)[walls] - face_mean[walls]
        power[walls] = self.strength[sides.face[walls]] * lift * sides.area[walls]
        fixed = walls[self.face_kind[sides.face[walls]] == _DIRICHLET]
        power[fixed] += self._conducted(field, fixed)
        contact = np.flatnonzero(sides.partner >= 0)
        other = sides.partner[contact]
        power[contact] = (
            self.strength[sides.face[contact]]
            * (face_mean[other] - face_mean[contact])
            * sides.area[contact]
        )
        perfect = contact[self.face_kind[sides.face[contact]] == _INTERIOR]
        mean = 0.5 * (
            self._conducted(field, perfect) - self._conducted(field, sides.partner[perfect])
        )
        power[perfect] += mean
        return power

    def _conducted(self, field: Array, side: NDArray[np.int64]) -> Array:
        """Return kappa dE/dn times area of the sides' own cells (heat into the cell)."""
        sides, n = self.packed.sides, self.packed.mesh.dim + 1
        cell = sides.cell[side]
        values = field.reshape(-1, n)[cell]
        slope = (normal_derivative(self.packed, side) * values).sum(axis=1)
        return np.asarray(self.cell_conductivity[cell] * slope * sides.area[side])

    def heat_flux(self, field: Array) -> Array:
        """Return -kappa grad E at every node, constant in each cell, (n_node, dim) [W/m2]."""
        mesh = self.packed.mesh
        n = mesh.dim + 1
        vector = self.packed.geometry.face_vector
        gradient = -np.einsum("ckd,ck->cd", vector, field.reshape(-1, n))
        gradient /= (mesh.dim * mesh.volumes)[:, None]
        return np.repeat(-self.cell_conductivity[:, None] * gradient, n, axis=0)


def normal_derivative(packed: Packed, side: NDArray[np.int64]) -> Array:
    """Return d phi_i / dn of the side's cell, n out of it, (n, n_vertex) [1/m]."""
    sides, mesh = packed.sides, packed.mesh
    cell = sides.cell[side]
    vector = packed.geometry.face_vector[cell]
    dots = np.einsum("skd,sd->sk", vector, sides.normal[side])
    return np.asarray(-dots / (mesh.dim * mesh.volumes[cell])[:, None])


def assemble(packed: Packed, coefficients: Coefficients) -> DiffusionOperator:
    """Assemble the operator of a problem with the given coefficients."""
    kind, strength = _face_terms(packed, coefficients)
    conductivity = _per_cell(packed, coefficients.conductivity)
    matrix = _matrix(packed, conductivity, kind, strength)
    floating = _floating(packed, kind, strength)
    return DiffusionOperator(packed, coefficients, matrix, floating, kind, strength)


def _floating(packed: Packed, kind: NDArray[np.uint8], strength: Array) -> NDArray[np.int64]:
    """Return for each node the floating body it belongs to, or -1."""
    cells = packed.mesh.faces.cells
    joined = (kind == _INTERIOR) | ((kind == _RESISTIVE) & (strength > 0))
    part, n_part = components(packed, joined)
    fixed = np.zeros(n_part, dtype=bool)
    fixed[part[cells[np.isin(kind, (_ROBIN, _DIRICHLET)), 0]]] = True
    return numbered(packed, part, ~fixed)


def _expanded(blocks: Blocks) -> csr_matrix:
    n = int(blocks["offsets"][-1])
    start, column, value = _core.expand_blocks(**blocks)
    return csr_matrix((value, column, start), shape=(n, n))


def exchange_matrix(operator: DiffusionOperator) -> csr_matrix:
    """Return the part of the matrix that walls and interfaces with a conductance make up."""
    kind = operator.face_kind
    exchanging = np.isin(kind, (_RESISTIVE, _ROBIN))
    nothing = np.zeros(operator.packed.mesh.n_cell)
    only = np.where(exchanging, kind, _INSULATED).astype(np.uint8)
    return _expanded(_matrix(operator.packed, nothing, only, operator.strength))


def _matrix(
    packed: Packed, conductivity: Array, kind: NDArray[np.uint8], strength: Array
) -> Blocks:
    mesh, faces = packed.mesh, packed.mesh.faces
    rows, columns, blocks = _core.interior_penalty(
        face_vector=packed.geometry.face_vector,
        volume=mesh.volumes,
        conductivity=np.ascontiguousarray(conductivity),
        matching_vertex=packed.geometry.matching_vertex,
        face_cells=faces.cells,
        face_local=faces.local,
        face_kind=kind,
        face_strength=strength,
    )
    offsets = np.ascontiguousarray(mesh.dg_offsets, dtype=np.int64)
    return {"offsets": offsets, "row_start": rows, "column": columns, "blocks": blocks}


def _per_cell(packed: Packed, values: Array) -> Array:
    per_cell = values if len(values) == packed.mesh.n_cell else values[packed.mesh.cell_region]
    return np.asarray(per_cell, dtype=np.float64)


def _face_terms(packed: Packed, c: Coefficients) -> tuple[NDArray[np.uint8], Array]:
    """Return the kind of every face and its strength [W/m2/K]."""
    faces, sides = packed.mesh.faces, packed.sides
    penalty = _penalty(packed, c)
    kind = np.where(faces.cells[:, 1] >= 0, _INTERIOR, _INSULATED).astype(np.uint8)
    strength = np.where(kind == _INTERIOR, penalty, 0.0)
    walls = sides.of(Kind.ISOTHERMAL)
    h = c.wall[sides.zone[walls]]
    fixed = np.isinf(h)
    kind[sides.face[walls]] = np.where(fixed, _DIRICHLET, _ROBIN)
    strength[sides.face[walls]] = np.where(fixed, _ONE_SIDED * penalty[sides.face[walls]], h)
    for index, conductance in enumerate(c.contact):
        if math.isinf(conductance):
            continue
        across = sides.face[(sides.contact == index) & sides.forward]
        kind[across] = _RESISTIVE
        strength[across] = conductance
    return kind, strength


def _penalty(packed: Packed, c: Coefficients) -> Array:
    """max(4 mean(kappa / h), C v / 4) with h = d V / A; 6 beside very flat or sharp tetrahedra."""
    mesh, faces = packed.mesh, packed.mesh.faces
    factor = np.full(mesh.n_cell, 4.0)
    if mesh.dim == 3:
        angles = dihedral_range(mesh)
        factor[(angles[:, 0] < 15.0) | (angles[:, 1] > 165.0)] = 6.0
    stiffness = factor * _per_cell(packed, c.conductivity) / (mesh.dim * mesh.volumes)
    first, second = faces.cells.T
    second = np.where(second >= 0, second, first)
    mean = 0.5 * (stiffness[first] + stiffness[second]) * faces.area
    least = c.least_penalty[mesh.cell_region]
    return np.asarray(np.maximum(mean, 0.5 * (least[first] + least[second])))
