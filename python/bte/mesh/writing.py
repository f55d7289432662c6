"""Mesh files with the names of regions and boundaries in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bte.errors import MeshError
from bte.mesh.faces import face_vertices
from bte.mesh.quality import unit_length
from bte.mesh.reading import SIMPLICES

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
    outer = mesh.faces.outer
    facets = face_vertices(mesh.faces, mesh.connectivity)[outer]
    points = np.zeros((mesh.n_point, 3))
    points[:, : mesh.dim] = mesh.points / scale
    n_region = len(mesh.region_names)
    tags = [mesh.cell_region + 1, mesh.faces.boundary[outer] + 1 + n_region]
    names: dict[str, Any] = {
        name: np.array([1 + i, mesh.dim]) for i, name in enumerate(mesh.region_names)
    }
    for i, name in enumerate(mesh.boundary_names):
        if name in names:
            raise MeshError(f"'{name}' is a region and a boundary; a gmsh file needs two names")
        names[name] = np.array([1 + n_region + i, mesh.dim - 1])
    facet_kind = SIMPLICES.get(mesh.dim - 1, "vertex")
    meshio.write(
        path,
        meshio.Mesh(
            points,
            [(SIMPLICES[mesh.dim], mesh.cells), (facet_kind, facets)],
            cell_data={"gmsh:physical": tags, "gmsh:geometrical": tags},
            field_data=names,
        ),
        file_format="gmsh22",
    )
