"""Comma-separated tables of modes and bands: written from known modes, read back."""

import re

import mode_files
import numpy as np
import pytest

from bte.errors import MaterialError
from bte.materials import Material
from bte.materials.importers import read_csv


@pytest.fixture(scope="module")
def si():
    return mode_files.Silicon()


def csv_text(si, header, columns, rows=slice(None)):
    values = np.column_stack(columns)[rows]
    return "\n".join([header, *(",".join(f"{x:.12g}" for x in row) for row in values)]) + "\n"


@pytest.mark.parametrize("form", ["vectors", "speeds", "paths"])
def test_csv(tmp_path, si, form):
    arrays = mode_files.openbte_arrays(si)
    kept = arrays["scattering_time"] > 0
    tau, c, v, f = (arrays[k][kept] for k in list(arrays)[:4])
    speed = np.linalg.norm(v, axis=1)
    if form == "vectors":
        head = "# Si\nfrequency [THz], vx [km/s], vy [km/s], vz [km/s], tau [ps], C [kJ/m3/K]"
        columns = [f * 1e-12, v * 1e-3, tau * 1e12, c * 1e-3]
    elif form == "speeds":
        head = "omega [rad/s],v [m/s],lifetime [s],C,branch"
        columns = [f * 2 * np.pi, speed, tau, c, np.arange(len(c)) % 6]
    else:
        head = "T [K],C [J/m3/K],v,mfp [nm]"
        columns = [np.full(len(c), 300), c, speed, speed * tau * 1e9]
    path = tmp_path / "si.csv"
    path.write_text(csv_text(si, head, columns))
    (table,) = read_csv(path, None if form == "paths" else 300.0)
    assert table.isotropic == (form != "vectors")
    assert table.has_frequencies == (form != "paths")
    kappa = si.conductivity()
    assert np.trace(table.conductivity()) == pytest.approx(np.trace(kappa), rel=1e-6)
    assert table.total_heat_capacity() == pytest.approx(si.total(), rel=1e-6)
    if form == "vectors":
        assert table.conductivity() == pytest.approx(kappa, rel=1e-6, abs=1e-4)
    if form == "speeds":
        assert table.branch_names == ("0", "1", "2", "3", "4", "5")


BANDS = """T [K], frequency [THz], v [m/s], mfp [nm], C [MJ/m3/K], branch
300, 2, 6000, 400, 0.4, LA
300, 4, 4000, 100, 0.6, TA
300, 12, 0, 0, 0.5, O
400, 2, 6000, 250, 0.42, LA
400, 4, 4000, 70, 0.63, TA
400, 12, 0, 0, 0.6, O
"""


def test_csv_of_bands_at_two_temperatures(tmp_path):
    path = tmp_path / "bands.csv"
    path.write_text(BANDS)
    made = Material.from_csv(path, name="two bands")
    kappa = (0.4e6 * 6000 * 400e-9 + 0.6e6 * 4000 * 100e-9) / 3
    assert made.conductivity(300.0) == pytest.approx(kappa, rel=1e-12)
    assert made.heat_capacity(400.0) == pytest.approx(1.65e6, rel=1e-12)
    assert made.modes(300.0).optical == pytest.approx(0.5e6)
    middle = made.modes(np.sqrt(300.0 * 400.0))
    assert middle.mean_free_path == pytest.approx(np.sqrt([400 * 250, 100 * 70]) * 1e-9)
    assert made.bands(np.array([0.0, 1e14]), 300.0).optical == pytest.approx(0.5e6)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mfp [nm]", "mfp [ps]", "unit 'ps', which is not a length"),
        ("mfp [nm]", "length [nm]", "column 'length' does not exist"),
        ("v [m/s]", "vx [m/s]", "give either 'v' or all of 'vx', 'vy', 'vz'"),
        ("mfp [nm]", "C [nm]", "unit 'nm', which is not a heat capacity"),
        ("branch", "tau [s]", "in row 1 of column 'tau'"),
        ("300, 2, 6000, 400, 0.4, LA", "300, 2, 6000, 400", "4 cells in row 1 and 6 columns"),
        ("6000, 400", "6000, -400", "1 of 2 modes beyond Gamma .*1 negative"),
        ("6000, 400", "6000, 0", "1 of 2 modes beyond Gamma"),
        ("6000, 400", "6e6, 400", "group speeds up to 6e.06 m/s"),
        ("0.4, LA", "400, LA", "a heat capacity of 4.01e.08"),
        ("300, 2", "300, 2e6", "frequencies up to"),
        ("0.4, LA", "-0.4, LA", "heat capacities that are not >= 0"),
        ("0.4, LA", "x, LA", "has 'x' in row 1 of column 'C'"),
    ],
)
def test_csv_errors(tmp_path, old, new, message):
    path = tmp_path / "bands.csv"
    path.write_text(BANDS.replace(old, new, 1))
    with pytest.raises(MaterialError, match=message):
        Material.from_csv(path)


def test_csv_needs_rows_and_a_temperature(tmp_path):
    path = tmp_path / "bands.csv"
    path.write_text(BANDS.splitlines()[0])
    with pytest.raises(MaterialError, match="has no rows"):
        Material.from_csv(path)
    text = re.sub(r"^[^,]*, ", "", BANDS, flags=re.M)
    path.write_text(text)
    with pytest.raises(MaterialError, match="has no column 'T'; give temperature="):
        Material.from_csv(path)
    with pytest.raises(MaterialError, match="cannot be read"):
        Material.from_csv(tmp_path / "none.csv")


def test_a_cell_that_is_no_number_is_named_with_its_row(tmp_path):
    path = tmp_path / "bands.csv"
    path.write_text("v, tau, C\n6000, 1e-12, 1e6\n6000, abc, 1e6\n")
    with pytest.raises(MaterialError, match="has 'abc' in row 2 of column 'tau'; give a number"):
        read_csv(path, 300.0)


def test_temperatures_of_a_table_are_numbers(tmp_path):
    path = tmp_path / "bands.csv"
    path.write_text("v, tau, C\n6000, 1e-12, 1e6\n")
    for wrong in ("300 K", -1.0):
        with pytest.raises(MaterialError, match=r"it must be finite and > 0 \[K\]"):
            Material.from_csv(path, wrong)
