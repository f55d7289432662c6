from __future__ import annotations

import io

import pytest
from rich.console import Console

from bte.cli.screen import print_table
from bte.post.tables import Table
from bte.progress import clock, fraction_done, progress, time_left


def test_no_number_is_cut_on_a_narrow_terminal():
    rows = tuple(
        (f"part {i}", f"model {i}", *(f"{i}.{c}2345678901" for c in range(8))) for i in range(3)
    )
    table = Table("Wide", ("part", "model", *(f"column {c}" for c in range(8))), rows, keys=2)
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    print_table(table, console)
    shown = console.file.getvalue()
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    for row in rows:
        assert all(cell in shown for cell in row)
    assert shown.count("part 0") == shown.count("model 0") == 2
    narrow = Table("Narrow", ("part", "x"), (("a", "1.5"),))
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    print_table(narrow, console)
    assert "1.5" in console.file.getvalue()
    assert "┃" in console.file.getvalue()


def test_progress_is_none_when_quiet_or_no_terminal():
    with progress("x", Console(file=io.StringIO())) as callback:
        assert callback is None
    with progress("x", Console(file=io.StringIO(), force_terminal=True), quiet=True) as callback:
        assert callback is None


def test_progress_shows_sweep_residual_energy_and_time_left():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=160)
    with progress("phonon BTE", console) as callback:
        callback(1, 1.0, 0.5, 1e-6)
        callback(7, 1e-3, 1e-4, 1e-6)
    shown = stream.getvalue()
    for word in ("sweep   7", "residual 1.0e-03", "energy 1.0e-04", "left"):
        assert word in shown


def test_progress_fits_a_terminal_of_80_columns():
    stream = io.StringIO()
    with progress("phonon BTE", Console(file=stream, force_terminal=True, width=80)) as callback:
        callback(7, 1e-3, 1e-4, 1e-6)
    shown = stream.getvalue()
    assert "energy 1.0e-04" in shown
    assert "…" not in shown


def test_time_left_follows_the_decades():
    assert fraction_done(1.0, 1e-3, 1e-6) == pytest.approx(0.5)
    assert fraction_done(1.0, 1e-7, 1e-6) == 1.0
    assert fraction_done(1.0, 2.0, 1e-6) == 0.0
    assert fraction_done(1.0, float("nan"), 1e-6) == 0.0
    assert time_left(10.0, 0.5) == pytest.approx(10.0)
    assert time_left(10.0, 0.0) is None
    assert [clock(None), clock(75.0), clock(3725.0)] == ["-:--", "1:15", "1:02:05"]
