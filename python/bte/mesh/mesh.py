"""The mesh and the ways to make one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from bte.mesh.build import Parts, build_fields
from bte.mesh.cad import cad_parts
from bte.mesh.data import MeshData
from bte.mesh.naming import Boundaries, Regions
from bte.mesh.quality import unit_length
from bte.mesh.reading import read_parts
from bte.mesh.structured import block_parts, line_parts
from bte.mesh.writing import write_gmsh


class Mesh(MeshData):
    """A conforming mesh in 1D, 2D or 3D with named regions and boundaries.

    Made by `from_arrays`, `line`, `rectangle`, `box`, `read` or `from_cad`; never changed after.
    """

    @classmethod
    def from_arrays(
        cls,
        points: ArrayLike,
        cells: Any,
        regions: Regions = None,
        boundaries: Boundaries = None,
        unit: str = "m",
    ) -> Mesh:
        """Make a mesh from arrays.

        Parameters
        ----------
        points : (n_point, dim) array
            Vertex coordinates in ``unit``; points that no cell uses are dropped.
        cells : (n_cell, n_vertex) int array, a list of such arrays, or {kind: array}
            Vertices of each cell in the order of VTK, with positive volume; the kind follows from
            the dimension and the number of vertices: 2 line, 3 triangle or 4 quadrilateral, 4
            tetrahedron, 5 pyramid, 6 prism or 8 hexahedron. Several arrays make a mixed mesh,
            whose cells are numbered array after array; as keys the names above or those of meshio
            will do. Where there are pyramids all cells are split into tetrahedra.
        regions : None, str, names per cell, {name: cell ids} or callable
            None is one region ``"domain"``; a callable gets the centres (n_cell, dim) [m] and
            returns names.
        boundaries : None, {name: (n, n_face_vertex) vertex ids} or callable
            None is one boundary ``"boundary"``; a callable gets the centres of the outer faces
            [m] and returns names. Where faces have 3 and 4 vertices, a list of two arrays, or a
            list of faces.
        unit : str
            Length unit of ``points``.

        Raises
        ------
        MeshError
            Where anything is wrong with the arrays; the sentence says what.
        """
        return cls(*build_fields(Parts(points, cells, regions, boundaries), unit))

    @classmethod
    def read(cls, path: str | Path, unit: str = "m") -> Mesh:
        """Read a mesh file, keeping the names of volumes and outer surfaces.

        Parameters
        ----------
        path : path
            File in a format that meshio reads: gmsh, VTK, Abaqus, MED, XDMF, … Named groups of
            cells (gmsh: physical groups) become regions, named groups of outer faces boundaries.
            A flat mesh whose last coordinates are constant becomes a mesh of lower dimension. A
            mesh with pyramids is split into tetrahedra as a whole, which the log says.
        unit : str
            Length of one unit of the file, such as ``"nm"``.

        Raises
        ------
        MeshError
            Where the file cannot be read, has no names, or its mesh cannot be used.
        """
        unit_length(unit)
        return cls(*build_fields(read_parts(path), unit))

    @classmethod
    def from_cad(
        cls,
        path: str | Path,
        size: float,
        unit: str = "nm",
        sizes: Mapping[str, float] | None = None,
        grading: float = 1.0,
        regions: Sequence[str] | None = None,
        boundaries: Boundaries = None,
        element: str | None = None,
        periodic: Sequence[tuple[str, str]] = (),
    ) -> Mesh:
        """Mesh a STEP or BREP file through gmsh, keeping the names of its bodies and faces.

        Bodies that touch are made conforming. Outer faces without a name get that of the side of
        the box they lie on (xmin, xmax, ymin, ymax, zmin, zmax), else that of their body.

        Parameters
        ----------
        path : path
            The CAD file.
        size : float
            Edge length of the cells [m].
        unit : str
            Length of one unit of the numbers in the file.
        sizes : {name: float}
            Sizes in and around bodies, or around outer faces, where they differ [m].
        grading : float
            Cells grow from ``size`` at the interfaces by (grading - 1) per distance; 1 is uniform.
        regions : sequence of str
            Names for the bodies in the order of the file, where the file has none. Bodies of one
            name, given here or in the file, form one region.
        boundaries : None, {name: (n, dim) vertex ids} or callable
            In place of the names of the file, as in `from_arrays`.
        element : str
            ``"quad"`` for a mesh of quadrilaterals, with a few triangles, of a model in 2D;
            triangles and tetrahedra without.
        periodic : sequence of (str, str)
            Pairs of boundaries, by their names in the file, that are meshed alike.

        Raises
        ------
        MeshError
            Where gmsh is missing, an argument is out of range, the file cannot be read, a body
            has no name, or bodies overlap.
        """
        parts = cad_parts(path, size, unit, sizes, grading, regions, boundaries, element, periodic)
        return cls(*build_fields(parts, unit))

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
            Number of cells of each segment; one number is for every segment.
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
        cells: int | Sequence[int],
        regions: Regions = None,
        element: str = "triangle",
        grading: float | Sequence[float] = 1.0,
    ) -> Mesh:
        """Make the rectangle (0, Lx) x (0, Ly) of triangles, two to a block, or quadrilaterals.

        Diagonals alternate; for even numbers of blocks the mesh is symmetric about its middle.
        The boundaries are left, right (ends of x), bottom, top (ends of y).

        Parameters
        ----------
        size : (float, float)
            Side lengths [m].
        cells : int or (int, int)
            Number of blocks along each axis; one number is for both.
        regions : None, str, names per cell or callable
            As in `from_arrays`.
        element : str
            ``"triangle"`` or ``"quad"``.
        grading : float or (float, float)
            Ratio by which blocks grow from both ends of an axis to its middle; 1 is uniform.
        """
        return cls(*build_fields(block_parts(2, size, cells, regions, element, grading)))

    @classmethod
    def box(
        cls,
        size: Sequence[float],
        cells: int | Sequence[int],
        regions: Regions = None,
        element: str = "tetra",
        grading: float | Sequence[float] = 1.0,
    ) -> Mesh:
        """Make the box (0, Lx) x (0, Ly) x (0, Lz) of tetrahedra, hexahedra or prisms.

        A block makes six tetrahedra, one hexahedron, or two prisms along z. Neighbouring blocks
        are mirror images; for even numbers of blocks the mesh is symmetric about its middle. The
        boundaries are left, right (ends of x), bottom, top (ends of y),
        front, back (ends of z), as in `rectangle`.

        Parameters
        ----------
        size : (float, float, float)
            Side lengths [m].
        cells : int or (int, int, int)
            Number of blocks along each axis; one number is for all.
        regions : None, str, names per cell or callable
            As in `from_arrays`.
        element : str
            ``"tetra"``, ``"hexahedron"`` or ``"prism"``.
        grading : float or (float, float, float)
            Ratio by which blocks grow from both ends of an axis to its middle; 1 is uniform.
        """
        return cls(*build_fields(block_parts(3, size, cells, regions, element, grading)))

    def write(self, path: str | Path, unit: str = "m") -> None:
        """Write a gmsh file that `read` gives back with all names.

        Parameters
        ----------
        path : path
            File with the extension ``.msh``.
        unit : str
            Length of one unit in the file.

        Raises
        ------
        MeshError
            Where the extension is another, or a region and a boundary share a name.
        """
        write_gmsh(self, path, unit)
