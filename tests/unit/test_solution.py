from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bte.errors import BteError
from bte.solution import BoundaryResult, Ledger
from bte.solution.locate import Locator
from fake_solution import COLD, CONDUCTANCE, HOT, KAPPA, THICK, exact_flux, fake_solution

DIMS = (1, 2, 3)


@pytest.fixture(params=DIMS)
def solution(request):
    return fake_solution(request.param)


def test_region_means_are_volume_means_of_the_linear_field(solution):
    film = solution.region("film")
    assert film.max == pytest.approx(HOT, abs=1e-12)
    assert film.mean == pytest.approx(HOT - exact_flux() * THICK / 2 / KAPPA["film"], abs=1e-10)
    assert solution.region("base").min == pytest.approx(COLD, abs=1e-10)


def test_unknown_region_suggests_the_nearest(solution):
    with pytest.raises(BteError, match="did you mean 'film'"):
        solution.region("flim")


def test_cell_means(solution):
    x = solution.mesh.centres[:, 0]
    film = x < THICK
    expected = HOT - exact_flux() * x[film] / KAPPA["film"]
    assert np.abs(solution.cell_temperature[film] - expected).max() < 1e-10
    assert solution.cell_heat_flux.shape == (solution.mesh.n_cell, solution.mesh.dim)


def test_interface_in_either_order(solution):
    forth, back = solution.interface("film", "base"), solution.interface("base", "film")
    assert forth.heat_flux == pytest.approx(exact_flux())
    assert back.heat_flux == -forth.heat_flux
    assert back.energy == forth.energy[::-1]
    assert forth.conductance == pytest.approx(CONDUCTANCE)
    assert back.conductance == pytest.approx(CONDUCTANCE)
    assert forth.heat_flux_by_band.sum() == pytest.approx(exact_flux())
    with pytest.raises(BteError, match="film/base"):
        solution.interface("film", "bas")


def test_at_returns_the_exact_linear_field(solution):
    rng = np.random.default_rng(1)
    low, high = solution.mesh.bounding_box
    points = low + rng.random((200, solution.mesh.dim)) * (high - low)
    points = points[np.abs(points[:, 0] - THICK) > 1e-12]
    x = points[:, 0]
    at_base = HOT - exact_flux() * (THICK / KAPPA["film"] + 1 / CONDUCTANCE)
    expected = np.where(
        x < THICK,
        HOT - exact_flux() * x / KAPPA["film"],
        at_base - exact_flux() * (x - THICK) / KAPPA["base"],
    )
    assert np.abs(solution.at(points) - expected).max() < 1e-10


def test_at_takes_one_point(solution):
    point = solution.mesh.centres[0]
    assert solution.at(point).shape == (1,)
    assert solution.at(point)[0] == solution.at(point[None, :])[0]
    with pytest.raises(BteError, match="points are 'here'"):
        solution.at("here")


def test_at_outside_names_the_box(solution):
    point = np.full((1, solution.mesh.dim), 1.0)
    with pytest.raises(BteError, match=r"outside the mesh.*x 0 … 1e-07"):
        solution.at(point)
    with pytest.raises(BteError, match="shape"):
        solution.at(np.zeros((1, 5)))
    with pytest.raises(BteError, match="finite"):
        solution.at(point * np.nan)


def test_search_reports_outside_points_and_reaches_big_cells():
    mesh = fake_solution(2).mesh
    locator = Locator.of(mesh)
    cells, _ = locator.search(np.array([[1e-9, 1e-9], [-1e-9, 1e-9], [99e-9, 29e-9]]))
    assert list(cells >= 0) == [True, False, True]


def test_search_is_complete_on_a_strongly_graded_mesh():
    from bte.mesh import Mesh

    mesh = Mesh.rectangle((1e-6, 1e-6), (12, 12), grading=2.0)
    points = np.random.default_rng(3).random((3000, 2)) * 1e-6
    cells, weights = Locator.of(mesh).search(points)
    assert cells.min() >= 0
    corners = mesh.node_points.reshape(-1, 3, 2)[cells]
    assert np.abs(np.einsum("ni,nid->nd", weights, corners) - points).max() < 1e-18


def test_line_has_both_values_at_the_interface(solution):
    low, high = solution.mesh.bounding_box
    middle = 0.4 * low + 0.6 * high
    start, end = middle.copy(), middle.copy()
    start[0], end[0] = low[0], high[0]
    cut = solution.line(start, end, 11)
    (i,) = cut.crossings
    contact = solution.interface("film", "base")
    assert cut.distance[i] == cut.distance[i + 1] == pytest.approx(THICK, rel=1e-9)
    assert cut.temperature[i] == pytest.approx(contact.energy[0], abs=1e-10)
    assert cut.temperature[i + 1] == pytest.approx(contact.energy[1], abs=1e-10)
    assert [cut.region_names[r] for r in cut.region[[i, i + 1]]] == ["film", "base"]
    assert cut.temperature[0] == pytest.approx(HOT)
    assert np.all(np.diff(cut.distance) >= 0)
    assert len(cut.distance) == 12  # the even point at the interface gives way to the two values


def test_line_backwards_swaps_the_sides(solution):
    low, high = solution.mesh.bounding_box
    back = solution.line(high, low, 10)
    (i,) = back.crossings
    assert back.region_names[back.region[i]] == "base"
    assert back.temperature[i] < back.temperature[i + 1]


@pytest.mark.parametrize(
    ("start", "end", "n", "match"),
    [
        ([0.0], [0.0], 5, "starts where it ends"),
        ([0.0], [1e-6], 5, "outside the mesh"),
        ([0.0], [5e-8], 1, "at least 2"),
    ],
)
def test_bad_lines(start, end, n, match):
    with pytest.raises(BteError, match=match):
        fake_solution(1).line(start, end, n)


def test_thermal_resistance_and_conductivity(solution):
    area = solution.boundaries["left"].area
    resistance = (HOT - COLD) / (exact_flux() * area)
    assert solution.thermal_resistance("left", "right") == pytest.approx(resistance)
    assert solution.effective_conductivity == pytest.approx(
        exact_flux() * 2 * THICK / (HOT - COLD), rel=1e-12
    )


def test_wall_slip_is_its_own_part(solution):
    """A wall half a kelvin warmer than the field beside it."""
    warm = replace(solution.boundaries["left"], temperature=HOT + 0.5)
    slipping = replace(solution, boundaries={**solution.boundaries, "left": warm})
    budget = slipping.resistances()
    assert budget.walls == pytest.approx(0.5 / warm.power)
    assert abs(budget.remainder) < 1e-10 * budget.total


def test_thermal_resistance_takes_regions(solution):
    power = -solution.power["right"]
    heated = replace(solution, region_power={"film": power, "base": 0.0})
    expected = (solution.region("film").mean - COLD) / power
    assert heated.thermal_resistance("film", "right") == pytest.approx(expected)
    with pytest.raises(BteError, match=r"boundary or region 'flim'.*did you mean 'film'"):
        heated.thermal_resistance("flim", "right")


def test_thermal_resistance_says_why_not():
    solution = fake_solution(2)
    with pytest.raises(BteError, match="differ by more than 1 %"):
        solution.thermal_resistance("left", "top")
    with pytest.raises(BteError, match="no heat flows"):
        solution.thermal_resistance("bottom", "top")
    mirror = BoundaryResult("Specular", 1.0, 0.0, np.zeros(2), float("nan"))
    changed = replace(solution, boundaries={**solution.boundaries, "top": mirror})
    with pytest.raises(BteError, match="no temperature"):
        changed.thermal_resistance("top", "left")


def test_effective_conductivity_says_why_not():
    solution = fake_solution(2)
    left = solution.boundaries["left"]
    one = {**solution.boundaries, "right": replace(left, kind="Diffuse")}
    with pytest.raises(BteError, match="exactly two isothermal"):
        _ = replace(solution, boundaries=one).effective_conductivity
    corner = {
        **solution.boundaries,
        "right": solution.boundaries["top"],
        "top": replace(solution.boundaries["right"]),
    }
    with pytest.raises(BteError, match="not flat and parallel"):
        _ = replace(solution, boundaries=corner).effective_conductivity


def test_budget_is_the_layers_in_series(solution):
    budget = solution.resistances()
    area = solution.boundaries["left"].area
    assert budget.regions["film"] == pytest.approx(THICK / KAPPA["film"] / area)
    assert budget.regions["base"] == pytest.approx(THICK / KAPPA["base"] / area)
    assert next(iter(budget.interfaces.values())) == pytest.approx(1 / CONDUCTANCE / area)
    assert sum(budget.parts().values()) == pytest.approx(budget.total)
    assert abs(budget.walls) < 1e-10 * budget.total
    assert abs(budget.remainder) < 1e-10 * budget.total
    assert "film | base" in str(budget) or "base | film" in str(budget)
    assert "100.00 %" in str(budget)
    assert budget.total == pytest.approx(solution.thermal_resistance("left", "right"))


def test_budget_without_heat():
    still = replace(fake_solution(), ledger=Ledger(0.0, 0.0, 0.0, 0.0, 0.0))
    with pytest.raises(BteError, match="no heat flows"):
        still.resistances()
    assert still.energy_balance == 0.0


class _Coarser:
    """A problem whose coarser solution has 3 % less power."""

    def __init__(self):
        self.asked = {}

    def solve(self, **settings):
        self.asked = settings
        fine = fake_solution(model="bte")
        less = {
            name: replace(b, power=b.power * 0.97, power_by_band=b.power_by_band * 0.97)
            for name, b in fine.boundaries.items()
        }
        return replace(fine, boundaries=less)


def test_error_estimate_solves_with_two_thirds():
    problem = _Coarser()
    estimate = replace(fake_solution(model="bte"), problem=problem).error_estimate()
    assert problem.asked == {"bands": 8, "azimuths": 16, "polars": 2, "tolerance": 1e-6}
    assert estimate.power["left"] == pytest.approx(0.03)
    assert estimate.largest == pytest.approx(0.03)
    assert "12 bands, 24 azimuths, 3 polars against 8 bands, 16 azimuths, 2 polars" in str(estimate)


def test_error_estimate_takes_settings_and_refuses_others():
    problem = _Coarser()
    solution = replace(fake_solution(model="bte"), problem=problem)
    solution.error_estimate(polars=1)
    assert problem.asked["polars"] == 1
    with pytest.raises(BteError, match="did you mean 'polars'"):
        solution.error_estimate(polar=1)
    with pytest.raises(BteError, match="nothing to coarsen"):
        solution.error_estimate(bands=12, azimuths=24, polars=3)
    with pytest.raises(BteError, match="carries no problem"):
        fake_solution(model="bte").error_estimate()
    with pytest.raises(BteError, match="no ordinates"):
        fake_solution(model="slip").error_estimate()


def test_summary_names_everything(solution):
    text = str(solution)
    for word in ("Fourier + Kapitza", "film", "left", "Isothermal", "DMM", "conductance"):
        assert word in text
    assert "converged" in text
    assert "NOT CONVERGED" in str(replace(solution, converged=False))


def test_peak(solution):
    assert solution.peak_temperature_rise == pytest.approx(HOT - COLD)
    assert solution.peak_position[0] == pytest.approx(0.0)
    assert solution.power["right"] == -solution.power["left"]


def test_error_estimate_keeps_the_rule_and_two_polars():
    problem = _Coarser()
    kept = {"azimuth_rule": "equal", "axis": "x", "towards": None}
    solution = replace(fake_solution(model="bte"), problem=problem, directions=kept)
    solution = replace(solution, settings={**solution.settings, "polars": 2})
    solution.error_estimate()
    assert {key: problem.asked[key] for key in kept} == kept
    assert problem.asked["polars"] == 2


def test_summary_has_a_dash_where_a_wall_has_no_temperature(solution):
    mirror = replace(solution.boundaries["left"], kind="Specular", temperature=float("nan"))
    text = str(replace(solution, boundaries={"left": mirror}))
    assert "nan" not in text
    assert any(line.split()[:3] == ["left", "Specular", "–"] for line in text.splitlines())
