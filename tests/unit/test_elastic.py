"""Plane elastic waves at a contact: invariants, limits, and the channels of groups."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bte import Material
from bte.conditions.acoustics import (
    AcousticContact,
    exchanged,
    hemispheric,
    polarisation_shares,
    resolved_acoustic,
)
from bte.conditions.adaptive import integrate
from bte.conditions.elastic import HalfSpace, energy_matrix, scalar_matrix
from bte.conditions.rough import Rough
from bte.errors import BteError

SI = HalfSpace.of(2330.0, (8970.0, 5332.0))
GE = HalfSpace.of(5320.0, (5370.0, 3280.0))
HELIUM = HalfSpace.of(145.0, (238.0, 0.0))
COPPER = HalfSpace.of(8960.0, (4760.0, 2325.0))
WATER = HalfSpace.of(1000.0, (1480.0, 0.0))


def slownesses(first, second, n=60):
    """Squared slownesses from normal incidence to beyond grazing, critical ones included."""
    limits = np.concatenate([first.squares, second.squares])
    limits = limits[limits > 0.0]
    near = [limits * (1.0 + e) for e in (-1e-9, -1e-15, 0.0, 1e-15, 1e-9)]
    return np.concatenate([[0.0], *near, np.linspace(0.0, 1.01 * limits.max(), n)])


def random_half_space(generator):
    c_l = 10.0 ** generator.uniform(2.0, 4.3)
    c_t = c_l * generator.choice([0.0, 10.0 ** generator.uniform(-2.5, -0.07)])
    return HalfSpace.of(10.0 ** generator.uniform(0.0, 4.5), (c_l, c_t))


def test_energy_is_kept_and_reciprocal_for_any_two_media():
    generator = np.random.default_rng(1)
    for _ in range(300):
        first, second = random_half_space(generator), random_half_space(generator)
        squares = slownesses(first, second)
        energy = energy_matrix(first, second, squares)
        is_open = squares[:, None] < np.concatenate([first.squares, second.squares])
        assert np.abs(energy.sum(axis=2) - is_open).max() < 1e-13
        assert np.array_equal(energy, energy.swapaxes(1, 2))
        assert energy.min() >= 0.0


def test_the_sides_can_be_named_either_way():
    swap = [3, 4, 5, 0, 1, 2]
    for first, second in ((SI, GE), (HELIUM, COPPER), (WATER, HELIUM)):
        squares = slownesses(first, second)
        forth = energy_matrix(first, second, squares)
        back = energy_matrix(second, first, squares)
        assert np.allclose(forth, back[:, swap][:, :, swap], rtol=0.0, atol=1e-13)


@pytest.mark.parametrize("side", [SI, WATER])
def test_equal_media_are_no_interface(side):
    squares = slownesses(side, side)
    energy = energy_matrix(side, side, squares)
    through = energy[:, [0, 1, 2], [3, 4, 5]]
    assert np.allclose(through, squares[:, None] < side.squares, rtol=0.0, atol=1e-13)


def test_normal_incidence_is_that_of_impedances():
    for first, second in ((SI, GE), (HELIUM, COPPER), (HELIUM, WATER)):
        energy = energy_matrix(first, second, np.zeros(1))[0]
        z1, z2 = (h.density / math.sqrt(h.longitudinal) for h in (first, second))
        assert energy[0, 3] == pytest.approx(4.0 * z1 * z2 / (z1 + z2) ** 2, rel=1e-13)
    y1, y2 = (h.density / math.sqrt(h.transverse) for h in (SI, GE))
    energy = energy_matrix(SI, GE, np.zeros(1))[0]
    for channel in (1, 2):
        assert energy[channel, channel + 3] == pytest.approx(4 * y1 * y2 / (y1 + y2) ** 2)
    assert energy[0, 1] == energy[0, 4] == energy[1, 0] == 0.0


def test_between_liquids_theory_is_the_scalar_formula():
    squares = np.linspace(0.0, 0.999, 40) * WATER.longitudinal
    energy = energy_matrix(WATER, HELIUM, squares)
    impedances = np.array([[1000.0 * 1480.0, 0, 0], [145.0 * 238.0, 0, 0]])
    limits = np.concatenate([WATER.squares, HELIUM.squares])
    assert np.allclose(
        energy, scalar_matrix("fluid", impedances, limits, squares), rtol=0.0, atol=1e-13
    )


def test_sh_waves_follow_their_scalar_formula():
    squares = np.linspace(0.0, 0.999, 40) * SI.transverse
    energy = energy_matrix(SI, GE, squares)
    impedances = np.array([[2330.0 * 8970.0] + [2330.0 * 5332.0] * 2, [1.0] * 3])
    impedances[1, 1:] = 5320.0 * 3280.0
    limits = np.concatenate([SI.squares, GE.squares])
    scalar = scalar_matrix("SH", impedances, limits, squares)
    assert np.allclose(energy[:, 2, 5], scalar[:, 2, 5], rtol=1e-12, atol=0.0)


def test_a_solid_without_stiffness_to_shear_is_a_liquid():
    squares = np.linspace(0.0, 0.99, 30) * COPPER.transverse
    liquid = energy_matrix(COPPER, WATER, squares)
    last = np.inf
    for c_t in (1.0, 0.1, 0.01):
        soft = energy_matrix(COPPER, HalfSpace.of(1000.0, (1480.0, c_t)), squares)
        error = np.abs(soft - liquid)[:, :4, :4].max()  # all but the SV, SH of the soft side
        assert error < 3.0 * c_t / 1480.0
        assert error < 0.2 * last
        last = error


def test_free_surface_converts_as_published():
    """Aki and Richards, eq. (5.27): P and SV at a free surface; the other side is very light."""
    air = HalfSpace.of(1e-9, (340.0, 0.0))
    sine = np.sin(np.radians([10.0, 30.0, 60.0, 80.0]))
    p2 = sine**2 * COPPER.longitudinal
    energy = energy_matrix(COPPER, air, p2)
    q_p, q_s = np.sqrt(COPPER.longitudinal - p2), np.sqrt(COPPER.transverse - p2)
    lead = (COPPER.transverse - 2.0 * p2) ** 2
    wide = 4.0 * p2 * q_p * q_s
    assert np.allclose(energy[:, 0, 0], ((wide - lead) / (wide + lead)) ** 2, rtol=0, atol=1e-10)
    assert np.allclose(energy[:, 1, 0], 4.0 * wide * lead / (wide + lead) ** 2, rtol=0, atol=1e-10)


def test_integration_resolves_square_roots_at_the_ends():
    found = integrate(
        lambda x: np.stack([np.sqrt(x), np.sqrt(np.abs(x - 0.3)), 1 / np.sqrt(2 - x)], axis=1),
        np.array([0.0, 0.3, 2.0]),
    )
    exact = [2**2.5 / 3, 2 * (0.3**1.5 + 1.7**1.5) / 3, 2 * math.sqrt(2)]
    assert np.allclose(found, exact, rtol=1e-12)


def test_integration_resolves_a_narrow_peak():
    found = integrate(lambda x: 1e-3 / ((x - 0.37) ** 2 + 1e-6), np.array([0.0, 1.0]))
    exact = math.atan(0.63e3) + math.atan(0.37e3)
    assert found == pytest.approx(exact, rel=1e-11)


def made(name="m", density=2000.0, speeds=(6000.0, 3500.0)):
    return Material.gray(
        name,
        heat_capacity=1e6,
        speed=4000.0,
        mean_free_path=1e-8,
        density=density,
        elastic_speeds=speeds,
    )


def test_shares_of_branches():
    speeds = (6000.0, 3000.0)
    assert polarisation_shares("LO", speeds).tolist() == [1.0, 0.0, 0.0]
    assert polarisation_shares("TA2", speeds).tolist() == [0.0, 0.5, 0.5]
    assert polarisation_shares("all", speeds) == pytest.approx([1 / 9, 4 / 9, 4 / 9])
    assert polarisation_shares("TA", (240.0, 0.0)).tolist() == [1.0, 0.0, 0.0]


def contact_of_bands(scalar=None):
    """Three bands: LA and TA on both sides; LA alone on the second; nothing on the second."""
    flux = np.array([[1.0, 3.0, 1.2, 4.0, 2.0, 3.0], [2.0, 7.0, 2.5, 0.0, 0.0, 0.0]])
    pool = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
    materials = made("a"), made("b", 5000.0, (5000.0, 3000.0))
    return resolved_acoustic(materials, (("LA", "TA") * 3,) * 2, flux, pool, scalar=scalar)


@pytest.mark.parametrize("scalar", [None, "fluid", "SH"])
def test_groups_share_what_arrives(scalar):
    resolved = contact_of_bands(scalar)
    assert resolved.kind == "refracting"
    assert resolved.share.sum(axis=2).tolist() == [[1.0] * 6, [1.0] * 3 + [0.0] * 3]
    assert resolved.etendue[1].tolist() == [1.2, 2.0, 2.0, 2.5, 0.0, 0.0]
    for pool, etendue in enumerate(resolved.etendue):
        xi = np.sort(np.concatenate([np.linspace(0.0, 4.0, 81), etendue, etendue * (1 - 1e-12)]))
        energy = resolved.exchange(pool, xi)
        assert np.abs(energy.sum(axis=1) - (xi[:, None] < etendue)).max() < 1e-13
        assert np.array_equal(energy, energy.swapaxes(1, 2))
    whole = hemispheric(resolved)
    assert np.allclose(whole.sum(axis=1), resolved.etendue, rtol=0.0, atol=1e-11)
    assert whole[0, :3, 3:].sum() > 0.0
    assert whole[1, 3, :3].sum() > 0.0
    assert whole[2] == pytest.approx(np.diag(resolved.etendue[2]), abs=1e-11)


def test_closed_channels_give_back_to_the_incident_one():
    resolved = contact_of_bands()
    contact = AcousticContact.of(made("a"), made("b", 5000.0, (5000.0, 3000.0)))
    etendue = resolved.etendue[1]
    # The second side: k ~ sqrt(2.5) where the elastic slowness of P is 1/5000.
    ratio = 2.5 * 5000.0**2
    first = 5.2 / (6000.0**-2 + 2.0 * 3500.0**-2)
    theory = energy_matrix(
        HalfSpace(2000.0 * math.sqrt(first), 1.2, 2.0),
        HalfSpace(5000.0 * math.sqrt(ratio), 2.5, ratio / 3000.0**2),
        np.array([0.7]),
    )[0]
    found = contact.energy(etendue, np.array([0.7]))[0]
    assert found[3, 0] == pytest.approx(theory[3, 0], rel=1e-12)
    assert found[0, 0] == pytest.approx(theory[0, 0] + theory[4, 0], rel=1e-12)
    assert not found[4:].any()
    assert ratio / 3000.0**2 == pytest.approx(resolved.breaks[1, 4])


def test_hemispheric_of_other_kinds():
    resolved = contact_of_bands()
    share, pool, n = resolved.share, resolved.pool, resolved.etendue
    matrix = np.diag(np.arange(6.0))
    straight = type(resolved)(
        "straight", share, pool, n, lambda _, x: (1 - x)[:, None, None] * matrix, np.zeros((3, 0))
    )
    assert hemispheric(straight)[1] == pytest.approx(0.5 * matrix, rel=1e-12)
    diffuse = type(resolved)(
        "diffuse",
        share,
        pool,
        n,
        lambda _, x: np.broadcast_to(matrix, (len(x), 6, 6)),
        np.zeros((3, 0)),
    )
    assert hemispheric(diffuse)[2] == pytest.approx(matrix, rel=1e-12)


def test_a_material_without_constants_is_named():
    bare = Material.gray("bare", heat_capacity=1.0, speed=1.0, mean_free_path=1.0)
    with pytest.raises(
        BteError, match=r"'bare' has no density and no elastic_speeds, which AMM.*needs: give"
    ):
        AcousticContact.of(made(), bare)
    with pytest.raises(BteError, match=r"'m' has no elastic_speeds, .*between 'film' and 'base'"):
        resolved_acoustic(
            (made(speeds=None), made()),
            (("LA",), ("LA",)),
            np.ones((2, 1)),
            np.zeros(1, dtype=np.int32),
            names=("film", "base"),
        )


def test_a_liquid_has_no_transverse_speed():
    helium = made("He", 145.0, (238.0, 0.0))
    assert helium.elastic_speeds == (238.0, 0.0)
    with pytest.raises(BteError, match="longitudinal elastic speed = 0; it must be finite and > 0"):
        made("x", 145.0, (0.0, 0.0))
    with pytest.raises(BteError, match="transverse elastic speed = -1; it must be finite and > 0"):
        made("x", 145.0, (238.0, -1.0))
    glass = Material.amorphous(
        "oil",
        density=900.0,
        elastic_speeds=(1400.0, 0.0),
        heat_capacity=1.7e6,
        conductivity=0.15,
        cutoff=1.5e12,
    )
    assert glass.branches == ("LA",)
    assert glass.conductivity(300.0) == pytest.approx(0.15)


@pytest.mark.parametrize("rough", [None, Rough(specularity=1.0), Rough(specularity=0.0)])
def test_exchange_between_groups_of_smooth_and_of_diffuse_interfaces(rough):
    smooth = contact_of_bands()
    flux = np.array([[1.0, 3.0, 1.2, 4.0, 2.0, 3.0], [2.0, 7.0, 2.5, 0.0, 0.0, 0.0]])
    paths = tuple((np.full(6, 1e-8), np.full(6, 1e9)) for _ in range(2))
    found = exchanged(replace(smooth, rough=rough), flux, paths)
    for pool, k in enumerate(found):
        assert k.sum(axis=1) == pytest.approx(flux[:, 2 * pool : 2 * pool + 2].ravel(), abs=1e-10)
    if rough is None or rough.specularity == 1.0:
        whole = hemispheric(smooth)[0]
        assert found[0][:2, 2:].sum() == pytest.approx(whole[:3, 3:].sum(), rel=1e-11)
        assert found[0][1, 2] == pytest.approx(whole[1:3, 3].sum(), rel=1e-11)
    else:
        assert found[0] == pytest.approx(np.outer([1, 3, 2, 7], [1, 3, 2, 7]) / 13.0)


def test_exchange_of_a_rough_interface_lies_between():
    smooth = contact_of_bands()
    flux = np.array([[1.0, 3.0, 1.2, 4.0, 2.0, 3.0], [2.0, 7.0, 2.5, 0.0, 0.0, 0.0]])
    paths = tuple((np.full(6, 1e-8), np.full(6, 1e9)) for _ in range(2))
    passed = [
        exchanged(replace(smooth, rough=Rough(rms=height)), flux, paths)[0][:2, 2:].sum()
        for height in (0.0, 1e-10, 3e-10, 1e-8)
    ]
    assert passed[0] == pytest.approx(hemispheric(smooth)[0, :3, 3:].sum(), rel=1e-11)
    assert passed[3] == pytest.approx(36.0 / 13.0, rel=1e-2)
    assert sorted(passed) in (passed, passed[::-1])
