import pytest

from bte.errors import MeshError
from bte.mesh import Mesh

NM = 1e-9


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        (lambda: "a", r"function given as regions fails with TypeError.*\(8, 2\) of all cells"),
        (lambda x: ["a"], "regions has shape"),
        (lambda x: [["a"], ["a", "b"]], "regions must be one list of names"),
        (lambda x: x[:, 0], "regions must be names"),
        (lambda x: x[:, 5], "fails with IndexError"),
    ],
)
def test_functions_for_regions_that_fail_are_explained(regions, found):
    with pytest.raises(MeshError, match=found):
        Mesh.rectangle((10 * NM, 10 * NM), 2, regions=regions)


@pytest.mark.parametrize(
    ("boundaries", "found"),
    [
        (lambda: "a", "function given as boundaries fails.*of all outer faces"),
        (["a", "b"], r"boundaries is \['a', 'b'\]; give"),
    ],
)
def test_bad_boundaries_are_explained(boundaries, found):
    with pytest.raises(MeshError, match=found):
        Mesh.from_arrays([0.0, NM, 2 * NM], [[0, 1], [1, 2]], boundaries=boundaries)
