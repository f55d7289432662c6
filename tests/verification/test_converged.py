"""What converged means: the temperature is within the tolerance of the limit."""

import numpy as np
import pytest

import bte
from bte.solvers.convergence import Hindsight
from gray import LENGTH


def inclusion(seed, bands=5):
    """Return a cell of random spectra over four decades: periodic along, mirrors across."""
    rng = np.random.default_rng(seed)

    def material(name):
        return bte.Material.from_groups(
            name,
            heat_capacity=1e5 * rng.uniform(0.1, 2.0, bands),
            speed=rng.uniform(500.0, 8000.0, bands),
            mean_free_path=LENGTH * 10 ** rng.uniform(-2.0, 2.0, bands),
            frequency_edges=np.linspace(0.0, 6e13, bands + 1),
        )

    def regions(centres):
        x, y = (centres / LENGTH).T
        return np.where((abs(x - 0.35) < 0.2) & (abs(y - 0.6) < 0.2), "inclusion", "host")

    materials = {name: material(name) for name in ("host", "inclusion")}
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), 8, regions=regions)
    walls = {"left": bte.Periodic("right", 1.0), "bottom": bte.Specular(), "top": bte.Specular()}
    contact = {("host", "inclusion"): bte.Transmission(0.05, of="smaller side")}
    return bte.Problem(mesh, materials, walls, contact)


@pytest.mark.parametrize("seed", [4, 5, 8])
def test_the_error_is_within_the_tolerance(seed):
    """The corrected residual alone is 1.8 to 1.9 times smaller than the error here."""
    problem, settings = inclusion(seed), {"bands": 5, "azimuths": 8, "polars": 2}
    exact = problem.solve(tolerance=1e-10, **settings)
    solution = problem.solve(tolerance=1e-6, **settings)
    assert solution.converged
    assert np.abs(solution.pseudo_temperature - exact.pseudo_temperature).max() <= 1e-6


def test_hindsight_finds_how_much_a_residual_understates():
    """Errors 2^-k, residuals a quarter of them: three steps later 7/8 of the error are gone."""
    hindsight = Hindsight()
    for k in range(8):
        hindsight.add(0.25 * 0.5**k, np.array([1.0, 1.0 - 0.5**k]))
    assert hindsight.factor == pytest.approx(4 * 7 / 8, rel=1e-12)


def test_hindsight_never_makes_a_residual_smaller():
    hindsight = Hindsight()
    for k in range(8):
        hindsight.add(10.0 * 0.5**k, np.array([1.0 - 0.5**k]))
    assert hindsight.factor == 1.0
