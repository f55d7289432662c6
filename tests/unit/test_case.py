from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import bte
from bte.case import read_case
from bte.errors import BteError, CaseError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SLAB = """
temperature = "300 K"
[mesh]
line = [0, "50 nm", "100 nm"]
cells = [6, 6]
regions = ["film", "base"]
boundaries = ["hot", "cold"]
[materials]
film = "Si"
[materials.base]
model = "gray"
heat_capacity = "1.66 MJ/m3/K"
speed = "6400 m/s"
mean_free_path = "40 nm"
[boundaries.hot]
type = "Isothermal"
temperature = "301 K"
[boundaries.cold]
type = "Isothermal"
temperature = 299.0
[interfaces]
"film/base" = {model = "Transmission", value = 0.4}
[sources.film]
density = "1 GW/m3"
[solve]
bands = 4
polars = 4
tolerance = 1e-5
[fourier]
model = "kapitza"
"""

BOX = """
[mesh]
box = ["100 nm", "20 nm", "20 nm"]
cells = [4, 1, 1]
regions = "bar"
[materials]
bar = "Ge"
[boundaries]
left = {type = "HeatFlux", flux = "10 MW/m2"}
right = {type = "Isothermal", temperature = "300 K"}
front = {type = "Specular"}
back = {type = "Specular"}
bottom = {type = "Diffuse", mix = true}
top = {type = "Diffuse"}
[sources.bar]
power = "1 uW"
"""


BAR = """box = ["100 nm", "20 nm", "20 nm"]
cells = [4, 1, 1]
regions = "bar"
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str):
        path = tmp_path / "case.toml"
        path.write_text(text)
        return path

    return write


def test_slab_case_becomes_a_problem(write):
    case = read_case(write(SLAB))
    problem = case.problem
    assert problem.mesh.region_names == ("film", "base")
    assert problem.mesh.points.max() == pytest.approx(100e-9)
    assert problem.boundaries["hot"] == bte.Isothermal(301.0)
    assert problem.interfaces["film", "base"] == bte.Transmission(0.4)
    assert problem.materials["base"].conductivity(300.0) == pytest.approx(1.66e6 * 6400 * 40e-9 / 3)
    assert problem.sources["film"].density == pytest.approx(1e9)
    assert case.solve == {"bands": 4, "polars": 4, "tolerance": 1e-5}
    assert case.models == ("kapitza",)
    assert case.title == "case"
    assert case.output.directory.parts == ("results", "case")


def test_box_case_has_every_wall(write):
    case = read_case(write(BOX))
    assert case.problem.boundaries["left"] == bte.HeatFlux(10e6)
    assert case.problem.boundaries["bottom"] == bte.Diffuse(mix=True)
    assert case.problem.boundaries["front"] == bte.Specular()
    assert case.problem.sources["bar"].power == pytest.approx(1e-6)
    assert case.models == ("kapitza", "fourier", "slip", "size")


@pytest.mark.parametrize(("element", "n"), [("tetra", 24), ("prism", 8), ("hexahedron", 4)])
def test_box_case_of_other_elements(write, element, n):
    case = read_case(write(BOX.replace(BAR, BAR + f'element = "{element}"\n')))
    assert case.problem.mesh.n_cell == n


def test_power_of_a_slab_is_per_area(write):
    case = read_case(write(SLAB.replace('density = "1 GW/m3"', 'power = "50 W/m2"')))
    assert case.problem.sources["film"].power == 50.0
    with pytest.raises(CaseError, match=r"\[sources.film\] power"):
        read_case(write(SLAB.replace('density = "1 GW/m3"', 'power = "50 uW"')))


def test_paths_are_relative_to_the_case(write, tmp_path):
    bte.Mesh.rectangle((1e-7, 1e-7), (2, 2)).write(tmp_path / "plate.msh", unit="nm")
    walls = "".join(f'{w} = {{type = "Diffuse"}}\n' for w in ("left", "top", "bottom"))
    case = read_case(
        write(
            f"""
            [mesh]
            file = "plate.msh"
            unit = "nm"
            [materials]
            domain = "Si"
            [boundaries]
            right = {{type = "Isothermal", temperature = 300}}
            {walls}
            [output]
            directory = "out"
            line = {{from = ["0 nm", "50 nm"], to = ["100 nm", "50 nm"], points = 11}}
            """
        )
    )
    assert case.problem.mesh.dim == 2
    assert case.output.directory == tmp_path / "out"
    assert case.output.view.end == pytest.approx((100e-9, 50e-9))
    assert case.output.view.points == 11


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("[solve]", "[solve]\nband = 3", r"key 'band' does not exist; did you mean 'bands'"),
        ("[solve]", "[solver]", r"did you mean 'solve'"),
        ("bands = 4", "lanes = 1", r"\[solve\] lanes must be \"auto\", \"full\" or a whole"),
        ("bands = 4", "accuracy = 2", r"\[solve\] accuracy is 2; it must be a number between"),
        ("bands = 4", "bands = -4", r"\[solve\] bands is -4; it must be a positive whole number"),
        ("tolerance = 1e-5", "tolerance = 2", r"tolerance is 2; it must be a number between"),
        ('"Isothermal"\ntemperature = "301 K"', '"isothermal"', "did you mean 'Isothermal'"),
        ('temperature = "301 K"', "", r"\[boundaries.hot\] has no 'temperature'"),
        ('"301 K"', '"301 nm"', r"\[boundaries.hot\] temperature '301 nm' has the unit 'nm'"),
        ("[boundaries.hot]", "[boundaries.hott]", "boundary 'hott' does not exist.*'hot'"),
        ('film = "Si"', 'film = "Sii"', "material 'Sii' does not exist"),
        ('film = "Si"', "", r"region 'film' has no material; add film = \"…\" to \[materials\]"),
        (
            '[boundaries.cold]\ntype = "Isothermal"\ntemperature = 299.0',
            "",
            r"'cold' has no condition; add \[boundaries.cold\] with a type",
        ),
        ('"Isothermal"\ntemperature = "301', '"Diffuse"\nx = "301', "key 'x' does not exist"),
        ('type = "Isothermal"', 'model = "Isothermal"', r"write type = \"Isothermal\""),
        ('type = "Isothermal"', "", r"\[boundaries.hot\] has no 'type'; add one of 'Isoth"),
        ('model = "gray"', "", r"\[materials.base\] has no 'model'"),
        ("value = 0.4", "value = 0.4, transmission = 0.4", "exactly one of 'transmission'"),
        ('"film/base"', '"film-base"', "does not name two regions"),
        ('"film/base"', '"film/bas"', "region 'bas' does not exist"),
        ('"Transmission"', '"AMN"', "model 'AMN' does not exist"),
        ("value = 0.4", "value = 1.4", "1.4"),
        ('speed = "6400 m/s"', 'speed = "-1 m/s"', "-1"),
        ('model = "kapitza"', 'model = "kapiza"', "did you mean 'kapitza'"),
        ('density = "1 GW/m3"', "", r"\[sources.film\] must have exactly one of"),
        ("[mesh]", '[mesh]\nfile = "x.msh"', r"\[mesh\] must have exactly one of"),
        ("cells = [6, 6]", "cells = [6, 0]", r"\[mesh\] cells is \[6, 0\]"),
        ("cells = [6, 6]", "cells = [6", "not valid TOML"),
        ("[solve]", "[output]\nslice = {normal = 'x'}\n[solve]", "is for 3D"),
        ("[solve]", "[output]\nline = {from = [0], to = ['1 um']}\n[solve]", "outside the mesh"),
        ("[solve]", "[output]\nline = {from = [0], to = [0]}\n[solve]", "starts where it ends"),
        ("polars = 4", "polars = 4\nazimuths = true", "azimuths is True"),
    ],
)
def test_wrong_cases_say_what_is_wrong(write, old, new, match):
    assert old in SLAB
    with pytest.raises(BteError, match=match):
        read_case(write(SLAB.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("mesh", "match"),
    [
        ('file = "a.step"', r"'a.step' is a CAD file; use cad = \"a.step\" and a cell size"),
        ('file = "a.STP"\nsize = "5 nm"', r"use cad = \"a.STP\"$"),
        ('file = "a.msh"\nsize = "5 nm"', r"\[mesh\] size is for CAD files, and 'a.msh' is meshed"),
        ('file = "a.msh"\nsice = "5 nm"', "key 'sice' does not exist"),
        (f'{BAR}element = "quad"', "'quad' does not exist in 3D; use one of .*hexahedron"),
        ('cad = "a.msh"', r"for a mesh file use file = \"a.msh\""),
        ('cad = "a.step"', r"\[mesh\] has no 'size'"),
        ('cad = "a.step"\nsize = "1 nm"\nregions = "x"', "must be a list of texts"),
        ('cad = "a.step"\nperiodic = ["x", "y"]', r"periodic .* pairs of names .*\[\[\"xmin\""),
        ('cad = "a.step"\nsize = "1 nm"\nsizes = {fin = "x"}', r"\[mesh.sizes\] fin 'x'"),
    ],
)
def test_wrong_mesh_sections_say_what_to_write(write, mesh, match):
    text = BOX.replace(BAR, mesh + "\n")
    with pytest.raises(CaseError, match=match):
        read_case(write(text))


def test_a_cad_case_takes_every_key(write, monkeypatch):
    taken = {}

    def from_cad(path, **options):
        taken.update(options, path=path)
        return bte.Mesh.box((1e-7, 2e-8, 2e-8), (4, 1, 1), regions="bar")

    monkeypatch.setattr(bte.Mesh, "from_cad", from_cad)
    cad = (
        'cad = "a.step"\nsize = "9 nm"\nsizes = {bar = "3 nm"}\ngrading = 1.5\n'
        'regions = ["bar"]\nunit = "um"\nperiodic = [["left", "right"]]\nelement = "tetra"'
    )
    case = read_case(write(BOX.replace(BAR, cad + "\n")))
    assert taken.pop("path") == case.path.parent / "a.step"
    assert taken["sizes"]["bar"] == pytest.approx(3e-9)
    assert (taken["grading"], taken["regions"], taken["unit"]) == (1.5, ["bar"], "um")
    assert (taken["periodic"], taken["element"]) == ([("left", "right")], "tetra")


def test_transmission_by_its_own_name(write):
    case = read_case(write(SLAB.replace("value = 0.4", "transmission = 0.4")))
    assert case.problem.interfaces["film", "base"] == bte.Transmission(0.4)


@pytest.mark.parametrize("section", ["mesh", "materials", "boundaries"])
def test_missing_sections(write, section):
    text = SLAB.replace(f"[{section}]", "[interfaces2]").replace(f"[{section}.", "[interfaces2.")
    text = text.replace("[interfaces2", f"[{section}2", 9)
    with pytest.raises(CaseError, match=f"'{section}2' does not exist; did you mean '{section}'"):
        read_case(write(text))
    with pytest.raises(CaseError, match=r"has no .* section"):
        read_case(write('title = "empty"'))


def test_ordinates_are_checked_before_the_solve(write):
    with pytest.raises(CaseError, match="multiple of 4"):
        read_case(write(BOX + "[solve]\nazimuths = 6\n"))


def test_slice_outside(write):
    text = BOX + '[output]\nslice = {normal = "x", at = "200 nm"}\n'
    with pytest.raises(CaseError, match="misses the mesh"):
        read_case(write(text))
    text = BOX + '[output]\nslice = {normal = "x", at = "20 nm"}\n'
    assert read_case(write(text)).output.view.level == pytest.approx(20e-9)


def test_the_case_of_the_page_is_valid(write):
    page = (Path(__file__).resolve().parents[2] / "docs" / "case-files.md").read_text("utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    case = read_case(write(text))
    assert case.title == "Two layers"
    for example in re.findall(r"\| `([^`|]* = [^`|]*)` \|", page):
        tomllib.loads(example)


def test_missing_file(tmp_path):
    with pytest.raises(CaseError, match="does not exist"):
        read_case(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaseError, match="cannot be read"):
        read_case(tmp_path / "binary.toml")
