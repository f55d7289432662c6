"""The budget of thermal resistance: what each region, interface and wall adds to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.errors import BteError
from bte.solution.records import Array
from bte.solution.text import RESISTANCE_UNITS, aligned

if TYPE_CHECKING:
    from bte.mesh import Mesh
    from bte.solution.solution import Solution

WALLS, REMAINDER = "wall slip", "remainder (mesh)"
_ADIABATIC = ("Diffuse", "Specular", "Rough")


@dataclass(frozen=True)
class ResistanceBudget:
    """Thermal resistances that add up to the whole [K/W; K m/W in 2D; K m2/W in 1D].

    Attributes
    ----------
    total : float
        (Σ_b P_b T_b + ∫Q T)/P²: the mean rise of where heat enters over where it leaves, over P.
    power : float
        P, the heat that passes through the device: what enters through walls and sources.
    regions : dict of str to float
        −∫q·∇T/P² of each region.
    interfaces : dict of (str, str) to float
        ∫q_n (T_first − T_second)/P² of each interface.
    walls : float
        ∫q_in (T_wall − T)/P²: slip at the walls through which heat enters or leaves.
    remainder : float
        What is left: the error of the discrete fields.
    unit : str
        Unit of all of them, for the text.
    """

    total: float
    power: float
    regions: dict[str, float]
    interfaces: dict[tuple[str, str], float]
    walls: float
    remainder: float
    unit: str = "K/W"

    def bodies(self) -> dict[str, float]:
        """Return regions and interfaces by name."""
        contacts = {f"{a} | {b}": value for (a, b), value in self.interfaces.items()}
        return {**self.regions, **contacts}

    def parts(self) -> dict[str, float]:
        """Return all parts by name: regions, interfaces, walls, remainder; they sum to total."""
        return {**self.bodies(), WALLS: self.walls, REMAINDER: self.remainder}

    def __str__(self) -> str:
        """Return the parts and their shares as a table."""
        rows = [["part", self.unit, "share"]]
        for name, value in {**self.parts(), "total": self.total}.items():
            share = f"{100 * value / self.total:.2f} %" if self.total else "–"
            rows.append([name, f"{value:.4g}", share])
        return "\n".join(aligned(rows))


def resistance_budget(solution: Solution) -> ResistanceBudget:
    """Split the resistance by where heat flux and temperature gradient are conjugate.

    In a steady state ∇·q = Q, so ∫T∇·q by parts gives, with no approximation,

        Σ_b P_b T_b + ∫Q T = −Σ_regions ∫q·∇T + Σ_interfaces ∫q_n [T] + Σ_walls ∫q_in (T_b − T)

    Divided by the square of the power P that passes, each term is a resistance; in a slab between
    two walls they are those of layers in series.

    Raises
    ------
    BteError
        When no heat flows.
    """
    mesh = solution.mesh
    power = solution.ledger.power_in + _heat(mesh, np.maximum(solution.source, 0.0))
    if power <= 0.0:
        raise BteError("no heat flows in this solution, so it has no thermal resistances")
    # Only differences matter: a base temperature keeps rounding out of small rises.
    base = solution.reference_temperature
    rise = solution.temperature - base
    total = _conjugate_power(solution, base)
    dissipated = _cell_dissipation(mesh, rise, solution.heat_flux)
    by_face = _face_dissipation(mesh, rise, solution.heat_flux)
    contacts = {}
    for pair in solution.interfaces:
        ids = np.asarray(mesh.interfaces[pair if pair in mesh.interfaces else pair[::-1]])
        contacts[pair] = float(by_face[ids].sum())
        by_face[ids] = 0.0
    regions = _by_region(mesh, dissipated, by_face)
    walls = _wall_slip(solution, base)
    remainder = total - sum(regions.values()) - sum(contacts.values()) - walls
    square = power**2
    return ResistanceBudget(
        total / square,
        power,
        {name: value / square for name, value in regions.items()},
        {pair: value / square for pair, value in contacts.items()},
        walls / square,
        remainder / square,
        RESISTANCE_UNITS[mesh.dim],
    )


def _conjugate_power(solution: Solution, base: float) -> float:
    """Return Σ_b P_b (T_b − base) + ∫Q (T − base) [W K]."""
    # Mirrors have no temperature, and no power; what passes periodic boundaries falls by their
    # difference, counted half at either.
    walls = sum(
        b.power * (b.temperature - base)
        for b in solution.boundaries.values()
        if np.isfinite(b.temperature) and not b.partner
    )
    walls += sum(0.5 * b.power * b.temperature_difference for b in solution.boundaries.values())
    return float(walls) + _heat(solution.mesh, solution.source, solution.temperature - base)


def _heat(mesh: Mesh, density: Array, rise: Array | None = None) -> float:
    """Return ∫Q, or ∫Q T with a rise T, of nodal fields [W; W K]."""
    if rise is None:
        return float(mesh.node_volumes @ density)
    return float(density @ mesh.mass_product(rise))


def _wall_slip(solution: Solution, base: float) -> float:
    """Return Σ_walls ∫q_in (T_b − T) over the walls that give or take heat [W K]."""
    mesh, slip = solution.mesh, 0.0
    for name, wall in solution.boundaries.items():
        if wall.kind in _ADIABATIC or wall.partner or not np.isfinite(wall.temperature):
            continue
        ids = np.asarray(mesh.boundary_faces(name))
        nodes = np.asarray(mesh.faces.nodes)[ids, 0]
        flux = solution.heat_flux[nodes]
        inward = -np.einsum("fid,fd->fi", flux, np.asarray(mesh.faces.normal)[ids])
        drop = (wall.temperature - base) - (solution.temperature[nodes] - base)
        slip += float(_face_products(mesh, ids, inward, drop).sum())
    return slip


def _cell_dissipation(mesh: Mesh, temperature: Array, flux: Array) -> Array:
    """Return −∫q·∇T of each cell, (n_cell,) [W K]."""
    work = _core.gradient_product(
        mesh.points,
        mesh.connectivity,
        mesh.dg_offsets,
        np.ascontiguousarray(temperature),
        np.ascontiguousarray(flux),
    )
    return np.asarray(-work)


def _face_dissipation(mesh: Mesh, temperature: Array, flux: Array) -> Array:
    """Return ∫{q·n}[T] of each interior face, 0 on boundaries, (n_face,) [W K]."""
    faces = mesh.faces
    interior = np.flatnonzero(np.asarray(faces.cells)[:, 1] >= 0)
    inner = np.asarray(faces.nodes)[interior]
    jump = temperature[inner[:, 0]] - temperature[inner[:, 1]]
    mean = 0.5 * (flux[inner[:, 0]] + flux[inner[:, 1]])
    normal = np.einsum("fid,fd->fi", mean, np.asarray(faces.normal)[interior])
    result = np.zeros(faces.n_face)
    result[interior] = _face_products(mesh, interior, normal, jump)
    return result


def _face_products(mesh: Mesh, faces: NDArray[Any], a: Array, b: Array) -> Array:
    """Return ∫ab over faces of functions with these values at their vertices, (n_face,).

    Beyond the vertices of a face the mass is 0, and the values there do not count.
    """
    return np.asarray(np.einsum("fi,fij,fj->f", a, np.asarray(mesh.faces.mass)[faces], b))


def _by_region(mesh: Mesh, dissipated: Array, by_face: Array) -> dict[str, float]:
    """Sum cells, and faces half to the cell on each side."""
    count = len(mesh.region_names)
    region = np.asarray(mesh.cell_region)
    sums = np.bincount(region, weights=dissipated, minlength=count)
    cells = np.asarray(mesh.faces.cells)
    inner = np.flatnonzero(cells[:, 1] >= 0)
    for side in (0, 1):
        owner = region[cells[inner, side]]
        sums += np.bincount(owner, weights=0.5 * by_face[inner], minlength=count)
    return {name: float(sums[i]) for i, name in enumerate(mesh.region_names)}
