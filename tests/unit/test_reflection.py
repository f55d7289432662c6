"""Mirrors in sets of ordinates: exact sums, reciprocity, and where what is reflected goes."""

import numpy as np
import pytest

from bte.quadrature import quadrature
from bte.solvers.reflection import balanced_exchange, make_mirror, opposites

# largest rms distance between the mean direction of what leaves, along the wall, and the image's
RULES = {
    "24 azimuths": (lambda: quadrature(2, 24, 3), 0.04),
    "48 azimuths": (lambda: quadrature(2, 48, 3), 0.02),
    "192 ordinates": (lambda: quadrature(3, 16, 6), 0.06),
}


def normals(dim):
    rng = np.random.default_rng(7)
    drawn = rng.normal(size=(4, dim))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.mark.parametrize("rule", RULES)
def test_energy_and_equilibrium_hold_to_rounding_and_reciprocity_exactly(rule):
    ordinates = RULES[rule][0]()
    for normal in normals(ordinates.dim):
        mirror = make_mirror(ordinates, normal)
        k, h = mirror.exchange, mirror.strength
        assert np.all(k >= 0.0)
        assert np.array_equal(k, k.T)
        assert np.abs(k.sum(axis=1) - h).max() < 1e-15
        # h is what the discrete hemisphere carries
        assert h.sum() * ordinates.mean_sine == pytest.approx(
            ordinates.half_range(normal[None])[0], rel=1e-14
        )


@pytest.mark.parametrize("rule", RULES)
def test_what_is_reflected_keeps_its_direction_along_the_wall(rule):
    make, allowed = RULES[rule]
    ordinates = make()
    for normal in normals(ordinates.dim):
        mirror = make_mirror(ordinates, normal)
        k, h = mirror.exchange, mirror.strength
        leaving = ordinates.directions[mirror.inward]
        arriving = -leaving
        image = arriving - 2.0 * np.outer(arriving @ normal, normal)
        found = (k / h[:, None]) @ leaving
        off = found - image
        off -= np.outer(off @ normal, normal)
        assert np.sqrt(h @ (off**2).sum(axis=1) / h.sum()) < allowed


@pytest.mark.parametrize(
    ("ordinates", "normal"),
    [
        (quadrature(2, 24, 3), [1.0, 0.0]),
        (quadrature(2, 24, 3), [-np.sqrt(0.5), np.sqrt(0.5)]),
        (quadrature(3, 16, 6), [0.0, 0.0, -1.0]),
        (quadrature(3, 16, 6), [0.0, 1.0, 0.0]),
    ],
)
def test_symmetry_planes_of_the_set_permute_it(ordinates, normal):
    normal = np.array(normal)
    mirror = make_mirror(ordinates, normal)
    assert mirror.exchange is None
    d = ordinates.directions
    image = d - 2.0 * np.outer(d @ normal, normal)
    assert d[mirror.label] == pytest.approx(image, abs=1e-12)
    assert d[mirror.inward] @ normal == pytest.approx(-mirror.cosine)


def test_opposites():
    ordinates = quadrature(3, 8, 3)
    d = ordinates.directions
    assert d[opposites(ordinates)] == pytest.approx(-d, abs=1e-14)


def test_scaling_of_any_matrix():
    rng = np.random.default_rng(1)
    k = rng.uniform(size=(30, 30)) * (rng.uniform(size=(30, 30)) < 0.2)
    h = rng.uniform(0.1, 1.0, 30)
    balanced = balanced_exchange(k + k.T, h)
    assert np.all(balanced >= 0.0)
    assert balanced.sum(axis=1) == pytest.approx(h, rel=1e-14)
    assert balanced == pytest.approx(balanced.T, abs=1e-16)
