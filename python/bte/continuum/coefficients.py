"""What tells one diffusion problem from another: conductivities and conductances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bte.conditions.kapitza import contact_conductance, wall_conductance
from bte.packing import Packed
from bte.packing.arrays import Array


@dataclass(frozen=True, eq=False)
class Coefficients:
    """The numbers of a diffusion operator.

    Attributes
    ----------
    conductivity : (n_region,) or (n_cell,) [W/m/K]
    wall : (n_side,) [W/m2/K]
        Conductance between a wall, or the reservoir behind it, and the region; infinite for a
        temperature that nothing resists.
    contact : (n_table,) [W/m2/K]
        Conductance of each interface; infinite for perfect contact.
    least_penalty : (n_region,) [W/m2/K]
        Lower bound of the penalty (zero for Fourier).
    absorption : (n_region,) [W/m3/K], optional
        Heat that E loses in the volume.
    exchange : (n_side,) [W/m2/K], optional
        Heat that E loses at sides, besides ``wall`` and ``contact``.
    tensor : (n_region, 3, 3), optional
        Of crystals: the conductivity tensor is this times ``conductivity``.
    """

    conductivity: Array
    wall: Array
    contact: Array
    least_penalty: Array
    absorption: Array | None = None
    exchange: Array | None = None
    tensor: Array | None = None

    def in_cells(self, packed: Packed) -> Array:
        """Return the conductivity of every cell (n_cell,) [W/m/K]."""
        values = self.conductivity
        if len(values) != packed.mesh.n_cell:
            values = values[packed.mesh.cell_region]
        return np.ascontiguousarray(values, dtype=np.float64)

    def tensors_in_cells(self, packed: Packed) -> Array | None:
        """Return ``tensor`` of every cell in the mesh's space (n_cell, dim, dim)."""
        if self.tensor is None:
            return None
        dim = packed.mesh.dim
        return np.asarray(self.tensor[packed.mesh.cell_region][:, :dim, :dim])

    def stretched(self, packed: Packed) -> tuple[Array, Array]:
        """Return node points and conductivities of an isotropic problem of equal integrals.

        With ``kappa A`` in a cell and ``y = A^(-1/2) x`` the integrals of ``grad u . kappa A grad
        v`` and of ``n . kappa A grad v`` are those of ``kappa det(A)^(1/2)`` in y.

        Returns
        -------
        (n_node, dim) and (n_cell,)
        """
        points, conductivity = packed.mesh.node_points, self.in_cells(packed)
        tensors = self.tensors_in_cells(packed)
        if tensors is None:
            return points, conductivity
        value, axis = np.linalg.eigh(tensors)
        shrink = np.einsum("cik,ck,cjk->cij", axis, value**-0.5, axis)
        points = np.einsum("nij,nj->ni", packed.at_nodes(shrink), points)
        return np.ascontiguousarray(points), conductivity * np.sqrt(value.prod(axis=1))

    def stiffest(self, packed: Packed) -> Array:
        """Return the largest conductivity in any direction of every cell (n_cell,) [W/m/K]."""
        tensors = self.tensors_in_cells(packed)
        if tensors is None:
            return self.in_cells(packed)
        return np.asarray(self.in_cells(packed) * np.linalg.eigvalsh(tensors)[:, -1])


def wall_conductances(packed: Packed, convention: str | None, *, slipping: bool) -> Array:
    """Return the conductance between what is imposed at each side and the region (n_side,).

    Parameters
    ----------
    packed : Packed
        The problem.
    convention : {None, "local", "emitted", "slip"}
        What a contact with a transmission conducts, see `bte.conditions.kapitza`; with None it is
        perfect.
    slipping : bool
        Whether a black wall, also one behind an external conductance, resists by its slip.

    Returns
    -------
    (n_side,) [W/m2/K]
    """
    sides = packed.sides
    total = packed.flux_capacity.sum(axis=1)
    wall = np.full(sides.n, np.inf)
    if slipping:
        wall = np.array([wall_conductance(v, convention or "slip") for v in total])[sides.zone]
    if convention is not None:
        given = np.flatnonzero(np.isfinite(sides.transmission))
        capacity = total[sides.zone[given]]
        wall[given] = contact_conductance(capacity, sides.transmission[given], convention)
    behind = np.isfinite(sides.conductance)
    wall[behind] = 1.0 / (1.0 / sides.conductance[behind] + 1.0 / wall[behind])
    return wall
