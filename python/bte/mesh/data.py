"""What a mesh holds, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte import _core
from bte.errors import MeshError, unknown_name
from bte.mesh.faces import FaceTable
from bte.mesh.kinds import Kind, by_kind, cell_centres, face_table
from bte.mesh.quality import place

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

MEASURES = {1: "m", 2: "m2", 3: "m3"}


@dataclass(frozen=True, eq=False, repr=False)
class MeshData:
    """The arrays of a conforming mesh in 1D, 2D or 3D with named regions and boundaries.

    A *node* is a vertex of a cell: cell c has the nodes ``dg_offsets[c]:dg_offsets[c + 1]``.

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

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The cells kind by kind, fewest vertices first: name, ids (n,), vertices (n, k)."""
        return tuple(by_kind(self.dim, self.connectivity, self.dg_offsets))

    @property
    def element_name(self) -> str:
        """Name of the cells' kind, such as ``"triangle"``; of a mixed mesh all, with "and"."""
        return " and ".join(kind.name for kind in self.kinds)

    @property
    def cells(self) -> Ints:
        """Vertices of each cell, (n_cell, n_vertex), of a mesh of one kind of cells.

        Raises
        ------
        MeshError
            Where the mesh has several kinds.
        """
        if len(self.kinds) > 1:
            raise MeshError(
                f"the mesh mixes cells of kinds {self.element_name}, so they are no single array; "
                "use mesh.kinds, or mesh.connectivity with mesh.dg_offsets"
            )
        return self.connectivity.reshape(self.n_cell, -1)

    @cached_property
    def n_cell_vertex(self) -> int:
        """Most vertices of a cell."""
        return int(np.diff(self.dg_offsets).max())

    @cached_property
    def n_cell_face(self) -> int:
        """Most faces of a cell."""
        return max(len(face_table(self.dim, kind.cells.shape[1])) for kind in self.kinds)

    @property
    def n_face_vertex(self) -> int:
        """Most vertices of a face."""
        return int(self.faces.nodes.shape[2])

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
    def node_volumes(self) -> Floats:
        """Share of each node in its cell's volume, the integral of its function (n_node,)."""
        shares: Floats = _core.node_volumes(self.points, self.connectivity, self.dg_offsets)
        return shares

    def mass_product(self, values: Floats) -> Floats:
        """Return int phi_i f for a nodal field f, (n_node,) or (n_node, n), cell by cell."""
        columns = np.ascontiguousarray(values, dtype=np.float64).reshape(self.n_node, -1)
        product: Floats = _core.mass_product(
            self.points, self.connectivity, self.dg_offsets, columns
        )
        return product.reshape(np.shape(values))

    def side_nodes(self, face: NDArray[Any], which: NDArray[Any]) -> Ints:
        """Return the nodes (n, n_face_vertex) of one side of faces in its own cell's order.

        Parameters
        ----------
        face : (n,) int
            Ids of faces.
        which : (n,) int
            0 for the first cell of a face, 1 for the second.
        """
        cell, local = self.faces.cells[face, which], self.faces.local[face, which]
        nodes = np.full((len(cell), self.n_face_vertex), -1, dtype=np.int32)
        count = np.diff(self.dg_offsets)[cell]
        for n in np.unique(count):
            rows = np.flatnonzero(count == n)
            vertex = face_table(self.dim, int(n))[local[rows]]
            own = self.dg_offsets[cell[rows]][:, None] + vertex
            nodes[rows, : vertex.shape[1]] = np.where(vertex < 0, -1, own)
        return nodes

    @cached_property
    def centres(self) -> Floats:
        """Mean of the vertices of each cell, (n_cell, dim) [m]."""
        return cell_centres(self.points, self.connectivity, self.dg_offsets)

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

    def face_vertices(self, faces: NDArray[Any]) -> Ints:
        """Return the vertices (n, n_face_vertex) of faces, -1 beyond those of narrower ones."""
        nodes = self.faces.nodes[faces, 0]
        vertices: Ints = np.where(nodes < 0, np.int32(-1), self.connectivity[nodes])
        return vertices

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

    def describe(self) -> str:
        """Return a few lines: extent, cells by kind and region, faces of boundaries, interfaces."""
        low, high = self.bounding_box
        kinds = ", ".join(f"{len(kind.ids)} x {kind.name}" for kind in self.kinds)
        lines = [repr(self), f"  from {place(low)} to {place(high)} m", f"  cells: {kinds}"]
        for name in self.region_names:
            cells = self.region_cells(name)
            lines.append(
                f"  region '{name}': {len(cells)} cells, {self.volumes[cells].sum():.4g} "
                f"{MEASURES[self.dim]}"
            )
        for name in self.boundary_names:
            lines.append(f"  boundary '{name}': {self._size_of(self.boundary_faces(name))}")
        for (a, b), faces in self.interfaces.items():
            lines.append(f"  interface '{a}' to '{b}': {self._size_of(faces)}")
        return "\n".join(lines)

    def _size_of(self, faces: Ints) -> str:
        count = f"{len(faces)} face" + ("" if len(faces) == 1 else "s")
        if self.dim == 1:
            return count
        return f"{count}, {self.faces.area[faces].sum():.4g} {MEASURES[self.dim - 1]}"
