"""Cells that depend on each other in a cycle, traces, instruction sets."""

import os
import subprocess
import sys

import numpy as np
import pytest
from kernel_arrays import Reference, make, run
from kernel_grids import blocks, lane_tables, ordinates, ring, slab, squares

from bte import _core


@pytest.fixture(scope="module", params=["hexahedron", "prism"])
def cyclic(request):
    grid = ring(kind=request.param)
    directions = np.array([[0.1, 0.05, 0.99], [-0.3, 0.2, -0.9], [0.9, 0.3, 0.1]])
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return grid, np.vstack([directions, -directions]), np.full(6, 1 / 6)


@pytest.mark.parametrize("wavefront", [False, True])
def test_cut_faces_are_lagged_and_end_where_nothing_lags(cyclic, wavefront):
    grid, directions, weights = cyclic
    lanes = lane_tables(8)
    transport = make(grid, directions, weights, lanes, wavefront=wavefront)
    cuts = transport.cuts
    assert len(cuts) == transport.n_trace > 0
    assert set(cuts[:, 0]) <= {0, 1, 3, 4}  # along the axis, not across it
    rng = np.random.default_rng(0)
    temperature = rng.normal(size=grid.n_node)
    emission = rng.normal(size=(len(grid.sides), grid.n_face_vertex, lanes["n_band"]))
    for s, (c, k) in enumerate(grid.sides):
        emission[s, len(grid.faces[c][k]) :] = 0
    expected = Reference(grid, directions, weights, lanes).sweep(temperature, emission)
    traces = np.zeros((transport.n_trace, grid.n_face_vertex, 8))
    for _ in range(60):
        moment, outflow, traces, *_ = run(
            transport, grid, lanes, temperature, emission, traces=traces
        )
    assert np.abs(moment - expected[0]).max() < 1e-11 * np.abs(expected[0]).max()
    assert np.abs(outflow - expected[1]).max() < 1e-11 * np.abs(expected[1]).max()


@pytest.mark.parametrize("wavefront", [False, True])
def test_equilibrium_holds_across_cut_faces(cyclic, wavefront):
    grid, directions, weights = cyclic
    lanes = lane_tables(8)
    transport = make(grid, directions, weights, lanes, wavefront=wavefront)
    ones = np.ones((transport.n_trace, grid.n_face_vertex, 8))
    moment, _, traces, *_ = run(transport, grid, lanes, 1.0, 1.0, traces=ones)
    assert moment == pytest.approx(lanes["scattering"].sum(), rel=1e-12)
    for trace, (_, face) in zip(traces, transport.cuts, strict=True):
        cell, k = divmod(face, grid.n_face)
        assert np.abs(trace[: len(grid.faces[cell][k])] - 1).max() < 1e-12


@pytest.mark.parametrize("wavefront", [False, True])
@pytest.mark.parametrize("kind", ["quadrilateral", "hexahedron", "tetrahedron"])
def test_traces_are_read_in_face_order_and_written_as_told(kind, wavefront):
    grid = squares(2, 0.1) if kind == "quadrilateral" else blocks(1, 0.1, kind=kind)
    directions, weights = ordinates(grid.dim, 2)
    lanes = lane_tables(8, 8) | {"band": np.arange(8, dtype=np.int32)}
    cell, face = grid.sides[0]
    m = grid.n_face_vertex
    row = np.full(len(grid.sides), -1, dtype=np.int32)
    row[0] = 0
    number = np.arange(4, dtype=np.int32)
    enters = directions @ grid.face_vector[cell, face] < 0
    traces = {
        "side_trace_row": row,
        "trace_read": np.where(enters, number, -1)[None, :].astype(np.int32),
        "trace_write": np.where(enters, -1, number)[None, :].astype(np.int32),
        "trace_face": np.full(4, face, dtype=np.uint8),
        "trace_vertex": np.roll(np.arange(m, dtype=np.uint8), 1)[None, :],
    }
    values = np.random.default_rng(0).normal(size=(m, 8))
    with_traces = make(grid, directions, weights, lanes, traces=traces, wavefront=wavefront)
    read = run(with_traces, grid, lanes, 0.5, 0.0, traces=np.tile(values, (4, 1, 1)))
    emission = np.zeros((len(grid.sides), m, 8))
    emission[0] = values
    plain = make(grid, directions, weights, lanes, wavefront=wavefront)
    emitted = run(plain, grid, lanes, 0.5, emission)
    for one, two in zip((*read[:2], *read[3:]), (*emitted[:2], *emitted[3:]), strict=True):
        assert np.array_equal(one, two)
    # what is written makes the outflow of the side
    through = np.einsum("ad,od->oa", grid.nodal_areas[0], directions)
    written = read[2][:, traces["trace_vertex"][0]] * ~enters[:, None, None]
    outflow = np.einsum("o,oa,l,oal->al", weights, through, lanes["flux"][0], written)
    assert outflow == pytest.approx(read[1][0], rel=1e-12)


def test_slots_are_recycled():
    """The front of a square grows as its side, not as its area."""
    fronts = []
    for n in (8, 32):
        grid = squares(n)
        fronts.append(make(grid, *ordinates(2), lane_tables(8)).n_slot)
    assert fronts[1] < 5 * fronts[0] < 32 * 32 / 8


def moments():
    """Return what a sweep of every element gives, lanes or cells in packs, double and single."""
    grids = [slab(), squares(3, 0.2, split=(1, 4)), blocks(1, 0.1, kind="tetrahedron")]
    grids += [squares(2), blocks(2), blocks(2, 0.1, kind="mixed"), blocks(1, kind="prism")]
    lanes = lane_tables()
    parts = []
    for grid in grids:
        rng = np.random.default_rng(0)
        temperature = rng.normal(size=grid.n_node)
        for wavefront in (False, True):
            transport = make(grid, *ordinates(grid.dim), lanes, wavefront=wavefront)
            for single in {False, not wavefront}:
                results = run(transport, grid, lanes, temperature, 1.0, single=single)
                parts += [(single, result.ravel()) for result in results]
    return [np.concatenate([p for s, p in parts if s == single]) for single in (False, True)]


@pytest.mark.parametrize("name", ["baseline", "v3"])
def test_instruction_sets_agree_to_rounding(name, tmp_path):
    code = (
        "import numpy as np, test_kernel_order as t; from bte import _core;"
        f"np.savez({str(tmp_path / 'out.npz')!r}, *t.moments(),"
        " name=_core.Transport.instruction_set())"
    )
    paths = os.pathsep.join([os.path.dirname(__file__), *sys.path])
    environment = {**os.environ, "BTE_SIMD": name, "PYTHONPATH": paths}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    out = np.load(tmp_path / "out.npz")
    if name == "baseline":
        assert out["name"] == "baseline"
    double, single = moments()
    assert np.abs(out["arr_0"] - double).max() < 1e-12 * np.abs(double).max()
    assert np.abs(out["arr_1"] - single).max() < 1e-5 * np.abs(single).max()


def test_the_peak_is_counted():
    assert _core.Transport.add_products(1000) >= 2 * 12 * 1000 * 2
    assert _core.Transport.add_products(10, True) == 2 * _core.Transport.add_products(10)
