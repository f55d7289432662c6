"""What a material answers: accumulations, mean paths, sound, Debye temperature, states."""

import numpy as np
import pytest

import bte
from bte.errors import MaterialError
from bte.materials import Branch, ConstantPath, Material, Umklapp
from bte.materials.library import available, entry
from bte.units import HBAR, K_B


def debye(rates, k_max=1e10, speed=6000.0):
    return Material.from_dispersion(
        "d", branches=[Branch.debye("LA", speed, k_max, 3)], rates=rates
    )


def test_accumulation_of_a_classical_debye_solid():
    # T >> theta, 1/tau = B w^2 T: kappa per k is constant, Lambda = v/(B T v^2 k^2), so the share
    # below Lambda is 1 - sqrt(Lambda_min/Lambda) and the median is 4 Lambda_min.
    found = debye(Umklapp(1e-19, 0.0))
    t = 1e5
    shortest = 6000.0 / (1e-19 * t * (6000.0 * 1e10) ** 2)
    by_path = found.accumulation(t)
    for factor in (1.5, 4.0, 100.0, 1e4):
        assert by_path.below(factor * shortest) == pytest.approx(1.0 - factor**-0.5, abs=2e-5)
    assert found.median_path(t) == pytest.approx(4.0 * shortest, rel=2e-4)
    assert by_path.conductivity == pytest.approx(found.conductivity(t), rel=1e-6)
    by_frequency = found.accumulation(t, "frequency")
    assert by_frequency.below(0.3 * 6e13) == pytest.approx(0.3, abs=1e-5)
    assert by_frequency.reaching(0.7) == pytest.approx(0.7 * 6e13, rel=1e-4)
    assert by_frequency.below(1e14) == 1.0


@pytest.mark.parametrize("name", available())
def test_carriers_add_up_to_the_material(name):
    found = entry(name)
    t = found.sheet.reference_temperature
    assert found.accumulation(t).conductivity == pytest.approx(found.conductivity(t), rel=1e-6)
    table = found.modes(t)
    flux = np.sum(table.heat_capacity * table.speed)
    assert found.gray_path(t) == pytest.approx(3.0 * found.conductivity(t) / flux, rel=1e-6)
    shares = found.accumulation(t).share
    assert np.all(np.diff(shares) >= 0.0)


def test_median_path_against_other_integrals():
    # Sine branches of these wmax, kmax with B and theta: 367.5 nm for Si, made elsewhere on a grid.
    si = Material.from_dispersion(
        "Si",
        branches=[
            {"name": "LA", "wmax": 3.75857e13, "kmax": 1.09332e10},
            {"name": "TA", "g": 2, "wmax": 2.2621e13, "kmax": 1.09332e10},
        ],
        rates={"type": "umklapp_exp", "B": 3.5848e-19, "theta": 124.667},
    )
    assert si.median_path(300.0) == pytest.approx(346.646e-9, rel=1e-3)


def test_groups_accumulate_in_steps():
    found = Material.from_groups(
        "g", heat_capacity=[1e6, 1e6], speed=[3e3, 3e3], mean_free_path=[1e-7, 3e-7]
    )
    steps = found.accumulation(300.0)
    assert steps.below(1e-8) == 0.0
    assert steps.below(1e-7) == pytest.approx(0.25)
    assert steps.below(2.9e-7) == pytest.approx(0.25)
    assert steps.below(3e-7) == pytest.approx(1.0)
    assert steps.reaching(0.2) == pytest.approx(1e-7)
    assert found.median_path(300.0) == pytest.approx(3e-7)
    assert found.gray_path(300.0) == pytest.approx(2e-7)
    with pytest.raises(MaterialError, match="no frequencies"):
        found.accumulation(300.0, "frequency")
    with pytest.raises(MaterialError, match="no density of states"):
        found.density_of_states()
    with pytest.raises(MaterialError, match="give elastic_speeds"):
        found.speed_of_sound()


def test_sound_and_debye_temperature():
    si = entry("Si")
    assert si.sound_speeds() == pytest.approx({"LA": 9017.0, "TA": 5372.0}, rel=1e-5)
    mean = (3.0 / (9017.0**-3 + 2.0 * 5372.0**-3)) ** (1.0 / 3.0)
    assert si.speed_of_sound() == pytest.approx(mean, rel=1e-5)
    density = 2.0 * 2.49699e28
    theta = HBAR * mean * (6.0 * np.pi**2 * density) ** (1.0 / 3.0) / K_B
    assert si.debye_temperature() == pytest.approx(theta, rel=1e-4)
    assert si.debye_temperature() == pytest.approx(640.0, rel=0.03)  # the published one
    assert entry("Cu").debye_temperature() == pytest.approx(343.5, rel=0.01)
    assert entry("He4").sound_speeds() == pytest.approx({"LA": 238.0})
    assert set(entry("graphite").sound_speeds()) == {"LA", "TA"}  # ZA has no sound
    gray = Material.gray(
        "g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-8, elastic_speeds=(6e3, 3e3)
    )
    assert gray.speed_of_sound() == pytest.approx((3.0 / (6e3**-3 + 2.0 * 3e3**-3)) ** (1 / 3))
    with pytest.raises(MaterialError, match="no lattice"):
        gray.debye_temperature()
    cells = debye(ConstantPath(1e-8))
    assert cells.debye_temperature() == pytest.approx(HBAR * 6000.0 * 1e10 / K_B)


def test_density_of_states():
    # A Debye branch: g w^2/(2 pi^2 v^3); all states: g k_max^3/(6 pi^2).
    found = debye(ConstantPath(1e-8))
    states = found.density_of_states()
    w = 0.5 * (states.edges[1:] + states.edges[:-1])
    assert states.total[50:] == pytest.approx(
        3.0 * w[50:] ** 2 / (2.0 * np.pi**2 * 6e3**3), rel=1e-4
    )
    assert states.states == pytest.approx(3.0 * 1e30 / (6.0 * np.pi**2), rel=1e-12)
    si = entry("Si").density_of_states(np.linspace(0.0, 8e13, 50))
    assert si.states == pytest.approx(3.0 * 2.49699e28, rel=1e-4)
    assert set(si.branches) == {"LA", "TA"}


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, np.nan])
def test_shares_outside_are_refused(share):
    with pytest.raises(MaterialError, match="between 0 and 1"):
        entry("Si").accumulation(300.0).reaching(share)


def test_unknown_accumulation():
    with pytest.raises(MaterialError, match="accumulation over 'mass' does not exist"):
        entry("Si").accumulation(300.0, "mass")


@pytest.mark.parametrize("name", ["Si", "He4"])
def test_plots(tmp_path, name):
    path = bte.plot_material(entry(name), tmp_path / "m.png")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_plot_of_a_gray_material(tmp_path):
    gray = Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-8)
    assert bte.plot_material(gray, tmp_path / "m.pdf").read_bytes().startswith(b"%PDF")


def test_bins_of_the_density_of_states_rise():
    for wrong in ("all", [2.0, 1.0], [1e13], -1):
        with pytest.raises(bte.BteError, match="edges must be two or more rising"):
            bte.material("Si").density_of_states(wrong)


def test_a_material_says_in_one_line_what_it_is():
    assert repr(bte.material("Si")).startswith("<material Si: silicon, ")


def test_conductivity_of_few_thermal_modes():
    """Far below the cut-off what the container limits follows T^3, at any temperature."""
    silicon = bte.material("Si")
    law = silicon.conductivity(0.1) / 0.1**3
    for cold in (0.05, 0.01, 1e-4):
        assert silicon.conductivity(cold) / cold**3 == pytest.approx(law, rel=1e-5)
    helium = bte.material("He4")
    assert helium.heat_capacity(1e-3) == pytest.approx(helium.heat_capacity(0.05) * 8e-6, rel=1e-9)


def test_elastic_speeds_are_not_exchanged():
    with pytest.raises(MaterialError, match="the longitudinal one comes first and is the larger"):
        Material.gray(
            "x",
            heat_capacity=1e6,
            speed=1e3,
            mean_free_path=1e-8,
            density=1e3,
            elastic_speeds=(3e3, 5e3),
        )
