"""Pairs of boundaries that are each other's continuation: faces matched by translation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from bte.errors import MeshError
from bte.mesh.data import MEASURES, MeshData
from bte.mesh.faces import face_centres, face_vertices
from bte.mesh.quality import place

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

# Points that differ by less than this part of the mesh's extent match: files of single precision.
TOLERANCE = 1e-6
# Largest relative difference of the areas of two boundaries, and of their area vectors.
SAME_AREA = 1e-6


class PeriodicPair(NamedTuple):
    """Which faces of two boundaries continue each other.

    Attributes
    ----------
    first_faces, second_faces : (n,) int32
        Ids of faces: face i of the first boundary, moved by the translation, is face i of the
        second.
    vertex : (n, n_face_vertex) int32
        Vertex a of a face of the first lies on vertex ``vertex[i, a]`` of its partner, both in
        the order of `FaceTable.nodes`; beyond the vertices of a face, a itself.
    translation : (dim,) float64
        From the first boundary to the second [m].
    """

    first_faces: Ints
    second_faces: Ints
    vertex: Ints
    translation: Floats


def match_periodic(mesh: MeshData, first: str, second: str) -> PeriodicPair:
    """Match the faces of two boundaries by the translation between their centres of area.

    Parameters
    ----------
    mesh : MeshData
        The mesh, of any dimension and elements.
    first, second : str
        Names of the boundaries.

    Raises
    ------
    MeshError
        Where the names are unknown or the same, or the boundaries differ in area, number of faces
        or mesh, or do not face each other.
    """
    if first == second:
        raise MeshError(
            f"boundary '{first}' is given as its own periodic partner; name the boundary opposite"
        )
    faces = [mesh.boundary_faces(name) for name in (first, second)]
    named = f"periodic boundaries '{first}' and '{second}'"
    _check_alike(mesh, faces[0], faces[1], named)
    vertices = [face_vertices(mesh.faces, mesh.connectivity)[f] for f in faces]
    centres = [face_centres(mesh.points, v) for v in vertices]
    middle = [
        mesh.faces.area[f] @ x / mesh.faces.area[f].sum()
        for f, x in zip(faces, centres, strict=True)
    ]
    near = TOLERANCE * float(np.ptp(mesh.points, axis=0).max())
    partner = _partners(centres[0] + middle[1] - middle[0], centres[1], near, named)
    vertex, gap = _match_vertices(
        mesh.points, vertices[0], vertices[1][partner], middle[1] - middle[0]
    )
    _check_gaps(gap, near, centres[0], named)
    translation: Floats = (centres[1][partner] - centres[0]).mean(axis=0)
    return PeriodicPair(faces[0], faces[1][partner], vertex, translation)


def _check_alike(mesh: MeshData, first: Ints, second: Ints, named: str) -> None:
    """Raise where two boundaries cannot continue each other, whatever their faces."""
    areas = [float(mesh.faces.area[f].sum()) for f in (first, second)]
    unit = MEASURES.get(mesh.dim - 1, "")
    if abs(areas[0] - areas[1]) > SAME_AREA * max(areas):
        raise MeshError(
            f"{named} have different areas, {areas[0]:.6g} and {areas[1]:.6g} {unit}; the one must "
            "be the other moved by a translation"
        )
    vectors = [mesh.faces.normal[f].T @ mesh.faces.area[f] for f in (first, second)]
    if np.linalg.norm(vectors[0] + vectors[1]) > SAME_AREA * max(areas):
        normals = [place(vector / area) for vector, area in zip(vectors, areas, strict=True)]
        raise MeshError(
            f"{named} do not face each other: their mean normals are {normals[0]} and "
            f"{normals[1]}; choose boundaries with opposite normals"
        )
    if len(first) != len(second):
        raise MeshError(
            f"{named} have different numbers of faces, {len(first)} and {len(second)}; mesh both "
            "alike (in gmsh: Periodic Curve or Periodic Surface)"
        )


def _partners(moved: Floats, centres: Floats, near: float, named: str) -> NDArray[np.intp]:
    """Return for each moved centre the face of the second boundary, each once."""
    gap, partner = cKDTree(centres).query(moved)
    _check_gaps(gap, near, moved, named)
    if len(np.unique(partner)) < len(partner):
        raise MeshError(
            f"{named} do not match: two faces of one have the same partner; remesh them"
        )
    return np.asarray(partner, dtype=np.intp)


def _check_gaps(gap: Floats, near: float, centres: Floats, named: str) -> None:
    lost = np.flatnonzero(gap > near)
    if len(lost):
        worst = lost[np.argmax(gap[lost])]
        raise MeshError(
            f"{named} do not match: {len(lost)} of {len(gap)} faces find no partner, with a gap of "
            f"up to {gap[worst]:.3g} m, at {place(centres[worst])} m; mesh both alike (in gmsh: "
            "Periodic Curve or Periodic Surface)"
        )


def _match_vertices(
    points: Floats, first: Ints, second: Ints, translation: Floats
) -> tuple[Ints, Floats]:
    """Return the vertex of the second face nearest to each of the first, and the largest gap."""
    n, width = first.shape
    distance = np.linalg.norm(
        points[second][:, None] - points[first][:, :, None] - translation, axis=3
    )
    there = (first >= 0)[:, :, None] & (second >= 0)[:, None]
    distance[~there] = np.inf
    vertex = distance.argmin(axis=2)
    own = np.broadcast_to(np.arange(width), (n, width))
    gap = np.where(first >= 0, distance.min(axis=2), 0.0).max(axis=1)
    # A triangle on a quadrilateral leaves one vertex out.
    gap[((first >= 0).sum(axis=1)) != ((second >= 0).sum(axis=1))] = np.inf
    result: Ints = np.where(first >= 0, vertex, own).astype(np.int32)
    return result, gap
