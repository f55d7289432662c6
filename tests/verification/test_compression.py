"""Few lanes against all of them, and against exact films and tensors."""

import numpy as np
import pytest
from test_materials import a8_silicon

import bte
from crystals import AXIS_FIRST, crystal

ENDS = {"hot": bte.Isothermal(300.5), "cold": bte.Isothermal(299.5)}

# A8.crossplane_k and A8.inplane_k: films of two-branch silicon at 300 K between walls that emit at
# one temperature; along them with specularity p [W/m/K].
CROSS = {1e-8: 5.425323404332228, 1e-5: 134.04181265608756}
ALONG = {
    (1e-8, 0.0): 16.320199200087657,
    (1e-8, 0.5): 29.626213035684703,
    (1e-5, 0.0): 139.86026464821435,
    (1e-5, 0.5): 142.10694949535608,
}


def film(material, length, walls=None, cells=40, **settings):
    mesh = bte.Mesh.line([0, length], [cells], ["film"], ("hot", "cold"), grading=1.3)
    return bte.Problem(mesh, {"film": material}, walls or ENDS, **settings)


@pytest.mark.parametrize("length", CROSS)
@pytest.mark.parametrize(("lanes", "within"), [(8, 1e-4), ("auto", 1e-4), (48, 1e-4)])
def test_films_across(length, lanes, within):
    solution = film(a8_silicon(), length).solve(lanes=lanes, tolerance=1e-8)
    assert solution.settings["lanes"] <= 48
    assert solution.effective_conductivity == pytest.approx(CROSS[length], rel=within)


@pytest.mark.parametrize("length", [1e-7, 1e-6])
def test_films_across_of_other_thickness(length):
    problem = film(a8_silicon(), length)
    fine = problem.solve(lanes="full", bands=160, polars=24, tolerance=1e-8)
    few = problem.solve(tolerance=1e-8)
    assert few.effective_conductivity == pytest.approx(fine.effective_conductivity, rel=2e-5)


@pytest.mark.parametrize(("length", "p"), ALONG)
def test_films_along(length, p):
    wall = bte.Rough(specularity=p) if p else bte.Diffuse()
    problem = film(a8_silicon(), length, {"hot": wall, "cold": wall}, gradient={"y": 1e6})
    solution = problem.solve(tolerance=1e-8)
    assert solution.effective_conductivity == pytest.approx(ALONG[length, p], rel=1e-4)


def square(walls, **settings):
    mesh = bte.Mesh.rectangle((1e-7, 1e-7), (6, 6))
    named = dict(zip(("left", "right", "bottom", "top"), walls, strict=True))
    return bte.Problem(mesh, {"domain": bte.material("Si")}, named, **settings)


def pores(mix):
    ticks = np.linspace(0.0, 1e-7, 9)
    points = np.array([(x, y) for x in ticks for y in ticks])
    i, j = np.divmod(np.arange(64), 8)
    corner = (9 * i + j)[(abs(i - 3.5) > 2) | (abs(j - 3.5) > 2)]
    quads = np.column_stack([corner, corner + 9, corner + 10, corner + 1])

    def sides(centres):
        x, y = np.rint(centres.T * 1e13)
        ends = [x == 0, x == 1e6, y == 0, y == 1e6]
        return np.select(ends, ["left", "right", "bottom", "top"], "pore")

    mesh = bte.Mesh.from_arrays(points, {"quad": quads}, regions="domain", boundaries=sides)
    walls = {
        "left": bte.Periodic("right", temperature_difference=1.0),
        "bottom": bte.Periodic("top"),
        "pore": bte.Diffuse(mix=mix),
    }
    return bte.Problem(mesh, {"domain": bte.material("Si")}, walls)


def layers(model):
    mesh = bte.Mesh.line([0, 5e-8, 1e-7], [15, 15], ["a", "b"], ("hot", "cold"), grading=1.3)
    materials = {"a": bte.material("Si"), "b": bte.material("Ge")}
    return bte.Problem(mesh, materials, ENDS, {("a", "b"): model})


def contacts():
    """Return a reservoir whose contact keeps the energy of every band, and one that mixes."""
    return {
        "hot": bte.Contact(301.0, transmission=0.5),
        "cold": bte.Contact(300.0, conductance=1e8),
    }


CASES = {
    "film": lambda: film(bte.material("Si"), 1e-7),
    "elastic layers": lambda: layers(bte.DMM()),
    "inelastic layers": lambda: layers(bte.DMM(inelastic=True)),
    "elastic contact": lambda: film(bte.material("Si"), 1e-7, contacts()),
    "wire": lambda: square([bte.Diffuse()] * 4, gradient={"z": 1e6}),
    "rough wire": lambda: square([bte.Rough(rms=0.3e-9)] * 4, gradient={"z": 1e6}),
    "pores": lambda: pores(False),
    "mixing pores": lambda: pores(True),
    "heated": lambda: square(
        [bte.Isothermal(300.0), bte.Rough(rms=0.3e-9), bte.Specular(), bte.Diffuse()],
        sources={"domain": 1e15},
    ),
}


def conducted(solution):
    if "left" in solution.power and abs(solution.power["left"]) > 0:
        return solution.power["left"]
    if solution.flux_along:
        return float(np.mean(solution.flux_along["z"]))
    return solution.power["hot"]


@pytest.mark.parametrize("name", CASES)
def test_few_lanes_agree_with_all_within_the_estimate(name):
    problem = CASES[name]()
    azimuths = {} if problem.mesh.dim == 1 else {"azimuths": 16}
    full = problem.solve(lanes="full", bands=12, **azimuths)
    few = problem.solve(accuracy=1e-3, bands=12, **azimuths)
    assert few.converged
    assert abs(few.energy_balance) < 1e-8
    found = few.estimates
    assert found["lanes"] <= 1e-3
    gap = abs(conducted(few) / conducted(full) - 1.0)
    assert gap <= found["total"] + 1e-6
    assert f"{few.settings['lanes']} lanes; changes from half of them" in str(few)


@pytest.mark.parametrize("name", ["film", "inelastic layers", "mixing pores", "heated"])
def test_lanes_keep_equilibrium_and_energy(name):
    solution = CASES[name]().solve(bands=12, tolerance=1e-8)
    assert abs(solution.energy_balance) < 1e-10
    assert sum(solution.power.values()) == pytest.approx(
        -sum(solution.region_power.values()), abs=1e-8 * max(map(abs, solution.power.values()))
    )


def turned():
    return crystal().rotated(AXIS_FIRST)


@pytest.mark.parametrize(("material", "axis"), [(crystal, 0), (turned, 2)])
def test_crystals_conduct_by_their_tensor_in_thick_films(material, axis):
    """Across, along both directions, and in a periodic cell, in the diffusive limit."""
    tensor = np.diag(crystal().modes(300.0).conductivity())
    mesh = bte.Mesh.line([0, 4e-4], [10], ["film"], ("hot", "cold"))
    periodic = {"hot": bte.Periodic("cold", temperature_difference=1.0)}
    cell = bte.Problem(mesh, {"film": material()}, periodic).solve()
    assert cell.effective_conductivity == pytest.approx(tensor[axis], rel=1e-5)
    across = bte.Problem(mesh, {"film": material()}, ENDS)
    found = across.solve().effective_conductivity
    slip = 1.0 - found / tensor[axis]  # two slip lengths over the thickness
    assert 0.0 < slip < 1.5e-3
    assert across.solve_fourier("fourier").effective_conductivity == pytest.approx(tensor[axis])
    walls = {"hot": bte.Diffuse(), "cold": bte.Diffuse()}
    gradient = {"y": 1e6, "z": 1e6}
    mesh = bte.Mesh.line([0, 4e-3], [10], ["film"], ("hot", "cold"))
    problem = bte.Problem(mesh, {"film": material()}, walls, gradient=gradient)
    modes = np.diag(material().modes(300.0).conductivity())
    for solution in (problem.solve(), problem.solve_fourier("fourier")):
        for i, direction in ((1, "y"), (2, "z")):
            flux = -np.mean(solution.flux_along[direction]) / 1e6
            assert flux == pytest.approx(modes[i], rel=1e-4)


def test_tilted_crystals_conduct_aside():
    """A gradient along x drives heat along y where the crystal's axis lies between them."""
    turn = np.array([[np.cos(0.5), np.sin(0.5), 0], [-np.sin(0.5), np.cos(0.5), 0], [0, 0, 1.0]])
    tilted = crystal().rotated(turn @ AXIS_FIRST)
    tensor = tilted.modes(300.0).conductivity()
    assert abs(tensor[0, 1]) > 0.1 * tensor[0, 0]
    walls = {
        "left": bte.Periodic("right", temperature_difference=1.0),
        "bottom": bte.Periodic("top"),
    }
    for element in ("triangle", "quad"):
        mesh = bte.Mesh.rectangle((1e-3, 1e-3), (4, 4), element=element)
        problem = bte.Problem(mesh, {"domain": tilted}, walls)
        for solution in (problem.solve(azimuths=16), problem.solve_fourier("fourier")):
            flux = solution.heat_flux.mean(axis=0) * 1e-3
            assert flux == pytest.approx(tensor[:2, 0], rel=1e-5)


def test_crystals_balance_at_mirrors_they_do_not_have():
    """Energy and equilibrium at specular walls oblique to the axes of a crystal."""
    turn = np.array([[np.cos(0.5), np.sin(0.5), 0], [-np.sin(0.5), np.cos(0.5), 0], [0, 0, 1.0]])
    tilted = crystal().rotated(turn @ AXIS_FIRST)
    walls = {
        "left": bte.Isothermal(300.5),
        "right": bte.Isothermal(299.5),
        "bottom": bte.Specular(),
        "top": bte.Rough(specularity=0.5),
    }
    mesh = bte.Mesh.rectangle((1e-7, 1e-7), (5, 5))
    solution = bte.Problem(mesh, {"domain": tilted}, walls).solve(azimuths=16, tolerance=1e-8)
    assert solution.converged
    assert abs(solution.energy_balance) < 1e-11
    even = {**walls, "left": bte.Isothermal(300.5), "right": bte.Isothermal(300.5)}
    still = bte.Problem(mesh, {"domain": tilted}, even).solve(azimuths=16)
    assert np.ptp(still.temperature) < 1e-10


def test_mirrors_of_a_crystal_change_nothing():
    """Between its own mirrors a crystal is the film of one dimension."""
    walls = {
        "left": bte.Isothermal(300.5),
        "right": bte.Isothermal(299.5),
        "bottom": bte.Specular(),
        "top": bte.Specular(),
    }
    mesh = bte.Mesh.rectangle((1e-7, 1e-7), (8, 4), element="quad")
    plane = bte.Problem(mesh, {"domain": turned()}, walls).solve(azimuths=48)
    line = bte.Mesh.line([0, 1e-7], [8], ["domain"], ("hot", "cold"))
    exact = bte.Problem(line, {"domain": turned()}, ENDS).solve()
    assert plane.effective_conductivity == pytest.approx(exact.effective_conductivity, rel=2e-3)


def silicon_of_modes():
    """Return first-principles silicon, whose mirrors are those of the axes but for rounding."""
    return bte.material("Si:dft")


def test_lanes_of_a_crystal_converge_at_its_mirrors():
    """Ordinates that are images of each other have one rule, however many nodes it has."""
    walls = {
        "left": bte.Periodic("right", temperature_difference=1.0),
        "bottom": bte.Diffuse(),
        "top": bte.Rough(specularity=0.3),
    }
    mesh = bte.Mesh.rectangle((1e-7, 1e-7), (4, 4))
    problem = bte.Problem(mesh, {"domain": silicon_of_modes()}, walls)
    powers = [problem.solve(lanes=n, azimuths=16).power["left"] for n in (16, 80, "full")]
    assert powers[0] == pytest.approx(powers[2], rel=1e-3)
    assert powers[1] == pytest.approx(powers[2], rel=2e-4)


def test_modes_along_a_rough_wire_fly_in_no_direction_of_its_section():
    problem = square([bte.Rough(specularity=0.3)] * 4, gradient={"z": 1e6})
    problem = bte.Problem(
        problem.mesh, {"domain": silicon_of_modes()}, problem.boundaries, gradient={"z": 1e6}
    )
    flux = [
        np.mean(problem.solve(lanes=n, azimuths=16).flux_along["z"]) for n in (8, 16, 32, "full")
    ]
    assert flux == pytest.approx([flux[-1]] * 4, rel=1e-6)


def test_modes_along_the_polar_axis_have_no_azimuth():
    walls = {
        "left": bte.Isothermal(300.5),
        "right": bte.Isothermal(299.5),
        "bottom": bte.Diffuse(mix=True),
        **dict.fromkeys(("top", "front", "back"), bte.Specular()),
    }
    mesh = bte.Mesh.box((1e-7, 1e-7, 1e-7), (2, 2, 2))
    problem = bte.Problem(mesh, {"domain": silicon_of_modes()}, walls)
    power = [problem.solve(lanes=n, azimuths=8, polars=3).power["left"] for n in (8, 16, 64)]
    assert power == pytest.approx([power[-1]] * 3, rel=1e-5)


def test_more_lanes_than_paths_change_nothing():
    """Silica has one mean free path: polar nodes are all that differ."""
    problem = film(bte.material("SiO2"), 1e-7)
    full = problem.solve(lanes="full").power["hot"]
    for n in (16, 32, 128):
        assert problem.solve(lanes=n).power["hot"] == pytest.approx(full, rel=1e-6)


@pytest.mark.parametrize("bands", [1, 4])
@pytest.mark.parametrize(
    "material",
    [
        bte.Material.gray("gray", heat_capacity=1e6, speed=1e3, mean_free_path=50e-9),
        bte.Material.from_groups(
            "two", heat_capacity=[1e6, 1e6], speed=[1e3, 1e3], mean_free_path=[1e-8, 3e-7]
        ),
        bte.material("Si"),
    ],
    ids=["gray", "two paths", "Si"],
)
def test_elastic_walls_keep_bands_however_few(material, bands):
    """One band alone is not merged either: a diffuse wall mixes all of its directions."""
    mesh = bte.Mesh.rectangle((1e-7, 1e-7), (8, 8), regions="film", element="quad")
    ends = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    sides = {"top": bte.Diffuse(), "bottom": bte.Rough(0.5)}
    problem = bte.Problem(mesh, {"film": material}, ends | sides)
    options = {"bands": bands, "polars": 8, "azimuths": 16, "tolerance": 1e-8}
    few, full = (problem.solve(lanes=lanes, **options) for lanes in ("auto", "full"))
    assert few.settings["lanes"] < full.settings["lanes"]
    assert few.power["left"] == pytest.approx(full.power["left"], rel=5e-6)
