"""What must hold at every interface that keeps directions, whatever its table."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import bte
from bte.packing import pack
from bte.solvers.directions import choose_quadrature
from bte.solvers.discrete import discretise
from gray import distort
from keeping import UNIT, between_walls, line, strip

LABELS = ("LA", "TA")
EDGES = np.linspace(0.0, 6e13, 5)
KEEPING = bte.Transmission(0.4, of="smaller side", directional=True)
MODELS = {
    "straight": KEEPING,
    "straight, by angle": bte.Transmission(
        lambda omega, mu: 0.5 * mu + 0 * omega, of="smaller side", directional=True
    ),
    "by branch": bte.Transmission({"LA": 0.2, "TA": 0.7}, of="smaller side"),
    "AMM": bte.AMM(),
    "AMM, SH": bte.AMM(scalar="SH"),
    "Mixed": bte.Mixed(0.5),
}


def crystal(name, scale, mfp, density, cut=4):
    """Return a crystal of two branches in four bands; TA ends after ``cut`` of them."""
    band = np.array([0, 1, 2, 3, *range(cut)])
    branch = ["LA"] * 4 + ["TA"] * cut
    transverse = np.arange(4 + cut) >= 4
    return bte.Material.from_groups(
        name,
        heat_capacity=np.where(transverse, 4e5, 1e5) * (1.0 + 0.3 * band) / scale**3,
        speed=scale * np.where(transverse, 1e3, 1.5e3),
        mean_free_path=mfp * UNIT * np.array([5.0, 1.0, 0.3, 0.1])[band],
        branch=branch,
        frequency_edges=np.column_stack([EDGES[band], EDGES[band + 1]]),
        density=density,
        elastic_speeds=(1.5e3 * scale, 1e3 * scale),
    )


def crystals(layers=2):
    """Return two crystals in turn, by the names of layers."""
    first, second = crystal("one", 1.0, 1.0, 2000.0), crystal("two", 0.7, 0.5, 4000.0, 3)
    return {chr(ord("a") + i): (first, second)[i % 2] for i in range(layers)}


def contacts(model, layers=2):
    names = [chr(ord("a") + i) for i in range(layers)]
    return dict.fromkeys(pairwise(names), model)


def discrete(problem, **options):
    packed = pack(problem, 4)
    return discretise(packed, choose_quadrature(packed, **options), 1)


def thirds(centres):
    """Return the layer of points of a body that is 3 long."""
    return np.array(["a", "b", "c"])[np.clip((centres[:, 0] / UNIT).astype(int), 0, 2)]


def warped(mesh, amount=0.15):
    """Return a mesh of hexahedra or prisms with its inner points moved: all inner faces warp."""
    low, high = mesh.bounding_box
    inside = ((mesh.points > low + 1e-12) & (mesh.points < high - 1e-12)).all(axis=1)
    shift = np.random.default_rng(0).uniform(-amount, amount, mesh.points.shape)
    names = [mesh.region_names[i] for i in mesh.cell_region]
    points = mesh.points + 0.5 * UNIT * shift * inside[:, None]
    return bte.Mesh.from_arrays(points, mesh.cells, regions=names)


def box(element):
    return bte.Mesh.box((3 * UNIT, UNIT, UNIT), (6, 2, 2), regions=thirds, element=element)


def axis(mesh):
    """Return a polar axis, which three dimensions would warn of: walls are oblique to any."""
    return "z" if mesh.dim == 3 else None


MESHES = {
    "line": lambda: line(6, layers=3),
    "quadrilaterals, turned": lambda: strip(30.0, 4, layers=3, rows=2),
    "triangles": lambda: distort(bte.Mesh.rectangle((3 * UNIT, UNIT), (9, 3), regions=thirds), 0.1),
    "tetrahedra": lambda: box("tetra"),
    "hexahedra, warped": lambda: warped(box("hexahedron")),
    "prisms, warped": lambda: warped(box("prism")),
}


# refraction at many oblique faces in three dimensions takes seconds to set up
CASES = [(kind, model) for kind in MESHES for model in MODELS if "warped" not in kind]
CASES += [("hexahedra, warped", "straight"), ("hexahedra, warped", "AMM")]
CASES += [("prisms, warped", "straight"), ("prisms, warped", "by branch")]


@pytest.mark.parametrize(("kind", "model"), CASES)
def test_a_crossing_keeps_equilibrium_energy_and_reciprocity(kind, model):
    mesh = MESHES[kind]()
    walls = {name: bte.Isothermal(300.0) for name in mesh.boundary_names}
    contact = dict.fromkeys(mesh.interfaces, MODELS[model])
    d = discrete(
        bte.Problem(mesh, crystals(3), walls, contact), azimuths=8, polars=2, axis=axis(mesh)
    )
    traces = d.traces
    alive = traces.alive[:, None, :]
    ones = np.ones((len(traces.cell), d.n_face_vertex, len(d.lanes.band))) * alive
    real = traces.area[:, :, None] > 0
    np.testing.assert_allclose((traces.answer(ones, affine=False) - ones) * real, 0, atol=2e-14)
    rng = np.random.default_rng(1)
    x, y = (rng.uniform(size=ones.shape) * ones for _ in range(2))
    across, other = (traces.answer(v, affine=False) for v in (x, y))
    power = traces.strength[:, :, None] * traces.flux[:, None, :]
    assert (power * across**2).sum() <= (power * x**2).sum() or "warped" in kind
    # refraction in two dimensions keeps moments of directions, at this price
    refracts = mesh.dim == 2 and isinstance(MODELS[model], bte.AMM)
    assert across.min() >= 0.0 or "warped" in kind or refracts
    total = (power * x).sum()
    for crossing in traces.walls.crossings:
        assert crossing.pools
        for pool in crossing.pools:
            mine = np.ix_(crossing.traces.ravel(), np.arange(d.n_face_vertex), pool.lanes)
            assert (power * (across - x))[mine].sum() == pytest.approx(0.0, abs=1e-14 * total)
    if "warped" not in kind:
        mutual = (power * across * y).sum(), (power * x * other).sum()
        assert mutual[0] == pytest.approx(mutual[1], rel=1e-13)


@pytest.mark.parametrize(
    ("kind", "model"), [case for case in CASES if case[1] in ("straight", "AMM", "Mixed")]
)
def test_a_solve_keeps_equilibrium_and_energy(kind, model):
    mesh = MESHES[kind]()
    contact = dict.fromkeys(mesh.interfaces, MODELS[model])
    rule = {"bands": 4, "azimuths": 8, "polars": 2, "axis": axis(mesh)}
    warm = {name: bte.Isothermal(301.0) for name in mesh.boundary_names}
    still = bte.Problem(mesh, crystals(3), warm, contact).solve(**rule)
    assert np.abs(still.temperature - 301.0).max() < 1e-12 * 301
    source = bte.Problem(mesh, crystals(3), warm, contact, sources={"b": 1e13})
    solution = source.solve(**rule)
    assert solution.converged
    assert solution.iterations <= 30
    assert solution.energy_balance < 1e-8
    out = solution.interface("b", "a").power + solution.interface("b", "c").power
    walls = sum(-b.power for b in solution.boundaries.values())
    assert walls == pytest.approx(solution.region("b").power, rel=1e-7)
    assert out < walls * (1 + 1e-5)
    for pair in mesh.interfaces:
        contact = solution.interface(*pair)
        assert contact.heat_flux_by_band.sum() == pytest.approx(contact.heat_flux, rel=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_hot_and_cold_exchanged(model):
    """The same flux the other way: the equations are linear."""
    there = between_walls(strip(rows=2, cells=6), crystals(), contacts(MODELS[model]))
    back = replace(
        there,
        boundaries={
            **there.boundaries,
            "hot": bte.Isothermal(300.0),
            "cold": bte.Isothermal(301.0),
        },
    )
    rule = {"bands": 4, "azimuths": 8, "polars": 2, "tolerance": 1e-10}
    first, second = there.solve(**rule), back.solve(**rule)
    assert second.power["hot"] == pytest.approx(-first.power["hot"], rel=1e-12)
    np.testing.assert_allclose(
        second.interface("a", "b").heat_flux_by_band,
        -first.interface("a", "b").heat_flux_by_band,
        rtol=0,
        atol=1e-9 * abs(first.interface("a", "b").heat_flux),
    )
