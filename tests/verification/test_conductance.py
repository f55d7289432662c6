"""Conductance of the continuous spectrum against tables, closed forms and the solver's bands.

Debye branches of Si (2330 kg/m3; 8970, 5332 m/s; a = 5.431 Angstrom) and Ge (5320; 5370, 3280;
5.658) with cut-offs w_j = c_j (6 pi^2 4/a^3)^(1/3). The tables come from piecewise Gauss sums of
another code.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import bte
from bte import AMM, DMM, Material, Mixed, Radiation, Transmission
from bte.conditions.interface import transmission_table
from bte.conditions.kapitza import interface_conductance
from bte.conditions.pair import make_pair
from bte.materials import Branch
from bte.materials.scattering import ConstantPath
from bte.units import HBAR, K_B

# T: G of DMM, G of AMM with the constant transmissions of long waves up to the lower cut-off
TABLE = {
    1: (613.4806313914233, 747.3187952439915),
    2: (4907.84505112065, 5978.550361952068),
    5: (76685.07892376035, 93414.84940550198),
    10: (613480.6197760308, 747318.775118421),
    20: (4901773.65123608, 5968034.831059527),
    30: (16097946.440968452, 19377037.332526833),
    50: (59853624.3995832, 66288852.06841027),
    100: (193088668.84096962, 175908999.78475633),
    200: (314897948.5968505, 257687313.18003583),
    300: (350902494.1956227, 280215538.9272343),
}
DMM_LAW, AMM_LAW, RADIATION_LAW = 613.4806313900832, 747.3187952440204, 843.6997551628446


def crystal(name, density, speeds, lattice, sine=False):
    k = (24.0 * math.pi**2) ** (1.0 / 3.0) / lattice
    make = Branch.sine if sine else Branch.debye
    return Material.from_dispersion(
        name,
        branches=[make("LA", speeds[0], k), make("TA", speeds[1], k, 2)],
        rates=[ConstantPath(1e-7)] * 2,
        density=density,
        elastic_speeds=speeds,
    )


@pytest.fixture(scope="module")
def pair():
    return (
        crystal("Si", 2330.0, (8970.0, 5332.0), 5.431e-10),
        crystal("Ge", 5320.0, (5370.0, 3280.0), 5.658e-10),
    )


@pytest.fixture(scope="module")
def acoustic(pair):
    return bte.interface(*pair, AMM())


def test_diffuse_mismatch_from_1_to_300_kelvin(pair):
    found = bte.interface(*pair, DMM()).conductance(list(TABLE))
    assert found == pytest.approx([dmm for dmm, _ in TABLE.values()], rel=1e-10)
    back = bte.interface(*pair[::-1], DMM()).conductance(list(TABLE))
    assert back == pytest.approx(found, rel=1e-12)


def test_acoustic_mismatch_up_to_the_lower_cutoff(acoustic, pair):
    expected = [amm for _, amm in TABLE.values()]
    assert acoustic.conductance(list(TABLE), cutoff="min") == pytest.approx(expected, rel=1e-10)
    back = bte.interface(*pair[::-1], AMM()).conductance(1.0, cutoff="min")
    assert back == pytest.approx(TABLE[1][1], rel=1e-10)


@pytest.mark.parametrize(
    ("model", "law"), [(DMM(), DMM_LAW), (AMM(), AMM_LAW), (Radiation(), RADIATION_LAW)]
)
def test_cube_law_of_linear_dispersions(pair, acoustic, model, law):
    found = acoustic if model == AMM() else bte.interface(*pair, model)
    low = found.low_temperature()
    assert low.prefactor == pytest.approx(law, rel=1e-10)
    temperatures = np.array([1e-3, 0.1, 1.0, 3.0, 5.0])
    assert np.abs(low.deviation(temperatures)).max() < 1e-8
    assert low.conductance(2.0) == pytest.approx(8.0 * law)
    assert 15.0 < low.holds_below(1e-3) < 25.0


def test_cube_law_is_the_limit_of_other_dispersions():
    sides = (
        crystal("a", 2330.0, (8970.0, 5332.0), 5.431e-10, sine=True),
        crystal("b", 5320.0, (5370.0, 3280.0), 5.658e-10, sine=True),
    )
    low = bte.interface(*sides, AMM()).low_temperature()
    assert low.prefactor == pytest.approx(AMM_LAW, rel=1e-10)
    deviation = low.deviation([0.01, 0.1, 1.0, 10.0])
    # k(omega) is odd, so the deviation is quadratic in T at first.
    assert np.abs(deviation[0]) < 1e-8
    assert deviation[1:3] / deviation[2] == pytest.approx([0.01, 1.0], rel=2e-3)
    assert abs(low.deviation(low.holds_below(1e-3))) == pytest.approx(1e-3, rel=1e-6)


@pytest.mark.parametrize("model", [DMM(), AMM(), Transmission(0.1), Mixed(rms=3e-10)])
def test_conductance_is_the_derivative_of_the_one_way_flux(pair, acoustic, model):
    found = acoustic if model == AMM() else bte.interface(*pair, model)
    back = bte.interface(*pair[::-1], DMM()) if model == DMM() else found
    for t in (2.0, 40.0, 300.0):
        h = 1e-3 * t
        flux = found.one_way_flux(t + h * np.array([-2.0, -1.0, 1.0, 2.0]))
        slope = (flux @ [1.0, -8.0, 8.0, -1.0]) / (12.0 * h)
        assert slope == pytest.approx(found.conductance(t), rel=1e-9)
        assert back.one_way_flux(t) == pytest.approx(found.one_way_flux(t), rel=1e-11)


def test_one_way_flux_of_the_radiation_limit_is_stefans_law(pair):
    """Of a material on itself all passes: pi^2 k_B^4 T^4/(120 hbar^3) sum 1/c^2, far below."""
    flux = bte.interface(pair[0], pair[0], Radiation()).one_way_flux(3.0)
    inverse = 8970.0**-2 + 2.0 * 5332.0**-2
    assert flux == pytest.approx(math.pi**2 * K_B**4 * 81.0 / (120 * HBAR**3) * inverse, rel=1e-10)


MODELS = [
    DMM(),
    DMM(inelastic=True),
    AMM(),
    AMM(scalar="fluid"),
    Mixed(specularity=0.5),
    Radiation(),
    Transmission(0.2, of="smaller side"),
    Transmission(lambda w, mu: 0.3 * mu * np.exp(-w / 3e13), of="smaller side", directional=True),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_parts_sum_to_the_conductance(model):
    found = bte.interface(bte.material("Si"), bte.material("Ge"), model)
    for convention in ("emitted", "local"):
        whole = found.conductance(300.0, convention)
        assert found.by_frequency(300.0, convention).total == pytest.approx(whole, rel=1e-12)
        assert found.by_branch(300.0, convention).total == pytest.approx(whole, rel=1e-12)
        for side in ("first", "second"):
            parts = found.by_angle(300.0, convention, side)
            assert parts.total == pytest.approx(whole, rel=1e-12)
            assert (parts.density * np.diff(parts.edges)).sum() == pytest.approx(whole)


@pytest.mark.parametrize("model", [DMM(), AMM(), Mixed(rms=2e-10)])
def test_tables_of_many_bands_tend_to_it(model):
    first, second = bte.material("Si"), bte.material("Ge")
    found = bte.interface(first, second, model)
    errors = []
    for bands in (40, 80):
        table = transmission_table(model, make_pair(first, second, 300.0, bands))
        errors.append(
            [
                interface_conductance(table, c) / found.conductance(300.0, c) - 1.0
                for c in ("emitted", "local", "slip")
            ]
        )
    coarse, fine = np.abs(errors)
    assert coarse.max() < 2e-4
    assert np.all(fine < 0.3 * coarse)  # second order in the width of the bands


def test_angles_of_acoustic_mismatch_follow_the_coefficients(acoustic, pair):
    """Debye branches at low T: t(theta) cos sin of each polarisation, whatever the frequency."""
    parts = acoustic.by_angle(2.0, bins=9)
    whole = acoustic.conductance(2.0)
    for label, c, values in zip(parts.labels, (8970.0, 5332.0, 5332.0), parts.values, strict=True):
        for low, high, value in zip(parts.edges[:-1], parts.edges[1:], values, strict=True):
            theta = np.linspace(low, high, 4001)
            passed = acoustic.coefficients(theta, label).transmitted
            t = sum(passed.values()) * np.sin(2.0 * theta)
            alpha = np.sum(0.5 * (t[1:] + t[:-1]) * np.diff(theta))
            law = math.pi**2 * K_B**4 * 8.0 / (30.0 * HBAR**3) * alpha / c**2
            assert value == pytest.approx(law, rel=2e-3, abs=1e-7 * whole)


def test_acoustic_transmission_of_long_waves_and_beyond_cutoffs(acoustic, pair):
    top_ge_ta, top_ge_la = sorted(w for w in pair[1].cutoffs() if w > 0.0)
    forward, backward = acoustic.transmission([1e10, 0.999 * top_ge_ta, 1.001 * top_ge_la])
    slow, fast = 8970.0**-2 + 2.0 * 5332.0**-2, 5370.0**-2 + 2.0 * 3280.0**-2
    assert forward[0] * slow == pytest.approx(backward[0] * fast, rel=1e-10)
    mean = 0.9148797040136438 / 8970.0**2
    mean += (0.8971939701779987 + 0.8640460172680037) / 5332.0**2
    assert forward[0] == pytest.approx(mean / slow, rel=1e-9)
    assert forward[1] == pytest.approx(forward[0], rel=1e-9)
    assert forward[2] == backward[2] == 0.0
