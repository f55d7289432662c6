"""Single precision while the Krylov solver iterates: the same answer, chosen where it is safe."""

import numpy as np
import pytest

import bte
from bte.quadrature import quadrature
from bte.solvers.discrete import discretise
from bte.solvers.precision import takes_single
from gray import LENGTH, walls


def film(path, groups=16, cells=8):
    material = bte.Material.from_groups(
        "bins",
        heat_capacity=np.full(groups, 1.6e6 / groups),
        speed=np.full(groups, 5000.0),
        mean_free_path=path * np.logspace(-0.5, 0.5, groups),
    )
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (cells, cells))
    sides = {"bottom": bte.Diffuse(), "top": bte.Diffuse()}
    return bte.Problem(mesh, {"domain": material}, {**walls(), **sides})


@pytest.mark.parametrize("kn", [0.03, 1.0])
def test_mixed_precision_gives_the_answer_asked_for(kn):
    problem = film(kn * LENGTH)
    double = problem.solve(precision="double")
    mixed = problem.solve(precision="mixed")
    assert mixed.converged
    assert mixed.power["left"] == pytest.approx(double.power["left"], rel=5e-6)
    assert np.abs(mixed.temperature - double.temperature).max() < 3e-6
    assert abs(mixed.energy_balance) <= 1e-8
    assert mixed.iterations <= double.iterations + 6


def chosen(path, groups, tolerance=1e-6, cells=40):
    problem = film(path, groups, cells)
    discrete = discretise(problem.packed(1), quadrature(2, 24, 3), 1)
    return takes_single(discrete, "auto", tolerance)


def test_auto_takes_it_where_it_pays_and_is_safe():
    assert chosen(LENGTH, 16)
    assert not chosen(LENGTH, 1), "three lanes do not fill a register"
    assert not chosen(1e-3 * LENGTH, 16), "heat is a small difference in thick bodies"
    assert not chosen(LENGTH, 16, tolerance=1e-9), "not to be reached"
    assert not chosen(LENGTH, 16, cells=4), "takes no time"


def test_an_unknown_precision_is_refused():
    with pytest.raises(bte.BteError, match="precision"):
        film(LENGTH).solve(precision="half")
