"""Mesh files with the names of regions and boundaries in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bte.errors import MeshError
from bte.mesh.faces import face_vertices
from bte.mesh.kinds import MESHIO_OF, NAMES, Ints
from bte.mesh.quality import unit_length

if TYPE_CHECKING:
    from bte.mesh.data import MeshData


def write_gmsh(mesh: MeshData, path: str | Path, unit: str) -> None:
    """Write a mesh as a binary gmsh file, format 2.2; see `Mesh.write`.

    Raises
    ------
    MeshError
        Where the extension is not ``.msh``.
    """
    import meshio

    path, scale = Path(path), unit_length(unit)
    if path.suffix != ".msh":
        raise MeshError(f"meshes are written as gmsh files, extension '.msh', found '{path}'")
    points = np.zeros((mesh.n_point, 3))
    points[:, : mesh.dim] = mesh.points / scale
    n_region = len(mesh.region_names)
    names: dict[str, Any] = {
        name: np.array([1 + i, mesh.dim]) for i, name in enumerate(mesh.region_names)
    }
    for i, name in enumerate(mesh.boundary_names):
        if name in names:
            raise MeshError(f"'{name}' is a region and a boundary; a gmsh file needs two names")
        names[name] = np.array([1 + n_region + i, mesh.dim - 1])
    blocks = [(MESHIO_OF[kind.name], kind.cells) for kind in mesh.kinds]
    tags = [mesh.cell_region[kind.ids] + 1 for kind in mesh.kinds]
    for block, boundary in outer_faces(mesh):
        blocks.append(block)
        tags.append(boundary + 1 + n_region)
    meshio.write(
        path,
        meshio.Mesh(
            points,
            blocks,
            cell_data={"gmsh:physical": tags, "gmsh:geometrical": tags},
            field_data=names,
        ),
        file_format="gmsh22",
    )


def outer_faces(mesh: MeshData) -> list[tuple[tuple[str, Ints], Ints]]:
    """Return the outer faces kind by kind: meshio's name, vertices (n, k), and boundaries (n,)."""
    outer = mesh.faces.outer
    vertices = face_vertices(mesh.faces, mesh.connectivity)[outer]
    count = (vertices >= 0).sum(axis=1)
    found = []
    for n in np.unique(count):
        name = MESHIO_OF[NAMES[mesh.dim - 1, int(n)]] if mesh.dim > 1 else "vertex"
        rows = count == n
        found.append(((name, vertices[rows, :n]), mesh.faces.boundary[outer[rows]]))
    return found
