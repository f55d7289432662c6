import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_materials import a8_silicon

import bte
from bte.errors import BteError, MaterialError
from bte.quadrature import quadrature
from bte.solvers.compression import reduce_along, reduce_lanes
from bte.solvers.compression.crystal import sharing
from bte.solvers.compression.rule import gauss_rule, hats, lagrange
from bte.solvers.lanes import make_lanes
from crystals import AXIS_FIRST, STRETCH, crystal, table

ENDS = {"hot": bte.Isothermal(300.5), "cold": bte.Isothermal(299.5)}


def film(material, walls=None, length=100e-9, **settings):
    mesh = bte.Mesh.line([0, length], [10], ["film"], ("hot", "cold"))
    return bte.Problem(mesh, {"film": material}, walls or ENDS, **settings)


def square(material, walls, length=100e-9, **settings):
    names = ("left", "right", "bottom", "top")
    mesh = bte.Mesh.rectangle((length, length), (4, 4))
    return bte.Problem(mesh, {"domain": material}, dict(zip(names, walls, strict=True)), **settings)


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(2, 24),
    points=st.integers(1, 300),
    decades=st.floats(0.0, 6.0),
    length=st.floats(-9.0, -5.0),
    seed=st.integers(0, 100),
)
def test_rules_keep_scattering_ballistic_and_diffusive_sums(n, points, decades, length, seed):
    rng = np.random.default_rng(seed)
    path = 1e-8 * 10.0 ** (decades * (rng.random(points) - 0.5))
    flux = rng.random(points) + 1e-3
    rule = gauss_rule(path, flux, n, 10.0**length)
    assert len(rule.path) <= min(n, points)
    assert (rule.flux > 0).all()
    assert path.min() * (1 - 1e-9) <= rule.path.min()
    assert rule.path.max() <= path.max() * (1 + 1e-9)
    for power in (-1, 0, 1):
        kept = (rule.flux * rule.path**power).sum()
        assert kept == pytest.approx((flux * path**power).sum(), rel=1e-7)


def test_one_node_keeps_both_limits():
    path, flux = np.array([1e-9, 1e-7, 3e-6]), np.array([1.0, 2.0, 0.5])
    rule = gauss_rule(path, flux, 1, 1e-8)
    assert rule.flux.sum() == pytest.approx(flux.sum(), rel=1e-14)
    assert rule.flux @ rule.path == pytest.approx(flux @ path, rel=1e-14)


def test_interpolation_adds_up_to_the_weights():
    rng = np.random.default_rng(1)
    path, flux = 10.0 ** rng.uniform(-9, -5, 500), rng.random(500)
    rule = gauss_rule(path, flux, 12, 1e-7)
    shares = lagrange(rule, path)
    assert shares.sum(axis=1) == pytest.approx(1.0, abs=1e-10)
    assert flux @ shares == pytest.approx(rule.flux, rel=1e-7)
    near = hats(rule, path)
    assert near.sum(axis=1) == pytest.approx(1.0)
    assert (near >= 0).all()


@pytest.mark.parametrize("walls", [ENDS, {"hot": bte.Isothermal(301.0), "cold": bte.Diffuse()}])
@pytest.mark.parametrize("lanes", ["auto", 24, 60])
def test_lanes_keep_the_sums_of_the_material(walls, lanes):
    packed, rule = film(bte.material("Si"), walls).packed(), quadrature(1)
    found = reduce_lanes(packed, rule, lanes)
    full = make_lanes(packed, rule)
    assert found.lanes.n < full.n
    for name in ("flux", "energy"):
        kept = getattr(found.lanes, name).sum(axis=1)
        assert kept == pytest.approx(getattr(full, name).sum(axis=1), rel=1e-11)
    carried = (found.lanes.flux / found.lanes.inverse_mfp).sum()
    assert carried == pytest.approx((full.flux / full.inverse_mfp).sum(), rel=1e-9)
    assert found.packed.bulk == pytest.approx(packed.bulk, rel=1e-9)


def test_bands_that_walls_tell_apart_keep_their_sums():
    packed, rule = film(bte.material("Si"), {**ENDS, "cold": bte.Diffuse()}).packed(), quadrature(1)
    found, full = reduce_lanes(packed, rule, "auto").lanes, make_lanes(packed, rule)
    for table_of in (lambda t: t.flux[0], lambda t: (t.flux / t.inverse_mfp)[0]):
        sums = [
            np.bincount(t.band[: t.n], table_of(t)[: t.n], packed.n_band) for t in (found, full)
        ]
        assert sums[0] == pytest.approx(sums[1], rel=1e-10)


def test_powers_by_band_add_up_and_agree_with_all_lanes():
    problem = film(a8_silicon())
    few, full = problem.solve(bands=40), problem.solve(bands=40, lanes="full")
    mine, theirs = (s.boundaries["hot"].power_by_band for s in (few, full))
    assert mine.shape == theirs.shape
    assert mine.sum() == pytest.approx(few.power["hot"], rel=1e-12)
    assert mine == pytest.approx(theirs, abs=3e-3 * theirs.max())
    assert few.band_edges == pytest.approx(full.band_edges)


def test_gray_problems_stay_as_they_are():
    gray = bte.Material.gray("g", heat_capacity=1.6e6, speed=6000.0, mean_free_path=40e-9)
    packed, rule = film(gray).packed(), quadrature(1)
    found = reduce_lanes(packed, rule, "auto")
    assert found.packed is packed
    assert found.lanes.n == 16


@pytest.mark.parametrize("lanes", [0, 1, 2.5, True, "few", None])
def test_wrong_lanes_are_refused(lanes):
    with pytest.raises(BteError, match='lanes must be "auto", "full" or a whole number'):
        film(a8_silicon()).solve(lanes=lanes)


def test_lanes_cannot_be_counted_where_branches_are_told_apart():
    mesh = bte.Mesh.line([0, 1e-8, 2e-8], [4, 4], ["a", "b"], ("hot", "cold"))
    problem = bte.Problem(
        mesh, {"a": bte.material("Si"), "b": bte.material("Ge")}, ENDS, {("a", "b"): bte.AMM()}
    )
    with pytest.raises(BteError, match="tells groups and directions apart"):
        problem.solve(bands=4, lanes=12)
    assert problem.solve(bands=4, polars=4).converged


def test_accuracy_and_checkpoint_exclude_each_other(tmp_path):
    with pytest.raises(BteError, match="exclude each other"):
        film(a8_silicon()).solve(accuracy=1e-3, checkpoint=tmp_path / "x.npz")


@pytest.mark.parametrize(("dim", "azimuths", "polars"), [(2, 24, 3), (3, 16, 6)])
def test_even_directions_fill_the_weights(dim, azimuths, polars):
    rule = quadrature(dim, azimuths, polars)
    rng = np.random.default_rng(3)
    unit = rng.normal(size=(400_000, dim))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    index, share = sharing(rule)(unit)
    assert share.sum(axis=1) == pytest.approx(1.0)
    filled = np.bincount(index.ravel(), share.ravel(), rule.n_ordinate) / len(unit)
    noise = np.sqrt(rule.weights / len(unit))
    assert (np.abs(filled - rule.weights) < 5.0 * noise).all()


@pytest.mark.parametrize(("dim", "azimuths", "polars"), [(1, None, 8), (2, 24, 3), (3, 8, 4)])
def test_crystals_keep_their_tensor_and_half_ranges(dim, azimuths, polars):
    mesh = {
        1: lambda: bte.Mesh.line([0, 1e-7], [4], ["domain"], ("a", "b")),
        2: lambda: bte.Mesh.rectangle((1e-7, 1e-7), (3, 3)),
        3: lambda: bte.Mesh.box((1e-7, 1e-7, 1e-7), (2, 2, 2)),
    }[dim]()
    turned = crystal().rotated(AXIS_FIRST)
    walls = {name: bte.Isothermal(300.0) for name in mesh.boundary_names}
    packed = bte.Problem(mesh, {"domain": turned}, walls).packed()
    rule = quadrature(dim, azimuths, polars)
    lanes = reduce_lanes(packed, rule, "auto").lanes
    modes = turned.modes(300.0)
    flux = lanes.flux[:, 0].sum(axis=1)
    carried = (lanes.flux / lanes.inverse_mfp)[:, 0].sum(axis=1)
    omega = rule.directions
    tensor = np.einsum("o,oi,oj->ij", rule.weights * carried, omega, omega)
    assert tensor == pytest.approx(modes.conductivity()[:dim, :dim], abs=1e-10 * tensor.max())
    half = (rule.weights * flux) @ np.abs(omega)
    assert half == pytest.approx(modes.heat_capacity @ np.abs(modes.velocity[:, :dim]), rel=1e-12)
    opposite = (omega @ omega.T).argmin(axis=1)
    assert np.array_equal(lanes.flux, lanes.flux[opposite])
    energy = rule.weights @ lanes.energy[:, 0].sum(axis=1)
    assert energy == pytest.approx(modes.total_heat_capacity(), rel=1e-10)
    assert (lanes.flux >= 0).all()


def test_lanes_along_keep_what_the_bulk_conducts():
    problem = film(crystal(), {"hot": bte.Diffuse(), "cold": bte.Diffuse()}, gradient={"y": 1.0})
    packed, modes = problem.packed(), crystal().modes(300.0)
    for axis in (1, 2):
        lanes = reduce_along(packed, quadrature(1), "auto", axis)
        kept = 0.5 * lanes.energy.sum()
        assert kept == pytest.approx(modes.conductivity()[axis, axis], rel=1e-10)


def test_turning_a_crystal_turns_its_tensor():
    turned = crystal().rotated(AXIS_FIRST)
    before, after = crystal().modes(300.0).conductivity(), turned.modes(300.0).conductivity()
    assert np.diag(after) == pytest.approx(np.diag(before)[[2, 0, 1]], rel=1e-12)
    assert np.diag(before)[0] / np.diag(before)[2] == pytest.approx(
        (STRETCH[0] / STRETCH[2]) ** 2, rel=0.02
    )
    back = turned.rotated(np.transpose(AXIS_FIRST)).modes(300.0)
    assert back.velocity == pytest.approx(crystal().modes(300.0).velocity)


@pytest.mark.parametrize("matrix", [np.eye(2), 2 * np.eye(3), np.diag([1, 1, -1]), "x", None])
def test_what_turns_nothing_is_refused(matrix):
    with pytest.raises(MaterialError, match="give a rotation"):
        crystal().rotated(matrix)


def test_grains_that_lie_differently_are_different_materials():
    mesh = bte.Mesh.line([0, 1e-7, 2e-7], [4, 4], ["a", "b"], ("hot", "cold"))
    grains = {"a": crystal(), "b": crystal().rotated(AXIS_FIRST)}
    problem = bte.Problem(mesh, grains, ENDS)
    assert list(problem.interfaces) == [("a", "b")]
    assert not bte.Problem(mesh, {"a": crystal(), "b": crystal()}, ENDS).interfaces
    solution = problem.solve()
    assert abs(solution.energy_balance) < 1e-11
    flux = solution.interface("a", "b").heat_flux
    assert flux == pytest.approx(solution.power["hot"], rel=1e-6)


def test_where_phonons_are_told_apart_crystals_are_averages(caplog):
    rough = {"hot": bte.Rough(lambda path, cosine: 0.5 + 0 * path), "cold": bte.Isothermal(300.0)}
    solution = film(crystal(), rough).solve()
    assert "modes are taken as isotropic averages" in caplog.text
    assert solution.converged
    assert np.ptp(solution.temperature) < 1e-10


def test_heat_that_would_turn_aside_is_refused():
    tilt = np.array([[1, 0, 0], [0, np.sqrt(0.5), np.sqrt(0.5)], [0, -np.sqrt(0.5), np.sqrt(0.5)]])
    walls = {"hot": bte.Diffuse(), "cold": bte.Diffuse()}
    with pytest.raises(BteError, match="turn the crystal"):
        film(crystal().rotated(tilt), walls, gradient={"y": 1e6}).solve()


def test_isotropic_tables_are_groups():
    unit = table()
    packed = film(
        bte.Material.from_modes(
            "iso",
            bte.materials.modes.make_table(
                300.0, velocity=unit.speed, lifetime=unit.lifetime, heat_capacity=unit.heat_capacity
            ),
        )
    ).packed()
    assert not reduce_lanes(packed, quadrature(1), "auto").lanes.directed


@pytest.mark.parametrize("n", [16, 24, 64, 128])
def test_rules_of_paths_that_differ_by_rounding(n):
    """Spectra of one mean free path, as of glasses: as many paths as polar nodes."""
    rng = np.random.default_rng(2)
    path = np.repeat(7e-10 * np.polynomial.legendre.leggauss(32)[0][16:], 150)
    path = path * (1.0 + 1e-11 * rng.uniform(-1.0, 1.0, len(path)))
    flux = rng.uniform(0.1, 1.0, len(path))
    rule = gauss_rule(path, flux, n, 5e-9)
    for power in (-1, 0, 1):
        assert rule.flux @ rule.path**power == pytest.approx(flux @ path**power, rel=1e-9)
