"""The sweep of every element against the discrete equations assembled independently."""

import numpy as np
import pytest
from kernel_arrays import Reference, make, run
from kernel_grids import blocks, lane_tables, ordinates, slab, squares

GRIDS = {
    "line": slab,
    "triangle": lambda: squares(2, 0.2, split="all"),
    "parallelograms": lambda: squares(3),
    "quadrilateral": lambda: squares(3, 0.25),
    "quadrilaterals and triangles": lambda: squares(3, 0.2, split=(1, 4)),
    "tetrahedron": lambda: blocks(1, 0.15, kind="tetrahedron"),
    "parallelepipeds": lambda: blocks(2, shear=0.3),
    "warped hexahedra": lambda: blocks(2, 0.15),
    "affine prisms": lambda: blocks(1, shear=0.3, kind="prism"),
    "warped prisms": lambda: blocks(1, 0.15, kind="prism"),
    "warped hexahedra and prisms": lambda: blocks(2, 0.12, kind="mixed"),
}


@pytest.fixture(scope="module", params=GRIDS, ids=str)
def grid(request):
    return GRIDS[request.param]()


@pytest.fixture(scope="module", params=[False, True], ids=["lanes in packs", "cells in packs"])
def case(request, grid):
    directions, weights = ordinates(grid.dim)
    lanes = lane_tables()
    transport = make(grid, directions, weights, lanes, wavefront=request.param)
    assert transport.wavefront == request.param
    return grid, directions, weights, lanes, transport


def random_input(grid, lanes, seed=0):
    rng = np.random.default_rng(seed)
    emission = rng.normal(size=(len(grid.sides), grid.n_face_vertex, lanes["n_band"]))
    for s, (c, k) in enumerate(grid.sides):
        emission[s, len(grid.faces[c][k]) :] = 0
    return rng.normal(size=grid.n_node), emission, rng.normal(size=grid.n_node)


def close(one, two, tolerance):
    assert np.abs(one - two).max() <= tolerance * np.abs(two).max()


def test_a_sweep_solves_the_assembled_equations(case):
    grid, directions, weights, lanes, transport = case
    temperature, emission, source = random_input(grid, lanes)
    expected = Reference(grid, directions, weights, lanes).sweep(temperature, emission, source)
    moment, outflow, _, energy, flux = run(
        transport, grid, lanes, temperature, emission, source=source
    )
    for one, two in zip((moment, outflow, energy, flux), expected, strict=True):
        close(one, two, 1e-12)


def test_equilibrium_is_kept_to_rounding(case):
    grid, directions, weights, lanes, transport = case
    moment, outflow, _, energy, flux = run(transport, grid, lanes, 1.0, 1.0)
    assert moment == pytest.approx(lanes["scattering"].sum(), rel=1e-13)
    assert energy == pytest.approx(lanes["energy"].sum(), rel=1e-13)
    assert np.abs(flux).max() < 1e-13 * lanes["flux"].sum()
    per_band = np.bincount(lanes["band"], lanes["flux"][0], lanes["n_band"])
    through = np.einsum("sad,od->sao", grid.nodal_areas, directions)
    leaves = np.array([grid.face_vector[side] @ directions.T > 0 for side in grid.sides])
    areas = (np.where(leaves[:, None, :], through, 0) * weights).sum(axis=2)
    close(outflow, areas[:, :, None] * per_band, 2e-13)


def test_energy_is_conserved_to_rounding(case):
    grid, directions, weights, lanes, transport = case
    temperature, emission, _ = random_input(grid, lanes)
    moment, outflow, *_ = run(transport, grid, lanes, temperature, emission)
    per_band = np.bincount(lanes["band"], lanes["flux"][0], lanes["n_band"])
    through = np.einsum("sad,od->sao", grid.nodal_areas, directions)
    enters = np.array([grid.face_vector[side] @ directions.T < 0 for side in grid.sides])
    areas = (np.where(enters[:, None, :], -through, 0) * weights).sum(axis=2)
    entering = (areas[:, :, None] * per_band * emission).sum()
    scattered = grid.node_volume @ (lanes["scattering"].sum() * temperature - moment)
    gross = np.abs(outflow).sum()
    assert abs(outflow.sum() - entering - scattered) < 1e-12 * gross


def test_reciprocity_to_rounding(case):
    """The sweep for Omega is the adjoint of that for -Omega: the sum over both is symmetric."""
    grid, _, _, lanes, transport = case
    one, _, _ = random_input(grid, lanes, 1)
    two, _, _ = random_input(grid, lanes, 2)
    there = run(transport, grid, lanes, one)[0] @ grid.mass_product(two)
    back = run(transport, grid, lanes, two)[0] @ grid.mass_product(one)
    scale = np.abs(run(transport, grid, lanes, one)[0] * grid.mass_product(two)).sum()
    assert abs(there - back) < 1e-13 * scale


def test_single_precision_is_double_to_its_rounding(grid):
    lanes = lane_tables()
    transport = make(grid, *ordinates(grid.dim), lanes)
    temperature, emission, source = random_input(grid, lanes)
    double = run(transport, grid, lanes, temperature, emission, source=source)
    single = run(transport, grid, lanes, temperature, emission, source=source, single=True)
    for one, two in zip(single, double, strict=True):
        if two.size:
            close(one, two, 2e-5)
            assert not np.array_equal(one, two)


def test_threads_change_no_bit(case):
    grid, _, _, lanes, transport = case
    temperature, emission, source = random_input(grid, lanes)
    for single in (False, True):
        one, two = (
            run(
                transport,
                grid,
                lanes,
                temperature,
                emission,
                source=source,
                single=single,
                threads=n,
            )
            for n in (1, 3)
        )
        for a, b in zip(one, two, strict=True):
            assert np.array_equal(a, b)


def test_few_lanes_go_by_wavefronts():
    grid = blocks(1, 0.1, kind="tetrahedron")
    for real, expected in ((1, True), (2, True), (3, False)):
        lanes = lane_tables(8)
        for name in ("scattering", "energy", "flux"):
            lanes[name][:, real:] = 0
        assert make(grid, *ordinates(3), lanes).wavefront == expected
