"""Order of convergence in space against the exact solution of `cosine`, for every element.

That solution averages over the ordinates at hand; how they average is checked here by itself.
"""

import numpy as np
import pytest

import bte
from cosine import angular_mean, cosine_error
from elements import FLAT, block
from gray import LENGTH

ANGLES = {1: (None, None), 2: (24, 3), 3: (8, 4)}
CELLS = {
    "line": (16, 32, 64),
    "triangle": (16, 32, 64),
    "quad": (16, 32, 64),
    "tetra": (8, 12, 16),
    "hexahedron": (24, 36, 48),
    "prism": (16, 24, 32),
}


def mesh_of(element, n):
    half = max(1, n // 2)
    if element == "line":
        return bte.Mesh.line([0, LENGTH], n)
    if element in FLAT:
        return block(element, (n, half), (LENGTH, LENGTH / 2))
    # nothing varies across: two cells do
    return block(element, (n, 2, 2), (LENGTH, 2 * LENGTH / n, 2 * LENGTH / n))


@pytest.mark.parametrize(
    ("element", "eta"),
    [
        ("line", 0.3),
        ("line", 3.0),
        ("triangle", 0.3),
        ("triangle", 1.0),
        ("triangle", 3.0),
        ("quad", 0.3),
        ("quad", 1.0),
        ("quad", 3.0),
        ("tetra", 0.3),
        ("tetra", 1.0),
        ("hexahedron", 0.3),
        ("hexahedron", 1.0),
        ("prism", 0.3),
        ("prism", 1.0),
    ],
)
def test_second_order_in_space(element, eta):
    counts = CELLS[element]
    meshes = [mesh_of(element, n) for n in counts]
    errors = [cosine_error(mesh, eta, ANGLES[mesh.dim]) for mesh in meshes]
    assert -np.polyfit(np.log(counts), np.log(errors), 1)[0] >= 1.9


@pytest.mark.parametrize(("dim", "tolerance"), [(1, 1e-9), (2, 1e-3), (3, 8e-3)])
@pytest.mark.parametrize("eta", [0.3, 3.0])
def test_the_ordinates_average_as_the_sphere_does(dim, eta, tolerance):
    exact = np.arctan(eta) / eta
    assert angular_mean(dim, eta, ANGLES[dim]) == pytest.approx(exact, rel=tolerance)
