import numpy as np
import pytest

from bte.errors import BteWarning, MeshError
from bte.mesh import Mesh

NM = 1e-9
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * 10 * NM
TWO = np.array([[0, 1, 2], [0, 2, 3]])


def test_a_cell_twice_is_an_error():
    with pytest.raises(MeshError, match=r"1 cells are there twice.*cells 0 and 1.*\[0, 1, 2\]"):
        Mesh.from_arrays(SQUARE, [[0, 1, 2], [1, 2, 0]])


def test_cells_over_each_other_are_an_error():
    with pytest.raises(MeshError, match=r"1 pairs.*overlap.*cells 0 and 1 at"):
        Mesh.from_arrays(SQUARE, [[0, 1, 2], [0, 1, 3]])


def test_lines_over_each_other_are_an_error():
    with pytest.raises(MeshError, match="1 pairs of cells lie on the same side"):
        Mesh.from_arrays([0.0, NM, 2 * NM], [[0, 1], [0, 2]])


APART = np.concatenate([SQUARE, SQUARE + np.array([10 * NM, 0.0])])
FOUR = [*TWO, *(np.array(TWO) + 4)]


def test_bodies_that_touch_without_shared_points_are_reported():
    with pytest.warns(BteWarning, match=r"2 separate parts.*2 points.*at \(1e-08, .*merge"):
        mesh = Mesh.from_arrays(APART, FOUR, regions=["a", "a", "b", "b"])
    assert mesh.interfaces == {}


def test_bodies_apart_are_left_alone():
    gap = APART + np.repeat([[0.0, 0.0], [NM, 0.0]], 4, axis=0)
    assert len(Mesh.from_arrays(gap, FOUR).faces.outer) == 8
