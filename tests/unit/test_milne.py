"""Interfaces seen from far away in a gray gas: exact values, and the perfect contact."""

import numpy as np
import pytest

import bte
from bte.conditions.interface import transmission_table
from bte.conditions.kapitza import MILNE_LENGTH, interface_conductance
from bte.conditions.milne import Faces, far_resistance
from bte.conditions.pair import make_pair


def angles(n=24):
    """Return cosines and weights of 2 mu dmu, for square roots at the ends."""
    x, w = np.polynomial.legendre.leggauss(n)
    phi = 0.25 * np.pi * (1 + x)
    return np.cos(phi), 0.25 * np.pi * w * np.sin(2 * phi)


def two_sides(first, second, blocks):
    """Return faces of one channel on each side; blocks are K from and to the sides."""
    mu, w = angles()
    return Faces(
        np.repeat([0, 1], len(mu)),
        np.tile(mu, 2),
        np.concatenate([first * w, second * w]),
        np.block(blocks),
    )


def diffuse(first, second, t):
    _, w = angles()
    one, back = np.tile(w, (len(w), 1)), t * first / second
    return two_sides(first, second, [[(1 - t) * one, t * one], [back * one, (1 - back) * one]])


def straight(t):
    eye = np.eye(len(angles()[0]))
    return two_sides(1.0, 1.0, [[(1 - t) * eye, t * eye], [t * eye, (1 - t) * eye]])


@pytest.mark.parametrize(
    ("first", "second", "t"), [(1.0, 1.0, 0.3), (1.0, 1.0, 1.0), (2.0, 1.0, 0.4), (3.0, 7.0, 0.9)]
)
def test_diffuse_interfaces_are_as_known(first, second, t):
    """G = G_0/(1 - (1 - 3 z_0/4)(t_12 + t_21))."""
    share = 1 - 0.75 * MILNE_LENGTH
    resisting = far_resistance(diffuse(first, second, t)) * t * first / 4
    assert resisting == pytest.approx(1 - share * (t + t * first / second), rel=1e-7, abs=1e-8)


def test_a_half_mirror_is_a_black_wall_on_both_sides():
    """At t = 1/2 nothing that leaves depends on its own side more than on the other."""
    assert far_resistance(straight(0.5)) == pytest.approx(6 * MILNE_LENGTH, rel=1e-8)
    assert abs(far_resistance(straight(1.0))) < 1e-13


def test_mirrors_that_transmit_a_little():
    """4 (1 - t)/t, the exact limit of small t, and less than 0.56 (1 - t) more."""
    for t in (0.01, 0.1, 0.3, 0.9):
        more = (far_resistance(straight(t)) - 4 * (1 - t) / t) / (1 - t)
        assert 0.5 < more < 0.56


def gray(name, flux, **elastic):
    return bte.Material.gray(
        name, heat_capacity=flux / 1e3, speed=1e3, mean_free_path=1e-8, **elastic
    )


ONE = gray("one", 1e9, density=2330.0, elastic_speeds=(8970.0, 5332.0))
TWO = gray("two", 2.6e9, density=5320.0, elastic_speeds=(5370.0, 3280.0))


@pytest.mark.parametrize(
    "model",
    [
        bte.AMM(),
        bte.AMM("fluid"),
        bte.Mixed(0.5),
        bte.Mixed(lambda path, mu: 1 - mu**2 + 0 * path),
        bte.Transmission(0.4, directional=True),
    ],
)
def test_thick_layers_of_boltzmann_show_that_resistance(model):
    """10 paths on each side: total resistance less layers and black walls."""
    length, path = 1e-7, 1e-8
    mesh = bte.Mesh.line([0, length, 2 * length], [40, 40], ["a", "b"], ("h", "c"), grading=1.15)
    walls = {"h": bte.Isothermal(301.0), "c": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, {"a": ONE, "b": TWO}, walls, {("a", "b"): model})
    total = 1 / problem.solve(polars=24, tolerance=1e-9).power["h"]
    outside = sum((length + MILNE_LENGTH * path) / m.conductivity(300.0) for m in (ONE, TWO))
    slip = interface_conductance(transmission_table(model, make_pair(ONE, TWO, 300.0)), "slip")
    assert (total - outside) * slip == pytest.approx(1.0, abs=2.5e-3)


def test_the_slip_rung_is_the_transport_of_thick_layers():
    length = 1e-7
    mesh = bte.Mesh.line([0, length, 2 * length], [40, 40], ["a", "b"], ("h", "c"), grading=1.15)
    walls = {"h": bte.Isothermal(301.0), "c": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, {"a": ONE, "b": TWO}, walls, {("a", "b"): bte.AMM()})
    exact = problem.solve(polars=24, tolerance=1e-9).power["h"]
    assert problem.solve_fourier("slip").power["h"] == pytest.approx(exact, rel=3e-4)
