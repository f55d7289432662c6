import re
from pathlib import Path

import numpy as np
import pytest

from bte.errors import BteWarning, MeshError
from bte.mesh import Mesh, dihedral_range
from bte.mesh.cad import load_gmsh
from bte.mesh.step_text import in_millimetres, named_faces

MESHES = Path(__file__).parents[2] / "meshes"
NM = 1e-9

try:
    gmsh = load_gmsh()
except MeshError as missing:
    gmsh, reason = None, str(missing)
else:
    reason = ""
needs_gmsh = pytest.mark.skipif(gmsh is None, reason=reason)


def draw(path, boxes, names=(), faces=False):
    """Write boxes ((x, y, z), (dx, dy, dz)) to a CAD file; faces are rectangles without z."""
    gmsh.initialize(interruptible=False)
    gmsh.option.setNumber("General.Terminal", 0)
    for corner, sides in boxes:
        if faces:
            gmsh.model.occ.addRectangle(*corner, *sides[:2])
        else:
            gmsh.model.occ.addBox(*corner, *sides)
    gmsh.model.occ.synchronize()
    gmsh.write(str(path))
    gmsh.finalize()
    # gmsh writes no names but numbers its products, those of parts as 1.1, 1.2, …
    number = r"\d+\.{}" if len(boxes) > 1 else r"\d+"
    for k, name in enumerate(names, 1):
        default = "'Open CASCADE STEP translator [\\d.]+ " + number.format(k) + "'"
        path.write_text(re.sub(default, f"'{name}'", path.read_text()))
    return path


STACK = [((0, 0, 0), (40, 40, 20)), ((10, 10, 20), (20, 20, 10))]


@needs_gmsh
def test_touching_bodies_conform_and_keep_their_names(tmp_path):
    path = draw(tmp_path / "stack.step", STACK, ("base", "block"))
    mesh = Mesh.from_cad(path, size=8 * NM, unit="nm")
    assert mesh.region_names == ("base", "block")
    volumes = [mesh.volumes[mesh.region_cells(name)].sum() for name in mesh.region_names]
    np.testing.assert_allclose(volumes, [32000 * NM**3, 4000 * NM**3], rtol=1e-9)
    contact = mesh.interfaces["base", "block"]
    assert mesh.faces.area[contact].sum() == pytest.approx(400 * NM**2, rel=1e-9)
    np.testing.assert_allclose(mesh.faces.normal[contact], [(0, 0, 1)] * len(contact), atol=1e-9)
    areas = {n: mesh.faces.area[mesh.boundary_faces(n)].sum() for n in mesh.boundary_names}
    expected = dict.fromkeys(("xmin", "xmax", "ymin", "ymax"), 800) | {"zmin": 1600}
    expected |= {"zmax": 400, "base surface": 1200, "block surface": 800}
    assert areas == pytest.approx({k: v * NM**2 for k, v in expected.items()}, rel=1e-9)
    assert not gmsh.isInitialized()


@needs_gmsh
def test_sizes_of_bodies_and_grading(tmp_path):
    path = draw(tmp_path / "stack.step", STACK, ("base", "block"))
    coarse = Mesh.from_cad(path, size=10 * NM)
    fine = Mesh.from_cad(path, size=10 * NM, sizes={"block": 2.5 * NM})
    graded = Mesh.from_cad(path, size=2.5 * NM, grading=1.5)
    uniform = Mesh.from_cad(path, size=2.5 * NM)

    def count(mesh, name):
        return len(mesh.region_cells(name))

    assert count(fine, "block") > 10 * count(coarse, "block")
    assert graded.n_cell < 0.5 * uniform.n_cell
    low = uniform.volumes[uniform.region_cells("base")].mean()
    assert low == pytest.approx((2.5 * NM) ** 3 / 8.5, rel=0.3)


@needs_gmsh
def test_flat_bodies_make_a_plane_mesh(tmp_path):
    boxes = [((0, 0, 0), (20, 10, 0)), ((20, 0, 0), (20, 10, 0))]
    path = draw(tmp_path / "flat.brep", boxes, faces=True)
    mesh = Mesh.from_cad(path, size=4 * NM, regions=["film", "base"])
    assert (mesh.dim, mesh.region_names) == (2, ("film", "base"))
    assert set(mesh.boundary_names) == {"xmin", "xmax", "ymin", "ymax"}
    assert mesh.volumes.sum() == pytest.approx(400 * NM**2)
    assert mesh.faces.area[mesh.interfaces["film", "base"]].sum() == pytest.approx(10 * NM)


@needs_gmsh
def test_bodies_without_names_are_listed_with_their_boxes(tmp_path):
    path = draw(tmp_path / "stack.step", STACK, ("base",))
    with pytest.raises(
        MeshError, match=r"1 of 2 bodies.*body 2 from \(1e-08, 1e-08, 2e-08\) to \(3e-08, 3e-08"
    ):
        Mesh.from_cad(path, size=8 * NM)
    mesh = Mesh.from_cad(path, size=20 * NM, regions=["lower", "upper"])
    assert mesh.region_names == ("lower", "upper")
    with pytest.raises(MeshError, match=r"regions must hold 2 names.*body 1 from"):
        Mesh.from_cad(path, size=8 * NM, regions=["lower"])


@needs_gmsh
def test_bodies_of_one_name_form_one_region(tmp_path, caplog):
    path = tmp_path / "twins.step"
    draw(path, [((0, 0, 0), (10, 10, 10)), ((20, 0, 0), (10, 10, 10))], ["pad", "pad"])
    with caplog.at_level("INFO", logger="bte"):
        mesh = Mesh.from_cad(path, size=10 * NM)
    assert mesh.region_names == ("pad",)
    assert mesh.volumes.sum() == pytest.approx(2000 * NM**3, rel=1e-9)
    assert "bodies 1, 2 are all named 'pad': one region" in caplog.text


@needs_gmsh
def test_overlapping_bodies_are_named(tmp_path):
    boxes = [((0, 0, 0), (40, 40, 20)), ((10, 10, 10), (20, 20, 20))]
    path = draw(tmp_path / "overlap.step", boxes, ("base", "block"))
    with pytest.raises(MeshError, match=r"1 \('base'\) and 2 \('block'\) overlap"):
        Mesh.from_cad(path, size=8 * NM)
    assert not gmsh.isInitialized()


@needs_gmsh
def test_boundaries_may_be_named_by_place(tmp_path):
    path = draw(tmp_path / "one.step", STACK[:1], ("base",))
    mesh = Mesh.from_cad(path, 20 * NM, boundaries=lambda x: np.where(x[:, 2] < NM, "sink", "rest"))
    assert sorted(mesh.boundary_names) == ["rest", "sink"]


@needs_gmsh
def test_a_session_of_the_user_is_left_as_it_was(tmp_path):
    path = draw(tmp_path / "one.step", STACK[:1], ("base",))
    gmsh.initialize(interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.option.setNumber("Mesh.Algorithm3D", 10)
        gmsh.model.add("mine")
        Mesh.from_cad(path, 20 * NM)
        assert gmsh.isInitialized()
        assert gmsh.model.getCurrent() == "mine"
        assert gmsh.option.getNumber("Mesh.Algorithm3D") == 10
    finally:
        gmsh.finalize()


@needs_gmsh
def test_broken_files_are_named(tmp_path, capfd):
    whole = draw(tmp_path / "stack.step", STACK, ("base", "block"))
    text = whole.read_text()
    broken = tmp_path / "broken.step"
    capfd.readouterr()
    for content in ("these are words", text[:900], text[: len(text) // 2], text[:-40], ""):
        broken.write_text(content)
        with pytest.raises(MeshError, match=r"broken\.step' is not a whole STEP file"):
            Mesh.from_cad(broken, size=8 * NM)
    broken.write_text(text[: len(text) // 2] + text[-30:])
    with pytest.raises(MeshError, match=r"broken\.step' is not a whole.*records are missing"):
        Mesh.from_cad(broken, size=8 * NM)
    broken.write_text(re.sub(r"DATA;.*ENDSEC", "DATA; ENDSEC", text, flags=re.DOTALL))
    with pytest.raises(MeshError, match=r"broken\.step'.*(cannot be meshed|no solids)"):
        Mesh.from_cad(broken, size=8 * NM)
    assert capfd.readouterr() == ("", "")
    assert not gmsh.isInitialized()


@needs_gmsh
def test_a_model_too_small_for_opencascade_is_named(tmp_path):
    path = draw(tmp_path / "small.brep", [((0, 0, 0), (4e-4, 4e-4, 4e-4))])
    with pytest.raises(MeshError, match="OpenCASCADE resolves 1e-07: draw it larger"):
        Mesh.from_cad(path, size=1e-10, unit="mm")


@needs_gmsh
def test_sizes_must_fit_the_model(tmp_path):
    path = draw(tmp_path / "stack.step", STACK, ("base", "block"))
    with pytest.raises(MeshError, match="did you mean 'block'"):
        Mesh.from_cad(path, size=8 * NM, sizes={"blok": NM})
    with pytest.raises(MeshError, match="size 5 m is larger than the model, 4e-08 m"):
        Mesh.from_cad(path, size=5)
    with pytest.raises(MeshError, match=r"would make about .* cells"):
        Mesh.from_cad(path, size=5 * NM, unit="um")


BAD = {
    "size": (dict(size=-1.0), "size must be a positive number"),
    "nan": (dict(size=float("nan")), "size must be a positive number"),
    "text": (dict(size="5 nm"), "size must be a positive number.*'5 nm'"),
    "sizes": (dict(sizes={"fin": 0}), "size of 'fin' must be a positive"),
    "grading": (dict(grading=0.5), "grading must be at least 1"),
    "unit": (dict(unit="nn"), "length unit 'nn'"),
    "suffix": (dict(path="device.sldprt"), "none of the extensions '.step'"),
    "absent": (dict(path="absent.step"), "does not exist"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_are_named_before_any_work(case):
    change, message = BAD[case]
    with pytest.raises(MeshError, match=message):
        Mesh.from_cad(**({"path": MESHES / "fin.step", "size": 5 * NM} | change))


def test_missing_gmsh_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "gmsh", None)
    with pytest.raises(MeshError, match=r'pip install "phonon-bte\[cad\]"'):
        Mesh.from_cad(MESHES / "fin.step", size=5 * NM)


def test_step_text_gives_named_faces_with_their_corners():
    text = """
    #1=ADVANCED_FACE('hot; ''side''',(#2),#9,.T.);#2=FACE_BOUND('',#3,.T.);
    #3 = EDGE_LOOP('',(#4)); #4 = ORIENTED_EDGE('',*,*,#5,.T.);
    #5=EDGE_CURVE('',#6,#7,#9,.T.); #6=VERTEX_POINT('',#10); #7=VERTEX_POINT('',#11);
    #9 = PLANE('',#12); #12 = AXIS2_PLACEMENT_3D('',#13);
    #10=CARTESIAN_POINT('',(0.,1.,2.E0)); #11=CARTESIAN_POINT('',(3.,4.,-5.));
    #13=CARTESIAN_POINT('',(9.,9.,9.)); #20=ADVANCED_FACE('NONE',(#2),#9,.T.);
    """
    (face,) = named_faces(text)
    assert face.name == "hot; 'side'"
    np.testing.assert_array_equal(sorted(face.corners.tolist()), [[0, 1, 2], [3, 4, -5]])
    assert ".MILLI.,.METRE." in in_millimetres("( SI_UNIT($,.METRE.) )")


@needs_gmsh
def test_faces_placed_elsewhere_warn(tmp_path):
    path = draw(tmp_path / "one.step", STACK[:1], ("base",))
    text = path.read_text().replace("ADVANCED_FACE(''", "ADVANCED_FACE('hot'", 1)
    path.write_text(text)
    assert "hot" in Mesh.from_cad(path, 20 * NM).boundary_names
    moved = text.replace("ENDSEC;\nEND-ISO", face_elsewhere() + "ENDSEC;\nEND-ISO")
    path.write_text(moved)
    with pytest.warns(BteWarning, match="faces 'lost' .* are not where the file says"):
        Mesh.from_cad(path, 20 * NM)


def face_elsewhere():
    return (
        "#9001=ADVANCED_FACE('lost',(#9002),#9,.T.);\n#9002=FACE_BOUND('',#9003,.T.);\n"
        "#9003=VERTEX_LOOP('',#9004);\n#9004=VERTEX_POINT('',#9005);\n"
        "#9005=CARTESIAN_POINT('',(900.,0.,0.));\n"
    )


REGIONS = ("substrate", "fin", "hotspot", "oxide")
SIDES = {"sides", "sink", "top"}


def test_shipped_fin_mesh():
    mesh = Mesh.read(MESHES / "fin.msh", unit="nm")
    assert mesh.region_names == REGIONS
    assert set(mesh.boundary_names) == SIDES
    assert 30_000 <= mesh.n_cell <= 45_000
    low, high = mesh.bounding_box
    np.testing.assert_allclose(low, np.array([-80, -60, -60]) * NM, rtol=1e-9)
    np.testing.assert_allclose(high, np.array([80, 60, 70]) * NM, rtol=1e-9)
    angles = dihedral_range(mesh)
    assert angles[:, 0].min() > 15
    assert angles[:, 1].max() < 150
    sink = mesh.boundary_faces("sink")
    assert mesh.faces.area[sink].sum() == pytest.approx(160 * 120 * NM**2, rel=1e-9)
    hotspot = mesh.volumes[mesh.region_cells("hotspot")].sum()
    assert hotspot == pytest.approx(20 * 30 * 15 * NM**3, rel=1e-9)
    assert set(mesh.interfaces) == {
        ("substrate", "fin"),
        ("substrate", "oxide"),
        ("fin", "hotspot"),
        ("fin", "oxide"),
        ("hotspot", "oxide"),
    }


@needs_gmsh
def test_fin_step_gives_the_names_of_the_shipped_mesh():
    mesh = Mesh.from_cad(MESHES / "fin.step", size=20 * NM, unit="nm", sizes={"hotspot": 5 * NM})
    assert mesh.region_names == REGIONS
    assert set(mesh.boundary_names) == SIDES
    assert len(mesh.interfaces) == 5
