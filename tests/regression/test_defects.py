"""Defects that were found and mended, each with what it should have given."""

import subprocess
import sys

import numpy as np
import pytest

import bte
from gray import LENGTH, gray, walls


def silicon_like(name, speed=5e3, path=1e-7):
    return bte.Material.gray(name, heat_capacity=1e6, speed=speed, mean_free_path=path)


@pytest.mark.parametrize("azimuths", [4, 12, 20])
@pytest.mark.parametrize("dim", [2, 3])
def test_ordinates_along_faces(azimuths, dim):
    """Odd counts per quadrant put an ordinate at 45 degrees, along the diagonals of the mesh.

    Which way such a face flows is rounding; the sweep order and the kernel must agree on it.
    """
    size, cells = (LENGTH,) * dim, (5,) * dim
    mesh = bte.Mesh.rectangle(size, cells) if dim == 2 else bte.Mesh.box(size, cells)
    boundaries = {name: bte.Isothermal(300.0 + i) for i, name in enumerate(mesh.boundary_names)}
    solution = bte.Problem(mesh, {"domain": gray(1.0)}, boundaries).solve(
        azimuths=azimuths, polars=3
    )
    assert solution.converged
    assert solution.energy_balance < 1e-8
    assert solution.temperature.min() > 300.0
    assert solution.temperature.max() < 300.0 + len(boundaries) - 1


def two_bodies(t, source, **boundaries):
    mesh = bte.Mesh.line([0, LENGTH, 2 * LENGTH], [10, 10], ["a", "b"])
    return bte.Problem(
        mesh,
        {"a": silicon_like("a"), "b": silicon_like("b", 3e3)},
        {"left": bte.Isothermal(301.0), "right": bte.Diffuse()} | boundaries,
        interfaces={("a", "b"): bte.Transmission(t)},
        sources={"b": source} if source else {},
    )


@pytest.mark.parametrize("solve", ["solve", "solve_fourier"])
def test_a_heated_body_that_nothing_cools_is_refused(solve):
    problem = two_bodies(0.0, 1e15)
    with pytest.raises(bte.BteError, match="takes the heat of region 'b'"):
        getattr(problem, solve)()


def test_a_floating_body_keeps_the_mean_of_the_reference_temperature():
    """A body that nothing ties to a wall, heated on one side and cooled on the other."""
    mesh = bte.Mesh.from_arrays(
        np.linspace(0, LENGTH, 11)[:, None],
        np.column_stack([np.arange(10), np.arange(1, 11)]),
        boundaries={"left": [[0]], "right": [[10]]},
    )
    problem = bte.Problem(
        mesh, {"domain": gray(0.1)}, {"left": bte.HeatFlux(1e8), "right": bte.HeatFlux(-1e8)}
    )
    for solution in (problem.solve(), problem.solve_fourier("slip")):
        assert solution.converged
        assert solution.temperature.mean() == pytest.approx(300.0, abs=1e-9)
        assert solution.power["left"] == pytest.approx(1e8, rel=1e-6)
        assert solution.temperature[0] > 300.0 > solution.temperature[-1]


def test_fluxes_that_do_not_balance_are_refused_beside_a_distributed_source():
    mesh = bte.Mesh.line([0, LENGTH], 10)
    problem = bte.Problem(
        mesh,
        {"domain": gray(0.1)},
        {"left": bte.HeatFlux(1e8), "right": bte.HeatFlux(-0.995e8)},
        sources={"domain": lambda x: np.ones(len(x))},
    )
    with pytest.raises(bte.BteError, match="no steady state"):
        problem.solve()


def test_branches_are_named_by_the_material_of_the_region():
    """Two materials share a column of groups; each knows it by its own branch."""
    edges = [0.0, 1e13, 2e13]

    def bands(name, branch):
        return bte.Material.from_groups(
            name,
            heat_capacity=[1e5, 2e5],
            speed=[5e3, 3e3],
            mean_free_path=[1e-7, 1e-8],
            branch=[branch] * 2,
            frequency_edges=edges,
        )

    mesh = bte.Mesh.line([0, LENGTH, 2 * LENGTH], [8, 8], ["a", "b"])

    def problem(label):
        return bte.Problem(
            mesh,
            {"a": bands("a", "LA"), "b": bands("b", "Q")},
            walls(),
            sources={"b": bte.Source(1e15, groups=[label])},
        )

    solution = problem("Q").solve(bands=2)
    assert solution.energy_balance < 1e-8
    assert solution.ledger.source == pytest.approx(1e15 * LENGTH)
    with pytest.raises(bte.BteError, match="no branch of its material"):
        problem("LA").solve(bands=2)


def test_equal_names_do_not_make_equal_materials():
    """Same name, heat capacity and conductivity, but another speed: an interface all the same."""
    mesh = bte.Mesh.line([0, LENGTH, 2 * LENGTH], [8, 8], ["a", "b"])
    problem = bte.Problem(
        mesh, {"a": silicon_like("x"), "b": silicon_like("x", 1e3, 5e-7)}, walls()
    )
    assert list(problem.interfaces) == [("a", "b")]


def test_a_gray_layer_beside_bands():
    """Bands that a gray neighbour does not know still come back from a mixing interface."""
    half = bte.Material.from_groups(
        "halves",
        heat_capacity=[0.5e6, 0.5e6],
        speed=[5e3, 5e3],
        mean_free_path=[1e-7, 1e-7],
    )
    mesh = bte.Mesh.line([0, LENGTH, 2 * LENGTH], [8, 8], ["a", "b"])

    def solution(second):
        materials = {"a": silicon_like("a"), "b": second}
        interfaces = {("a", "b"): bte.Transmission(0.5)}
        return bte.Problem(mesh, materials, walls(), interfaces).solve(tolerance=1e-9)

    one, two = solution(silicon_like("b")), solution(half)
    assert two.power["left"] == pytest.approx(one.power["left"], rel=1e-8)
    by_band = two.interface("a", "b").heat_flux_by_band
    assert by_band.sum() == pytest.approx(two.interface("a", "b").heat_flux)
    assert by_band[1:] == pytest.approx(0.0)  # the first side is gray


def test_walls_much_closer_than_what_the_source_reaches():
    mesh = bte.Mesh.line([0, LENGTH], 20)
    boundaries = {"left": bte.Isothermal(300.0), "right": bte.Isothermal(300.0 + 1e-9)}
    problem = bte.Problem(mesh, {"domain": gray(0.01)}, boundaries, sources={"domain": 1e16})
    solution = problem.solve()
    assert solution.converged
    assert solution.iterations < 20


SIMD_SCRIPT = """
import numpy as np, sys
sys.path.insert(0, {tests!r})
from gray import strip
s = strip(1.0, (8, 4), 1.0).solve(azimuths=8, polars=2, max_sweeps=60)
print(repr(s.power["left"]), *s.temperature[:20].tolist())
"""


def test_instruction_sets_agree_to_rounding():
    import os
    from pathlib import Path

    tests = str(Path(__file__).parents[1])
    results = []
    for simd in ("baseline", "v3", "v4"):
        run = subprocess.run(
            [sys.executable, "-c", SIMD_SCRIPT.format(tests=tests)],
            env={**os.environ, "BTE_SIMD": simd},
            capture_output=True,
            text=True,
            check=True,
        )
        results.append(np.array(run.stdout.split(), dtype=float))
    assert results[1] == pytest.approx(results[0], rel=1e-11)
    assert results[2] == pytest.approx(results[0], rel=1e-11)


@pytest.mark.parametrize("kn", [1e-3, 1e-4])
@pytest.mark.parametrize("tolerance", [1e-6, 1e-8])
def test_powers_of_a_diffusive_bar_are_right_and_not_only_balanced(kn, tolerance):
    """What comes in equals what goes out by symmetry, long before either is right."""
    size = (LENGTH, LENGTH / 3, LENGTH / 3)
    mesh = bte.Mesh.box(size, (10, 3, 3))
    sides = {name: bte.Diffuse() for name in mesh.boundary_names}
    problem = bte.Problem(mesh, {"domain": gray(kn)}, sides | walls())
    right = problem.solve(azimuths=8, polars=3, tolerance=1e-9).power["left"]
    power = problem.solve(azimuths=8, polars=3, tolerance=tolerance).power["left"]
    assert power == pytest.approx(right, rel=1e-5)


def test_a_wall_with_a_flux_slips_in_the_continuum_too():
    """T_wall = T + 3 z0 q/(C v): the same resistance as between two walls at temperatures."""
    mesh = bte.Mesh.line([0, LENGTH], 40, grading=1.35)
    material = {"domain": gray(0.01)}
    flux = bte.Problem(mesh, material, {"left": bte.HeatFlux(1e8), "right": bte.Isothermal(300.0)})
    slip, boltzmann = flux.solve_fourier("slip"), flux.solve()
    fixed = bte.Problem(mesh, material, walls()).solve_fourier("slip")
    resistance = slip.thermal_resistance("left", "right")
    assert resistance == pytest.approx(fixed.thermal_resistance("left", "right"), rel=1e-9)
    assert resistance == pytest.approx(boltzmann.thermal_resistance("left", "right"), rel=1e-4)


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_no_more_sweeps_than_allowed(most):
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (6, 6))
    sides = {"bottom": bte.Diffuse(), "top": bte.Diffuse()}
    problem = bte.Problem(mesh, {"domain": gray(0.01)}, walls() | sides)
    with pytest.warns(bte.BteWarning, match="not converged .* raise max_sweeps"):
        solution = problem.solve(max_sweeps=most, tolerance=1e-9)
    assert solution.iterations <= most


def test_resistances_with_a_source_in_a_corner_of_its_region():
    """The rise that counts is the one where the heat is, not the mean of the region."""
    mesh = bte.Mesh.line([0, LENGTH], 40)
    boundaries = {"left": bte.Isothermal(300.0), "right": bte.Diffuse()}
    heat = {"domain": lambda x: np.where(x[:, 0] > 0.9 * LENGTH, 1e14, 0.0)}
    problem = bte.Problem(mesh, {"domain": gray(1e-3)}, boundaries, sources=heat)
    budget = problem.solve().resistances()
    kappa = gray(1e-3).conductivity(300.0)
    # the heat crosses nearly the whole slab: R is about 0.95 L/kappa less what is spread
    assert budget.total * kappa / LENGTH == pytest.approx(0.9 + 0.1 / 3, rel=0.01)
    assert abs(budget.walls) < 0.01 * budget.total
    assert abs(budget.remainder) < 0.01 * budget.total
