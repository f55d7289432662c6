"""Integrals of the vertex functions: exact values, and the discrete Gauss theorem."""

import itertools

import numpy as np
import pytest

from bte import _core

CUBE = np.array(
    [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1.0]]
)
REFERENCE = {
    "line": np.array([[0.0], [1]]),
    "triangle": np.array([[0.0, 0], [1, 0], [0, 1]]),
    "tetrahedron": np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    "quadrilateral": np.ascontiguousarray(CUBE[:4, :2]),
    "prism": CUBE[[0, 1, 3, 4, 5, 7]],
    "hexahedron": CUBE,
}
VOLUMES = {"triangle": 1 / 2, "tetrahedron": 1 / 6, "prism": 1 / 2}


def warped(name, seed=0, size=0.25):
    """Return the reference cell with every vertex moved, so that no face is flat."""
    x = REFERENCE[name]
    return x + size * (np.random.default_rng(seed).random(x.shape) - 0.5)


def gathered(name, faces):
    """Return face matrices (n_face, dim, 4, 4) as one (dim, n, n) matrix of the cell."""
    n, dim = REFERENCE[name].shape
    total = np.zeros((dim, n, n))
    for table, matrix in zip(_core.element_faces(dim, n), faces, strict=True):
        k = len(table)
        total[np.ix_(range(dim), table, table)] += matrix[:, :k, :k]
    return total


@pytest.mark.parametrize("name", REFERENCE)
def test_element_is_found_by_dimension_and_vertices(name):
    n, dim = REFERENCE[name].shape
    assert _core.element_name(dim, n) == name


@pytest.mark.parametrize("name", REFERENCE)
def test_reference_cells_have_their_volumes(name):
    cell = _core.cell_integrals(REFERENCE[name])
    n = len(REFERENCE[name])
    assert cell["volume"] == pytest.approx(VOLUMES.get(name, 1.0), rel=1e-14)
    np.testing.assert_allclose(cell["node_volume"], cell["volume"] / n, rtol=1e-14)
    areas = gathered(name, cell["faces"]).sum(axis=(1, 2))
    np.testing.assert_allclose(areas, 0.0, atol=1e-15)


def test_mass_of_the_unit_square_and_cube():
    line = np.array([[2, 1], [1, 2]]) / 6
    order = [0, 1, 3, 2]  # counter-clockwise to lexicographic
    square = np.kron(line, line)[np.ix_(order, order)]
    np.testing.assert_allclose(
        _core.cell_integrals(REFERENCE["quadrilateral"])["mass"], square, atol=1e-15
    )
    np.testing.assert_allclose(
        _core.cell_integrals(CUBE)["mass"], np.kron(line, square), atol=1e-15
    )
    triangle = (1 + np.eye(3)) / 24
    np.testing.assert_allclose(
        _core.cell_integrals(REFERENCE["prism"])["mass"], np.kron(line, triangle), atol=1e-15
    )


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("seed", range(3))
def test_discrete_gauss_theorem_holds_to_rounding(name, seed):
    """int d(phi_i phi_j)/dx_d over the cell is int n_d phi_i phi_j over its faces."""
    cell = _core.cell_integrals(warped(name, seed))
    inside = cell["streaming"] + cell["streaming"].transpose(0, 2, 1)
    np.testing.assert_allclose(inside, gathered(name, cell["faces"]), atol=3e-16)


@pytest.mark.parametrize("name", REFERENCE)
def test_functions_sum_to_one_and_reproduce_linear_fields(name):
    x = warped(name)
    cell = _core.cell_integrals(x)
    dim = x.shape[1]
    np.testing.assert_allclose(cell["mass"].sum(), cell["volume"], rtol=1e-14)
    np.testing.assert_allclose(cell["mass"].sum(axis=0), cell["node_volume"], rtol=1e-13)
    np.testing.assert_allclose(cell["streaming"].sum(axis=1), 0.0, atol=1e-15)
    # int phi_j d(x_e)/dx_d = delta_de int phi_j
    slopes = np.einsum("dij,ie->dej", cell["streaming"], x)
    expected = np.eye(dim)[:, :, None] * cell["node_volume"]
    np.testing.assert_allclose(slopes, expected, atol=1e-15)


@pytest.mark.parametrize("name", REFERENCE)
def test_volume_by_the_divergence_theorem(name):
    """V = 1/dim of the sum over faces of int n . x dA."""
    x = warped(name, 5)
    cell = _core.cell_integrals(x)
    flux = np.einsum("dij,jd->", gathered(name, cell["faces"]), x)
    assert flux / x.shape[1] == pytest.approx(cell["volume"], rel=1e-13)


def test_integrals_of_a_trapezoid_are_exact():
    """A quadrilateral (0,0) (2,0) (1,1) (0,1): int x dA = 7/6, int x^2 dA = 5/4."""
    x = np.array([[0.0, 0], [2, 0], [1, 1], [0, 1]])
    cell = _core.cell_integrals(x)
    assert cell["volume"] == pytest.approx(1.5, rel=1e-15)
    assert cell["node_volume"] @ x[:, 0] == pytest.approx(7 / 6, rel=1e-15)
    assert x[:, 0] @ cell["mass"] @ x[:, 0] == pytest.approx(5 / 4, rel=1e-15)


def test_frustum_of_a_pyramid_is_exact():
    """Base side 2, top side 1, height 3: V = 7, int z dV = 33/4."""
    x = CUBE.copy()
    x[:4, :2] = 2 * x[:4, :2] - 0.5
    x[:, 2] *= 3
    cell = _core.cell_integrals(x)
    assert cell["volume"] == pytest.approx(7.0, rel=1e-14)
    assert cell["node_volume"] @ x[:, 2] == pytest.approx(33 / 4, rel=1e-14)


@pytest.mark.parametrize("name", REFERENCE)
def test_diffusion_integrals_of_linear_fields(name):
    """For f linear, int grad phi_i . grad f = grad f . the area vector of phi_i, face by face."""
    x = warped(name)
    n, dim = x.shape
    cell = _core.cell_integrals(x)
    slope = np.array([0.7, -1.3, 0.4])[:dim]
    f = x @ slope
    areas = gathered(name, cell["faces"]).sum(axis=2)  # int n_d phi_i over all faces
    np.testing.assert_allclose(cell["stiffness"] @ f, slope @ areas, atol=2e-15)
    np.testing.assert_allclose(cell["stiffness"], cell["stiffness"].T, atol=1e-15)
    for k, table in enumerate(_core.element_faces(dim, n)):
        width = len(table)
        expected = slope @ cell["faces"][k][:, :width, :width].sum(axis=2)
        np.testing.assert_allclose(cell["normal_gradient"][k][:width] @ f, expected, atol=2e-15)


def test_faces_of_all_elements_turn_outwards():
    for name in ("quadrilateral", "prism", "hexahedron"):
        x = REFERENCE[name]
        n, dim = x.shape
        cell = _core.cell_integrals(x)
        for k, table in enumerate(_core.element_faces(dim, n)):
            area = cell["faces"][k].sum(axis=(1, 2))
            assert area @ (x[table].mean(axis=0) - x.mean(axis=0)) > 0, (name, k)


def test_every_edge_of_a_cell_is_in_two_of_its_faces():
    for n in (4, 6, 8):
        count = {}
        for table in _core.element_faces(3, n):
            ring = [*table, table[0]]
            for a, b in itertools.pairwise(ring):
                count[frozenset((a, b))] = count.get(frozenset((a, b)), 0) + 1
        assert set(count.values()) == {2}
