import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bte.errors import BteError
from bte.materials import (
    Branch,
    ConstantRate,
    HollandTransverse,
    Impurity,
    Material,
    Umklapp,
    material,
)
from bte.spectrum import discretize

SI, GE, OXIDE = (material(name) for name in ("Si", "Ge", "SiO2"))
GRAY = Material.gray("gray", heat_capacity=1.66e6, speed=6400.0, mean_free_path=41e-9)
BINS = Material.from_groups(
    "bins", heat_capacity=[1e6, 5e5, 2e5], speed=[2e3, 0.0, 6e3], mean_free_path=[1e-8, 1, 1e-6]
)


def film(spectrum, material_index, thickness):
    """Return the conductivity across a film, sum C v Lambda/3/(1 + 4 Lambda/(3 L))."""
    path = spectrum.mean_free_path[material_index]
    kappa = spectrum.heat_capacity[material_index] * spectrum.speed[material_index] * path / 3.0
    return float(np.sum(kappa / (1.0 + 4.0 * path / (3.0 * thickness))))


def assert_keeps_moments(materials, spectrum, temperature):
    for i, m in enumerate(materials):
        assert spectrum.conductivity[i] == pytest.approx(m.conductivity(temperature), rel=1e-10)
        held = spectrum.heat_capacity[i].sum() + spectrum.optical[i]
        assert held == pytest.approx(m.heat_capacity(temperature), rel=1e-10)


@settings(max_examples=25, deadline=None)
@given(
    bands=st.integers(1, 60),
    temperature=st.floats(2.0, 1500.0),
    which=st.sets(st.sampled_from(["Si", "Ge", "SiO2", "gray", "bins"]), min_size=1),
)
def test_sums_are_kept_on_any_grid(bands, temperature, which):
    known = {"Si": SI, "Ge": GE, "SiO2": OXIDE, "gray": GRAY, "bins": BINS}
    materials = [known[name] for name in sorted(which)]
    spectrum = discretize(materials, temperature, bands)
    assert_keeps_moments(materials, spectrum, temperature)
    assert np.all(np.diff(spectrum.group_band) >= 0)
    assert np.all(spectrum.speed > 0.0)
    assert np.all(spectrum.mean_free_path > 0.0)
    for i, m in enumerate(materials):
        if not m.has_frequencies:
            used = spectrum.group_band[spectrum.heat_capacity[i] > 0.0]
            assert len(set(used.tolist())) == len(used)


def test_ballistic_sum_is_kept():
    spectrum = discretize([SI, GE], 300.0, 7)
    flux = np.sum(spectrum.heat_capacity * spectrum.speed, axis=1)
    expected = [float(m.model.moments(300.0)[1].sum()) for m in (SI, GE)]
    assert flux == pytest.approx(expected, rel=1e-12)


def test_every_cutoff_is_an_edge():
    spectrum = discretize([SI, GE, OXIDE], 300.0, 12)
    assert spectrum.n_band == 12
    assert len(spectrum.band_edges) == 13
    assert np.all(np.diff(spectrum.band_edges) > 0.0)
    for m in (SI, GE, OXIDE):
        for cutoff in m.cutoffs():
            assert np.min(np.abs(spectrum.band_edges - cutoff)) <= 1e-9 * cutoff
    assert spectrum.has_frequencies.all()
    assert spectrum.notes == ()


def test_no_states_above_a_cutoff():
    spectrum = discretize([SI, GE], 300.0, 20)
    top = spectrum.band_edges[spectrum.group_band + 1]
    above = top > 1.0001 * max(GE.cutoffs())
    assert above.any()
    assert np.all(spectrum.heat_capacity[1, above] == 0.0)
    assert np.all(spectrum.mean_free_path[1, above] == 1.0)
    assert np.all(spectrum.heat_capacity[0, above] > 0.0)


def test_near_equal_cutoffs_are_one():
    def solid(speed):
        return Material.from_dispersion(
            "s", branches=[Branch.sine("A", speed, 1e10)], rates=[Umklapp(1e-19)]
        )

    pair = [solid(6000.0), solid(6000.0 * (1.0 + 1e-12))]
    spectrum = discretize(pair, 300.0, 5)
    assert spectrum.n_band == spectrum.n_group == 5
    assert_keeps_moments(pair, spectrum, 300.0)


def test_branches_share_columns_by_name():
    spectrum = discretize([SI, GE], 300.0, 12)
    for band in range(spectrum.n_band):
        labels = [
            label
            for b, label in zip(spectrum.group_band, spectrum.group_branch, strict=True)
            if b == band
        ]
        assert len(labels) == len(set(labels)) <= 2


def test_gray_alone_is_one_band_without_frequencies():
    spectrum = discretize([GRAY], 300.0, 20)
    assert (spectrum.n_band, spectrum.n_group, spectrum.band_edges) == (1, 1, None)
    assert not spectrum.has_frequencies.any()
    assert spectrum.heat_capacity.tolist() == [[1.66e6]]
    assert spectrum.speed.tolist() == [[6400.0]]
    assert spectrum.mean_free_path.tolist() == [[41e-9]]


def test_path_bins_are_a_band_each():
    spectrum = discretize([BINS, GRAY], 300.0, 20)
    assert spectrum.group_band.tolist() == [0, 1]
    assert spectrum.heat_capacity.tolist() == [[1e6, 2e5], [1.66e6, 0.0]]
    assert spectrum.optical.tolist() == [5e5, 0.0]


def test_more_bins_than_bands_add_bands():
    many = Material.from_groups(
        "many", heat_capacity=[1e5] * 30, speed=[1e3] * 30, mean_free_path=np.logspace(-9, -5, 30)
    )
    fixed = Material.from_groups(
        "fixed",
        heat_capacity=[1e6],
        speed=[1e3],
        mean_free_path=[1e-8],
        frequency_edges=[1e13, 4e13],
    )
    for partner in (SI, fixed):
        spectrum = discretize([many, partner], 300.0, 12)
        assert spectrum.n_band == 30
        assert_keeps_moments([many, partner], spectrum, 300.0)
        assert "material 'many' carries no frequencies" in spectrum.notes[0]


def test_groups_with_frequencies_are_split_by_width():
    fixed = Material.from_groups(
        "fixed",
        heat_capacity=[1e6, 3e6],
        speed=[1e3, 2e3],
        mean_free_path=[1e-8, 2e-8],
        frequency_edges=[0.0, 1e13, 4e13],
    )
    other = Material.from_groups(
        "other",
        heat_capacity=[1e6],
        speed=[1e3],
        mean_free_path=[1e-8],
        frequency_edges=[5e12, 3e13],
    )
    alone = discretize([fixed], 300.0, 20)
    assert alone.n_band == 2
    both = discretize([fixed, other], 300.0, 20)
    assert both.band_edges.tolist() == [0.0, 5e12, 1e13, 3e13, 4e13]
    assert both.heat_capacity[0] == pytest.approx([5e5, 5e5, 2e6, 1e6])
    assert both.heat_capacity[1] == pytest.approx([0.0, 2e5, 8e5, 0.0])
    assert both.speed[0].tolist() == [1e3, 1e3, 2e3, 2e3]


def test_falling_branches_and_gaps():
    optic = Branch.polynomial("LO", (9e13, 0.0, -1e-7), 1e10)
    solid = Material.from_dispersion(
        "s", branches=[Branch.sine("LA", 6000.0, 1e10), optic], rates=[ConstantRate(1e11)] * 2
    )
    spectrum = discretize([solid], 300.0, 10)
    assert_keeps_moments([solid], spectrum, 300.0)
    assert set(spectrum.band_edges) >= set(solid.cutoffs())
    assert set(spectrum.group_branch) == {"LA", "LO"}


def test_jumps_of_rates_are_edges():
    onset = 5e9
    branch = Branch.debye("TA", 5000.0, 1e10)
    solid = Material.from_dispersion(
        "s",
        branches=[branch],
        rates=[[HollandTransverse(8.7e-13, 2.9e-18, onset_k=onset), Impurity(1e-45)]],
    )
    spectrum = discretize([solid], 300.0, 4)
    assert 5000.0 * onset in spectrum.band_edges
    assert_keeps_moments([solid], spectrum, 300.0)


@pytest.mark.parametrize(("bands", "bound"), [(12, 0.026), (20, 0.010), (40, 0.0026)])
def test_films_converge_at_second_order(bands, bound):
    # The table of docs/numerics/spectrum.md, Si and Ge and SiO2 on one grid.
    materials = [SI, GE, OXIDE]
    fine, coarse = (discretize(materials, 300.0, n) for n in (800, bands))
    for i in range(3):
        for thickness in np.logspace(-8, -5, 9):
            error = film(coarse, i, thickness) / film(fine, i, thickness) - 1.0
            assert abs(error) < bound


def test_scattering_is_not_raised_by_averaging():
    # Jensen: (int Cv)^2/int Cv^2 tau <= int C/tau.
    deviation = discretize([SI, GE, OXIDE], 300.0, 20).scattering_deviation
    assert np.all(deviation <= 1e-12)
    assert np.all(deviation > -0.2)
    assert deviation[2] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("bands", [0, -1, 2.5, True, None])
def test_bands_must_be_a_positive_integer(bands):
    with pytest.raises(BteError, match="integer >= 1"):
        discretize([SI], 300.0, bands)


def test_no_materials_is_an_error():
    with pytest.raises(BteError, match="no materials"):
        discretize([], 300.0, 12)
