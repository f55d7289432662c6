"""Two gray layers with a refracting interface between black walls, against exact values.

Units: layers of thickness 1, C1 v1 = 1 [flux per kelvin], hot wall 1, cold wall 0; v2 = 0.6 v1,
rho2 = 2 rho1, C = v^-3, and t = 4 Z1 Z2 mu1 mu2/(Z1 mu2 + Z2 mu1)^2 with sin(theta)/v conserved.
Fluxes by analytical discrete ordinates with two quadratures; both layers agree.
"""

import numpy as np
import pytest

import bte
from layers import Layers, fluid

UNIT, CAPACITY, SPEED = 100e-9, 1e6, 1e3

# Lambda of both layers -> flux, and temperatures at the interface
FLUX = {
    0.05: (0.011685820651618562, 0.271562829191904, 0.25701058714622477),
    100.0: (0.23668821577698002, 0.5618793336736666, 0.09918809326479783),
}


def gray(name, speed, density, mfp):
    return bte.Material.gray(
        name,
        heat_capacity=CAPACITY / speed**3,
        speed=SPEED * speed,
        mean_free_path=mfp * UNIT,
        density=1000.0 * density,
        elastic_speeds=(SPEED * speed, 0.6 * SPEED * speed),
    )


def line():
    return bte.Mesh.line([0, UNIT, 2 * UNIT], [24, 24], ["a", "b"], ("hot", "cold"), grading=1.35)


def strip(angle):
    """Return the slab as one row of quadrilaterals, turned by an angle."""
    x, width = np.unique(line().points), 0.5 * UNIT
    points = np.array([[s, t] for s in x for t in (0.0, width)])
    corner = 2 * np.arange(len(x) - 1)[:, None]
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])

    def names(centres):
        s = centres @ axes[0]
        return np.where(s < 1e-12, "hot", np.where(s > 2 * UNIT - 1e-12, "cold", "side"))

    regions = np.where(x[1:] < 1.0001 * UNIT, "a", "b").tolist()
    return bte.Mesh.from_arrays(points @ axes, corner + np.array([0, 2, 3, 1]), regions, names)


def flux(mesh, width, mfp, model, **angles):
    boundaries = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0)}
    if mesh.dim == 2:
        boundaries["side"] = bte.Specular()
    materials = {"a": gray("a", 1.0, 1.0, mfp), "b": gray("b", 0.6, 2.0, mfp)}
    problem = bte.Problem(mesh, materials, boundaries, {("a", "b"): model})
    solution = problem.solve(tolerance=1e-7, **angles)
    return solution.power["hot"] / width / (CAPACITY * SPEED), solution


@pytest.mark.parametrize("mfp", FLUX)
def test_one_dimension(mfp):
    found, solution = flux(line(), 1.0, mfp, bte.AMM(scalar="fluid"))
    exact, first, second = FLUX[mfp]
    assert found == pytest.approx(exact, rel=6e-5)
    interface = solution.interface("a", "b")
    assert interface.energy[0] - 300 == pytest.approx(first, abs=6e-4)
    assert interface.energy[1] - 300 == pytest.approx(second, abs=6e-4)


@pytest.mark.parametrize("mfp", FLUX)
@pytest.mark.parametrize("degrees", [0.0, 30.0])
@pytest.mark.parametrize(("azimuths", "polars", "allowed"), [(24, 3, 1.2e-4), (32, 6, 5e-5)])
def test_two_dimensions_in_line_with_the_axes_and_turned(mfp, degrees, azimuths, polars, allowed):
    mesh = strip(np.deg2rad(degrees))
    model = bte.AMM(scalar="fluid")
    found, _ = flux(mesh, 0.5 * UNIT, mfp, model, azimuths=azimuths, polars=polars)
    assert found == pytest.approx(FLUX[mfp][0], rel=allowed)


@pytest.mark.parametrize("mfp", [0.3, 1.0, 5.0])
@pytest.mark.parametrize("degrees", [0.0, 30.0])
def test_two_dimensions_at_knudsen_numbers_about_one(mfp, degrees):
    """Where directions matter most; along the rays that conserve the wave vector."""
    pair = [1.0, 0.6**-2]
    exact = Layers(pair, [mfp, mfp], [0, 1], fluid(pair, [1.0, 1.2])).flux()
    mesh, model = strip(np.deg2rad(degrees)), bte.AMM(scalar="fluid")
    for azimuths, polars, allowed in ((24, 3, 1.2e-3), (32, 6, 6e-4)):
        found, _ = flux(mesh, 0.5 * UNIT, mfp, model, azimuths=azimuths, polars=polars)
        assert found == pytest.approx(exact, rel=allowed)


def test_conversion_in_two_dimensions_is_that_of_one():
    """All channels, at a Knudsen number of one, where directions matter most."""
    exact, _ = flux(line(), 1.0, 1.0, bte.AMM(), polars=32)
    for azimuths, polars, allowed in ((24, 3, 1.5e-3), (32, 6, 6e-4)):
        found, _ = flux(strip(0.0), 0.5 * UNIT, 1.0, bte.AMM(), azimuths=azimuths, polars=polars)
        assert found == pytest.approx(exact, rel=allowed)


@pytest.mark.parametrize("mfp", [0.05, 1.0])
def test_interfaces_between_specular_and_rough(mfp):
    diffuse, _ = flux(line(), 1.0, mfp, bte.DMM())
    sharp, _ = flux(line(), 1.0, mfp, bte.AMM(scalar="fluid"))

    def mixed(part):
        return flux(line(), 1.0, mfp, bte.Mixed(specularity=part, scalar="fluid"))[0]

    assert mixed(0.0) == pytest.approx(diffuse, rel=1e-6)
    assert mixed(1.0) == pytest.approx(sharp, rel=1e-6)
    assert diffuse < mixed(0.5) < sharp
