"""Expansion of irreducible points: the star of q, with the velocities rotated."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ...errors import MaterialError
from ..equilibrium import Array
from ..modes import Ints
from .structure import Structure

_BITS = 20  # velocities closer than this many bits of the largest are one


@dataclass(frozen=True, eq=False)
class Expansion:
    """Which rows the modes of a star come from; m is the number of new rows.

    Attributes
    ----------
    row : (m,) int
        Row of the irreducible mode.
    velocity : (m, 3)
        Rotated velocity.
    share : (m,)
        Part of the irreducible mode's weight; those of a row sum to 1.
    """

    row: Ints
    velocity: Array
    share: Array


def expand(velocity: Array, rotations: Array) -> Expansion:
    """Return the distinct velocities of each mode under all rotations, with their shares.

    Averaging over the whole group and not over one rotation for each point of the star keeps the
    symmetry of the crystal also where modes are degenerate: the velocities of single degenerate
    modes do not have it.

    Parameters
    ----------
    velocity : (n, 3)
    rotations : (k, 3, 3)
        Cartesian, time reversal among them.
    """
    turned = np.einsum("aij,nj->nai", rotations, velocity)
    top = float(np.max(np.abs(turned), initial=0.0)) or 1.0
    whole = np.rint(turned * ((2**_BITS - 1) / top)).astype(np.int64) + 2**_BITS
    code = (whole[..., 0] << 42) | (whole[..., 1] << 21) | whole[..., 2]
    order = np.argsort(code, axis=1, kind="stable")
    ranked = np.take_along_axis(code, order, axis=1)
    first = np.diff(ranked, axis=1, prepend=-1) != 0
    place = np.flatnonzero(first)
    count = np.diff(np.append(place, first.size))
    row = place // len(rotations)
    return Expansion(row, turned[row, order.ravel()[place]], count / len(rotations))


def star_sizes(qpoints: Array, lattice: Array, rotations: Array, mesh: int) -> Ints | None:
    """Return how many distinct points the rotations make of each q, or None for another lattice.

    Parameters
    ----------
    qpoints : (n, 3)
        Reduced coordinates.
    lattice : (3, 3)
        Rows are the vectors of the cell that the reduced coordinates belong to.
    rotations : (k, 3, 3)
    mesh : int
        A common multiple of the numbers of mesh points.
    """
    # q_cart = B q with the columns of B = L^-1; B^-1 R B acts on reduced coordinates.
    columns = np.linalg.inv(lattice)
    reduced = np.einsum("ij,ajk,kl->ail", lattice, rotations, columns)
    whole = np.rint(reduced)
    if np.max(np.abs(reduced - whole)) > 1e-3:
        return None
    points = np.rint(np.einsum("aij,nj->nai", whole, np.rint(qpoints * mesh))).astype(np.int64)
    points %= mesh
    code = np.sort((points[..., 0] * mesh + points[..., 1]) * mesh + points[..., 2], axis=1)
    return np.asarray(1 + (np.diff(code, axis=1) != 0).sum(axis=1))


def fitting_lattice(
    structure: Structure, volume: float, qpoints: Array, weight: Array, mesh: int
) -> tuple[Array, Array]:
    """Return the lattice [m] and the rotations under which the stars of the file are whole.

    Raises
    ------
    MaterialError
        If the structure has another volume, or other stars.
    """
    rotations = structure.rotations()
    lattices = list(structure.primitive_lattices(volume))
    if not lattices:
        raise MaterialError(
            f"structure '{structure.path}' has a cell of {structure.volume * 1e30:.6g} A3, and the "
            f"modes belong to a primitive cell of {volume * 1e30:.6g} A3; give the structure that "
            "they were computed with"
        )
    for lattice in lattices:
        sizes = star_sizes(qpoints, lattice, rotations, mesh)
        if sizes is not None and np.array_equal(sizes, weight):
            return lattice, rotations
    raise MaterialError(
        f"structure '{structure.path}' makes other stars of the q-points than the weights in the "
        "file; give the structure that the modes were computed with"
    )


def wavenumbers(qpoints: Array, lattice: Array) -> Array:
    """Return |k| [1/m] of reduced points in the first Brillouin zone, (n,)."""
    reciprocal = 2.0 * np.pi * np.linalg.inv(lattice).T
    shifts = np.array(list(itertools.product((-2, -1, 0, 1, 2), repeat=3)))
    inside = qpoints - np.rint(qpoints)
    images = (inside[:, None] + shifts) @ reciprocal
    return np.asarray(np.sqrt(np.min(np.einsum("nsi,nsi->ns", images, images), axis=1)))
