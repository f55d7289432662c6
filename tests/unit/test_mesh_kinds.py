"""Meshes of quadrilaterals, prisms and hexahedra, mixed meshes, and pyramids."""

import meshio
import numpy as np
import pytest

from bte import _core
from bte.errors import MeshError
from bte.mesh import Mesh, dihedral_range

NM = 1e-9
MAKERS = {
    "line": lambda: Mesh.line([0, 100 * NM], 5, grading=1.2),
    "triangle": lambda: Mesh.rectangle((100 * NM, 60 * NM), (3, 4), grading=1.2),
    "quadrilateral": lambda: Mesh.rectangle((100 * NM, 60 * NM), (3, 4), element="quad"),
    "tetrahedron": lambda: Mesh.box((10 * NM, 6 * NM, 8 * NM), (2, 3, 2)),
    "prism": lambda: Mesh.box((10 * NM, 6 * NM, 8 * NM), (2, 3, 2), element="prism"),
    "hexahedron": lambda: Mesh.box((10 * NM, 6 * NM, 8 * NM), (2, 3, 2), element="hexahedron"),
    "prism and hexahedron": lambda: prisms_and_hexahedra(),
    "triangle and quadrilateral": lambda: triangles_and_quads(),
}
SQUARES = np.array([[x, y] for y in range(2) for x in range(3)]) * 10.0 * NM


def triangles_and_quads(**more):
    """Return two squares side by side, the right one cut in two."""
    return Mesh.from_arrays(
        SQUARES, {"quad": [[0, 1, 4, 3]], "triangle": [[1, 2, 5], [1, 5, 4]]}, **more
    )


def prisms_and_hexahedra():
    """Return a box, its half with x > 5 nm of prisms."""
    box = Mesh.box((10 * NM, 6 * NM, 8 * NM), (2, 3, 2), element="hexahedron")
    cut = box.centres[:, 0] > 5 * NM
    right = box.cells[cut]
    prisms = np.concatenate([right[:, [0, 1, 2, 4, 5, 6]], right[:, [0, 2, 3, 4, 6, 7]]])
    return Mesh.from_arrays(box.points, [box.cells[~cut], prisms])


def shaken(mesh, size=0.1):
    """Return the mesh with its inner points moved, so that faces are warped."""
    low, high = mesh.bounding_box
    inner = ((mesh.points > low + 1e-12) & (mesh.points < high - 1e-12)).all(axis=1)
    step = np.random.default_rng(1).random(mesh.points.shape) - 0.5
    points = mesh.points + size * inner[:, None] * step * mesh.volumes.min() ** (1 / mesh.dim)
    return Mesh.from_arrays(points, [kind.cells for kind in mesh.kinds])


@pytest.fixture(params=MAKERS)
def mesh(request):
    return shaken(MAKERS[request.param]())


@pytest.mark.parametrize("name", MAKERS)
def test_structured_meshes_fill_their_box(name):
    mesh = MAKERS[name]()
    assert mesh.element_name == name
    low, high = mesh.bounding_box
    assert mesh.volumes.sum() == pytest.approx(np.prod(high - low), rel=1e-13)
    assert mesh.node_volumes.sum() == pytest.approx(np.prod(high - low), rel=1e-13)
    surface = mesh.faces.area[mesh.faces.outer].sum()
    sides = [np.prod(np.delete(high - low, axis)) for axis in range(mesh.dim)]
    assert surface == pytest.approx(2 * sum(sides), rel=1e-13)


def test_nodal_areas_add_up_and_close_every_cell(mesh):
    faces = mesh.faces
    vectors = faces.normal * faces.area[:, None]
    np.testing.assert_allclose(
        faces.vertex_areas.sum(axis=1), vectors, atol=1e-14 * faces.area.max()
    )
    np.testing.assert_allclose(faces.mass.sum(axis=(1, 2)), faces.area, rtol=1e-13)
    total = np.zeros((mesh.n_cell, mesh.dim))
    np.add.at(total, faces.cells[:, 0], vectors)
    inner = faces.interior
    np.add.at(total, faces.cells[inner, 1], -vectors[inner])
    assert np.abs(total).max() < 1e-13 * faces.area.max()


def test_nodal_areas_of_a_cell_integrate_the_divergence(mesh):
    """The sum over faces of int n phi_i is int grad phi_i: x . it, summed, is dim V."""
    faces, x = mesh.faces, mesh.node_points
    flux = np.zeros(mesh.n_cell)
    for side, sign in ((0, 1.0), (1, -1.0)):
        some = np.flatnonzero(faces.cells[:, side] >= 0)
        nodes = faces.nodes[some, side]
        at = np.where((nodes >= 0)[:, :, None], x[nodes], 0.0)
        work = sign * np.einsum("fad,fad->f", at, faces.vertex_areas[some])
        np.add.at(flux, faces.cells[some, side], work)
    np.testing.assert_allclose(flux, mesh.dim * mesh.volumes, rtol=1e-12)


def test_both_sides_see_the_same_points_in_their_own_order(mesh):
    faces, x = mesh.faces, mesh.node_points
    inner = faces.interior
    nodes = faces.nodes[inner]
    there = nodes[:, 0] >= 0
    np.testing.assert_array_equal(there, nodes[:, 1] >= 0)
    np.testing.assert_array_equal(x[nodes[:, 0]][there], x[nodes[:, 1]][there])
    for which in (0, 1):
        own = mesh.side_nodes(inner, np.full(len(inner), which))
        np.testing.assert_array_equal(np.sort(own, axis=1), np.sort(nodes[:, which], axis=1))
        cell, local = faces.cells[inner[0], which], faces.local[inner[0], which]
        count = np.diff(mesh.dg_offsets)[cell]
        table = _core.element_faces(mesh.dim, int(count))[local]
        expected = mesh.dg_offsets[cell] + np.array(table)
        np.testing.assert_array_equal(own[0, : len(table)], expected)
    np.testing.assert_array_equal(mesh.side_nodes(inner, 0 * inner), nodes[:, 0])


def test_mass_product_integrates_products_of_linear_fields(mesh):
    f = mesh.node_points[:, 0]
    np.testing.assert_allclose(mesh.mass_product(np.ones(mesh.n_node)), mesh.node_volumes)
    both = mesh.mass_product(np.column_stack([np.ones_like(f), f]))
    assert both[:, 1].sum() == pytest.approx(mesh.node_volumes @ f, rel=1e-13)
    low, high = mesh.bounding_box
    square = np.prod((high - low)[1:]) * (high[0] ** 3 - low[0] ** 3) / 3
    assert f @ both[:, 1] == pytest.approx(square, rel=1e-12)


def test_counts_of_a_mixed_mesh():
    mesh = MAKERS["prism and hexahedron"]()
    assert (mesh.n_cell, mesh.n_node, mesh.n_face_vertex) == (18, 6 * 8 + 12 * 6, 4)
    assert (mesh.n_cell_face, mesh.n_cell_vertex) == (6, 8)
    # sides across x, y, z, and 6 of the last cut in two; 36 + 60 half faces
    outer = len(mesh.faces.outer)
    assert outer == 12 + 8 + 12 + 6
    assert mesh.faces.n_face == (96 + outer) // 2
    with pytest.raises(MeshError, match=r"kinds prism and hexahedron.*mesh\.kinds"):
        _ = mesh.cells


def test_cells_of_a_mixed_mesh_are_numbered_block_after_block():
    mesh = triangles_and_quads(regions={"a": [0], "b": [1, 2]})
    assert [kind.name for kind in mesh.kinds] == ["triangle", "quadrilateral"]
    np.testing.assert_array_equal(mesh.kinds[1].ids, [0])
    np.testing.assert_allclose(mesh.volumes, [100 * NM**2, 50 * NM**2, 50 * NM**2])
    (face,) = mesh.interfaces["a", "b"]
    assert mesh.faces.area[face] == pytest.approx(10 * NM)


def test_boundaries_of_triangles_and_quads_together():
    mesh = MAKERS["prism and hexahedron"]()
    vertices = mesh.connectivity[mesh.faces.nodes[mesh.faces.outer, 0]]
    four = mesh.faces.nodes[mesh.faces.outer, 0, 3] >= 0
    quads, triangles = vertices[four], vertices[~four][:, :3]
    assert len(triangles) == 12
    sides = {"first": [quads, triangles[:5]], "second": triangles[5:].tolist()}
    named = Mesh.from_arrays(mesh.points, [k.cells for k in mesh.kinds][::-1], boundaries=sides)
    assert [len(named.boundary_faces(n)) for n in sides] == [len(quads) + 5, 7]
    ragged = {"first": [*quads.tolist(), *triangles.tolist()]}
    again = Mesh.from_arrays(mesh.points, [k.cells for k in mesh.kinds], boundaries=ragged)
    assert len(again.boundary_faces("first")) == len(vertices)


def test_clockwise_quadrilaterals_of_a_file_are_turned(tmp_path):
    made = triangles_and_quads()
    blocks = [("quad", made.kinds[1].cells[:, ::-1]), ("triangle", made.kinds[0].cells[:, ::-1])]
    rim = made.connectivity[made.faces.nodes[made.faces.outer, 0]]
    tags = [np.full(n, tag) for n, tag in ((1, 1), (2, 1), (len(rim), 2))]
    data = meshio.Mesh(
        np.column_stack([made.points / NM, np.zeros(6)]),
        [*blocks, ("line", rim)],
        cell_data={"gmsh:physical": tags, "gmsh:geometrical": tags},
        field_data={"film": np.array([1, 2]), "rim": np.array([2, 1])},
    )
    meshio.write(tmp_path / "film.msh", data, file_format="gmsh22")
    mesh = Mesh.read(tmp_path / "film.msh", unit="nm")
    assert mesh.element_name == "triangle and quadrilateral"
    assert mesh.volumes.sum() == pytest.approx(200 * NM**2)
    assert "cells: 2 x triangle, 1 x quadrilateral" in mesh.describe()


def test_dihedral_angles_of_prisms_and_hexahedra():
    np.testing.assert_allclose(dihedral_range(MAKERS["hexahedron"]()), 90.0)
    prism = Mesh.box((NM,) * 3, 1, element="prism")
    np.testing.assert_allclose(dihedral_range(prism), [[45.0, 90.0]] * 2)
    diamond = Mesh.from_arrays(
        np.array([[0, 0], [1, 0], [1.5, np.sqrt(0.75)], [0.5, np.sqrt(0.75)]]) * NM, [[0, 1, 2, 3]]
    )
    np.testing.assert_allclose(dihedral_range(diamond), [[60.0, 120.0]])


# A cube with a tip above it.
HOUSE = np.array([[x, y, z] for z in (0, 1) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))])
HOUSE = np.vstack([HOUSE, [0.5, 0.5, 2]]) * NM

BAD = {
    "crossed": (SQUARES, [[0, 1, 3, 4]], "1 of 1 cells are (folded|inverted)"),
    "dart": (
        np.array([[0, 0], [1, 0], [0.2, 0.2], [0, 1]]) * NM,
        [[0, 1, 2, 3]],
        "1 of 1 cells are folded .a corner beyond 180",
    ),
    "straight corner": (
        np.array([[0, 0], [1, 0], [0.5, 0.5], [0, 1]]) * NM,
        [[0, 1, 2, 3]],
        "1 cells are degenerate .no volume, all of it or at a corner",
    ),
    "clockwise": (SQUARES, [[0, 3, 4, 1]], "1 of 1 cells are inverted"),
    "twice": (SQUARES, [[0, 1, 4, 3], [1, 4, 3, 0]], "1 cells are there twice"),
    "over": (SQUARES, [[0, 1, 4, 3], [0, 2, 5, 3]], "1 pairs of cells lie on the same side"),
    "upside down": (HOUSE, [[4, 5, 6, 7, 0, 1, 2, 3]], "1 of 1 cells are inverted"),
    "kind": (SQUARES, {"tetra": [[0, 1, 2, 3]]}, "kind of cells 'tetra'.*'quad'"),
    "width": (SQUARES, {"quad": [[0, 1, 2]]}, r"shape \(1, 3\); in 2D expected \(n, 4\)"),
    "ragged": (SQUARES, [[0, 1, 4, 3], [1, 2, 4]], "rows of different lengths"),
    "empty": (SQUARES, {"quad": []}, "no cells"),
    "hanging": (
        HOUSE,
        {"hexahedron": [list(range(8))], "tetra": [[4, 5, 6, 8], [4, 6, 7, 8]]},
        "1 faces of four vertices meet triangles.*put pyramids between",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_cells_are_named(case):
    points, cells, message = BAD[case]
    with pytest.raises(MeshError, match=message):
        Mesh.from_arrays(points, cells)


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "line"])
def test_written_meshes_are_read_again(tmp_path, name):
    mesh = MAKERS[name]()
    mesh.write(tmp_path / "mesh.msh", unit="nm")
    again = Mesh.read(tmp_path / "mesh.msh", unit="nm")
    assert again.element_name == name
    assert (again.n_cell, again.region_names) == (mesh.n_cell, mesh.region_names)
    assert again.boundary_names == mesh.boundary_names
    np.testing.assert_allclose(again.volumes.sum(), mesh.volumes.sum(), rtol=1e-12)
    for side in mesh.boundary_names:
        expected = mesh.faces.area[mesh.boundary_faces(side)].sum()
        assert again.faces.area[again.boundary_faces(side)].sum() == pytest.approx(expected)
