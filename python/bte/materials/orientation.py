"""Turning a crystal: which of its directions lies along which axis of the mesh."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from .equilibrium import Array
from .mode_model import ModeModel
from .modes import ModeTable

if TYPE_CHECKING:
    from .solid import Material

#: How far the rows of a rotation may be from orthonormal.
_ROUNDING = 1e-6


def rotation(name: str, matrix: npt.ArrayLike) -> Array:
    """Return a rotation (3, 3) of a material with a name, its rounding removed.

    Raises
    ------
    MaterialError
        If it is none.
    """
    try:
        given = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError):
        given = np.zeros(0)
    proper = given.shape == (3, 3) and np.isfinite(given).all()
    if proper:
        proper = np.abs(given @ given.T - np.eye(3)).max() < _ROUNDING
    if not proper or np.linalg.det(given) < 0.0:
        raise MaterialError(
            f"orientation of material '{name}' is {matrix!r}; give a rotation, a (3, 3) matrix "
            "with orthonormal rows and determinant 1: row i holds axis i of the mesh in the axes "
            "of the crystal"
        )
    u, _, vt = np.linalg.svd(given)
    return np.asarray(u @ vt)


def rotated_table(table: ModeTable, turn: Array) -> ModeTable:
    """Return the modes of the turned crystal."""
    if table.isotropic:
        return table

    def tensor(value: Array | None) -> Array | None:
        return None if value is None else np.asarray(turn @ value @ turn.T)

    return replace(
        table,
        velocity=table.velocity @ turn.T,
        lattice=None if table.lattice is None else table.lattice @ turn.T,
        given_conductivity=tensor(table.given_conductivity),
        full_conductivity=tensor(table.full_conductivity),
    )


def rotated(material: Material, matrix: npt.ArrayLike) -> Material:
    """Return a material whose crystal is turned; isotropic ones stay as they are.

    Raises
    ------
    MaterialError
        If the matrix is no rotation.
    """
    turn = rotation(material.name, matrix)
    model = material.model
    if not isinstance(model, ModeModel):
        return material
    tables = tuple(rotated_table(table, turn) for table in model.tables)
    return replace(material, model=ModeModel(model.name, tables))
