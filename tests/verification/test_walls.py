"""What every wall keeps: equilibrium and energy to rounding, and its limits."""

import numpy as np
import pytest

import bte
from bte.post.results import from_transport
from bte.quadrature import quadrature
from bte.solvers.discrete import discretise
from bte.solvers.steady import solve_steady
from gray import FLUX, LENGTH, SLAB_FLUX, distort, strip

RULE = {"bands": 4, "azimuths": 8, "polars": 2}

ELASTIC = {
    "diffuse": bte.Diffuse(),
    "mixing": bte.Diffuse(mix=True),
    "specular": bte.Specular(),
    "rough": bte.Rough(specularity=0.4),
    "rough by angle": bte.Rough(specularity=lambda mfp, cos: 1 - cos),
    "rough by height": bte.Rough(rms=0.3e-9),
}


def turned(problem, angle):
    """Return a problem of a strip turned by an angle."""
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, s], [-s, c]])
    mesh = problem.mesh
    names = np.array(mesh.boundary_names)

    def boundaries(centres):
        faces = mesh.faces.outer
        middle = mesh.node_points[mesh.faces.nodes[faces, 0]].mean(axis=1)
        back = centres @ turn.T
        nearest = np.linalg.norm(back[:, None] - middle[None], axis=2).argmin(axis=1)
        return names[mesh.faces.boundary[faces]][nearest]

    made = bte.Mesh.from_arrays(mesh.points @ turn, mesh.cells, boundaries=boundaries)
    return bte.Problem(made, problem.materials, problem.boundaries)


def by_quadrants(problem, azimuths, polars, tolerance=1e-6):
    """Solve in 2D with panels that do not break at walls, so that mirrors share what arrives."""
    rule = quadrature(2, azimuths, polars)
    state = solve_steady(problem.packed(4), rule, tolerance=tolerance)
    return from_transport(state, {})


@pytest.mark.parametrize("kind", ELASTIC)
@pytest.mark.parametrize("dim", [2, 3])
def test_equilibrium_is_kept_to_rounding_at_oblique_walls(dim, kind):
    make = bte.Mesh.rectangle if dim == 2 else bte.Mesh.box
    mesh = distort(make((LENGTH,) * dim, 2))
    named = bte.Mesh.from_arrays(
        mesh.points,
        mesh.cells,
        boundaries=lambda x: np.where(x[:, 0] > np.median(x[:, 0]), "hot", "wall"),
    )
    conditions = {"hot": bte.Isothermal(310.0), "wall": ELASTIC[kind]}
    problem = bte.Problem(named, {"domain": bte.material("Si")}, conditions, temperature=300.0)
    # the level is not subtracted: T0 is 10 K below the wall
    discrete, x = _constant(problem, 10.0)
    assert np.abs(discrete.evaluate(x).state.flat() - x).max() < 1e-11


def _constant(problem, value):
    """Return the discrete problem and the unknown of equilibrium at a temperature above T0."""
    rule = quadrature(problem.mesh.dim, 8, 2)
    discrete = discretise(problem.packed(4), rule, 1)
    state = discrete.split(np.full(discrete.size, value))
    state.traces[:] *= discrete.traces.alive[:, None, :]
    silent = discrete.coupling.half_range[discrete.coupling.free] == 0.0
    state.emission[silent] = 0.0
    return discrete, state.flat()


@pytest.mark.parametrize("kind", ELASTIC)
def test_energy_is_conserved_at_oblique_walls(kind):
    plain = strip(1.0, (6, 2), 1.0)
    conditions = {**plain.boundaries, "bottom": ELASTIC[kind], "top": ELASTIC[kind]}
    problem = bte.Problem(plain.mesh, {"domain": bte.material("Si")}, conditions)
    solution = by_quadrants(turned(problem, 0.4), 8, 2, tolerance=1e-8)
    assert solution.converged
    assert solution.power["left"] == pytest.approx(-solution.power["right"], rel=1e-8)


def crumpled():
    """Return a box of hexahedra whose sides, but for two, are warped faces."""
    mesh = bte.Mesh.box((LENGTH,) * 3, 2, element="hexahedron")
    shift = np.random.default_rng(1).uniform(-0.06, 0.06, mesh.points.shape) * LENGTH
    low, high = mesh.bounding_box
    ends = (np.abs(mesh.points - low) < 1e-12) | (np.abs(mesh.points - high) < 1e-12)
    shift[ends[:, 0], 0] = 0.0
    faces = {name: mesh.face_vertices(mesh.boundary_faces(name)) for name in mesh.boundary_names}
    return bte.Mesh.from_arrays(mesh.points + shift, mesh.cells, boundaries=faces)


@pytest.mark.parametrize("kind", ["specular", "rough"])
def test_warped_faces_keep_equilibrium_and_energy(kind):
    mesh, silicon = crumpled(), {"domain": bte.material("Si")}
    side = dict.fromkeys(("bottom", "top", "front", "back"), ELASTIC[kind])
    ends = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    problem = bte.Problem(mesh, silicon, {**side, **ends})
    with pytest.warns(bte.BteWarning, match="oblique to every polar axis"):
        solution = problem.solve(tolerance=1e-8, **RULE)
    assert solution.converged
    assert solution.power["left"] == pytest.approx(-solution.power["right"], rel=1e-8)
    even = dict.fromkeys(("left", "right"), bte.Isothermal(310.0))
    discrete, x = _constant(bte.Problem(mesh, silicon, {**side, **even}), 10.0)
    assert np.abs(discrete.evaluate(x).state.flat() - x).max() < 1e-11


def test_rough_walls_lie_between_diffuse_ones_and_mirrors():
    def power(side):
        return strip(1.0, (8, 3), 1.2, side=side).solve(tolerance=1e-9, **RULE).power["left"]

    found = [power(bte.Rough(specularity=p)) for p in (0.0, 0.3, 0.7, 1.0)]
    assert found[0] == pytest.approx(power(bte.Diffuse()), rel=1e-8)
    assert found[-1] == pytest.approx(power(bte.Specular()), rel=1e-8)
    assert np.all(np.diff(found) > 0)


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
def test_a_specular_channel_is_the_slab(kn):
    solution = strip(kn, (24, 1), 1.35).solve()
    assert solution.power["left"] / (0.2 * LENGTH * FLUX) == pytest.approx(SLAB_FLUX[kn], rel=3e-4)


@pytest.mark.parametrize("kn", [0.1, 1.0, 10.0])
def test_a_slab_tilted_by_30_degrees_is_within_a_thousandth(kn):
    solution = turned(strip(kn, (24, 1), 1.35), np.pi / 6).solve(azimuths=24, polars=3)
    flux = solution.power["left"] / (0.2 * LENGTH * FLUX)
    assert solution.settings["ordinates"] == 24
    assert flux == pytest.approx(SLAB_FLUX[kn], rel=2e-4)


@pytest.mark.parametrize(("kn", "error"), [(0.1, 5e-3), (1.0, 3e-2)])
def test_a_tilted_channel_is_the_slab_also_where_the_set_is_not_closed(kn, error):
    """Sharing among the ordinates about the image acts like a little roughness."""
    solution = by_quadrants(turned(strip(kn, (24, 1), 1.35), 0.4), 24, 3)
    flux = solution.power["left"] / (0.2 * LENGTH * FLUX)
    assert flux == pytest.approx(SLAB_FLUX[kn], rel=error)
    assert flux < SLAB_FLUX[kn]


def test_the_log_says_which_mirrors_share(caplog):
    caplog.set_level("INFO", logger="bte")
    by_quadrants(turned(strip(1.0, (4, 1), 1.0), 0.4), 8, 2)
    assert "mirrors of boundary 'bottom' lie off the symmetry planes" in caplog.text
    caplog.clear()
    strip(1.0, (4, 1), 1.0).solve()
    assert "mirrors of" not in caplog.text


def test_reciprocity_of_a_rough_oblique_wall():
    """Heat in A warms B as heat in B warms A."""

    def regions(centres):
        return np.where(centres[:, 0] < LENGTH / 3, "a", "b")

    mesh = bte.Mesh.rectangle((LENGTH, LENGTH / 2), (6, 3), regions=regions)
    turn = np.array([[np.cos(0.4), np.sin(0.4)], [-np.sin(0.4), np.cos(0.4)]])
    names = [mesh.region_names[i] for i in mesh.cell_region]

    def boundaries(centres):
        return np.where((centres @ turn.T)[:, 0] < 1e-12, "cold", "wall")

    made = bte.Mesh.from_arrays(mesh.points @ turn, mesh.cells, names, boundaries)
    conditions = {"cold": bte.Isothermal(300.0), "wall": bte.Rough(specularity=0.6)}
    silicon = bte.material("Si")

    def response(source, there):
        problem = bte.Problem(
            made, {"a": silicon, "b": silicon}, conditions, sources={source: 1e17}
        )
        solution = by_quadrants(problem, 8, 2, tolerance=1e-10)
        node_region = np.repeat(made.cell_region, np.diff(made.dg_offsets))
        mine = node_region == made.region_names.index(there)
        return made.node_volumes[mine] @ (solution.pseudo_temperature[mine] - 300)

    assert response("a", "b") == pytest.approx(response("b", "a"), rel=1e-7)
