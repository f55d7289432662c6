"""Faces of two boundaries matched by translation."""

import numpy as np
import pytest

from bte.errors import MeshError
from bte.mesh import Mesh, match_periodic
from elements import sides

NM = 1e-9
SIZE = (40 * NM, 30 * NM, 20 * NM)


def renumbered(mesh, seed=0):
    """Return the mesh with cells and points in random order."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(mesh.n_point)
    points = np.empty_like(mesh.points)
    points[order] = mesh.points
    cells = order[mesh.cells][rng.permutation(mesh.n_cell)]
    return Mesh.from_arrays(points, cells, boundaries=sides(mesh))


MESHES = {
    "triangle": lambda: Mesh.rectangle(SIZE[:2], (4, 6), grading=1.2),
    "quad": lambda: Mesh.rectangle(SIZE[:2], (4, 6), element="quad"),
    "tetra": lambda: Mesh.box(SIZE, (2, 4, 2)),
    "prism": lambda: Mesh.box(SIZE, (2, 4, 2), element="prism"),
    "hexahedron": lambda: Mesh.box(SIZE, (2, 4, 3), element="hexahedron", grading=1.3),
}
PAIRS = [("left", "right"), ("top", "bottom"), ("front", "back")]


@pytest.mark.parametrize("name", MESHES)
@pytest.mark.parametrize("pair", PAIRS)
def test_every_face_finds_the_one_opposite(name, pair):
    mesh = renumbered(MESHES[name]())
    if pair[0] not in mesh.boundary_names:
        pytest.skip("a plane mesh has no front")
    found = match_periodic(mesh, *pair)
    axis = PAIRS.index(pair)
    expected = np.zeros(mesh.dim)
    expected[axis] = SIZE[axis] if pair[0] in ("left", "front") else -SIZE[axis]
    np.testing.assert_allclose(found.translation, expected, atol=1e-12 * NM)
    np.testing.assert_array_equal(np.sort(found.second_faces), mesh.boundary_faces(pair[1]))
    np.testing.assert_array_equal(found.first_faces, mesh.boundary_faces(pair[0]))
    nodes = mesh.faces.nodes
    first, second = nodes[found.first_faces, 0], nodes[found.second_faces, 0]
    partner = np.take_along_axis(second, found.vertex, axis=1)
    there = first >= 0
    gap = mesh.node_points[partner] - mesh.node_points[first] - expected
    assert np.abs(gap[there]).max() < 1e-12 * NM
    assert (np.sort(found.vertex, axis=1) == np.arange(mesh.n_face_vertex)).all()


def test_ends_of_a_line():
    mesh = Mesh.line([0, 50 * NM], 3)
    found = match_periodic(mesh, "right", "left")
    assert found.translation == pytest.approx([-50 * NM])
    np.testing.assert_array_equal(found.vertex, [[0]])


def with_sides(x_left, x_right, height=10):
    """Return two triangles strips: points on the left and right ends at these heights [nm]."""
    mesh = Mesh.rectangle((20 * NM, height * NM), (2, len(x_left) - 1), element="quad")
    points = mesh.points.copy()
    for x, heights in ((0.0, x_left), (20 * NM, x_right)):
        points[points[:, 0] == x, 1] = np.array(heights) * NM
    return Mesh.from_arrays(points, mesh.cells, boundaries=sides(mesh))


def test_faces_that_do_not_match_are_counted():
    mesh = with_sides([0, 2.5, 5, 7.5, 10], [0, 2.5, 6, 7.5, 10])
    with pytest.raises(MeshError, match=r"2 of 4 faces find no partner.*up to 5e-10 m.*Periodic"):
        match_periodic(mesh, "left", "right")


def test_centres_that_match_without_their_vertices_are_not_enough():
    """A hexahedron between two rhombi, one long in x, the other long in y."""
    low = [[2, 0, 0], [0, 1, 0], [-2, 0, 0], [0, -1, 0]]
    high = [[1, 0, 3], [0, 2, 3], [-1, 0, 3], [0, -2, 3]]
    walls = [[0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]]
    mesh = Mesh.from_arrays(
        np.array(low + high) * NM,
        [list(range(8))],
        boundaries={"low": [[0, 1, 2, 3]], "high": [[4, 5, 6, 7]], "walls": walls},
    )
    with pytest.raises(MeshError, match="1 of 1 faces find no partner, with a gap of up to 1e-09"):
        match_periodic(mesh, "low", "high")


def test_different_areas_are_named():
    mesh = Mesh.from_arrays(
        np.array([[0, 0], [4, 0], [4, 2], [0, 1]]) * NM,
        [[0, 1, 2, 3]],
        boundaries={"left": [[0, 3]], "right": [[1, 2]], "rest": [[0, 1], [2, 3]]},
    )
    with pytest.raises(
        MeshError, match=r"'left' and 'right' have different areas, 1e-09 and 2e-09"
    ):
        match_periodic(mesh, "left", "right")


def test_sides_that_do_not_face_each_other_are_named():
    mesh = Mesh.rectangle((10 * NM, 10 * NM), 2)
    with pytest.raises(MeshError, match=r"not face each other.*\(-1, 0\) and \(0, 1\)"):
        match_periodic(mesh, "left", "top")


def test_different_numbers_of_faces_are_named():
    mesh = Mesh.from_arrays(
        np.array([[0, 0], [4, 0], [4, 1], [4, 2], [0, 2]]) * NM,
        [[0, 1, 2], [0, 2, 4], [2, 3, 4]],
        boundaries={"left": [[0, 4]], "right": [[1, 2], [2, 3]], "rest": [[0, 1], [3, 4]]},
    )
    with pytest.raises(MeshError, match="different numbers of faces, 1 and 2"):
        match_periodic(mesh, "left", "right")


def test_names_are_checked():
    mesh = Mesh.rectangle((10 * NM, 10 * NM), 2)
    with pytest.raises(MeshError, match="its own periodic partner"):
        match_periodic(mesh, "left", "left")
    with pytest.raises(MeshError, match="did you mean 'right'"):
        match_periodic(mesh, "left", "rihgt")
