"""Temperatures at an interface by three definitions: the numbers, and how profiles are read."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import h5py
import numpy as np
import pytest

import bte
from bte.errors import BteError
from bte.post.contacts import contacts, resistances
from bte.solution import ByKind
from bte.solution.extrapolate import with_extrapolation
from bte.solution.normal import fit_window, layer_behind, plane_of
from fake_solution import CONDUCTANCE, THICK, exact_flux, fake_solution

PAIR = ("film", "base")


def extrapolated(solution, pair=PAIR, paths=(1e-9, 1e-9)):
    contact = replace(solution.interface(*pair), mean_free_path=paths)
    return with_extrapolation(solution.mesh, contact, solution.temperature, solution.heat_flux)


def test_a_jump_is_a_number_and_gives_other_kinds():
    jump = fake_solution().interface(*PAIR).temperature_jump
    assert jump == pytest.approx(exact_flux() / CONDUCTANCE)
    assert jump(kind="emitted") == pytest.approx(exact_flux() / CONDUCTANCE + 0.2)
    assert jump() == jump
    assert np.isnan(jump(kind="extrapolated"))
    with pytest.raises(BteError, match=r"kind 'wrong'.*'extrapolated'"):
        jump(kind="wrong")
    copy = pickle.loads(pickle.dumps(ByKind(1.0, 2.0, 3.0)))
    assert (copy, copy("emitted"), copy("extrapolated")) == (1.0, 2.0, 3.0)


def test_resistance_and_conductance_of_each_kind():
    contact = replace(fake_solution().interface(*PAIR), extrapolated=(300.0, 301.0))
    q = exact_flux()
    assert contact.resistance == pytest.approx(1 / CONDUCTANCE)
    assert contact.resistance("emitted") == pytest.approx(1 / CONDUCTANCE + 0.2 / q)
    assert contact.resistance("extrapolated") == pytest.approx(-1.0 / q)
    assert contact.conductance("extrapolated") == pytest.approx(-q)
    assert contact.conducts
    assert contact.conducts_by("emitted")
    assert not contact.conducts_by("extrapolated")
    back = contact.reversed()
    assert back.extrapolated == (301.0, 300.0)
    assert back.resistance("extrapolated") == contact.resistance("extrapolated")


def test_nothing_flows_and_nothing_jumps():
    contact = replace(fake_solution().interface(*PAIR), heat_flux=0.0, energy=(300.0, 300.0))
    assert np.isnan(contact.resistance)
    assert np.isnan(contact.conductance)
    assert not contact.conducts


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_linear_profile_is_continued_exactly(dim):
    solution = fake_solution(dim)
    contact = extrapolated(solution)
    assert contact.extrapolated == pytest.approx(contact.energy, abs=1e-9)
    assert contact.remark == ""
    back = extrapolated(solution, PAIR[::-1])
    assert back.extrapolated == pytest.approx(contact.energy[::-1], abs=1e-9)


def test_the_window_leaves_out_five_paths_or_thirds():
    assert fit_window(100e-9, 2e-9) == pytest.approx((10e-9, 90e-9))
    assert fit_window(90e-9, 1e-6) == pytest.approx((30e-9, 60e-9))
    assert fit_window(90e-9, float("nan")) == pytest.approx((0.0, 90e-9))


def heated(sources):
    mesh = bte.Mesh.line([0, 1e-6, 2e-6], [20, 20], ["a", "b"])
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-8)
    walls = {"left": bte.Isothermal(300.0), "right": bte.Isothermal(300.0)}
    interfaces = {("a", "b"): bte.Transmission(0.3)}
    return bte.Problem(mesh, {"a": gray, "b": gray}, walls, interfaces, sources=sources)


def test_heated_layers_have_a_parabola_that_the_flux_explains():
    solution = heated({"a": 1e15}).solve_fourier("kapitza")
    contact = extrapolated(solution, ("a", "b"), (1e-8, 1e-8))
    assert contact.extrapolated == pytest.approx(
        contact.energy, abs=1e-3 * solution.region("a").max - 0.3
    )
    assert contact.temperature_jump("extrapolated") == pytest.approx(
        contact.temperature_jump("energy"), rel=2e-3
    )


def test_a_continuum_profile_needs_no_continuation():
    contact = heated({"a": 1e15}).solve_fourier("slip").interface("a", "b")
    assert contact.extrapolated == contact.energy
    assert contact.remark == ""


def narrow(element="quad"):
    """A strip on a wide base: heat spreads beside the contact."""

    def regions(c):
        return np.where(
            c[:, 1] < 50e-9, "base", np.where(np.abs(c[:, 0] - 50e-9) < 20e-9, "strip", "side")
        )

    return bte.Mesh.rectangle((100e-9, 100e-9), (20, 20), regions, element=element)


@pytest.mark.parametrize("element", ["quad", "triangle"])
def test_only_what_lies_behind_the_contact_counts(element):
    mesh = narrow(element)
    plane = plane_of(mesh, "strip", "base")
    assert plane.normal == pytest.approx([0.0, -1.0])
    layer = layer_behind(mesh, plane, "base", 1.0)
    x = mesh.centres[layer.cells][:, 0]
    assert layer.depth == pytest.approx(50e-9)
    assert x.min() > 30e-9 - 3e-9
    assert x.max() < 70e-9 + 3e-9
    strip = layer_behind(mesh, plane, "strip", -1.0)
    assert len(strip.cells) == (mesh.cell_region == mesh.region_names.index("strip")).sum()


def test_heat_that_spreads_bends_the_profile_by_what_the_flux_says():
    mesh = narrow()
    good = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-9)
    poor = bte.Material.gray("p", heat_capacity=1e6, speed=1.0, mean_free_path=1e-9)
    walls = {n: bte.Diffuse() for n in mesh.boundary_names}
    walls |= {"bottom": bte.Isothermal(300.0), "top": bte.Isothermal(301.0)}
    t = {("strip", "base"): bte.Transmission(0.3)}
    materials = {"strip": good, "base": good, "side": poor}
    solution = bte.Problem(mesh, materials, walls, t).solve_fourier("kapitza")
    contact = extrapolated(solution, ("strip", "base"))
    jump = contact.temperature_jump
    assert jump("extrapolated") == pytest.approx(jump("energy"), rel=0.03)
    x, y = mesh.node_points.T
    behind = np.repeat(mesh.cell_region, np.diff(mesh.dg_offsets)) == mesh.region_names.index(
        "base"
    )
    behind &= (np.abs(x - 50e-9) < 20e-9) & (y < 45e-9)
    line = np.polyfit(y[behind], solution.temperature[behind], 1)
    assert np.polyval(line, 50e-9) < contact.extrapolated[1] - 0.1 * jump  # a line misses it


def test_a_layer_ends_where_another_region_begins():
    mesh = bte.Mesh.line([0, 1, 2, 3, 4], [2, 2, 2, 2], ["a", "b", "c", "b"])
    layer = layer_behind(mesh, plane_of(mesh, "a", "b"), "b", 1.0)
    assert layer.depth == pytest.approx(1.0)
    assert len(layer.cells) == 2


def test_a_contact_in_several_planes_says_so():
    mesh = bte.Mesh.line([0, 1e-7, 2e-7, 3e-7], [2, 2, 2], ["a", "b", "a"])
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-8)
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    contact = {("a", "b"): bte.Transmission(0.3)}
    solution = bte.Problem(mesh, {"a": gray, "b": gray}, walls, contact).solve()
    result = solution.interface("a", "b")
    assert np.isnan(result.temperature_jump("extrapolated"))
    assert "does not lie in one plane" in result.remark
    assert "–" in solution.summary()


def test_a_profile_that_is_no_line_of_the_flux_is_refused():
    solution = fake_solution(1)
    x = solution.mesh.node_points[:, 0]
    wave = solution.temperature + 5.0 * np.cos(x / THICK * 20.0)
    contact = replace(solution.interface(*PAIR), mean_free_path=(1e-9, 1e-9))
    result = with_extrapolation(solution.mesh, contact, wave, solution.heat_flux)
    assert np.isnan(result.extrapolated).all()
    assert "deviates by" in result.remark


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_layers_of_few_cells_are_right_to_a_few_per_cent(cells):
    mesh = bte.Mesh.line([0, 1e-7, 2e-7], [cells, cells], ["a", "b"])
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-9)
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, {"a": gray, "b": gray}, walls, {("a", "b"): bte.Transmission(0.3)})
    contact = problem.solve().interface("a", "b")
    assert contact.conductance("extrapolated") == pytest.approx(contact.slip_conductance, rel=0.03)


def test_equilibrium_has_its_temperature_on_both_sides():
    problem = heated({})
    contact = problem.solve().interface("a", "b")
    assert contact.extrapolated == pytest.approx((300.0, 300.0), abs=1e-9)


def complete():
    contact = replace(
        fake_solution().interface(*PAIR),
        extrapolated=(300.5, 299.5),
        remark="",
        mean_free_path=(1e-9, 2e-9),
        emitted_conductance=5e7,
        local_conductance=float("inf"),
        slip_conductance=9e7,
    )
    return replace(fake_solution(), interfaces={PAIR: contact})


def test_everything_is_saved_and_comes_back(tmp_path):
    solution = complete()
    again = bte.load(solution.save(tmp_path / "a.h5")).interface(*PAIR)
    known = solution.interface(*PAIR)
    for name in ("energy", "emitted", "extrapolated", "mean_free_path", "remark"):
        assert getattr(again, name) == getattr(known, name)
    assert again.local_conductance == float("inf")
    assert again.emitted_conductance == 5e7
    (numbers,) = json.loads(solution.save(tmp_path / "a.json").read_text())["interfaces"]
    assert numbers["temperature_jump"]["extrapolated"] == pytest.approx(1.0)
    assert numbers["resistance"]["extrapolated"] == pytest.approx(1.0 / exact_flux())
    assert numbers["conductances"]["energy"] == pytest.approx(CONDUCTANCE)
    assert numbers["local_conductance"] is None


def test_files_from_before_still_load(tmp_path):
    path = fake_solution().save(tmp_path / "old.h5")
    with h5py.File(path, "a") as file:
        document = json.loads(file["results"][()])
        (contact,) = document["interfaces"]
        old = (
            "first",
            "second",
            "area",
            "heat_flux",
            "heat_flux_by_band",
            "energy",
            "emitted",
            "kind",
        )
        document["interfaces"] = [{name: contact[name] for name in old}]
        del file["results"]
        file["results"] = json.dumps(document)
    contact = bte.load(path).interface(*PAIR)
    assert np.isnan(contact.temperature_jump("extrapolated"))
    assert contact.remark == "not stored in this file"


def test_tables_show_three_jumps_three_resistances_and_two_conductances():
    labelled = {"bte": complete(), "fourier": replace(complete(), model="fourier")}
    q = exact_flux()
    table = contacts(labelled)
    assert table.header[3:6] == ("jump", "emitted", "extrapolated")
    assert table.rows[0][5] == "1 K"
    assert table.rows[1][-1] == "perfect"
    table = resistances(labelled)
    assert table.rows[0][:3] == ("film | base", "BTE", "DMM")
    assert [float(v) for v in table.rows[0][3:6]] == pytest.approx(
        [1e9 / CONDUCTANCE, 1e9 * (1 / CONDUCTANCE + 0.2 / q), 1e9 / q], rel=1e-3
    )
    assert table.rows[0][6:] == ("50 MW/m2K", "perfect")
    assert table.rows[1][3:6] == ("0", "0", "0")
    assert resistances({"bte": replace(complete(), interfaces={})}) is None
