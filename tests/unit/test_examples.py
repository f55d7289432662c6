"""The examples run, and each asserts its own number."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from bte.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_script(script, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where it writes
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out


@pytest.mark.parametrize("case", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_case_is_valid(case, capsys):
    assert main(["run", str(case), "--dry-run"]) == 0
    assert "ordinates" in capsys.readouterr().out
