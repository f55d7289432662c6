"""Temperatures of both sides of an interface, by three definitions, against exact values.

Gray layers in units of thickness 1, C1 v1 = 1, dT = 1. Exactly: the emitted temperatures differ by
q/G0, G0 = t12/4, at any thickness; the extrapolated ones in thick layers by q/G_slip with G_slip =
G0/[1 - 0.46716543280 (t12 + t21)], and in thin ones, whose phonons arrive from the walls with their
temperatures, by 1 - (t12 + t21)/2 times the whole, as do those of the energy.
"""

import numpy as np
import pytest

import bte

UNIT = 100e-9
FLUX = 1e9  # C1 v1 dT
SHARE = 0.46716543280  # 1 - 3 z0/4


def contact(layers, t12, **options):
    """Return the interface of two layers (C, v, Lambda) of thickness 1 between black walls."""
    return slab(layers, t12, **options).interface("a", "b")


def slab(layers, t12, cells=60, grading=1.25, tolerance=1e-9):
    """Solve the two layers."""
    mesh = bte.Mesh.line([0, UNIT, 2 * UNIT], [cells] * 2, ["a", "b"], ("hot", "cold"), grading)
    materials = {
        name: bte.Material.gray(
            name, heat_capacity=c * 1e6, speed=v * 1e3, mean_free_path=path * UNIT
        )
        for name, (c, v, path) in zip("ab", layers, strict=True)
    }
    walls = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, materials, walls, {("a", "b"): bte.Transmission(t12)})
    return problem.solve(tolerance=tolerance)


def both_ways(layers, t12):
    (c1, v1, _), (c2, v2, _) = layers
    return 0.25 * t12 * c1 * v1, t12 * (1 + c1 * v1 / (c2 * v2))


THICK = {
    "diffusive, mismatched": (((1, 1, 0.02), (0.8, 0.5, 0.05)), 0.28571428571428575),
    "nearly diffusive": (((1, 1, 0.01), (1, 0.5, 0.01)), 0.2),
    "0.02": (((1, 1, 0.02), (1, 0.5, 0.02)), 0.2),
    "0.05": (((1, 1, 0.05), (1, 0.5, 0.05)), 0.2),
    "no reflection": (((1, 1, 0.02), (1, 1, 0.02)), 1.0),
}


@pytest.mark.parametrize("case", THICK)
def test_thick_layers_show_the_slip_conductance(case):
    layers, t12 = THICK[case]
    conductance, ways = both_ways(layers, t12)
    result = contact(layers, t12)
    exact = conductance / (1 - SHARE * ways)
    assert result.conductance("extrapolated") / FLUX == pytest.approx(
        exact, rel=1e-4 if ways < 2 else 1e-2
    )
    assert result.slip_conductance / FLUX == pytest.approx(exact, rel=1e-9)
    assert result.conductance("emitted") / FLUX == pytest.approx(conductance, rel=1e-10)
    assert result.emitted_conductance / FLUX == pytest.approx(conductance, rel=1e-12)
    assert result.mean_free_path == pytest.approx([path * UNIT for *_, path in layers])


def test_thin_layers_show_the_ballistic_one():
    """Deviations shrink like (Lambda/L)^-1 log: 6.1e-3 at 100, 1.5e-4 at 10 000."""
    deviations = []
    for path in (1e2, 1e3, 1e4):
        layers = ((1, 1, path), (1, 0.5, path))
        conductance, ways = both_ways(layers, 0.2)
        result = contact(layers, 0.2)
        thin = conductance / (1 - 0.5 * ways)
        deviations.append(abs(result.conductance("extrapolated") / FLUX / thin - 1))
        assert result.conductance("emitted") / FLUX == pytest.approx(conductance, rel=1e-10)
        assert result.heat_flux / FLUX == pytest.approx(conductance, rel=2 / path)
    assert deviations[0] < 7e-3
    assert deviations[1] < 1.2e-3
    assert deviations[2] < 2e-4
    assert result.local_conductance / FLUX == pytest.approx(thin, rel=1e-9)


def test_behind_an_interface_that_only_scatters_the_far_side_is_warmer():
    result = contact(((1, 1, 1), (1, 1, 1)), 1.0, grading=1.35)
    assert result.heat_flux / FLUX == pytest.approx(0.09563947983567762, rel=1e-6)
    jump = result.temperature_jump
    assert jump == pytest.approx(-0.0481813902215133, abs=2e-6)
    assert jump("emitted") == pytest.approx(4 * 0.09563947983567762, rel=1e-6)
    assert result.resistance * FLUX == pytest.approx(-0.5037824, rel=1e-4)
    assert result.conductance < 0
    assert not result.conducts
    assert result.conducts_by("emitted")
    assert result.emitted_conductance / FLUX == pytest.approx(0.25)
    assert result.local_conductance == float("inf")


def test_heat_of_one_layer_bends_its_profile_and_hardly_the_conductance():
    """Where the gradient changes over a path the slip itself changes: a deviation of order Kn."""
    deviations = []
    for path in (0.04, 0.02):
        mesh = bte.Mesh.line([0, UNIT, 2 * UNIT], [100] * 2, ["a", "b"], ("hot", "cold"), 1.05)
        gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=path * UNIT)
        walls = {"hot": bte.Diffuse(), "cold": bte.Isothermal(300.0)}
        contact = {("a", "b"): bte.Transmission(0.3)}
        problem = bte.Problem(mesh, {"a": gray, "b": gray}, walls, contact, {"a": 1e14})
        result = problem.solve(tolerance=1e-9).interface("a", "b")
        deviations.append(result.conductance("extrapolated") / result.slip_conductance - 1)
    assert abs(deviations[0]) < 3.5e-3
    assert deviations[1] == pytest.approx(deviations[0] / 2, rel=0.2)


def turned(angle):
    """Return two layers as a strip with specular sides, turned in the plane."""
    layers = np.array([0.0, UNIT, 2 * UNIT])
    strip = bte.Mesh.rectangle(
        (2 * UNIT, 0.2 * UNIT),
        (32, 2),
        lambda c: np.where(c[:, 0] < layers[1], "a", "b"),
        element="quad",
    )
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    names = [strip.region_names[i] for i in strip.cell_region]

    def sides(centres):
        x = centres @ turn[:, 0] / UNIT
        ends = [abs(x) < 1e-6, abs(x - 2) < 1e-6]
        return np.select(ends, ["hot", "cold"], "side")

    return bte.Mesh.from_arrays(strip.points @ turn.T, strip.cells, regions=names, boundaries=sides)


@pytest.mark.parametrize("angle", [0.0, np.pi / 6])
def test_a_turned_strip_shows_the_same(angle):
    mesh = turned(angle)
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=0.05 * UNIT)
    walls = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0), "side": bte.Specular()}
    problem = bte.Problem(mesh, {"a": gray, "b": gray}, walls, {("a", "b"): bte.Transmission(0.3)})
    result = problem.solve(tolerance=1e-7).interface("a", "b")
    assert result.conductance("extrapolated") == pytest.approx(result.slip_conductance, rel=1e-3)


def test_the_virtual_experiment_finds_the_slip_conductance_in_thick_layers():
    layers, t12 = THICK["diffusive, mismatched"]
    solution = slab(layers, t12)
    conductance, ways = both_ways(layers, t12)
    found = bte.measure_interface(solution, "a", "b")
    assert found.conductance / FLUX == pytest.approx(conductance / (1 - SHARE * ways), rel=2e-4)
    assert found.conductivities == pytest.approx(
        [FLUX * UNIT * c * v * path / 3 for c, v, path in layers], rel=1e-3
    )
    along = bte.measure_interface(solution, "a", "b", through=[0.0])
    assert along.conductance == pytest.approx(found.conductance, rel=1e-3)
    back = bte.measure_interface(solution, "b", "a")
    assert back.conductance == pytest.approx(found.conductance, rel=1e-9)


def test_a_window_in_the_knudsen_layer_misses_it():
    layers, t12 = THICK["diffusive, mismatched"]
    near = bte.measure_interface(slab(layers, t12), "a", "b", window=(0.0, 0.1))
    conductance, ways = both_ways(layers, t12)
    exact = FLUX * conductance / (1 - SHARE * ways)
    assert near.conductance > 1.05 * exact
