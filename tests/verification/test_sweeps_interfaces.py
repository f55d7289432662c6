"""How many sweeps interfaces that keep directions take: asserted, so that nobody makes it worse."""

from itertools import pairwise

import numpy as np
import pytest

import bte
from keeping import UNIT, between_walls, layer, line, strip

LAYERS = 6
NAMES = [chr(ord("a") + i) for i in range(LAYERS)]
KN = [0.01, 0.1, 1.0, 10.0, 100.0]
TRANSMISSIONS = [0.02, 0.3, 1.0]
SIDES = {"mirrors": bte.Specular(), "diffuse": bte.Diffuse()}


def alternating(first, second):
    return {name: (first, second)[i % 2] for i, name in enumerate(NAMES)}


def contacts(model):
    return dict.fromkeys(pairwise(NAMES), model)


def gray_pair(kn):
    return alternating(layer("first", 1, 1, kn), layer("second", 1, 0.5, 0.5 * kn))


def keeping(t):
    return bte.Transmission(t, of="smaller side", directional=True)


@pytest.mark.parametrize("kn", KN)
@pytest.mark.parametrize("t", TRANSMISSIONS)
def test_five_interfaces_on_a_line(kn, t):
    mesh = line(20, 1.3, LAYERS)
    solution = between_walls(mesh, gray_pair(kn), contacts(keeping(t))).solve()
    assert solution.converged
    assert solution.iterations <= 16


@pytest.mark.parametrize("kn", KN)
@pytest.mark.parametrize("t", TRANSMISSIONS)
@pytest.mark.parametrize("side", SIDES)
def test_five_interfaces_in_a_plane(kn, t, side):
    mesh = strip(0.0, 8, 1.3, 1.0, 3, LAYERS, triangles=True)
    problem = between_walls(mesh, gray_pair(kn), contacts(keeping(t)), SIDES[side])
    solution = problem.solve()
    assert solution.converged
    assert solution.iterations <= 27


@pytest.mark.parametrize("size", [1e-9, 1e-8, 1e-7, 1e-6, 1e-5])
@pytest.mark.parametrize(
    ("model", "most"),
    [(bte.AMM(), 21), (bte.AMM(scalar="fluid"), 21), (bte.Mixed(0.5), 21), (keeping(0.3), 21)],
)
def test_a_superlattice_of_crystals(size, model, most):
    materials = alternating(bte.material("Si"), bte.material("Ge"))
    ends = size * np.arange(LAYERS + 1)
    mesh = bte.Mesh.line(ends, [16] * LAYERS, NAMES, ("hot", "cold"), grading=1.3)
    solution = between_walls(mesh, materials, contacts(model)).solve(bands=8)
    assert solution.converged
    assert solution.iterations <= most


def inclusion(centres):
    """Return a rectangle off the middle of the unit square."""
    x, y = centres.T
    return np.where((abs(x - 0.4) < 0.25) & (abs(y - 0.6) < 0.2), "b", "a")


@pytest.mark.parametrize("size", [1e-8, 1e-7, 1e-6, 1e-5])
@pytest.mark.parametrize("model", [bte.AMM(), keeping(0.3), keeping(0.02)])
def test_an_inclusion_of_crystal(size, model):
    mesh = bte.Mesh.rectangle((size, size), (12, 12), regions=lambda x: inclusion(x / size))
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    sides = {"bottom": bte.Diffuse(), "top": bte.Diffuse()}
    materials = {"a": bte.material("Si"), "b": bte.material("Ge")}
    problem = bte.Problem(mesh, materials, walls | sides, {("a", "b"): model})
    solution = problem.solve(bands=6, azimuths=16, polars=2)
    assert solution.converged
    assert solution.iterations <= 40


@pytest.mark.parametrize("kn", [0.01, 1.0, 10.0])
@pytest.mark.parametrize("t", TRANSMISSIONS)
def test_a_box(kn, t):
    def thirds(x):
        return np.array(["a", "b", "c"])[(x[:, 0] / UNIT).astype(int)]

    mesh = bte.Mesh.box((3 * UNIT, UNIT, UNIT), (6, 2, 2), regions=thirds)
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    sides = {name: bte.Diffuse() for name in ("bottom", "top", "front", "back")}
    contact = dict.fromkeys([("a", "b"), ("b", "c")], keeping(t))
    materials = {name: gray_pair(kn)[name] for name in "abc"}
    solution = bte.Problem(mesh, materials, walls | sides, contact).solve(azimuths=16, polars=4)
    assert solution.converged
    assert solution.iterations <= 25
