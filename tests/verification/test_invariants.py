"""What must hold whatever the numbers: energy, reciprocity, symmetry, reproducibility."""

import numpy as np
import pytest

import bte
from gray import LENGTH, gray, nodal_weights, slab, strip, walls

BANDS = {"bands": 6, "azimuths": 8, "polars": 2}


def corner(sources=None, **boundaries):
    """A square of two materials with a diffuse interface and every kind of wall."""

    def regions(centres):
        return np.where((centres < 0.5 * LENGTH).all(axis=1), "corner", "rest")

    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (8, 8), regions=regions)
    conditions = {
        "left": bte.Isothermal(301.0),
        "right": bte.Isothermal(299.5),
        "bottom": bte.Diffuse(),
        "top": bte.Diffuse(mix=True),
    }
    return bte.Problem(
        mesh,
        {"corner": bte.material("Ge"), "rest": bte.material("Si")},
        conditions | boundaries,
        sources=sources or {},
    )


CASES = {
    "walls": lambda: corner(),
    "source": lambda: corner({"corner": 1e17}),
    "total power": lambda: corner({"corner": bte.Source(power=3.0)}),
    "flux": lambda: corner(top=bte.HeatFlux(1e8)),
    "mirror": lambda: corner(bottom=bte.Specular()),
    "fed branch": lambda: corner({"rest": bte.Source(1e17, groups=["LA"])}),
    "field": lambda: corner({"rest": lambda x: 1e17 * (1 + x[:, 0] / LENGTH)}),
}


@pytest.mark.parametrize("case", CASES)
def test_energy_is_conserved(case):
    solution = CASES[case]().solve(**BANDS)
    ledger = solution.ledger
    assert solution.converged
    assert abs(ledger.residual) <= 1e-8 * ledger.gross
    assert ledger.power_in + ledger.source == pytest.approx(ledger.power_out, rel=3e-8)
    total = sum(solution.power.values()) + ledger.source
    assert abs(total) <= 1e-8 * ledger.gross
    for name, result in solution.boundaries.items():
        assert result.power_by_band.sum() == pytest.approx(solution.power[name], abs=1e-12)
    interface = solution.interface("corner", "rest")
    assert interface.heat_flux_by_band.sum() == pytest.approx(interface.heat_flux)


def test_adiabatic_walls_take_no_heat():
    solution = corner().solve(tolerance=1e-9, **BANDS)
    gross = solution.ledger.gross
    assert abs(solution.power["bottom"]) < 1e-8 * gross
    assert abs(solution.power["top"]) < 1e-8 * gross


def test_heat_flux_wall_gives_its_heat():
    solution = corner(top=bte.HeatFlux(1e8)).solve(tolerance=1e-9, **BANDS)
    assert solution.power["top"] == pytest.approx(1e8 * LENGTH, rel=1e-6)


def test_source_powers():
    solution = CASES["total power"]().solve(**BANDS)
    assert solution.region("corner").power == pytest.approx(3.0)
    assert solution.ledger.source == pytest.approx(3.0)
    uniform = corner({"corner": 1e17}).solve(**BANDS)
    assert uniform.region("corner").power == pytest.approx(1e17 * LENGTH**2 / 4)


def test_reciprocity():
    """Heat in A warms B's absorbed power as heat in B warms A's: the operator is symmetric."""
    cold = {"left": bte.Isothermal(300.0), "right": bte.Isothermal(300.0)}

    def response(region):
        problem = corner({region: 1e17}, **cold)
        solution = problem.solve(tolerance=1e-10, **BANDS)
        mesh = solution.mesh
        weights = nodal_weights(mesh)
        node_region = np.repeat(mesh.cell_region, mesh.dim + 1)
        rise = solution.pseudo_temperature - 300
        other = mesh.region_names.index({"corner": "rest", "rest": "corner"}[region])
        return weights[node_region == other] @ rise[node_region == other]

    # integral over B of the temperature that heat in A makes, and the other way round
    assert response("corner") == pytest.approx(response("rest"), rel=1e-7)


def test_superposition():
    walls_only = corner().solve(tolerance=1e-10, **BANDS)
    cold = {"left": bte.Isothermal(300.0), "right": bte.Isothermal(300.0)}
    heat_only = corner({"corner": 1e17}, **cold).solve(tolerance=1e-10, **BANDS)
    both = corner({"corner": 1e17}).solve(tolerance=1e-10, **BANDS)
    expected = walls_only.temperature + heat_only.temperature - 300
    assert both.temperature == pytest.approx(expected, abs=1e-7)


def test_threads_do_not_change_a_bit():
    one = corner().solve(threads=1, **BANDS)
    two = corner().solve(threads=2, **BANDS)
    assert np.array_equal(one.temperature, two.temperature)
    assert np.array_equal(one.heat_flux, two.heat_flux)
    assert one.power == two.power


def test_two_regions_of_one_material_are_one_body():
    whole = bte.Mesh.line([0, LENGTH], 20)
    halves = bte.Mesh.line([0, LENGTH / 2, LENGTH], [10, 10], ["a", "b"])
    silicon = bte.material("Si")
    one = bte.Problem(whole, {"domain": silicon}, walls()).solve(bands=6)
    two = bte.Problem(halves, {"a": silicon, "b": bte.material("Si")}, walls()).solve(bands=6)
    assert two.interfaces == {}
    assert two.temperature == pytest.approx(one.temperature, abs=1e-9)


def test_scale_does_not_matter():
    """Only Kn counts: the same slab a thousand times as thick carries the same flux."""
    mesh = bte.Mesh.line([0, 1000 * LENGTH], 20)
    large = bte.Problem(mesh, {"domain": gray(1000.0)}, walls()).solve()
    small = slab(1.0, 20).solve()
    assert large.power["left"] == pytest.approx(small.power["left"], rel=1e-12)
    assert large.temperature == pytest.approx(small.temperature, abs=1e-12)


@pytest.mark.parametrize("kn", [0.1, 3.0])
def test_equal_bands_are_one_gray_band(kn):
    split = bte.Material.from_groups(
        "split",
        heat_capacity=1.66e6 * np.array([0.2, 0.5, 0.3]),
        speed=[6400.0] * 3,
        mean_free_path=[kn * LENGTH] * 3,
    )
    problem = strip(kn, (8, 4), 1.0, side=bte.Diffuse())
    banded = bte.Problem(problem.mesh, {"domain": split}, problem.boundaries)
    one, three = problem.solve(tolerance=1e-9), banded.solve(tolerance=1e-9)
    assert three.temperature == pytest.approx(one.temperature, abs=1e-8)


def test_a_quarter_turn_turns_the_answer():
    problem = corner()
    turned_mesh = bte.Mesh.from_arrays(
        problem.mesh.points @ np.array([[0.0, 1.0], [-1.0, 0.0]]),
        problem.mesh.cells,
        regions=[problem.mesh.region_names[i] for i in problem.mesh.cell_region],
        boundaries=turned_boundaries,
    )
    turned = bte.Problem(turned_mesh, problem.materials, problem.boundaries)
    one, two = problem.solve(tolerance=1e-9, **BANDS), turned.solve(tolerance=1e-9, **BANDS)
    assert two.temperature == pytest.approx(one.temperature, abs=1e-7)
    assert two.heat_flux[:, 1] == pytest.approx(one.heat_flux[:, 0], abs=1e-6 * 1e8)


def turned_boundaries(centres):
    """Names of the square's sides after a turn that takes x to y and y to -x."""
    x, y = (centres / LENGTH).T
    return np.select(
        [abs(y) < 1e-6, abs(y - 1) < 1e-6, abs(x) < 1e-6], ["left", "right", "bottom"], "top"
    )


def test_a_looser_tolerance_keeps_its_promise():
    loose = corner().solve(tolerance=1e-4, **BANDS)
    tight = corner().solve(tolerance=1e-10, **BANDS)
    assert np.abs(loose.pseudo_temperature - tight.pseudo_temperature).max() < 1.5 * 3e-4
    assert loose.iterations < tight.iterations
