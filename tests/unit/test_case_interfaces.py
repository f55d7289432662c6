"""Interfaces in case files."""

import numpy as np
import pytest

import bte
from bte.case import read_case
from bte.errors import CaseError

TWO = """
[mesh]
line = [0, "50 nm", "100 nm"]
cells = [4, 4]
regions = ["fin", "oxide"]
boundaries = ["hot", "cold"]
[materials]
fin = "Si"
oxide = "Ge"
[boundaries]
hot = {{type = "Isothermal", temperature = "301 K"}}
cold = {{type = "Isothermal", temperature = "300 K"}}
[interfaces]
"fin/oxide" = {entry}
"""


def read(tmp_path, entry):
    path = tmp_path / "case.toml"
    path.write_text(TWO.format(entry=entry), encoding="utf-8")
    return read_case(path).problem


PRESSED = 'model = "PressedContact", pressure = "2 MPa", hardness = "2 GPa", slope = 0.1'


@pytest.mark.parametrize(
    ("entry", "model"),
    [
        ('"DMM"', bte.DMM()),
        ('"AMM"', bte.AMM()),
        ('"Radiation"', bte.Radiation()),
        ('{model = "DMM", inelastic = true}', bte.DMM(inelastic=True)),
        ('{model = "AMM", scalar = "fluid"}', bte.AMM(scalar="fluid")),
        ('{model = "Mixed", specularity = 0.5}', bte.Mixed(0.5)),
        (
            '{model = "Mixed", rms = "0.25 nm", formula = "ziman paper", scalar = "SH"}',
            bte.Mixed(rms=0.25e-9, formula="ziman paper", scalar="SH"),
        ),
        ('{model = "Transmission", transmission = 0.4}', bte.Transmission(0.4)),
        (
            '{model = "Transmission", value = 1, of = "smaller side", directional = true}',
            bte.Transmission(1.0, of="smaller side", directional=True),
        ),
        (
            '{model = "Transmission", transmission = {LA = 0.3, TA = 0.6}, symmetrize = true}',
            bte.Transmission({"LA": 0.3, "TA": 0.6}, symmetrize=True),
        ),
        (
            '{model = "Transmission", frequencies = ["0 THz", "20 THz"], values = [0.3, 0.1]}',
            bte.Transmission(([0.0, 20 * (2 * np.pi * 1e12)], [0.3, 0.1])),
        ),
        (
            '{model = "Transmission", frequencies = [0, 2e14], cosines = [0, 1], '
            "values = [[0.1, 0.3], [0.0, 0.1]]}",
            bte.Transmission(([0.0, 2e14], [0.0, 1.0], [[0.1, 0.3], [0.0, 0.1]])),
        ),
        ('{model = "Resistance", resistance = "5e-9 m^2*K/W"}', bte.Resistance(5e-9)),
        (
            '{model = "Resistance", resistance = "5 m2K/GW", convention = "emitted"}',
            bte.Resistance(5e-9, "emitted"),
        ),
        (
            f'{{{PRESSED}, rms = "0.3 um", gap = "26 mW/m/K", gas_parameter = "0.4 um", '
            'intrinsic = "AMM"}',
            bte.PressedContact(2e6, 2e9, 0.1, 3e-7, 0.026, 4e-7, bte.AMM()),
        ),
        (
            f'{{{PRESSED}, rms = 3e-7, intrinsic = {{model = "Transmission", value = 0.2}}}}',
            bte.PressedContact(2e6, 2e9, 0.1, 3e-7, intrinsic=bte.Transmission(0.2)),
        ),
    ],
)
def test_models(tmp_path, entry, model):
    found = read(tmp_path, entry).interfaces["fin", "oxide"]
    if isinstance(model, bte.PressedContact):
        assert found.rms == pytest.approx(model.rms, rel=1e-14)
        assert found.gap == pytest.approx(model.gap, rel=1e-14)
        assert found.intrinsic == model.intrinsic
    else:
        assert type(found) is type(model)
        assert found == model or found.resistance == pytest.approx(model.resistance, rel=1e-14)


def test_a_table_lies_beside_the_case(tmp_path):
    (tmp_path / "t.csv").write_text("frequency [THz], transmission\n0, 0.3\n20, 0.1\n")
    problem = read(tmp_path, '{model = "Transmission", transmission = "t.csv"}')
    model = problem.interfaces["fin", "oxide"]
    assert model.label == "t.csv"
    assert model.law.frequencies[-1] == pytest.approx(20 * (2 * np.pi * 1e12))


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('"DNM"', r"\[interfaces.fin/oxide\] model 'DNM' does not exist; did you mean 'DMM'"),
        ("3", r"\[interfaces.fin/oxide\] is 3; it must be a table"),
        ("{scalar = 'SH'}", r"\[interfaces.fin/oxide\] has no 'model'; add one of 'DMM', 'AMM'"),
        ('{model = "DMM", inelstic = true}', "key 'inelstic' does not exist; did you mean 'inela"),
        ('{model = "DMM", inelastic = 1}', "inelastic is 1; it must be true or false"),
        ('{model = "AMM", scalar = "S"}', "scalar of AMM must be None, 'fluid' or 'SH', not 'S'"),
        ('{model = "AMM", density = 1}', "key 'density' does not exist"),
        ('{model = "Radiation", of = 1}', "key 'of' does not exist"),
        ('"Mixed"', "must have exactly one of 'specularity', 'rms', found none"),
        ('{model = "Mixed", rms = "1 K"}', "rms '1 K' has the unit 'K', which is not a length"),
        ('"Transmission"', "exactly one of 'transmission', 'value', 'frequencies', found none"),
        ('{model = "Transmission", value = 2}', r"transmission must lie in \[0, 1\], not 2.0"),
        (
            '{model = "Transmission", value = "0.5"}',
            "it must be a number, a table of numbers by br",
        ),
        ('{model = "Transmission", value = "no.csv"}', "'no.csv' does not exist"),
        ('{model = "Transmission", value = 0.1, values = [1]}', "values belongs to frequencies"),
        ('{model = "Transmission", transmission = {LA = "x"}}', "LA is 'x'; it must be a number"),
        ('{model = "Transmission", frequencies = [1, 2]}', "has no 'values'; add values"),
        ('{model = "Transmission", frequencies = "1", values = 1}', "it must be a list of values"),
        ('{model = "Transmission", value = 0.1, of = "b"}', "of must be 'first' or 'smaller"),
        ('"Resistance"', "has no 'resistance'; add resistance"),
        ('{model = "Resistance", resistance = "1 W"}', "the unit 'W', which is not a resistance"),
        ('{model = "Resistance", resistance = 0}', "resistance must be positive and finite"),
        (
            '{model = "Resistance", resistance = 1e-9, convention = "mine"}',
            "convention must be one of 'emitted'",
        ),
        (f"{{{PRESSED}}}", "has no 'rms'; add rms"),
        (f'{{{PRESSED}, rms = 1e-7, gap = "1 W"}}', "the unit 'W', which is not a conductivity"),
        (
            f'{{{PRESSED}, rms = 1e-7, intrinsic = "DM"}}',
            r"\[interfaces.fin/oxide.intrinsic\] model 'DM' does not exist; did you mean 'DMM'",
        ),
        (
            f"{{{PRESSED}, rms = 1e-7, intrinsic = {{{PRESSED}, rms = 1e-7}}}}",
            "intrinsic of PressedContact must be the model of the interface at the spots",
        ),
    ],
)
def test_entries_that_cannot_be(tmp_path, entry, sentence):
    with pytest.raises(CaseError, match=sentence):
        read(tmp_path, entry)
