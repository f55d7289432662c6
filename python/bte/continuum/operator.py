"""The interior-penalty diffusion operator of a problem, whatever its coefficients.

    -div kappa grad E = f,   flux through a wall h (E - T_b),   through an interface G (E_1 - E_2)

on the nodes of the transport solver. With the coefficients of Fourier's law it is the comparison,
with those of the asymptotic limit of the sweep it is the accelerator: one piece of code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bte import _core
from bte.continuum.coefficients import Coefficients
from bte.continuum.joints import Joint, Joints, make_joints
from bte.continuum.losses import Blocks, add_losses, losing_cells
from bte.packing import Kind, Packed
from bte.packing.arrays import Array
from bte.packing.parts import components, numbered


@dataclass(frozen=True, eq=False)
class DiffusionOperator:
    """The assembled operator.

    Attributes
    ----------
    packed : Packed
    coefficients : Coefficients
    cell_conductivity : (n_cell,) [W/m/K]
    joints : Joints
        What couples cells to each other and to walls.
    blocks : dict of arrays
        Rows of one block per pair of neighbouring cells: ``offsets`` (n_cell + 1,), the nodes of
        each cell; ``row_start`` (n_cell + 1,) and ``column`` (n_block,); ``blocks``, the entries
        of one block after the other.
    floating : (n_node,) int64
        Number of the body that no wall fixes the level of, -1 where one does.
    """

    packed: Packed
    coefficients: Coefficients
    cell_conductivity: Array
    joints: Joints
    blocks: Blocks
    floating: NDArray[np.int64]

    @property
    def matrix(self) -> csr_matrix:
        """The matrix (n_node, n_node)."""
        return _expanded(self.blocks)

    @property
    def walled(self) -> NDArray[np.bool_]:
        """Cells where the level of E matters: at walls, and where it is lost (n_cell,)."""
        result = losing_cells(self.packed, self.coefficients)
        result[self.joints.cells[self.joints.of(Joint.ROBIN, Joint.DIRICHLET), 0]] = True
        return result

    def load(self) -> Array:
        """Return the right-hand side of all that sides impose (n_node,) [W].

        Temperatures of walls, given fluxes, and the differences between periodic faces.
        """
        packed, sides = self.packed, self.packed.sides
        load = np.zeros(packed.mesh.n_node)
        walls = sides.of(Kind.ISOTHERMAL, Kind.CONTACT)
        _spread(packed, load, walls, self._strength(walls)[:, None] * sides.temperature[walls])
        given = sides.of(Kind.MIXING)
        _spread(packed, load, given, sides.flux[given])
        fixed = self._held(walls)
        self._pull(load, fixed, sides.temperature[fixed])
        periodic = sides.of(Kind.PERIODIC)
        jump = np.repeat(sides.jump[periodic, None], sides.nodes.shape[1], axis=1)
        _spread(packed, load, periodic, self._strength(periodic)[:, None] * jump)
        self._pull(load, periodic, 0.5 * jump)
        return load

    def wall_power(self, field: Array) -> Array:
        """Return the heat that enters through each side (n_side,) [W], as the operator has it."""
        sides = self.packed.sides
        own = sides.mean(field[sides.nodes])
        given = sides.mean(sides.flux) * sides.area
        power = np.where(sides.kind == Kind.MIXING, given, 0.0)
        walls = sides.of(Kind.ISOTHERMAL, Kind.CONTACT)
        lift = sides.mean(sides.temperature)[walls] - own[walls]
        power[walls] = self._strength(walls) * lift * sides.area[walls]
        fixed = self._held(walls)
        power[fixed] += self._conducted(field, fixed)
        paired = np.flatnonzero(sides.partner >= 0)
        lift = own[sides.partner[paired]] + sides.jump[paired] - own[paired]
        power[paired] = self._strength(paired) * lift * sides.area[paired]
        perfect = paired[self.joints.kind[self.joints.of_side[paired]] == Joint.INTERIOR]
        power[perfect] += 0.5 * (
            self._conducted(field, perfect) - self._conducted(field, sides.partner[perfect])
        )
        return power

    def heat_flux(self, field: Array) -> Array:
        """Return -kappa grad E at every node (n_node, dim) [W/m2]."""
        mesh = self.packed.mesh
        gradient = _core.nodal_gradient(
            node_points=mesh.node_points,
            offsets=self.blocks["offsets"],
            values=np.ascontiguousarray(field, dtype=np.float64),
        )
        tensors = self.coefficients.tensors_in_cells(self.packed)
        if tensors is not None:
            gradient = np.einsum("nij,nj->ni", self.packed.at_nodes(tensors), gradient)
        return np.asarray(-self.packed.at_nodes(self.cell_conductivity)[:, None] * gradient)

    def conductivity_along(self, axis: int) -> Array:
        """Return the conductivity along a direction that the mesh lacks (n_cell,) [W/m/K]."""
        tensor = self.coefficients.tensor
        if tensor is None:
            return self.cell_conductivity
        return np.asarray(self.cell_conductivity * tensor[self.packed.mesh.cell_region, axis, axis])

    def _strength(self, side: NDArray[np.int64]) -> Array:
        return np.asarray(self.joints.strength[self.joints.of_side[side]])

    def _held(self, side: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of the sides on which a temperature is imposed."""
        return np.asarray(side[self.joints.kind[self.joints.of_side[side]] == Joint.DIRICHLET])

    def _derivatives(self, side: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
        """Return ``int phi_a kappa dphi_j/dn`` of sides (n, n_face_vertex, n_v) and the nodes j.

        Cells with fewer nodes repeat their first, with zeros.
        """
        mesh, sides = self.packed.mesh, self.packed.sides
        cell = sides.cell[side]
        points, conductivity = self.coefficients.stretched(self.packed)
        derivative = _core.side_derivatives(
            node_points=points,
            offsets=self.blocks["offsets"],
            cell=np.ascontiguousarray(cell, dtype=np.int32),
            local=np.ascontiguousarray(sides.local[side], dtype=np.int32),
            n_face_vertex=mesh.n_face_vertex,
            n_cell_vertex=mesh.n_cell_vertex,
        )
        place = np.arange(mesh.n_cell_vertex)
        size = np.diff(mesh.dg_offsets)[cell][:, None]
        nodes = mesh.dg_offsets[cell][:, None] + np.where(place < size, place, 0)
        return derivative * conductivity[cell][:, None, None], nodes

    def _pull(self, load: Array, side: NDArray[np.int64], values: Array) -> None:
        """Take ``int kappa dphi_j/dn f`` from the load, for values f at the sides' vertices."""
        derivative, nodes = self._derivatives(side)
        np.subtract.at(load, nodes, np.einsum("saj,sa->sj", derivative, values))

    def _conducted(self, field: Array, side: NDArray[np.int64]) -> Array:
        """Return ``int kappa dE/dn`` of the sides' own cells (heat into the cell) (n,) [W]."""
        derivative, nodes = self._derivatives(side)
        return np.asarray(np.einsum("saj,sj->s", derivative, field[nodes]))


def _spread(packed: Packed, load: Array, side: NDArray[np.int64], density: Array) -> None:
    """Add ``int phi_i f dA`` to the load, for densities f at the sides' vertices [W/m2]."""
    sides = packed.sides
    heat = np.einsum("sij,sj->si", sides.mass[side], density)
    np.add.at(load, sides.nodes[side], heat)


def assemble(packed: Packed, coefficients: Coefficients) -> DiffusionOperator:
    """Assemble the operator of a problem with the given coefficients."""
    joints = make_joints(packed, coefficients)
    conductivity = coefficients.in_cells(packed)
    blocks = _blocks(packed, coefficients.stretched(packed), joints, joints.kind)
    add_losses(packed, coefficients, blocks)
    floating = _floating(packed, joints)
    if coefficients.absorption is not None:
        floating = np.full_like(floating, -1)
    return DiffusionOperator(packed, coefficients, conductivity, joints, blocks, floating)


def _floating(packed: Packed, joints: Joints) -> NDArray[np.int64]:
    """Return for each node the floating body it belongs to, or -1."""
    transmits = (joints.kind == Joint.RESISTIVE) & (joints.strength > 0)
    joined = (joints.kind == Joint.INTERIOR) | transmits
    part, n_part = components(packed, joined[: packed.mesh.faces.n_face])
    fixed = np.zeros(n_part, dtype=bool)
    fixed[part[joints.cells[joints.of(Joint.ROBIN, Joint.DIRICHLET), 0]]] = True
    return numbered(packed, part, ~fixed)


def exchange_matrix(operator: DiffusionOperator) -> csr_matrix:
    """Return the part of the matrix that losses and conductances of faces make up."""
    kind = operator.joints.kind
    exchanging = np.isin(kind, (Joint.RESISTIVE, Joint.ROBIN))
    only = np.where(exchanging, kind, Joint.INSULATED).astype(np.uint8)
    nothing = np.zeros(operator.packed.mesh.n_cell)
    still = (operator.packed.mesh.node_points, nothing)
    matrix = _blocks(operator.packed, still, operator.joints, only)
    add_losses(operator.packed, operator.coefficients, matrix)
    return _expanded(matrix)


def _expanded(blocks: Blocks) -> csr_matrix:
    n = int(blocks["offsets"][-1])
    start, column, value = _core.expand_blocks(**blocks)
    return csr_matrix((value, column, start), shape=(n, n))


def _blocks(
    packed: Packed, stretched: tuple[Array, Array], joints: Joints, kind: NDArray[np.uint8]
) -> Blocks:
    points, conductivity = stretched
    offsets = np.ascontiguousarray(packed.mesh.dg_offsets, dtype=np.int64)
    rows, columns, blocks = _core.interior_penalty(
        node_points=points,
        offsets=offsets,
        conductivity=conductivity,
        cells=joints.cells,
        local=joints.local,
        nodes=joints.nodes,
        mass=joints.mass,
        kind=kind,
        strength=joints.strength,
    )
    return {"offsets": offsets, "row_start": rows, "column": columns, "blocks": blocks}
