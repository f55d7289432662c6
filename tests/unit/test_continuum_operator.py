"""The diffusion operator on every element: exact for linear fields, positive, second order."""

import numpy as np
import pytest

import bte
from bte.conditions.kapitza import MILNE_LENGTH
from bte.continuum.fourier import coefficients, solve_continuum
from bte.continuum.operator import assemble
from bte.packing import pack
from elements import mixed
from gray import CAPACITY, LENGTH, SPEED, gray, walls

ELEMENTS = ["triangle", "quad", "tetra", "hexahedron", "prism"]
KAPPA = CAPACITY * SPEED * 0.1 * LENGTH / 3


def block(element, n):
    if element in ("triangle", "quad"):
        return bte.Mesh.rectangle((LENGTH, LENGTH), (n, n), element=element)
    return bte.Mesh.box((LENGTH,) * 3, (n,) * 3, element=element)


def cell_arrays(mesh):
    return [kind.cells for kind in mesh.kinds]


def crumpled(mesh, amount=0.2, seed=0):
    """Return the mesh with all its points moved at random, those on walls too, one boundary."""
    step = LENGTH / mesh.n_point ** (1 / mesh.dim)
    shift = np.random.default_rng(seed).uniform(-amount, amount, mesh.points.shape) * step
    return bte.Mesh.from_arrays(mesh.points + shift, cell_arrays(mesh))


MESHES = {
    **{element: lambda e=element: block(e, 4) for element in ELEMENTS},
    "mixed": lambda: mixed(4),
    **{f"crumpled {element}": lambda e=element: crumpled(block(e, 4)) for element in ELEMENTS},
    "crumpled mixed": lambda: crumpled(mixed(4)),
}


def linear(points):
    """A field with a slope in every direction [K]."""
    return 300.0 + points @ np.array([1.0, -0.7, 0.4])[: points.shape[1]] / LENGTH


@pytest.mark.parametrize("name", MESHES)
def test_a_linear_field_between_its_walls_is_exact(name):
    mesh = MESHES[name]()
    names = mesh.boundary_names
    problem = bte.Problem(mesh, {"domain": gray(0.1)}, {n: bte.Isothermal(linear) for n in names})
    state = solve_continuum(pack(problem, 1), "fourier")
    assert state.field + 300 == pytest.approx(linear(mesh.node_points), abs=1e-10)
    slope = np.array([1.0, -0.7, 0.4])[: mesh.dim] / LENGTH
    expected = np.broadcast_to(-KAPPA * slope, state.flux.shape)
    assert state.flux == pytest.approx(expected, rel=1e-8, abs=1e-8 * KAPPA / LENGTH)
    sides = state.operator.packed.sides
    through = sides.normal @ slope * KAPPA * sides.area
    assert state.power == pytest.approx(through, abs=1e-9 * abs(through).max())


@pytest.mark.parametrize("name", MESHES)
@pytest.mark.parametrize("model", ["fourier", "slip"])
def test_the_matrix_is_symmetric_and_positive(name, model):
    mesh = MESHES[name]()
    boundaries = {n: bte.Isothermal(300.0) for n in mesh.boundary_names}
    packed = pack(bte.Problem(mesh, {"domain": gray(0.1)}, boundaries), 1)
    matrix = assemble(packed, coefficients(packed, model)).matrix.toarray()
    assert abs(matrix - matrix.T).max() <= 1e-13 * abs(matrix).max()
    values = np.linalg.eigvalsh(0.5 * (matrix + matrix.T))
    assert values[0] > 1e-4 * values[-1]


def cosine(points):
    return np.prod(np.cos(np.pi * points / LENGTH), axis=1)


@pytest.mark.parametrize("element", ELEMENTS)
def test_second_order(element):
    """A source that makes a product of cosines between walls that have it, on bent cells."""
    errors, counts = [], (8, 16) if element in ("triangle", "quad") else (12, 16)
    for n in counts:
        mesh = block(element, n)
        density = KAPPA * mesh.dim * (np.pi / LENGTH) ** 2
        bend = 0.04 * LENGTH * np.prod(np.sin(2 * np.pi * mesh.points / LENGTH), axis=1)
        mesh = bte.Mesh.from_arrays(mesh.points + bend[:, None], cell_arrays(mesh))
        source = {"domain": lambda x, q=density: q * cosine(x)}
        wall = bte.Isothermal(lambda x: 300.0 + cosine(x))
        problem = bte.Problem(mesh, {"domain": gray(0.1)}, {"boundary": wall}, {}, source)
        state = solve_continuum(pack(problem, 1), "fourier")
        off = state.field - cosine(mesh.node_points)
        errors.append(np.sqrt(mesh.node_volumes @ off**2))
    assert np.log(errors[0] / errors[1]) / np.log(counts[1] / counts[0]) >= 1.9


@pytest.mark.parametrize("name", MESHES)
def test_given_fluxes_keep_the_heat(name):
    mesh = MESHES[name]()
    half = LENGTH / 2
    flux = bte.HeatFlux(lambda x: 1e9 * (1 + x[:, 0] / LENGTH))
    sides = {n: flux for n in mesh.boundary_names}
    if len(sides) == 1:
        mesh = bte.Mesh.from_arrays(
            mesh.points,
            cell_arrays(mesh),
            boundaries=lambda c: np.where(c[:, 0] > half, "right", "rest"),
        )
        sides = {"rest": flux}
    sides["right"] = bte.Isothermal(300.0)
    state = solve_continuum(pack(bte.Problem(mesh, {"domain": gray(0.1)}, sides), 1), "slip")
    assert abs(state.power.sum()) <= 1e-10 * abs(state.power).sum()
    given = state.operator.packed.sides
    expected = given.mean(given.flux) * given.area
    assert state.power[expected > 0] == pytest.approx(expected[expected > 0])


def periodic_cell(element, n, jump, source=None):
    mesh = block(element, n)
    kinds = {n: bte.Diffuse() for n in mesh.boundary_names}
    kinds |= {"left": bte.Periodic("right", jump)}
    del kinds["right"]
    problem = bte.Problem(mesh, {"domain": gray(0.1)}, kinds, {}, source or {})
    return pack(problem, 1)


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_periodic_cell_conducts_as_its_material(element):
    packed = periodic_cell(element, 4, 2.0)
    state = solve_continuum(packed, "fourier")
    points = packed.mesh.node_points[:, 0] / LENGTH
    assert state.field == pytest.approx(1.0 - 2.0 * points, abs=1e-10)
    left = packed.sides.boundary == packed.mesh.boundary_names.index("left")
    area = LENGTH ** (packed.mesh.dim - 1)
    assert state.power[left].sum() == pytest.approx(KAPPA * 2.0 / LENGTH * area, rel=1e-10)
    right = packed.sides.boundary == packed.mesh.boundary_names.index("right")
    assert state.power[right].sum() == pytest.approx(-state.power[left].sum(), rel=1e-12)


def test_a_periodic_source_makes_a_periodic_field():
    n = 48
    wave = KAPPA * (2 * np.pi / LENGTH) ** 2
    source = {"domain": lambda x: wave * np.sin(2 * np.pi * x[:, 0] / LENGTH)}
    packed = periodic_cell("quad", n, 0.0, source)
    state = solve_continuum(packed, "fourier")
    exact = np.sin(2 * np.pi * packed.mesh.node_points[:, 0] / LENGTH)
    assert state.field == pytest.approx(exact, abs=3e-3)


def bar(wall, cells=4):
    """Return the flux of a slab between 301 K behind a wall condition and 300 K, by model."""
    mesh = bte.Mesh.line([0, LENGTH], cells)
    problem = bte.Problem(mesh, {"domain": gray(0.1)}, {**walls(), "left": wall}, {})
    packed = pack(problem, 1)
    return {
        (model, convention): solve_continuum(packed, model, convention).power[0]
        for model in ("fourier", "kapitza", "slip")
        for convention in ("local", "emitted")
    }


def series(*conductances):
    return 1 / sum(1 / h for h in (KAPPA / LENGTH, *conductances))


@pytest.mark.parametrize("t", [0.05, 0.6, 1.0])
def test_a_contact_with_a_transmission(t):
    power, total = bar(bte.Contact(301.0, transmission=t)), CAPACITY * SPEED
    slip = total / (3 * MILNE_LENGTH)
    behind = total / (3 * MILNE_LENGTH + 4 * (1 - t) / t)
    assert power["fourier", "local"] == pytest.approx(series())
    assert power["kapitza", "local"] == pytest.approx(series(t * total / 4 / (1 - t / 2)))
    assert power["kapitza", "emitted"] == pytest.approx(series(t * total / 4))
    assert power["slip", "local"] == pytest.approx(series(behind, slip))


def test_a_contact_with_a_conductance():
    h = 1e8
    power, slip = bar(bte.Contact(301.0, conductance=h)), CAPACITY * SPEED / (3 * MILNE_LENGTH)
    assert power["fourier", "local"] == pytest.approx(series(h))
    assert power["kapitza", "local"] == pytest.approx(series(h))
    assert power["slip", "local"] == pytest.approx(series(h, slip, slip))
    assert bar(bte.Contact(301.0, resistance=1 / h)) == pytest.approx(power)
