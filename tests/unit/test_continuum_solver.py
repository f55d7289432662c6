"""Linear solvers of the diffusion operator: the two-level one against the factorisation."""

import numpy as np
import pytest
from scipy.sparse.linalg import spsolve

import bte
from bte.continuum import linear
from bte.continuum.coefficients import Coefficients, wall_conductances
from bte.continuum.fourier import solve_continuum
from bte.continuum.linear import APPROXIMATION, make_preconditioner, make_solver
from bte.continuum.operator import assemble
from bte.continuum.two_level import continuous_space, two_level
from bte.packing import pack
from elements import mixed
from gray import LENGTH, gray, walls


@pytest.fixture
def never_direct(monkeypatch):
    monkeypatch.setattr(linear, "DIRECT_LIMIT", {1: 0, 2: 0, 3: 0})


def inclusion(centres):
    block = np.floor(5 * centres / LENGTH)
    return np.where(np.isin(block - (0, 1, 0), (1, 2)).all(axis=1), "inner", "outer")


def layered(kn=0.1, n=5, t=0.01, **mesh):
    """A box with a resisting inclusion of far lower conductivity."""
    mesh = bte.Mesh.box((LENGTH,) * 3, (n,) * 3, regions=inclusion, **mesh)
    sides = {name: bte.Diffuse() for name in mesh.boundary_names}
    return bte.Problem(
        mesh,
        {"outer": gray(kn), "inner": gray(1e-3 * kn, "inner")},
        {**sides, **walls()},
        {("outer", "inner"): bte.Transmission(t, of="smaller side")},
    )


def flat():
    """Cells a hundred times as wide as high."""
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH / 100), (12, 12))
    sides = {name: bte.Diffuse() for name in mesh.boundary_names}
    return bte.Problem(mesh, {"domain": gray(1.0)}, {**sides, **walls()})


def graded():
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (24, 24), grading=1.35, element="quad")
    sides = {name: bte.Diffuse() for name in mesh.boundary_names}
    return bte.Problem(mesh, {"domain": gray(1e-3)}, {**sides, **walls()})


def of_two_elements():
    mesh = mixed(8)
    sides = {name: bte.Diffuse() for name in mesh.boundary_names}
    return bte.Problem(mesh, {"domain": gray(0.1)}, {**sides, **walls()})


def periodic():
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (10, 10))
    sides = {"left": bte.Periodic("right"), "top": bte.Diffuse(), "bottom": bte.Isothermal(300.0)}
    return bte.Problem(mesh, {"domain": gray(0.1)}, sides)


PROBLEMS = {
    "inclusion": layered,
    "diffusive inclusion": lambda: layered(1e-4, t=1.0),
    "hexahedra": lambda: layered(element="hexahedron"),
    "prisms": lambda: layered(element="prism"),
    "flat": flat,
    "graded": graded,
    "mixed": of_two_elements,
    "periodic": periodic,
}


def operator_of(problem):
    """Return the operator with the coefficients of the accelerator."""
    packed = pack(problem, 1)
    total = packed.flux_capacity.sum(axis=1)
    wall = wall_conductances(packed, "local", slipping=True)
    contact = np.array([1e-3 * total.min()] * len(packed.tables))
    return assemble(packed, Coefficients(packed.bulk, wall, contact, 0.25 * total))


def energy(operator, field):
    return np.sqrt(field @ (operator.matrix @ field))


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_fixed_number_of_steps_misses_little_of_any_load(name, never_direct):
    operator = operator_of(PROBLEMS[name]())
    solve = make_preconditioner(operator, 1)
    rng = np.random.default_rng(0)
    n = operator.packed.mesh.n_node
    for load in (operator.load(), operator.packed.mesh.node_volumes, rng.normal(size=n)):
        if not load.any():
            continue
        exact = spsolve(operator.matrix.tocsc(), load)
        missed = energy(operator, solve(load) - exact) / energy(operator, exact)
        assert missed <= 5 * APPROXIMATION


@pytest.mark.parametrize("name", PROBLEMS)
def test_conjugate_gradients_reach_the_tolerance(name, never_direct):
    operator = operator_of(PROBLEMS[name]())
    load = operator.packed.mesh.node_volumes
    exact = spsolve(operator.matrix.tocsc(), load)
    field = make_solver(operator, 1e-12, 1)(load)
    assert np.abs(field - exact).max() <= 1e-9 * np.abs(exact).max()


@pytest.mark.parametrize("name", ["inclusion", "mixed"])
def test_the_approximation_is_linear(name, never_direct):
    operator = operator_of(PROBLEMS[name]())
    solve = make_preconditioner(operator, 1)
    a, b = np.random.default_rng(0).normal(size=(2, operator.packed.mesh.n_node))
    image = solve(3.0 * a - 1e-5 * b)
    assert np.abs(image - 3.0 * solve(a) + 1e-5 * solve(b)).max() <= 1e-12 * np.abs(image).max()


def test_threads_do_not_change_a_bit(never_direct):
    operator = operator_of(layered())
    load = np.random.default_rng(0).normal(size=operator.packed.mesh.n_node)
    assert (make_preconditioner(operator, 1)(load) == make_preconditioner(operator, 3)(load)).all()
    assert (make_solver(operator, 1e-8, 1)(load) == make_solver(operator, 1e-8, 3)(load)).all()


def test_steps_do_not_grow_with_the_mesh():
    bounds = [two_level(operator_of(layered(n=n)), 1).bounds() for n in (5, 10)]
    low, high = np.array(bounds).T
    assert high == pytest.approx(high[0], rel=0.05)
    assert low[1] >= 0.75 * low[0]


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_continuous_space_is_that_of_the_vertices(name):
    operator = operator_of(PROBLEMS[name]())
    mesh = operator.packed.mesh
    count, vertex = continuous_space(operator)
    points = np.zeros((count, mesh.dim))
    points[vertex] = mesh.node_points
    if name == "periodic":
        assert count == 10 * 11
        return
    assert (points[vertex] == mesh.node_points).all()  # never joins two points
    if name in ("flat", "graded"):
        assert count > mesh.n_point  # columns of flat cells stay apart
    elif name == "mixed":
        assert count == mesh.n_point
    else:
        across = mesh.faces.nodes[mesh.interfaces["outer", "inner"], 0]
        assert count == mesh.n_point + len(np.unique(mesh.connectivity[across[across >= 0]]))


def test_a_body_without_a_level(never_direct):
    """Heat flows from one adiabatic end to the other: the mean is zero, the slope exact."""
    mesh = bte.Mesh.box((LENGTH,) * 3, (4, 4, 4))
    sides = {name: bte.Diffuse() for name in mesh.boundary_names}
    sides |= {"left": bte.HeatFlux(1e9), "right": bte.HeatFlux(-1e9)}
    packed = pack(bte.Problem(mesh, {"domain": gray(0.1)}, sides), 1)
    state = solve_continuum(packed, "fourier")
    expected = 1e9 / packed.bulk[0] * (0.5 * LENGTH - mesh.node_points[:, 0])
    assert state.field == pytest.approx(expected, abs=1e-8 * np.abs(expected).max())
