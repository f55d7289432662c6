"""Transmission tables of every diffuse model: detailed balance, limits, what is refused."""

import numpy as np
import pytest

import bte
from bte.conditions.interface import transmission_table
from bte.conditions.kapitza import interface_conductance
from bte.conditions.pair import make_pair
from bte.materials import Branch

EDGES = np.linspace(0.0, 6e13, 7)
GRAY = {"heat_capacity": 1.66e6, "speed": 6400.0, "mean_free_path": 41e-9}


def random_material(rng, name, branches=("LA", "TA")):
    """Return groups on six intervals; some are empty."""
    labels, intervals = [], []
    for branch in branches:
        top = int(rng.integers(2, 7))
        labels += [branch] * top
        intervals += np.stack([EDGES[:top], EDGES[1 : top + 1]], axis=1).tolist()
    n = len(labels)
    return bte.Material.from_groups(
        name,
        heat_capacity=rng.uniform(1e4, 1e6, n),
        speed=rng.uniform(1e2, 9e3, n),
        mean_free_path=rng.uniform(1e-8, 1e-6, n),
        branch=labels,
        frequency_edges=intervals,
    )


def gray(name="gray", **changes):
    return bte.Material.gray(name, **{**GRAY, **changes})


@pytest.fixture(scope="module")
def silicon_germanium():
    return make_pair(bte.material("Si"), bte.material("Ge"), 300.0, bands=8)


MODELS = {
    "DMM": bte.DMM(),
    "inelastic": bte.DMM(inelastic=True),
    "radiation": bte.Radiation(),
    "constant": bte.Transmission(0.7, of="smaller side"),
    "lowered": bte.Transmission(0.9, symmetrize=True),
    "frequency": bte.Transmission(lambda w: np.exp(-w / 3e13), symmetrize=True),
    "angle": bte.Transmission(lambda w, mu: mu * np.exp(-w / 3e13), symmetrize=True),
    "straight": bte.Transmission(
        lambda w, mu: mu * np.exp(-w / 3e13), directional=True, symmetrize=True
    ),
    "branches": bte.Transmission({"LA": 0.8, "TA": 0.3}, symmetrize=True),
    "straight branches": bte.Transmission(
        {"LA": lambda w, mu: mu**2 + 0 * w, "TA": ([0.0, 7e13], [0.9, 0.1])},
        directional=True,
        of="smaller side",
    ),
    "resistance": bte.Resistance(1e-6),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(6))
def test_detailed_balance_and_energy_of_random_spectra(model, seed):
    """Nothing flows between equal temperatures, in any pool, and no channel gains or loses."""
    rng = np.random.default_rng(seed)
    pair = make_pair(random_material(rng, "one"), random_material(rng, "two"), 300.0, bands=6)
    table = transmission_table(MODELS[model], pair)
    h1, h2 = table.emission
    if table.mixing:
        h1, h2 = h1.sum(), h2.sum()
    there, back = table.forward * h1, table.backward * h2
    np.testing.assert_allclose(there, back, rtol=1e-15, atol=0)
    assert ((table.forward >= 0) & (table.forward <= 1)).all()
    assert ((table.backward >= 0) & (table.backward <= 1)).all()
    if table.resolved is not None:
        # where it is lowered there is a kink at some angle
        check_exchange(table, 2e-5 if MODELS[model].symmetrize else 1e-9)


def check_exchange(table, digits):
    resolved = table.resolved
    n = resolved.n_channel
    cosines = np.linspace(0.0, 1.0, 9)
    for pool, etendue in enumerate(resolved.etendue):
        matrix = resolved.exchange(pool, cosines**2)
        scale = etendue.max()
        np.testing.assert_array_equal(matrix, matrix.transpose(0, 2, 1))
        np.testing.assert_allclose(
            matrix.sum(axis=2), np.tile(etendue, (9, 1)), rtol=1e-15, atol=1e-15 * scale
        )
        assert matrix.min() >= -1e-16 * scale
        # the table is the mean over the angle
        mu, w = np.polynomial.legendre.leggauss(40)
        mu, w = 0.5 + 0.5 * mu, 0.5 * w
        across = resolved.exchange(pool, 1.0 - mu**2)[:, n:, :n].sum(axis=(1, 2)) @ (2 * mu * w)
        assert 0.25 * across == pytest.approx(
            table.forward[pool] * table.emission[0, pool], rel=digits
        )
    np.testing.assert_allclose(
        0.25 * resolved.etendue.reshape(-1, 2, n).sum(axis=2).T, table.emission, rtol=1e-14
    )


@pytest.mark.parametrize("convention", ["emitted", "local", "slip"])
def test_nothing_passes_more_than_radiation(silicon_germanium, convention):
    limit = interface_conductance(
        transmission_table(bte.Radiation(), silicon_germanium), convention
    )
    for name, model in MODELS.items():
        if model != bte.DMM(inelastic=True):  # its bands help each other
            table = transmission_table(model, silicon_germanium)
            assert interface_conductance(table, convention) <= limit, name


@pytest.mark.parametrize("model", [bte.DMM(), bte.DMM(inelastic=True), bte.Radiation()])
def test_models_without_a_side_are_symmetric(silicon_germanium, model):
    turned = make_pair(bte.material("Ge"), bte.material("Si"), 300.0, bands=8)
    here, there = transmission_table(model, silicon_germanium), transmission_table(model, turned)
    np.testing.assert_allclose(here.forward, there.backward, rtol=1e-14)
    np.testing.assert_allclose(here.backward, there.forward, rtol=1e-14)


def test_diffuse_mismatch_by_hand(silicon_germanium):
    h1, h2 = silicon_germanium.emission
    table = transmission_table(bte.DMM(), silicon_germanium)
    both = (h1 > 0) & (h2 > 0)
    np.testing.assert_allclose(table.forward[both], (h2 / (h1 + h2))[both], rtol=1e-15)
    assert (table.forward[~both] == 0).all()
    pooled = transmission_table(bte.DMM(inelastic=True), silicon_germanium)
    assert pooled.mixing
    np.testing.assert_allclose(pooled.forward, h2.sum() / (h1.sum() + h2.sum()), rtol=1e-14)
    radiation = transmission_table(bte.Radiation(), silicon_germanium)
    np.testing.assert_allclose(radiation.forward * h1, np.minimum(h1, h2), rtol=1e-14)


def test_diffuse_mismatch_at_low_temperature():
    """Si and Ge with linear branches: alpha = sum c_B^-2/(sum c_A^-2 + sum c_B^-2), 12 digits."""

    def debye(name, longitudinal, transverse, spacing):
        k = (24.0 * np.pi**2) ** (1 / 3) / spacing
        branches = [
            Branch.debye("LA", longitudinal, k),
            Branch.debye("TA", transverse, k, degeneracy=2),
        ]
        rate = {"type": "constant", "rate": 1e10}
        return bte.Material.from_dispersion(name, branches=branches, rates=rate)

    pair = make_pair(
        debye("Si", 8970.0, 5332.0, 5.431e-10), debye("Ge", 5370.0, 3280.0, 5.658e-10), 1.0
    )
    table = transmission_table(bte.DMM(), pair)
    held = table.emission[0] > 1e-9 * table.emission[0].max()
    np.testing.assert_allclose(table.forward[held], 0.7271314559901393, rtol=1e-11)
    np.testing.assert_allclose(table.backward[held], 0.2728685440098607, rtol=1e-11)
    assert interface_conductance(table, "emitted") == pytest.approx(613.4806313900832, rel=1e-9)
    radiation = transmission_table(bte.Radiation(), pair)
    assert interface_conductance(radiation, "emitted") == pytest.approx(843.6997551628446, rel=1e-9)


@pytest.mark.parametrize("convention", ["emitted", "local", "slip"])
@pytest.mark.parametrize("share", [1.0, 1.0001, 1.5, 40.0, 1e6])
def test_a_resistance_is_what_was_asked_for(silicon_germanium, convention, share):
    grays = make_pair(gray(), gray("other", speed=3000.0), 300.0)
    for pair in (silicon_germanium, grays):
        limit = transmission_table(bte.Radiation(), pair)
        resistance = share / interface_conductance(limit, convention) * (1 + 1e-9)
        table = transmission_table(bte.Resistance(resistance, convention), pair)
        assert interface_conductance(table, convention) * resistance == pytest.approx(1, rel=1e-10)
        fraction = table.forward[table.forward > 0] / limit.forward[table.forward > 0]
        np.testing.assert_allclose(fraction, fraction[0], rtol=1e-12)


def test_a_resistance_between_like_sides_may_be_small():
    """Where all may pass both ways a contact can be nearly perfect."""
    pair = make_pair(gray(), gray("twin"), 300.0)
    for resistance in (1e-8, 1e-12, 1e-14):
        table = transmission_table(bte.Resistance(resistance), pair)
        assert interface_conductance(table) * resistance == pytest.approx(1, rel=1e-8)
    with pytest.raises(bte.BteError, match="the radiation limit"):
        transmission_table(bte.Resistance(1e-20), pair)


def test_edges_of_a_constant(silicon_germanium):
    closed = transmission_table(bte.Transmission(0.0), silicon_germanium)
    assert (closed.forward == 0).all()
    assert interface_conductance(closed) == 0.0
    twins = make_pair(gray(), gray("twin"), 300.0)
    for directional in (False, True):
        model = bte.Transmission(1.0, directional=directional)
        table = transmission_table(model, twins)
        assert table.forward == table.backward == 1.0
        assert interface_conductance(table) == np.inf
    # scattered and not perfect, kept and perfect, as seen from the continuum far away
    assert interface_conductance(table, "slip") == np.inf
    scattered = transmission_table(bte.Transmission(1.0), twins)
    assert interface_conductance(scattered, "slip") < np.inf


def test_equal_branches_are_branches_pooled(silicon_germanium):
    single = transmission_table(bte.Transmission(0.1), silicon_germanium)
    branches = transmission_table(bte.Transmission({"LA": 0.1, "TA": 0.1}), silicon_germanium)
    np.testing.assert_allclose(branches.forward, single.forward, rtol=1e-14)
    resolved = branches.resolved
    n = resolved.n_channel
    for pool, etendue in enumerate(resolved.etendue):
        own = etendue[:n]
        returned = resolved.exchange(pool, np.array([0.3]))[0, :n, :n]
        kept = (1.0 - branches.forward[pool]) * np.outer(own, own) / own.sum()
        np.testing.assert_allclose(returned, kept, rtol=1e-12, atol=1e-15 * own.max())


def test_a_function_is_averaged_with_the_flux(silicon_germanium):
    """Of t = omega / w a band passes its mean frequency by C v: so does the whole spectrum."""
    fine = make_pair(bte.material("Si"), bte.material("Ge"), 300.0, bands=300)
    model = bte.Transmission(lambda w: 0.2 * w / 8e13)
    coarse = interface_conductance(transmission_table(model, silicon_germanium), "emitted")
    middle = 0.5 * (fine.band_edges[1:] + fine.band_edges[:-1])
    both = (fine.emission > 0).all(axis=0)
    by_hand = (0.2 * middle / 8e13 * fine.emission[0])[both].sum()
    assert coarse == pytest.approx(by_hand, rel=2e-5)
    assert interface_conductance(transmission_table(model, fine), "emitted") == pytest.approx(
        coarse, rel=1e-9
    )


def test_an_angle_is_averaged_or_kept(silicon_germanium, caplog):
    caplog.set_level("INFO", logger="bte")
    model = bte.Transmission(lambda w, mu: 0.3 * mu + 0 * w)
    table = transmission_table(model, silicon_germanium)
    held = table.forward > 0
    np.testing.assert_allclose(table.forward[held], 0.2, rtol=1e-12)
    assert "its mean 2 int t mu dmu is used; directional=True keeps them" in caplog.text
    kept = transmission_table(
        bte.Transmission(model.transmission, directional=True), silicon_germanium
    )
    np.testing.assert_allclose(kept.forward, table.forward, rtol=1e-12)
    # 3 int t mu^2 dmu = 0.225 for 2 int t mu dmu = 0.2, the same ratio from the other side
    np.testing.assert_allclose(kept.moment, 1.125 * (kept.forward + kept.backward), rtol=1e-12)
    g0 = table.forward * table.emission[0]
    by_hand = (g0 / (1.0 - 0.5 * 1.125 * (kept.forward + kept.backward))).sum()
    assert interface_conductance(kept) == pytest.approx(by_hand, rel=1e-12)


def test_a_step_in_a_table_is_integrated_exactly(silicon_germanium):
    """A table with a corner inside a band; the average is that of a fine grid with its edge."""
    corner = 1.3e13
    table = transmission_table(
        bte.Transmission(([0.0, corner, 1e14], [0.3, 0.0, 0.0])), silicon_germanium
    )
    fine = make_pair(bte.material("Si"), bte.material("Ge"), 300.0, bands=400)
    edges = fine.band_edges
    middle = 0.5 * (edges[1:] + edges[:-1])
    by_hand = (np.maximum(0.3 * (1 - middle / corner), 0.0) * fine.emission[0]).sum()
    assert interface_conductance(table, "emitted") == pytest.approx(by_hand, rel=1e-4)


def test_lowered_transmissions_are_told(silicon_germanium, caplog):
    caplog.set_level("INFO", logger="bte")
    table = transmission_table(bte.Transmission(0.9, symmetrize=True), silicon_germanium)
    assert "breaks detailed balance" in caplog.text
    assert "it is lowered there to the most that can" in caplog.text
    radiation = transmission_table(bte.Radiation(), silicon_germanium).forward
    np.testing.assert_allclose(table.forward, np.minimum(0.9, radiation), rtol=1e-12)
