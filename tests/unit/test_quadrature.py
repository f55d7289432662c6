"""Angular quadratures: moments, symmetries, half ranges of every rule; what is refused."""

import logging

import numpy as np
import pytest

from bte.errors import BteError
from bte.quadrature import Angles, make_quadrature, quadrature


def across(*degrees):
    """Return normals in the plane at these angles."""
    turn = np.radians(degrees)
    return np.column_stack([np.cos(turn), np.sin(turn)])


TILTED = across(30, 120)
TURNED = (1.0, 2.0, 2.0)

# dimension, options, number of ordinates, largest error of the half-range flux along the axes
RULES = [
    (1, {}, 2, 1e-14),
    (1, {"polars": 3}, 2, 1e-14),
    (2, {}, 24, 1e-12),
    (2, {"azimuths": 4, "polars": 2}, 4, 0.12),
    (2, {"azimuths": 32, "polars": 8}, 32, 1e-12),
    (2, {"panels": TILTED}, 24, 1e-3),
    (2, {"panels": across(0, 30, 90)}, 24, 2e-5),
    (2, {"panels": across(0, 60, 120)}, 24, 6e-3),
    (2, {"panels": across(0, 90, 37)}, 24, 5e-6),
    (2, {"panels": across(*range(1, 361, 6))}, 24, 4e-4),
    (2, {"towards": across(0)}, 40, 1e-11),
    (2, {"towards": across(0, 90)}, 56, 1e-12),
    (2, {"towards": across(20)}, 64, 1e-5),
    (2, {"towards": across(30), "panels": across(0, 30, 90)}, 72, 1e-8),
    (2, {"azimuth_rule": "equal"}, 24, 4e-3),
    (2, {"azimuth_rule": "equal", "panels": TILTED, "azimuths": 48}, 48, 1e-3),
    (2, {"azimuth_rule": "chebyshev", "polars": 4}, 24, 5e-3),
    (3, {}, 192, 1e-7),
    (3, {"azimuths": 4, "polars": 2}, 16, 0.09),
    (3, {"axis": "x"}, 192, 1e-7),
    (3, {"axis": "y"}, 192, 1e-7),
    (3, {"axis": TURNED}, 192, 2e-2),
    (3, {"panels": [(1, 1, 0), (0, 1, 0), (0, 0, 1)]}, 192, 1e-4),
    (3, {"towards": [(0, 0, 1)]}, 640, 2e-7),
    (3, {"towards": [(1, 0, 0)]}, 640, 1e-7),
    (3, {"towards": [(1, 0, 0), (0, 0, 1)]}, 640, 1e-5),
    (3, {"azimuth_rule": "equal"}, 192, 7e-3),
    (3, {"azimuth_rule": "chebyshev"}, 192, 7e-3),
    (3, {"azimuth_rule": "lebedev"}, 194, 4e-3),
    (3, {"azimuth_rule": "lebedev", "axis": TURNED}, 194, 4e-3),
]


@pytest.mark.parametrize(("dim", "options", "ordinates", "half"), RULES)
def test_every_rule(dim, options, ordinates, half):
    rule = quadrature(dim, **options)
    directions, weights = rule.directions, rule.weights
    assert rule.n_ordinate == ordinates
    assert np.linalg.norm(directions, axis=1) == pytest.approx(1.0, abs=1e-14)
    assert (weights > 0).all()
    assert (rule.sine_weights > 0).all()
    # <1> = 1, <Omega Omega> = 1/3
    assert weights.sum() == pytest.approx(1.0, abs=1e-14)
    assert rule.sine_weights.sum() == pytest.approx(1.0, abs=1e-13)
    second = directions.T @ (weights[:, None] * directions)
    second *= rule.sine_weights @ rule.sines**2
    assert second == pytest.approx(np.eye(dim) / 3, abs=1e-13)
    # Omega -> -Omega, with the same weight
    gap = np.linalg.norm(directions[:, None] + directions[None], axis=2)
    assert gap.min(axis=1).max() < 1e-12
    assert weights[gap.argmin(axis=1)] == pytest.approx(weights, rel=1e-10)
    assert 4 * rule.half_range(np.eye(dim)) == pytest.approx(1.0, abs=half)


@pytest.mark.parametrize("normals", [TILTED, across(0, 30, 90), across(0, 60, 120), across(45, 0)])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"azimuths": 16},
        {"azimuths": 40},
        {"towards": across(120)},
        {"towards": across(17)},
        {"azimuth_rule": "equal"},
        {"azimuth_rule": "chebyshev"},
    ],
)
def test_closed_under_the_mirrors_of_walls(normals, options):
    rule = quadrature(2, panels=normals, **options)
    for normal in normals:
        image = rule.mirrored(normal)
        assert image is not None
        assert (np.sort(image) == np.arange(rule.n_ordinate)).all()
        assert (image[image] == np.arange(rule.n_ordinate)).all()
        turned = rule.directions - 2 * np.outer(rule.directions @ normal, normal)
        assert rule.directions[image] == pytest.approx(turned, abs=1e-12)
        # no ordinate lies in a wall
        assert np.abs(rule.directions @ normal).min() > 1e-4


def test_walls_known_to_rounding_only():
    normals = np.round(TILTED, 9)
    rule = quadrature(2, panels=normals / np.linalg.norm(normals, axis=1, keepdims=True))
    assert all(rule.mirrored(normal) is not None for normal in TILTED)
    assert quadrature(2).mirrored(TILTED[0]) is None


@pytest.mark.parametrize("axis", ["x", "y", "z"])
@pytest.mark.parametrize("rule", ["gauss", "equal", "chebyshev", "lebedev"])
def test_mirrors_in_space(rule, axis):
    set_ = quadrature(3, azimuth_rule=rule, axis=axis)
    assert all(set_.mirrored(normal) is not None for normal in np.eye(3))


def test_mirrors_about_a_tilted_axis():
    axis, side = np.array([1.0, 1.0, 0.0]) / np.sqrt(2), np.array([0.0, 0.6, 0.8])
    side = np.cross(axis, side) / np.linalg.norm(np.cross(axis, side))
    rule = quadrature(3, axis=tuple(axis), panels=[axis, side])
    assert rule.mirrored(axis) is not None
    assert rule.mirrored(side) is not None
    assert rule.mirrored(np.cross(axis, side)) is not None


def test_a_break_at_every_wall():
    """Two nodes on each side of a wall that cannot be closed: <|Omega . t|> is exact to Gauss."""
    rule = quadrature(2, panels=across(0, 90, 37), azimuths=48)
    plain = quadrature(2, azimuths=48)
    normal = across(37)
    assert 4 * rule.half_range(normal) == pytest.approx(1.0, abs=1e-8)
    assert abs(4 * plain.half_range(normal) - 1)[0] > 3e-5


def test_too_many_walls_are_said(caplog):
    caplog.set_level(logging.INFO, "bte")
    quadrature(2, panels=across(0, 90, 37))
    assert not caplog.records
    quadrature(2, panels=across(0, 10, 33, 71, 128.3, 99.1, 12.2))
    assert "6 of 7 wall directions are no breaks" in caplog.text
    quadrature(3, panels=[(1, 0, 1), (1, 0, 0)])
    assert "1 wall orientations are oblique to the polar axis" in caplog.text
    quadrature(3, towards=[(1, 0, 1), (1, 0, 0)])
    assert "1 lines of sight are oblique to the polar axis" in caplog.text


def test_a_curve_between_symmetry_planes():
    """A quarter of a circle keeps the mirrors of its straight sides."""
    rule = quadrature(2, panels=np.concatenate([across(0, 90), across(*range(3, 90, 6))]))
    assert rule.n_ordinate == 24
    assert all(rule.mirrored(normal) is not None for normal in across(0, 90))


def film(rule, knudsen, specularity):
    """k/k_bulk along a film, by direct integration over the rule; walls normal to y or the line."""
    directions, weights = rule.directions, rule.weights
    path = knudsen * np.abs(np.outer(directions[:, 0 if rule.dim == 1 else 1], rule.sines))
    if rule.dim == 1:
        along = np.tile(0.5 * (1 - rule.sines**2), (2, 1))
    else:
        along = np.outer(directions[:, 0] ** 2, rule.sines**2)
    lost = np.exp(-1 / path)
    loss = path * (1 - specularity) * (1 - lost) / (1 - specularity * lost)
    return 3 * weights @ (along * (1 - loss)) @ rule.sine_weights


# k/k_bulk of films by (Knudsen number, specularity): Fuchs-Sondheimer, 14 digits, two formulas
FUCHS_SONDHEIMER = {
    (1.0, 0.0): 0.6838565946040596,
    (1.0, 0.5): 0.8291086474778417,
    (10.0, 0.0): 0.20913258501997448,
    (10.0, 0.5): 0.3747891751454108,
    (10.0, 1.0): 1.0,
    (100.0, 0.0): 0.037759245619377,
    (100.0, 0.5): 0.08459958672299815,
}


@pytest.mark.parametrize(
    ("dim", "options", "errors"),
    [
        (1, {}, (1e-8, 3e-6, 1e-4)),
        (2, {}, (6e-5, 6e-3, 0.25)),
        (2, {"towards": [(1, 0)]}, (3e-5, 3e-5, 4e-4)),
        (2, {"towards": [(1, 0)], "azimuths": 32}, (3e-5, 4e-4, 2e-2)),
        (3, {"towards": [(1, 0, 0)]}, (4e-6, 5e-5, 4e-4)),
        (3, {"towards": [(1, 0, 0)], "axis": "y"}, (1e-5, 3e-4, 2e-2)),
    ],
)
def test_films(dim, options, errors):
    rule = quadrature(dim, **options)
    for (knudsen, specularity), exact in FUCHS_SONDHEIMER.items():
        error = errors[(1.0, 10.0, 100.0).index(knudsen)]
        assert film(rule, knudsen, specularity) == pytest.approx(exact, rel=error)


# k/k_bulk along a circular wire, diffuse walls, by Kn = mean free path / diameter, 13 digits
ROUND_WIRE = {0.1: 0.9253830872831922, 1.0: 0.492863258606629}


@pytest.mark.parametrize(("knudsen", "error"), [(0.1, 1e-5), (1.0, 6e-4)])
def test_round_wire(knudsen, error):
    """Integrate over chords cos t, t in (-pi/2, pi/2), with the polar nodes of a plane rule."""
    rule = quadrature(2)
    x, w = np.polynomial.legendre.leggauss(100)
    chord, path = np.cos(0.5 * np.pi * x)[:, None], knudsen * rule.sines
    blocked = path * ((1 - np.exp(-chord / path)) * chord * w[:, None]).sum(axis=0)
    conductivity = 3 * rule.sine_weights @ ((1 - rule.sines**2) * (1 - blocked))
    assert conductivity == pytest.approx(ROUND_WIRE[knudsen], rel=error)


@pytest.mark.parametrize(
    ("dim", "options", "message"),
    [
        (2, {"azimuths": 6}, "azimuths must be at least 4 and a multiple of 4, not 6"),
        (2, {"azimuths": 0}, "not 0"),
        (2, {"polars": 1}, "polars must be at least 2, not 1"),
        (1, {"polars": 0}, "polars must be at least 1, not 0"),
        (3, {"polars": True}, "not True"),
        (2, {"azimuth_rule": "gaus"}, "did you mean 'gauss'"),
        (2, {"azimuth_rule": "lebedev"}, "'lebedev' is for 3D"),
        (3, {"azimuth_rule": "lebedev", "azimuths": 400}, "at most 2030 ordinates, not 4800"),
        (3, {"axis": "w"}, "axis is 'w'; it must be x, y, z or a vector"),
        (3, {"axis": (0, 0, 0)}, "axis has the vector .* not all zero"),
        (3, {"axis": 3}, r"axis is 3; it must be x, y, z or a vector"),
        (2, {"panels": [(1, 0, 0)]}, r"panels has vectors of \[3\] components; .* mesh have 2"),
        (2, {"panels": [(np.nan, 0)]}, "finite"),
        (2, {"panels": "x"}, "panels is 'x'; it must be vectors of numbers"),
        (2, {"towards": [(1, 0)], "azimuth_rule": "equal"}, "'gauss' only, and the rule is"),
    ],
)
def test_refused(dim, options, message):
    with pytest.raises(BteError, match=message):
        quadrature(dim, **options)


def test_angles_are_frozen_values():
    given = Angles(panels=TILTED, axis=np.array([0.0, 0.0, 2.0]))
    assert given == Angles(panels=tuple(map(tuple, TILTED)), axis=(0, 0, 2))
    assert hash(given) == hash(Angles(panels=TILTED, axis=(0, 0, 2)))
    assert make_quadrature(2, given).n_ordinate == 24
