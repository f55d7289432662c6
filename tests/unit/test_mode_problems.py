"""Problems whose materials are tables of modes: films and interfaces."""

import numpy as np
import pytest
from mode_files import DATA

import bte
from bte.materials import Material, material

SI = Material.from_phono3py(
    DATA / "kappa-Si-m111111.hdf5",
    structure=DATA / "phono3py-Si.yaml",
    name="Si",
    density=2329.0,
    elastic_speeds=(8433.0, 5843.0),
)


def ends(hot=300.001):
    return {"hot": bte.Isothermal(hot), "cold": bte.Isothermal(300.0)}


def test_a_film_of_modes_conducts_between_its_limits():
    """Diffusive at 1 mm, ballistic C v/4 at 1 nm, and between them less than both."""
    for length, low, high in ((1e-3, 0.97, 1.0), (1e-9, 0.9, 1.0)):
        mesh = bte.Mesh.line([0, length], [8], ["a"], ("hot", "cold"))
        solution = bte.Problem(mesh, {"a": SI}, ends()).solve(bands=6, polars=12)
        flux = solution.power["hot"] / 0.001
        table = SI.modes(300.0)
        diffusive = SI.conductivity(300.0) / length
        ballistic = np.sum(table.heat_capacity * table.speed) / 4
        assert low < flux / min(diffusive, ballistic) < high
        assert solution.converged


@pytest.mark.parametrize(
    "model", [bte.DMM(), bte.AMM(), bte.Radiation(), bte.Transmission(lambda w: 0.05 + 0 * w)]
)
def test_interfaces_between_modes_and_branches(model):
    mesh = bte.Mesh.line([0, 40e-9, 80e-9], [4, 4], ["a", "b"], ("hot", "cold"))
    fluxes = []
    for order in ((SI, material("Ge")), (material("Ge"), SI)):
        mats = dict(zip("ab", order, strict=True))
        solution = bte.Problem(mesh, mats, ends(), {("a", "b"): model}).solve(bands=8, polars=6)
        assert solution.converged
        assert abs(solution.energy_balance) < 1e-9
        fluxes.append(solution.interface("a", "b").heat_flux)
        assert fluxes[-1] > 0
    if not isinstance(model, bte.Transmission):
        assert fluxes[0] == pytest.approx(fluxes[1], rel=1e-6)


@pytest.mark.parametrize(
    ("model", "close"), [(bte.DMM(), 3e-3), (bte.Transmission(lambda w: 0.1 + 0 * w), 1e-3)]
)
def test_an_interface_by_itself_has_the_conductance_of_fine_bands(model, close):
    """Local equilibrium on both sides: 60 bands against the spectra themselves."""
    known = bte.interface(SI, material("Ge"), model)
    mesh = bte.Mesh.line([0, 1e-8, 2e-8], [2, 2], ["a", "b"], ("hot", "cold"))
    problem = bte.Problem(mesh, {"a": SI, "b": material("Ge")}, ends(), {("a", "b"): model})
    found = problem.solve_fourier("kapitza", bands=60).interface("a", "b").conductance
    assert known.conductance(300.0, convention="local") == pytest.approx(found, rel=close)
    # The modes of a harmonic crystal conduct through it at any temperature.
    values = known.conductance([50.0, 100.0, 300.0, 800.0])
    assert np.all(np.diff(values) > 0)
