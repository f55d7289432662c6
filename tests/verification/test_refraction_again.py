"""Superlattices that refract: nodes of the transverse wave vector, where they serve, share none.

Periods of Si 50 nm, Ge 60 nm, Si 50 nm by the constants of acoustic mismatch, LA and TA in one
band. Exact flux [W/m2] per kelvin and period: along the rays that conserve the wave vector, with
coefficients of 4x4 systems of displacement and traction, both polarisations of TA mixed in what
leaves an interface; equal to six digits with 8, 16 and 32 nodes between the kinks.
"""

import logging

import numpy as np
import pytest

import bte

SI, GE = (2330.0, 8970.0, 5332.0), (5320.0, 5370.0, 3280.0)
UNIT = 100e-9
POWER = 9e15  # C v of a polarisation times its squared speed [W m/s2/K]
# paths of LA and TA in Si and in Ge, in units of 100 nm -> flux
EXACT = {
    "short": ((0.03, 0.015), (0.021, 0.039), 3.80793e6),
    "long": ((30.0, 15.0), (21.0, 39.0), 8.05072e8),
}


def crystal(name, constants, paths):
    density, longitudinal, transverse = constants
    speed = np.array([longitudinal, transverse])
    return bte.Material.from_groups(
        name,
        heat_capacity=POWER * np.array([1.0, 2.0]) / speed**3,
        speed=speed,
        mean_free_path=np.array(paths) * UNIT,
        branch=["LA", "TA"],
        frequency_edges=[[0.0, 1e13]] * 2,
        density=density,
        elastic_speeds=(longitudinal, transverse),
    )


def flux(case, **options):
    of_si, of_ge, _ = EXACT[case]
    si, ge = crystal("si", SI, of_si), crystal("ge", GE, of_ge)
    ends = UNIT * np.array([0.0, 0.5, 1.1, 1.6])
    mesh = bte.Mesh.line(ends, [16] * 3, ["a", "b", "c"], ("left", "right"), grading=1.25)
    shift = {"left": bte.Periodic("right", temperature_difference=1.0)}
    contacts = {("a", "b"): bte.AMM(), ("b", "c"): bte.AMM()}
    problem = bte.Problem(mesh, {"a": si, "b": ge, "c": si}, shift, contacts)
    solution = problem.solve(bands=1, **options)
    assert solution.converged
    return abs(solution.power["left"])


def test_short_paths():
    assert flux("short") == pytest.approx(EXACT["short"][2], rel=3e-5)


def test_long_paths(caplog):
    with caplog.at_level(logging.WARNING, logger="bte"):
        assert flux("long") == pytest.approx(EXACT["long"][2], rel=3e-6)
    assert not caplog.text


def test_nodes_converge():
    errors = [abs(flux("long", polars=n) / EXACT["long"][2] - 1.0) for n in (4, 6, 8)]
    assert errors[0] < 5e-3
    assert errors[1] < 1e-4
    assert errors[2] < 5e-5


def test_gray_layers_by_three_polarisations_say_that_directions_are_shared(caplog):
    first, second = (
        bte.Material.gray(
            name,
            heat_capacity=1e6,
            speed=speed,
            mean_free_path=30 * UNIT,
            density=density,
            elastic_speeds=(longitudinal, transverse),
        )
        for name, speed, (density, longitudinal, transverse) in (
            ("first", 6000.0, SI),
            ("second", 4000.0, GE),
        )
    )
    ends = UNIT * np.array([0.0, 0.5, 1.1, 1.6])
    mesh = bte.Mesh.line(ends, [16] * 3, ["a", "b", "c"], ("left", "right"), grading=1.25)
    shift = {"left": bte.Periodic("right", temperature_difference=1.0)}
    contacts = {("a", "b"): bte.AMM(), ("b", "c"): bte.AMM()}
    problem = bte.Problem(mesh, {"a": first, "b": second, "c": first}, shift, contacts)
    with caplog.at_level(logging.WARNING, logger="bte"):
        powers = [abs(problem.solve(polars=n).power["left"]) for n in (None, 32, 64, 96)]
    assert powers[0] == powers[1]
    assert abs(powers[2] / powers[3] - 1.0) < abs(powers[1] / powers[3] - 1.0) < 0.05
    assert "again and again" in caplog.text


def test_one_interface_says_nothing(caplog):
    si, ge = crystal("si", SI, (30.0, 15.0)), crystal("ge", GE, (21.0, 39.0))
    mesh = bte.Mesh.line([0.0, UNIT, 2 * UNIT], [8, 8], ["a", "b"], ("hot", "cold"))
    walls = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, {"a": si, "b": ge}, walls, {("a", "b"): bte.AMM()})
    with caplog.at_level(logging.WARNING, logger="bte"):
        problem.solve(bands=1)
    assert not caplog.text
