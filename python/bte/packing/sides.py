"""Cell tables and sides of a problem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bte.conditions.boundary import Boundary, Diffuse, HeatFlux, Isothermal, Specular
from bte.conditions.interface import TransmissionTable
from bte.conditions.rough import Rough
from bte.mesh import Mesh
from bte.packing.arrays import Geometry, Ints, Kind, Sides
from bte.problem import Definition


def cell_geometry(mesh: Mesh) -> Geometry:
    """Return area vectors and matching vertices of all cell faces."""
    faces, n_vertex = mesh.faces, mesh.dim + 1
    vector = np.zeros((mesh.n_cell, n_vertex, mesh.dim))
    matching = np.zeros((mesh.n_cell, n_vertex, n_vertex), dtype=np.uint8)
    outward = faces.normal * faces.area[:, None]
    first, second = faces.cells.T
    vector[first, faces.local[:, 0]] = outward
    inner = np.flatnonzero(second >= 0)
    vector[second[inner], faces.local[inner, 1]] = -outward[inner]
    vertex = faces.nodes[inner] - mesh.dg_offsets[faces.cells[inner]][:, :, None]
    for here, there in ((0, 1), (1, 0)):
        cell = faces.cells[inner, here][:, None]
        local = faces.local[inner, here][:, None]
        matching[cell, local, vertex[:, here]] = vertex[:, there]
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
    kind, temperature, flux = _conditions(problem, boundary)
    cell = mesh.faces.cells[face, which]
    sign = np.where(which == 0, 1.0, -1.0)[:, None]
    # in the order of the cell's own vertices, as the kernel has them
    nodes = np.sort(mesh.faces.nodes[face, which], axis=1)
    partner = _partners(len(outer), [len(f) for f, _ in pairs])
    return Sides(
        face=face.astype(np.int32),
        cell=cell,
        local=mesh.faces.local[face, which].astype(np.int32),
        zone=mesh.cell_region[cell],
        nodes=nodes,
        normal=sign * mesh.faces.normal[face],
        area=mesh.faces.area[face],
        kind=kind,
        boundary=boundary.astype(np.int32),
        contact=contact.astype(np.int32),
        partner=partner,
        partner_vertex=_partner_vertices(mesh, nodes, face, partner),
        forward=forward,
        temperature=temperature,
        flux=flux,
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


def _partner_vertices(mesh: Mesh, nodes: Ints, face: Ints, partner: Ints) -> Ints:
    """Return which of the partner's face vertices coincides with each of a side's own."""
    result = np.tile(np.arange(nodes.shape[1], dtype=np.int32), (len(face), 1))
    paired = np.flatnonzero(partner >= 0)
    own = mesh.connectivity[nodes[paired]]
    other = mesh.connectivity[nodes[partner[paired]]]
    result[paired] = (own[:, :, None] == other[:, None, :]).argmax(axis=2)
    return result


def _conditions(
    problem: Definition, boundary: NDArray[np.int64]
) -> tuple[Ints, NDArray[np.float64], NDArray[np.float64]]:
    kind = np.full(len(boundary), Kind.INTERFACE, dtype=np.int32)
    temperature, flux = np.zeros(len(boundary)), np.zeros(len(boundary))
    for index, name in enumerate(problem.mesh.boundary_names):
        mine = boundary == index
        condition = problem.boundaries[name]
        kind[mine] = _kind(condition)
        if isinstance(condition, Isothermal):
            temperature[mine] = condition.temperature - problem.temperature
        if isinstance(condition, HeatFlux):
            flux[mine] = condition.flux
    return kind, temperature, flux


def _kind(condition: Boundary) -> Kind:
    if isinstance(condition, Isothermal):
        return Kind.ISOTHERMAL
    if isinstance(condition, Specular):
        return Kind.MIRROR
    if isinstance(condition, Rough):
        return Kind.ROUGH
    if isinstance(condition, Diffuse) and not condition.mix:
        return Kind.DIFFUSE
    return Kind.MIXING
