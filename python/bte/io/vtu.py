"""ParaView files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import meshio
import numpy as np

from bte.io.atomic import replacing
from bte.solution.records import Array

if TYPE_CHECKING:
    from bte.solution import Solution

_VTK_CELLS = {2: "line", 3: "triangle", 4: "tetra"}


def save_vtu(solution: Solution, path: str | Path) -> None:
    """Write fields for ParaView; every cell has vertices of its own, so jumps show.

    Point data: ``temperature``, ``pseudo_temperature`` [K], ``heat_flux`` [W/m2], ``source``
    [W/m3], and under imposed gradients ``flux_along_y``, ``flux_along_z`` [W/m2]. Cell data:
    ``region`` (the index into ``mesh.region_names``), ``cell_temperature``, ``cell_heat_flux``.
    """
    mesh = solution.mesh
    corners = mesh.n_node // mesh.n_cell
    cells = np.arange(mesh.n_node).reshape(mesh.n_cell, corners)
    data = meshio.Mesh(
        _three(mesh.node_points),
        [(_VTK_CELLS[corners], cells)],
        point_data={
            "temperature": solution.temperature,
            "pseudo_temperature": solution.pseudo_temperature,
            "heat_flux": _three(solution.heat_flux),
            "source": solution.source,
            **{f"flux_along_{axis}": flux for axis, flux in solution.flux_along.items()},
        },
        cell_data={
            "region": [np.asarray(mesh.cell_region)],
            "cell_temperature": [solution.cell_temperature],
            "cell_heat_flux": [_three(solution.cell_heat_flux)],
        },
    )
    with replacing(path) as temporary:
        meshio.write(temporary, data, file_format="vtu")


def _three(vectors: Array) -> Array:
    """Return vectors with zeros for the dimensions that the mesh does not have."""
    return np.pad(np.asarray(vectors), ((0, 0), (0, 3 - vectors.shape[1])))
