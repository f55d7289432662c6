"""Interfaces that keep directions, against exact values, and what must hold for all of them."""

import numpy as np
import pytest

import bte
from keeping import (
    CAPACITY,
    SNELL,
    SPEED,
    STRAIGHT,
    UNIT,
    line,
    profile,
    snell,
    straight,
    strip,
)

KEEPING = bte.Transmission(0.4, of="smaller side", directional=True)


def flux(solution, width=1.0):
    return solution.power["hot"] / (width * CAPACITY * SPEED)


@pytest.mark.parametrize("case", STRAIGHT)
def test_straight_on_in_one_dimension(case):
    parameters, q, first, second = STRAIGHT[case]
    solution = straight(line(), *parameters).solve(tolerance=1e-8)
    assert flux(solution) == pytest.approx(q, rel=1e-6)
    assert solution.interface("a", "b").heat_flux == pytest.approx(solution.power["hot"], rel=1e-7)
    a, b = profile(solution, "a")
    np.testing.assert_allclose(a, first, atol=1e-4)
    np.testing.assert_allclose(b, second, atol=1e-4)


@pytest.mark.parametrize("degrees", [0.0, 30.0])
@pytest.mark.parametrize(("azimuths", "polars"), [(24, 3), (32, 6)])
@pytest.mark.parametrize("case", STRAIGHT)
def test_straight_on_in_two_dimensions(case, azimuths, polars, degrees):
    parameters, q, *_ = STRAIGHT[case]
    solution = straight(strip(degrees), *parameters).solve(azimuths=azimuths, polars=polars)
    assert flux(solution, 0.2 * UNIT) == pytest.approx(q, rel=1e-4)


@pytest.mark.parametrize("mfp", SNELL)
def test_refraction_in_one_dimension(mfp):
    q, first, second = SNELL[mfp]
    solution = snell(line(), mfp).solve()
    assert flux(solution) == pytest.approx(q, rel=1e-4)
    a, b = profile(solution, "a")
    np.testing.assert_allclose(a, first, atol=1e-3)
    np.testing.assert_allclose(b, second, atol=1e-3)


@pytest.mark.parametrize("degrees", [0.0, 30.0])
@pytest.mark.parametrize(("azimuths", "polars", "error"), [(24, 3, 1e-3), (32, 6, 5e-4)])
@pytest.mark.parametrize("mfp", SNELL)
def test_refraction_in_two_dimensions(mfp, azimuths, polars, error, degrees):
    solution = snell(strip(degrees), mfp).solve(azimuths=azimuths, polars=polars)
    assert flux(solution, 0.2 * UNIT) == pytest.approx(SNELL[mfp][0], rel=error)
