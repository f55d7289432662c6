"""What lies behind a plane interface: the cells of a layer, by their distance from it.

Continued to the interface, the profile of a layer gives the temperature there that molecular
dynamics and thermoreflectance speak of. Beside an interface lies a Knudsen layer, in which phonons
that have not been scattered since make the profile steeper; it decays over a few paths. So the
profile is read from ``5 Lambda`` behind the interface to as far before the other end of the layer,
``Lambda = 3 kappa / sum C v``, or in thin layers in their middle third.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from bte.errors import BteError
from bte.solution.records import Array

if TYPE_CHECKING:
    from bte.mesh import Mesh

Ints = NDArray[np.int64]

KNUDSEN = 5.0  # widths of the Knudsen layer that are left out, in effective paths
THIN = 1.0 / 3.0  # of a thinner layer this fraction at either end
_FLAT = 1e-6  # largest deviation of a plane: of its unit normals, of its levels by its size
_NEAR = 6  # faces of the interface that are tried for a cell to lie behind


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane of an interface.

    Attributes
    ----------
    normal : (dim,)
        Unit normal from the first region to the second.
    centre : (dim,)
        Mean of the centres of its faces, by area [m].
    centres : (n_face, dim)
        Centres of its faces [m].
    radius : (n_face,)
        Largest distance of a vertex from the centre of its face [m].
    """

    normal: Array
    centre: Array
    centres: Array
    radius: Array


@dataclass(frozen=True, eq=False)
class Layer:
    """The cells of a region that lie behind an interface, without a gap.

    Attributes
    ----------
    cells : (n,)
        Their numbers.
    centre : (n,)
        Distances of their centres from the interface [m].
    nodes : (m,)
        Their nodes, cell by cell.
    distance : (m,)
        Distances of the nodes [m].
    owner : (m,)
        Row of ``cells`` of each node.
    depth : float
        Distance of the farthest node [m].
    """

    cells: Ints
    centre: Array
    nodes: Ints
    distance: Array
    owner: Ints
    depth: float

    def within(self, window: tuple[float, float]) -> NDArray[np.bool_]:
        """Return which nodes belong to cells centred in a window, or to the cell nearest to it."""
        inside = (self.centre >= window[0]) & (self.centre <= window[1])
        if not inside.any():
            away = np.abs(self.centre - 0.5 * (window[0] + window[1]))
            inside = away <= away.min() * (1 + 1e-9)
        return np.asarray(inside[self.owner])


def fit_window(depth: float, mean_free_path: float) -> tuple[float, float]:
    """Return from which to which distance a profile is read, in a layer of that depth [m]."""
    margin = min(KNUDSEN * np.nan_to_num(mean_free_path), THIN * depth)
    return float(margin), float(depth - margin)


def plane_of(mesh: Mesh, first: str, second: str) -> Plane:
    """Return the plane of the contact of two regions.

    Raises
    ------
    BteError
        When the contact is curved, or lies in several planes.
    """
    known = (first, second) in mesh.interfaces
    ids = np.asarray(mesh.interfaces[(first, second) if known else (second, first)])
    area = np.asarray(mesh.faces.area)[ids]
    normals = np.asarray(mesh.faces.normal)[ids] * (1.0 if known else -1.0)
    mean = area @ normals
    normal = mean / max(float(np.linalg.norm(mean)), 1e-300)
    nodes = np.asarray(mesh.faces.nodes)[ids, 0]
    corners = mesh.node_points[np.where(nodes < 0, nodes[:, :1], nodes)]
    filled = (nodes >= 0)[:, :, None]
    centres = (corners * filled).sum(axis=1) / filled.sum(axis=1)
    levels = corners @ normal
    size = float(np.linalg.norm(np.ptp(mesh.points, axis=0)))
    if np.abs(normals - normal).max() > _FLAT or np.ptp(levels) > _FLAT * size:
        raise BteError(
            f"interface '{first}' / '{second}' does not lie in one plane, so its sides have no "
            "profile along a normal; use kind='energy' or 'emitted', or measure along a line"
        )
    radius = np.linalg.norm(corners - centres[:, None], axis=2).max(axis=1)
    return Plane(normal, area @ centres / area.sum(), centres, radius)


def layer_behind(mesh: Mesh, plane: Plane, region: str, side: float) -> Layer:
    """Return the cells of a region behind an interface.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    plane : Plane
        The plane of the interface.
    region : str
        The region.
    side : float
        −1 for the first region of the interface, 1 for the second.
    """
    index = mesh.region_names.index(region)
    cells = np.flatnonzero(np.asarray(mesh.cell_region) == index)
    offset = np.asarray(mesh.centres)[cells] - plane.centre
    centre = side * (offset @ plane.normal)
    kept = (centre > 0.0) & _in_shadow(
        plane, plane.centre + offset - np.outer(side * centre, plane.normal)
    )
    cells, centre = cells[kept], centre[kept]
    starts, counts = np.asarray(mesh.dg_offsets)[cells], np.diff(mesh.dg_offsets)[cells]
    owner = np.repeat(np.arange(len(cells)), counts)
    nodes = starts[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    distance = side * ((mesh.node_points[nodes] - plane.centre) @ plane.normal)
    near = _without_gap(distance, owner, len(cells))
    cell_of = np.cumsum(near) - 1
    mine = near[owner]
    depth = float(distance[mine].max())
    return Layer(
        cells[near], centre[near], nodes[mine], distance[mine], cell_of[owner[mine]], depth
    )


def _in_shadow(plane: Plane, points: Array) -> NDArray[np.bool_]:
    """Return which points of the plane lie on the interface, to within a face at its rim."""
    if points.shape[1] == 1:
        return np.ones(len(points), dtype=bool)
    k = min(_NEAR, len(plane.centres))
    away, face = (a.reshape(len(points), k) for a in cKDTree(plane.centres).query(points, k=k))
    return np.asarray((away <= plane.radius[face] * (1 + 1e-9)).any(axis=1))


def _without_gap(distance: Array, owner: Ints, count: int) -> NDArray[np.bool_]:
    """Return which cells are reached from the interface without leaving the region."""
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, owner, distance)
    np.maximum.at(high, owner, distance)
    order = np.argsort(low)
    reached = np.maximum.accumulate(np.concatenate([[0.0], high[order][:-1]]))
    open_ = low[order] <= reached + 1e-6 * float(distance.max(initial=0.0))
    near = np.zeros(count, dtype=bool)
    near[order] = np.logical_and.accumulate(open_)
    return near
