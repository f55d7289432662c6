"""The mesh: points, cells with a region each, faces with a boundary each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte import _core
from bte.errors import MeshError, unknown_name
from bte.mesh.build import Parts, build_fields
from bte.mesh.faces import FaceTable
from bte.mesh.naming import Boundaries, Regions
from bte.mesh.structured import block_parts, line_parts

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False, repr=False)
class Mesh:
    """A conforming mesh in 1D, 2D or 3D with named regions and boundaries.

    Made by `from_arrays`, `line`, `rectangle`, `box`, `read` or `from_cad`. A *node* is a vertex
    of a cell: cell c has the nodes ``dg_offsets[c]:dg_offsets[c + 1]``.

    Attributes
    ----------
    points : (n_point, dim) float64
        Vertex coordinates [m].
    connectivity : (n_node,) int32
        The vertex at each node, cell after cell.
    dg_offsets : (n_cell + 1,) int64
        Where each cell's nodes start.
    cell_region : (n_cell,) int32
        Index into ``region_names``.
    region_names, boundary_names : tuple of str
        Names, in the order in which they were given.
    faces : FaceTable
        Faces with their cells, nodes, normals, areas and boundaries.
    """

    points: Floats
    connectivity: Ints
    dg_offsets: NDArray[np.int64]
    cell_region: Ints
    region_names: tuple[str, ...]
    boundary_names: tuple[str, ...]
    faces: FaceTable

    @classmethod
    def from_arrays(
        cls,
        points: ArrayLike,
        cells: ArrayLike,
        regions: Regions = None,
        boundaries: Boundaries = None,
        unit: str = "m",
    ) -> Mesh:
        """Make a mesh from arrays.

        Parameters
        ----------
        points : (n_point, dim) array
            Vertex coordinates in ``unit``; points that no cell uses are dropped.
        cells : (n_cell, dim + 1) int array
            Vertices of each simplex, with positive volume.
        regions : None, str, names per cell, {name: cell ids} or callable
            None is one region ``"domain"``; a callable gets the centres (n_cell, dim) [m] and
            returns names.
        boundaries : None, {name: (n, dim) vertex ids} or callable
            None is one boundary ``"boundary"``; a callable gets the centres of the outer faces
            [m] and returns names.
        unit : str
            Length unit of ``points``.

        Raises
        ------
        MeshError
            Where anything is wrong with the arrays; the sentence says what.
        """
        return cls(*build_fields(Parts(points, cells, regions, boundaries), unit))

    @classmethod
    def line(
        cls,
        points: Sequence[float],
        cells: int | Sequence[int],
        regions: Sequence[str] | None = None,
        boundaries: tuple[str, str] = ("left", "right"),
        grading: float | Sequence[float] = 1.0,
    ) -> Mesh:
        """Make a line of one or several segments.

        Parameters
        ----------
        points : sequence of float
            Ends of the segments, increasing [m].
        cells : int or sequence of int
            Number of cells of each segment.
        regions : sequence of str
            Region of each segment, default ``"domain"``.
        boundaries : (str, str)
            Names of the two ends.
        grading : float or sequence of float
            Ratio by which cells grow from both ends of a segment to its middle; 1 is uniform.
        """
        return cls(*build_fields(line_parts(points, cells, regions, boundaries, grading)))

    @classmethod
    def rectangle(
        cls,
        size: Sequence[float],
        cells: Sequence[int],
        regions: Regions = None,
        element: str = "triangle",
        grading: float | Sequence[float] = 1.0,
    ) -> Mesh:
        """Make the rectangle (0, Lx) x (0, Ly) of triangles, two to a block.

        Diagonals alternate; for even numbers of blocks the mesh is symmetric about its middle.
        The boundaries are left, right (ends of x), bottom, top (ends of y).

        Parameters
        ----------
        size : (float, float)
            Side lengths [m].
        cells : (int, int)
            Number of blocks along each axis.
        regions : None, str, names per cell or callable
            As in `from_arrays`.
        element : str
            ``"triangle"``.
        grading : float or (float, float)
            Ratio by which blocks grow from both ends of an axis to its middle; 1 is uniform.
        """
        _check_axes(size, 2)
        return cls(*build_fields(block_parts(size, cells, regions, element, grading)))

    @classmethod
    def box(
        cls,
        size: Sequence[float],
        cells: Sequence[int],
        regions: Regions = None,
        element: str = "tetra",
        grading: float | Sequence[float] = 1.0,
    ) -> Mesh:
        """Make the box (0, Lx) x (0, Ly) x (0, Lz) of tetrahedra, six to a block.

        Neighbouring blocks are mirror images; for even numbers of blocks the mesh is symmetric
        about its middle. The boundaries are left, right (ends of x), front, back (ends of y),
        bottom, top (ends of z).

        Parameters
        ----------
        size : (float, float, float)
            Side lengths [m].
        cells : (int, int, int)
            Number of blocks along each axis.
        regions : None, str, names per cell or callable
            As in `from_arrays`.
        element : str
            ``"tetra"``.
        grading : float or (float, float, float)
            Ratio by which blocks grow from both ends of an axis to its middle; 1 is uniform.
        """
        _check_axes(size, 3)
        return cls(*build_fields(block_parts(size, cells, regions, element, grading)))

    @property
    def dim(self) -> int:
        """Dimension of space, 1, 2 or 3."""
        return int(self.points.shape[1])

    @property
    def n_cell(self) -> int:
        """Number of cells."""
        return len(self.cell_region)

    @property
    def n_point(self) -> int:
        """Number of vertices."""
        return len(self.points)

    @property
    def n_node(self) -> int:
        """Number of nodes: vertices counted once for each cell they belong to."""
        return len(self.connectivity)

    @property
    def element_name(self) -> str:
        """Name of the cells' kind: line, triangle or tetrahedron."""
        name: str = _core.element_name(self.dim, self.n_node // self.n_cell)
        return name

    @property
    def cells(self) -> Ints:
        """Vertices of each cell, (n_cell, dim + 1)."""
        return self.connectivity.reshape(self.n_cell, self.dim + 1)

    @property
    def node_points(self) -> Floats:
        """Coordinates of each node, (n_node, dim) [m]."""
        coordinates: Floats = self.points[self.connectivity]
        return coordinates

    @property
    def bounding_box(self) -> tuple[Floats, Floats]:
        """Lowest and highest coordinates, (dim,) each [m]."""
        return self.points.min(axis=0), self.points.max(axis=0)

    @cached_property
    def volumes(self) -> Floats:
        """Volume of each cell, (n_cell,) [m3; m2 in 2D; m in 1D]."""
        volumes: Floats = _core.signed_volumes(self.points, self.connectivity, self.dg_offsets)
        return volumes

    @cached_property
    def centres(self) -> Floats:
        """Centre of each cell, (n_cell, dim) [m]."""
        centres: Floats = self.points[self.cells].mean(axis=1)
        return centres

    @cached_property
    def interfaces(self) -> dict[tuple[str, str], Ints]:
        """Faces between each pair of regions that touch, named in the order of the regions."""
        inner = self.faces.interior
        pair = self.cell_region[self.faces.cells[inner]]
        across = pair[:, 0] != pair[:, 1]
        inner, pair = inner[across], pair[across]
        return {
            (self.region_names[a], self.region_names[b]): inner[(pair == (a, b)).all(axis=1)]
            for a, b in np.unique(pair, axis=0)
        }

    def boundary_faces(self, name: str) -> Ints:
        """Return the ids of the faces of a boundary.

        Raises
        ------
        MeshError
            Where the mesh has no such boundary.
        """
        if name not in self.boundary_names:
            raise MeshError(unknown_name("boundary", name, self.boundary_names, "the mesh"))
        index = self.boundary_names.index(name)
        return np.flatnonzero(self.faces.boundary == index).astype(np.int32)

    def region_cells(self, name: str) -> Ints:
        """Return the ids of the cells of a region.

        Raises
        ------
        MeshError
            Where the mesh has no such region.
        """
        if name not in self.region_names:
            raise MeshError(unknown_name("region", name, self.region_names, "the mesh"))
        index = self.region_names.index(name)
        return np.flatnonzero(self.cell_region == index).astype(np.int32)

    def __repr__(self) -> str:
        """Return one line with the counts."""
        return (
            f"Mesh({self.dim}D, {self.n_cell} cells, {self.n_point} points, "
            f"{len(self.region_names)} regions, {len(self.boundary_names)} boundaries)"
        )


def _check_axes(size: Sequence[float], dim: int) -> None:
    if np.shape(size) != (dim,):
        raise MeshError(f"size must be {dim} side lengths [m], found {size!r}")
