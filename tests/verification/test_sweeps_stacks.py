"""Stacks and superlattices on a line whose interfaces keep directions: circuits, and sweeps."""

from itertools import pairwise

import numpy as np
import pytest

import bte
from bte.quadrature import quadrature
from bte.solvers.circuits import Circuits
from bte.solvers.discrete import discretise
from bte.solvers.flights import find_flights
from bte.solvers.levels import find_levels
from keeping import UNIT, layer

ENDS = {"left": bte.Isothermal(300.5), "right": bte.Isothermal(299.5)}
PERIOD = {"left": bte.Periodic("right", temperature_difference=1.0)}
DIRECTIONAL = bte.Transmission(0.5, of="smaller side", directional=True)
HOLDING = bte.Transmission(0.02, of="smaller side", directional=True)
CRYSTALS = [bte.AMM(), bte.Mixed(0.5), DIRECTIONAL, HOLDING]


def stack(ends, materials, model, boundaries, cells=10):
    """Return layers that end at ``ends``, alternately of two materials."""
    names = [f"layer{i}" for i in range(len(ends) - 1)]
    mesh = bte.Mesh.line(ends, [cells] * len(names), names, ("left", "right"), grading=1.2)
    media = {name: materials[i % 2] for i, name in enumerate(names)}
    contacts = dict.fromkeys(pairwise(names), model)
    return bte.Problem(mesh, media, boundaries, contacts, temperature=300.0)


def crystals():
    return bte.material("Si"), bte.material("Ge")


def gray_pair(kn):
    first, second = layer("first", 1, 1, kn, 1000.0), layer("second", 1, 0.5, 0.5 * kn, 3000.0)
    return first, second


def split_period(period):
    """Return the ends of layers a | b | a2: the faces of the period divide a layer."""
    return period * np.array([0.0, 0.25, 0.75, 1.0])


def discrete(problem, bands=4):
    packed = problem.packed(bands)
    return discretise(packed, quadrature(1, 4, 8), 1)


@pytest.mark.parametrize("model", CRYSTALS)
def test_circuits_are_all_further_flights(model):
    d = discrete(stack(split_period(50e-9), crystals(), model, PERIOD))
    circuits = find_flights(d)
    assert isinstance(circuits, Circuits)
    rng = np.random.default_rng(1)
    residual = rng.random((len(d.traces.cell), 1, len(d.lanes.band))) * d.traces.alive[:, None, :]
    total = residual + circuits.further(residual)
    nothing = np.zeros(d.n_node)
    flown = d.march(nothing, np.zeros(0), total).state.traces
    np.testing.assert_allclose(flown, total - residual, atol=1e-11 * np.abs(total).max())


def test_levels_leave_what_nothing_ties():
    d = discrete(stack(split_period(50e-9), crystals(), bte.AMM(), PERIOD))
    levels = find_levels(d, find_flights(d))
    values = np.linalg.eigvalsh(levels.inverse)
    assert abs(values[0]) < 1e-9 * values[-1]


@pytest.mark.parametrize("period", [1e-8, 5e-8, 2e-7])
@pytest.mark.parametrize("model", CRYSTALS)
def test_superlattices_of_crystals(period, model):
    solution = stack(split_period(period), crystals(), model, PERIOD).solve(bands=6)
    assert solution.converged
    assert solution.iterations <= 17


@pytest.mark.parametrize("period", [1e-8, 5e-8, 2e-7])
@pytest.mark.parametrize("model", CRYSTALS)
def test_uneven_superlattices_of_crystals(period, model):
    ends = period * np.array([0.0, 0.1, 0.4, 0.5, 0.8, 1.0])
    solution = stack(ends, crystals(), model, PERIOD).solve(bands=6)
    assert solution.converged
    assert solution.iterations <= 20


@pytest.mark.parametrize("size", [1e-9, 1e-8, 1e-7])
@pytest.mark.parametrize("model", CRYSTALS)
def test_many_layers_of_crystals(size, model):
    solution = stack(size * np.arange(21), crystals(), model, ENDS, cells=6).solve(bands=4)
    assert solution.converged
    assert solution.iterations <= 20


@pytest.mark.parametrize("kn", [0.01, 0.1, 1.0, 10.0, 1000.0])
@pytest.mark.parametrize("model", [bte.AMM(scalar="fluid"), *CRYSTALS[2:]])
@pytest.mark.parametrize("boundaries", [ENDS, PERIOD])
def test_gray_stacks(kn, model, boundaries):
    ends = UNIT * np.cumsum([0.0, 0.4, 1.6, 0.4, 1.6, 0.4])
    solution = stack(ends, gray_pair(kn), model, boundaries).solve()
    assert solution.converged
    assert solution.iterations <= 18


@pytest.mark.parametrize("model", CRYSTALS)
@pytest.mark.parametrize("period", [True, False])
def test_heat_along_layers(model, period):
    mesh = bte.Mesh.line(
        split_period(2e-7), [12] * 3, ["a", "b", "c"], ("left", "right"), grading=1.3
    )
    si, ge = crystals()
    walls = {"left": bte.Periodic("right")} if period else dict.fromkeys(ENDS, bte.Diffuse())
    contacts = {("a", "b"): model, ("b", "c"): model}
    media = {"a": si, "b": ge, "c": si}
    problem = bte.Problem(mesh, media, walls, contacts, gradient={"y": 1e6})
    solution = problem.solve(bands=6)
    assert solution.converged
    assert solution.iterations <= 8
    finer = problem.solve(bands=6, polars=32)
    assert solution.effective_conductivity == pytest.approx(finer.effective_conductivity, rel=1e-4)
