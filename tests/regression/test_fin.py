"""The main job: the fin, from its mesh to the comparison, as a user runs it.

| value | | tolerance, and why |
|---|---|---|
| peak rise, BTE | 23.25 K | 1 %: solver and mesh are far below; the library may be refined |
| peak rise, + Kapitza | 5.82 K | 1 %: the same |
| sweeps | 16 | 40: the limit we promise |
| energy balance | | 1e-8: what converged means |
| memory | 0.4 GB | 1.5 GB: the limit we promise |
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CASE = Path(__file__).parents[2] / "examples" / "fin.toml"

SCRIPT = """
import json, resource, sys
from bte.cli import main
code = main(["run", sys.argv[1], "--output", sys.argv[2], "--quiet"])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
json.dump({"code": code, "gigabytes": peak}, open(sys.argv[2] + "/run.json", "w"))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the case in a process of its own and return its folder."""
    folder = tmp_path_factory.mktemp("fin")
    command = [sys.executable, "-c", SCRIPT, str(CASE), str(folder)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder


@pytest.fixture(scope="module")
def numbers(run):
    return json.loads((run / "results.json").read_text())


def test_it_writes_everything(run):
    names = {path.name for path in run.iterdir()}
    assert {"figure.png", "results.json", "report.html", "bte.vtu", "kapitza.vtu"} <= names
    assert json.loads((run / "run.json").read_text())["code"] == 0


def test_memory(run):
    assert json.loads((run / "run.json").read_text())["gigabytes"] < 1.5


def test_bte(numbers):
    bte = numbers["models"]["bte"]
    assert bte["converged"]
    assert bte["iterations"] <= 40
    assert bte["settings"]["ordinates"] >= 64
    assert bte["ledger"]["relative"] <= 1e-8
    assert bte["peak_temperature_rise"] == pytest.approx(23.25, rel=0.01)
    assert bte["boundaries"]["sink"]["power"] == pytest.approx(-5e-6, rel=1e-6)


def test_fourier(numbers):
    kapitza = numbers["models"]["kapitza"]
    assert kapitza["peak_temperature_rise"] == pytest.approx(5.82, rel=0.01)
    assert kapitza["boundaries"]["sink"]["power"] == pytest.approx(-5e-6, rel=1e-9)
