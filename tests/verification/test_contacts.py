"""Reservoirs behind contacts, and walls whose temperature or flux varies: against exact values."""

import numpy as np
import pytest

import bte
from gray import FLUX, LENGTH, SLAB_FLUX, gray, slab, strip


def between(kn, **option):
    """Return the slab between two reservoirs one kelvin apart, each behind a contact."""
    mesh = slab(kn, 20, grading=1.35).mesh
    walls = {"left": bte.Contact(301.0, **option), "right": bte.Contact(300.0, **option)}
    return bte.Problem(mesh, {"domain": gray(kn)}, walls)


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("t", [0.05, 0.5, 1.0])
def test_transmission_adds_the_resistance_of_what_it_reflects(kn, t):
    """Gray: q = H (theta - J/H) and theta = t T + (1 - t) J/H, so (1 - t)/(t H) in series."""
    solution = between(kn, transmission=t).solve(tolerance=1e-8)
    exact = 1.0 / (1.0 / (FLUX * SLAB_FLUX[kn]) + 2.0 * (1.0 - t) / (t * FLUX))
    assert solution.converged
    assert solution.power["left"] == pytest.approx(exact, rel=2e-5)
    assert solution.power["right"] == pytest.approx(-solution.power["left"], rel=1e-8)
    assert solution.thermal_resistance("left", "right") == pytest.approx(1.0 / exact, rel=2e-5)


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("conductance", [1e7, 1e9, 1e12])
def test_a_conductance_is_in_series(kn, conductance):
    """Behind it the wall thermalises: a black wall at a temperature of its own."""
    exact = 1.0 / (1.0 / (FLUX * SLAB_FLUX[kn]) + 2.0 / conductance)
    by_h = between(kn, conductance=conductance).solve(tolerance=1e-8)
    by_r = between(kn, resistance=1.0 / conductance).solve(tolerance=1e-8)
    assert by_h.power["left"] == pytest.approx(exact, rel=2e-5)
    assert by_r.power["left"] == pytest.approx(by_h.power["left"], rel=1e-12)


def test_full_transmission_is_a_black_wall():
    mesh = bte.Mesh.line([0, LENGTH], 10)
    silicon = {"domain": bte.material("Si")}
    cold = {"right": bte.Isothermal(299.0)}
    black = bte.Problem(mesh, silicon, {"left": bte.Isothermal(301.0), **cold})
    open_ = bte.Problem(mesh, silicon, {"left": bte.Contact(301.0, transmission=1.0), **cold})
    one, two = (p.solve(bands=6, tolerance=1e-9) for p in (black, open_))
    assert two.power["left"] == pytest.approx(one.power["left"], rel=1e-8)
    assert two.temperature == pytest.approx(one.temperature, abs=1e-8)


@pytest.mark.parametrize("option", [{"transmission": 0.3}, {"conductance": 1e8}])
def test_equilibrium_with_reservoirs_of_one_temperature(option):
    wall = bte.Contact(310.0, **option)
    problem = strip(1.0, (4, 2), 1.0, side=wall)
    walls = {**problem.boundaries, "left": bte.Isothermal(310.0), "right": wall}
    solution = bte.Problem(problem.mesh, {"domain": bte.material("Si")}, walls).solve(bands=4)
    assert solution.temperature == pytest.approx(310.0, abs=1e-11)
    assert max(map(abs, solution.power.values())) < 1e-12 * FLUX * LENGTH


def test_a_contact_carries_the_heat_of_a_source_away():
    """The mean temperature at the wall is that of the reservoir plus q/h and a slip."""
    mesh = bte.Mesh.line([0, LENGTH], 20)
    walls = {"left": bte.Contact(300.0, conductance=1e8), "right": bte.Diffuse()}
    solution = bte.Problem(
        mesh, {"domain": gray(0.01)}, walls, sources={"domain": bte.Source(power=1e8)}
    ).solve(tolerance=1e-8)
    assert solution.power["left"] == pytest.approx(-1e8, rel=1e-8)
    # T = T0 + q/h + slip (z0 Lambda q / k with Milne's z0) + (q L / k)(x/L - x^2/2L^2)
    bulk = solution.conductivities["domain"]
    x = mesh.node_points[:, 0] / LENGTH
    rise = 1.0 + 1e8 * (0.7104460896 * 0.01 * LENGTH + LENGTH * (x - x**2 / 2)) / bulk
    inside = (x > 0.2) & (x < 0.8)
    # the distributed source adds Q Lambda^2 / k within a path of the wall
    assert solution.temperature[inside] - 300 == pytest.approx(rise[inside], abs=2e-3)


def test_walls_with_a_temperature_profile_carry_its_gradient():
    """T = 300 + g x on all walls is Fourier's solution where paths are short."""
    g = 1.0 / LENGTH
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), 6)
    profile = bte.Isothermal(lambda x: 300.0 + g * x[:, 0])
    walls = dict.fromkeys(mesh.boundary_names, profile)
    solution = bte.Problem(mesh, {"domain": gray(1e-4)}, walls).solve(tolerance=1e-7)
    assert solution.temperature - 300 == pytest.approx(g * mesh.node_points[:, 0], abs=1e-3)
    k = solution.conductivities["domain"]
    assert solution.heat_flux.mean(axis=0) == pytest.approx([-k * g, 0.0], abs=2e-3 * k * g)
    assert solution.imposed_temperatures["bottom"] == pytest.approx(300.5, rel=1e-12)


def test_a_flux_profile_gives_its_integral():
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), 6)
    walls = {
        "left": bte.Isothermal(300.0),
        "right": bte.Diffuse(),
        "bottom": bte.Diffuse(),
        "top": bte.HeatFlux(lambda x: 1e8 * (1 + (x[:, 0] / LENGTH) ** 2)),
    }
    solution = bte.Problem(mesh, {"domain": gray(0.5)}, walls).solve(tolerance=1e-9)
    # the integral of the interpolant on six edges: the square adds h^2/6
    exact = 1e8 * LENGTH * (1 + 1 / 3 + 1 / 6 / 36)
    assert solution.power["top"] == pytest.approx(exact, rel=1e-8)
    assert solution.power["left"] == pytest.approx(-exact, rel=1e-7)
    # more heat comes in far from the cold wall: hotter than under the mean flux
    even = {**walls, "top": bte.HeatFlux(exact / LENGTH)}
    other = bte.Problem(mesh, {"domain": gray(0.5)}, even).solve(tolerance=1e-9)
    assert solution.peak_temperature_rise > other.peak_temperature_rise


def test_flux_profiles_that_balance_but_for_their_interpolation():
    """What goes in below and out above differs by the error of linear interpolation."""
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (12, 6), grading=(1.1, 1.0))
    walls = {
        "left": bte.Diffuse(),
        "right": bte.Diffuse(),
        "bottom": bte.HeatFlux(lambda x: 1e8 * (x[:, 0] / LENGTH) ** 2),
        "top": bte.HeatFlux(-1e8 / 3),
    }
    solution = bte.Problem(mesh, {"domain": gray(0.5)}, walls).solve()
    assert solution.converged
    assert solution.power["bottom"] == pytest.approx(1e8 * LENGTH / 3, rel=1e-2)
    unbalanced = bte.Problem(mesh, {"domain": gray(0.5)}, {**walls, "top": bte.HeatFlux(-0.5e8)})
    with pytest.raises(bte.BteError, match="no isothermal wall takes the heat"):
        unbalanced.solve()


@pytest.mark.parametrize(
    ("wall", "sentence"),
    [
        (bte.Isothermal(lambda x: x[:, 0] * 0), r"temperature of boundary 'left' must be positive"),
        (bte.HeatFlux(lambda x: x[:, 3]), r"flux of boundary 'left' is a function that fails"),
    ],
)
def test_profiles_that_cannot_be(wall, sentence):
    mesh = bte.Mesh.line([0, LENGTH], 4)
    problem = bte.Problem(
        mesh, {"domain": gray(1.0)}, {"left": wall, "right": bte.Isothermal(300.0)}
    )
    with pytest.raises(bte.BteError, match=sentence):
        problem.solve()


def test_profiles_are_seen_at_the_points_of_the_wall():
    seen = []

    def profile(points):
        seen.append(np.array(points))
        return np.full(len(points), 301.0)

    mesh = bte.Mesh.line([0, LENGTH], 4)
    walls = {"left": bte.Isothermal(300.0), "right": bte.Isothermal(profile)}
    bte.Problem(mesh, {"domain": gray(1.0)}, walls).solve()
    assert seen[0] == pytest.approx(np.array([[LENGTH]]))


def test_a_wall_that_heats_here_and_cools_there_converges():
    """What one boundary takes and gives cancels in its power, and counts in the gross power."""
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (8, 8), element="quad")
    walls = dict.fromkeys(mesh.boundary_names, bte.Diffuse())
    flux = bte.HeatFlux(lambda x: 1e7 * np.cos(np.pi * x[:, 0] / LENGTH))
    for profile in (flux, bte.Isothermal(lambda x: 300.0 + x[:, 0] / LENGTH)):
        problem = bte.Problem(mesh, {"domain": gray(1.0)}, {**walls, "top": profile})
        solution = problem.solve()
        assert solution.converged
        assert solution.energy_balance < 1e-12
        assert solution.iterations <= 12
    given = bte.Problem(mesh, {"domain": gray(1.0)}, {**walls, "top": flux}).solve()
    # trapezoids of eight cells, on each half of the wall
    assert given.ledger.gross == pytest.approx(0.6283, rel=1e-3)
