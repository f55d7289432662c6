"""Every interface model in a transport solve: energy, equilibrium, and limits."""

import numpy as np
import pytest

import bte

MODELS = {
    "DMM": bte.DMM(),
    "inelastic": bte.DMM(inelastic=True),
    "AMM": bte.AMM(),
    "scalar": bte.AMM("fluid"),
    "mixed": bte.Mixed(0.5),
    "rough": bte.Mixed(rms=2e-10),
    "radiation": bte.Radiation(),
    "constant": bte.Transmission(0.2),
    "straight": bte.Transmission(0.2, directional=True),
    "frequency": bte.Transmission(lambda w: 0.2 * np.exp(-w / 3e13)),
    "angle": bte.Transmission(lambda w, mu: 0.2 * mu + 0 * w),
    "straight angle": bte.Transmission(lambda w, mu: 0.2 * mu + 0 * w, directional=True),
    "table": bte.Transmission(([0.0, 1e14], [0.0, 0.5, 1.0], np.full((2, 3), 0.1))),
    "branches": bte.Transmission({"LA": 0.2, "TA": 0.1}),
    "straight branches": bte.Transmission({"LA": 0.2, "TA": 0.1}, directional=True),
    "resistance": bte.Resistance(1e-8),
    "pressed": bte.PressedContact(2e8, 1e10, 0.1, 1e-5, gap=0.03),
}


def problem(model, hot=301.0):
    mesh = bte.Mesh.line([0, 40e-9, 80e-9], [5, 5], ["a", "b"], ("hot", "cold"))
    materials = {"a": bte.material("Si"), "b": bte.material("Ge")}
    walls = {"hot": bte.Isothermal(hot), "cold": bte.Isothermal(300.0)}
    return bte.Problem(mesh, materials, walls, {("a", "b"): model})


@pytest.mark.parametrize("name", MODELS)
def test_energy_is_conserved_and_nothing_passes_more_than_radiation(name):
    solution = problem(MODELS[name]).solve(bands=6, polars=6, tolerance=1e-8)
    interface = solution.interface("a", "b")
    assert solution.converged
    assert abs(solution.energy_balance) < 1e-11
    assert interface.heat_flux == pytest.approx(solution.power["hot"], rel=1e-5)
    assert interface.heat_flux_by_band.sum() == pytest.approx(interface.heat_flux, rel=1e-10)
    assert interface.heat_flux > 0
    limit = problem(bte.Radiation()).solve(bands=6, polars=6, tolerance=1e-8)
    if name != "inelastic":
        assert interface.heat_flux <= limit.interface("a", "b").heat_flux * (1 + 1e-9)
    assert interface.kapitza == (name != "pressed")


@pytest.mark.parametrize("name", MODELS)
def test_nothing_flows_between_equal_temperatures(name):
    solution = problem(MODELS[name], hot=300.0).solve(bands=6, polars=6)
    assert abs(solution.interface("a", "b").heat_flux) < 1e-6
    assert np.ptp(solution.temperature) < 1e-10


def test_a_known_resistance_is_that_of_fourier():
    found = problem(bte.Resistance(2e-8)).solve_fourier("kapitza").interface("a", "b")
    assert found.conductance * 2e-8 == pytest.approx(1.0, rel=1e-6)
    found = problem(bte.Resistance(2e-8, "emitted"))
    interface = found.solve_fourier("kapitza", convention="emitted").interface("a", "b")
    assert interface.conductance * 2e-8 == pytest.approx(1.0, rel=1e-6)


def test_equal_branches_are_one():
    """Branches with one fraction, told apart, give what they give pooled."""
    fluxes = [
        problem(model).solve(bands=6, polars=6, tolerance=1e-9).interface("a", "b").heat_flux
        for model in (bte.Transmission(0.2), bte.Transmission({"LA": 0.2, "TA": 0.2}))
    ]
    assert fluxes[0] == pytest.approx(fluxes[1], rel=1e-7)


def test_a_pressed_contact_is_told_apart():
    """In the text of a solution and in the tables of a comparison."""
    made = problem(MODELS["pressed"])
    solution, fourier = made.solve(bands=4, polars=4), made.solve_fourier("kapitza")
    assert solution.interface("a", "b").kind == "PressedContact(2e+08 Pa)"
    assert "a | b (pressed contact)  PressedContact(2e+08 Pa)" in solution.summary()
    assert "a | b (pressed contact)" in bte.compare(solution, fourier).table()
