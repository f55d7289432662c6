"""Cell tables and sides of a problem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bte.conditions.boundary import Periodic
from bte.conditions.interface import TransmissionTable
from bte.mesh import Mesh
from bte.mesh.periodic import match_periodic
from bte.packing.arrays import Array, Geometry, Ints, Kind, Sides
from bte.packing.face_view import face_view
from bte.packing.wall_values import conditions
from bte.problem import Definition


def cell_geometry(mesh: Mesh) -> Geometry:
    """Return area vectors and matching vertices of all cell faces."""
    faces = mesh.faces
    vector = np.zeros((mesh.n_cell, mesh.n_cell_face, mesh.dim))
    matching = np.zeros((mesh.n_cell, mesh.n_cell_face, mesh.n_cell_vertex), dtype=np.uint8)
    outward = faces.normal * faces.area[:, None]
    first, second = faces.cells.T
    vector[first, faces.local[:, 0]] = outward
    inner = np.flatnonzero(second >= 0)
    vector[second[inner], faces.local[inner, 1]] = -outward[inner]
    nodes = faces.nodes[inner]
    face, place = np.nonzero(nodes[:, 0] >= 0)
    vertex = nodes[face, :, place] - mesh.dg_offsets[faces.cells[inner[face]]]
    for here, there in ((0, 1), (1, 0)):
        cell = faces.cells[inner[face], here]
        matching[cell, faces.local[inner[face], here], vertex[:, here]] = vertex[:, there]
    return Geometry(vector, matching)


def build_sides(problem: Definition, tables: tuple[TransmissionTable, ...]) -> Sides:
    """Enumerate the sides: boundary faces by name, then both sides of every interface face."""
    mesh = problem.mesh
    outer = mesh.faces.outer
    pairs = [_interface_faces(mesh, table) for table in tables]
    contact = np.concatenate(
        [np.full(len(outer), -1)] + [np.full(2 * len(f), i) for i, (f, _) in enumerate(pairs)]
    )
    face = np.concatenate([outer] + [np.tile(f, 2) for f, _ in pairs])
    which = np.concatenate(
        [np.zeros(len(outer), dtype=int)]
        + [np.concatenate([first, 1 - first]) for _, first in pairs]
    )
    forward = np.concatenate(
        [np.zeros(len(outer), dtype=bool)] + [np.repeat([True, False], len(f)) for f, _ in pairs]
    )
    boundary = np.where(contact < 0, mesh.faces.boundary[face], -1)
    view = face_view(mesh, face, which)
    values = conditions(problem, boundary, view.nodes)
    resolved = [i for i, table in enumerate(tables) if table.resolved is not None]
    values["kind"][np.isin(contact, resolved)] = Kind.RESOLVED
    partner = _partners(len(outer), [len(f) for f, _ in pairs])
    moved = _join_periodic(problem, face[: len(outer)], partner)
    cell = mesh.faces.cells[face, which]
    return Sides(
        face=face.astype(np.int32),
        cell=cell,
        local=mesh.faces.local[face, which].astype(np.int32),
        zone=mesh.cell_region[cell],
        nodes=view.nodes,
        normal=np.where(which == 0, 1.0, -1.0)[:, None] * mesh.faces.normal[face],
        area=mesh.faces.area[face],
        vertex_areas=view.areas,
        mass=view.mass,
        boundary=boundary.astype(np.int32),
        contact=contact.astype(np.int32),
        partner=partner,
        partner_vertex=_partner_vertices(mesh, view.nodes, partner, moved),
        forward=forward,
        **values,
    )


def _interface_faces(mesh: Mesh, table: TransmissionTable) -> tuple[Ints, NDArray[np.intp]]:
    """Return the faces of a contact and which of their cells lies in the table's first region."""
    pair = (table.first, table.second)
    known = mesh.interfaces
    faces = known[pair] if pair in known else known[pair[::-1]]
    first = mesh.region_names.index(table.first)
    regions = mesh.cell_region[mesh.faces.cells[faces]]
    return faces, np.where(regions[:, 0] == first, 0, 1)


def _partners(n_outer: int, counts: list[int]) -> Ints:
    partner = np.full(n_outer + 2 * sum(counts), -1, dtype=np.int32)
    start = n_outer
    for n in counts:
        partner[start : start + n] = np.arange(start + n, start + 2 * n)
        partner[start + n : start + 2 * n] = np.arange(start, start + n)
        start += 2 * n
    return partner


def _join_periodic(problem: Definition, outer: Ints, partner: Ints) -> Array:
    """Enter the partners of periodic sides; return the way to each side's partner (n_side, dim)."""
    mesh = problem.mesh
    way = np.zeros((len(partner), mesh.dim))
    side = np.full(mesh.faces.n_face, -1, dtype=np.int32)
    side[outer] = np.arange(len(outer))
    for first, condition in problem.boundaries.items():
        if not isinstance(condition, Periodic):
            continue
        pair = match_periodic(mesh, first, condition.partner)
        partner[side[pair.first_faces]] = side[pair.second_faces]
        way[side[pair.first_faces]] = pair.translation
    return way


def _partner_vertices(mesh: Mesh, nodes: Ints, partner: Ints, way: Array) -> Ints:
    """Return which of the partner's face vertices coincides with each of a side's own.

    At periodic faces after the way to the partner.
    """
    result = np.tile(np.arange(nodes.shape[1], dtype=np.int32), (len(nodes), 1))
    paired = np.flatnonzero(partner >= 0)
    own = mesh.node_points[nodes[paired]] + way[paired, None]
    other = mesh.node_points[nodes[partner[paired]]]
    result[paired] = np.linalg.norm(own[:, :, None] - other[:, None], axis=3).argmin(axis=2)
    return result
