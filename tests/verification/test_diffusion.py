"""The diffusion limit: the mesh need not resolve the mean free path."""

import numpy as np
import pytest

import bte
from gray import LENGTH, bar, gray, slab, walls


def test_slab():
    problem = slab(1e-4, 10)
    assert problem.solve().power["left"] == pytest.approx(
        problem.solve_fourier("slip").power["left"], rel=1e-3
    )


@pytest.mark.parametrize("side", [bte.Diffuse(), bte.Diffuse(mix=True), bte.Specular()])
def test_square(side):
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (10, 10))
    boundaries = walls() | {"bottom": side, "top": side}
    problem = bte.Problem(mesh, {"domain": gray(1e-4)}, boundaries)
    solution = problem.solve()
    fourier = problem.solve_fourier("slip")
    assert solution.power["left"] == pytest.approx(fourier.power["left"], rel=1e-3)
    assert solution.temperature == pytest.approx(fourier.temperature, abs=1e-3)


def test_bar():
    problem, hot, _ = bar(1e-4, 0)
    flux = problem.solve(azimuths=8, polars=3).power[hot]
    assert flux == pytest.approx(problem.solve_fourier("slip").power[hot], rel=1e-3)


def test_glass_needs_no_mesh_finer_than_the_geometry():
    """Two layers of glass round silicon, three cells each, 100 times their mean free path."""
    mesh = bte.Mesh.line([0, 1e-7, 2e-7, 3e-7], [3, 3, 3], ["lower", "film", "upper"])
    glass, silicon = bte.material("SiO2"), bte.material("Si")
    problem = bte.Problem(mesh, {"lower": glass, "film": silicon, "upper": glass}, walls())
    fine_mesh = bte.Mesh.line(
        [0, 1e-7, 2e-7, 3e-7], [60, 60, 60], ["lower", "film", "upper"], grading=1.2
    )
    fine = bte.Problem(fine_mesh, problem.materials, walls())
    coarse = problem.solve(bands=8)
    assert coarse.converged
    assert coarse.power["left"] == pytest.approx(fine.solve(bands=8).power["left"], rel=2e-3)


def test_a_source_in_a_diffusive_square():
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (24, 24))
    cold = {name: bte.Isothermal(300.0) for name in mesh.boundary_names}
    problem = bte.Problem(mesh, {"domain": gray(1e-3)}, cold, sources={"domain": 1e15})
    solution, fourier = problem.solve(), problem.solve_fourier("slip")
    rise = solution.temperature - 300
    assert rise.max() == pytest.approx(fourier.temperature.max() - 300, rel=2e-3)
    assert np.isclose(sum(solution.power.values()), -1e15 * LENGTH**2)
