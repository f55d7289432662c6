"""A gray slab between black walls, as a line, a strip and a bar, against exact values."""

import numpy as np
import pytest

from gray import FLUX, LENGTH, SLAB_FLUX, WALL_TEMPERATURE, bar, slab, strip

# Milne's extrapolation length of a black wall, in mean free paths
MILNE = 0.7104460895987631


@pytest.mark.parametrize("kn", SLAB_FLUX)
def test_flux_on_ten_uniform_cells(kn):
    solution = slab(kn, 10).solve()
    assert solution.power["left"] / FLUX == pytest.approx(SLAB_FLUX[kn], rel=1e-4)
    assert solution.power["right"] == pytest.approx(-solution.power["left"], rel=1e-7)


@pytest.mark.parametrize("kn", [kn for kn in SLAB_FLUX if kn <= 10])
def test_flux_on_forty_graded_cells(kn):
    solution = slab(kn, 40, grading=1.35).solve(tolerance=1e-8)
    assert solution.power["left"] / FLUX == pytest.approx(SLAB_FLUX[kn], rel=5e-6)


@pytest.mark.parametrize("kn", SLAB_FLUX)
def test_wall_temperature_is_the_trace(kn):
    solution = slab(kn, 40, grading=1.35).solve(tolerance=1e-8)
    assert solution.temperature[0] - 300 == pytest.approx(WALL_TEMPERATURE[kn], abs=1e-4)
    assert solution.temperature[-1] - 300 == pytest.approx(1 - WALL_TEMPERATURE[kn], abs=1e-4)


def test_the_profile_is_odd_about_the_middle():
    temperature = slab(1.0, 40, grading=1.35).solve(tolerance=1e-9).temperature
    assert temperature + temperature[::-1] == pytest.approx(601.0, abs=1e-8)


def test_milne_length_from_the_flux():
    """Q = (4/3) Kn / (1 + 2 z Kn) of a slab much thicker than its mean free path."""
    kn = 0.01
    flux = slab(kn, 40, grading=1.35).solve(tolerance=1e-9).power["left"] / FLUX
    assert (4 / 3 * kn / flux - 1) / (2 * kn) == pytest.approx(MILNE, abs=1e-4)


@pytest.mark.parametrize(
    ("azimuths", "polars", "error"), [(16, 3, 1e-3), (24, 3, 3e-4), (32, 4, 5e-5)]
)
@pytest.mark.parametrize("kn", [0.01, 0.1, 1.0, 10.0])
def test_flux_as_a_strip(azimuths, polars, error, kn):
    solution = strip(kn, (24, 1), 1.35).solve(azimuths=azimuths, polars=polars)
    flux = solution.power["left"] / (0.2 * LENGTH * FLUX)
    assert solution.converged
    assert flux == pytest.approx(SLAB_FLUX[kn], rel=error)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0, 100.0])
def test_flux_as_a_bar_along_each_axis(axis, kn):
    problem, hot, area = bar(kn, axis)
    solution = problem.solve()
    assert solution.settings["ordinates"] == 192
    assert solution.power[hot] / (area * FLUX) == pytest.approx(SLAB_FLUX[kn], rel=1e-3)


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
def test_effective_conductivity(kn):
    problem = slab(kn, 20, grading=1.35)
    bulk = problem.materials["domain"].conductivity(300.0)
    # k_eff / k = 3 Q / (4 Kn)
    assert problem.solve().effective_conductivity / bulk == pytest.approx(
        3 * SLAB_FLUX[kn] / (4 * kn), rel=1e-5
    )


def test_ballistic_limit():
    solution = slab(1e6, 10).solve()
    assert solution.power["left"] / FLUX == pytest.approx(1.0, rel=2e-6)
    assert solution.temperature - 300 == pytest.approx(0.5, abs=1e-5)
    assert np.ptp(solution.heat_flux) < 1e-8 * FLUX
