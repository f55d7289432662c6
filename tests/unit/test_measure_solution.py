"""Interfaces of solutions and line cuts, measured."""

from __future__ import annotations

import numpy as np
import pytest

import bte
from bte.errors import BteError
from fake_solution import CONDUCTANCE, KAPPA, THICK, exact_flux, fake_solution


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_solution_is_measured_at_its_interface(dim):
    solution = fake_solution(dim)
    found = bte.measure_interface(solution, "film", "base", window=1.0)
    assert found.conductance == pytest.approx(CONDUCTANCE, rel=1e-8)
    assert found.conductivities == pytest.approx((KAPPA["film"], KAPPA["base"]), rel=1e-8)
    assert found.at == pytest.approx(THICK)
    back = bte.measure_interface(solution, "base", "film", window=1.0)
    assert back.jump == pytest.approx(-found.jump)
    assert back.flux == -exact_flux()
    assert back.conductance == pytest.approx(found.conductance)
    assert back.conductivities == pytest.approx(found.conductivities[::-1])
    assert bte.measure_interface(solution, window=1.0).jump == pytest.approx(abs(found.jump))


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_along_the_normal_through_a_point(dim):
    solution = fake_solution(dim)
    point = solution.mesh.centres[0]
    found = bte.measure_interface(solution, "film", "base", through=point)
    assert found.conductance == pytest.approx(CONDUCTANCE, rel=1e-8)
    assert found.at == pytest.approx(THICK)
    assert found.flux == pytest.approx(exact_flux())
    assert min(found.points) > 50


def test_a_solution_from_a_file_knows_its_window(tmp_path):
    mesh = bte.Mesh.line([0, 1e-7, 2e-7], [30, 30], ["a", "b"])
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=2e-9)
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    contact = {("a", "b"): bte.Transmission(0.3)}
    solution = bte.Problem(mesh, {"a": gray, "b": gray}, walls, contact).solve()
    found = bte.measure_interface(solution)
    assert np.array(found.window[0]) * 1e9 == pytest.approx((10, 90))
    again = bte.measure_interface(bte.load(solution.save(tmp_path / "a.h5")))
    assert again.window == found.window
    assert again.jump == pytest.approx(found.jump, rel=1e-12)


def test_a_line_cut_is_measured_where_it_passes():
    solution = fake_solution(2)
    cut = solution.line([0.0, 10e-9], [100e-9, 10e-9], 50)
    found = bte.measure_interface(cut, "film", "base", flux=exact_flux())
    assert found.conductance == pytest.approx(CONDUCTANCE, rel=1e-8)
    back = bte.measure_interface(cut, "base", "film", flux=-exact_flux())
    assert back.conductance == pytest.approx(CONDUCTANCE, rel=1e-8)
    with pytest.raises(BteError, match="does not pass from 'film' to 'bse'"):
        bte.measure_interface(cut, "film", "bse", flux=1.0)


def test_heat_that_goes_astray_is_remarked():
    mesh = bte.Mesh.line([0, 1e-6, 2e-6], [20, 20], ["a", "b"])
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-8)
    walls = {"left": bte.Isothermal(300.0), "right": bte.Isothermal(300.0)}
    contact = {("a", "b"): bte.Transmission(0.3)}
    problem = bte.Problem(mesh, {"a": gray, "b": gray}, walls, contact, sources={"a": 1e14})
    found = bte.measure_interface(problem.solve_fourier("kapitza"))
    assert "In region 'a'" in found.remark
    assert "'b'" not in found.remark
    assert found.remark in found.text()


def test_unknown_regions_and_interfaces():
    solution = fake_solution()
    with pytest.raises(BteError, match="film/bas"):
        bte.measure_interface(solution, "film", "bas")
    with pytest.raises(BteError, match="at= belongs to arrays"):
        bte.measure_interface(solution, "film", "base", at=1e-8)
    with pytest.raises(BteError, match="holds 2 points"):
        bte.measure_interface(solution, "film", "base")  # five cells: the middle third has one


def test_a_corner_is_measured_along_the_normal_of_either_face():
    def regions(c):
        inner = (np.abs(c[:, 0] - 50e-9) < 20e-9) & (c[:, 1] > 40e-9)
        return np.where(inner, "fin", "oxide")

    mesh = bte.Mesh.rectangle((100e-9, 100e-9), (20, 20), regions, element="quad")
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-9)
    walls = {name: bte.Isothermal(300.0) for name in mesh.boundary_names}
    contact = {("fin", "oxide"): bte.Transmission(0.1)}
    problem = bte.Problem(mesh, {"fin": gray, "oxide": gray}, walls, contact, {"fin": 1e15})
    solution = problem.solve_fourier("kapitza")
    with pytest.raises(BteError, match="does not lie in one plane"):
        bte.measure_interface(solution)
    below = bte.measure_interface(solution, through=(51e-9, 38e-9))
    left = bte.measure_interface(solution, through=(31e-9, 71e-9))
    assert below.at == pytest.approx(40e-9)
    assert left.at == pytest.approx(30e-9)
    for found in (below, left):
        assert found.flux > 0
        assert found.jump > 0
        assert "In region 'fin'" in found.remark  # heated: its profile is no line
