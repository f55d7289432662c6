"""The sweep by itself: orders, cut faces, slots."""

import numpy as np
import pytest

import bte
from bte.packing import pack
from bte.quadrature import quadrature
from bte.solvers.discrete import discretise
from gray import LENGTH, gray, walls


def volumes(points, cells):
    a, b, c = (points[cells[:, i]] - points[cells[:, 0]] for i in (1, 2, 3))
    return np.einsum("ij,ij->i", np.cross(a, b), c) / 6


def twisted(turn=1.9, n=10):
    """Return a ring of tetrahedra whose cross-sections lean all the same way round.

    Blocks of a hexagonal-like ring are sheared against their neighbours, so that for ordinates
    along the axis each cell is upwind of the next, all the way round: a cycle.
    """
    angle = 2 * np.pi * np.arange(n) / n
    points = []
    for level in (0.0, 1.0):
        for radius in (0.5, 1.0):
            lean = angle + turn * level * 2 * np.pi / n
            points.append(
                np.column_stack(
                    [radius * np.cos(lean), radius * np.sin(lean), np.full(n, 0.3 * level)]
                )
            )
    points = np.concatenate(points) * LENGTH
    corner = [[i, i + n, (i + 1) % n + n, (i + 1) % n] for i in range(n)]
    blocks = np.array([[*c, *(k + 2 * n for k in c)] for c in corner])
    # six tetrahedra round the diagonal 0-6 of each block, the same in all: conforming in a ring
    six = [[0, 1, 2, 6], [0, 2, 3, 6], [0, 3, 7, 6], [0, 7, 4, 6], [0, 4, 5, 6], [0, 5, 1, 6]]
    cells = blocks[:, six].reshape(-1, 4)
    negative = volumes(points, cells) < 0
    cells[negative] = cells[negative][:, [1, 0, 2, 3]]
    return points, cells


@pytest.fixture(scope="module")
def ring():
    points, cells = twisted()

    def sides(centres):
        low, high = centres[:, 2] < 1e-12, centres[:, 2] > 0.3 * LENGTH - 1e-12
        return np.select([low, high], ["left", "right"], "side")

    return bte.Mesh.from_arrays(points, cells, boundaries=sides)


def problem(mesh, **conditions):
    return bte.Problem(mesh, {"domain": gray(1.0)}, {**walls(), "side": bte.Diffuse()} | conditions)


def test_the_ring_is_cyclic(ring):
    discrete = discretise(pack(problem(ring), 1), quadrature(3, 16, 6))
    cuts = discrete.transport.cuts
    assert len(cuts) > 0
    assert len(cuts) == discrete.transport.n_trace
    # cut for one ordinate, cut for its opposite
    assert len(cuts) % 2 == 0


def test_equilibrium_holds_across_cut_faces(ring):
    packed = pack(problem(ring, left=bte.Isothermal(301.0), right=bte.Isothermal(301.0)), 1)
    discrete = discretise(packed, quadrature(3, 16, 6))
    state = discrete.split(np.ones(discrete.size))
    state.traces[...] = discrete.traces.alive[:, None, :]
    image = discrete.evaluate(state.flat()).state
    assert np.abs(image.temperature - 1.0).max() < 1e-12
    assert np.abs(image.traces - state.traces).max() < 1e-12


def test_the_order_of_cells_does_not_matter_where_faces_are_cut(ring):
    shuffled = np.random.default_rng(3).permutation(ring.n_cell)
    names = [ring.boundary_names[i] for i in ring.faces.boundary[ring.faces.outer]]
    vertices = ring.connectivity[ring.faces.nodes[ring.faces.outer, 0]]
    boundaries = {
        name: vertices[[i for i, n in enumerate(names) if n == name]] for name in set(names)
    }
    other = bte.Mesh.from_arrays(ring.points, ring.cells[shuffled], boundaries=boundaries)
    one = problem(ring).solve(tolerance=1e-9)
    two = problem(other).solve(tolerance=1e-9)
    assert one.converged
    assert two.power["left"] == pytest.approx(one.power["left"], rel=1e-7)
    assert one.energy_balance < 1e-8


def test_slots_are_recycled():
    """The front of a square grows as its side, not as its area."""
    fronts = []
    for n in (10, 40):
        mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (n, n))
        cold = {name: bte.Isothermal(300.0) for name in mesh.boundary_names}
        packed = pack(bte.Problem(mesh, {"domain": gray(1.0)}, cold), 1)
        fronts.append(discretise(packed, quadrature(2, 8, 2)).transport.n_slot)
    assert fronts[1] < 5 * fronts[0]
    assert fronts[1] < 40 * 40 * 2 / 8
