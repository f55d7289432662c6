"""Periodic boundaries: homogeneous cells, pores, superlattices; what drives them and what does not.

Gray aligned-pore cell (square pore of side L/2 in the middle of a square period L, diffuse pore
walls, a difference over one period, Kn = mean free path / L): k/k_bulk from independent estimates,
under refinement of mesh and angle 0.572 +- 0.001 at Kn 0.01, 0.525 +- 0.001 at 0.1, 0.2690 +-
0.0015 at 1, 0.0604 +- 0.0010 at 10, 0.0099 +- 0.0003 at 100.
"""

import numpy as np
import pytest

import bte
from gray import LENGTH, gray

PORE = {0.01: 0.572, 0.1: 0.525, 1.0: 0.2690, 10.0: 0.0604}


def cell(dim, blocks, kn, differences, material=None):
    """Return a homogeneous cell, periodic along all axes with differences of temperature."""
    if dim == 1:
        mesh = bte.Mesh.line([0, LENGTH], blocks)
    else:
        make = bte.Mesh.rectangle if dim == 2 else bte.Mesh.box
        mesh = make((LENGTH,) * dim, blocks)
    pairs = (("left", "right"), ("bottom", "top"), ("front", "back"))[:dim]
    walls = {a: bte.Periodic(b, d) for (a, b), d in zip(pairs, differences, strict=True)}
    return bte.Problem(mesh, {"domain": material or gray(kn)}, walls)


def pore(kn, blocks, shift=(0.0, 0.0), difference=1.0):
    """Return the aligned-pore cell of unit area; a shift moves the pore off the middle."""
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), blocks)
    inside = np.abs(mesh.centres / LENGTH - 0.5 - np.array(shift)) < 0.25

    def names(x):
        x, y = (x / LENGTH).T
        outer = [abs(x) < 1e-9, abs(x - 1) < 1e-9, abs(y) < 1e-9, abs(y - 1) < 1e-9]
        return np.select(outer, ["left", "right", "bottom", "top"], "pore")

    kept = mesh.cells[~inside.all(axis=1)]
    walls = {"left": bte.Periodic("right", difference), "bottom": bte.Periodic("top")}
    made = bte.Mesh.from_arrays(mesh.points, kept, boundaries=names)
    return bte.Problem(made, {"domain": gray(kn)}, {**walls, "pore": bte.Diffuse()})


def reduction(solution):
    """Return k/k_bulk."""
    return solution.effective_conductivity / next(iter(solution.conductivities.values()))


@pytest.mark.parametrize("kn", [1e-3, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_homogeneous_cell_conducts_like_the_bulk_in_every_direction(dim, kn):
    differences = (1.0, -0.5, 0.2)[:dim]
    settings = {} if dim == 1 else {"azimuths": 8, "polars": 2}
    solution = cell(dim, 2 if dim == 3 else 4, kn, differences).solve(tolerance=1e-7, **settings)
    bulk = solution.conductivities["domain"]
    assert solution.converged
    for axis, difference in enumerate(differences):
        gradient = difference / LENGTH
        assert solution.heat_flux[:, axis] == pytest.approx(bulk * gradient, rel=1e-4)
    assert solution.temperature.mean() == pytest.approx(300.0, abs=1e-6)


def test_a_homogeneous_cell_of_silicon():
    solution = cell(2, 3, None, (1.0, 0.0), bte.material("Si")).solve(
        bands=6, azimuths=8, polars=2, tolerance=1e-8
    )
    assert reduction(solution) == pytest.approx(1.0, rel=1e-6)
    assert abs(solution.power["bottom"]) < 1e-7 * solution.power["left"]


def test_without_a_difference_nothing_flows():
    solution = cell(2, 3, 1.0, (0.0, 0.0)).solve()
    assert np.abs(solution.heat_flux).max() == 0.0
    assert solution.temperature == pytest.approx(300.0)
    with pytest.raises(bte.BteError, match="exactly two isothermal boundaries, found 0"):
        _ = solution.effective_conductivity


def test_files_keep_pairs_and_differences(tmp_path):
    solution = pore(1.0, 8).solve()
    solution.save(tmp_path / "pore.h5")
    loaded = bte.load(tmp_path / "pore.h5")
    assert loaded.boundary("left").partner == "right"
    assert loaded.effective_conductivity == solution.effective_conductivity
    # the difference over the power that passes, less the error of the mesh
    budget = loaded.resistances()
    assert budget.total == pytest.approx(1.0 / solution.power["left"], rel=1e-8)
    assert budget.regions["domain"] == pytest.approx(budget.total, rel=1e-2)


def test_two_differences_have_no_single_conductivity():
    solution = cell(2, 3, 1.0, (1.0, 1.0)).solve()
    with pytest.raises(bte.BteError, match=r"needs one imposed gradient, found 2: difference betw"):
        _ = solution.effective_conductivity


@pytest.mark.parametrize("kn", PORE)
def test_aligned_pores(kn):
    """A coarse mesh and the default directions: within 1 % up to Kn 1, 2.5 % at 10."""
    solution = pore(kn, 16).solve()
    assert solution.converged
    assert reduction(solution) == pytest.approx(PORE[kn], rel=0.01 if kn <= 1 else 0.025)
    assert abs(solution.energy_balance) < 1e-8


def test_where_the_pore_is_in_its_cell_does_not_matter():
    middle = pore(1.0, 8).solve(tolerance=1e-8)
    moved = pore(1.0, 8, shift=(0.125, -0.125)).solve(tolerance=1e-8)
    # the triangles of a block are cut along other diagonals
    assert reduction(moved) == pytest.approx(reduction(middle), rel=5e-3)


def test_half_a_cell_between_mirrors_is_the_cell():
    """With the default directions: they gather along the channel across the mirrors too."""
    whole = pore(10.0, 8)
    mesh = whole.mesh
    below = mesh.centres[:, 1] < LENGTH / 2
    low, high = -1e-9 * LENGTH, 1e-9 * LENGTH

    def names(x):
        x, y = x.T
        outer = [x < high, x > LENGTH + low, (y < high) | (y > LENGTH / 2 + low)]
        return np.select(outer, ["left", "right", "mirror"], "pore")

    half = bte.Mesh.from_arrays(mesh.points, mesh.cells[below], boundaries=names)
    walls = {"left": bte.Periodic("right", 1.0), "mirror": bte.Specular(), "pore": bte.Diffuse()}
    cut = bte.Problem(half, {"domain": gray(10.0)}, walls).solve(tolerance=1e-8)
    assert reduction(cut) == pytest.approx(reduction(whole.solve(tolerance=1e-8)), rel=1e-6)


def test_half_the_difference_over_half_the_period():
    """A cell of two periods under twice the difference has the conductivity of one."""
    materials = {"a": bte.material("Si"), "b": bte.material("Ge"), "c": bte.material("Si")}
    ends = np.array([0.0, 0.3, 0.7, 1.0]) * LENGTH
    single = bte.Problem(
        bte.Mesh.line(ends, [6, 8, 6], ["a", "b", "c"]),
        materials,
        {"left": bte.Periodic("right", 1.0)},
    )
    twice = np.concatenate([ends, ends[1:] + LENGTH])
    names = ["a", "b", "c", "d", "e", "f"]
    both = dict(zip(names, [*materials.values()] * 2, strict=True))
    double = bte.Problem(
        bte.Mesh.line(twice, [6, 8, 6] * 2, names), both, {"left": bte.Periodic("right", 2.0)}
    )
    found = [p.solve(bands=6, tolerance=1e-8).effective_conductivity for p in (single, double)]
    assert found[1] == pytest.approx(found[0], rel=1e-6)


def test_ends_of_a_period_cut_through_one_material():
    mesh = bte.Mesh.line([0, LENGTH / 2, LENGTH], [4, 4], ["a", "b"])
    materials = {"a": bte.material("Si"), "b": bte.material("Ge")}
    with pytest.raises(bte.BteError, match=r"join regions 'a' and 'b' of different materials"):
        bte.Problem(mesh, materials, {"left": bte.Periodic("right", 1.0)})


def test_isothermal_walls_between_periodic_sides_are_the_slab():
    """No gradient along the slab: periodic sides are as good as mirrors."""
    mesh = bte.Mesh.rectangle((LENGTH, 0.3 * LENGTH), (8, 3))
    hot = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    periodic = bte.Problem(mesh, {"domain": gray(1.0)}, {**hot, "top": bte.Periodic("bottom")})
    mirrors = {"top": bte.Specular(), "bottom": bte.Specular()}
    specular = bte.Problem(mesh, {"domain": gray(1.0)}, {**hot, **mirrors})
    found = [p.solve(tolerance=1e-8).power["left"] for p in (periodic, specular)]
    assert found[0] == pytest.approx(found[1], rel=1e-3)


def test_a_film_of_pores_between_periodic_ends_conducts_as_with_a_gradient():
    """A gradient in the plane as a difference in 2D, and along a missing direction in 1D."""
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (2, 12))
    walls = {"left": bte.Periodic("right", 1.0), "bottom": bte.Diffuse(), "top": bte.Diffuse()}
    plane = bte.Problem(mesh, {"domain": gray(1.0)}, walls).solve(azimuths=32, polars=4)
    # Fuchs-Sondheimer, Kn = 1
    assert reduction(plane) == pytest.approx(0.6838565946040596, rel=2e-3)


@pytest.mark.parametrize(
    ("boundaries", "sentence"),
    [
        ({"left": bte.Periodic("top"), "right": bte.Diffuse(), "bottom": bte.Diffuse()}, "face"),
        ({"left": bte.Periodic("right"), "bottom": bte.Diffuse()}, "'top' has no condition"),
    ],
)
def test_pairs_that_cannot_be(boundaries, sentence):
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), 2)
    with pytest.raises(bte.BteError, match=sentence):
        bte.Problem(mesh, {"domain": gray(1.0)}, boundaries)


def test_pairs_of_different_area_or_mesh():
    points = np.array([[0, 0], [1, 0], [1, 1.5], [0, 1]]) * LENGTH

    def names(x):
        return np.where(x[:, 0] < 1e-12, "left", np.where(x[:, 0] > 0.99 * LENGTH, "right", "rest"))

    mesh = bte.Mesh.from_arrays(points, [[0, 1, 2], [0, 2, 3]], boundaries=names)
    walls = {"left": bte.Periodic("right"), "rest": bte.Diffuse()}
    with pytest.raises(bte.BteError, match=r"'left' and 'right' have different areas"):
        bte.Problem(mesh, {"domain": gray(1.0)}, walls)
