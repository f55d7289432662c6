"""Order of convergence in space against an exact solution.

Mirrors all round and a source Q0 cos(pi x / L): T_L - T0 = (Q/S)/(1 - arctan(eta)/eta) with
eta = pi Lambda / L, T_L the temperature at which scattering and heat emit. The angular average
arctan(eta)/eta = <1/(1 + (eta Omega_x)^2)> is that of the ordinates here, so that only the error of
the mesh is left; that of the ordinates is checked against the exact one by itself.
"""

import numpy as np
import pytest

import bte
from bte.quadrature import quadrature
from gray import CAPACITY, LENGTH, SPEED, nodal_weights

ANGLES = {1: (None, None), 2: (24, 3), 3: (8, 4)}
CELLS = {1: (16, 32, 64), 2: (16, 32, 64), 3: (8, 12, 16)}
AMPLITUDE = 0.01  # Q0/S [K]


def cosine_problem(dim, n, eta):
    path = eta * LENGTH / np.pi
    material = bte.Material.gray("gray", heat_capacity=CAPACITY, speed=SPEED, mean_free_path=path)
    half = max(1, n // 2)
    mesh = {
        1: lambda: bte.Mesh.line([0, LENGTH], n),
        2: lambda: bte.Mesh.rectangle((LENGTH, LENGTH / 2), (n, half)),
        3: lambda: bte.Mesh.box((LENGTH, LENGTH / 2, LENGTH / 2), (n, half, half)),
    }[dim]()
    density = AMPLITUDE * CAPACITY * SPEED / path
    return bte.Problem(
        mesh,
        {"domain": material},
        {name: bte.Specular() for name in mesh.boundary_names},
        sources={"domain": lambda x: density * np.cos(np.pi * x[:, 0] / LENGTH)},
    )


def angular_mean(dim, eta):
    """Return <1/(1 + (eta Omega_x)^2)> of the ordinates."""
    rule = quadrature(dim, *ANGLES[dim])
    cosine = rule.directions[:, :1] * rule.sines
    return float(rule.weights @ (1 / (1 + (eta * cosine) ** 2)) @ rule.sine_weights)


def error(dim, n, eta):
    problem = cosine_problem(dim, n, eta)
    azimuths, polars = ANGLES[dim]
    solution = problem.solve(azimuths=azimuths, polars=polars, tolerance=1e-8)
    assert solution.converged
    mesh = problem.mesh
    shape = np.cos(np.pi * mesh.node_points[:, 0] / LENGTH)
    exact = AMPLITUDE * shape / (1 - angular_mean(dim, eta))
    weights = nodal_weights(mesh)
    off = solution.pseudo_temperature - 300 - exact
    return np.sqrt((weights @ off**2) / (weights @ exact**2))


@pytest.mark.parametrize(
    ("dim", "eta"), [(1, 0.3), (1, 3.0), (2, 0.3), (2, 1.0), (2, 3.0), (3, 0.3), (3, 1.0)]
)
def test_second_order_in_space(dim, eta):
    errors = [error(dim, n, eta) for n in CELLS[dim]]
    order = -np.polyfit(np.log(CELLS[dim]), np.log(errors), 1)[0]
    assert order >= 1.9


@pytest.mark.parametrize(("dim", "tolerance"), [(1, 1e-9), (2, 1e-3), (3, 8e-3)])
@pytest.mark.parametrize("eta", [0.3, 3.0])
def test_the_ordinates_average_as_the_sphere_does(dim, eta, tolerance):
    assert angular_mean(dim, eta) == pytest.approx(np.arctan(eta) / eta, rel=tolerance)
