"""Nodes on a line at which refraction keeps the transverse wave vector."""

import numpy as np
import pytest

import bte
from bte.quadrature.waves import wave_nodes, wave_sines
from bte.solvers.directions import choose_quadrature
from bte.solvers.discrete import discretise
from bte.solvers.exchange import exchange_matrices

EDGES = np.array([0.0, 1.0, 1.7, 4.0])
AMM = bte.AMM()


def layers(model, first, second, third=None):
    mesh = bte.Mesh.line([0.0, 1e-7, 2e-7, 3e-7], [4] * 3, ["a", "b", "c"], ("hot", "cold"))
    walls = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0)}
    contacts = dict.fromkeys([("a", "b"), ("b", "c")], model)
    return bte.Problem(mesh, {"a": first, "b": second, "c": third or first}, walls, contacts)


def gray(name, speed, longitudinal, transverse):
    material = bte.Material.gray(
        name,
        heat_capacity=1e6,
        speed=speed,
        mean_free_path=1e-7,
        density=2000.0,
        elastic_speeds=(longitudinal, transverse),
    )
    return material


def test_one_panel_is_the_rule_of_a_slab():
    from bte.quadrature import slab

    mu, weight = wave_sines(np.array([0.0, 3.0]), 8, 3.0)
    order = np.argsort(mu[0])
    np.testing.assert_allclose(mu[0, order], slab(8).sines, rtol=1e-13)
    np.testing.assert_allclose(weight[0, order], slab(8).sine_weights, rtol=1e-13)


@pytest.mark.parametrize("etendue", [1.0, 1.7, 4.0])
def test_moments(etendue):
    mu, weight = wave_sines(EDGES, 8, etendue)
    assert weight.sum() == pytest.approx(1.0, rel=1e-14)
    assert (weight * mu).sum() == pytest.approx(0.5, rel=1e-13)
    assert (weight * mu**2).sum() == pytest.approx(1 / 3, rel=1e-7)
    xi, measure, _ = wave_nodes(EDGES, 8)
    alive = weight > 0
    np.testing.assert_allclose(mu[alive], np.sqrt(1.0 - xi[alive] / etendue), rtol=1e-6)
    np.testing.assert_allclose((weight * mu * 2.0 * etendue)[alive], measure[alive], rtol=1e-13)


def test_narrow_panels_keep_their_nodes():
    xi, _, gaps = wave_nodes(np.array([0.0, 1.0, 1.0 + 1e-11]), 12)
    assert (xi[0] < 1.0).all()
    assert ((xi[1] > 1.0) & (xi[1] < 1.0 + 1e-11)).all()
    mu, weight = wave_sines(np.array([0.0, 1.0, 1.0 + 1e-11]), 12, 1.0 + 1e-11)
    assert (gaps > 0).all()
    assert (np.diff(np.sort(mu.ravel())) > 0).all()
    assert (weight * mu).sum() == pytest.approx(0.5, rel=1e-13)


@pytest.mark.parametrize("model", [AMM, bte.AMM(scalar="SH"), bte.Mixed(0.3)])
def test_exchanges_keep_sums_reciprocity_and_nodes(model):
    packed = layers(model, bte.material("Si"), bte.material("Ge")).packed(4)
    rule = choose_quadrature(packed)
    d = discretise(packed, rule, 1)
    resolved = packed.tables[0].resolved
    paths = tuple((packed.mean_free_path[z], packed.wavenumber[z]) for z in (0, 1))
    pools = exchange_matrices(rule, np.ones(1), resolved, d.lanes, (0, 1), paths)
    for pool in pools:
        k = pool.exchange
        power = 0.5 * d.lanes.flux[:2, pool.lanes].ravel()
        np.testing.assert_allclose(k.sum(axis=1), power, rtol=1e-12, atol=1e-13 * power.max())
        np.testing.assert_allclose(k, k.T, atol=1e-14 * k.max())
        assert k.min() >= 0.0
        if resolved.rough is None:
            node = np.tile(pool.lanes % rule.n_polar, 2)
            assert not k[node[:, None] != node].any()


def test_where_they_serve(caplog):
    si, ge = bte.material("Si"), bte.material("Ge")
    like, other = gray("like", 2e3, 3e3, 3e3), gray("other", 1e3, 2e3, 2e3)
    unlike = gray("unlike", 1e3, 2e3, 1e3)
    for served, problem in (
        (True, layers(AMM, si, ge)),
        (True, layers(AMM, like, other)),
        (False, layers(AMM, like, unlike)),
        (False, layers(bte.Transmission(0.5, of="smaller side", directional=True), si, ge)),
        (False, layers(bte.DMM(), si, ge)),
    ):
        assert (choose_quadrature(problem.packed(4)).waves is not None) == served
    assert choose_quadrature(layers(AMM, like, unlike).packed(1)).n_polar == 32
    assert choose_quadrature(layers(bte.DMM(), si, ge).packed(1)).n_polar == 16


def test_three_materials():
    problem = layers(AMM, bte.material("Si"), bte.material("Ge"), bte.material("GaAs"))
    solution = problem.solve(bands=4)
    assert solution.converged
    assert solution.iterations <= 18
    assert solution.power["hot"] == pytest.approx(-solution.power["cold"], rel=1e-8)
    finer = problem.solve(bands=4, polars=20)
    assert solution.power["hot"] == pytest.approx(finer.power["hot"], rel=1e-6)
