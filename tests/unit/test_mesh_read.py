import meshio
import numpy as np
import pytest

from bte.errors import BteWarning, MeshError
from bte.mesh import Mesh

NM = 1e-9


def write_device(path, extra_cells=(), binary=True, **changes):
    """Write a box of two materials in nm as gmsh would; return the mesh it was made from."""
    mesh = Mesh.box(
        (20 * NM, 10 * NM, 10 * NM),
        (4, 2, 2),
        regions=lambda x: np.where(x[:, 0] < 10 * NM, "film", "base"),
    )
    faces, tables = mesh.faces, {"tetra": mesh.cells}
    vertices = mesh.connectivity[faces.nodes[:, 0]]
    inner = mesh.interfaces["film", "base"]
    tables["triangle"] = np.concatenate([vertices[faces.outer], vertices[inner]])
    tags = {
        "tetra": mesh.cell_region + 1,
        "triangle": np.concatenate([faces.boundary[faces.outer] + 11, np.full(len(inner), 20)]),
    }
    names = {"film": (1, 3), "base": (2, 3), "contact": (20, 2)}
    names |= {name: (11 + i, 2) for i, name in enumerate(mesh.boundary_names)}
    parts = dict(
        points=mesh.points / NM,
        cells=[*tables.items(), *extra_cells],
        cell_data={"gmsh:physical": list(tags.values()), "gmsh:geometrical": list(tags.values())},
        field_data={name: np.array(value) for name, value in names.items()},
    )
    meshio.write(path, meshio.Mesh(**(parts | changes)), file_format="gmsh22", binary=binary)
    return mesh


@pytest.mark.parametrize("binary", [True, False])
def test_gmsh_names_are_kept(tmp_path, binary):
    path = tmp_path / "device.msh"
    made = write_device(path, binary=binary)
    mesh = Mesh.read(path, unit="nm")
    assert mesh.region_names == ("film", "base")
    assert set(mesh.boundary_names) == set(made.boundary_names)
    np.testing.assert_allclose(mesh.points, made.points, atol=1e-22)
    np.testing.assert_array_equal(mesh.cell_region, made.cell_region)
    for name in made.boundary_names:
        expected = made.faces.area[made.boundary_faces(name)].sum()
        assert mesh.faces.area[mesh.boundary_faces(name)].sum() == pytest.approx(expected)
    contact = mesh.interfaces["film", "base"]
    assert mesh.faces.area[contact].sum() == pytest.approx((10 * NM) ** 2)


def test_flat_mesh_loses_its_third_coordinate(tmp_path):
    made = Mesh.rectangle((20 * NM, 10 * NM), (2, 1))
    vertices = made.connectivity[made.faces.nodes[made.faces.outer, 0]]
    cells = made.cells[:, [0, 2, 1]]
    data = meshio.Mesh(
        np.column_stack([made.points, np.full(made.n_point, 3.0)]),
        [("line", vertices), ("triangle", cells)],
        cell_sets={
            "silicon": [[], np.arange(len(cells))],
            "rim": [np.arange(len(vertices)), []],
        },
    )
    meshio.write(tmp_path / "flat.inp", data)
    mesh = Mesh.read(tmp_path / "flat.inp")
    assert (mesh.dim, mesh.region_names, mesh.boundary_names) == (2, ("silicon",), ("rim",))
    assert mesh.volumes.sum() == pytest.approx(200 * NM**2)


def test_wrong_unit_warns(tmp_path):
    write_device(tmp_path / "device.msh")
    with pytest.warns(BteWarning, match=r"\(20, 10, 10\) m.*unit='nm'"):
        Mesh.read(tmp_path / "device.msh")


def test_unknown_unit_is_named_before_the_file_is_opened():
    with pytest.raises(MeshError, match="length unit 'nanometre'"):
        Mesh.read("nothing.msh", unit="nanometre")


BAD = {
    "no names": (dict(field_data={}), "no names for its regions.*Physical Volume"),
    "no surface names": (
        dict(field_data={"film": np.array([1, 3]), "base": np.array([2, 3])}),
        "outer faces have no boundary name",
    ),
    "unnamed volume": (
        dict(field_data={"film": np.array([1, 3]), "left": np.array([11, 2])}),
        "48 cells are in no region",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_missing_names_are_named(tmp_path, case):
    change, message = BAD[case]
    write_device(tmp_path / "device.msh", **change)
    with pytest.raises(MeshError, match=message):
        Mesh.read(tmp_path / "device.msh", unit="nm")


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.95])
def test_truncated_file_is_named(tmp_path, capfd, binary, share):
    path = tmp_path / "device.msh"
    write_device(path, binary=binary)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(MeshError, match=r"device\.msh.*(truncated|no cells|no names)"):
        Mesh.read(path, unit="nm")
    assert capfd.readouterr() == ("", "")


def test_unusable_files_are_named(tmp_path):
    with pytest.raises(MeshError, match="does not exist"):
        Mesh.read(tmp_path / "absent.msh")
    (tmp_path / "empty.msh").touch()
    with pytest.raises(MeshError, match="is empty"):
        Mesh.read(tmp_path / "empty.msh")
    (tmp_path / "device.docx").write_text("hello")
    with pytest.raises(MeshError, match=r"unknown extension '\.docx'"):
        Mesh.read(tmp_path / "device.docx")
    for name in ("words.msh", "words.vtu", "words.inp", "words.stl"):
        (tmp_path / name).write_text("these are words\n")
        with pytest.raises(MeshError, match="words"):
            Mesh.read(tmp_path / name)


def test_elements_of_second_order_are_named(tmp_path):
    points = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    curved = meshio.Mesh(np.vstack([points, points + 0.5]), [("triangle6", [[0, 1, 2, 4, 5, 6]])])
    meshio.write(tmp_path / "curved.vtu", curved)
    with pytest.raises(MeshError, match="'triangle6'; write first-order"):
        Mesh.read(tmp_path / "curved.vtu")


def test_surface_in_space_is_named(tmp_path):
    surface = meshio.Mesh(np.eye(3), [("triangle", [[0, 1, 2]])])
    meshio.write(tmp_path / "surface.vtu", surface)
    with pytest.raises(MeshError, match=r"not flat.*mesh the volumes too"):
        Mesh.read(tmp_path / "surface.vtu")


def test_no_cells_is_named(tmp_path):
    points = meshio.Mesh(np.eye(3), [("vertex", [[0], [1], [2]])])
    meshio.write(tmp_path / "points.vtu", points)
    with pytest.raises(MeshError, match="no cells"):
        Mesh.read(tmp_path / "points.vtu")


def test_inverted_cells_are_an_error_unless_all_are(tmp_path):
    path = tmp_path / "device.msh"
    made = write_device(path)
    file = meshio.read(path)
    file.cells[0].data[5] = file.cells[0].data[5][[1, 0, 2, 3]]
    meshio.write(path, file, file_format="gmsh22")
    with pytest.raises(MeshError, match=r"1 of 96 cells are inverted.*first is cell 5"):
        Mesh.read(path, unit="nm")
    file.cells[0].data[:] = made.cells[:, [1, 0, 2, 3]]
    meshio.write(path, file, file_format="gmsh22")
    assert Mesh.read(path, unit="nm").volumes.min() > 0


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_written_mesh_is_read_back(tmp_path, dim):
    mesh = {
        1: lambda: Mesh.line([0, 5 * NM, 9 * NM], [3, 2], ["film", "base"], ("hot", "cold")),
        2: lambda: Mesh.rectangle((5 * NM, 4 * NM), (3, 2), regions="film"),
        3: lambda: Mesh.box((5 * NM, 4 * NM, 3 * NM), (3, 2, 2), regions="film"),
    }[dim]()
    mesh.write(tmp_path / "device.msh", unit="nm")
    again = Mesh.read(tmp_path / "device.msh", unit="nm")
    assert again.region_names == mesh.region_names
    assert again.boundary_names == mesh.boundary_names
    np.testing.assert_allclose(again.points, mesh.points, rtol=1e-14)
    np.testing.assert_array_equal(again.cells, mesh.cells)
    np.testing.assert_array_equal(again.faces.boundary, mesh.faces.boundary)


def test_files_that_cannot_be_written_are_named(tmp_path):
    mesh = Mesh.rectangle((NM, NM), (1, 1), regions="left")
    with pytest.raises(MeshError, match=r"extension '\.msh', found"):
        mesh.write(tmp_path / "device.vtu")
    with pytest.raises(MeshError, match="'left' is a region and a boundary"):
        mesh.write(tmp_path / "device.msh")
    assert not list(tmp_path.iterdir())


def test_cad_files_and_directories_are_told_apart(tmp_path):
    with pytest.raises(MeshError, match=r"CAD file.*Mesh\.from_cad\(.*bte mesh .* -o x\.msh"):
        Mesh.read(tmp_path / "x.step")
    with pytest.raises(MeshError, match="is a directory"):
        Mesh.read(tmp_path)
    with pytest.raises(MeshError, match="length unit is empty"):
        Mesh.read(tmp_path / "x.msh", unit="")
