"""Checks that a mesh can be used, and measures of how good its cells are."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.errors import BteWarning, MeshError, quoted, unknown_name
from bte.mesh.kinds import Cells, face_table, longest_edges

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


def check_cells(points: Floats, cells: Cells) -> None:
    """Raise MeshError where cells are flat, turned inside out or folded.

    Parameters
    ----------
    points : (n_point, dim) float64
        Vertex coordinates [m].
    cells : Cells
        Vertices of each cell.
    """
    scale = longest_edges(points, *cells) ** points.shape[1]
    least = _core.least_volumes(points, *cells)
    flat = np.flatnonzero(np.abs(least) <= FLAT * scale)
    if len(flat):
        raise MeshError(
            f"{len(flat)} cells are degenerate (no volume, all of it or at a corner), the first is "
            f"cell {flat[0]} at {_centre(points, cells, flat[0])} m; repair or remesh the geometry"
        )
    inverted = np.flatnonzero(_core.signed_volumes(points, *cells) < 0)
    if len(inverted):
        raise MeshError(
            f"{len(inverted)} of {len(least)} cells are inverted (negative volume), the first is "
            f"cell {inverted[0]} at {_centre(points, cells, inverted[0])} m; give their vertices "
            "in the order of VTK, or swap two vertices of a simplex"
        )
    folded = np.flatnonzero(least < 0)
    if len(folded):
        raise MeshError(
            f"{len(folded)} of {len(least)} cells are folded (a corner beyond 180 degrees, or "
            f"vertices out of order), the first is cell {folded[0]} at "
            f"{_centre(points, cells, folded[0])} m; give vertices around the cell, as VTK does, "
            "or remesh"
        )


def _centre(points: Floats, cells: Cells, cell: int) -> str:
    nodes = slice(cells.offsets[cell], cells.offsets[cell + 1])
    return place(points[cells.connectivity[nodes]].mean(axis=0))


def place(x: Floats) -> str:
    """Return coordinates as ``(1.5e-08, 2e-09)``."""
    return "(" + ", ".join(f"{value:.4g}" for value in np.atleast_1d(x)) + ")"


def warn_if_implausible(points: Floats, cells: Cells, scale: float | None) -> None:
    """Warn where a mesh is not that of a small device, or its cells are smaller than atoms.

    The median cell counts: a graded mesh may end in very thin ones. Where a unit was given, or
    should have been, that is a `BteWarning`; lengths that can only be metres are remarked on in
    the log.

    Parameters
    ----------
    points : (n_point, dim) float64
        Coordinates [m].
    cells : Cells
        Vertices of each cell.
    scale : float or None
        The length of a unit they were given in [m]; None where they can only be in metres.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max())
    edge = float(np.median(longest_edges(points, *cells)))
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
    """Return the smallest and largest angle between two adjacent faces of each cell.

    With outward unit normals the angle between faces i and j is arccos(-n_i . n_j); a warped face
    has its mean normal. Plane cells have their corner angles; lines have no angles and get 60
    degrees.

    Parameters
    ----------
    mesh : MeshData
        A mesh.

    Returns
    -------
    (n_cell, 2) float64
        Smallest and largest angle [degree].
    """
    if mesh.dim == 1:
        return np.full((mesh.n_cell, 2), 60.0)
    normals = outward_normals(mesh)
    angles = np.empty((mesh.n_cell, 2))
    for kind in mesh.kinds:
        first, second = adjacent_faces(mesh.dim, kind.cells.shape[1])
        own = normals[kind.ids]
        cosine = -np.einsum("cid,cid->ci", own[:, first], own[:, second])
        found = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
        angles[kind.ids] = np.stack([found.min(axis=1), found.max(axis=1)], axis=1)
    return angles


def outward_normals(mesh: MeshData) -> Floats:
    """Return the unit normals of all faces of each cell, (n_cell, n_cell_face, dim)."""
    faces = mesh.faces
    normals = np.zeros((mesh.n_cell, mesh.n_cell_face, mesh.dim))
    inner = faces.interior
    normals[faces.cells[inner, 1], faces.local[inner, 1]] = -faces.normal[inner]
    normals[faces.cells[:, 0], faces.local[:, 0]] = faces.normal
    return normals


def adjacent_faces(dim: int, n_vertex: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of faces of an element that share dim - 1 vertices."""
    table = face_table(dim, n_vertex)
    first, second = np.triu_indices(len(table), k=1)
    shared = (table[first][:, :, None] == table[second][:, None]) & (table[first] >= 0)[:, :, None]
    meet = shared.sum(axis=(1, 2)) == dim - 1
    return first[meet], second[meet]
