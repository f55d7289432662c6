"""The library: accepted conductivities, sources, calibration, warnings, alloys."""

import math
from pathlib import Path

import numpy as np
import pytest

import bte
from bte.errors import BteWarning, MaterialError
from bte.materials.calibrate import calibrated_text
from bte.materials.library import available, entry, read
from bte.materials.phonons import DispersionModel
from bte.materials.scattering import ConstantPath, Matthiessen
from bte.spectrum import discretize

ROOT = Path(__file__).parents[2]
NAMES = tuple(name for name in available() if not name.endswith(":dft"))

# Accepted conductivity [W/m/K] at the reference temperature, the lattice part of metals.
ACCEPTED = {
    "Al": 6.0,
    "Al2O3": 46.0,
    "AlN": 285.0,
    "Au": 2.6,
    "Bi2Te3": 1.54,
    "CNT": 3500.0,
    "Cu": 16.9,
    "GST225-amorphous": 0.19,
    "GST225-fcc": 0.57,
    "GST225-hcp": 0.47,
    "GaAs": 45.5,
    "GaN": 230.0,
    "Ge": 59.9,
    "He4": 29.3,
    "PMMA": 0.19,
    "PbTe": 2.0,
    "Pt": 5.8,
    "Si": 148.0,
    "SiC": 387.0,
    "SiO2": 1.38,
    "diamond": 2300.0,
    "graphite": 1950.0,
    "hBN": 420.0,
    "water": 0.606,
}


def file_of(name):
    folder = Path(bte.__file__).parent / "materials" / "library"
    return (folder / f"{name}.toml").read_text(encoding="utf-8")


def test_every_entry_is_listed_here():
    assert set(NAMES) == set(ACCEPTED)


@pytest.mark.parametrize("name", NAMES)
def test_conductivity_is_the_accepted_one(name):
    found = entry(name)
    at = found.sheet.reference_temperature
    assert at == (0.5 if name == "He4" else 300.0)
    assert found.conductivity(at) == pytest.approx(ACCEPTED[name], rel=0.03)
    assert found.sheet.calibration.at(at) == ACCEPTED[name]


@pytest.mark.parametrize("name", NAMES)
def test_stored_residuals_are_those_of_the_model(name):
    found = entry(name)
    accepted = found.sheet.calibration
    off = [
        found.conductivity(t) / value - 1.0
        for t, value in zip(accepted.temperatures, accepted.accepted, strict=True)
    ]
    assert accepted.residuals == pytest.approx(off, abs=6e-5)


@pytest.mark.parametrize("name", ["Si", "Al2O3", "AlN", "SiO2", "graphite", "Cu"])
def test_calibrating_anew_changes_nothing(name):
    text = file_of(name)
    old, new = read.parsed(text, name), read.parsed(calibrated_text(text, entry(name)), name)
    assert new["calibration"]["residuals"] == pytest.approx(old["calibration"]["residuals"])
    for before, after in zip(old.get("rates", []), new.get("rates", []), strict=True):
        for key, value in before.items():
            assert after[key] == (
                value if isinstance(value, str) else pytest.approx(value, rel=1e-5)
            )


def test_silicon_and_germanium_follow_the_accepted_curve():
    # Ho, Powell and Liley, 100 to 600 K: Si within 3.5 %, Ge within 1 %.
    for name, bound in (("Si", 0.035), ("Ge", 0.01)):
        accepted = entry(name).sheet.calibration
        assert accepted.temperatures == (100.0, 200.0, 300.0, 400.0, 600.0)
        assert np.abs(accepted.residuals).max() < bound
    assert entry("Si").sheet.calibration.accepted == (884.0, 264.0, 148.0, 98.9, 61.9)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_a_source(name):
    found = entry(name)
    needed = {"density", "elastic_speeds", "conductivity"}
    table = read.parsed(file_of(name), name)
    for key in ("total_heat_capacity", "heat_capacity", "cutoff", "branches", "rates"):
        needed |= {key} & set(table)
    needed |= {"mass_variance"} & set(table.get("lattice", {}))
    needed |= {f"electrons.{key}" for key in table.get("electrons", {})}
    assert needed <= set(found.sources)
    assert all(found.sources.values())
    for source in table["sources"].values():
        assert set(source) <= {"text", "doi", "verified"}
        assert isinstance(source["verified"], bool)
    assert found.density > 0.0
    assert found.elastic_speeds is not None


def test_sources_say_whether_they_were_looked_up():
    sources = entry("Si").sources
    assert sources["conductivity"].startswith("recommended values of C. Y. Ho")
    assert sources["conductivity"].endswith("https://doi.org/10.1063/1.3253100")
    assert sources["mass_variance"].startswith("unverified: ")
    assert entry("Si").sheet.status == "partly verified"
    assert entry("He4").sheet.status == "unverified"


@pytest.mark.parametrize("name", NAMES)
def test_branches_hold_no_more_heat_than_was_measured(name):
    found = entry(name)
    assert found.model.optical(300.0) >= 0.0
    assert isinstance(found.model, DispersionModel)
    if name != "He4":
        assert found.heat_capacity(300.0) > 1e6


def test_samples_limit_what_is_conducted_when_cold():
    # Holland's silicon, 7.16 mm: a maximum near 25 K (measured: about 5000 W/m/K), then C v L/3.
    si = entry("Si")
    peak = max((si.conductivity(t), t) for t in (10.0, 15.0, 20.0, 25.0, 30.0, 40.0))
    assert peak[0] == pytest.approx(7942.9, rel=1e-3)
    assert peak[1] == 25.0
    flux = si.model.moments(1.0)[1].sum()
    assert si.conductivity(1.0) == pytest.approx(flux * 7.16e-3 / 3.0, rel=1e-3)


def test_zone_is_that_of_the_cell():
    for name in NAMES:
        found = entry(name)
        rate = found.model.rates[0].parts[0]
        if isinstance(rate, ConstantPath):
            continue
        k_max = (6.0 * math.pi**2 / found.sheet.lattice.cell_volume) ** (1.0 / 3.0)
        assert found.model.phonons[0].k_max == pytest.approx(k_max, rel=1e-5)


def test_no_glass_is_below_the_least_conductivity_of_its_branches():
    # Cahill and Pohl: a wave is not stopped within half its period, 1/tau = omega/pi.
    glasses = [n for n in NAMES if isinstance(entry(n).model.rates[0].parts[0], ConstantPath)]
    assert len(glasses) == 7
    ratios = {}
    for name in glasses:
        found = entry(name)
        rate = Matthiessen((lambda omega, k, t, branch: omega / math.pi,))
        least = DispersionModel(found.model.phonons, (rate,) * len(found.branches))
        at = found.sheet.reference_temperature
        ratios[name] = found.conductivity(at) / least.conductivity(at)
    assert all(ratio >= 1.0 for ratio in ratios.values())
    assert ratios["SiO2"] == pytest.approx(1.940, abs=0.002)
    assert ratios["PMMA"] < 1.01


def test_metals_say_what_their_electrons_carry():
    total = {"Al": 237.0, "Cu": 401.0, "Au": 317.0, "Pt": 71.6}
    for name, kappa in total.items():
        found = entry(name)
        assert found.sheet.electrons.conductivity == kappa
        (text,) = found.cautions(300.0)
        share = 100.0 * (1.0 - ACCEPTED[name] / kappa)
        assert f"electrons carry {share:.0f} % of its {kappa:g} W/m/K" in text
    assert entry("Si").cautions(300.0) == ()


def test_a_problem_with_a_metal_warns():
    mesh = bte.Mesh.line([0.0, 1e-7], 4)
    walls = {name: bte.Isothermal(300.0) for name in mesh.boundary_names}
    with pytest.warns(BteWarning, match="'Cu' is its lattice alone: electrons carry 96 %"):
        bte.Problem(mesh, {mesh.region_names[0]: bte.material("Cu")}, walls)


def test_helium_says_that_rotons_are_missing():
    helium = bte.material("He4")
    assert "without rotons" in helium.title
    assert helium.cautions(0.5) == ()
    assert "Rotons are left out" in helium.cautions(1.5)[0]
    # C = 2 pi^2 k_B^4 T^3/(15 hbar^3 c^3) of one branch; measured 0.0204 J/g/K4 T^3.
    assert helium.heat_capacity(0.5) == pytest.approx(378.027, rel=1e-4)
    assert helium.conductivity(0.5) == pytest.approx(378.027 * 238.0 * 1e-3 / 3.0, rel=1e-4)
    assert list(helium.elastic_speeds) == [238.0, 0.0]


def test_entries_without_a_source_warn():
    with pytest.warns(BteWarning, match="'hBN' has no source for 'elastic_speeds'"):
        bte.material("hBN")
    assert entry("hBN").sheet.status == "unsourced"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("si", "did you mean 'Si'"),
        ("Sii", "did you mean 'Si'"),
        ("GST", "did you mean 'GST225-"),
        ("sapphire", "alloys are written as 'Si0.7Ge0.3'"),
    ],
)
def test_unknown_names_get_the_nearest(name, said):
    with pytest.raises(MaterialError, match=said):
        bte.material(name)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("[lattice]\nstructure = 'a'", "has no key 'cell_volume'"),
        ("[lattice]\nstructre = 'a'", "did you mean 'structure'"),
        ("[electrons]\nconductivity = -1", "'electrons.conductivity' is -1; it must be a number >"),
        ("[calibration]\ntemperatures = [300]", "give as many of each"),
        ("[sources]\ndensity = { text = 'a', doe = 'b' }", "key 'doe' does not exist"),
        ("[sources]\ndensity = 3", "give a text, or {text, doi, verified}"),
        ("notes = 3", "give a list of texts"),
        ("temperature_range = ['2 K', '1 K']", "it must rise"),
    ],
)
def test_bad_sheets_are_refused(changed, said):
    gray = "name = 'g'\nmodel = 'gray'\nheat_capacity = 1e6\nspeed = 1e3\nmean_free_path = 1e-8\n"
    with pytest.raises(MaterialError, match=said):
        read.read_text(gray + changed, "g.toml")


def test_the_page_lists_every_entry():
    page = (ROOT / "docs" / "materials-library.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| ")]
    table = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows if len(row) == 7}
    assert set(available()) <= set(table)
    for name in available():
        found = entry(name)
        at, kappa, capacity, _, off, status = table[name]
        t = found.sheet.reference_temperature
        assert float(at) == t
        assert float(kappa.split()[0]) == pytest.approx(found.conductivity(t), rel=1e-3)
        assert float(capacity) * 1e6 == pytest.approx(found.heat_capacity(t), rel=1e-3)
        assert status == found.sheet.status
        if found.sheet.calibration:
            assert off.count(":") == len(found.sheet.calibration.residuals)


def test_describe_shows_residuals_and_sources():
    text = entry("Cu").describe()
    assert "401 W/m/K in all, 95.8 % by electrons" in text
    assert "16.9   +0.0 %" in text
    assert "status         partly verified" in text
    assert "600    61.9   -3." in entry("Si").describe()


@pytest.mark.parametrize("name", [*available(), "Si0.7Ge0.3"])
def test_every_entry_can_be_discretized(name):
    found = entry(name)
    at = found.sheet.reference_temperature
    spectrum = discretize([found], at, 6)
    kappa = np.sum(spectrum.heat_capacity * spectrum.speed * spectrum.mean_free_path) / 3.0
    assert kappa == pytest.approx(found.conductivity(at), rel=1e-6)
