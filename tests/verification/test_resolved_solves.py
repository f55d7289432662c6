"""Interfaces that keep directions, in solves of all kinds."""

from dataclasses import replace

import numpy as np
import pytest
from kernel_grids import ring

import bte
from bte.io.checkpoint import fingerprint
from bte.packing import pack
from bte.solvers.directions import choose_quadrature
from bte.solvers.discrete import discretise
from keeping import (
    CAPACITY,
    SNELL_DENSITY,
    SNELL_SPEED,
    SPEED,
    UNIT,
    between_walls,
    layer,
    line,
    snell,
    strip,
)

OPEN = bte.Transmission(1.0, directional=True)
HALF = bte.Transmission(0.5, directional=True)
# Fuchs-Sondheimer: k/k_bulk of a film between diffuse walls, by mean free path over thickness
FILM = {0.1: 0.9625000688550458, 1.0: 0.6838565946040596, 10.0: 0.20913258501997448}


def corner(centres):
    """Return a region that ends along a line at 45 degrees and along a horizontal one."""
    x, y = centres.T / UNIT
    return np.where((x + y < 1.0) | (y > 0.75), "a", "b")


@pytest.mark.parametrize("kn", [0.1, 10.0])
def test_an_open_interface_of_any_direction_is_none(kn):
    m = layer("m", 1, 1, kn)
    cells = {"counts": (8, 8), "size": (UNIT, UNIT)}
    whole = bte.Mesh.rectangle(cells["size"], cells["counts"])
    parts = bte.Mesh.rectangle(cells["size"], cells["counts"], regions=corner)
    walls = {
        "left": bte.Isothermal(301.0),
        "right": bte.Isothermal(300.0),
        "bottom": bte.Diffuse(),
        "top": bte.Specular(),
    }
    rule = {"azimuths": 16, "polars": 2, "azimuth_rule": "chebyshev", "tolerance": 1e-9}
    plain = bte.Problem(whole, {"domain": m}, walls).solve(**rule)
    split = bte.Problem(parts, {"a": m, "b": m}, walls, {("a", "b"): OPEN}).solve(**rule)
    assert split.power["left"] == pytest.approx(plain.power["left"], rel=1e-8)
    np.testing.assert_allclose(split.temperature, plain.temperature, rtol=0, atol=1e-8)
    assert split.iterations <= 30


def test_the_mirrored_device_has_the_same_flux():
    there = snell(strip(cells=8), 1.0)
    first, second = there.materials["a"], there.materials["b"]
    back = between_walls(
        strip(cells=8), {"a": second, "b": first}, {("b", "a"): bte.AMM(scalar="fluid")}
    )
    turned = {"hot": bte.Isothermal(300.0), "cold": bte.Isothermal(301.0)}
    back = replace(back, boundaries={**back.boundaries, **turned})
    one, two = (p.solve(azimuths=16, polars=3, tolerance=1e-10) for p in (there, back))
    assert two.power["cold"] == pytest.approx(one.power["hot"], rel=1e-11)
    assert two.interface("b", "a").heat_flux == pytest.approx(
        one.interface("a", "b").heat_flux, rel=1e-9
    )


def test_threads_do_not_change_a_bit():
    problem = snell(strip(cells=8, rows=3), 1.0)
    one, two = (problem.solve(azimuths=16, polars=2, threads=n) for n in (1, 2))
    assert np.array_equal(one.temperature, two.temperature)
    assert one.power == two.power


def test_mixed_precision_solves_the_same():
    problem = snell(strip(cells=8), 1.0)
    double, mixed = (problem.solve(precision=p, tolerance=1e-8) for p in ("double", "mixed"))
    assert mixed.converged
    assert mixed.power["hot"] == pytest.approx(double.power["hot"], rel=1e-7)


@pytest.mark.parametrize("element", ["tetra", "hexahedron", "prism"])
def test_a_bar_in_three_dimensions(element):
    mesh = bte.Mesh.box(
        (2 * UNIT, 0.5 * UNIT, 0.5 * UNIT),
        (12, 1, 1),
        regions=lambda x: np.where(x[:, 0] < UNIT, "a", "b"),
        element=element,
    )
    m = layer("m", 1, 1, 1.0)
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    sides = {name: bte.Specular() for name in mesh.boundary_names if name not in walls}
    problem = bte.Problem(mesh, {"a": m, "b": m}, walls | sides, {("a", "b"): HALF})
    solution = problem.solve()
    flux = solution.power["left"] / (0.25 * UNIT**2 * CAPACITY * SPEED)
    assert flux == pytest.approx(0.06917574916582606, rel=2e-3)
    assert solution.energy_balance < 1e-8
    assert solution.iterations <= 25


@pytest.mark.parametrize("kn", FILM)
@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_heat_along_a_film_cut_in_two(kn, t):
    """Either half is the mirror image of the other: what t lets pass does not matter."""
    m = layer("m", 1, 1, kn)
    mesh = bte.Mesh.line([0, 0.5 * UNIT, UNIT], [20, 20], ["a", "b"], ("low", "high"), grading=1.2)
    walls = {"low": bte.Diffuse(), "high": bte.Diffuse()}
    contact = {("a", "b"): bte.Transmission(t, directional=True)}
    problem = bte.Problem(mesh, {"a": m, "b": m}, walls, contact, gradient={"y": 1e6})
    k = problem.solve().effective_conductivity / m.conductivity(300.0)
    assert k == pytest.approx(FILM[kn], rel=1e-5)


@pytest.mark.parametrize(
    ("model", "error"), [(bte.AMM(scalar="fluid"), 1e-4), (bte.Mixed(0.5), 1e-3)]
)
def test_heat_along_two_films_is_that_of_a_periodic_strip(model, error):
    v = SNELL_SPEED
    materials = {
        "a": layer("a", 1, 1, 1.0, 1.0),
        "b": layer("b", v**-3, v, 1.0, SNELL_DENSITY),
    }
    ends = {"left": bte.Diffuse(), "right": bte.Diffuse()}
    film = bte.Mesh.line([0, UNIT, 2 * UNIT], [20, 20], ["a", "b"], tuple(ends), grading=1.2)
    gradient = bte.Problem(film, materials, ends, {("a", "b"): model}, gradient={"y": 1e6})
    along = gradient.solve(polars=64)
    cell = bte.Mesh.rectangle(
        (2 * UNIT, 0.5 * UNIT),
        (32, 1),
        regions=lambda x: np.where(x[:, 0] < UNIT, "a", "b"),
        element="quad",
    )
    turn = {"bottom": bte.Periodic("top", temperature_difference=1.0)}
    strip_ = bte.Problem(cell, materials, ends | turn, {("a", "b"): model})
    solution = strip_.solve(azimuths=96, polars=6, towards=[(0, 1)])
    assert solution.iterations <= 40
    k = abs(solution.power["bottom"]) * 0.5 * UNIT / (2 * UNIT)
    assert along.effective_conductivity == pytest.approx(k, rel=error)


def test_beside_rings_of_cells_that_wait_for_each_other():
    """Two rings of leaning cells, one the mirror image of the other: their faces lag."""
    grid = ring(kind="hexahedron")
    height = np.ptp(grid.points[:, 2])
    above = grid.points * [1, 1, -1] + [0, 0, 2 * height]
    points, index = np.unique(
        np.round(np.concatenate([grid.points, above]), 9), axis=0, return_inverse=True
    )
    lower = np.array(grid.cells)
    upper = lower[:, [4, 5, 6, 7, 0, 1, 2, 3]] + len(grid.points)

    def sides(centres):
        z = centres[:, 2] / UNIT
        ends = np.where(z < 1e-9, "cold", np.where(z > 2 * height - 1e-9, "hot", "side"))
        return ends

    mesh = bte.Mesh.from_arrays(
        points * UNIT,
        index.ravel()[np.concatenate([lower, upper])],
        regions=["a"] * len(lower) + ["b"] * len(upper),
        boundaries=sides,
    )
    m = layer("m", 1, 1, 0.5)
    problem = between_walls(mesh, {"a": m, "b": m}, {("a", "b"): HALF}, bte.Diffuse())
    solution = problem.solve(azimuths=8, polars=3)
    assert solution.settings["lagged_faces"] > 0
    assert solution.converged
    assert solution.energy_balance < 1e-12
    power = solution.interface("b", "a").power
    assert power == pytest.approx(solution.power["hot"], rel=1e-6)


def test_a_closed_body_and_one_behind_an_interface():
    m = layer("m", 1, 1, 1.0)
    mesh = line(8)
    walls = {"hot": bte.Specular(), "cold": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, {"a": m, "b": m}, walls, {("a", "b"): HALF}, sources={"a": 1e14})
    solution = problem.solve()
    assert -solution.power["cold"] == pytest.approx(1e14 * UNIT, rel=1e-8)
    assert solution.interface("a", "b").heat_flux == pytest.approx(1e14 * UNIT, rel=1e-5)
    closed = replace(problem, interfaces={("a", "b"): bte.Transmission(0.0, directional=True)})
    with pytest.raises(bte.BteError, match="no isothermal wall takes the heat of region 'a'"):
        closed.solve()


def test_estimate_and_fingerprint_know_of_the_exchange():
    problem = snell(strip(cells=4), 1.0)
    diffuse = replace(problem, interfaces={("a", "b"): bte.DMM()})
    assert problem.estimate().unknowns > diffuse.estimate().unknowns
    assert problem.estimate().memory > diffuse.estimate().memory
    marks = []
    for scalar in ("fluid", "SH"):
        packed = pack(replace(problem, interfaces={("a", "b"): bte.AMM(scalar=scalar)}), 1)
        d = discretise(packed, choose_quadrature(packed, azimuths=8, polars=2), 1)
        assert d.traces.walls.tables
        marks.append(fingerprint(d))
    assert marks[0] != marks[1]
