"""Exchange at interfaces that tell directions apart: exact sums, reciprocity, limits, moments."""

import numpy as np
import pytest
from exchange_cases import FLUX, POOL, SETS, fluid, make_lanes, matched, several

from bte.solvers.exchange import exchange_matrices


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
    pools = exchange_matrices(rule, normal, resolved, lanes, (0, 1))
    assert len(pools) == 2
    for pool, (index, k) in enumerate(pools):
        assert set(lanes.group[index]) == {g for g in np.flatnonzero(pool == POOL) if g != 3}
        assert index.max() < lanes.n
        h = strengths(rule, normal, lanes, index).ravel()
        assert k.shape == (len(h), len(h))
        assert np.abs(k - k.T).max() < 1e-15
        assert k.min() >= 0.0
        assert k.sum(axis=1) == pytest.approx(h, rel=1e-12, abs=1e-15)
        assert not k[h == 0.0].any()


@pytest.mark.parametrize("name", SETS)
def test_equal_media_that_pass_all_keep_every_direction(name):
    make, normal, _ = SETS[name]
    rule, normal = make(), np.asarray(normal)
    lanes = make_lanes(rule, [[1.0], [1.0]])
    first, second = sides(rule, normal)
    for kind in ("refracting", "straight"):
        ((index, k),) = exchange_matrices(rule, normal, matched(1.0, kind), lanes, (0, 1))
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
        ((index, k),) = exchange_matrices(rule, normal, resolved, lanes, (0, 1))
        h = strengths(rule, normal, lanes, index)
        k = k.reshape(*h.shape, *h.shape)
        for side, inward in enumerate(sides(rule, normal)):
            d = rule.directions[inward]
            image = d - 2.0 * np.outer(d @ normal, normal)
            label = np.argmin(d @ image.T, axis=0)  # the opposite of the image
            for i, place in enumerate(label):
                fed = k[side, i, :, side, place]
                assert fed == pytest.approx(np.diag(h[side, i]), rel=1e-9, abs=1e-14)
