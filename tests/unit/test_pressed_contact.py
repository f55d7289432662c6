"""Pressed contacts: the theory of spots, its parts, its limits, and what reports call it."""

import warnings

import numpy as np
import pytest

import bte
from bte.conditions.interface import transmission_table
from bte.conditions.kapitza import interface_conductance
from bte.conditions.pair import make_pair

STEEL, COPPER = (
    bte.Material.gray(name, heat_capacity=c, speed=v, mean_free_path=path)
    for name, c, v, path in (("a", 3.6e6, 3000.0, 5e-9), ("b", 3.4e6, 2500.0, 14e-9))
)
CONTACT = bte.PressedContact(2e6, 2e9, 0.12, 0.4e-6, gap=0.026, gas_parameter=0.37e-6)


def pair():
    return make_pair(STEEL, COPPER, 300.0)


def test_parts_by_hand():
    k1, k2 = STEEL.conductivity(300.0), COPPER.conductivity(300.0)
    assert (k1, k2) == (pytest.approx(18.0), pytest.approx(39.6667, rel=1e-5))
    found = CONTACT.conductance(STEEL, COPPER)
    harmonic = 2 * k1 * k2 / (k1 + k2)
    assert found.spots == pytest.approx(1.25 * harmonic * 0.12 / 0.4e-6 * 1e-3**0.95, rel=1e-12)
    between = interface_conductance(transmission_table(bte.DMM(), pair()))
    assert found.intrinsic == pytest.approx(1e-3 * between, rel=1e-12)
    # the mean planes are 3.0902323 sigma apart where 0.1 % of a Gaussian lies beyond
    assert found.gap_width == pytest.approx(3.0902323061678 * 0.4e-6, rel=1e-12)
    assert found.gap == pytest.approx(0.026 / (found.gap_width + 0.37e-6), rel=1e-12)
    series = found.spots * found.intrinsic / (found.spots + found.intrinsic)
    assert found.total == pytest.approx(series + found.gap, rel=1e-14)


def test_spots_fill_the_real_area_and_conduct():
    """n pi a^2 = A_r/A; 2 n a k_s/(1 - sqrt(A_r/A))^1.5 is the fitted power law to 2 %."""
    for pressure in (1e4, 1e5, 1e6, 1e7):
        model = bte.PressedContact(pressure, 1e9, 0.1, 1e-6)
        found = model.conductance(STEEL, COPPER)
        area = found.spot_density * np.pi * found.spot_radius**2
        assert area == pytest.approx(pressure / 1e9, rel=1e-9)
        k1, k2 = STEEL.conductivity(300.0), COPPER.conductivity(300.0)
        exact = 4 * found.spot_density * found.spot_radius * k1 * k2 / (k1 + k2)
        assert found.spots == pytest.approx(exact / (1 - np.sqrt(area)) ** 1.5, rel=0.02)


def test_the_table_has_the_total_conductance():
    table = transmission_table(CONTACT, pair())
    total = CONTACT.conductance(STEEL, COPPER).total
    assert interface_conductance(table) == pytest.approx(total, rel=1e-10)
    assert table.name == "PressedContact(2e+06 Pa)"
    assert not table.kapitza
    assert transmission_table(bte.DMM(), pair()).kapitza


def test_limits():
    vacuum = bte.PressedContact(2e6, 2e9, 0.12, 0.4e-6).conductance(STEEL, COPPER)
    assert vacuum.gap == 0.0
    assert vacuum.total < min(vacuum.spots, vacuum.intrinsic)
    closed = bte.PressedContact(
        2e6, 2e9, 0.12, 0.4e-6, gap=0.026, intrinsic=bte.Transmission(0.0)
    ).conductance(STEEL, COPPER)
    assert closed.total == closed.gap
    nothing = bte.PressedContact(2e6, 2e9, 0.12, 0.4e-6, intrinsic=bte.Transmission(0.0))
    with pytest.raises(bte.BteError, match="conducts nothing: its intrinsic interface lets noth"):
        transmission_table(nothing, pair())
    text = str(CONTACT.conductance(STEEL, COPPER))
    assert "interface at the spots" in text
    assert "real area 0.001 of the nominal" in text


def test_where_the_theory_ends_there_are_warnings():
    with pytest.warns(bte.BteWarning, match="pressure over hardness of 0.1; the formula was fit"):
        transmission_table(bte.PressedContact(2e8, 2e9, 0.12, 0.4e-6), pair())
    with pytest.warns(bte.BteWarning, match=r"spots of .* radius, but the mean free path in 'b' i"):
        transmission_table(bte.PressedContact(2e6, 2e9, 0.12, 4e-9), pair())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        transmission_table(CONTACT, pair())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pressure": -1.0}, r"pressure of PressedContact must be positive and finite \[Pa\]"),
        ({"hardness": "hard"}, "hardness of PressedContact must be a number in Pa, not 'hard'"),
        ({"slope": 0.0}, "slope of PressedContact must be positive and finite, not 0.0"),
        ({"rms": np.inf}, r"rms of PressedContact must be positive and finite \[m\]"),
        ({"gap": -0.1}, r"gap of PressedContact must be >= 0 \[W/m/K\], not -0.1"),
        ({"gas_parameter": -1e-9}, r"gas_parameter of PressedContact must be >= 0 \[m\]"),
        ({"pressure": 1e9}, r"1e\+09 Pa, but must be less than half the hardness, 2e\+09 Pa"),
        ({"intrinsic": 0.5}, r"intrinsic of PressedContact must be the model .* not 0.5"),
        ({"intrinsic": CONTACT}, "intrinsic of PressedContact must be the model"),
    ],
)
def test_contacts_that_cannot_be(changes, sentence):
    given = {"pressure": 2e6, "hardness": 2e9, "slope": 0.12, "rms": 0.4e-6}
    with pytest.raises(bte.BteError, match=sentence):
        bte.PressedContact(**{**given, **changes})
