import numpy as np
import pytest

from bte.errors import MaterialError
from bte.materials import (
    Boundary,
    Branch,
    ConstantPath,
    ConstantRate,
    Impurity,
    Material,
    Matthiessen,
    Umklapp,
    material,
)
from bte.materials.equilibrium import mode_heat_capacity
from bte.units import HBAR, K_B

K_M = 2.0 * np.pi / 5.43e-10


def test_mode_heat_capacity_limits():
    cold, warm = mode_heat_capacity(np.array([1e16, 1e2]), 300.0) / K_B
    assert cold == pytest.approx(0.0, abs=1e-100)
    assert warm == pytest.approx(1.0, rel=1e-12)
    omega, temperature = 4e13, 300.0
    x = HBAR * omega / (K_B * temperature)
    einstein = x**2 * np.exp(x) / np.expm1(x) ** 2
    assert mode_heat_capacity(np.array(omega), temperature) / K_B == pytest.approx(einstein)


def test_debye_heat_capacity_at_low_temperature():
    # C = 2 pi^2/15 k_B (k_B T/(hbar v))^3 per polarisation.
    solid = Material.from_dispersion(
        "d", branches=[Branch.debye("A", 5000.0, 1e10, 3)], rates=[ConstantRate(1e11)]
    )
    expected = 3.0 * 2.0 * np.pi**2 / 15.0 * K_B * (K_B * 2.0 / (HBAR * 5000.0)) ** 3
    assert solid.heat_capacity(2.0) == pytest.approx(expected, rel=1e-12)
    assert solid.conductivity(2.0) == pytest.approx(expected * 5000.0**2 / 1e11 / 3.0, rel=1e-12)


@pytest.mark.parametrize(
    "branch",
    [
        Branch.sine("A", 6000.0, 1e10),
        Branch.quadratic("A", 9010.0, -2e-7, K_M),
        Branch.debye("A", 6000.0, 1e10),
        Branch.polynomial("A", (8e13, 0.0, -1e-7), 1e10),
        Branch.custom("A", lambda k: 4e13 * np.tanh(k / 8e9), 1e10),
    ],
)
def test_dispersion_slope_and_inverse(branch):
    k = branch.k_max * np.linspace(0.1, 0.9, 7)
    step = 1e-5 * branch.k_max
    slope = (branch.omega(k + step) - branch.omega(k - step)) / (2.0 * step)
    assert branch.speed(k) == pytest.approx(np.abs(slope), rel=1e-7)
    assert [branch.wavevector(w) for w in branch.omega(k)] == pytest.approx(k, rel=1e-12)
    low, high = branch.frequency_range
    assert {branch.wavevector(low), branch.wavevector(high)} == {0.0, branch.k_max}
    assert branch.wavevector(2.0 * high) == branch.wavevector(high)


def test_sine_speed_vanishes_at_the_zone_boundary():
    branch = Branch.sine("A", 6000.0, 1e10)
    assert branch.speed(np.array([0.0, 1e10])) == pytest.approx([6000.0, 0.0], abs=1e-9)


def test_branch_errors():
    with pytest.raises(MaterialError, match="not monotonic"):
        Branch.quadratic("A", 5000.0, -5e-7, 1e10)
    with pytest.raises(MaterialError, match="negative, zero or not finite"):
        Branch.debye("A", -5000.0, 1e10)
    with pytest.raises(MaterialError, match="k_max = -1"):
        Branch.debye("A", 5000.0, -1.0)
    with pytest.raises(MaterialError, match="give its slope as speed="):
        Branch.custom("A", lambda k: 5e3 * np.maximum(k, 5e9), 1e10)


def test_a_custom_branch_equals_the_built_in_one():
    top = 2.0 * 1e10 * 6000.0 / np.pi
    rates = [Umklapp(2e-19, 200.0)]
    known = Material.from_dispersion("a", branches=[Branch.sine("A", 6000.0, 1e10)], rates=rates)
    custom = Branch.custom("A", lambda k: top * np.sin(0.5 * np.pi * k / 1e10), 1e10)
    same = Material.from_dispersion("b", branches=[custom], rates=rates)
    assert same.conductivity(300.0) == pytest.approx(known.conductivity(300.0), rel=1e-10)


def test_rates_add_and_may_be_callables_or_tables():
    branch = Branch.debye("A", 6000.0, 1e10)
    omega, k = np.array([1e13]), np.array([1e13 / 6000.0])
    rate = Matthiessen((Umklapp(2e-19, 200.0), Impurity(1e-45), Boundary(1e-6), ConstantPath(1e-7)))
    expected = 2e-19 * 1e26 * 300.0 * np.exp(-200.0 / 300.0) + 1e-45 * 1e52 + 6e9 + 6e10
    assert rate(omega, k, 300.0, branch) == pytest.approx([expected])
    table = {"type": "umklapp_exp", "B": 2e-19, "theta": 200.0, "A": 1e-45}

    def function(omega, k, temperature, branch):
        return 2e-19 * omega**2 * temperature * np.exp(-200.0 / temperature) + 1e-45 * omega**4

    found = [
        Material.from_dispersion("m", branches=[branch], rates=[r]).conductivity(250.0)
        for r in (table, function, [Umklapp(2e-19, 200.0), Impurity(1e-45)])
    ]
    assert found[1:] == pytest.approx([found[0]] * 2, rel=1e-12)


def test_holland_table_matches_published_integral():
    # Holland's form with the constants of the Si_holland_pop model: 76.6797 W/m/K at 300 K.
    found = Material.from_dispersion(
        "h",
        branches=[
            {"name": "LA", "dispersion": "quadratic", "v": 9010.0, "c": -2e-7, "kmax": 1.15691e10},
            {
                "name": "TA",
                "g": 2,
                "dispersion": "quadratic",
                "v": 5230.0,
                "c": -2.26e-7,
                "kmax": 1.15691e10,
            },
        ],
        rates=[
            {
                "type": "holland",
                "A": 1.32e-45,
                "B_L": 2e-24,
                "B_TN": 9.3e-13,
                "B_TU": 5.5e-18,
                "w1": 2.417e13,
            }
        ],
    )
    assert found.conductivity(300.0) == pytest.approx(76.6797, rel=1e-4)


def test_polynomial_table_matches_published_integral():
    # The Si_hopkins_freepaths model (f in Hz, highest power first): 157.891 W/m/K at 300 K.
    found = Material.from_dispersion(
        "h",
        branches=[
            {
                "name": "LA",
                "dispersion": "cubic",
                "f_poly": [-9.7e-19, -2.405e-08, 1369.42, 0.0],
                "kmax": 1.2e10,
            },
            {
                "name": "TA",
                "g": 2,
                "dispersion": "cubic",
                "f_poly": [7.967e-29, 5.674e-19, -7.711e-08, 1081.74, 0.0],
                "kmax": 1.2e10,
            },
        ],
        rates=[{"type": "umklapp_exp", "B": 1.1026e-19, "theta": 152.0, "A": 1.8516e-45}],
    )
    assert found.conductivity(300.0) == pytest.approx(157.891, rel=1e-5)


TWO = [Branch.debye("LA", 6000.0, 1e10), Branch.debye("TA", 4000.0, 1e10, 2)]


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        ([Impurity(1e-45)], "diverges"),
        ([Umklapp(1e-19), Impurity(1e-45)], "by branch name"),
        ({"LA": ConstantRate(1e11)}, "branch 'TA' has no rate"),
        ({"LA": ConstantRate(1e11), "XA": ConstantRate(1e11)}, "branch 'XA' does not exist"),
        ([], "no rate"),
        ([{"type": "umklap_exp"}], "did you mean 'umklapp_exp'"),
        ([{"type": "impurity"}], "no key 'A'"),
        ([{"type": "impurity", "A": -1.0}], "A = -1"),
        ([{"type": "impurity", "A": "x"}], "give a number"),
        ([{"type": "umklapp_exp", "B": 1e-19, "thtea": 213.0}], "did you mean 'theta'"),
        ([{"type": "umklapp_exp", "B": 1e-19}], "no key 'theta'"),
        ([{"type": "umklapp_exp", "B": 1e-19, "theta": "213 m"}], "not a temperature"),
        ([{"type": "constant", "rate": "1 THz"}], "not a rate"),
        ({"LA": {"type": "path", "lenght": 1e-9}, "TA": []}, "did you mean 'length'"),
        ([lambda omega, k, temperature, branch: -omega], "rates must be finite and > 0"),
        ([3.0], "a rate is 3.0"),
        (3.0, "rates is 3.0; give a rate, a list"),
        ("umklapp", "rates is 'umklapp'; give a rate"),
        (lambda omega: omega, r"'<lambda>' fails on branch 'LA' \(TypeError"),
        (lambda omega, k, temperature, branch: np.ones(3), "returns 1/tau .* in that shape"),
        (lambda omega, k, temperature, branch: "fast", "ValueError"),
    ],
)
def test_rates_refuse_what_is_wrong(rates, found):
    with pytest.raises(MaterialError, match=found):
        Material.from_dispersion("m", branches=TWO, rates=rates)


def test_total_heat_capacity_below_the_branches_is_an_error():
    with pytest.raises(MaterialError, match="raise the total heat capacity or lower a cut-off"):
        Material.from_dispersion(
            "m", branches=TWO, rates=[ConstantRate(1e11)], total_heat_capacity=1.0
        )
    with pytest.raises(MaterialError, match="optical rest of -1; it must be >= 0"):
        Material.from_dispersion(
            "m", branches=TWO, rates=[ConstantRate(1e11)], optical_heat_capacity=-1.0
        )


def test_no_branches_is_an_error():
    with pytest.raises(MaterialError, match="no branches"):
        Material.from_dispersion("m", branches=[], rates=[ConstantRate(1.0)])


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"name": "LA", "dispersion": "sin", "kmax": 1e10, "v0": 1.0}, "did you mean 'sine'"),
        ({"name": "LA", "kmax": 1e10}, "no key 'v0'"),
        ({"kmax": 1e10, "v0": 5e3}, "no key 'name'"),
        ({"name": "LA", "kmax": -1e10, "v0": 5e3}, "kmax = -1e"),
        ({"name": "LA", "kmax": 1e10, "f_poly": "x", "dispersion": "polynomial"}, "f_poly"),
        ("LA", "a branch is 'LA'"),
        ({"name": "LA", "kmax": 1e10, "v0": 5e3, "G": 2}, "key 'G' does not exist"),
        ({"name": "LA", "kmax": 1e10, "v0": 5e3, "wmx": 2}, "did you mean 'wmax'"),
        ({"name": "LA", "kmax": 1e10, "v0": 5e3, "wmax": 1e13}, "both 'wmax' and 'v0'"),
        ({"name": "LA", "kmax": 1e10, "dispersion": "cubic"}, "no key 'f_poly'"),
        ({"name": "LA", "kmax": 1e10, "dispersion": 3}, "dispersion = 3; give a text"),
        ({"name": "LA", "kmax": "1e10 m", "v0": 5e3}, "not a wave number"),
    ],
)
def test_branch_tables_refuse_what_is_wrong(entry, found):
    with pytest.raises(MaterialError, match=found):
        Material.from_dispersion("m", branches=[entry], rates=[ConstantRate(1e11)])


@pytest.mark.parametrize("branches", [3, "LA", {"name": "LA", "v0": 5e3, "kmax": 1e10}])
def test_branches_are_a_list(branches):
    with pytest.raises(MaterialError, match=r"has branches = .*give a list"):
        Material.from_dispersion("m", branches=branches, rates=[ConstantRate(1e11)])


@pytest.mark.parametrize("key", ["total_heat_capacity", "reference_temperature"])
def test_other_values_are_numbers(key):
    with pytest.raises(MaterialError, match=f"{key} = 'x'; give a number"):
        Material.from_dispersion("m", branches=TWO, rates=[ConstantRate(1e11)], **{key: "x"})


def test_one_rate_serves_every_branch():
    wanted = Material.from_dispersion("m", branches=TWO, rates=[[ConstantRate(1e11)]] * 2)
    for rate in (
        ConstantRate(1e11),
        lambda omega, k, temperature, branch: 1e11,
        {"type": "constant", "rate": 1e11},
    ):
        found = Material.from_dispersion("m", branches=TWO, rates=rate)
        assert found.conductivity(300.0) == wanted.conductivity(300.0)


def test_branches_of_one_name_are_an_error():
    with pytest.raises(MaterialError, match="branch 'LA' is there more than once"):
        Material.from_dispersion("m", branches=[TWO[0], TWO[0]], rates=[ConstantRate(1e11)])


def test_values_of_tables_take_units():
    plain = Material.from_dispersion(
        "m",
        branches=[{"name": "LA", "wmax": 2.0 * np.pi * 10e12, "kmax": 1e10}],
        rates=[
            {"type": "umklapp_exp", "B": 2e-19, "theta": 213.0},
            {"type": "boundary", "length": 1e-6},
            {"type": "constant", "rate": 1e9},
        ],
    )
    spelled = Material.from_dispersion(
        "m",
        branches=[{"name": "LA", "wmax": "10 THz", "kmax": "10 1/nm"}],
        rates=[
            {"type": "umklapp_exp", "B": 2e-19, "theta": "213 K"},
            {"type": "boundary", "length": "1 um"},
            {"type": "constant", "rate": "1 1/ns"},
        ],
    )
    assert spelled.conductivity(300.0) == pytest.approx(plain.conductivity(300.0), rel=1e-12)
    assert spelled.cutoffs() == pytest.approx(plain.cutoffs(), rel=1e-12)


def test_amorphous_that_holds_too_much_is_an_error():
    oxide = {
        "density": 2200.0,
        "elastic_speeds": (5968.0, 3764.0),
        "heat_capacity": 1.628e6,
        "conductivity": 1.38,
    }
    with pytest.raises(MaterialError, match="lower a cut-off"):
        Material.amorphous("a", **oxide, cutoff=2.0 * np.pi * 10.4e12)
    with pytest.raises(MaterialError, match="cutoff = -1"):
        Material.amorphous("a", **oxide, cutoff=-1.0)


def test_amorphous_branches_are_debye():
    k = np.array([1e9, 5e9])
    for branch, speed in zip(material("SiO2").model.phonons, (5968.0, 3764.0), strict=True):
        assert branch.omega(k) == pytest.approx(speed * k, rel=1e-15)
        assert branch.speed(k) == pytest.approx([speed, speed], rel=1e-15)
