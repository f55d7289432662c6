"""Numbers derived from the nodal fields and the boundary results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from bte.errors import BteError, quoted
from bte.mesh.periodic import match_periodic
from bte.solution.records import Array, BoundaryResult, RegionResult

if TYPE_CHECKING:
    from bte.mesh import Mesh
    from bte.solution.solution import Solution

_HEAT_MISMATCH = 0.01  # largest difference of the two powers in a resistance
_PARALLEL = 1e-6  # largest |n_a + n_b| of walls that face each other
_FLAT = 1e-6  # largest roughness of a wall, in units of the distance


def cell_means(mesh: Mesh, nodal: Array) -> Array:
    """Return the volume mean in each cell of a nodal field (simplices: the vertices' mean)."""
    offsets = np.asarray(mesh.dg_offsets)
    shares = mesh.node_volumes / np.repeat(mesh.volumes, np.diff(offsets))
    weighted = nodal * shares.reshape((-1,) + (1,) * (nodal.ndim - 1))
    return np.asarray(np.add.reduceat(weighted, offsets[:-1], axis=0))


def node_region(mesh: Mesh) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return the region index of each node, (n_node,)."""
    return np.repeat(np.asarray(mesh.cell_region), np.diff(mesh.dg_offsets))


def region_result(mesh: Mesh, temperature: Array, power: float, name: str) -> RegionResult:
    """Return extremes over nodes and the volume mean over cells of one region."""
    index = mesh.region_names.index(name)
    nodal = temperature[node_region(mesh) == index]
    cells = np.asarray(mesh.cell_region) == index
    volumes = np.asarray(mesh.volumes)[cells]
    mean = float(cell_means(mesh, temperature)[cells] @ volumes / volumes.sum())
    return RegionResult(float(nodal.min()), mean, float(nodal.max()), float(volumes.sum()), power)


def imposed_temperatures(boundaries: Mapping[str, BoundaryResult]) -> dict[str, float]:
    """Return the temperatures of isothermal boundaries and of reservoirs behind contacts [K]."""
    imposed = ("Isothermal", "Contact")
    return {name: b.temperature for name, b in boundaries.items() if b.kind in imposed}


def region_as_wall(region: RegionResult) -> BoundaryResult:
    """Return a region as the end of a resistance: its mean temperature, its source as power."""
    return BoundaryResult("region", region.volume, region.power, np.zeros(0), region.mean)


def thermal_resistance(
    hot: BoundaryResult, cold: BoundaryResult, hot_name: str, cold_name: str
) -> float:
    """Return (T_hot − T_cold)/power between two ends that carry the same heat.

    Raises
    ------
    BteError
        When a wall has no temperature, no heat flows, or the two powers differ by over 1 %.
    """
    for wall, name in ((hot, hot_name), (cold, cold_name)):
        if not np.isfinite(wall.temperature):
            raise BteError(
                f"boundary '{name}' ({wall.kind}) has no temperature, so it has no thermal "
                "resistance; use a boundary that emits"
            )
    through = 0.5 * (hot.power - cold.power)
    scale = max(abs(hot.power), abs(cold.power))
    if scale == 0.0:
        raise BteError(f"no heat flows between '{hot_name}' and '{cold_name}': no resistance")
    if abs(hot.power + cold.power) > _HEAT_MISMATCH * scale:
        raise BteError(
            f"'{hot_name}' gives {hot.power:.6g} and '{cold_name}' takes {-cold.power:.6g}: they "
            "differ by more than 1 %, so heat comes or goes elsewhere and one resistance does not "
            "describe it; see resistances() for the budget of its parts"
        )
    return (hot.temperature - cold.temperature) / through


def effective_conductivity(solution: Solution) -> float:
    """Return the conductivity for the one thing that drives heat [W/m/K].

    q L/ΔT between exactly two flat, parallel isothermal walls, or between periodic boundaries with
    a temperature difference; −⟨q⟩/g, the mean over the mesh, for a gradient along a direction that
    the mesh lacks.

    Raises
    ------
    BteError
        When there is more than one drive, or none; when walls are not two, not parallel, at one
        temperature, or there are sources.
    """
    along = {f"gradient along {axis}": axis for axis, g in solution.gradient.items() if g != 0.0}
    pairs = {
        f"difference between '{name}' and '{result.partner}'": name
        for name, result in solution.boundaries.items()
        if result.temperature_difference > 0.0
    }
    walls = list(imposed_temperatures(solution.boundaries))
    differ = len({solution.boundaries[name].temperature for name in walls}) > 1
    drives = [*along, *pairs, *([f"walls {quoted(walls)}"] if differ else [])]
    if len(drives) > 1:
        raise BteError(
            f"effective_conductivity needs one imposed gradient, found {len(drives)}: "
            f"{', '.join(drives)}"
        )
    if along:
        axis = next(iter(along.values()))
        return -mean_along(solution, axis) / solution.gradient[axis]
    if pairs:
        return _conductivity_of_a_period(solution, next(iter(pairs.values())))
    return _conductivity_between(solution.mesh, solution.boundaries, walls)


def _conductivity_of_a_period(solution: Solution, name: str) -> float:
    """Return P L/(A ΔT) between periodic boundaries; A is that of the whole cell."""
    mesh, wall = solution.mesh, solution.boundaries[name]
    way = match_periodic(mesh, name, wall.partner).translation
    length = float(np.linalg.norm(way))
    extent = np.ptp(np.asarray(mesh.points), axis=0)
    across = np.abs(way) < _PARALLEL * length
    area = wall.area
    if across.sum() == mesh.dim - 1:  # along an axis: pores may cut the boundary
        area = float(extent[across].prod())
    return wall.power * length / (area * wall.temperature_difference)


def _conductivity_between(
    mesh: Mesh, boundaries: Mapping[str, BoundaryResult], walls: list[str]
) -> float:
    if len(walls) != 2:
        raise BteError(
            f"effective_conductivity needs exactly two isothermal boundaries, found "
            f"{len(walls)}: {quoted(walls)}"
        )
    first, second = (boundaries[name] for name in walls)
    distance = _distance(mesh, walls[0], walls[1])
    if first.temperature == second.temperature:
        raise BteError(
            f"boundaries {quoted(walls)} have the same temperature {first.temperature:g} K: "
            "effective_conductivity needs a difference"
        )
    resistance = thermal_resistance(first, second, *walls)
    return distance / (resistance * 0.5 * (first.area + second.area))


def mean_along(solution: Solution, axis: str) -> float:
    """Return the volume mean of the heat flux along a direction that the mesh lacks [W/m2]."""
    weight = np.asarray(solution.mesh.node_volumes)
    return float(weight @ solution.flux_along[axis] / weight.sum())


def _distance(mesh: Mesh, first: str, second: str) -> float:
    """Return the distance of two boundaries [m], or say why they are not parallel walls."""
    (normal_a, level_a, rough_a), (normal_b, level_b, rough_b) = (
        _wall_plane(mesh, name) for name in (first, second)
    )
    opposite = float(np.linalg.norm(normal_a + normal_b)) < _PARALLEL
    # Levels are n·x with outward normals, so both levels of opposite walls measure from one origin.
    distance = abs(level_a + level_b)
    if not opposite or max(rough_a, rough_b) > _FLAT * distance:
        raise BteError(
            f"boundaries '{first}' and '{second}' are not flat and parallel, so there is no "
            "effective_conductivity; use thermal_resistance"
        )
    return float(distance)


def _wall_plane(mesh: Mesh, name: str) -> tuple[Array, float, float]:
    """Return mean outward normal, mean level n·x, and the roughness of a boundary."""
    faces = np.asarray(mesh.boundary_faces(name))
    areas = np.asarray(mesh.faces.area)[faces]
    mean = areas @ np.asarray(mesh.faces.normal)[faces]
    normal = mean / max(float(np.linalg.norm(mean)), 1e-300)
    nodes = np.asarray(mesh.faces.nodes)[faces, 0]
    nodes = nodes[nodes >= 0]
    levels = np.asarray(mesh.node_points)[nodes] @ normal
    return normal, float(levels.mean()), float(np.ptp(levels))
