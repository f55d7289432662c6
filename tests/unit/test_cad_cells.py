"""Quadrilaterals and periodic boundaries of CAD models."""

import numpy as np
import pytest
from test_cad import STACK, draw, needs_gmsh

from bte.errors import MeshError
from bte.mesh import Mesh, match_periodic

NM = 1e-9


@needs_gmsh
def test_a_plate_of_quadrilaterals(tmp_path):
    boxes = [((0, 0, 0), (40, 20, 0)), ((40, 0, 0), (10, 20, 0))]
    path = draw(tmp_path / "plate.step", boxes, ("film", "pad"), faces=True)
    mesh = Mesh.from_cad(path, size=4 * NM, element="quad")
    kinds = {kind.name: len(kind.ids) for kind in mesh.kinds}
    assert kinds["quadrilateral"] > 0.8 * mesh.n_cell
    assert mesh.volumes.sum() == pytest.approx(1000 * NM**2, rel=1e-12)
    contact = mesh.interfaces["film", "pad"]
    assert mesh.faces.area[contact].sum() == pytest.approx(20 * NM, rel=1e-12)
    triangles = Mesh.from_cad(path, size=4 * NM)
    assert triangles.element_name == "triangle"


@needs_gmsh
def test_periodic_boundaries_are_meshed_alike(tmp_path):
    """Cells of 4 nm at one side alone: its partner follows."""
    path = draw(tmp_path / "stack.step", STACK, ("base", "block"))
    options = dict(size=9 * NM, sizes={"xmin": 4 * NM})
    with pytest.raises(MeshError, match="different numbers of faces"):
        match_periodic(Mesh.from_cad(path, **options), "xmin", "xmax")
    pairs = [("xmin", "xmax"), ("ymax", "ymin")]
    mesh = Mesh.from_cad(path, **options, periodic=pairs)
    assert mesh.volumes.sum() == pytest.approx(36000 * NM**3, rel=1e-9)
    for pair, move in zip(pairs, ([40, 0, 0], [0, -40, 0]), strict=True):
        found = match_periodic(mesh, *pair)
        np.testing.assert_allclose(found.translation, np.array(move) * NM, atol=1e-6 * NM)


BAD = {
    "one name": (dict(periodic=["xmin"]), "pairs of names of boundaries, found 'xmin'"),
    "unknown": (dict(periodic=[("xmin", "xmx")]), "boundary 'xmx'.*did you mean 'xmax'"),
    "across": (dict(periodic=[("xmin", "ymin")]), r"'xmin' \(1 faces\) and 'ymin'.*not alike"),
    "smaller": (dict(periodic=[("zmin", "zmax")]), r"not alike: moved by \[10.0, 10.0, 30.0\]"),
    "element": (dict(element="hexahedron"), "'hexahedron' is not made of CAD models in 3D"),
}


@needs_gmsh
@pytest.mark.parametrize("case", BAD)
def test_bad_requests_are_named(tmp_path, case):
    options, message = BAD[case]
    path = draw(tmp_path / "stack.step", STACK, ("base", "block"))
    with pytest.raises(MeshError, match=message):
        Mesh.from_cad(path, size=9 * NM, **options)
