import numpy as np
import pytest

from bte.errors import BteWarning
from bte.mesh import Mesh

NM = 1e-9
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * 10 * NM
TWO = np.array([[0, 1, 2], [0, 2, 3]])


def test_implausible_extent_warns_with_the_box():
    with pytest.warns(BteWarning, match=r"\(0, 0\) to \(160, 40\) m.*unit='nm'"):
        Mesh.from_arrays(SQUARE / (10 * NM) * [160, 40], TWO)
    with pytest.warns(BteWarning, match="largest side of 1e-17 m"):
        Mesh.from_arrays(SQUARE, TWO, unit="nm")


def test_cells_smaller_than_atoms_warn():
    with pytest.warns(BteWarning, match=r"largest side of 1.6e-10 m.*unit='nm'"):
        Mesh.from_arrays(SQUARE / (10 * NM) * [160, 40], TWO, unit="pm")


def test_lengths_in_metres_are_remarked_on_in_the_log(caplog):
    """A slab of length one may well be meant: only Kn counts."""
    Mesh.line([0, 10 * NM], 1000)
    Mesh.rectangle((100.0, 50.0), 2)
    assert "with cells of 1e-11 m" in caplog.text
    assert caplog.text.count("sizes are in metres") == 2


def test_thin_cells_at_the_ends_of_a_graded_line_do_not_warn():
    assert np.diff(Mesh.line([0, 10 * NM], 40, grading=1.3).points[:2, 0]) < 5e-11
