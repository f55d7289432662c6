"""All elements solve the same problems: exact slabs, equilibrium, one another."""

import numpy as np
import pytest

import bte
from elements import FLAT, SOLID, block, mixed, warp
from gray import FLUX, LENGTH, SLAB_FLUX, gray, walls

HEIGHT = 0.2 * LENGTH


def slab_of(element, kn, cells):
    """Return the exact slab as a strip or bar with mirrors along its sides, and its hot area."""
    if element in FLAT:
        mesh = block(element, (cells, 2), (LENGTH, HEIGHT))
        area = HEIGHT
    else:
        mesh = block(element, (cells, 1, 1), (LENGTH, HEIGHT, HEIGHT))
        area = HEIGHT**2
    sides = {name: bte.Specular() for name in mesh.boundary_names}
    return bte.Problem(mesh, {"domain": gray(kn)}, {**sides, **walls()}), area


@pytest.mark.parametrize("element", FLAT)
@pytest.mark.parametrize("kn", [0.01, 0.1, 1.0, 10.0])
def test_slab_as_a_strip(element, kn):
    problem, area = slab_of(element, kn, 12)
    solution = problem.solve(azimuths=24, polars=4)
    assert solution.converged
    assert solution.power["left"] / (area * FLUX) == pytest.approx(SLAB_FLUX[kn], rel=3e-4)


@pytest.mark.parametrize("element", SOLID)
@pytest.mark.parametrize("kn", [0.1, 1.0])
def test_slab_as_a_bar(element, kn):
    problem, area = slab_of(element, kn, 10)
    solution = problem.solve(azimuths=16, polars=6)
    assert solution.converged
    assert solution.power["left"] / (area * FLUX) == pytest.approx(SLAB_FLUX[kn], rel=1e-3)


@pytest.mark.parametrize("element", [*FLAT, *SOLID])
@pytest.mark.parametrize("distorted", [False, True])
def test_the_discrete_sweep_keeps_equilibrium(element, distorted):
    from bte.packing import pack
    from bte.quadrature import quadrature
    from bte.solvers.discrete import discretise

    mesh = block(element, (4,) * (2 if element in FLAT else 3))
    mesh = warp(mesh) if distorted else mesh
    boundaries = {name: bte.Diffuse() for name in mesh.boundary_names}
    boundaries[mesh.boundary_names[0]] = bte.Isothermal(301.0)
    packed = pack(bte.Problem(mesh, {"domain": gray(1.0)}, boundaries), 1)
    discrete = discretise(packed, quadrature(mesh.dim, 8, 2))
    image = discrete.evaluate(np.ones(discrete.size)).state
    assert np.abs(image.temperature - 1.0).max() < 1e-12
    faces = discrete.packed.sides.vertex_areas[discrete.coupling.free]
    there = np.linalg.norm(faces, axis=2) > 0.0  # triangles among faces of four vertices
    assert np.abs(image.emission[there] - 1.0).max() < 1e-12


def square_flux(mesh, kn):
    """Return the flux through a square with diffuse sides in units of the ballistic flux."""
    boundaries = {**walls(), "bottom": bte.Diffuse(), "top": bte.Diffuse()}
    solution = bte.Problem(mesh, {"domain": gray(kn)}, boundaries).solve(tolerance=1e-8)
    assert solution.converged
    assert abs(solution.energy_balance) <= 1e-8
    return solution.power["left"] / (LENGTH * FLUX)


@pytest.mark.parametrize("kn", [1e-4, 0.1, 1.0, 10.0])
def test_flat_elements_agree(kn):
    reference = square_flux(block("triangle", (12, 12)), kn)
    meshes = {
        "quad": block("quad", (12, 12)),
        "warped quads": warp(block("quad", (12, 12))),
        "mixed": mixed(12),
    }
    for name, mesh in meshes.items():
        assert square_flux(mesh, kn) == pytest.approx(reference, rel=1e-3), name


def cube_flux(mesh, kn):
    boundaries = {name: bte.Diffuse() for name in mesh.boundary_names}
    problem = bte.Problem(mesh, {"domain": gray(kn)}, {**boundaries, **walls()})
    solution = problem.solve(azimuths=8, polars=3)
    assert solution.converged
    return solution.power["left"] / (LENGTH**2 * FLUX)


@pytest.mark.parametrize("kn", [1e-4, 1.0])
def test_solid_elements_agree(kn):
    reference = cube_flux(block("tetra", (5, 5, 5)), kn)
    for element in ("hexahedron", "prism"):
        assert cube_flux(block(element, (5, 5, 5)), kn) == pytest.approx(reference, rel=4e-3)
    warped = warp(block("hexahedron", (5, 5, 5)))
    assert cube_flux(warped, kn) == pytest.approx(reference, rel=6e-3)
