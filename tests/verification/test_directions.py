"""Directions chosen by walls and lines of sight: tilted slabs and films against exact values."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import bte
from gray import FLUX, LENGTH, SLAB_FLUX, bar, gray, strip, walls

# k/k_bulk along a film with diffuse walls (Fuchs-Sondheimer), by Kn = mean free path / thickness
FILM = {0.1: 0.9625000688550458, 1.0: 0.6838565946040596, 10.0: 0.20913258501997448}


def turned(problem, degrees):
    """Return a 2D problem turned about the origin."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    mesh = problem.mesh
    low, high = mesh.bounding_box

    def names(centres):
        x = (centres @ turn.T - low) / (high - low)
        ends = [x[:, 0] < 1e-9, x[:, 0] > 1 - 1e-9, x[:, 1] < 1e-9]
        return np.select(ends, ["left", "right", "bottom"], "top")

    made = bte.Mesh.from_arrays(mesh.points @ turn, mesh.cells, boundaries=names)
    return bte.Problem(made, problem.materials, problem.boundaries)


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("degrees", [30.0, 23.0])
def test_a_tilted_slab(kn, degrees):
    """Its mirrors are mirrors of the ordinates, and its walls are breaks."""
    solution = turned(strip(kn, (24, 1), 1.35), degrees).solve(azimuths=24, polars=3)
    flux = solution.power["left"] / (0.2 * LENGTH * FLUX)
    assert flux == pytest.approx(SLAB_FLUX[kn], rel=4e-4)


@pytest.mark.parametrize(
    ("rule", "error"), [("gauss", 1e-4), ("equal", 1e-3), ("chebyshev", 2e-3), ("lebedev", None)]
)
def test_rules_in_a_strip(rule, error):
    problem = strip(1.0, (24, 1), 1.35)
    if error is None:
        with pytest.raises(bte.BteError, match="'lebedev' is for 3D"):
            problem.solve(azimuth_rule=rule)
        return
    flux = problem.solve(azimuth_rule=rule).power["left"] / (0.2 * LENGTH * FLUX)
    assert flux == pytest.approx(SLAB_FLUX[1.0], rel=error)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"axis": "x"}, 1.5e-4),
        ({"axis": "y"}, 3e-4),
        ({"azimuth_rule": "equal"}, 2e-3),
        ({"azimuth_rule": "chebyshev"}, 2e-3),
        ({"azimuth_rule": "lebedev"}, 1e-3),
    ],
)
def test_rules_in_a_bar(options, error):
    problem, hot, area = bar(1.0, 0)
    flux = problem.solve(**options).power[hot] / (area * FLUX)
    assert flux == pytest.approx(SLAB_FLUX[1.0], rel=error)


@pytest.mark.parametrize(("kn", "ordinates"), [(0.1, 24), (1.0, None), (10.0, 40)])
def test_a_film_as_a_periodic_strip(kn, ordinates):
    mesh = bte.Mesh.rectangle((LENGTH / 4, LENGTH), (2, 24), grading=(1.0, 1.2), element="quad")
    conditions = {
        "left": bte.Periodic("right", temperature_difference=1.0),
        "bottom": bte.Diffuse(),
        "top": bte.Diffuse(),
    }
    problem = bte.Problem(mesh, {"domain": gray(kn)}, conditions)
    solution = problem.solve()
    assert ordinates in (None, solution.settings["ordinates"])
    bulk = problem.materials["domain"].conductivity(300.0)
    assert solution.effective_conductivity / bulk == pytest.approx(FILM[kn], rel=5e-4)


def skew_bar(kn, angle=0.6, about=(0.3, 0.5, 0.8)):
    """Return the slab as a bar between mirrors, turned about a vector."""
    size = np.array([1.0, 0.5, 0.5]) * LENGTH
    mesh = bte.Mesh.box(tuple(size), (8, 2, 2), element="hexahedron")
    turn = Rotation.from_rotvec(angle * np.array(about) / np.linalg.norm(about)).as_matrix()

    def names(centres):
        x = (centres @ turn) / size
        return np.select([x[:, 0] < 1e-9, x[:, 0] > 1 - 1e-9], ["left", "right"], "side")

    made = bte.Mesh.from_arrays(mesh.points @ turn.T, mesh.cells, boundaries=names)
    return bte.Problem(made, {"domain": gray(kn)}, {**walls(), "side": bte.Specular()})


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
def test_the_polar_axis_follows_the_mirrors(kn):
    solution = skew_bar(kn).solve()
    flux = solution.power["left"] / (0.25 * LENGTH**2 * FLUX)
    assert flux == pytest.approx(SLAB_FLUX[kn], rel=1.2e-3)


def test_mirrors_that_stay_oblique_are_told():
    """The faces of a tetrahedron have no axis in common."""
    corners = np.array([[0, 0, 0], [1, 0.1, 0.2], [0.2, 1, 0.1], [0.1, 0.3, 1]]) * LENGTH

    def names(centres):
        return np.where(np.arange(len(centres)) == 0, "hot", "mirror")

    mesh = bte.Mesh.from_arrays(corners, [[0, 1, 2, 3]], boundaries=names)
    boundaries = {"hot": bte.Isothermal(301.0), "mirror": bte.Specular()}
    problem = bte.Problem(mesh, {"domain": gray(1.0)}, boundaries)
    with pytest.warns(bte.BteWarning, match=r"oblique to every polar axis"):
        solution = problem.solve(azimuths=8, polars=2)
    assert np.abs(solution.temperature - 301.0).max() < 1e-9
