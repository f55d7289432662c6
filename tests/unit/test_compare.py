from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from bte.compare import compare
from bte.errors import BteError
from bte.plot import View, chosen_line, figure
from bte.post import default_section, hot_point, section
from bte.post.tables import percent, quantity, resistance
from fake_solution import (
    HOT,
    KAPPA,
    THICK,
    exact_flux,
    fake_fin,
    fake_solution,
    layer_mesh,
)


@pytest.fixture(scope="module")
def fin():
    return compare(fake_fin(), fake_fin("kapitza", 7.6), fake_fin("fourier", 5.0))


def test_numbers_are_relative_to_the_reference(fin):
    numbers = fin.numbers
    assert numbers["bte"].error == 0.0
    assert numbers["fourier"].peak_error == pytest.approx(5.0 / 8.0 - 1.0)
    assert numbers["kapitza"].peak_error == pytest.approx(7.6 / 8.0 - 1.0)
    assert numbers["kapitza"].power_error == 0.0


def test_sufficient_takes_the_simplest_rung(fin):
    assert fin.sufficient(0.06) == "kapitza"
    assert fin.sufficient(0.5) == "fourier"
    assert fin.sufficient(0.01) is None
    assert "Fourier + Kapitza suffices within 10 % in peak rise and resistance" in fin.verdict(0.1)
    assert "5.0 % off" in fin.verdict(0.01)
    with pytest.raises(BteError, match="tolerance must be positive"):
        fin.sufficient(0.0)


def test_parts_that_differ_are_said(fin):
    assert fin.judge(0.1).level == "good"
    assert fin.judge(0.01).level == "poor"
    bte, other = fake_solution(1, "bte"), fake_solution(1, "slip")
    swapped = other.temperature.copy()
    film = np.repeat(other.mesh.cell_region, 2) == other.mesh.region_names.index("film")
    # The film takes 20 % less and the contact as much more: ends and total stay.
    swapped[film] = HOT - 0.8 * (HOT - swapped[film])
    verdict = compare(bte, replace(other, temperature=swapped)).judge(0.05)
    assert verdict.level == "fair"
    assert verdict.text.endswith("its parts differ by up to 50 %, see the table.")
    page = compare(bte, replace(other, temperature=swapped))
    assert page.panels() == {"bte": "", "slip": "suffices within 5 %"}


def test_a_study_of_one_parameter():
    a, b = fake_solution(2, "bte"), fake_solution(2, "bte", excess=0.1)
    study = compare(a, b)
    assert list(study.numbers) == ["bte", "bte (2)"]
    assert "phonon BTE (2)" in study.verdict()
    assert study.numbers["bte (2)"].peak_error == pytest.approx(0.05)
    named = compare(a, b, labels=["thin", "thick"])
    assert "thick" in named.table()
    assert named.judge().level == "none"
    coarse = replace(fake_fin(), model="bte")
    assert figure(compare(fake_solution(3, "bte"), coarse).by_label).axes


def test_the_best_model_is_drawn_beside_kapitza(fin):
    worse = compare(fake_fin(), fake_fin("kapitza", 7.0), fake_fin("slip", 7.9))
    assert worse.panels() == {"bte": "", "kapitza": "", "slip": "suffices within 5 %"}
    titles = [ax.get_title() for ax in figure(worse.by_label, None, worse.panels()).axes]
    assert titles[2].startswith("Fourier + Kapitza + slip\npeak rise")
    assert titles[2].endswith("suffices within 5 %")
    assert fin.panels(0.06) == {"bte": "", "kapitza": "suffices within 6 %"}
    assert fin.panels(0.01) == {"bte": "", "kapitza": "nearest"}


def test_a_conductance_without_sense_is_a_dash(tmp_path):
    bte = fake_solution(1, "bte")
    contact = bte.interfaces["film", "base"]
    back = replace(contact, heat_flux=-contact.heat_flux)
    odd = replace(bte, interfaces={("film", "base"): back})
    comparison = compare(odd, fake_solution(1, "kapitza"))
    (table,) = [t for t in comparison.tables() if t.title.startswith("Interfaces")]
    assert table.rows[0][-1] == "–"
    assert table.rows[1][-1] == "100 MW/m2K"
    document = json.loads(comparison.to_json(tmp_path / "a.json", {"title": "x"}).read_text())
    assert document["title"] == "x"
    assert document["models"]["bte"]["interfaces"][0]["conductance"] is None
    assert back.conductance == pytest.approx(-1e8)
    assert "–" in odd.summary()


def test_table_has_all_parts(fin):
    text = fin.table()
    for word in (
        "peak rise",
        "Power balance and convergence",
        "Interfaces",
        "Thermal resistance",
        "wall slip",
    ):
        assert word in text
    assert "-37.50 %" in text
    assert str(fin) == text


def test_slab_resistances_in_the_table():
    comparison = compare(fake_solution(1, "bte"), fake_solution(1, "kapitza"))
    (table,) = [t for t in comparison.tables() if t.title.startswith("Thermal resistance")]
    rows = {row[0]: row for row in table.rows}
    assert rows["film"][1] == "25.00"
    assert rows["film | base"][1] == "10.00"
    assert table.header[0] == "part (m2K/GW)"
    assert resistance(THICK / KAPPA["film"], 1) == "25 m2K/GW"
    assert rows["film"][3] == "1.000"
    assert rows["wall slip"][3] == "–"


def test_compare_refuses_what_cannot_be_compared():
    a = fake_solution(1, "bte")
    with pytest.raises(BteError, match="at least two"):
        compare(a)
    with pytest.raises(BteError, match="'kapitza' is 2D and 'bte' is 1D"):
        compare(a, fake_solution(2, "kapitza"))
    with pytest.raises(BteError, match="argument 2 is a NoneType"):
        compare(a, None)
    with pytest.raises(BteError, match=r"argument 2 is a list; write compare\(a, \*list\)"):
        compare(a, [a])
    with pytest.raises(BteError, match="1 names for 2 solutions"):
        compare(a, a, labels=["x"])
    assert compare(a, replace(fake_solution(1, "kapitza"))).reference is a


def test_json_holds_both_models(fin, tmp_path):
    document = json.loads(fin.to_json(tmp_path / "out.json").read_text())
    assert set(document["models"]) == {"bte", "kapitza", "fourier"}
    assert document["comparison"]["reference"] == "bte"
    assert document["comparison"]["numbers"]["fourier"]["peak_error"] == pytest.approx(-0.375)


def test_report_is_one_file(fin, tmp_path):
    page = fin.to_html(tmp_path / "report.html", title="A <fin>").read_text()
    assert "A &lt;fin&gt;" in page
    assert "data:image/png;base64," in page
    assert "://" not in page
    assert page.count("<table>") == 6


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_figures_are_png(dim, tmp_path):
    comparison = compare(fake_solution(dim, "bte"), fake_solution(dim, "kapitza", 0.05))
    path = comparison.plot(tmp_path / "deep" / "out.png")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_maps_share_the_colour_scale(fin):
    drawn = figure(fin.by_label)
    maps = [c for ax in drawn.axes for c in ax.collections if c.get_array() is not None]
    limits = {c.get_clim() for c in maps[:2]}
    assert len(limits) == 1
    low, high = limits.pop()
    assert low == pytest.approx(0.0, abs=0.01)
    assert 7.0 < high <= 8.0
    lines = drawn.axes[-1].get_lines()
    assert len([line for line in lines if len(line.get_xdata()) > 100]) == 3


def test_section_is_exact_for_linear_fields():
    mesh = layer_mesh(3)
    cut = section(mesh, "y", 11e-9)
    area = 0.5 * np.abs(
        np.cross(
            np.pad(cut.corners[:, 1] - cut.corners[:, 0], ((0, 0), (0, 1))),
            np.pad(cut.corners[:, 2] - cut.corners[:, 0], ((0, 0), (0, 1))),
        )[:, 2]
    )
    assert area.sum() == pytest.approx(100e-9 * 20e-9, rel=1e-12)
    film = area[cut.region == mesh.region_names.index("film")].sum()
    assert film == pytest.approx(50e-9 * 20e-9, rel=1e-12)
    x = mesh.node_points[:, 0] + 2 * mesh.node_points[:, 2]
    assert np.abs(cut.values(x) - cut.corners @ [1.0, 2.0]).max() < 1e-20
    length = np.linalg.norm(cut.outlines[:, 1] - cut.outlines[:, 0], axis=1).sum()
    assert length == pytest.approx(2 * (100e-9 + 20e-9) + 20e-9, rel=1e-9)


def test_sections_on_the_hull_move_inwards_and_misses_are_errors():
    mesh = layer_mesh(3)
    for level in (0.0, 30e-9):
        assert len(section(mesh, "y", level).region) > 0
    with pytest.raises(BteError, match="misses the mesh"):
        section(mesh, "y", 31e-9)
    with pytest.raises(BteError, match="axis 'w'"):
        section(mesh, "w", 0.0)
    with pytest.raises(BteError, match="no section"):
        section(layer_mesh(1))


def test_default_section_meets_all_regions(fin):
    cut = default_section(fin.reference)
    assert len(np.unique(cut.region)) == 3
    point = hot_point(fin.reference)
    assert np.linalg.norm(point - [60e-9, 22e-9, 70e-9]) < 8e-9


def test_default_line_runs_through_the_hot_spot_where_temperature_changes(fin):
    start, end = chosen_line(fin.reference, View())
    assert (end - start)[[0, 1]].tolist() == [0.0, 0.0]
    assert fin.reference.line(start, end, 200).temperature.max() > 307.5


def test_view_says_what_is_shown(fin):
    view = View(normal="x", level=60e-9, start=(0.0, 30e-9, 60e-9), end=(120e-9, 30e-9, 60e-9))
    drawn = figure(fin.by_label, view)
    assert drawn.axes[0].get_xlabel().startswith("y (nm)   at x = 60 nm")
    assert drawn.axes[-1].get_xlabel().startswith("x (nm)")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.2346e-5, "12.35 µW"), (0.0, "0 W"), (-2.5e6, "-2.5 MW"), (1.0, "1 W"), (np.nan, "–")],
)
def test_quantity(value, text):
    assert quantity(value, "W") == text


def test_percent():
    assert percent(-0.1234) == "-12.34 %"
    assert percent(float("nan")) == "–"
    assert quantity(exact_flux(), "W/m2").endswith("MW/m2")
    assert HOT == 301.0


def test_figures_show_the_flux_along_where_the_temperature_is_flat():
    """Along a film the temperature is that of equilibrium, and rounding alone would be drawn."""
    film = fake_solution(1, "bte")
    profile = np.linspace(-2e7, -4e7, len(film.temperature))
    film = replace(
        film,
        temperature=np.full_like(film.temperature, film.reference_temperature),
        gradient={"y": 1e6},
        flux_along={"y": profile},
    )
    (ax,) = figure({"bte": film, "fourier": replace(film, model="fourier")}).axes
    assert ax.get_ylabel() == "heat flux along −y  (MW/m²)"
    drawn = ax.lines[0].get_ydata()
    assert np.min(drawn) == pytest.approx(20.0)
    assert np.max(drawn) == pytest.approx(40.0)
