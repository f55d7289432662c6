"""Few lanes for heat along a direction that the mesh lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bte.packing import Packed
from bte.packing.crystals import crystal_table, has_crystals
from bte.quadrature import Quadrature
from bte.solvers.compression.classes import body_size
from bte.solvers.compression.crystal import crystal_points
from bte.solvers.compression.layout import Share, by_ordinate, lay_out, make_entry
from bte.solvers.compression.points import Points, points_of
from bte.solvers.lanes import Lanes


def compress_along(fine: Packed, quadrature: Quadrature, n: int, axis: int) -> Lanes:
    """Return lanes for heat along a direction that the mesh lacks.

    There a lane answers -1 far from all walls, and its energy moment is what it conducts,
    ``C v Lambda <Omega_y^2>``: the measure of the rule is such that this is the flux times the
    path. As a body takes it all the same as across, it keeps the bulk and, of long paths, what
    walls let pass.
    """
    size = body_size(fine)
    regions: list[list[Share]] = []
    for region in range(len(fine.heat_capacity)):
        table = crystal_table(fine, region)
        if table is None:
            points = _carried(points_of(fine, quadrature, region))
            entries = [make_entry(points, n, size)]
            regions.append([Share(np.arange(quadrature.n_ordinate), entries)])
        else:
            every = crystal_points(fine, quadrature, region, table, axis)
            carried = {id(points): _carried(points) for points in every}
            each = [carried[id(points)] for points in every]
            regions.append(by_ordinate(each, np.zeros(fine.n_band, dtype=np.int64), n, size))
    told = quadrature.n_ordinate if has_crystals(fine) else 1
    lanes = lay_out(regions, told, merged=True)
    return replace(
        lanes,
        band=np.zeros_like(lanes.band),
        energy=lanes.scattering / lanes.inverse_mfp**2,
        source=np.where(lanes.alive, -1.0, 0.0),
    )


def _carried(points: Points) -> Points:
    """Return points whose flux times path is what they conduct along the missing direction."""
    return points._replace(flux=np.maximum(points.carried, 1e-300))
