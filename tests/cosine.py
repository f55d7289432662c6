"""An exact solution: mirrors all round and a source Q0 cos(pi x / L).

T_L - T0 = (Q/S)/(1 - arctan(eta)/eta) with eta = pi Lambda / L, T_L the temperature at which
scattering and heat emit. The angular average arctan(eta)/eta = <1/(1 + (eta Omega_x)^2)> is that of
the ordinates here, so that only the error of the mesh is left.
"""

import numpy as np

import bte
from bte.quadrature import quadrature
from gray import CAPACITY, LENGTH, SPEED

AMPLITUDE = 0.01  # Q0/S [K]


def _gray(path):
    return bte.Material.gray("gray", heat_capacity=CAPACITY, speed=SPEED, mean_free_path=path)


def cosine_problem(mesh, eta):
    """Return the problem on a mesh that spans x = 0 ... LENGTH."""
    path = eta * LENGTH / np.pi
    density = AMPLITUDE * CAPACITY * SPEED / path
    return bte.Problem(
        mesh,
        {"domain": _gray(path)},
        {name: bte.Specular() for name in mesh.boundary_names},
        sources={"domain": lambda x: density * np.cos(np.pi * x[:, 0] / LENGTH)},
    )


def angular_mean(dim, eta, angles):
    """Return <1/(1 + (eta Omega_x)^2)> of the ordinates."""
    rule = quadrature(dim, *angles)
    cosine = rule.directions[:, :1] * rule.sines
    return float(rule.weights @ (1 / (1 + (eta * cosine) ** 2)) @ rule.sine_weights)


def cosine_error(mesh, eta, angles):
    """Return the relative error of T_L in the mean square."""
    azimuths, polars = angles
    solution = cosine_problem(mesh, eta).solve(azimuths=azimuths, polars=polars, tolerance=1e-8)
    assert solution.converged
    shape = np.cos(np.pi * mesh.node_points[:, 0] / LENGTH)
    exact = AMPLITUDE * shape / (1 - angular_mean(mesh.dim, eta, angles))
    off = solution.pseudo_temperature - 300 - exact
    return np.sqrt((mesh.node_volumes @ off**2) / (mesh.node_volumes @ exact**2))
