"""Checks that a mesh can be used, and measures of how good its cells are."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteWarning, MeshError, quoted, unknown_name

if TYPE_CHECKING:
    from bte.mesh.data import MeshData

log = logging.getLogger("bte")

Floats = NDArray[np.float64]

UNIT_LENGTHS = {
    "pm": 1e-12,
    "A": 1e-10,
    "angstrom": 1e-10,
    "nm": 1e-9,
    "um": 1e-6,
    "µm": 1e-6,
    "mm": 1e-3,
    "cm": 1e-2,
    "m": 1.0,
    "inch": 0.0254,
}
# A cell this much smaller than the cube of its longest edge is flat to rounding.
FLAT = 1e-12
# Largest side a device with phonon transport to resolve can plausibly have [m].
PLAUSIBLE = (1e-9, 1e-3)
# Cells smaller than this are a fraction of the distance between atoms [m].
SHORTEST = 5e-11


def unit_length(unit: str) -> float:
    """Return the length of a unit [m].

    Raises
    ------
    MeshError
        Where the unit is not known.
    """
    if unit == "":
        raise MeshError(f"length unit is empty; give one of {quoted(UNIT_LENGTHS)}")
    if not isinstance(unit, str) or unit not in UNIT_LENGTHS:
        raise MeshError(unknown_name("length unit", str(unit), UNIT_LENGTHS))
    return UNIT_LENGTHS[unit]


def check_finite(points: Floats) -> None:
    """Raise MeshError where a coordinate is not a finite number."""
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(bad):
        raise MeshError(
            f"{len(bad)} points have coordinates that are not finite, the first is point "
            f"{bad[0]} at {place(points[bad[0]])}; correct them in the program that made the mesh"
        )


def check_volumes(volumes: Floats, points: Floats, cells: NDArray[np.int32]) -> None:
    """Raise MeshError where cells are flat or turned inside out.

    Parameters
    ----------
    volumes : (n_cell,) float64
        Signed volumes.
    points : (n_point, dim) float64
        Vertex coordinates [m].
    cells : (n_cell, dim + 1) int32
        Vertices of each cell.
    """
    scale = longest_edges(points, cells) ** points.shape[1]
    flat = np.flatnonzero(np.abs(volumes) <= FLAT * scale)
    if len(flat):
        raise MeshError(
            f"{len(flat)} cells are degenerate (no volume), the first is cell {flat[0]} at "
            f"{place(points[cells[flat[0]]].mean(axis=0))} m; repair or remesh the geometry"
        )
    inverted = np.flatnonzero(volumes < 0)
    if len(inverted):
        raise MeshError(
            f"{len(inverted)} of {len(volumes)} cells are inverted (negative volume), the first "
            f"is cell {inverted[0]} at {place(points[cells[inverted[0]]].mean(axis=0))} m; "
            "swap two vertices of these cells"
        )


def longest_edges(points: Floats, cells: NDArray[np.int32]) -> Floats:
    """Return the longest edge of each simplex, (n_cell,) [m]."""
    longest = np.zeros(len(cells))
    for a in range(cells.shape[1]):
        for b in range(a):
            edge = np.linalg.norm(points[cells[:, a]] - points[cells[:, b]], axis=1)
            np.maximum(longest, edge, out=longest)
    return longest


def place(x: Floats) -> str:
    """Return coordinates as ``(1.5e-08, 2e-09)``."""
    return "(" + ", ".join(f"{value:.4g}" for value in np.atleast_1d(x)) + ")"


def warn_if_implausible(points: Floats, cells: NDArray[np.int32], scale: float | None) -> None:
    """Warn where a mesh is not that of a small device, or its cells are smaller than atoms.

    The median cell counts: a graded mesh may end in very thin ones. Where a unit was given, or
    should have been, that is a `BteWarning`; lengths that can only be metres are remarked on in
    the log.

    Parameters
    ----------
    points : (n_point, dim) float64
        Coordinates [m].
    cells : (n_cell, dim + 1) int32
        Vertices of each cell.
    scale : float or None
        The length of a unit they were given in [m]; None where they can only be in metres.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max())
    edge = float(np.median(longest_edges(points, cells)))
    plausible = PLAUSIBLE[0] <= side <= PLAUSIBLE[1]
    if plausible and edge >= SHORTEST:
        return
    found = "" if plausible else f", a largest side of {side:.3g} m"
    if edge < SHORTEST:
        found += f", with cells of {edge:.3g} m"
    advice = "sizes are in metres" if scale is None else likely_unit(side / scale)
    message = (
        f"the mesh spans {place(low)} to {place(high)} m{found}, which is implausible for phonon "
        f"transport (atoms are 2e-10 m apart); {advice}"
    )
    if scale is None:  # only Kn counts: a slab of length one may well be meant
        log.warning(message)
    else:
        warnings.warn(message, BteWarning, stacklevel=4)


def likely_unit(side: float) -> str:
    """Return the advice for a largest side given in units of the file."""
    for unit in ("nm", "um", "mm", "m"):
        if 1e-9 <= side * UNIT_LENGTHS[unit] <= 1e-4:
            return f"if its coordinates are in {unit}, give unit='{unit}'"
    return "give the unit of its coordinates, such as unit='nm'"


def dihedral_range(mesh: MeshData) -> Floats:
    """Return the smallest and largest angle between two faces of each cell.

    With outward unit normals the angle between faces i and j is arccos(-n_i . n_j). Triangles
    have their corner angles; lines have no angles and get 60 degrees.

    Parameters
    ----------
    mesh : MeshData
        A mesh of simplices.

    Returns
    -------
    (n_cell, 2) float64
        Smallest and largest angle [degree].
    """
    if mesh.dim == 1:
        return np.full((mesh.n_cell, 2), 60.0)
    normals = inward_gradients(mesh.points, mesh.cells)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    first, second = np.triu_indices(mesh.dim + 1, k=1)
    cosine = -np.einsum("cid,cid->ci", normals[:, first], normals[:, second])
    angles = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return np.stack([angles.min(axis=1), angles.max(axis=1)], axis=1)


def inward_gradients(points: Floats, cells: NDArray[np.int32]) -> Floats:
    """Return the gradients of the barycentric coordinates, (n_cell, dim + 1, dim) [1/m].

    The gradient of coordinate k is normal to face k and points into the cell.
    """
    x = points[cells]
    edges = x[:, 1:] - x[:, :1]
    rest = np.linalg.inv(edges).transpose(0, 2, 1)
    return np.concatenate([-rest.sum(axis=1, keepdims=True), rest], axis=1)
