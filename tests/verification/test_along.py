"""Heat along films and wires: directions that the mesh does not have, against exact values.

k/k_bulk of gray phonons in three dimensions, Kn = mean free path / thickness (diameter, side).
Films: Fuchs-Sondheimer, by two formulas that agree to 14 digits; circular wires: the integral over
chords and Dingle's series agree to 10; square wires: the integral over chords, to 11.
"""

import numpy as np
import pytest
from scipy.spatial import Delaunay

import bte
from gray import LENGTH, gray

# by Kn, diffuse walls
FILM = {
    0.01: 0.99625,
    0.1: 0.9625000688550458,
    1.0: 0.6838565946040596,
    10.0: 0.20913258501997448,
}
# by Kn, half of the phonons mirrored
ROUGH_FILM = {0.1: 0.981250017213893, 1.0: 0.8291086474778417, 10.0: 0.3747891751454108}
# q(y)/q_bulk at y/L = 0 (the wall) and 0.5
PROFILE = {
    0.1: (0.4999996053957087, 0.9996797677035529),
    1.0: (0.453175238411479, 0.7578984453006926),
    10.0: (0.17389330141576753, 0.22248999089382215),
}
SQUARE_WIRE = {0.1: 0.9275465806067464, 1.0: 0.5173907989996984}
CIRCULAR_WIRE = {0.1: 0.9253830872831922, 1.0: 0.492863258606629}
ROUGH_CIRCULAR_WIRE = {0.1: 0.9626112549931801, 1.0: 0.7023479429386149}

G = 1e6


def film(kn, cells=20, grading=1.0, **walls):
    """Return a film with a gradient along it."""
    mesh = bte.Mesh.line([0, LENGTH], cells, grading=grading)
    conditions = {"left": bte.Diffuse(), "right": bte.Diffuse()} | walls
    return bte.Problem(mesh, {"domain": gray(kn)}, conditions, gradient={"y": G})


def reduction(problem):
    """Return k/k_bulk along the imposed gradient."""
    bulk = problem.materials["domain"].conductivity(300.0)
    return problem.solve().effective_conductivity / bulk


def disc(rings):
    """Return a disc of diameter LENGTH, its boundary a polygon of the same area."""
    points = [np.zeros((1, 2))]
    for i in range(1, rings + 1):
        angle = 2 * np.pi * np.arange(6 * i) / (6 * i)
        points.append(i / rings * np.column_stack([np.cos(angle), np.sin(angle)]))
    xy = np.concatenate(points)
    cells = Delaunay(xy).simplices
    corner = xy[cells]
    a, b = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    scale = np.sqrt(np.pi / area.sum()) * LENGTH / 2
    return bte.Mesh.from_arrays(scale * xy, cells)


@pytest.mark.parametrize("kn", FILM)
def test_film_with_diffuse_walls(kn):
    assert reduction(film(kn)) == pytest.approx(FILM[kn], rel=5e-4)


@pytest.mark.parametrize("kn", ROUGH_FILM)
def test_film_with_rough_walls(kn):
    rough = bte.Rough(specularity=0.5)
    assert reduction(film(kn, left=rough, right=rough)) == pytest.approx(ROUGH_FILM[kn], rel=5e-4)


def test_film_with_a_specularity_of_the_angle():
    """Exact for p = 1 - cos: the intensity after n flights carries p^n."""
    kn = 1.0
    mu, w = np.polynomial.legendre.leggauss(200)
    mu, w = 0.5 * (mu + 1), 0.5 * w
    # k/k0 = 1 - (3 Kn/2) int (mu - mu^3)(1 - p)(1 - e)/(1 - p e), e = exp(-1/(Kn mu))
    p, e = 1 - mu, np.exp(-1 / (kn * mu))
    exact = 1 - 1.5 * kn * (w * (mu - mu**3) * (1 - p) * (1 - e) / (1 - p * e)).sum()
    rough = bte.Rough(specularity=lambda mfp, cos: 1 - cos)
    assert reduction(film(kn, left=rough, right=rough)) == pytest.approx(exact, rel=1e-5)


def test_film_of_silicon_with_the_roughness_of_ziman():
    """A smooth wall is a mirror, a very rough one diffuse, and k grows in between."""

    def along(wall):
        mesh = bte.Mesh.line([0, LENGTH], 10)
        walls = {"left": wall, "right": wall}
        problem = bte.Problem(mesh, {"domain": bte.material("Si")}, walls, gradient={"y": G})
        # walls whose mirrors depend on the phonon take all lanes: so do the others, to be compared
        return problem.solve(bands=8, lanes="full").effective_conductivity

    heights = [0.0, 0.1e-9, 0.3e-9, 1e-9, 1e-6]
    found = [along(bte.Rough(rms=height)) for height in heights]
    assert found[0] == pytest.approx(along(bte.Specular()), rel=1e-12)
    assert np.all(np.diff(found) < 0)
    assert found[-1] == pytest.approx(along(bte.Diffuse()), rel=5e-3)
    assert along(bte.Rough(rms=0.3e-9, formula="ziman paper")) < found[2]


def test_film_with_mirrors_is_the_bulk():
    walls = {"left": bte.Specular(), "right": bte.Specular()}
    assert reduction(film(1.0, **walls)) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
def test_half_a_film_beside_its_symmetry_plane(kn):
    mesh = bte.Mesh.line([0, LENGTH / 2], 10)
    walls = {"left": bte.Specular(), "right": bte.Diffuse()}
    half = bte.Problem(mesh, {"domain": gray(kn)}, walls, gradient={"z": -G})
    assert reduction(half) == pytest.approx(reduction(film(kn)), rel=1e-9)


@pytest.mark.parametrize("kn", PROFILE)
def test_profile_across_the_film(kn):
    def profile(problem):
        flux = problem.solve().flux_along["y"]
        return -flux / G / problem.materials["domain"].conductivity(300.0)

    # the slope is infinite at the wall: graded cells
    assert profile(film(kn, 60, 1.35))[0] == pytest.approx(PROFILE[kn][0], abs=1e-3)
    assert profile(film(kn, 40))[40] == pytest.approx(PROFILE[kn][1], rel=1e-3)


@pytest.mark.parametrize("kn", SQUARE_WIRE)
def test_square_wire(kn):
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), 8)
    walls = {name: bte.Diffuse() for name in mesh.boundary_names}
    wire = bte.Problem(mesh, {"domain": gray(kn)}, walls, gradient={"z": G})
    assert reduction(wire) == pytest.approx(SQUARE_WIRE[kn], rel=3e-3)


@pytest.mark.parametrize("kn", SQUARE_WIRE)
def test_a_quarter_of_a_square_wire(kn):
    mesh = bte.Mesh.rectangle((LENGTH / 2, LENGTH / 2), 6)
    walls = {name: bte.Specular() for name in ("left", "bottom")}
    walls |= {name: bte.Diffuse() for name in ("right", "top")}
    wire = bte.Problem(mesh, {"domain": gray(kn)}, walls, gradient={"z": G})
    assert reduction(wire) == pytest.approx(SQUARE_WIRE[kn], rel=3e-3)


@pytest.mark.parametrize("kn", CIRCULAR_WIRE)
def test_circular_wire(kn):
    mesh = disc(10)
    wire = bte.Problem(mesh, {"domain": gray(kn)}, {"boundary": bte.Diffuse()}, gradient={"z": G})
    assert reduction(wire) == pytest.approx(CIRCULAR_WIRE[kn], rel=3e-3)


def test_long_flights_along_a_wire():
    """k/k_bulk -> <chord>/Lambda: the default nodes see steep flights, as 12 polar nodes do."""
    wire = bte.Problem(
        bte.Mesh.rectangle((LENGTH, LENGTH), (8, 8)),
        {"domain": gray(30.0)},
        dict.fromkeys(("left", "right", "bottom", "top"), bte.Diffuse()),
        gradient={"z": G},
    )
    fine = wire.solve(polars=12).effective_conductivity
    assert wire.solve().effective_conductivity == pytest.approx(fine, rel=1e-3)
    assert wire.solve(polars=3).effective_conductivity != pytest.approx(fine, rel=1e-2)


@pytest.mark.parametrize("kn", ROUGH_CIRCULAR_WIRE)
def test_circular_wire_with_a_rough_wall(kn):
    """Every face of it lies off the symmetry planes of the ordinates."""
    wall = {"boundary": bte.Rough(specularity=0.5)}
    wire = bte.Problem(disc(10), {"domain": gray(kn)}, wall, gradient={"z": G})
    assert reduction(wire) == pytest.approx(ROUGH_CIRCULAR_WIRE[kn], rel=3e-3)


@pytest.mark.parametrize("wall", [bte.Isothermal(300.0), bte.HeatFlux(0.0), bte.Diffuse(mix=True)])
def test_walls_that_emit_evenly_are_diffuse(wall):
    """What they emit follows g y, so none of it carries heat along y."""
    assert reduction(film(1.0, left=wall)) == pytest.approx(reduction(film(1.0)), rel=1e-12)


def test_layers_of_one_material_are_the_film_of_both():
    """An interface that scatters diffusely cuts a film in two."""
    mesh = bte.Mesh.line([0, LENGTH, 2 * LENGTH], [20, 20], ["a", "b"])
    walls = {"left": bte.Diffuse(), "right": bte.Diffuse()}
    materials = {"a": gray(1.0), "b": gray(1.0)}
    cut = {("a", "b"): bte.Transmission(0.5)}
    two = bte.Problem(mesh, materials, walls, interfaces=cut, gradient={"y": G}).solve()
    one = film(1.0).solve()
    assert two.effective_conductivity == pytest.approx(one.effective_conductivity, rel=1e-12)


def test_heat_across_and_along_add_up():
    mesh = bte.Mesh.line([0, LENGTH], 20)
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(299.0)}
    across = bte.Problem(mesh, {"domain": bte.material("Si")}, walls)
    both = bte.Problem(mesh, across.materials, walls, gradient={"y": G, "z": 2 * G})
    one, two = across.solve(bands=8), both.solve(bands=8)
    assert two.power == one.power
    assert two.flux_along["z"] == pytest.approx(2 * two.flux_along["y"], rel=1e-14)
    with pytest.raises(bte.BteError, match="one imposed gradient, found 3"):
        _ = two.effective_conductivity
    bulk = across.materials["domain"].conductivity(300.0)
    assert np.all(-two.flux_along["y"] < G * bulk)


def test_continuum_models():
    problem = film(1.0)
    bulk = problem.materials["domain"].conductivity(300.0)
    for model in ("fourier", "kapitza", "slip"):
        assert problem.solve_fourier(model).effective_conductivity == pytest.approx(bulk)
    # sum kappa / (1 + 4 Lambda / (3 L))
    size = problem.solve_fourier("size").effective_conductivity
    assert size == pytest.approx(bulk / (1 + 4 / 3), rel=1e-12)


def test_comparisons_judge_the_heat_along():
    problem = film(1.0)
    comparison = bte.compare(problem.solve(), *map(problem.solve_fourier, ("kapitza", "size")))
    numbers = comparison.numbers
    # the default rule is exact to 1e-5
    assert numbers["kapitza"].error == pytest.approx(1 / FILM[1.0] - 1, rel=1e-4)
    assert numbers["size"].error == pytest.approx(1 - 3 / 7 / FILM[1.0], rel=1e-4)
    assert comparison.sufficient(0.4) == "size"
    assert "the heat along the imposed gradient" in comparison.verdict()
    assert "Heat along imposed gradients" in comparison.table()


def test_sweeps_are_counted():
    """One for the rest, which nothing drives, and one for the heat along."""
    assert film(1.0).solve().iterations == 2
    rough = film(1.0, left=bte.Rough(specularity=0.5)).solve()
    assert rough.converged
    assert rough.iterations <= 7


def test_the_error_estimate_sees_the_heat_along():
    solution = film(10.0).solve(polars=6)
    estimate = solution.error_estimate(polars=3)
    coarse = film(10.0).solve(polars=3)
    change = 1.0 - coarse.effective_conductivity / solution.effective_conductivity
    assert estimate.flux_along["y"] == pytest.approx(change, rel=1e-12)
    assert estimate.largest == pytest.approx(abs(change))
    assert "flux along y" in str(estimate)


def test_files_keep_it(tmp_path):
    solution = film(1.0).solve()
    solution.save(tmp_path / "film.h5")
    loaded = bte.load(tmp_path / "film.h5")
    assert loaded.effective_conductivity == solution.effective_conductivity
    assert "along y: mean flux" in str(loaded)


@pytest.mark.parametrize(
    ("dim", "gradient", "sentence"),
    [
        (1, {"x": G}, r"'x' is along a direction of the 1D mesh; impose it with Periodic"),
        (2, {"y": G}, r"'y' is along a direction of the 2D mesh"),
        (2, {"q": G}, r"'q' is none of the directions that a 2D mesh does not have \('z'\)"),
        (1, {"y": np.nan}, r"gradient along 'y' must be finite"),
        (1, 3.0, r"gradient must be a dict with directions as keys"),
    ],
)
def test_gradients_that_cannot_be(dim, gradient, sentence):
    mesh = bte.Mesh.line([0, LENGTH], 4) if dim == 1 else bte.Mesh.rectangle((LENGTH, LENGTH), 2)
    walls = {name: bte.Diffuse() for name in mesh.boundary_names}
    with pytest.raises(bte.BteError, match=sentence):
        bte.Problem(mesh, {"domain": gray(1.0)}, walls, gradient=gradient)
