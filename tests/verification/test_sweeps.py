"""How many sweeps a solve takes: asserted, so that nobody makes it worse unseen."""

import numpy as np
import pytest

import bte
from gray import LENGTH, gray, slab, strip, walls

GRAY_KN = [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0]


@pytest.mark.parametrize("kn", GRAY_KN)
@pytest.mark.parametrize(("cells", "grading"), [(10, 1.0), (40, 1.35)])
def test_gray_slab(kn, cells, grading):
    solution = slab(kn, cells, grading).solve(tolerance=1e-8)
    assert solution.converged
    assert solution.iterations <= 15


@pytest.mark.parametrize("kn", GRAY_KN)
@pytest.mark.parametrize("cells", [10, 30])
def test_gray_square_with_diffuse_sides(kn, cells):
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (cells, cells))
    sides = {"bottom": bte.Diffuse(), "top": bte.Diffuse()}
    problem = bte.Problem(mesh, {"domain": gray(kn)}, walls() | sides)
    solution = problem.solve(tolerance=1e-8)
    assert solution.converged
    assert solution.iterations <= 16


def decades(name, longest, flux):
    """Return a material of 20 bands whose mean free paths fall over four decades."""
    n = 20
    return bte.Material.from_groups(
        name,
        heat_capacity=flux * np.linspace(0.5, 1.5, n),
        speed=np.linspace(5000.0, 2000.0, n),
        mean_free_path=longest * np.logspace(0, -4, n),
        frequency_edges=np.linspace(0.0, 6e13, n + 1),
    )


def inclusions(centres):
    """Two rectangles, neither in the middle."""
    x, y = (centres / LENGTH).T
    first = (abs(x - 0.30) < 0.15) & (abs(y - 0.6) < 0.20)
    second = (abs(x - 0.75) < 0.10) & (abs(y - 0.25) < 0.10)
    return np.where(first | second, "inclusion", "host")


@pytest.mark.parametrize("scale", [1e-4, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1e4])
@pytest.mark.parametrize("t", [0.02, 0.3, 1.0])
def test_bands_over_four_decades_with_inclusions(scale, t):
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (20, 20), regions=inclusions)
    problem = bte.Problem(
        mesh,
        {
            "host": decades("host", 100 * scale * LENGTH, 8e4),
            "inclusion": decades("inclusion", 50 * scale * LENGTH, 5e4),
        },
        {**walls(), "bottom": bte.Diffuse(), "top": bte.Diffuse()},
        {("host", "inclusion"): bte.Transmission(t, of="smaller side")},
    )
    solution = problem.solve(bands=20, azimuths=16, polars=2)
    assert solution.converged
    assert solution.iterations <= 36


@pytest.mark.parametrize(("kn", "most"), [(1e-3, 16), (0.1, 18), (1.0, 40), (10.0, 40)])
def test_specular_sides_as_far_apart_as_the_walls(kn, most):
    solution = strip(kn, (16, 16), 1.0, height=1.0).solve(azimuths=16)
    assert solution.converged
    assert solution.iterations <= most


def test_a_solve_that_stops_early_says_so():
    with pytest.warns(bte.BteWarning, match="not converged after 3 sweeps"):
        solution = slab(0.1, 20).solve(max_sweeps=3)
    assert not solution.converged
    assert solution.iterations == 3
    assert solution.temperature.min() > 299
