"""
Compiled core of bte: mesh topology, transport sweeps, interior-penalty diffusion.
"""
from __future__ import annotations
import numpy
import numpy.typing
import typing
__all__: list[str] = ['Transport', 'TwoLevel', 'cell_integrals', 'element_faces', 'element_name', 'expand_blocks', 'face_geometry', 'galerkin', 'gradient_product', 'interior_penalty', 'least_volumes', 'mass_product', 'nodal_gradient', 'node_volumes', 'side_derivatives', 'signed_volumes', 'topology']
class Transport:
    """
    Upwind sweeps of all ordinates over one mesh.
    """
    @staticmethod
    def add_products(rounds: typing.SupportsInt | typing.SupportsIndex, single: bool = False) -> float:
        """
        Multiply and add in registers alone; return the number of operations done.
        """
    @staticmethod
    def instruction_set() -> str:
        ...
    def __init__(self, *, node_points: numpy.typing.NDArray[numpy.float64], offsets: numpy.typing.NDArray[numpy.int64], face_vector: numpy.typing.NDArray[numpy.float64], volume: numpy.typing.NDArray[numpy.float64], zone: numpy.typing.NDArray[numpy.int32], neighbour: numpy.typing.NDArray[numpy.int32], matching_vertex: numpy.typing.NDArray[numpy.uint8], direction: numpy.typing.NDArray[numpy.float64], weight: numpy.typing.NDArray[numpy.float64], inverse_mfp: numpy.typing.NDArray[numpy.float64], scattering: numpy.typing.NDArray[numpy.float64], energy: numpy.typing.NDArray[numpy.float64], flux: numpy.typing.NDArray[numpy.float64], lane_source: numpy.typing.NDArray[numpy.float64], band: numpy.typing.NDArray[numpy.int32], n_band: typing.SupportsInt | typing.SupportsIndex, side_trace_row: numpy.typing.NDArray[numpy.int32], trace_read: numpy.typing.NDArray[numpy.int32], trace_write: numpy.typing.NDArray[numpy.int32], trace_face: numpy.typing.NDArray[numpy.uint8], trace_vertex: numpy.typing.NDArray[numpy.uint8], wavefront: bool | None = None) -> None:
        ...
    def sweep(self, temperature: numpy.typing.NDArray[numpy.float64], source: numpy.typing.NDArray[numpy.float64], emission: numpy.typing.NDArray[numpy.float64], traces: numpy.typing.NDArray[numpy.float64], full: bool = False, threads: typing.SupportsInt | typing.SupportsIndex = 0, single: bool = False) -> tuple:
        """
        Return scattering moment, outflow, traces, energy moment and flux moment.
        """
    @property
    def cuts(self) -> numpy.typing.NDArray[numpy.int64]:
        ...
    @property
    def memory(self) -> int:
        ...
    @property
    def n_slot(self) -> int:
        ...
    @property
    def n_trace(self) -> int:
        ...
    @property
    def wavefront(self) -> bool:
        ...
class TwoLevel:
    """
    Two-level solver of a block matrix: multigrid on the continuous functions, and the cells' own blocks.
    """
    def __init__(self, *, offsets: numpy.typing.NDArray[numpy.int64], row_start: numpy.typing.NDArray[numpy.int32], column: numpy.typing.NDArray[numpy.int32], blocks: numpy.typing.NDArray[numpy.float64], walled: numpy.typing.NDArray[numpy.uint8], vertex: numpy.typing.NDArray[numpy.int32], levels: list, inverse: numpy.typing.NDArray[numpy.float64]) -> None:
        ...
    def precondition(self, r: numpy.typing.NDArray[numpy.float64], threads: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        """
        Return M r.
        """
    def product(self, x: numpy.typing.NDArray[numpy.float64], threads: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        """
        Return K x.
        """
    def solve(self, load: numpy.typing.NDArray[numpy.float64], *, steps: typing.SupportsInt | typing.SupportsIndex, low: typing.SupportsFloat | typing.SupportsIndex, high: typing.SupportsFloat | typing.SupportsIndex, threads: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        """
        Return a fixed polynomial of M K applied to M load: Chebyshev iteration on (low, high).
        """
def cell_integrals(nodes: numpy.typing.NDArray[numpy.float64]) -> dict:
    """
    All integrals of one cell (n_vertices, dim), by name.
    """
def element_faces(dim: typing.SupportsInt | typing.SupportsIndex, n_vertices: typing.SupportsInt | typing.SupportsIndex) -> list[list[int]]:
    """
    Local vertices of each face of an element, in the order of face vertices.
    """
def element_name(dim: typing.SupportsInt | typing.SupportsIndex, n_vertices: typing.SupportsInt | typing.SupportsIndex) -> str:
    """
    Name of the element with that many vertices, empty where there is none.
    """
def expand_blocks(*, offsets: numpy.typing.NDArray[numpy.int64], row_start: numpy.typing.NDArray[numpy.int32], column: numpy.typing.NDArray[numpy.int32], blocks: numpy.typing.NDArray[numpy.float64]) -> tuple:
    """
    Return compressed rows of a block matrix.
    """
def face_geometry(points: numpy.typing.NDArray[numpy.float64], connectivity: numpy.typing.NDArray[numpy.int32], offsets: numpy.typing.NDArray[numpy.int64], face_cells: numpy.typing.NDArray[numpy.int32], face_nodes: numpy.typing.NDArray[numpy.int32]) -> tuple:
    """
    Return mean unit normals out of the first cell, areas, nodal area vectors, masses.
    """
def galerkin(*, offsets: numpy.typing.NDArray[numpy.int64], row_start: numpy.typing.NDArray[numpy.int32], column: numpy.typing.NDArray[numpy.int32], blocks: numpy.typing.NDArray[numpy.float64], vertex: numpy.typing.NDArray[numpy.int32], n_vertex: typing.SupportsInt | typing.SupportsIndex) -> tuple:
    """
    Return compressed rows of P^T K P, P copying unknown vertex[node] to every node.
    """
def gradient_product(points: numpy.typing.NDArray[numpy.float64], connectivity: numpy.typing.NDArray[numpy.int32], offsets: numpy.typing.NDArray[numpy.int64], field: numpy.typing.NDArray[numpy.float64], vectors: numpy.typing.NDArray[numpy.float64]) -> numpy.typing.NDArray[numpy.float64]:
    """
    Integral over each cell of nodal vectors times the gradient of a nodal field.
    """
def interior_penalty(*, node_points: numpy.typing.NDArray[numpy.float64], offsets: numpy.typing.NDArray[numpy.int64], conductivity: numpy.typing.NDArray[numpy.float64], cells: numpy.typing.NDArray[numpy.int32], local: numpy.typing.NDArray[numpy.int8], nodes: numpy.typing.NDArray[numpy.int32], mass: numpy.typing.NDArray[numpy.float64], kind: numpy.typing.NDArray[numpy.uint8], strength: numpy.typing.NDArray[numpy.float64]) -> tuple:
    """
    Return row starts, columns and blocks of the symmetric interior-penalty matrix.
    """
def least_volumes(points: numpy.typing.NDArray[numpy.float64], connectivity: numpy.typing.NDArray[numpy.int32], offsets: numpy.typing.NDArray[numpy.int64]) -> numpy.typing.NDArray[numpy.float64]:
    """
    Least Jacobian of each cell times the volume of the reference cell.
    """
def mass_product(points: numpy.typing.NDArray[numpy.float64], connectivity: numpy.typing.NDArray[numpy.int32], offsets: numpy.typing.NDArray[numpy.int64], values: numpy.typing.NDArray[numpy.float64]) -> numpy.typing.NDArray[numpy.float64]:
    """
    Integral of each node's function times a nodal field, column by column.
    """
def nodal_gradient(*, node_points: numpy.typing.NDArray[numpy.float64], offsets: numpy.typing.NDArray[numpy.int64], values: numpy.typing.NDArray[numpy.float64]) -> numpy.typing.NDArray[numpy.float64]:
    """
    Return the gradient of a nodal field at every node (node, dim).
    """
def node_volumes(points: numpy.typing.NDArray[numpy.float64], connectivity: numpy.typing.NDArray[numpy.int32], offsets: numpy.typing.NDArray[numpy.int64]) -> numpy.typing.NDArray[numpy.float64]:
    """
    Integral of each node's function.
    """
def side_derivatives(*, node_points: numpy.typing.NDArray[numpy.float64], offsets: numpy.typing.NDArray[numpy.int64], cell: numpy.typing.NDArray[numpy.int32], local: numpy.typing.NDArray[numpy.int32], n_face_vertex: typing.SupportsInt | typing.SupportsIndex, n_cell_vertex: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
    """
    Return int phi_a dphi_j/dn dA over faces of cells (side, face vertex, cell vertex).
    """
def signed_volumes(points: numpy.typing.NDArray[numpy.float64], connectivity: numpy.typing.NDArray[numpy.int32], offsets: numpy.typing.NDArray[numpy.int64]) -> numpy.typing.NDArray[numpy.float64]:
    """
    Signed volume of each cell.
    """
def topology(dim: typing.SupportsInt | typing.SupportsIndex, connectivity: numpy.typing.NDArray[numpy.int32], offsets: numpy.typing.NDArray[numpy.int64], cell_region: numpy.typing.NDArray[numpy.int32]) -> tuple:
    """
    Return cells, local, nodes, excess cells and the number of cells of unknown kind.
    """
