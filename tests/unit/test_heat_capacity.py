"""Heat capacity against temperature: branches, and states without velocity that freeze out."""

from pathlib import Path

import numpy as np
import pytest

from bte import Material, MaterialError
from bte.materials.library import available, entry
from bte.materials.resting import Resting, einstein_frequency, states_left
from bte.units import HBAR, K_B

EINSTEIN = [
    name for name in available() if ":" not in name and "optical_frequency" in entry(name).sources
]
BRANCHES = [{"name": "LA", "kmax": 1e10, "v0": 8e3}]
RATES = [{"type": "path", "length": "40 nm"}]


def _made(**given):
    return Material.from_dispersion(
        "x", branches=BRANCHES, rates=RATES, reference_temperature=200.0, **given
    )


def test_einstein_frequency_in_closed_form():
    # (x/2)^2/sinh^2(x/2) at x = 2 is 1/sinh^2(1).
    share = K_B / np.sinh(1.0) ** 2
    found = einstein_frequency(1e28 * share, 1e28, 150.0)
    assert found == pytest.approx(2.0 * K_B * 150.0 / HBAR, rel=1e-10)
    assert Resting(1e28 * share, 150.0, found).states == pytest.approx(1e28, rel=1e-10)


def test_no_frequency_beyond_the_classical_limit():
    assert einstein_frequency(1.001e28 * K_B, 1e28, 300.0) is None
    assert einstein_frequency(0.0, 1e28, 300.0) is None
    assert einstein_frequency(1e5, -1e24, 300.0) is None


def test_states_without_velocity_freeze_out_and_reach_the_classical_limit():
    omega = 2.0 * K_B * 150.0 / HBAR
    part = Resting(1e6, 150.0, omega)
    assert part.at(150.0) == 1e6
    assert part.at(1e5) == pytest.approx(1e6 * np.sinh(1.0) ** 2, rel=1e-5)
    cold = 300.0 / 20.0  # x at 20 K; c = k_B x^2 exp(-x)
    assert part.at(20.0) == pytest.approx(part.states * K_B * cold**2 * np.exp(-cold), rel=1e-6)
    assert part.at(0.1) == 0.0


def test_without_a_frequency_it_is_constant():
    made = _made(total_heat_capacity=1.5e6)
    assert made.heat_capacity(200.0) == pytest.approx(1.5e6, rel=1e-12)
    assert made.model.optical(20.0) == made.model.optical(200.0) > 1e6
    assert "without velocity, the same at all temperatures" in made.describe(100.0)


def test_with_a_frequency_only_the_heat_capacity_depends_on_it():
    given = _made(total_heat_capacity=1.5e6)
    frozen = _made(total_heat_capacity=1.5e6, optical_frequency=6e13)
    assert frozen.heat_capacity(200.0) == pytest.approx(1.5e6, rel=1e-12)
    edges = np.array([0.0, 2e13, 5.2e13])
    for t in (50.0, 200.0, 400.0):
        assert frozen.conductivity(t) == given.conductivity(t)
        bands = frozen.bands(edges, t)
        assert bands.optical == frozen.model.optical(t) == frozen.modes(t).optical
        held = float(bands.heat_capacity.sum()) + bands.optical
        assert held == pytest.approx(frozen.heat_capacity(t), rel=1e-9)
        np.testing.assert_array_equal(bands.speed, given.bands(edges, t).speed)
    assert frozen.model.optical(50.0) < 0.02 * frozen.model.optical(200.0)
    assert "without velocity, which freezes out at 9.549 THz" in frozen.describe(100.0)


@pytest.mark.parametrize("frequency", [0.0, -1e13, float("nan"), "6 THz", True])
def test_a_frequency_is_a_number_above_zero(frequency):
    with pytest.raises(MaterialError, match=r"material 'x' has optical_frequency = .*rad/s"):
        _made(total_heat_capacity=1.5e6, optical_frequency=frequency)


@pytest.mark.parametrize(
    ("name", "measured", "within"),
    [  # MJ/m3/K at 100, 200 and 300 K
        ("Si", (0.604, 1.298, 1.658), 0.07),
        ("Ge", (1.011, 1.532, 1.708), 0.05),
        ("diamond", (0.072, 0.682, 1.806), 0.06),
    ],
)
def test_elements_from_100_kelvin(name, measured, within):
    found = [entry(name).heat_capacity(t) / 1e6 for t in (100.0, 200.0, 300.0)]
    np.testing.assert_allclose(found, measured, rtol=within)


def test_silicon_by_value():
    found = [entry("Si").heat_capacity(t) for t in (100.0, 200.0, 300.0)]
    np.testing.assert_allclose(found, (0.5630e6, 1.3078e6, 1.65825e6), rtol=2e-4)
    assert entry("AlN").heat_capacity(300.0) == pytest.approx(2.39e6, rel=1e-9)
    assert entry("AlN").heat_capacity(300.0) == pytest.approx(
        entry("AlN:dft").heat_capacity(300.0), rel=0.02
    )


@pytest.mark.parametrize("name", EINSTEIN)
def test_library_frequencies_follow_from_the_lattice(name):
    found = entry(name)
    (part,) = found.model.resting
    count = states_left(found.sheet.lattice.atom_density, found.model.phonons)
    derived = einstein_frequency(part.heat_capacity, count, part.reference_temperature)
    assert part.frequency == pytest.approx(derived, rel=1e-4)
    assert part.states == pytest.approx(count, rel=2e-4)


def test_the_others_say_that_they_are_constant():
    plain = [name for name in available() if ":" not in name and name not in EINSTEIN]
    assert plain == ["Al", "Au", "Bi2Te3", "Cu", "He4", "PbTe", "Pt", "water"]
    for name in plain:
        found = entry(name)
        (part,) = found.model.resting
        count = (
            0.0
            if name == "He4"
            else states_left(found.sheet.lattice.atom_density, found.model.phonons)
        )
        assert einstein_frequency(part.heat_capacity, count, part.reference_temperature) is None
        told = "without velocity is the same at all temperatures" in found.describe()
        assert told is (name != "He4")


def test_alloys_hold_the_states_of_both_ends():
    silicon, germanium, alloy = entry("Si"), entry("Ge"), entry("Si0.7Ge0.3")
    for t in (80.0, 300.0):
        both = 0.7 * silicon.model.optical(t) + 0.3 * germanium.model.optical(t)
        assert alloy.model.optical(t) == pytest.approx(both, rel=1e-12)
    assert "freezes out at 13.14 and 7.14" in " ".join(alloy.describe(100.0).split())


def test_unknown_names_show_the_nearest_alone():
    with pytest.raises(MaterialError) as near:
        entry("Gee")
    assert "did you mean 'Ge'" in str(near.value)
    assert "`bte materials` lists them" in str(near.value)
    assert "SiO2" not in str(near.value)
    with pytest.raises(MaterialError, match="the library has: 'Al', 'Al2O3'"):
        entry("qqqqqqqq")


def test_the_page_says_what_the_entries_hold():
    page = (Path(__file__).parents[2] / "docs" / "materials-library.md").read_text("utf-8")
    table = page.split("## Heat capacity")[1].split("## What")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if " THz |" in line]
    assert len(rows) == 11
    for name, frequency, *values in rows:
        found = entry(name)
        (part,) = found.model.resting
        assert float(frequency.split()[0]) == pytest.approx(part.frequency / 2e12 / np.pi, rel=4e-3)
        for t, value in zip((100.0, 200.0, 300.0), values[:3], strict=True):
            assert float(value) == pytest.approx(found.heat_capacity(t) / 1e6, abs=6e-4)
