"""A problem as arrays: spectrum by region, sides of faces, transmission tables, sources.

A *side* is one side of a face that does not simply lead into the neighbouring cell: a boundary
face has one, an interface face two. Each emits into its own cell and collects what leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bte.conditions.interface import TransmissionTable
from bte.mesh import Mesh
from bte.problem import Definition
from bte.spectrum import Spectrum

Array = NDArray[np.float64]
Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]
T = TypeVar("T", bound=np.generic)


def membership(index: Ints, n: int) -> Array:
    """Return the (len(index), n) matrix that sums values by index."""
    matrix = np.zeros((len(index), n))
    matrix[np.arange(len(index)), index] = 1.0
    return matrix


class Kind(IntEnum):
    """What a side does with what arrives."""

    ISOTHERMAL = 0
    DIFFUSE = 1  # elastic: every band on its own
    MIXING = 2  # thermalising, with a prescribed flux (zero for an adiabatic wall)
    MIRROR = 3
    INTERFACE = 4
    PERIODIC = 5  # leads on at the partner, with an offset of temperature
    CONTACT = 6  # a reservoir behind a transmission or an external conductance
    ROUGH = 7  # partly mirrored, partly diffuse
    RESOLVED = 8  # an interface that tells directions or groups apart


#: Sides that hand every ordinate on by itself, through angular traces.
TRACED = (Kind.MIRROR, Kind.PERIODIC, Kind.ROUGH, Kind.RESOLVED)


@dataclass(frozen=True, eq=False)
class Geometry:
    """Cell tables shared by the sweep and the diffusion operator.

    Attributes
    ----------
    face_vector : (n_cell, n_face, dim)
        Mean outward normal times area of each cell face, zero where a cell has fewer faces.
    matching_vertex : (n_cell, n_face, n_vertex) uint8
        The neighbour's local vertex that coincides with each of ours on that face.
    """

    face_vector: Array
    matching_vertex: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Sides:
    """Sides of boundary and interface faces, boundaries first.

    A face has up to ``n_face_vertex`` vertices, in the order of the cell's own face table; where it
    has fewer the tables repeat its first vertex with no area.

    Attributes
    ----------
    face, cell, local, zone : (n_side,) int32
        Face of the mesh, the cell that looks at it, its local number there, and the cell's region.
    nodes : (n_side, n_face_vertex) int32
        DG nodes of the cell on the face.
    normal : (n_side, dim)
        Unit normal out of the cell.
    area : (n_side,)
    vertex_areas : (n_side, n_face_vertex, dim)
        ``int n phi_i dA``: the outward area vector of each vertex; they sum to normal times area.
    mass : (n_side, n_face_vertex, n_face_vertex)
        ``int phi_i phi_j dA``.
    kind : (n_side,) int32
        A `Kind`.
    boundary, contact : (n_side,) int32
        Index of the boundary name or of the transmission table, -1 where it is the other.
    partner : (n_side,) int32
        The other side of an interface or of a periodic pair, -1 on other boundaries.
    partner_vertex : (n_side, n_face_vertex) int32
        Which of the partner's face vertices coincides with each of the side's own.
    forward : (n_side,) bool
        Whether this is the table's first side.
    temperature, flux : (n_side, n_face_vertex)
        Temperature above T0 of isothermal walls and of reservoirs [K]; prescribed flux of mixing
        sides [W/m2].
    jump : (n_side,)
        Temperature here minus that at the periodic partner [K].
    transmission : (n_side,)
        Of a contact to a reservoir, nan elsewhere.
    conductance : (n_side,)
        Between a thermalising wall and its reservoir [W/m2/K], nan elsewhere.
    """

    face: Ints
    cell: Ints
    local: Ints
    zone: Ints
    nodes: Ints
    normal: Array
    area: Array
    vertex_areas: Array
    mass: Array
    kind: Ints
    boundary: Ints
    contact: Ints
    partner: Ints
    partner_vertex: Ints
    forward: NDArray[np.bool_]
    temperature: Array
    flux: Array
    jump: Array
    transmission: Array
    conductance: Array

    @property
    def weights(self) -> Array:
        """Area of each vertex, (n_side, n_face_vertex); they sum to the side's area."""
        return np.asarray(np.einsum("sid,sd->si", self.vertex_areas, self.normal))

    def mean(self, values: Array) -> Array:
        """Return the mean over each side of values at its vertices, (n_side, ...)."""
        share = self.weights / self.area[:, None]
        return np.asarray(np.einsum("si,si...->s...", share, values))

    @property
    def n(self) -> int:
        """Number of sides."""
        return len(self.face)

    def of(self, *kinds: Kind) -> NDArray[np.int64]:
        """Return the sides of any of the kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


@dataclass(frozen=True, eq=False)
class Sources:
    """Volumetric heat at the nodes.

    Attributes
    ----------
    thermal, selective : (n_node,) [W/m3]
        Heat that all groups share, and heat that only ``fed`` groups take up.
    fed : (n_region, n_group) bool
        Which groups take up the selective heat of a region.
    power : {region: float}
        Total of each region.
    """

    thermal: Array
    selective: Array
    fed: NDArray[np.bool_]
    power: dict[str, float]

    @property
    def density(self) -> Array:
        """All heat, (n_node,) [W/m3]."""
        return self.thermal + self.selective


@dataclass(frozen=True, eq=False)
class Packed:
    """Everything the solvers need to know of a problem, as arrays.

    Attributes
    ----------
    heat_capacity, speed, mean_free_path : (n_region, n_group)
        Of each region's material; a region *is* a zone of the kernel.
    wavenumber : (n_region, n_group)
        Root mean square of k [1/m]; NaN without a dispersion.
    optical : (n_region,)
        Heat capacity without velocity [J/m3/K].
    bulk : (n_region,)
        Bulk thermal conductivity ``sum C v Lambda / 3`` of the bands [W/m/K].
    """

    problem: Definition
    spectrum: Spectrum
    geometry: Geometry
    sides: Sides
    tables: tuple[TransmissionTable, ...]
    sources: Sources
    heat_capacity: Array
    speed: Array
    mean_free_path: Array
    wavenumber: Array
    optical: Array

    @property
    def mesh(self) -> Mesh:
        """The mesh."""
        return self.problem.mesh

    @property
    def n_band(self) -> int:
        """Number of bands."""
        return self.spectrum.n_band

    @property
    def flux_capacity(self) -> Array:
        """``C v`` per group, (n_region, n_group) [W/m2/K]."""
        return self.heat_capacity * self.speed

    @property
    def scattering(self) -> Array:
        """``C / tau`` per group, (n_region, n_group) [W/m3/K]."""
        return self.flux_capacity / self.mean_free_path

    @property
    def bulk(self) -> Array:
        """Bulk conductivity of each region [W/m/K]."""
        return np.asarray((self.flux_capacity * self.mean_free_path).sum(axis=1) / 3.0)

    def by_band(self, group_values: Array) -> Array:
        """Sum (n_region, n_group) values over the branches of each band."""
        return np.asarray(group_values @ membership(self.spectrum.group_band, self.n_band))

    def boundary_power(self, side_power: Array) -> Array:
        """Sum (n_side, n_band) over the sides of each boundary and over bands (n_boundary,)."""
        outer = self.sides.boundary >= 0
        power = np.zeros(len(self.mesh.boundary_names))
        np.add.at(power, self.sides.boundary[outer], side_power[outer].sum(axis=1))
        return power

    @property
    def node_zone(self) -> Ints:
        """Region of each node."""
        return self.at_nodes(self.mesh.cell_region)

    def at_nodes(self, cell_values: NDArray[T]) -> NDArray[T]:
        """Repeat values of cells (n_cell, ...) at their nodes (n_node, ...)."""
        return np.repeat(cell_values, np.diff(self.mesh.dg_offsets), axis=0)
