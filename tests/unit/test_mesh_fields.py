"""Fields on meshes of all elements: at points, along lines, in sections, in files, in budgets."""

import dataclasses
from dataclasses import replace

import meshio
import numpy as np
import pytest

import bte
from bte.errors import BteError
from bte.mesh import Mesh
from bte.mesh.shapes import mapped, reference_coordinates, vertex_functions, vertex_slopes
from bte.post import section
from bte.solution.budget import resistance_budget
from bte.solution.locate import Locator
from fake_solution import COLD, CONDUCTANCE, HOT, KAPPA, THICK, exact_flux, fake_solution

COUNTS = [(1, 2), (2, 3), (2, 4), (3, 4), (3, 6), (3, 8)]
MESHES = {
    "quad": lambda: Mesh.rectangle((100e-9, 30e-9), (8, 3), layers, element="quad"),
    "prism": lambda: Mesh.box((100e-9, 30e-9, 20e-9), (6, 3, 2), layers, element="prism"),
    "hexahedron": lambda: Mesh.box((100e-9, 30e-9, 20e-9), (6, 3, 4), layers, element="hexahedron"),
    "mixed": lambda: half_cut(Mesh.rectangle((100e-9, 30e-9), (8, 3), layers, element="quad")),
}


def layers(centres):
    return np.where(centres[:, 0] < THICK, "film", "base")


def half_cut(mesh):
    """Return a mesh of quadrilaterals with every second one cut in two."""
    cut = mesh.cells[1::2]
    triangles = np.concatenate([cut[:, [0, 1, 2]], cut[:, [0, 2, 3]]])
    return warped(Mesh.from_arrays(mesh.points, [mesh.cells[::2], triangles], layers), 0.0)


def warped(mesh, size=0.2):
    """Return the mesh with the points inside moved; those of the interface only along it."""
    low, high = mesh.bounding_box
    width = mesh.volumes.min() ** (1 / mesh.dim)
    step = size * width * (np.random.default_rng(2).random(mesh.points.shape) - 0.5)
    step[(mesh.points < low + 1e-12) | (mesh.points > high - 1e-12)] = 0.0
    step[np.abs(mesh.points[:, 0] - THICK) < 1e-12, 0] = 0.0

    def sides(x):
        end = np.where(x[:, 0] < 1e-15, "left", "other")
        return np.where(x[:, 0] > high[0] - 1e-15, "right", end)

    cells = [kind.cells for kind in mesh.kinds]
    regions = np.concatenate([mesh.cell_region[kind.ids] for kind in mesh.kinds])
    names = np.array(mesh.region_names)[regions]
    return Mesh.from_arrays(mesh.points + step, cells, names, sides)


def layered(mesh):
    """Return the exact solution of two layers in series on a mesh."""
    template = fake_solution(2)
    q, x = exact_flux(), mesh.node_points[:, 0]
    film = np.repeat(mesh.cell_region, np.diff(mesh.dg_offsets)) == mesh.region_names.index("film")
    temperature = np.where(film, in_film(x), in_base(x))
    flux = np.zeros((mesh.n_node, mesh.dim))
    flux[:, 0] = q
    area = mesh.faces.area[mesh.boundary_faces("left")].sum()
    walls = {name: template.boundaries[name] for name in ("left", "right")}
    powers = {"left": q * area, "right": -q * area}
    walls = {n: replace(w, area=area, power=powers[n]) for n, w in walls.items()}
    walls["other"] = template.boundaries["top"]
    contact = next(iter(template.interfaces.values()))
    pair = next(iter(mesh.interfaces))
    return replace(
        template,
        mesh=mesh,
        temperature=temperature,
        pseudo_temperature=temperature,
        heat_flux=flux,
        source=np.zeros(mesh.n_node),
        boundaries=walls,
        interfaces={pair: contact if pair[0] == contact.first else contact.reversed()},
        ledger=replace(template.ledger, power_in=q * area),
    )


def in_film(x):
    return HOT - exact_flux() * x / KAPPA["film"]


def in_base(x):
    at_base = in_film(THICK) - exact_flux() / CONDUCTANCE
    return at_base - exact_flux() * (x - THICK) / KAPPA["base"]


@pytest.fixture(params=MESHES)
def solution(request):
    return layered(warped(MESHES[request.param]()))


@pytest.mark.parametrize(("dim", "n"), COUNTS)
def test_vertex_functions_and_their_slopes(dim, n):
    at = np.random.default_rng(0).random((20, dim)) / dim
    functions, slopes = vertex_functions(dim, n, at), vertex_slopes(dim, n, at)
    np.testing.assert_allclose(functions.sum(axis=1), 1.0, rtol=1e-14)
    h = 1e-6
    for d in range(dim):
        step = h * np.eye(dim)[d]
        change = vertex_functions(dim, n, at + step) - vertex_functions(dim, n, at - step)
        np.testing.assert_allclose(slopes[:, :, d], change / (2 * h), atol=1e-9)


@pytest.mark.parametrize("name", MESHES)
def test_map_of_warped_cells_is_inverted(name):
    mesh = warped(MESHES[name](), 0.5)
    for kind in mesh.kinds:
        corners = mesh.points[kind.cells]
        at = np.random.default_rng(1).random((len(corners), mesh.dim)) / mesh.dim
        found = reference_coordinates(corners, mapped(corners, at))
        np.testing.assert_allclose(found, at, atol=1e-12)


def test_points_in_a_trapezoid_have_the_bilinear_value():
    """x = u (2 - v), y = v: the function of vertex (1, 1) is u v = x y / (2 - y)."""
    mesh = Mesh.from_arrays(np.array([[0, 0], [2, 0], [1, 1], [0, 1]]) * 1e-9, [[0, 1, 2, 3]])
    field = np.array([0.0, 0.0, 1.0, 0.0])
    locator = Locator.of(mesh)
    points = np.array([[0.5, 0.5], [1.2, 0.25], [0.3, 0.9]]) * 1e-9
    values = locator.interpolate(field, *locator.find(points))
    x, y = points.T * 1e9
    np.testing.assert_allclose(values, x * y / (2 - y), rtol=1e-12)
    assert (locator.search(np.array([[1.6e-9, 0.5e-9]]))[0] == -1).all()


def test_at_returns_the_exact_linear_field(solution):
    low, high = solution.mesh.bounding_box
    points = low + np.random.default_rng(1).random((500, solution.mesh.dim)) * (high - low)
    x = points[:, 0]
    expected = np.where(x < THICK, in_film(x), in_base(x))
    assert np.abs(solution.at(points) - expected).max() < 1e-10


def test_cell_means_are_volume_means(solution):
    mesh = solution.mesh
    middle = np.add.reduceat(mesh.node_volumes * mesh.node_points[:, 0], mesh.dg_offsets[:-1])
    middle /= mesh.volumes
    expected = np.where(middle < THICK, in_film(middle), in_base(middle))
    assert np.abs(solution.cell_temperature - expected).max() < 1e-10


def test_line_has_both_values_at_the_interface(solution):
    low, high = solution.mesh.bounding_box
    start, end = (low * 0.63 + high * 0.37 for _ in range(2))
    start[0], end[0] = low[0], high[0]
    end[1] += 2e-9
    cut = solution.line(start, end, 11)
    (i,) = cut.crossings
    assert cut.distance[i] == pytest.approx(0.5 * np.linalg.norm(end - start), rel=1e-9)
    assert cut.temperature[i] == pytest.approx(in_film(THICK), abs=1e-10)
    assert cut.temperature[i + 1] == pytest.approx(in_base(THICK), abs=1e-10)
    assert np.isfinite(cut.temperature).all()


def test_line_meets_a_warped_interface_where_it_is():
    """The face z = x y between two hexahedra of a unit square, cut along z at (0.5, 0.25)."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    heights = ([-1] * 4, [0, 0, 1, 0], [2] * 4)
    points = np.concatenate([np.column_stack([square, z]) for z in heights]) * 1e-9
    mesh = Mesh.from_arrays(points, [list(range(8)), list(range(4, 12))], ["a", "b"])
    z = mesh.node_points[:, 2] * 1e9
    field = np.where(np.repeat(mesh.cell_region, 8) == 0, z, 10.0 + z)
    solution = replace(fake_solution(3), mesh=mesh, temperature=field)
    cut = solution.line((0.5e-9, 0.25e-9, -1e-9), (0.5e-9, 0.25e-9, 2e-9), 7)
    (i,) = cut.crossings
    assert cut.distance[i] == pytest.approx(1.125e-9, rel=1e-12)
    assert cut.temperature[[i, i + 1]] == pytest.approx([0.125, 10.125], rel=1e-12)


def test_sections_are_exact_for_linear_fields(solution):
    mesh = solution.mesh
    cut = section(mesh) if mesh.dim == 2 else section(mesh, "y", 11e-9)
    sides = np.pad(cut.corners[:, 1:] - cut.corners[:, :1], ((0, 0), (0, 0), (0, 1)))
    area = 0.5 * np.abs(np.cross(sides[:, 0], sides[:, 1])[:, 2])
    height = 30e-9 if mesh.dim == 2 else 20e-9
    # a picture joins the edges of a cell by straight lines, which its warped faces are not
    flat = mesh.dim == 2
    assert area.sum() == pytest.approx(100e-9 * height, rel=1e-9 if flat else 1e-2)
    field = mesh.node_points @ np.array([1.0, 2.0, 3.0])[: mesh.dim]
    plane = [1.0, 2.0] if mesh.dim == 2 else [1.0, 3.0]
    expected = cut.corners @ plane + (0.0 if mesh.dim == 2 else 2.0 * cut.level)
    assert np.abs(cut.values(field) - expected).max() < 1e-20
    length = np.linalg.norm(cut.outlines[:, 1] - cut.outlines[:, 0], axis=1).sum()
    assert length == pytest.approx(2 * 100e-9 + 3 * height, rel=1e-9 if flat else 1e-2)


def test_a_section_between_two_bodies_is_an_error():
    lower = Mesh.box((10e-9,) * 3, 1, element="hexahedron")
    points = np.concatenate([lower.points, lower.points + np.array([0, 0, 30e-9])])
    mesh = Mesh.from_arrays(points, np.concatenate([lower.cells, lower.cells + 8]))
    with pytest.raises(BteError, match="z = 2e-08 m runs between the parts"):
        section(mesh, "z", 20e-9)


def test_vtu_has_all_kinds_of_cells(solution, tmp_path):
    mesh = solution.mesh
    data = meshio.read(solution.save(tmp_path / "out.vtu"))
    names = {"quadrilateral": "quad", "prism": "wedge"}
    assert [b.type for b in data.cells] == [names.get(k.name, k.name) for k in mesh.kinds]
    for block, kind in zip(data.cells, mesh.kinds, strict=True):
        points = data.points[block.data][..., : mesh.dim]
        np.testing.assert_array_equal(points, mesh.points[kind.cells])
    nodes = np.concatenate([b.data.ravel() for b in data.cells])
    np.testing.assert_array_equal(np.sort(nodes), np.arange(mesh.n_node))
    np.testing.assert_array_equal(data.point_data["temperature"], solution.temperature)


def test_a_saved_solution_has_the_same_mesh(solution, tmp_path):
    again = bte.load(solution.save(tmp_path / "out.h5"))
    for name in ("points", "connectivity", "dg_offsets", "cell_region", "volumes"):
        np.testing.assert_array_equal(getattr(again.mesh, name), getattr(solution.mesh, name))
    for field in dataclasses.fields(again.mesh.faces):
        expected = getattr(solution.mesh.faces, field.name)
        np.testing.assert_array_equal(getattr(again.mesh.faces, field.name), expected)
    np.testing.assert_array_equal(again.cell_temperature, solution.cell_temperature)


def test_resistances_of_layers_in_series(solution):
    budget = resistance_budget(solution)
    area = solution.boundaries["left"].area
    expected = {"film": THICK / KAPPA["film"] / area, "base": THICK / KAPPA["base"] / area}
    assert budget.regions == pytest.approx(expected, rel=1e-9)
    assert list(budget.interfaces.values()) == pytest.approx([1 / CONDUCTANCE / area], rel=1e-9)
    assert budget.total == pytest.approx((HOT - COLD) / (exact_flux() * area), rel=1e-9)
    assert abs(budget.remainder) < 1e-9 * budget.total
