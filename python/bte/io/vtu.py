"""ParaView files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import meshio
import numpy as np

from bte.io.atomic import replacing
from bte.mesh.kinds import MESHIO_OF
from bte.solution.records import Array

if TYPE_CHECKING:
    from bte.solution import Solution


def save_vtu(solution: Solution, path: str | Path) -> None:
    """Write fields for ParaView; every cell has vertices of its own, so jumps show.

    Point data: ``temperature``, ``pseudo_temperature`` [K], ``heat_flux`` [W/m2], ``source``
    [W/m3], and under imposed gradients ``flux_along_y``, ``flux_along_z`` [W/m2]. Cell data:
    ``region`` (the index into ``mesh.region_names``), ``cell_temperature``, ``cell_heat_flux``.
    The cells of a mixed mesh come kind by kind, fewest vertices first.
    """
    mesh = solution.mesh
    kinds = mesh.kinds
    data = meshio.Mesh(
        _three(mesh.node_points),
        [
            (MESHIO_OF[k.name], mesh.dg_offsets[k.ids][:, None] + np.arange(k.cells.shape[1]))
            for k in kinds
        ],
        point_data={
            "temperature": solution.temperature,
            "pseudo_temperature": solution.pseudo_temperature,
            "heat_flux": _three(solution.heat_flux),
            "source": solution.source,
            **{f"flux_along_{axis}": flux for axis, flux in solution.flux_along.items()},
        },
        cell_data={
            "region": [mesh.cell_region[k.ids] for k in kinds],
            "cell_temperature": [solution.cell_temperature[k.ids] for k in kinds],
            "cell_heat_flux": [_three(solution.cell_heat_flux[k.ids]) for k in kinds],
        },
    )
    with replacing(path) as temporary:
        meshio.write(temporary, data, file_format="vtu")


def _three(vectors: Array) -> Array:
    """Return vectors with zeros for the dimensions that the mesh does not have."""
    return np.pad(np.asarray(vectors), ((0, 0), (0, 3 - vectors.shape[1])))
