"""Equilibrium is exact: walls one kelvin warmer warm everything so, and nothing flows."""

import numpy as np
import pytest

import bte
from gray import distort

EDGES = np.linspace(0.0, 6e13, 7)


def three_materials():
    groups = bte.Material.from_groups(
        "groups",
        heat_capacity=[1e5, 2e5, 3e5, 3e5, 2e5, 0.0 + 1e5, 4e5],
        speed=[6000, 5000, 4000, 3000, 2000, 1000, 0],
        mean_free_path=[1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1.0],
        frequency_edges=EDGES,
    )
    gray = bte.Material.gray("gray", heat_capacity=1.6e6, speed=3000.0, mean_free_path=3e-8)
    return {"a": bte.material("Si"), "b": groups, "c": gray}


def thirds(length):
    def regions(centres):
        return np.array(["a", "b", "c"])[np.minimum((3 * centres[:, 0] / length).astype(int), 2)]

    return regions


LENGTH = 90e-9
MESHES = {
    "line": lambda: bte.Mesh.line([0, 3e-8, 6e-8, 9e-8], [5, 5, 5], ["a", "b", "c"]),
    "triangles": lambda: distort(
        bte.Mesh.rectangle((LENGTH, LENGTH / 2), (9, 4), regions=thirds(LENGTH))
    ),
    "tetrahedra": lambda: distort(
        bte.Mesh.box((LENGTH, LENGTH / 3, LENGTH / 3), (6, 2, 2), regions=thirds(LENGTH))
    ),
}


@pytest.mark.parametrize("kind", MESHES)
@pytest.mark.parametrize("interface", ["DMM", "Transmission"])
def test_equilibrium(kind, interface):
    mesh = MESHES[kind]()
    model = bte.DMM() if interface == "DMM" else bte.Transmission(0.3, of="smaller side")
    boundaries = {name: bte.Isothermal(301.0) for name in mesh.boundary_names}
    problem = bte.Problem(
        mesh, three_materials(), boundaries, dict.fromkeys(mesh.interfaces, model)
    )
    solution = problem.solve(bands=6, azimuths=8, polars=3)
    assert solution.converged
    assert np.abs(solution.temperature - 301.0).max() < 1e-12 * 301
    assert np.abs(solution.heat_flux).max() < 1e-12 * 1e9
    assert solution.energy_balance == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("kind", MESHES)
def test_the_discrete_sweep_keeps_equilibrium(kind):
    """F(1) = 1 for walls at one kelvin, without the solver's offset."""
    from bte.packing import pack
    from bte.quadrature import quadrature
    from bte.solvers.discrete import discretise

    mesh = MESHES[kind]()
    boundaries = {name: bte.Isothermal(301.0) for name in mesh.boundary_names}
    packed = pack(bte.Problem(mesh, three_materials(), boundaries), 6)
    discrete = discretise(packed, quadrature(mesh.dim, 8, 3))
    ones = np.ones(discrete.size)
    image = discrete.evaluate(ones).state
    assert np.abs(image.temperature - 1.0).max() < 1e-12
    open_ = discrete.coupling.half_range[discrete.coupling.free] > 0
    assert np.abs(image.emission - open_).max() < 1e-12
