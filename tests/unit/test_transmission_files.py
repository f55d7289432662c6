"""Tables of transmission from files: what is read, and the sentences that refuse the rest."""

import h5py
import numpy as np
import pytest

import bte
from bte.conditions.interface import transmission_table
from bte.conditions.pair import make_pair

THZ = 2e12 * np.pi
OMEGA = np.linspace(0.0, 20.0, 41) * THZ
COSINES = np.linspace(0.0, 1.0, 11)


def t_of(omega, mu=1.0, scale=1.0):
    """Return a fraction that falls with frequency and grows with the cosine; small enough."""
    return scale * 0.2 * np.exp(-omega / (6.0 * THZ)) * (0.5 + 0.5 * mu)


@pytest.fixture(scope="module")
def pair():
    return make_pair(bte.material("Si"), bte.material("Ge"), 300.0, bands=8)


def write(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def lines_of(branches=("",), cosines=(None,), frequencies=OMEGA, unit="rad/s", factor=1.0):
    """Return the lines of a table over branches, frequencies and cosines."""
    header = [f"frequency [{unit}]", "cos", "branch", "transmission"]
    kept = [0] + [1] * (cosines != (None,)) + [2] * (branches != ("",)) + [3]
    rows = ["# made up", ",".join(header[i] for i in kept)]
    for n, branch in enumerate(branches):
        for w in frequencies:
            for mu in cosines:
                t = t_of(w, 1.0 if mu is None else mu, 1.0 / (n + 1))
                row = [repr(float(w) / factor), repr(mu), branch, repr(float(t))]
                rows.append(",".join(row[i] for i in kept))
    return rows


def same(found, wanted):
    np.testing.assert_allclose(found.forward, wanted.forward, rtol=1e-12)
    np.testing.assert_allclose(found.backward, wanted.backward, rtol=1e-12)


def test_frequencies_in_radians_and_in_hertz(tmp_path, pair):
    given = transmission_table(bte.Transmission((OMEGA, t_of(OMEGA))), pair)
    for unit, factor in (("rad/s", 1.0), ("Trad/s", 1e12), ("THz", THZ)):
        path = write(tmp_path / "t.csv", lines_of(unit=unit, factor=factor))
        same(transmission_table(bte.Transmission(path), pair), given)
    assert given.name == "Transmission(table of 41 frequencies)"
    assert transmission_table(bte.Transmission(str(path)), pair).name == "Transmission(t.csv)"


def test_other_separators(tmp_path, pair):
    given = transmission_table(bte.Transmission((OMEGA, t_of(OMEGA))), pair)
    for mark in ";\t":
        path = write(tmp_path / "t.txt", [line.replace(",", mark) for line in lines_of()])
        same(transmission_table(bte.Transmission(path), pair), given)


def test_angles_and_branches(tmp_path, pair):
    grid = t_of(OMEGA[:, None], COSINES[None])
    curves = {"LA": (OMEGA, COSINES, grid), "TA": (OMEGA, COSINES, 0.5 * grid)}
    given = transmission_table(bte.Transmission(curves), pair)
    path = write(tmp_path / "t.csv", lines_of(("LA", "TA"), tuple(COSINES.tolist())))
    same(transmission_table(bte.Transmission(path), pair), given)


@pytest.mark.parametrize("angle", [False, True])
@pytest.mark.parametrize("branches", [(), ("LA", "TA")])
def test_grids_of_hdf5(tmp_path, pair, angle, branches):
    path = tmp_path / "t.h5"
    grid = t_of(OMEGA[:, None], COSINES[None]) if angle else t_of(OMEGA)
    stack = np.stack([grid / (n + 1) for n in range(len(branches))]) if branches else grid
    with h5py.File(path, "w") as file:
        file["frequency"] = OMEGA / THZ
        file["frequency"].attrs["units"] = "THz"
        if angle:
            file["angle"] = np.degrees(np.arccos(COSINES))
            file["angle"].attrs["units"] = "deg"
        if branches:
            file["branch"] = np.array(branches, dtype="S")
        file["transmission"] = stack
    curve = (OMEGA, COSINES, grid) if angle else (OMEGA, grid)
    wanted = curve
    if branches:
        wanted = {n: (*curve[:-1], curve[-1] / (i + 1)) for i, n in enumerate(branches)}
    same(
        transmission_table(bte.Transmission(path), pair),
        transmission_table(bte.Transmission(wanted), pair),
    )


def test_columns_of_hdf5(tmp_path, pair):
    path = tmp_path / "t.hdf5"
    w, mu = (x.ravel() for x in np.meshgrid(OMEGA, COSINES, indexing="ij"))
    with h5py.File(path, "w") as file:
        file["frequency"], file["cos"], file["transmission"] = w, mu, t_of(w, mu)
        file["frequency"].attrs["units"] = "rad/s"
    given = bte.Transmission((OMEGA, COSINES, t_of(OMEGA[:, None], COSINES[None])))
    same(transmission_table(bte.Transmission(path), pair), transmission_table(given, pair))


HEAD = "frequency [THz], transmission"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "'t.csv' is empty; it needs a line of names and lines of numbers"),
        ([HEAD], "is empty"),
        (["1, 0.5", "2, 0.4"], "column '1' does not exist"),
        (["omega [THz], transmission", "1, 0.5"], "column 'omega' does not exist"),
        (["frequency [THz], transmision", "1, 0.5"], "did you mean 'transmission'"),
        (["frequency [THz], cos", "1, 0.5"], "has no column 'transmission' .it has: 'freq"),
        (["frequency, transmission", "1, 0.5"], "gives no unit of the frequency; call the column"),
        (["frequency [nm], transmission", "1, 0.5", "2, 0.5"], "is not an angular frequency"),
        ([HEAD, "1, x", "2, 0.5"], "line 2, has transmission = 'x', which is no number"),
        ([HEAD, "1, 0.5, 3", "2, 0.5"], "line 2, has 3 values for 2 columns"),
        ([HEAD, "1, 0.5", "1, 0.4"], r"6.28319e\+12 rad/s twice among its frequencies; keep one"),
        ([HEAD, "2, 0.5", "1, 0.4"], r"unsorted frequencies: 6.28319e\+12 rad/s after 1.25664e"),
        ([HEAD, "-1, 0.5", "1, 0.4"], "must be >= 0"),
        ([HEAD, "1, 0.5", "nan, 0.4"], r"frequencies\[1\] = nan; they must be finite"),
        ([HEAD, "1, 0.5", "2, nan"], r"in \[0, 1\], but is nan at omega = 1.25664e\+13 rad/s"),
        ([HEAD, "1, 0.5", "2, 1.2"], r"in \[0, 1\], but is 1.2 at omega = 1.25664e\+13 rad/s"),
        ([HEAD, "1, 0.5"], r"frequencies of shape \(1,\); give a list of two or more"),
        (["frequency [THz], transmission, transmission", "1, 0.5, 0.5"], "two columns 'transm"),
        (["frequency [THz], cos, angle [deg], transmission", "1,1,0,0.5"], "'cos' and 'angle'"),
        (["frequency [THz], angle, transmission", "1,0,0.5"], "must be 'angle .deg.'"),
        (["frequency [THz], angle [deg], transmission", "1,120,0.5"], "outside 0 to 90 degrees"),
        (
            ["frequency [THz], cos, transmission", "1,0,0.5", "1,1,0.5", "2,0,0.5"],
            "other angles at one frequency than at another",
        ),
        (
            ["frequency [THz], cos, transmission"]
            + [f"{w}, {m}, 0.5" for w in (1, 2) for m in (0, 1.5)],
            r"cosines of 1.5; they must be in \[0, 1\]",
        ),
    ],
)
def test_tables_that_cannot_be(tmp_path, lines, sentence):
    with pytest.raises(bte.BteError, match=sentence):
        bte.Transmission(write(tmp_path / "t.csv", lines))


def test_files_that_are_none(tmp_path):
    with pytest.raises(bte.BteError, match=r"'no.csv' does not exist"):
        bte.Transmission(tmp_path / "no.csv")
    with pytest.raises(bte.BteError, match=r"has the ending '.xlsx', which says no format; use"):
        bte.Transmission("t.xlsx")
    binary = tmp_path / "t.csv"
    binary.write_bytes(b"\x89HDF\r\n\x1a\n\xff\xfe")
    with pytest.raises(bte.BteError, match=r"'t.csv' is no text"):
        bte.Transmission(binary)
    text = write(tmp_path / "t.h5", [HEAD, "1, 0.5"])
    with pytest.raises(bte.BteError, match=r"'t.h5' is no HDF5 file, or a broken one"):
        bte.Transmission(text)
    with h5py.File(tmp_path / "e.h5", "w") as file:
        file["states"] = np.ones(3)
    with pytest.raises(bte.BteError, match="column 'states' does not exist"):
        bte.Transmission(tmp_path / "e.h5")
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file["frequency"], file["transmission"] = np.arange(3.0), np.ones((3, 2))
        file["frequency"].attrs["units"] = "THz"
    with pytest.raises(bte.BteError, match=r"transmission of shape \(3, 2\); its axes have \(3,"):
        bte.Transmission(tmp_path / "f.h5")


def test_a_table_must_cover_the_bands(tmp_path, pair):
    short = OMEGA[OMEGA < 4.0 * THZ]
    for values, refused in ((t_of(short), True), (np.append(t_of(short)[:-1], 0.0), False)):
        model = bte.Transmission((short, values))
        if refused:
            sentence = (
                r"frequencies from 0 to 21.99 Trad/s, and \d+.* % of the flux that could pass"
            )
            with pytest.raises(bte.BteError, match=sentence):
                transmission_table(model, pair)
        else:  # it ends with nothing: nothing passes beyond
            top = pair.band_edges[:-1] > short[-1]
            assert (transmission_table(model, pair).forward[top] == 0.0).all()
    grazing = bte.Transmission((OMEGA, [0.5, 1.0], np.full((41, 2), 0.1)))
    with pytest.raises(bte.BteError, match=r"cosines from 0.5 to 1, and 25 % of the flux"):
        transmission_table(grazing, pair)


def test_end_values_continue_where_little_flux_lies(pair, caplog):
    caplog.set_level("INFO", logger="bte")
    start = OMEGA[1:]
    table = transmission_table(bte.Transmission((start, np.full(40, 0.1))), pair)
    np.testing.assert_allclose(table.forward[table.forward > 0], 0.1, rtol=1e-12)
    assert "% of the flux lies outside, where its end values continue" in caplog.text
