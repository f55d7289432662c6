import math

import pytest

from bte.errors import BteError
from bte.units import HBAR, K_B, parse


def test_constants_are_codata():
    assert HBAR == 1.054571817e-34
    assert K_B == 1.380649e-23


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("50 nm", "length", 50e-9),
        ("50nm", "length", 50e-9),
        ("1.5 µm", "length", 1.5e-6),
        ("1.5 μm", "length", 1.5e-6),
        ("2 cm", "length", 0.02),
        ("3", "length", 3.0),
        ("10 ps", "time", 1e-11),
        ("300 K", "temperature", 300.0),
        ("20 mK", "temperature", 0.02),
        ("20 uW", "power", 2e-5),
        ("1 W/m", "power per length", 1.0),
        ("1 uW/um", "power per length", 1.0),
        ("2 W/cm2", "flux", 2e4),
        ("1e17 W/m3", "power density", 1e17),
        ("1e17 W/m^3", "power density", 1e17),
        ("1 uW/um3", "power density", 1e12),
        ("20 MW/m2K", "conductance", 2e7),
        ("20 MW/m2/K", "conductance", 2e7),
        ("20 MW/(m² K)", "conductance", 2e7),
        ("20 MW m-2 K-1", "conductance", 2e7),
        ("5 m2K/GW", "resistance", 5e-9),
        ("1e-9 m^2*K/W", "resistance", 1e-9),
        ("3 MPa", "pressure", 3e6),
        ("2 J/m3", "pressure", 2.0),
        ("148 W/m/K", "conductivity", 148.0),
        ("148 W/mK", "conductivity", 148.0),
        ("148 W/(m·K)", "conductivity", 148.0),
        ("1.4 mW/m/K", "conductivity", 1.4e-3),
        ("5.3 km/s", "speed", 5300.0),
        ("2.33 g/cm3", "density", 2330.0),
        ("1.66 MJ/m3/K", "heat capacity", 1.66e6),
        ("1 J/cm3/K", "heat capacity", 1e6),
        ("8 THz", "angular frequency", 8e12 * 2 * math.pi),
        ("8 Trad/s", "angular frequency", 8e12),
        ("10 1/nm", "wave number", 1e10),
        ("1e10 rad/m", "wave number", 1e10),
        ("2 1/ps", "rate", 2e12),
        ("-1e-3 m", "length", -1e-3),
        (5, "length", 5.0),
        (2.5e-9, "length", 2.5e-9),
    ],
)
def test_values_become_si(text, dimension, value):
    assert parse(text, dimension) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("value", "dimension", "found"),
    [
        ("50 kg", "length", "unit 'kg', which is not a length"),
        ("50 nm", "time", "such as fs, ps"),
        ("50 lightyears", "length", "lightyears"),
        ("nm", "length", "does not start with a number"),
        ("5 W/", "power", "'W/'"),
        ("5 W/m2", "power density", "W/m3"),
        ("5 Hz", "length", "not a length"),
        ("5 THz", "rate", "not a rate"),
        ("5 1/", "rate", "not a rate"),
        (True, "length", "True"),
        (None, "length", "None"),
        ([1.0], "length", r"\[1.0\]"),
        (math.nan, "length", "not a finite number"),
        (math.inf, "length", "not a finite number"),
        ("1e999 m", "length", "not a finite number"),
    ],
)
def test_bad_values_get_one_sentence(value, dimension, found):
    with pytest.raises(BteError, match=found):
        parse(value, dimension)


def test_the_sentence_names_what_was_read():
    with pytest.raises(BteError, match="mesh size '5 s' has the unit 's'"):
        parse("5 s", "length", "mesh size")


def test_unknown_dimension_suggests_the_nearest():
    with pytest.raises(BteError, match="did you mean 'length'"):
        parse(1.0, "lenght")
