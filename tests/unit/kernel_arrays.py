"""Small meshes of every element as plain arrays, and the discrete equations written out again.

The reference assembles one dense system per ordinate and lane from integrals by quadrature of its
own (five Gauss points per direction), so it shares nothing with the core but the definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bte import _core

FACES = {
    (1, 2): [(1,), (0,)],
    (2, 3): [(1, 2), (0, 2), (0, 1)],
    (3, 4): [(1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2)],
    (2, 4): [(0, 1), (1, 2), (2, 3), (3, 0)],
    (3, 6): [(0, 2, 1), (3, 4, 5), (0, 1, 4, 3), (1, 2, 5, 4), (2, 0, 3, 5)],
    (3, 8): [(0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)],
}
CUBE = np.array(
    [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]]
)
PADDING = -(2**31)
GAUSS = [(x + 1) / 2 for x in np.polynomial.legendre.leggauss(5)[0]]
GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(5)[1] / 2


def line(x):
    return np.array([1 - x, x]), np.array([-1.0, 1.0])


def shape(dim, n, xi):
    """Return vertex functions (n,) and their reference gradients (n, dim) at a reference point."""
    if n == dim + 1:
        gradient = np.vstack([-np.ones(dim), np.eye(dim)])
        return np.concatenate([[1 - sum(xi)], xi]), gradient
    if n == 6:
        triangle, slope = shape(2, 3, xi[:2])
        level, rise = line(xi[2])
        values = np.outer(level, triangle).ravel()
        flat = (level[:, None, None] * slope).reshape(6, 2)
        return values, np.column_stack([flat, np.outer(rise, triangle).ravel()])
    lines = [line(x) for x in xi]
    values, gradient = np.ones(n), np.ones((n, dim))
    for v in range(n):
        for d in range(dim):
            values[v] *= lines[d][0][CUBE[v, d]]
            for e in range(dim):
                gradient[v, e] *= lines[d][1 if d == e else 0][CUBE[v, d]]
    return values, gradient


def points_of(dim, n):
    """Return reference points and weights of a cell or of a face."""
    if dim == 0:
        return [((), 1.0)]
    grid = [((), 1.0)]
    for _ in range(dim):
        grid = [
            ((*x, g), w * h) for x, w in grid for g, h in zip(GAUSS, GAUSS_WEIGHTS, strict=True)
        ]
    if n == 2**dim:
        return grid
    if n == 6:
        return [((x, (1 - x) * y, z), w * (1 - x)) for (x, y, z), w in grid]
    if dim == 2:
        return [((x, (1 - x) * y), w * (1 - x)) for (x, y), w in grid]
    return [
        ((x, (1 - x) * y, (1 - x) * (1 - y) * z), w * (1 - x) ** 2 * (1 - y))
        for (x, y, z), w in grid
    ]


def cell_integrals(x):
    """Return mass (n, n) and ``int phi_j grad phi_i`` (dim, n, n)."""
    n, dim = x.shape
    mass, stream = np.zeros((n, n)), np.zeros((dim, n, n))
    for xi, w in points_of(dim, n):
        values, gradient = shape(dim, n, np.array(xi))
        jacobian = x.T @ gradient
        det = np.linalg.det(jacobian)
        physical = gradient @ np.linalg.inv(jacobian)
        mass += w * det * np.outer(values, values)
        stream += w * det * np.einsum("id,j->dij", physical, values)
    return mass, stream


def face_integrals(x):
    """Return ``int n phi_a phi_b dA`` (dim, m, m): n right of an edge, or towards the viewer."""
    m, dim = x.shape
    if dim == 1:
        return np.ones((1, 1, 1))
    total = np.zeros((dim, m, m))
    for xi, w in points_of(dim - 1, m):
        values, gradient = shape(dim - 1, m, np.array(xi))
        tangent = gradient.T @ x
        if dim == 2:
            normal = np.array([tangent[0, 1], -tangent[0, 0]])
        else:
            normal = np.cross(tangent[0], tangent[1])
        total += w * normal[:, None, None] * np.outer(values, values)
    return total


@dataclass
class Grid:
    """A mesh as arrays; every outer face is a side."""

    points: np.ndarray
    cells: list

    def __post_init__(self):
        self.dim = self.points.shape[1]
        self.faces = [FACES[self.dim, len(c)] for c in self.cells]
        self.n_cell = len(self.cells)
        self.n_face = max(len(f) for f in self.faces)
        self.n_vertex = max(len(c) for c in self.cells)
        self.n_face_vertex = max(len(v) for f in self.faces for v in f)
        self.offsets = np.cumsum([0, *(len(c) for c in self.cells)])
        self.node_points = self.points[np.concatenate(self.cells)]
        self.n_node = len(self.node_points)
        self._connect()

    def _connect(self):
        shape_ = (self.n_cell, self.n_face)
        self.face_vector = np.zeros((*shape_, self.dim))
        self.neighbour = np.full(shape_, PADDING, dtype=np.int32)
        self.matching = np.zeros((*shape_, self.n_vertex), dtype=np.uint8)
        self.sides = []
        seen = {}
        for c, (cell, faces) in enumerate(zip(self.cells, self.faces, strict=True)):
            for k, face in enumerate(faces):
                key = frozenset(cell[v] for v in face)
                if key in seen:
                    self._join(seen.pop(key), (c, k))
                else:
                    seen[key] = (c, k)
                    self.face_vector[c, k] = self.face_matrix(c, k).sum(axis=(1, 2))
        for side, (c, k) in enumerate(seen.values()):
            self.neighbour[c, k] = -1 - side
            self.sides.append((c, k))

    def _join(self, one, two):
        self.face_vector[two] = -self.face_vector[one]
        for (c, k), (d, m) in ((one, two), (two, one)):
            self.neighbour[c, k] = d
            theirs = list(self.cells[d])
            for v in self.faces[c][k]:
                self.matching[c, k, v] = theirs.index(self.cells[c][v])
            assert {self.matching[c, k, v] for v in self.faces[c][k]} == set(self.faces[d][m])

    def nodes(self, c):
        return self.node_points[self.offsets[c] : self.offsets[c + 1]]

    def face_matrix(self, c, k):
        """Return ``int n phi_a phi_b dA`` by face vertex, n outwards."""
        x = self.nodes(c)
        corners = x[list(self.faces[c][k])]
        matrix = face_integrals(corners)
        outwards = matrix.sum(axis=(1, 2)) @ (corners.mean(axis=0) - x.mean(axis=0))
        return matrix * np.sign(outwards)

    @cached_property
    def integrals(self):
        """(mass, stream) of every cell."""
        return [cell_integrals(self.nodes(c)) for c in range(self.n_cell)]

    @cached_property
    def volume(self):
        return np.array([mass.sum() for mass, _ in self.integrals])

    @cached_property
    def node_volume(self):
        return np.concatenate([mass.sum(axis=1) for mass, _ in self.integrals])

    def mass_product(self, values):
        parts = zip(self.integrals, np.split(values, self.offsets[1:-1]), strict=True)
        return np.concatenate([mass @ v for (mass, _), v in parts])

    @cached_property
    def nodal_areas(self):
        """(n_side, n_face_vertex, dim): ``int n phi_a dA`` of the sides, out of the cell."""
        areas = np.zeros((len(self.sides), self.n_face_vertex, self.dim))
        for s, (c, k) in enumerate(self.sides):
            areas[s, : len(self.faces[c][k])] = self.face_matrix(c, k).sum(axis=2).T
        return areas


def make(grid, directions, weights, lanes, traces=None, wavefront=None):
    """Return the core's Transport."""
    n_side = len(grid.sides)
    none = np.zeros((0, len(weights)), dtype=np.int32)
    traces = traces or {
        "side_trace_row": np.full(n_side, -1, dtype=np.int32),
        "trace_read": none,
        "trace_write": none,
        "trace_face": np.zeros(0, dtype=np.uint8),
        "trace_vertex": np.zeros((0, grid.n_face_vertex), dtype=np.uint8),
    }
    return _core.Transport(
        node_points=np.ascontiguousarray(grid.node_points),
        offsets=grid.offsets.astype(np.int64),
        face_vector=grid.face_vector,
        volume=grid.volume,
        zone=np.zeros(grid.n_cell, dtype=np.int32),
        neighbour=grid.neighbour,
        matching_vertex=grid.matching,
        direction=directions,
        weight=weights,
        **lanes,
        **traces,
        wavefront=wavefront,
    )


def run(transport, grid, lanes, temperature=0.0, emission=0.0, source=None, **options):
    """Sweep with constants or arrays, and no traces unless given."""
    shape_ = (len(grid.sides), grid.n_face_vertex, lanes["n_band"])
    traces = options.pop("traces", np.zeros((transport.n_trace, grid.n_face_vertex, 0)))
    if traces.shape[2] == 0:
        traces = np.zeros((transport.n_trace, grid.n_face_vertex, len(lanes["band"])))
    return transport.sweep(
        np.broadcast_to(temperature, grid.n_node).astype(float),
        np.zeros(0) if source is None else source,
        np.broadcast_to(emission, shape_).astype(float),
        traces,
        **{"full": True, "threads": 1} | options,
    )


class Reference:
    """The same sweep with one dense system per ordinate and lane."""

    def __init__(self, grid, directions, weights, lanes):
        self.grid, self.directions, self.weights, self.lanes = grid, directions, weights, lanes

    def system(self, omega):
        """Return streaming matrix, mass and the operator of inflow from sides (node, side, a)."""
        g = self.grid
        matrix, mass = np.zeros((2, g.n_node, g.n_node))
        inflow = np.zeros((g.n_node, len(g.sides), g.n_face_vertex))
        for c in range(g.n_cell):
            at = slice(g.offsets[c], g.offsets[c + 1])
            m, stream = g.integrals[c]
            mass[at, at] = m
            matrix[at, at] -= np.einsum("d,dij->ij", omega, stream)
            for k, face in enumerate(g.faces[c]):
                own = g.offsets[c] + np.array(face)
                through = np.einsum("d,dab->ab", omega, g.face_matrix(c, k))
                if omega @ g.face_vector[c, k] > 0:
                    matrix[np.ix_(own, own)] += through
                elif (other := g.neighbour[c, k]) >= 0:
                    up = g.offsets[other] + g.matching[c, k, list(face)]
                    matrix[np.ix_(own, up)] += through
                else:
                    inflow[own, -1 - other, : len(face)] -= through
        return matrix, mass, inflow

    def sweep(self, temperature, emission, source=None):
        """Return scattering moment, outflow, energy moment and flux moment."""
        g, lanes = self.grid, self.lanes
        n_lane = len(lanes["band"])
        moment, energy = np.zeros((2, g.n_node))
        flux, outflow = np.zeros((g.n_node, g.dim)), np.zeros(emission.shape)
        for omega, weight in zip(self.directions, self.weights, strict=True):
            matrix, mass, inflow = self.system(omega)
            for lane in range(n_lane):
                inverse = lanes["inverse_mfp"][0, lane]
                fed = temperature + (
                    0 if source is None else source * lanes["lane_source"][0, lane]
                )
                rhs = inverse * mass @ fed
                rhs += np.einsum("nsa,sa->n", inflow, emission[:, :, lanes["band"][lane]])
                theta = np.linalg.solve(matrix + inverse * mass, rhs)
                moment += weight * lanes["scattering"][0, lane] * theta
                energy += weight * lanes["energy"][0, lane] * theta
                flux += weight * lanes["flux"][0, lane] * np.outer(theta, omega)
                for s, (c, k) in enumerate(g.sides):
                    if omega @ g.face_vector[c, k] <= 0:
                        continue
                    face = g.faces[c][k]
                    areas = g.nodal_areas[s, : len(face)] @ omega
                    outflow[s, : len(face), lanes["band"][lane]] += (
                        weight * lanes["flux"][0, lane] * areas * theta[g.offsets[c] + face]
                    )
        return moment, outflow, energy, flux
