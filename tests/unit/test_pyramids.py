"""Pyramids: meshes with them are split into tetrahedra that join."""

import logging

import meshio
import numpy as np
import pytest

from bte import _core
from bte.mesh import Mesh

NM = 1e-9
# A cube of hexahedra with a pyramid on top of it, closed by tetrahedra at its sides.
CUBE = np.array(
    [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]]
)
HOUSE = np.vstack([CUBE, [[0.5, 0.5, 2], [0.5, -1, 2]]]) * NM
HOUSE_CELLS = {
    "hexahedron": [list(range(8))],
    "pyramid": [[4, 5, 6, 7, 8]],
    "tetra": [[4, 5, 8, 9]],
}


def test_pyramids_are_split_into_tetrahedra_that_join(caplog):
    caplog.set_level(logging.INFO, "bte")
    sides = {
        "floor": [[0, 1, 2, 3]],
        "walls": [[0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]],
    }
    sides["roof"] = [[5, 6, 8], [6, 7, 8], [7, 4, 8], [4, 5, 9], [5, 8, 9], [8, 4, 9]]
    mesh = Mesh.from_arrays(HOUSE, HOUSE_CELLS, regions=["house", "roof", "roof"], boundaries=sides)
    assert mesh.element_name == "tetrahedron"
    assert mesh.n_cell == 6 + 2 + 1
    assert "its 3 cells are split into 9 tetrahedra" in caplog.text
    cube, roof = (mesh.volumes[mesh.region_cells(n)].sum() / NM**3 for n in ("house", "roof"))
    # the tetrahedron: base 1/2 x 1 x 1 in x, y -> |det| / 6 = 1.5 / 6
    assert (cube, roof) == (pytest.approx(1.0), pytest.approx(1 / 3 + 0.25))
    assert [len(mesh.boundary_faces(n)) for n in sides] == [2, 8, 6]
    assert mesh.faces.area[mesh.interfaces["house", "roof"]].sum() == pytest.approx(NM**2)


@pytest.mark.parametrize("seed", range(5))
def test_any_numbering_of_the_vertices_splits_into_cells_that_join(seed):
    """Hexahedra beside pyramids, vertices renumbered at random: no gaps, no warnings."""
    box = Mesh.box((2 * NM,) * 3, 2, element="hexahedron")
    tip = np.vstack([box.points, box.points[box.cells[0]].mean(axis=0)])
    order = np.random.default_rng(seed).permutation(len(tip))
    points = np.empty_like(tip)
    points[order] = tip
    faces = np.array(_core.element_faces(3, 8))
    bases = box.cells[0][faces][:, ::-1]  # counter-clockwise as seen from the middle
    pyramids = np.column_stack([bases, np.full(6, len(box.points))])
    mesh = Mesh.from_arrays(points, [order[box.cells[1:]], order[pyramids]])
    assert mesh.n_cell == 7 * 6 + 6 * 2
    assert mesh.volumes.sum() == pytest.approx(8 * NM**3)
    assert len(mesh.faces.outer) == 6 * 4 * 2


def write_house(path, turned=False):
    """Write the cube with its roof as gmsh would, all cells turned inside out where asked."""
    cells = {
        "hexahedron": [0, 1, 2, 3, 4, 5, 6, 7],
        "pyramid": [4, 5, 6, 7, 8],
        "tetra": [4, 5, 8, 9],
    }
    if turned:
        cells = {"hexahedron": [0, 3, 2, 1, 4, 7, 6, 5], "pyramid": [4, 7, 6, 5, 8]}
        cells["tetra"] = [4, 5, 9, 8]
    blocks = [(kind, np.array([vertices])) for kind, vertices in cells.items()]
    quads = [[0, 1, 2, 3], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]]
    roof = [[5, 6, 8], [6, 7, 8], [7, 4, 8], [4, 5, 9], [5, 8, 9], [8, 4, 9]]
    blocks += [("quad", np.array(quads)), ("triangle", np.array(roof))]
    tags = [np.array(t) for t in ([1], [2], [2], [3] * 5, [4] * 6)]
    names = {"house": [1, 3], "roof": [2, 3], "walls": [3, 2], "tiles": [4, 2]}
    data = meshio.Mesh(
        HOUSE / NM,
        blocks,
        cell_data={"gmsh:physical": tags, "gmsh:geometrical": tags},
        field_data={name: np.array(value) for name, value in names.items()},
    )
    meshio.write(path, data, file_format="gmsh22")


@pytest.mark.parametrize("turned", [False, True])
def test_files_with_pyramids_keep_their_names(tmp_path, turned):
    write_house(tmp_path / "house.msh", turned)
    mesh = Mesh.read(tmp_path / "house.msh", unit="nm")
    assert (mesh.element_name, mesh.n_cell) == ("tetrahedron", 9)
    volumes = {n: mesh.volumes[mesh.region_cells(n)].sum() / NM**3 for n in mesh.region_names}
    assert volumes == pytest.approx({"house": 1.0, "roof": 1 / 3 + 0.25})
    assert [len(mesh.boundary_faces(n)) for n in ("walls", "tiles")] == [10, 6]
