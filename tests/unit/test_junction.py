"""`bte.interface`: arguments, materials without frequencies, liquids, text and figure."""

from __future__ import annotations

import math

import numpy as np
import pytest

import bte
from bte import AMM, DMM, BteError, Material, Mixed, PressedContact, Resistance, Transmission
from bte.junction.grid import crossings, panel_grid, panels_between, refined
from bte.junction.spectra import branch_wavenumber
from bte.materials import Branch
from bte.materials.scattering import ConstantPath


@pytest.fixture(scope="module")
def si():
    return bte.material("Si")


@pytest.fixture(scope="module")
def ge():
    return bte.material("Ge")


def gray(name, capacity, speed, **more):
    return Material.gray(name, heat_capacity=capacity, speed=speed, mean_free_path=1e-8, **more)


def test_wave_vectors_are_right_to_rounding():
    branch = Branch.sine("TA", 5000.0, 1e10)
    omega = branch.frequency_range[1] * np.array([1e-12, 1e-6, 0.3, 0.99, 1.5])
    exact = 2e10 / math.pi * np.arcsin(np.minimum(omega / branch.frequency_range[1], 1.0))
    found = branch_wavenumber(branch, omega)
    assert found[:4] == pytest.approx(exact[:4], rel=1e-13)
    assert found[4] == 0.0
    falling = Branch.polynomial("LO", (9e13, 0.0, -3e-7), 1e10)
    assert branch_wavenumber(falling, np.array([8.9e13])) == pytest.approx(
        math.sqrt(1e12 / 3e-7), rel=1e-12
    )


def test_panels_integrate_square_roots_at_cutoffs():
    panels = panels_between(np.array([0.0, 1.0, 3.0]))
    grid = panel_grid(panels)
    values = np.where(grid.omega < 1.0, np.sqrt(np.maximum(1.0 - grid.omega, 0.0)), 1.0)
    assert grid.weight @ values == pytest.approx(2.0 / 3.0 + 2.0, rel=1e-12)
    fine, found = refined(panels[-2:], lambda w: np.abs(w - 1.3)[:, None])
    assert len(fine) > 2
    assert panel_grid(fine).weight @ found[:, 0] == pytest.approx(1.49, rel=1e-4)


def test_crossings_are_found():
    found = crossings(
        np.array([0.0, 1.0, 2.0]),
        lambda w: np.stack([w, 1.5 * np.ones_like(w), np.where(w > 1.0, 3.0 - w, 0.0)], axis=1),
    )
    assert found == pytest.approx(np.full(len(found), 1.5), abs=1e-12)
    assert len(found) > 0


def test_bad_arguments_are_named(si, ge):
    with pytest.raises(BteError, match=r"second is 'Ge'; give a material, such as bte.material"):
        bte.interface(si, "Ge")
    with pytest.raises(BteError, match="model is 'dmm'; give one of DMM, AMM"):
        bte.interface(si, ge, "dmm")
    with pytest.raises(BteError, match=r"model is <class .*; give one of DMM, AMM"):
        bte.interface(si, ge, DMM)
    bare = gray("bare", 1e6, 3000.0)
    with pytest.raises(BteError, match="'bare' has no density and no elastic_speeds"):
        bte.interface(si, bare, AMM())
    with pytest.raises(BteError, match="breaks detailed balance"):
        bte.interface(si, ge, Transmission(0.9))
    found = bte.interface(si, ge)
    for bad in (0.0, -1.0, math.nan, "cold", [], [[1.0]]):
        with pytest.raises(BteError, match=r"temperature is .*(> 0|numbers in K)"):
            found.conductance(bad)
    with pytest.raises(BteError, match="give one at a time"):
        found.by_branch([1.0, 2.0])
    with pytest.raises(BteError, match="convention must be one of 'emitted', 'local', 'slip'"):
        found.conductance(300.0, "landauer")
    with pytest.raises(BteError, match="cutoff must be 'channel' or 'min', not 'max'"):
        found.conductance(300.0, cutoff="max")
    with pytest.raises(BteError, match="cutoff='min' knows emitted temperatures only"):
        found.conductance(300.0, "local", "min")
    with pytest.raises(BteError, match="side must be 'first' or 'second', not 'left'"):
        found.by_angle(300.0, side="left")
    with pytest.raises(BteError, match="bins is 0; it must be a whole number >= 1"):
        found.by_angle(300.0, bins=0)
    with pytest.raises(BteError, match="incident must be one of 'P', 'SV', 'SH', not 'S'"):
        found.coefficients(0.1, "S")
    with pytest.raises(BteError, match=r"angle is 30; it must lie in \[0, pi/2\]"):
        found.coefficients(30)
    with pytest.raises(BteError, match=r"'min', which AMM.. and DMM.. know, but .* is Mixed"):
        bte.interface(si, ge, Mixed(0.5)).conductance(300.0, cutoff="min")


def test_scalars_and_arrays(si, ge):
    found = bte.interface(si, ge)
    assert isinstance(found.conductance(300), float)
    both = found.conductance([100.0, 300.0])
    assert both.shape == (2,)
    assert both[1] == found.conductance(300.0)
    assert found.resistance(300.0) == pytest.approx(1.0 / both[1])
    lengths = found.kapitza_length(300.0)
    local = found.conductance(300.0, "local")
    assert lengths == pytest.approx(
        (si.conductivity(300.0) / local, ge.conductivity(300.0) / local)
    )
    # Diffuse mismatch has t_12 + t_21 = 1 at every frequency.
    assert local == pytest.approx(2.0 * both[1], rel=1e-13)


def test_a_material_on_itself(si):
    for model, part in ((DMM(), 0.5), (AMM(), 1.0)):
        found = bte.interface(si, si, model)
        flux = si.bands(np.array([0.0, *si.cutoffs()[1:]]), 300.0)
        whole = 0.25 * float(flux.heat_capacity @ flux.speed)
        assert found.conductance(300.0) == pytest.approx(part * whole, rel=1e-9)
    assert found.conductance(300.0, "local") == math.inf
    assert found.resistance(300.0, "local") == 0.0


def test_gray_materials_pool_everything():
    first = gray("a", 1.0, 1.0, density=1.0, elastic_speeds=(1.0, 1.0))
    second = gray("b", 0.6**-3, 0.6, density=2.0, elastic_speeds=(0.6, 0.6))
    found = bte.interface(first, second)
    t12 = 0.6**-2 / (1.0 + 0.6**-2)
    assert found.conductance(5.0) == pytest.approx(0.25 * t12)
    assert found.conductance(5.0, "local") == pytest.approx(0.5 * t12)
    assert found.one_way_flux(7.0) == pytest.approx(7.0 * 0.25 * t12)
    scalar = bte.interface(first, second, AMM(scalar="fluid"))
    assert 4.0 * scalar.conductance(300.0) == pytest.approx(0.9549708543331624, rel=1e-9)
    parts = scalar.by_angle(300.0)
    assert parts.total == pytest.approx(scalar.conductance(300.0))
    assert parts.labels == ("P", "SV", "SH")
    with pytest.raises(BteError, match="'a' carries none"):
        found.by_frequency(300.0)
    with pytest.raises(BteError, match="'a' is made of groups, so it has no law"):
        found.low_temperature()


def test_groups_with_frequencies_meet_a_dispersion(si):
    """Of groups that sample another dispersion finely the conductance is nearly its own."""
    other = Material.from_dispersion(
        "x",
        branches=[Branch.debye("LA", 5000.0, 8e9), Branch.debye("TA", 3000.0, 8e9, 2)],
        rates=[ConstantPath(1e-8)] * 2,
    )
    edges = np.unique(np.concatenate([np.linspace(0.0, 4e13, 81), [2.4e13]]))
    bands = other.bands(edges, 300.0)
    groups = Material.from_groups(
        "y",
        heat_capacity=bands.heat_capacity,
        speed=bands.speed,
        mean_free_path=bands.mean_free_path,
        branch=bands.branch,
        frequency_edges=np.stack([edges[bands.band], edges[bands.band + 1]], axis=1),
    )
    exact = bte.interface(si, other).conductance(300.0)
    assert bte.interface(si, groups).conductance(300.0) == pytest.approx(exact, rel=1e-4)
    with pytest.raises(BteError, match=r"one_way_flux .* does not exist"):
        bte.interface(si, groups).one_way_flux(300.0)


def test_helium_on_silicon(si, tmp_path):
    helium = Material.from_dispersion(
        "He",
        branches=[Branch.debye("LA", 238.0, 1e10)],
        rates=[ConstantPath(1e-6)],
        density=145.0,
        elastic_speeds=(238.0, 0.0),
    )
    found = bte.interface(helium, si, AMM())
    forward, backward = found.transmission([1e10])
    assert 1e-6 < forward[0] < 2e-5
    assert backward[0] == pytest.approx(
        forward[0] * 238.0**-2 / (9017.0**-2 + 2 * 5372.0**-2), rel=1e-5
    )
    back = bte.interface(si, helium, AMM())
    assert back.conductance(1.0) == pytest.approx(found.conductance(1.0), rel=1e-9)
    coefficients = found.coefficients([0.0, 0.5])
    assert coefficients.reflected["P"][1] == pytest.approx(1.0, abs=1e-12)
    assert math.isnan(coefficients.angles["transmitted P"][1])
    with pytest.raises(BteError, match="incident is 'SV', but the first side is a liquid"):
        found.coefficients(0.0, "SV")
    assert found.plot(tmp_path / "helium.png", 2.0).stat().st_size > 10_000
    # Umklapp processes alone leave a crystal without resistance at 0.1 K: no length is given.
    pure = Material.from_dispersion(
        "pure",
        branches=[Branch.debye("LA", 5000.0, 1e10)],
        rates=[{"type": "umklapp_exp", "B": 2e-19, "theta": 200.0}],
    )
    assert bte.interface(helium, pure).table(0.1).splitlines()[4].split()[-1] == "-"


def test_coefficients_sum_to_one(si, ge):
    found = bte.interface(si, ge, AMM())
    theta = np.linspace(0.0, 0.5 * math.pi, 31)
    for side in ("first", "second"):
        for incident in ("P", "SV", "SH"):
            parts = found.coefficients(theta, incident, side)
            total = sum(parts.reflected.values()) + sum(parts.transmitted.values())
            assert total == pytest.approx(np.ones(31), abs=1e-12)
    snell = found.coefficients(0.3, "SV").angles
    assert math.sin(snell["transmitted P"]) == pytest.approx(math.sin(0.3) * 5400.0 / 5372.0)


def test_a_known_resistance_is_returned(si, ge):
    found = bte.interface(si, ge, Resistance(1e-8))
    assert found.resistance(300.0, "local") == pytest.approx(1e-8, rel=1e-10)
    assert found.resistance(100.0, "local") == pytest.approx(1e-8, rel=1e-10)
    with pytest.raises(BteError, match="less than phonons allow"):
        found.resistance(5.0, "local")
    pressed = bte.interface(si, ge, PressedContact(1e6, 1e9, 0.1, 1e-6))
    assert 1e3 < pressed.conductance(300.0, "local") < 1e6


def test_inelastic_exchange_passes_more(si, ge):
    elastic, inelastic = (bte.interface(si, ge, DMM(flag)) for flag in (False, True))
    assert inelastic.conductance(300.0) > 1.3 * elastic.conductance(300.0)
    assert inelastic.conductance(0.1) == pytest.approx(elastic.conductance(0.1), rel=1e-4)
    assert inelastic.conductance(300.0, "local") == pytest.approx(2 * inelastic.conductance(300.0))
    with pytest.raises(BteError, match="has no law of low temperatures"):
        inelastic.low_temperature()


def test_a_branch_without_a_speed_of_sound_has_no_cube_law(si):
    flexural = Material.from_dispersion(
        "z",
        branches=[Branch.polynomial("ZA", (0.0, 0.0, 4e-7), 1e10)],
        rates=[ConstantPath(1e-8)],
    )
    found = bte.interface(si, flexural)
    # etendue ~ k^2 ~ omega on one side, omega^2 on the other: the smaller one decides
    ratio = found.conductance(0.02) / found.conductance(0.01)
    assert ratio == pytest.approx(8.0, rel=1e-2)
    with pytest.raises(BteError, match="'ZA' of material 'z' has no speed of sound"):
        found.low_temperature()


def test_table_and_figure(si, ge, tmp_path):
    found = bte.interface(si, ge)
    text = found.table([77.0, 300.0])
    lines = text.splitlines()
    assert lines[0] == "Si | Ge: DMM"
    assert "G emitted (W/m2K)" in lines[2]
    assert f"{found.conductance(300.0):.5g}" in lines[5]
    for name in ("a.png", "b.svg"):
        path = found.plot(tmp_path / name)
        assert path.stat().st_size > 10_000


@pytest.mark.parametrize(
    "model",
    [bte.DMM(inelastic=True), bte.Resistance(1e-8), bte.PressedContact(1e6, 1e9, 0.1, 1e-6)],
    ids=["inelastic", "resistance", "pressed"],
)
def test_transmissions_where_the_whole_spectrum_decides(si, ge, model):
    """What passes at a frequency does not depend on which other frequencies are asked for."""
    found = bte.interface(si, ge, model)
    parts = found.by_frequency(300.0)
    few = slice(100, None, 200)
    forward, backward = found.transmission(parts.omega[few])
    assert forward == pytest.approx(parts.forward[few], rel=1e-8)
    assert backward == pytest.approx(parts.backward[few], rel=1e-8)
    assert found.transmission(parts.omega[300])[0] == pytest.approx(parts.forward[300], rel=1e-8)


def test_its_name_is_short(si, ge):
    assert repr(bte.interface(si, ge)) == "<interface Si | Ge: DMM>"
