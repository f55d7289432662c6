"""Tables of modes as materials: sums kept, interpolation, groups, ways back from other models."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bte.errors import MaterialError
from bte.materials import Material, material
from bte.materials.equilibrium import mode_heat_capacity
from bte.materials.importers import read_phono3py
from bte.materials.modes import ModeTable, make_table
from bte.spectrum import discretize

DATA = Path(__file__).resolve().parents[1] / "data"
TABLES = read_phono3py(DATA / "kappa-Si-m111111.hdf5", DATA / "phono3py-Si.yaml", name="Si")
SI = Material.from_modes("Si", TABLES, density=2329.0, elastic_speeds=(8433.0, 5843.0))
AVERAGED = Material.from_phono3py(DATA / "kappa-AlN-m111107.hdf5", name="AlN")
FILMS = np.logspace(-8, -5, 7)


def simple(temperature=300.0, **changes):
    """Return three modes."""
    values = {
        "velocity": [[6000.0, 0, 0], [0, 4000.0, 0], [0, 0, 100.0]],
        "lifetime": [1e-10, 3e-11, 1e-12],
        "heat_capacity": [1e5, 2e5, 3e5],
        "frequency": [1e13, 2e13, 6e13],
        **changes,
    }
    return make_table(temperature, **values)


def test_sums_of_a_table():
    table = simple()
    kappa = [1e5 * 6000.0**2 * 1e-10, 2e5 * 4000.0**2 * 3e-11, 3e5 * 100.0**2 * 1e-12]
    assert table.conductivity() == pytest.approx(np.diag(kappa))
    assert table.total_heat_capacity() == pytest.approx(6e5)
    assert table.mean_free_path == pytest.approx([6e-7, 1.2e-7, 1e-10])
    averaged = simple(velocity=[6000.0, 4000.0, 100.0])
    assert averaged.isotropic
    assert averaged.conductivity() == pytest.approx(np.eye(3) * sum(kappa) / 3)
    assert "speeds only" in averaged.summary()
    assert repr(table) == "ModeTable('', 300 K, 3 modes)"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"lifetime": [1e-10, 0.0, 1e-12]},
            r"1 of 3 lifetimes that are not finite and > 0 .*row 1",
        ),
        ({"lifetime": [1e-10, -1e-10, np.nan]}, "2 of 3 lifetimes"),
        ({"lifetime": [1e-10, 1e-10]}, r"lifetime of shape \(2,\)"),
        ({"lifetime": [1e2, 3e1, 1.0]}, "mean lifetime of .* s.*check the unit"),
        ({"lifetime": [1e-22] * 3}, "mean lifetime of 1e-22 s"),
        ({"heat_capacity": [1e5, -1.0, 1.0]}, "1 of 3 heat capacities"),
        ({"heat_capacity": [1e9, 1.0, 1.0]}, r"heat capacity of 1e\+09"),
        ({"frequency": [1e13, -1e13, 1e13]}, "1 of 3 frequencies"),
        ({"frequency": [1e16, 1e13, 1e13]}, r"frequencies up to 1e\+16 rad/s"),
        ({"velocity": [[6e6, 0, 0]] * 3}, r"group speeds up to 6e\+06 m/s"),
        ({"velocity": [[np.inf, 0, 0]] * 3}, "3 of 3 velocities"),
        ({"temperature": -3.0}, "has the temperature -3"),
    ],
)
def test_impossible_tables_are_refused(change, message):
    with pytest.raises(MaterialError, match=message):
        simple(**change)


def test_tables_of_a_material_must_fit_each_other():
    with pytest.raises(MaterialError, match="no tables of modes"):
        Material.from_modes("x", [])
    with pytest.raises(MaterialError, match="no tables of modes"):
        Material.from_modes("x", [3.0])
    with pytest.raises(MaterialError, match="two tables of modes at 300 K"):
        Material.from_modes("x", [simple(), simple()])
    with pytest.raises(MaterialError, match="different modes at 300 and 400 K"):
        Material.from_modes("x", [simple(), simple(400.0, frequency=[1e13, 2e13, 5e13])])


@pytest.mark.parametrize("temperature", [50.0, 99.0, 501.0])
def test_temperatures_outside_the_table_are_refused(temperature):
    with pytest.raises(MaterialError, match=f"modes at 100 to 500 K, not at {temperature:g} K"):
        SI.conductivity(temperature)


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, "300"])
def test_impossible_temperatures_are_refused(temperature):
    with pytest.raises(MaterialError, match="it must be finite and > 0"):
        SI.modes(temperature)


@pytest.mark.parametrize(("others", "close"), [((1, 3), 3e-4), ((0, 1, 3, 4), 3e-5)])
def test_interpolation_reproduces_a_table_left_out(others, close):
    """310 K from 300 and 320 K; and with 100 and 500 K beside them."""
    between = Material.from_modes("Si", [TABLES[i] for i in others]).modes(310.0)
    known = TABLES[2]
    assert between.heat_capacity == pytest.approx(known.heat_capacity, rel=1e-7)
    assert between.conductivity() == pytest.approx(known.conductivity(), rel=close, abs=1e-9)
    assert between.total_heat_capacity() == pytest.approx(known.total_heat_capacity(), rel=1e-8)
    assert "interpolated between 300 and 320 K" in between.summary()
    assert SI.modes(310.0).notes == known.notes


def test_heat_capacity_between_tables_is_that_of_bose_and_einstein():
    """Also where the colder table does not hold a mode at all."""
    omega = np.array([1e13, 2e14])
    cold, warm = (
        make_table(
            t,
            velocity=[1e3, 1e3],
            lifetime=[1e-11, 1e-11],
            heat_capacity=1e28 * mode_heat_capacity(omega, t),
            frequency=omega,
        )
        for t in (1.0, 300.0)
    )
    assert cold.heat_capacity[1] == 0.0
    for t in (3.0, 40.0, 200.0):
        found = Material.from_modes("x", [cold, warm]).modes(t).heat_capacity
        assert found == pytest.approx(1e28 * mode_heat_capacity(omega, t), rel=1e-12, abs=1e-200)


def test_lifetimes_between_tables_follow_powers():
    known = [200.0, 250.0, 400.0, 500.0, 700.0]
    for kept in (known, known[:2], known[:3]):
        tables = [simple(t, lifetime=[3e-8 / t, 1e-6 / t**2, 1e-12]) for t in kept]
        found = Material.from_modes("x", tables).modes(230.0).lifetime
        assert found == pytest.approx([3e-8 / 230.0, 1e-6 / 230.0**2, 1e-12])


@settings(max_examples=20)
@given(
    bands=st.integers(1, 40),
    temperature=st.floats(100.0, 500.0),
    other=st.sampled_from([None, "Ge", "SiO2"]),
)
def test_groups_keep_the_sums_on_any_grid(bands, temperature, other):
    mats = [SI] if other is None else [SI, material(other)]
    spectrum = discretize(mats, temperature, bands)
    table = SI.modes(temperature)
    held = spectrum.heat_capacity[0].sum() + spectrum.optical[0]
    assert held == pytest.approx(table.total_heat_capacity(), rel=1e-10)
    assert spectrum.conductivity[0] == pytest.approx(np.trace(table.conductivity()) / 3, rel=1e-10)
    flux = np.sum(spectrum.heat_capacity[0] * spectrum.speed[0])
    assert flux == pytest.approx(np.sum(table.heat_capacity * table.speed), rel=1e-10)
    assert spectrum.scattering_deviation[0] <= 1e-12
    assert spectrum.n_band <= max(bands, 5)
    top = spectrum.band_edges[1:][spectrum.group_band[spectrum.heat_capacity[0] > 0]]
    assert top.max() <= table.frequency.max() * (1 + 1e-8)


@pytest.mark.parametrize(("bands", "close"), [(1, 4e-3), (5, 6e-3), (12, 7e-3), (20, 6e-3)])
def test_groups_give_films_as_all_modes_do(bands, close):
    """The closed form sum C v Lambda/3/(1 + 4 Lambda/(3 L)) from 10 nm to 10 um."""
    table = SI.modes(300.0)
    s = discretize([SI], 300.0, bands)

    def films(c, v, path):
        y = 4.0 * path / (3.0 * FILMS[:, None])
        return np.sum(c * v * path / (3.0 * (1.0 + y)), axis=1)

    known = films(table.heat_capacity, table.speed, table.mean_free_path)
    found = films(s.heat_capacity[0], s.speed[0], s.mean_free_path[0])
    assert found == pytest.approx(known, rel=close)
    assert s.n_group <= 5 * max(bands, 10)


def test_few_edges_and_one_label():
    assert SI.cutoffs() == (0.0, TABLES[0].frequency.max())
    assert SI.branches == ("all",)
    assert SI.has_frequencies
    assert len(SI.bands(np.linspace(0, 1e14, 5), 300.0).band) < 60


def test_modes_fill_the_frequencies_between_the_points_of_a_coarse_mesh():
    coarse = Material.from_phono3py(DATA / "kappa-Si-m555-fullzone.hdf5")
    s = discretize([coarse, material("Ge")], 300.0, 30)
    lowest = coarse.modes(300.0).frequency.min()
    inside = s.band_edges[1:] > lowest
    held = np.bincount(s.group_band, s.heat_capacity[0], s.n_band) > 0
    assert held[inside & (s.band_edges[1:] < 9e13)].all()


def test_a_table_without_frequencies_is_binned_by_mean_free_path():
    bare = [replace(t, frequency=np.full(len(t), np.nan)) for t in TABLES]
    plain = Material.from_modes("Si", bare)
    assert not plain.has_frequencies
    for temperature in (100.0, 305.0, 500.0):
        s = discretize([plain], temperature, 5)
        assert s.n_band == plain.model.fixed_groups
        assert s.conductivity[0] == pytest.approx(plain.conductivity(temperature), rel=1e-10)
        held = s.heat_capacity[0].sum() + s.optical[0]
        assert held == pytest.approx(plain.heat_capacity(temperature), rel=1e-10)


def test_averaged_modes_conduct_a_third_of_the_trace():
    kappa = AVERAGED.modes(300.0).conductivity()
    assert AVERAGED.conductivity(300.0) == pytest.approx((2 * 239.083 + 223.443) / 3, rel=1e-5)
    assert kappa[2, 2] == pytest.approx(223.443, rel=1e-5)
    s = discretize([AVERAGED], 300.0, 10)
    assert s.conductivity[0] == pytest.approx(np.trace(kappa) / 3, rel=1e-10)


@pytest.mark.parametrize("name", ["Si", "Ge", "SiO2"])
@pytest.mark.parametrize("temperature", [20.0, 300.0, 900.0])
def test_modes_of_branches_have_their_integrals(name, temperature):
    known = material(name)
    table = known.modes(temperature)
    assert table.isotropic
    kappa = np.trace(table.conductivity()) / 3
    assert kappa == pytest.approx(known.conductivity(temperature), rel=1e-10)
    assert table.total_heat_capacity() == pytest.approx(known.heat_capacity(temperature), rel=1e-10)
    assert table.branch_names == known.branches


def test_modes_of_groups_are_the_groups():
    known = Material.from_groups(
        "bins",
        heat_capacity=[1e6, 5e5, 2e5],
        speed=[2e3, 0.0, 6e3],
        mean_free_path=[1e-8, 1, 1e-6],
    )
    table = known.modes(77.0)
    assert len(table) == 2
    assert not table.has_frequencies
    assert table.mean_free_path == pytest.approx([1e-8, 1e-6])
    assert table.optical == 5e5
    assert np.trace(table.conductivity()) / 3 == pytest.approx(known.conductivity(77.0))
    gray = Material.gray("gray", heat_capacity=1e6, speed=5e3, mean_free_path=1e-7)
    again = Material.from_modes("gray", gray.modes(300.0))
    assert again.conductivity(300.0) == pytest.approx(gray.conductivity(300.0))
    assert discretize([again], 300.0, 3).n_group == 1


def test_the_whole_table_is_a_plain_record():
    table = ModeTable(
        300.0,
        np.array([1e13]),
        np.array([[1e3, 0, 0]]),
        np.array([1e-11]),
        np.array([1e6]),
        np.zeros(1, dtype=np.int64),
        np.ones(1),
    )
    assert len(table) == 1
    assert table.conductivity()[0, 0] == pytest.approx(10.0)
