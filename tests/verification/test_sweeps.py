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
    assert solution.iterations <= 22


@pytest.mark.parametrize("size", [1e-9, 1e-8, 1e-7, 1e-6, 1e-5])
@pytest.mark.parametrize("t", [0.02, 1.0])
@pytest.mark.parametrize(("seed", "decades"), [(0, 4), (1, 4), (0, 6)])
def test_random_spectra_in_layers(seed, decades, t, size):
    rng = np.random.default_rng(seed)
    n = 20

    def material(name):
        return bte.Material.from_groups(
            name,
            heat_capacity=1e6 / n * rng.uniform(0.1, 2.0, n),
            speed=rng.uniform(500.0, 8000.0, n),
            mean_free_path=1e-7 * 10 ** rng.uniform(-decades / 2, decades / 2, n),
            frequency_edges=np.linspace(0.0, 6e13, n + 1),
        )

    materials = {"a": material("a"), "b": material("b")}
    mesh = bte.Mesh.line(
        [0, 0.3 * size, size], [20, 20], ["a", "b"], boundaries=("left", "right"), grading=1.35
    )
    contact = {("a", "b"): bte.Transmission(t, of="smaller side")}
    solution = bte.Problem(mesh, materials, walls(), contact).solve(bands=n)
    assert solution.converged
    assert solution.iterations <= 22


@pytest.mark.parametrize("kn", [1e-3, 0.1, 1.0, 10.0, 100.0])
@pytest.mark.parametrize(
    ("height", "cells", "azimuths"),
    [(1.0, (16, 16), 16), (0.3, (20, 8), 32), (0.1, (20, 4), 32), (0.1, (60, 6), 32)],
)
def test_specular_sides_of_any_distance(kn, height, cells, azimuths):
    problem = strip(kn, cells, 1.0, height=height)
    solution = problem.solve(azimuths=azimuths)
    assert solution.converged
    assert solution.iterations <= 35


def test_a_solve_that_stops_early_says_so():
    with pytest.warns(bte.BteWarning, match="not converged after 3 sweeps"):
        solution = slab(0.1, 20).solve(max_sweeps=3)
    assert not solution.converged
    assert solution.iterations == 3
    assert solution.temperature.min() > 299
