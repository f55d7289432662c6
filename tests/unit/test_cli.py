from __future__ import annotations

import json
import subprocess
import sys

import pytest

import bte.cli.run
from bte.cli import main
from bte.compare import Comparison
from bte.errors import BteError

CASE = """
title = "Two layers"
[mesh]
line = [0, "50 nm", "100 nm"]
cells = [6, 6]
regions = ["film", "base"]
boundaries = ["hot", "cold"]
[materials]
film = "Si"
base = "Ge"
[boundaries]
hot = {type = "Isothermal", temperature = 301.0}
cold = {type = "Isothermal", temperature = 299.0}
[solve]
bands = 4
polars = 4
"""


@pytest.fixture
def case(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "layers.toml"
    path.write_text(CASE)
    return path


def test_run_writes_everything_and_says_where(case, tmp_path, capsys):
    assert main(["run", str(case), "--quiet", "--threads", "1"]) == 0
    out = capsys.readouterr().out
    folder = tmp_path / "results" / "layers"
    names = {file.name for file in folder.iterdir()}
    assert {"bte.vtu", "kapitza.vtu", "bte.h5", "figure.png", "results.json"} <= names
    assert "report.html" in names
    for word in ("Comparison of models", "Power balance", "film | base", "Thermal resistance"):
        assert word in out
    assert "figure.png" in out
    numbers = json.loads((folder / "results.json").read_text())
    assert numbers["comparison"]["reference"] == "bte"
    bte_numbers = numbers["models"]["bte"]
    assert bte_numbers["converged"] is True
    assert bte_numbers["ledger"]["relative"] < 1e-8
    # Near the ballistic limit the flux is well below that of Fourier and Kapitza.
    assert (
        0.3
        < bte_numbers["ledger"]["power_out"] / (numbers["models"]["kapitza"]["ledger"]["power_out"])
        < 0.6
    )
    assert "Two layers" in (folder / "report.html").read_text()
    assert numbers["title"] == "Two layers"
    assert numbers["bte_version"] == bte.__version__
    assert numbers["case"] == CASE


@pytest.mark.parametrize("stop", [KeyboardInterrupt, BteError("no ink")])
def test_a_stop_while_writing_leaves_the_old_results(case, tmp_path, capsys, monkeypatch, stop):
    assert main(["run", str(case), "--quiet"]) == 0
    assert "(replaced)" not in capsys.readouterr().out
    folder = tmp_path / "results" / "layers"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def stopped(*_, **__):
        raise stop

    monkeypatch.setattr(Comparison, "to_html", stopped)
    assert main(["run", str(case), "--quiet"]) == (130 if stop is KeyboardInterrupt else 2)
    assert "nothing was written over" in capsys.readouterr().err or stop is not KeyboardInterrupt
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(case), "--quiet"]) == 0
    assert capsys.readouterr().out.count("(replaced)") == len(before)


def test_an_interrupt_while_libraries_load_is_code_130(capsys, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("bte.cli.parser.run_command", stopped)
    assert main(["materials"]) == 130
    assert capsys.readouterr().err == "bte: interrupted; nothing was written over\n"


def test_show_and_compare_saved_solutions(case, tmp_path, capsys):
    main(["run", str(case), "--quiet", "--output", "out"])
    capsys.readouterr()
    assert main(["show", "out/bte.h5"]) == 0
    assert capsys.readouterr().out.startswith("out/bte.h5\nphonon BTE: converged")
    assert main(["show", "out/kapitza.h5"]) == 0
    assert "Fourier + Kapitza: solved directly, energy" in capsys.readouterr().out
    assert main(["compare", "out/bte.h5", "out/slip.h5", "--html", "again.html"]) == 0
    assert "+ slip" in capsys.readouterr().out
    assert (tmp_path / "again.html").exists()


def test_a_study_of_two_transport_solutions(case, capsys):
    main(["run", str(case), "--quiet", "--output", "coarse"])
    case.write_text(CASE.replace("cells = [6, 6]", "cells = [8, 8]"))
    main(["run", str(case), "--quiet", "--output", "fine"])
    capsys.readouterr()
    assert main(["compare", "fine/bte.h5", "coarse/bte.h5", "--html", "study.html"]) == 0
    captured = capsys.readouterr()
    assert "coarse/bte.h5" in captured.out
    assert "no continuum model" in captured.out
    assert "different meshes" in captured.err


def test_compare_case_writes_nothing(case, tmp_path, capsys):
    assert main(["compare", str(case), "--tolerance", "0.9"]) == 0
    assert "suffices within 90 % in peak rise and resistance" in capsys.readouterr().out
    assert [file.name for file in tmp_path.iterdir()] == ["layers.toml"]


def test_dry_run_computes_nothing(case, tmp_path, capsys):
    assert main(["run", str(case), "--dry-run"]) == 0
    captured = capsys.readouterr()
    assert "lanes" in captured.out
    assert "MB" in captured.out
    assert "note: interface 'film' / 'base': no model given, DMM is used" in captured.err
    assert [file.name for file in tmp_path.iterdir()] == ["layers.toml"]


def test_errors_are_one_line_and_code_2(case, tmp_path, capsys):
    case.write_text(CASE.replace("bands", "bnads"))
    assert main(["run", str(case)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("bte: error: case '")
    assert "did you mean 'bands'" in err
    assert err.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["layers.toml"]


def test_output_that_is_a_file_stops_before_the_solve(case, capsys):
    assert main(["run", str(case), "--output", str(case / "deep")]) == 2
    assert "is a file" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["/proc", "/proc/results"])
@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_output_that_cannot_be_written_stops_early(case, capsys, monkeypatch, place, more):
    monkeypatch.setattr(bte.cli.run, "_solve", None)
    assert main(["run", str(case), "--output", place, *more]) == 2
    err = capsys.readouterr().err.splitlines()[-1]
    assert err.startswith(f"bte: error: output directory '{place}' cannot be")


def test_notes_are_said_once(case, capsys):
    assert main(["run", str(case), "--threads", "1"]) == 0
    notes = [line for line in capsys.readouterr().err.splitlines() if "note" in line]
    assert len(notes) == len(set(notes)) > 0


def test_not_converged_is_code_1_with_a_warning(case, capsys):
    case.write_text(CASE + "max_sweeps = 2\n")
    assert main(["run", str(case), "--quiet"]) == 1
    captured = capsys.readouterr()
    assert "bte: warning: not converged" in captured.err
    assert "NO" in captured.out


def test_materials(capsys):
    assert main(["materials"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("Si", "Ge", "SiO2"))
    assert "16.9 of 401" in out
    assert max(map(len, out.splitlines())) <= 120
    assert main(["materials", "Si", "--temperature", "200 K"]) == 0
    assert "at 200 K" in capsys.readouterr().out
    assert main(["materials", "Sj"]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_materials_are_drawn(tmp_path, capsys):
    path = tmp_path / "si.png"
    assert main(["materials", "Si", "--plot", str(path)]) == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    assert f"drawn in {path}" in capsys.readouterr().out
    assert main(["materials", "Si", "Ge", "--plot", str(path)]) == 2
    assert "--plot draws one material, and 2 are named" in capsys.readouterr().err
    assert main(["materials", "Si", "--plot", str(tmp_path / "si.jpgx")]) == 2
    captured = capsys.readouterr()
    assert "ends in '.jpgx'; use .pdf, .png, .svg" in captured.err
    assert captured.out == ""


def test_materials_outside_their_range_have_no_values(capsys):
    assert main(["materials", "--temperature", "4 K"]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    assert rows["He4"].split()[1:5] == ["4", "-", "-", "unverified"]
    assert rows["Si"].split()[1] == "4"


def test_mesh_describes_and_writes(tmp_path, capsys):
    from bte.mesh import Mesh

    Mesh.box((1e-7, 1e-7, 1e-7), (2, 2, 2)).write(tmp_path / "a.msh", unit="nm")
    copy = tmp_path / "b.msh"
    assert main(["mesh", str(tmp_path / "a.msh"), "--unit", "nm", "-o", str(copy)]) == 0
    out = capsys.readouterr().out
    assert "48 cells" in out
    assert "dihedral angles 45.0 … 90.0 degrees" in out
    assert Mesh.read(copy, unit="nm").volumes.sum() == pytest.approx(1e-21)


def test_mesh_errors(tmp_path, capsys):
    assert main(["mesh", "device.step"]) == 2
    assert "add --size" in capsys.readouterr().err
    assert main(["mesh", str(tmp_path / "none.msh")]) == 2
    (tmp_path / "cut.msh").write_text("$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n3\n1 0 0")
    assert main(["mesh", str(tmp_path / "cut.msh")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_mesh_output_is_refused_before_meshing(tmp_path, capsys):
    assert main(["mesh", str(tmp_path / "none.step"), "--size", "1 nm", "-o", "a.vtu"]) == 2
    assert "'a.vtu': meshes are gmsh files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["materials", "--temperature=-5K"], "--temperature is '-5K'; it must be above 0 K"),
        (["mesh", "a.step", "--size", "-12 nm"], "--size is '-12 nm'; it must be positive"),
        (["mesh", "a.step", "--size", "1 nm", "--sizes", "fin"], "write it as fin=2nm"),
        (["mesh", "a.step", "--size", "1 nm", "--grading", "x"], "--grading is 'x'; it must be"),
        (["mesh", "a.msh", "--size", "1 nm"], "'a.msh' is no CAD file, so --size"),
        (["show", "a.vtu"], "only .h5 files can be shown"),
    ],
)
def test_wrong_values_are_one_sentence(arguments, said, capsys):
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_threads_must_be_a_number(capsys):
    with pytest.raises(SystemExit):
        main(["run", "x", "--threads", "x"])
    assert "argument --threads: 'x' is not a positive whole number" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["run"], ["fly"], ["run", "x", "--threads", "0"]])
def test_wrong_usage_is_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("bte ")


def test_a_closed_pipe_is_no_error():
    code = "import sys; from bte.cli import main; sys.exit(main(['materials', 'Si', 'Ge']))"
    command = f'{sys.executable} -c "{code}" | true'
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stderr == ""
