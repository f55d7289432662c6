"""``bte interface``: options, what is printed and written, errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import bte
from bte.cli import main


def run(capsys, *arguments):
    code = main(["interface", *arguments])
    return code, *capsys.readouterr()


def test_it_prints_the_table_and_the_branches(capsys):
    code, out, _ = run(capsys, "Si", "Ge", "-t", "4.2 K", "77", "300")
    assert code == 0
    found = bte.interface(bte.material("Si"), bte.material("Ge"))
    for t in (4.2, 77.0, 300.0):
        assert f"{found.conductance(t):.5g}" in out
        assert f"{found.conductance(t, 'local'):.5g}" in out
    assert "Si | Ge: DMM" in out
    assert "Shares of the branches at 300 K" in out
    assert f"G/T^3 -> {found.low_temperature().prefactor:.6g} W/m2/K4" in out


def test_acoustic_mismatch_with_a_plot_and_numbers(capsys, tmp_path):
    figure, numbers = tmp_path / "si-ge.png", tmp_path / "si-ge.json"
    code, out, _ = run(
        capsys,
        "Si",
        "Ge",
        "--model",
        "amm",
        "-t",
        "10",
        "--plot",
        str(figure),
        "--json",
        str(numbers),
    )
    assert code == 0
    assert "Si | Ge: AMM" in out
    assert str(figure) in out
    assert str(numbers) in out
    assert figure.stat().st_size > 10_000
    found = json.loads(numbers.read_text())
    emitted = found["conductance"]["emitted"][0]
    assert emitted == pytest.approx(
        bte.interface(bte.material("Si"), bte.material("Ge"), bte.AMM()).conductance(10.0)
    )
    parts = found["by_frequency"]
    total = np.dot(parts["weight"], parts["conductance"])
    assert total == pytest.approx(np.sum(found["by_branch"]["conductance"]))
    assert total == pytest.approx(np.sum(found["by_angle"]["conductance"]))
    assert found["low_temperature"]["emitted"] == pytest.approx(emitted / 1000.0, rel=0.02)


@pytest.mark.parametrize(
    ("options", "model"),
    [
        (["--model", "dmm", "--inelastic"], bte.DMM(inelastic=True)),
        (["--model", "amm", "--scalar", "SH"], bte.AMM(scalar="SH")),
        (["--model", "mixed", "--specularity", "0.4"], bte.Mixed(0.4)),
        (["--model", "mixed", "--rms", "0.2 nm"], bte.Mixed(rms=2e-10)),
        (
            ["--model", "transmission", "--transmission", "0.3", "--of", "smaller side"],
            bte.Transmission(0.3, of="smaller side"),
        ),
        (["--model", "radiation"], bte.Radiation()),
        (["--model", "resistance", "--resistance", "10 m2K/GW"], bte.Resistance(1e-8)),
        (
            [
                "--model",
                "pressed",
                "--pressure",
                "1 MPa",
                "--hardness",
                "1 GPa",
                "--slope",
                "0.1",
                "--rms",
                "1 um",
            ],
            bte.PressedContact(1e6, 1e9, 0.1, 1e-6),
        ),
    ],
)
def test_options_of_the_models(capsys, options, model):
    code, out, err = run(capsys, "Si", "Ge", "-t", "300", "--convention", "local", *options)
    assert code == 0, err
    found = bte.interface(bte.material("Si"), bte.material("Ge"), model)
    assert f"{found.conductance(300.0, 'local'):.5g}" in out
    assert "emitted (W/m2K)" not in out


def test_cutoff_min_and_a_material_file(capsys, tmp_path):
    library = bte.material("Si")
    source = tmp_path / "mine.toml"
    shutil.copy(Path(bte.__file__).parent / "materials" / "library" / "Si.toml", source)
    code, out, _ = run(capsys, str(source), "Ge", "--model", "amm", "--cutoff", "min", "-t", "300")
    assert code == 0
    expected = bte.interface(library, bte.material("Ge"), bte.AMM())
    assert f"{expected.conductance(300.0, cutoff='min'):.5g}" in out
    assert "G local" not in out.splitlines()[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Si", "Gee"], "material 'Gee' does not exist; did you mean 'Ge'?"),
        (["Si", "Ge", "--rms", "1 nm"], "--rms means nothing to the model 'dmm'"),
        (["Si", "Ge", "--model", "resistance"], "model 'resistance' needs --resistance"),
        (["Si", "Ge", "-t", "-3"], "--temperature is '-3'; it must be above 0 K"),
        (["Si", "Ge", "-t", "3 nm"], "'3 nm' has the unit 'nm', which is not a temperature"),
        (["Si", "Ge", "--model", "mixed", "--specularity", "2"], "must lie in [0, 1]"),
        (["Si", "Ge", "--model", "mixed", "--specularity", "x"], "is 'x'; give a number"),
        (["Si", "Ge", "--model", "mixed"], "either specularity= or rms="),
        (["Si", "Ge", "--plot", "a.xyz"], "'a.xyz' ends in '.xyz'; use .pdf, .png, .svg"),
    ],
)
def test_bad_options_are_named(capsys, arguments, message):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert message in err
    assert "│" not in out


def test_a_known_resistance_is_of_one_temperature_and_drawn_where_it_can_be(capsys, tmp_path):
    """Below some temperature phonons cannot carry what 1/R asks for; the curve begins there."""
    figure = tmp_path / "known.png"
    code, out, err = run(
        capsys, "Si", "Ge", "--model", "resistance", "--resistance", "10 m2K/GW",
        "--plot", str(figure),
    )  # fmt: skip
    assert code == 0, err
    assert [line.split()[0] for line in out.splitlines() if line.startswith("300 ")] == ["300"]
    assert figure.stat().st_size > 10_000
    code, out, err = run(
        capsys, "Si", "Ge", "-t", "1", "--model", "resistance", "--resistance", "1e-8"
    )
    assert code == 2
    assert out == ""
    assert "less than phonons allow at 1 K" in err


def test_a_pressed_contact_is_drawn_without_a_note_for_every_temperature(capsys, tmp_path):
    code, _, err = run(
        capsys, "Si", "Ge", "--model", "pressed", "--pressure", "1 MPa", "--hardness", "1 GPa",
        "--slope", "0.1", "--rms", "1 um", "--plot", str(tmp_path / "pressed.png"),
    )  # fmt: skip
    assert code == 0
    assert err.count("bte: note: pressed contact") <= 2


def test_it_says_what_phonons_leave_out(capsys):
    code, out, err = run(capsys, "He4", "Cu", "-t", "0.5", "300")
    assert code == 0
    assert "'He4' is meant for 0.05 to 1 K, not for 300 K" in err
    assert "'Cu' is its lattice alone: electrons carry 96 %" in err
    assert max(map(len, out.splitlines())) <= 100
    code, _, err = run(capsys, "Si", "Ge", "-t", "77", "300")
    assert err == ""


def test_cutoffs_of_published_tables_are_told_apart(capsys):
    _, out, _ = run(capsys, "Si", "Ge", "-t", "300", "--cutoff", "min")
    assert "G and R above have cut-offs 'min'" in out
