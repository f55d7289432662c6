"""Directions that walls leave open, and the normals of walls."""

import numpy as np
import pytest

from bte.mesh import Mesh, match_periodic, open_directions, wall_normals
from elements import sides

NM = 1e-9
SQUARE = 100 * NM


def pore_cell(pore=0.5, n=8, element="quad", periods=1):
    """Return a square cell with a square pore in its middle; "pore" is its wall."""
    mesh = Mesh.rectangle((periods * SQUARE, SQUARE), (periods * n, n), element=element)
    inside = (np.abs(mesh.centres % SQUARE - SQUARE / 2) < pore * SQUARE / 2).all(axis=1)
    return Mesh.from_arrays(mesh.points, mesh.cells[~inside], boundaries=sides(mesh, "pore"))


def translations(mesh, *pairs):
    return np.array([match_periodic(mesh, *pair).translation for pair in pairs])


def has(found, direction):
    unit = np.array(direction) / np.linalg.norm(direction)
    return bool((np.abs(np.abs(found @ unit) - 1.0) < 1e-12).any())


BOTH = ("left", "right"), ("bottom", "top")


def test_aligned_pores_leave_the_axes_open():
    """A pore of half the period spans 0.707 of the 0.707 between diagonals: just closed."""
    mesh = pore_cell()
    found = open_directions(mesh, ["pore"], translations(mesh, *BOTH))
    np.testing.assert_allclose(found[np.argsort(found[:, 0])], [[0, 1], [1, 0]])


def test_smaller_pores_leave_diagonals_open():
    """A pore of a quarter leaves half of the diagonal, and (1, 2) with 3/4 of its 0.447 closed."""
    mesh = pore_cell(0.25)
    found = open_directions(mesh, ["pore"], translations(mesh, *BOTH))
    assert all(has(found, d) for d in ([1, 0], [0, 1], [1, 1], [1, -1], [1, 2], [2, -1]))
    assert len(found) == 8
    large = pore_cell(0.75)
    assert len(open_directions(large, ["pore"], translations(large, *BOTH))) == 2


def test_pores_across_the_seam_are_seen_whole():
    """The same lattice with the pore in the corners of the cell."""
    mesh = Mesh.rectangle((SQUARE, SQUARE), 8, element="quad")
    moved = (mesh.centres + SQUARE / 2) % SQUARE
    inside = (np.abs(moved - SQUARE / 2) < 0.25 * SQUARE).all(axis=1)
    cut = Mesh.from_arrays(mesh.points, mesh.cells[~inside], boundaries=sides(mesh, "pore"))
    found = open_directions(cut, ["pore"], [[SQUARE, 0], [0, SQUARE]])
    assert len(found) == 2
    assert has(found, [1, 0])
    assert has(found, [0, 1])


def test_staggered_pores_close_the_axes():
    """Two pores of 0.6 L in a cell of 2 L x L, the second shifted by half a period."""
    mesh = Mesh.rectangle((2 * SQUARE, SQUARE), (20, 10), element="quad")
    x, y = mesh.centres.T
    first = (np.abs(x - 0.5 * SQUARE) < 0.3 * SQUARE) & (np.abs(y - 0.5 * SQUARE) < 0.3 * SQUARE)
    second = (np.abs(x - 1.5 * SQUARE) < 0.3 * SQUARE) & (np.abs(y - 0.5 * SQUARE) > 0.2 * SQUARE)
    cut = Mesh.from_arrays(
        mesh.points, mesh.cells[~(first | second)], boundaries=sides(mesh, "pore")
    )
    found = open_directions(cut, ["pore"], [[2 * SQUARE, 0], [0, SQUARE]])
    assert not has(found, [1, 0])
    assert has(found, [0, 1])


def test_a_film_is_open_along_itself():
    long = Mesh.rectangle((10 * SQUARE, SQUARE), (10, 2))
    walls = ["bottom", "top"]
    np.testing.assert_allclose(open_directions(long, walls), [[1, 0]])
    np.testing.assert_allclose(open_directions(long, walls, [[10 * SQUARE, 0]]), [[1, 0]])
    short = Mesh.rectangle((2 * SQUARE, SQUARE), (2, 2))
    assert len(open_directions(short, walls)) == 0
    np.testing.assert_allclose(open_directions(short, walls, [[2 * SQUARE, 0]]), [[1, 0]])


def test_a_tilted_film_is_open_along_its_walls():
    mesh = Mesh.rectangle((10 * SQUARE, SQUARE), (10, 2))
    c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
    turned = mesh.points @ np.array([[c, s], [-s, c]])
    names = np.array(mesh.boundary_names)[mesh.faces.boundary[mesh.faces.outer]]
    tilted = Mesh.from_arrays(turned, mesh.cells, boundaries=lambda x: names)
    np.testing.assert_allclose(open_directions(tilted, ["bottom", "top"]), [[c, s]], atol=1e-12)
    np.testing.assert_allclose(wall_normals(tilted, ["bottom", "top"]), [[s, -c]], atol=1e-12)
    assert len(wall_normals(tilted, tilted.boundary_names)) == 2


def test_closed_and_unbounded_meshes_have_no_channels():
    mesh = Mesh.rectangle((10 * SQUARE, SQUARE), (4, 2))
    assert open_directions(mesh, mesh.boundary_names).shape == (0, 2)
    assert open_directions(mesh, []).shape == (0, 2)
    assert open_directions(Mesh.line([0, NM], 2), ["left"]).shape == (0, 1)


@pytest.mark.parametrize("element", ["tetra", "hexahedron", "prism"])
@pytest.mark.parametrize(("pore", "diagonal"), [(0.5, True), (0.75, False)])
def test_cubic_pores_close_the_diagonal_beyond_two_thirds(element, pore, diagonal):
    """Seen along (1, 1, 1) cubes of side a are hexagons of inradius a / sqrt(2).

    The farthest points of the projected lattice lie 0.4714 L from it, so that 2/3 L closes it.
    """
    mesh = Mesh.box((SQUARE,) * 3, 8, element=element)
    inside = (np.abs(mesh.centres - SQUARE / 2) < pore * SQUARE / 2).all(axis=1)
    cut = Mesh.from_arrays(mesh.points, mesh.cells[~inside], boundaries=sides(mesh, "pore"))
    found = open_directions(cut, ["pore"], SQUARE * np.eye(3))
    assert all(has(found, d) for d in np.eye(3))
    assert has(found, [1, 1, 0])  # above the pore in z
    assert has(found, [1, 1, 1]) == diagonal


def test_a_wire_is_open_along_itself():
    wire = Mesh.box((SQUARE, SQUARE, 6 * SQUARE), (2, 2, 6))
    walls = ["left", "right", "bottom", "top"]
    np.testing.assert_allclose(open_directions(wire, walls), [[0, 0, 1]], atol=1e-12)
    np.testing.assert_allclose(open_directions(wire, walls, [[0, 0, 6 * SQUARE]]), [[0, 0, 1]])
    assert len(open_directions(wire, ["front", "back"])) == 0


def test_a_film_in_space_is_open_in_its_plane():
    film = Mesh.box((6 * SQUARE, 6 * SQUARE, SQUARE), (4, 4, 2), element="hexahedron")
    found = open_directions(film, ["front", "back"], [[6 * SQUARE, 0, 0], [0, 6 * SQUARE, 0]])
    assert all(has(found, d) for d in ([1, 0, 0], [0, 1, 0], [1, 1, 0], [1, -1, 0]))
    assert not has(found, [0, 0, 1])


def test_wall_normals_are_distinct_and_sorted_by_area():
    mesh = Mesh.rectangle((10 * SQUARE, SQUARE), (40, 2), grading=1.1)
    np.testing.assert_array_equal(wall_normals(mesh, mesh.boundary_names), [[0, 1], [1, 0]])
    box = Mesh.box((SQUARE, 2 * SQUARE, 3 * SQUARE), 2)
    np.testing.assert_array_equal(wall_normals(box, box.boundary_names), np.eye(3))
    assert wall_normals(mesh, []).shape == (0, 2)


@pytest.mark.parametrize("element", ["quad", "triangle"])
def test_a_channel_between_mirrors_has_no_end(element):
    """A quarter of the pore cell, cut at its planes of symmetry, is open as the whole is."""
    mesh = pore_cell(element=element)
    near = (mesh.centres < SQUARE / 2).all(axis=1)
    quarter = Mesh.from_arrays(mesh.points, mesh.cells[near])
    corner = Mesh.from_arrays(quarter.points, quarter.cells, boundaries=sides(quarter, "pore"))
    inner = (corner.points > 0.25 * SQUARE - 1e-6 * NM).all(axis=1)
    assert inner.any()
    walls = [name for name in corner.boundary_names if name == "pore"]
    assert len(open_directions(corner, walls)) == 0
    both = open_directions(corner, walls, mirrors=[[1, 0], [0, 1]])
    np.testing.assert_allclose(both[np.argsort(both[:, 0])], [[0, 1], [1, 0]])
    np.testing.assert_allclose(open_directions(corner, walls, mirrors=[[0, 1]]), [[0, 1]])
