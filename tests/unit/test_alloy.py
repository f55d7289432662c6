"""Alloys: ends, masses, disorder, names, errors."""

import numpy as np
import pytest

import bte
from bte.errors import MaterialError
from bte.materials.library import entry

MASS = {"Si": 28.0855, "Ge": 72.630}


def test_ends_are_the_elements():
    for share, name in ((0.0, "Si"), (1.0, "Ge")):
        found, end = bte.alloy("Si", "Ge", share), entry(name)
        for t in (100.0, 300.0):
            assert found.conductivity(t) == pytest.approx(end.conductivity(t), rel=1e-5)
        assert found.heat_capacity(300.0) == pytest.approx(end.heat_capacity(300.0), rel=1e-5)
        assert found.density == pytest.approx(end.density, rel=1e-12)
        assert found.cutoffs() == pytest.approx(end.cutoffs(), rel=1e-5)
        slopes = [2.0 * b.law.omega_max / b.k_max * np.pi / 4.0 for b in end.model.phonons]
        assert found.elastic_speeds == pytest.approx(slopes, rel=1e-5)


def test_conductivity_of_silicon_germanium():
    # Single crystals at 300 K: 8 to 9 W/m/K between x = 0.3 and 0.7 (Abeles 1963, Dismukes 1964).
    found = [bte.alloy("Si", "Ge", x).conductivity(300.0) for x in (0.3, 0.5, 0.7)]
    assert found == pytest.approx([8.56, 7.99, 8.43], rel=2e-3)
    dilute = [bte.alloy("Si", "Ge", x).conductivity(300.0) for x in (0.001, 0.01, 0.05, 0.2)]
    assert all(np.diff([148.0, *dilute]) < 0.0)


def test_point_defect_rate():
    # A = V Gamma/(4 pi v^3) with Gamma = x(1-x)[(dm/m)^2 + 39 (dr/r)^2] and the isotopes.
    x = 0.3
    found = bte.alloy("Si", "Ge", x)
    ends = [entry("Si"), entry("Ge")]
    mass = (1.0 - x) * MASS["Si"] + x * MASS["Ge"]
    sizes = [e.sheet.lattice.cell_volume ** (1.0 / 3.0) for e in ends]
    size = (1.0 - x) * sizes[0] + x * sizes[1]
    disorder = ((MASS["Ge"] - MASS["Si"]) / mass) ** 2 + 39.0 * ((sizes[1] - sizes[0]) / size) ** 2
    gamma = x * (1.0 - x) * disorder + found.sheet.lattice.mass_variance
    speed = found.speed_of_sound()
    expected = size**3 / 2.0 * gamma / (4.0 * np.pi * speed**3)
    assert pytest.approx(expected, rel=3e-3) == found.model.rates[0].parts[1].A
    assert found.sheet.lattice.mass_variance == pytest.approx(
        (0.7 * MASS["Si"] ** 2 * 2.01e-4 + 0.3 * MASS["Ge"] ** 2 * 5.87e-4) / mass**2, rel=3e-3
    )


def test_names():
    found = bte.material("Si0.7Ge0.3")
    assert found.name == "Si0.7Ge0.3"
    assert found.conductivity(300.0) == bte.alloy("Si", "Ge", 0.3).conductivity(300.0)
    assert bte.alloy("Si", "Ge", 0.25).name == "Si0.75Ge0.25"
    assert found.has_frequencies
    assert "no calibration" in found.describe()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Si0.7Ge0.4", "add up to 1.1; they must add up to 1"),
        ("Si0.7Al0.3", "needs one structure"),
        ("Si0.7Gd0.3", "material 'Gd' does not exist"),
        ("Si3N4", "does not exist"),
    ],
)
def test_bad_names(name, said):
    with pytest.raises(MaterialError, match=said):
        bte.material(name)


@pytest.mark.parametrize("share", [-0.1, 1.1, "0.3", True, np.nan])
def test_bad_shares(share):
    with pytest.raises(MaterialError, match="between 0 and 1"):
        bte.alloy("Si", "Ge", share)


def test_materials_that_cannot_be_alloyed():
    gray = bte.Material.gray("g", heat_capacity=1e6, speed=1e3, mean_free_path=1e-8)
    with pytest.raises(MaterialError, match="'g' has no lattice"):
        bte.alloy("Si", gray, 0.5)
    with pytest.raises(MaterialError, match="'SiO2' has no sine branches"):
        bte.alloy("Si", entry("SiO2"), 0.5)
