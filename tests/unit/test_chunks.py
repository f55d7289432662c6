"""Profiles from the text of LAMMPS' fix ave/chunk."""

from __future__ import annotations

import numpy as np
import pytest

import bte
from bte.errors import BteError, BteWarning

TITLE = (
    "# Chunk-averaged data for fix profile and group all\n"
    "# Timestep Number-of-chunks Total-count\n"
    "# Chunk Coord1 Ncount v_T density/mass\n"
)


def text(steps=6, chunks=20, seed=0, noise=0.0, title=TITLE):
    """Two lines, 5 K apart at 50 Å, in a box of 100 Å; three runs of one temperature each."""
    rng = np.random.default_rng(seed)
    lines = [title.rstrip("\n")]
    for step in range(steps):
        lines.append(f"{1000 * (step + 1)} {chunks} {40 * chunks}")
        for chunk in range(chunks):
            x = (chunk + 0.5) * 100.0 / chunks
            t = 320.0 - 0.2 * x - (5.0 if x > 50.0 else 0.0) + noise * rng.normal()
            lines.append(f"  {chunk + 1} {x:g} {40 + step} {t:.6f} 2.33")
    return "\n".join(lines) + "\n"


def write(tmp_path, content):
    path = tmp_path / "temp.profile"
    path.write_text(content)
    return path


def test_a_file_is_measured(tmp_path):
    path = write(tmp_path, text())
    found = bte.measure_interface(path, flux=1e9, at="5 nm", column="v_T")
    assert found.jump == pytest.approx(5.0, abs=1e-5)
    assert found.slopes == pytest.approx((-0.2e10, -0.2e10), rel=1e-5)
    assert found.conductivities == pytest.approx((0.5, 0.5), rel=1e-5)
    assert found.conductance == pytest.approx(2e8, rel=1e-5)
    assert found.errors == "blocks"
    assert "temp.profile" in found.sides[0].name


def test_noise_gives_an_interval_from_the_blocks(tmp_path):
    path = write(tmp_path, text(steps=40, chunks=50, noise=1.0))
    found = bte.measure_interface(path, flux=1e9, at="5 nm", column="v_T", window=0.8)
    low, high = found.jump.interval
    assert low < 5.0 < high
    # sigma/sqrt(blocks points) of a line continued to its end, both sides
    assert found.jump.error == pytest.approx(2 * np.sqrt(2) / np.sqrt(40 * 20), rel=0.5)


def test_blocks_are_skipped_and_weighted_by_atoms(tmp_path):
    path = write(tmp_path, text(steps=2, noise=1.0))
    both = bte.Profile.read_lammps(path, "v_T")
    last = bte.Profile.read_lammps(path, "v_T", skip=-1)
    late = bte.Profile.read_lammps(path, "v_T", skip=1)
    assert np.array_equal(last.temperature, late.temperature)
    assert len(both.blocks) == 2
    assert len(last.blocks) == 1
    expected = (40 * both.blocks[0] + 41 * both.blocks[1]) / 81
    assert both.temperature == pytest.approx(expected, rel=1e-12)
    assert both.weight == pytest.approx(81.0)


def test_units_of_length_and_temperature(tmp_path):
    path = write(tmp_path, text(title=TITLE.replace(" v_T density/mass", " temp rho")))
    profile = bte.Profile.read_lammps(path, "temp", unit="nm")
    assert profile.position[-1] == pytest.approx(97.5e-9)
    reduced = bte.Profile.read_lammps(path, "temp", unit=3.405e-10, temperature_unit=119.8)
    assert reduced.position[-1] == pytest.approx(97.5 * 3.405e-10)
    assert reduced.temperature[0] == pytest.approx(119.8 * profile.temperature[0])
    with pytest.raises(BteError, match="unit"):
        bte.Profile.read_lammps(path, "temp", unit="furlong")
    with pytest.raises(BteError, match="must be positive"):
        bte.Profile.read_lammps(path, "temp", unit=-1.0)


def test_empty_chunks_do_not_count(tmp_path):
    lines = text(steps=2, chunks=4).splitlines()
    lines[4] = "  1 12.5 0 0 0"  # empty in the first block
    lines[12] = lines[7] = "  4 87.5 0 0 0"  # empty in both
    profile = bte.Profile.read_lammps(write(tmp_path, "\n".join(lines) + "\n"), "v_T")
    assert len(profile.position) == 3
    assert profile.temperature[0] == pytest.approx(317.5)
    assert profile.weight[0] == 41.0


def test_appended_runs_and_windows_line_ends(tmp_path):
    path = write(tmp_path, text(steps=2).replace("\n", "\r\n") + text(steps=1))
    assert len(bte.Profile.read_lammps(path, "v_T").blocks) == 3


def test_one_column_needs_no_name(tmp_path):
    path = write(tmp_path, text(steps=1).replace(" density/mass", "").replace(" 2.33", ""))
    assert bte.Profile.read_lammps(path).temperature[0] == pytest.approx(319.5)


def test_a_truncated_last_block_is_left_out(tmp_path):
    whole = text(steps=3)
    for cut in (3, 9, 200):  # in the middle of a number, of a line, of the block
        path = write(tmp_path, whole[:-cut] if cut != 3 else whole[:-9] + "e")
        with pytest.warns(BteWarning, match=r"timestep 3000 in line 46.* of 20 chunks"):
            assert len(bte.Profile.read_lammps(path, "v_T").blocks) == 2
    path = write(tmp_path, text(steps=1)[:-30])
    with (
        pytest.warns(BteWarning, match="is left out"),
        pytest.raises(BteError, match="no complete block"),
    ):
        bte.Profile.read_lammps(path, "v_T")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (("  3 12.5 40 ", "  3 12.5 "), r"line 7: '3 12.5 .* has 4 words, the title names 5"),
        (("  3 12.5 40 ", "  3 x 40 "), r"line 7: '3 x 40 .* must be 5 finite numbers"),
        (("  3 12.5 40 ", "  3 nan 40 "), r"line 7: .* must be 5 finite numbers"),
        (("1000 20 800", "1000 ? 800"), r"line 4: '1000 \? 800' is no head of a block"),
        (("1000 20 800", "1000 19 800"), r"line 24: '20 97.5 .* is no head of a block"),
        (("# Chunk C", "# Piece C"), "no line '# Chunk Coord1"),
        (("  3 12.5 41 ", "  3 13.5 41 "), "'Coord1' changes from block to block"),
    ],
)
def test_malformed_files_name_the_line(tmp_path, change, match):
    path = write(tmp_path, text().replace(*change))
    with pytest.raises(BteError, match=match):
        bte.Profile.read_lammps(path, "v_T")


def test_blocks_of_other_sizes(tmp_path):
    path = write(tmp_path, text(steps=1) + text(steps=1, chunks=10, title="#"))
    with pytest.raises(BteError, match=r"line 26: 10 chunks, the block of line 4 has 20"):
        bte.Profile.read_lammps(path, "v_T")


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({}, r"2 columns of values \('v_T', 'density/mass'\)"),
        ({"column": "v_t"}, "did you mean 'v_T'"),
        ({"column": "v_T", "coordinate": "Coord2"}, "column 'Coord2' does not exist"),
        ({"column": "v_T", "skip": 6}, "has 6 blocks and skip=6 leaves none"),
        ({"column": "v_T", "skip": -7}, "has 6 blocks and skip=-7 leaves none"),
    ],
)
def test_bad_choices(tmp_path, options, match):
    path = write(tmp_path, text())
    with pytest.raises(BteError, match=match):
        bte.Profile.read_lammps(path, **options)


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(BteError, match="cannot be read"):
        bte.Profile.read_lammps(tmp_path / "none.profile")
    with pytest.raises(BteError, match="no line '# Chunk"):
        bte.Profile.read_lammps(write(tmp_path, ""))
    with pytest.raises(BteError, match="no complete block"):
        bte.Profile.read_lammps(write(tmp_path, TITLE), "v_T")
    with pytest.raises(BteError, match="no points behind"):
        bte.measure_interface(write(tmp_path, text()), flux=1e9, at="20 nm", column="v_T")
