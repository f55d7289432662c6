"""Exchange at interfaces that tell directions apart: exact sums, reciprocity, limits, moments."""

import numpy as np
import pytest
from exchange_cases import ACROSS, FLUX, POOL, SETS, SKEW, TILT, fluid, make_lanes, matched, several

from bte.conditions.rough import Rough
from bte.quadrature import quadrature
from bte.solvers import reflection
from bte.solvers.exchange import exchange_matrices
from bte.solvers.reflection import fill


def matrices(*arguments):
    """Return lanes and exchange of the pools."""
    return [(pool.lanes, pool.exchange) for pool in exchange_matrices(*arguments)]


def sides(rule, normal):
    """Return inward ordinates of both sides."""
    projection = rule.directions @ np.asarray(normal)
    return np.flatnonzero(projection < -1e-12), np.flatnonzero(projection > 1e-12)


def strengths(rule, normal, lanes, index):
    """Return the row sums that K must have, as (2, n_place, n_lane)."""
    cosine = np.abs(rule.directions @ np.asarray(normal))
    return np.stack(
        [
            np.outer((rule.weights * cosine)[inward], lanes.flux[side, index])
            for side, inward in enumerate(sides(rule, normal))
        ]
    )


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", ["refracting", "straight", "diffuse"])
def test_invariants_of_several_groups_channels_and_pools(name, kind):
    make, normal, _ = SETS[name]
    rule, normal = make(), np.asarray(normal)
    lanes = make_lanes(rule, FLUX)
    resolved = several(kind)
    pools = matrices(rule, normal, resolved, lanes, (0, 1))
    assert len(pools) == 2
    for pool, (index, k) in enumerate(pools):
        assert set(lanes.group[index]) == {g for g in np.flatnonzero(pool == POOL) if g != 3}
        assert index.max() < lanes.n
        h = strengths(rule, normal, lanes, index).ravel()
        assert k.shape == (len(h), len(h))
        assert np.abs(k - k.T).max() < 1e-15
        assert k.sum(axis=1) == pytest.approx(h, rel=1e-12, abs=1e-15)
        assert not k[h == 0.0].any()
        # nothing negative, or at least nothing that adds: what leaves has no more than what arrives
        if kind != "refracting" or rule.dim != 2:
            assert k.min() >= 0.0
        else:
            assert norm(k, h) < 1.0 + 1e-12
            assert (k.min(axis=1) >= -0.15 * h).all()


def norm(k, h):
    """Return the greatest factor by which what leaves exceeds what arrives, in the sum of h x^2."""
    alive = h > 0.0
    root = np.sqrt(np.outer(h, h)[alive][:, alive])
    return np.abs(np.linalg.eigvalsh(k[alive][:, alive] / root)).max()


@pytest.mark.parametrize("ratio", [0.3, 0.6, 1.01, 1.6])
@pytest.mark.parametrize(
    ("azimuths", "polars", "normal"),
    [(4, 2, [1.0, 0.0]), (8, 2, [1.0, 0.0]), (24, 3, [0.28, 0.96]), (32, 6, [0.0, -1.0])],
)
def test_refraction_in_two_dimensions_never_adds(azimuths, polars, normal, ratio):
    rule = quadrature(2, azimuths, polars)
    k, h = sent(fluid(1.0, ratio**-2, (1.0, 1.2)), rule, normal, [[1.0], [ratio**-2]])
    k, h = k.reshape(h.size, h.size), h.ravel()
    assert k.sum(axis=1) == pytest.approx(h, rel=1e-12)
    assert norm(k, h) < 1.0 + 1e-12
    if azimuths >= 24:
        assert (k.min(axis=1) >= -0.15 * h).all()
        assert -k[k < 0.0].sum() < 0.08 * h.sum()


@pytest.mark.parametrize("name", ["2D", "2D tilted", "2D oblique"])
@pytest.mark.parametrize("ratio", [0.6, 1.6])
def test_the_wave_vector_along_the_interface_is_kept_in_two_dimensions(name, ratio):
    """What arrives evenly in it leaves as much of it, from both sides together, place by place."""
    make, normal, _ = SETS[name]
    rule, normal = make(), np.asarray(normal)
    k, h = sent(fluid(1.0, ratio**-2, (1.0, 1.2)), rule, normal, [[1.0], [ratio**-2]])
    tangent = np.array([-normal[1], normal[0]])
    along = np.stack(
        [np.outer(rule.directions[s] @ tangent, rule.sines) for s in sides(rule, normal)]
    )
    along[1] /= ratio
    # arriving states are labelled by their opposites
    leaving = np.einsum("aipbjq,bjq->aip", k, -along) / h
    # to what the sums of the set are off by; cells alone are off by a twentieth, or a tenth
    allowed = 5e-3 if name == "2D oblique" else 1e-4
    assert np.sqrt((h * (leaving - along) ** 2).sum() / (h * along**2).sum()) < allowed


@pytest.mark.parametrize("name", SETS)
def test_equal_media_that_pass_all_keep_every_direction(name):
    make, normal, _ = SETS[name]
    rule, normal = make(), np.asarray(normal)
    lanes = make_lanes(rule, [[1.0], [1.0]])
    first, second = sides(rule, normal)
    for kind in ("refracting", "straight"):
        ((index, k),) = matrices(rule, normal, matched(1.0, kind), lanes, (0, 1))
        n, n_lane = len(first), len(index)
        h = strengths(rule, normal, lanes, index)
        k = k.reshape(2, n, n_lane, 2, n, n_lane)
        assert np.abs(k[0, :, :, 0]).max() < 1e-15
        # a place of the first side is fed by what arrives at the second along it
        for i, ordinate in enumerate(first):
            opposite = np.argmin(rule.directions[second] @ rule.directions[ordinate])
            fed = k[0, i, :, 1, opposite]
            assert fed == pytest.approx(np.diag(h[0, i]), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", [name for name in SETS if SETS[name][2]])
def test_interfaces_that_pass_nothing_are_mirrors(name):
    make, normal, _ = SETS[name]
    rule, normal = make(), np.asarray(normal)
    cases = [
        (matched(0.0), 1.0),
        (matched(0.0, "straight"), 1.0),
        (fluid(1.0, 0.4, (1.0, 1e-30)), 0.4),
    ]
    for resolved, second in cases:
        lanes = make_lanes(rule, [[1.0], [second]])
        ((index, k),) = matrices(rule, normal, resolved, lanes, (0, 1))
        h = strengths(rule, normal, lanes, index)
        k = k.reshape(*h.shape, *h.shape)
        for side, inward in enumerate(sides(rule, normal)):
            d = rule.directions[inward]
            image = d - 2.0 * np.outer(d @ normal, normal)
            label = np.argmin(d @ image.T, axis=0)  # the opposite of the image
            for i, place in enumerate(label):
                fed = k[side, i, :, side, place]
                assert fed == pytest.approx(np.diag(h[side, i]), rel=1e-9, abs=1e-14)


def sent(resolved, rule, normal, flux):
    """Return K of a gray interface as (2, place, lane, 2, place, lane), and its row sums."""
    lanes = make_lanes(rule, flux)
    ((index, k),) = matrices(rule, np.asarray(normal), resolved, lanes, (0, 1))
    h = strengths(rule, np.asarray(normal), lanes, index)
    return k.reshape(*h.shape, *h.shape), h


# total transmitted power over that of the exact integral of t
CLOSED = {"1D": 1e-5, "2D": 2e-4, "2D tilted": 2e-4, "3D along the axis": 1e-5}
CLOSED |= {"3D across the axis": 3e-4, "3D tilted axis": 1e-5}


@pytest.mark.parametrize("name", CLOSED)
def test_transmitted_power_is_that_of_the_angular_integral(name):
    make, normal, _ = SETS[name]
    resolved = fluid(1.0, 1.0 / 0.36, (1.0, 1.2))
    k, h = sent(resolved, make(), normal, [[1.0], [1.0 / 0.36]])
    # integral of t over sin^2(theta_1), to 14 digits
    mean = 0.9549708543331584
    assert k[0, :, :, 1].sum() / h[0].sum() == pytest.approx(mean, rel=CLOSED[name])
    assert k[1, :, :, 0].sum() / h[1].sum() == pytest.approx(0.36 * mean, rel=CLOSED[name])


# rms of what the mean part along the interface is off by, in default sets: parts of a spacing
SHARP = {
    "1D": (quadrature(1), [1.0], 0.05),
    "2D": (quadrature(2, panels=[TILT, ACROSS]), TILT, 0.05),
    "2D oblique": (quadrature(2, 24, 3), [0.28, 0.96], 0.05),
    "3D along the axis": (quadrature(3), [0.0, 0.0, 1.0], 0.05),
    "3D across the axis": (quadrature(3), [1.0, 0.0, 0.0], 0.07),
    "3D oblique": (quadrature(3), np.array(SKEW) / 1.1, 0.07),
}


@pytest.mark.parametrize("name", SHARP)
def test_what_is_refracted_keeps_its_transverse_wave_vector(name):
    # the mean over what a place sends on, of the part along the interface, times v_2/v_1
    rule, normal, allowed = SHARP[name]
    normal, ratio = np.asarray(normal), 0.6
    k, h = sent(fluid(1.0, ratio**-2, (1.0, 1.2)), rule, normal, [[1.0], [ratio**-2]])
    first, second = sides(rule, normal)
    along = [
        rule.directions[s] - np.outer(rule.directions[s] @ normal, normal) for s in (first, second)
    ]
    along = [t[:, None, :] * rule.sines[:, None] for t in along]
    if rule.dim == 1:
        along = [np.sqrt(1.0 - rule.sines**2)[None, :, None]] * 2
    # what reaches the second side in j, labelled by its opposite, comes along -t
    power = k[0, :, :, 1].sum(axis=(2, 3))
    mean = np.einsum("ipjq,jqd->ipd", k[0, :, :, 1], along[1]) / power[:, :, None]
    wanted = along[0] * ratio * (1.0 if rule.dim == 1 else -1.0)
    off = np.sqrt((h[0][:, :, None] * (mean - wanted) ** 2).sum() / h[0].sum())
    assert off < allowed


@pytest.mark.parametrize("name", ["1D", "2D tilted", "2D oblique", "3D across the axis"])
def test_rough_interfaces_split_into_refraction_and_diffuse_mismatch(name):
    make, normal, _ = SETS[name]
    rule, normal = make(), np.asarray(normal)
    lanes = make_lanes(rule, FLUX)
    path = np.array([1e-8, 2e-8, 3e-8, 0.0, 1e-7])
    paths = ((path, 1e9 * np.ones(5)), (2.0 * path, 2e9 * np.ones(5)))
    plain = matrices(rule, normal, several("refracting"), lanes, (0, 1))

    def made(rough):
        return matrices(rule, normal, several("refracting", rough), lanes, (0, 1), paths)

    for (_, k), (_, same) in zip(plain, made(Rough(specularity=1.0)), strict=True):
        assert same == pytest.approx(k, abs=1e-15)
    for index, k in made(Rough(specularity=0.0)):
        h = strengths(rule, normal, lanes, index).ravel()
        # the diffuse mismatch rule: everything in proportion to what each state can carry
        assert k == pytest.approx(np.outer(h, h) / h.sum(), abs=1e-15)
    for (index, k), (_, before) in zip(made(Rough(rms=3e-10)), plain, strict=True):
        h = strengths(rule, normal, lanes, index)
        wave = np.array([1e9, 2e9])[:, None, None]
        cosine = np.stack(
            [
                np.abs(rule.directions[s] @ normal)[:, None] * lanes.sine[0, index]
                for s in sides(rule, normal)
            ]
        )
        root = np.exp(-2.0 * (3e-10 * wave * cosine) ** 2).ravel()
        kept = root[:, None] * before * root
        missing = h.ravel() - kept.sum(axis=1)
        assert k == pytest.approx(kept + np.outer(missing, missing) / missing.sum(), abs=1e-14)
        assert k.sum(axis=1) == pytest.approx(h.ravel(), rel=1e-12, abs=1e-15)
        assert np.abs(k - k.T).max() < 1e-15


def test_rough_interfaces_need_the_paths_of_their_groups():
    rule = quadrature(1, polars=4)
    lanes = make_lanes(rule, [[1.0], [1.0]])
    rough = fluid(1.0, 1.0, rough=Rough(specularity=0.5))
    with pytest.raises(ValueError, match="paths"):
        matrices(rule, np.ones(1), rough, lanes, (0, 1))


FILLED = {"1D": 1e-14, "2D": 1e-8, "2D tilted": 1e-8, "3D along the axis": 1e-13}
FILLED |= {"3D across the axis": 1e-8, "3D tilted axis": 1e-13, "3D oblique": 5e-3}


@pytest.mark.parametrize("name", FILLED)
def test_little_is_left_to_fill_after_scaling(name, monkeypatch):
    lacking = []

    def recorded(exchange, strength):
        lacking.append(np.maximum(strength - exchange.sum(axis=1), 0.0).sum() / strength.sum())
        return fill(exchange, strength)

    monkeypatch.setattr(reflection, "fill", recorded)
    make, normal, _ = SETS[name]
    sent(fluid(1.0, 1.0 / 0.36, (1.0, 1.2)), make(), normal, [[1.0], [1.0 / 0.36]])
    assert len(lacking) == 1
    assert lacking[0] < FILLED[name]
