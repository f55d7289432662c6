import dataclasses
import re
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from bte.errors import MaterialError
from bte.materials import (
    Branch,
    HollandTransverse,
    Impurity,
    Material,
    Umklapp,
    material,
)

K_M = 2.0 * np.pi / 5.43e-10


def a8_silicon():
    """Two-branch silicon of the reference values A8 (Pop and Terris).

    Isotropic k-sphere 0 < k < k_m = 2 pi/a, a = 5.43e-10 m; omega = v k + c k^2 with LA
    (9010 m/s, -2.0e-7 m2/s) and TA, doubly degenerate (5230, -2.26e-7);
    1/tau_LA = 1.18e-24 w^2 T^3 + 1.498e-45 w^4; 1/tau_TA = 1.498e-45 w^4 + (8.708e-13 w T^4 for
    k < k_m/2, 2.89e-18 w^2/sinh(hbar w/k_B T) from there on); no optical modes.
    """
    isotopes = Impurity(1.498e-45)
    return Material.from_dispersion(
        "Si A8",
        branches=[
            Branch.quadratic("LA", 9010.0, -2.0e-7, K_M),
            Branch.quadratic("TA", 5230.0, -2.26e-7, K_M, 2),
        ],
        rates={
            "LA": [Umklapp(1.18e-24, 0.0, 3.0), isotopes],
            "TA": [HollandTransverse(8.708e-13, 2.89e-18, onset_k=K_M / 2.0), isotopes],
        },
    )


def test_a8_bulk_values():
    # A8.bulk, certified to 11 digits.
    si = a8_silicon()
    moments = si.model.moments(300.0)
    assert si.heat_capacity(300.0) == pytest.approx(986389.9112973746, rel=1e-11)
    assert si.conductivity(300.0) == pytest.approx(145.86095306756192, rel=1e-11)
    assert moments[0] == pytest.approx([292796.8829564074, 693593.0283409673], rel=1e-11)
    assert moments[1].sum() == pytest.approx(2556019291.411806, rel=1e-11)
    assert moments[2] / 3.0 == pytest.approx([51.39803910951654, 94.46291395804538], rel=1e-11)


def test_oxide_is_diffusive_with_frequencies():
    oxide = material("SiO2")
    paths = [rate.parts[0].path for rate in oxide.model.rates]
    assert paths[0] == paths[1]
    assert 0.6e-9 < paths[0] < 1e-9
    assert oxide.cutoffs() == pytest.approx((0.0, 2.0 * np.pi * 8.73e12))
    assert 0.0 < oxide.model.optical(300.0) < 0.2 * 1.628e6


def test_gray_is_one_group():
    gray = Material.gray("g", heat_capacity=1.66e6, speed=6400.0, mean_free_path=41e-9)
    assert gray.conductivity(300.0) == pytest.approx(1.66e6 * 6400.0 * 41e-9 / 3.0, rel=1e-15)
    assert gray.heat_capacity(4.0) == 1.66e6
    assert not gray.has_frequencies
    assert gray.cutoffs() == ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        gray.density = 1.0


def test_groups_of_speed_zero_are_optical():
    found = Material.from_groups(
        "m", heat_capacity=[1e6, 5e5], speed=[5e3, 0.0], mean_free_path=[1e-7, np.nan]
    )
    assert found.heat_capacity(300.0) == 1.5e6
    assert found.conductivity(300.0) == pytest.approx(1e6 * 5e3 * 1e-7 / 3.0)
    assert found.model.optical(300.0) == 5e5


GOOD = {"heat_capacity": 1e6, "speed": 5e3, "mean_free_path": 1e-7}


@pytest.mark.parametrize("key", sorted(GOOD))
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, "1e3", None, True])
def test_gray_refuses_what_is_not_positive(key, value):
    with pytest.raises(MaterialError, match=f"material 'g' has {key} = "):
        Material.gray("g", **(GOOD | {key: value}))


@pytest.mark.parametrize("more", [{"density": 0.0}, {"density": "x"}, {"elastic_speeds": (1, -1)}])
def test_density_and_speeds_must_be_positive(more):
    with pytest.raises(MaterialError, match="it must be finite and > 0"):
        Material.gray("g", **GOOD, **more)


def test_elastic_speeds_are_a_pair():
    with pytest.raises(MaterialError, match="longitudinal, transverse"):
        Material.gray("g", **GOOD, elastic_speeds=5000.0)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"heat_capacity": [1e6, -1.0]}, r"heat_capacity\[1\] = -1"),
        ({"speed": [1.0, np.nan]}, r"speed\[1\] = nan"),
        ({"speed": [0.0, 0.0]}, "no group with a speed"),
        ({"speed": [1.0]}, "give 2 values"),
        ({"mean_free_path": [1.0, 0.0]}, r"mean_free_path\[1\] = 0"),
        ({"mean_free_path": ["a", "b"]}, "give numbers in SI units"),
        ({"branch": "LA"}, "branch = 'LA'; give a list of labels"),
        ({"branch": 3}, "branch = 3; give a list of labels"),
        ({"frequency_edges": ["a", "b", "c"]}, "frequency_edges = .*give numbers in SI"),
        ({"branch": ["LA"]}, "1 branch labels for 2 groups"),
        ({"frequency_edges": [0.0, 1.0]}, "3 are needed"),
        ({"frequency_edges": [0.0, 2.0, 1.0]}, "do not rise"),
        ({"frequency_edges": [[0.0, 1.0]]}, r"shape \(1, 2\)"),
        ({"frequency_edges": [-1.0, 2.0, 3.0]}, "do not rise"),
    ],
)
def test_groups_refuse_bad_lists(changed, found):
    good = {"heat_capacity": [1e6, 1e6], "speed": [1e3, 1e3], "mean_free_path": [1e-8, 1e-8]}
    with pytest.raises(MaterialError, match=found):
        Material.from_groups("m", **(good | changed))


def test_labelled_groups_share_the_edges_branch_by_branch():
    found = Material.from_groups(
        "m",
        heat_capacity=[1.0, 2.0, 3.0, 4.0],
        speed=[1.0, 1.0, 1.0, 0.0],
        mean_free_path=[1.0, 1.0, 1.0, 0.0],
        branch=["LA", "LA", "TA", "O"],
        frequency_edges=[0.0, 1e13, 3e13],
    )
    assert found.model.intervals.tolist() == [[0.0, 1e13], [1e13, 3e13], [0.0, 1e13]]
    assert found.branches == ("LA", "TA")


def test_temperature_must_be_positive():
    for bad in (0.0, "warm"):
        with pytest.raises(MaterialError, match="temperature is"):
            material("Si").conductivity(bad)


@pytest.mark.parametrize("name", [3, None, ["Si"]])
def test_a_material_is_a_name_or_a_path(name):
    with pytest.raises(MaterialError, match=r"material is .*'Si'.* or the path of a \.toml file"):
        material(name)


def test_unverified_values_are_explained_once():
    assert material("Si").describe().splitlines()[-1].strip().startswith("values marked unverified")
    assert "unverified" not in Material.gray("g", **GOOD).describe()


def test_unknown_material_suggests_the_nearest():
    with pytest.raises(MaterialError, match="did you mean 'SiO2'"):
        material("SiO")
    with pytest.raises(MaterialError, match="did you mean 'Si'"):
        material("si")
    with pytest.raises(MaterialError, match=r"'none\.toml' cannot be read"):
        material("none.toml")


GRAY_FILE = """
name = "g"
model = "gray"
heat_capacity = "1.66 MJ/m3/K"
speed = 6400
mean_free_path = "41 nm"
"""


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "g.toml"
    path.write_text(GRAY_FILE)
    assert material(path).conductivity(300.0) == pytest.approx(1.66e6 * 6400.0 * 41e-9 / 3.0)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("speed = 6400", "", "'speed' is missing"),
        ("speed = 6400", "sped = 6400\nspeed = 1", "did you mean 'speed'"),
        ("speed = 6400", "speed = -6400", "speed = -6400"),
        ("speed = 6400", 'speed = "6400 m"', "not a speed"),
        ("speed = 6400", "speed = true", "'speed' is True"),
        ("speed = 6400", "speed = [1, 2]", "speed = "),
        ("speed = 6400", "speed = ", "not valid TOML"),
        ('"gray"', '"grey"', "must be one of 'dispersion'"),
        ('name = "g"', "name = 1", "must be a text"),
        ('name = "g"', 'name = "g"\nsources = 1', "must be a table"),
    ],
)
def test_bad_files_name_file_and_key(tmp_path, old, new, found):
    path = tmp_path / "bad.toml"
    path.write_text(GRAY_FILE.replace(old, new))
    with pytest.raises(MaterialError, match=f"bad.toml'.*{found}"):
        material(path)


def test_examples_of_the_page_on_files_are_read(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "material-files.md"
    examples = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    kappa = []
    for text in examples:
        path = tmp_path / "example.toml"
        path.write_text(text, encoding="utf-8")
        kappa.append(material(path).conductivity(300.0))
    assert kappa == pytest.approx([130.3, 615.2], rel=1e-3)


def test_a_misspelt_key_of_a_rate_names_the_file(tmp_path):
    text = resources.files("bte.materials.library").joinpath("Si.toml").read_text()
    path = tmp_path / "si.toml"
    path.write_text(text.replace("theta = ", "thtea = "))
    with pytest.raises(MaterialError, match=r"si\.toml'.*'thtea'.*did you mean 'theta'"):
        material(path)
    path.write_text(text.replace("theta = 213.333", 'theta = "213.333 K"'))
    assert material(path).conductivity(300.0) == material("Si").conductivity(300.0)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: Branch.sine("LA", "5 km/s", 1e10), "speed = '5 km/s'; give a number"),
        (lambda: Branch.debye("LA", 5e3, "1e10"), "k_max = '1e10'; give a number"),
        (lambda: Branch.quadratic("LA", 5e3, None, 1e10), "curvature = None; give a number"),
        (lambda: Branch.debye("LA", 5e3, 1e10, "2"), "degeneracy = '2'; give a number"),
    ],
)
def test_values_of_branches_are_numbers(make, found):
    with pytest.raises(MaterialError, match=f"branch 'LA' has {found}"):
        make()
