import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bte.errors import MeshError
from bte.mesh import Mesh, dihedral_range
from bte.mesh.structured import graded_segment

NM = 1e-9
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * 10 * NM
TWO = np.array([[0, 1, 2], [0, 2, 3]])


def oblique(mesh):
    """Return the same mesh sheared and stretched, so that no face is aligned with an axis."""
    rng = np.random.default_rng(3)
    matrix = np.eye(mesh.dim) + 0.3 * rng.random((mesh.dim, mesh.dim))
    return Mesh.from_arrays(mesh.points @ matrix.T, mesh.cells, regions=halves(mesh))


def halves(mesh):
    middle = (mesh.bounding_box[0] + mesh.bounding_box[1])[0] / 2
    return np.where(mesh.centres[:, 0] > middle, "high", "low")


def structured(dim, n, grading):
    size, cells = (100 * NM, 60 * NM, 80 * NM)[:dim], (n, n + 1, 2)[:dim]
    if dim == 1:
        return Mesh.line([0, size[0]], n, grading=grading)
    return (Mesh.rectangle if dim == 2 else Mesh.box)(size, cells, grading=grading)


meshes = st.builds(structured, st.integers(1, 3), st.integers(1, 5), st.floats(0.8, 1.5))


@settings(deadline=None, max_examples=30)
@given(meshes)
def test_faces_of_every_cell_close(mesh):
    mesh = oblique(mesh) if mesh.n_cell > 1 else mesh
    faces = mesh.faces
    vectors = faces.normal * faces.area[:, None]
    total = np.zeros((mesh.n_cell, mesh.dim))
    np.add.at(total, faces.cells[:, 0], vectors)
    inner = faces.interior
    np.add.at(total, faces.cells[inner, 1], -vectors[inner])
    assert np.abs(total).max() < 1e-13 * faces.area.max()


@settings(deadline=None, max_examples=30)
@given(meshes)
def test_both_sides_of_a_face_see_the_same_points(mesh):
    faces, x = mesh.faces, mesh.node_points
    inner = faces.interior
    np.testing.assert_array_equal(x[faces.nodes[inner, 0]], x[faces.nodes[inner, 1]])
    owner = np.searchsorted(mesh.dg_offsets, faces.nodes, side="right") - 1
    assert (owner[inner] == faces.cells[inner][:, :, None]).all()
    outer = faces.outer
    assert (faces.nodes[outer, 1] == -1).all()
    assert (faces.local[outer, 1] == -1).all()


@settings(deadline=None, max_examples=30)
@given(meshes)
def test_local_face_is_opposite_its_vertex(mesh):
    faces = mesh.faces
    for side in (0, 1):
        some = faces.cells[:, side] >= 0
        cell, local = faces.cells[some, side], faces.local[some, side]
        opposite = mesh.cells[cell, local]
        vertices = mesh.connectivity[faces.nodes[some, side]]
        joined = np.sort(np.column_stack([vertices, opposite]), axis=1)
        np.testing.assert_array_equal(joined, np.sort(mesh.cells[cell], axis=1))


@settings(deadline=None, max_examples=30)
@given(meshes)
def test_every_local_face_is_found_once(mesh):
    faces = mesh.faces
    keys = faces.cells.astype(np.int64) * (mesh.dim + 1) + faces.local
    keys = keys[faces.cells >= 0]
    np.testing.assert_array_equal(np.sort(keys), np.arange(mesh.n_cell * (mesh.dim + 1)))


@settings(deadline=None, max_examples=30)
@given(meshes)
def test_divergence_theorem_gives_the_volumes(mesh):
    faces = mesh.faces
    x = mesh.points[mesh.connectivity[faces.nodes[:, 0]]].mean(axis=1)
    flux = np.einsum("fd,fd->f", x, faces.normal) * faces.area / mesh.dim
    volumes = np.zeros(mesh.n_cell)
    np.add.at(volumes, faces.cells[:, 0], flux)
    np.add.at(volumes, faces.cells[faces.interior, 1], -flux[faces.interior])
    np.testing.assert_allclose(volumes, mesh.volumes, rtol=1e-11)
    low, high = mesh.bounding_box
    assert mesh.volumes.sum() == pytest.approx(np.prod(high - low), rel=1e-13)


def test_line_with_two_segments():
    mesh = Mesh.line(
        [0, 50 * NM, 80 * NM], cells=[4, 2], regions=["film", "base"], boundaries=("hot", "cold")
    )
    assert (mesh.dim, mesh.n_cell, mesh.n_point, mesh.n_node) == (1, 6, 7, 12)
    assert mesh.element_name == "line"
    assert mesh.region_names == ("film", "base")
    assert mesh.boundary_names == ("hot", "cold")
    np.testing.assert_allclose(mesh.volumes, [12.5 * NM] * 4 + [15 * NM] * 2)
    (face,) = mesh.interfaces["film", "base"]
    np.testing.assert_array_equal(mesh.faces.cells[face], [3, 4])
    assert mesh.faces.normal[face] == 1.0
    (hot,), (cold,) = mesh.boundary_faces("hot"), mesh.boundary_faces("cold")
    assert (mesh.faces.normal[hot, 0], mesh.faces.normal[cold, 0]) == (-1.0, 1.0)
    assert mesh.faces.nodes[cold, 0, 0] == 11


def test_line_joins_segments_of_one_region():
    mesh = Mesh.line([0, 1 * NM, 2 * NM, 3 * NM], [1, 1, 1], regions=["a", "b", "a"])
    assert mesh.region_names == ("a", "b")
    assert list(mesh.interfaces) == [("a", "b")]
    # The first cell of both faces is in region a, so the normals point to each other.
    faces = mesh.interfaces["a", "b"]
    np.testing.assert_array_equal(mesh.faces.cells[faces, 0], [0, 2])
    np.testing.assert_array_equal(mesh.faces.normal[faces, 0], [1.0, -1.0])


def test_grading_grows_from_both_ends():
    x = graded_segment(1.0, 3.0, 5, 2.0)
    np.testing.assert_allclose(np.diff(x), 2.0 * np.array([1, 2, 4, 2, 1]) / 10)
    x = graded_segment(0.0, 1.0, 6, 1.35)
    np.testing.assert_allclose(np.diff(x), np.diff(x)[::-1])
    np.testing.assert_allclose(np.diff(x)[1] / np.diff(x)[0], 1.35)
    assert (x[0], x[-1]) == (0.0, 1.0)


def test_rectangle_names_sides_and_regions():
    mesh = Mesh.rectangle(
        (100 * NM, 50 * NM), (4, 2), regions=lambda x: np.where(x[:, 0] < 50 * NM, "a", "b")
    )
    assert mesh.n_cell == 16
    assert mesh.boundary_names == ("left", "right", "bottom", "top")
    normals = {"left": (-1, 0), "right": (1, 0), "bottom": (0, -1), "top": (0, 1)}
    for name, normal in normals.items():
        faces = mesh.boundary_faces(name)
        np.testing.assert_allclose(mesh.faces.normal[faces], [normal] * len(faces), atol=1e-15)
        assert mesh.faces.area[faces].sum() == pytest.approx(
            (50 if normal[0] else 100) * NM, rel=1e-13
        )
    faces = mesh.interfaces["a", "b"]
    assert mesh.faces.area[faces].sum() == pytest.approx(50 * NM, rel=1e-13)
    np.testing.assert_allclose(mesh.faces.normal[faces], [(1, 0)] * 2, atol=1e-15)


def test_box_names_sides():
    mesh = Mesh.box((10 * NM, 20 * NM, 30 * NM), (1, 2, 3))
    assert mesh.n_cell == 36
    assert mesh.element_name == "tetrahedron"
    axes = {"left": (0, -1), "right": (0, 1), "bottom": (1, -1), "top": (1, 1)}
    axes |= {"front": (2, -1), "back": (2, 1)}
    assert mesh.boundary_names == tuple(axes)
    for name, (axis, sign) in axes.items():
        normals = mesh.faces.normal[mesh.boundary_faces(name)]
        np.testing.assert_allclose(normals[:, axis], sign)
    assert mesh.volumes.min() > 0


@pytest.mark.parametrize("axis", [0, 1])
def test_even_rectangle_is_its_own_mirror_image(axis):
    mesh = Mesh.rectangle((40 * NM, 20 * NM), (4, 2), grading=(1.2, 1.0))
    mirrored = mesh.centres.copy()
    mirrored[:, axis] = mesh.bounding_box[1][axis] - mirrored[:, axis]
    for x in mirrored:
        assert np.linalg.norm(mesh.centres - x, axis=1).min() < 1e-13 * NM


def test_regions_by_cell_ids_keep_their_order():
    mesh = Mesh.from_arrays(SQUARE, TWO, regions={"second": [1], "first": [0]})
    assert mesh.region_names == ("second", "first")
    np.testing.assert_array_equal(mesh.region_cells("first"), [0])
    (face,) = mesh.interfaces["second", "first"]
    np.testing.assert_array_equal(mesh.faces.cells[face], [1, 0])


def test_boundaries_by_vertices():
    sides = {"a": [[1, 0], [2, 1]], "b": [[2, 3], [0, 3]]}
    mesh = Mesh.from_arrays(SQUARE, TWO, boundaries=sides)
    assert mesh.boundary_names == ("a", "b")
    assert mesh.faces.area[mesh.boundary_faces("a")].sum() == pytest.approx(20 * NM)
    assert (mesh.faces.boundary[mesh.faces.interior] == -1).all()


def test_defaults_and_unused_points():
    points = np.vstack([[5.0, 5.0], SQUARE / NM])
    sides = {"all": [[1, 2], [2, 3], [3, 4], [4, 1]]}
    mesh = Mesh.from_arrays(points, TWO + 1, boundaries=sides, unit="nm")
    assert (mesh.n_point, mesh.region_names) == (4, ("domain",))
    np.testing.assert_allclose(mesh.points, SQUARE)
    assert Mesh.from_arrays(SQUARE, TWO).boundary_names == ("boundary",)


def test_dihedral_angles_of_known_shapes():
    corner = Mesh.from_arrays(np.vstack([np.zeros(3), np.eye(3)]) * NM, [[0, 1, 2, 3]])
    np.testing.assert_allclose(
        dihedral_range(corner), [[np.degrees(np.arccos(1 / np.sqrt(3))), 90.0]]
    )
    np.testing.assert_allclose(dihedral_range(Mesh.from_arrays(SQUARE, TWO)), [[45, 90]] * 2)
    kuhn = dihedral_range(Mesh.box((NM, NM, NM), (2, 2, 2)))
    np.testing.assert_allclose(kuhn, [[45, 90]] * 48)


def test_describe_names_everything():
    text = Mesh.line([0, NM, 2 * NM], [2, 3], ["film", "base"], ("hot", "cold")).describe()
    assert "1D, 5 cells" in text
    assert "region 'film': 2 cells, 1e-09 m" in text
    assert "interface 'film' to 'base': 1 face" in text
    assert "boundary 'cold': 1 face" in text


BAD = {
    "nan": (dict(points=[[0, 0], [1, np.nan], [1, 1], [0, 1]]), "first is point 1 at"),
    "inverted": (dict(cells=[[0, 1, 2], [0, 3, 2]]), "1 of 2 cells are inverted.*cell 1 at"),
    "flat": (dict(cells=[[0, 1, 2], [0, 2, 2]]), "1 cells are degenerate"),
    "index": (dict(cells=[[0, 1, 7]]), "vertices from 0 to 7.*0 … 3"),
    "negative": (dict(cells=[[0, 1, -1]]), "vertices from -1"),
    "vertices": (dict(cells=[[0, 1, 2, 3, 0]]), r"\(n, 3\) triangles or \(n, 4\) quadrilaterals"),
    "floats": (dict(cells=[[0.0, 1.0, 2.0]]), "vertex numbers.*float64"),
    "no cells": (dict(cells=[]), "no cells"),
    "text": (dict(points=[["a", "b"]]), "array of numbers"),
    "shape": (dict(points=np.zeros((4, 5))), r"shape \(4, 5\)"),
    "duplicate": (dict(cells=[[0, 1, 2]] * 3), "more than two cells"),
    "unit": (dict(unit="nmm"), "length unit 'nmm'.*did you mean 'nm'"),
    "region count": (dict(regions=["a"]), "one name for each of 2 cells"),
    "region number": (dict(regions=[1, 2]), "must be names"),
    "region none": (dict(regions=["a", ""]), "1 of 2 cells have no name"),
    "region missing": (dict(regions={"a": [0]}), "1 cells are in no region.*cell 1"),
    "region empty": (dict(regions={"a": [0, 1], "b": []}), "region 'b' has no cells"),
    "region twice": (dict(regions={"a": [0, 1], "b": [1]}), "cell 1 is in region 'b' and"),
    "region range": (dict(regions={"a": [0, 1, 2]}), "cells outside 0 … 1"),
    "side missing": (dict(boundaries={"a": [[0, 1]]}), "3 of 4 outer faces have no boundary"),
    "side inner": (dict(boundaries={"a": [[0, 2]]}), "'a' are not outer faces"),
    "side absent": (dict(boundaries={"a": [[0, 9]]}), "'a' are not outer faces"),
    "side twice": (
        dict(boundaries={"a": [[0, 1], [1, 2], [2, 3], [3, 0]], "b": [[1, 0]]}),
        "in boundary 'b' and in boundary 'a'",
    ),
    "side shape": (dict(boundaries={"a": [[0, 1, 2]]}), r"expected \(n, 2\)"),
    "side empty": (dict(boundaries={"a": []}), "'a' has no faces"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arrays_are_named(case):
    change, message = BAD[case]
    with pytest.raises(MeshError, match=message):
        Mesh.from_arrays(**({"points": SQUARE, "cells": TWO} | change))


BAD_STRUCTURED = {
    "order": (lambda: Mesh.line([0, -1], 3), "must increase"),
    "counts": (lambda: Mesh.line([0, NM, 2 * NM], [3]), "1 numbers, expected 1 or 2"),
    "fraction": (lambda: Mesh.line([0, NM], 2.5), "whole numbers"),
    "text": (lambda: Mesh.rectangle(("5 nm", "2 nm"), (1, 1)), "numbers in metres, found"),
    "count": (lambda: Mesh.rectangle((NM, NM), "ab"), "whole numbers of at least 1, found 'ab'"),
    "nothing": (lambda: Mesh.box((NM, NM, NM), None), "whole numbers of at least 1, found None"),
    "zero": (lambda: Mesh.rectangle((NM, NM), (0, 1)), "at least 1"),
    "regions": (lambda: Mesh.line([0, NM], 3, ["a", "b"]), "2 names; the line has 1"),
    "ends": (lambda: Mesh.line([0, NM], 3, boundaries=("a", "a")), "two different names"),
    "grading": (lambda: Mesh.line([0, NM], 3, grading=-1), "must be positive"),
    "gradings": (lambda: Mesh.box((NM,) * 3, (1,) * 3, grading=(1, 2)), "expected 1 or 3"),
    "size": (lambda: Mesh.rectangle((NM, -NM), (1, 1)), "2 positive side lengths"),
    "sizes": (lambda: Mesh.box((NM, NM), (1, 1, 1)), "3 positive side lengths"),
    "element": (
        lambda: Mesh.rectangle((NM, NM), (1, 1), element="prism"),
        "'prism' does not exist in 2D; use one of .*quad",
    ),
    "boundary": (lambda: Mesh.line([0, NM], 3).boundary_faces("lefd"), "did you mean 'left'"),
    "region": (lambda: Mesh.line([0, NM], 3).region_cells("film"), "the mesh has: 'domain'"),
}


@pytest.mark.parametrize("case", BAD_STRUCTURED)
def test_bad_requests_are_named(case):
    make, message = BAD_STRUCTURED[case]
    with pytest.raises(MeshError, match=message):
        make()


def test_one_number_of_cells_is_for_all():
    assert Mesh.line([0, NM, 2 * NM, 5 * NM], 4, regions=["a", "b", "c"]).n_cell == 12
    assert Mesh.rectangle((NM, 2 * NM), 3).n_cell == 18
    assert Mesh.box((NM, 2 * NM, NM), 2).n_cell == 48


def test_a_quarter_million_tetrahedra_are_matched_quickly():
    mesh = Mesh.box((100 * NM,) * 3, (35,) * 3)
    assert mesh.n_cell == 257250
    n_half, n_outer = 4 * mesh.n_cell, 2 * 6 * 35**2
    assert mesh.faces.n_face == (n_half + n_outer) // 2
    assert len(mesh.faces.outer) == n_outer
