"""How many sweeps periodic cells take: long flights, closed bodies, bands over four decades."""

import numpy as np
import pytest

import bte
from bte.quadrature import quadrature
from bte.solvers.discrete import discretise
from bte.solvers.flights import find_flights
from gray import LENGTH, gray, strip, walls

SCALES = [1e-3, 1e-1, 1.0, 10.0, 1e2, 1e4]


def bands(name, longest, capacity, n=20):
    """Return a material of n bands whose mean free paths fall over four decades."""
    return bte.Material.from_groups(
        name,
        heat_capacity=capacity * np.linspace(0.5, 1.5, n),
        speed=np.linspace(5000.0, 2000.0, n),
        mean_free_path=longest * np.logspace(2, -2, n),
        frequency_edges=np.linspace(0.0, 6e13, n + 1),
    )


def materials(scale, banded):
    """Return two materials, paths about ``scale`` times LENGTH and half of that."""
    if banded:
        return {
            "host": bands("host", scale * LENGTH, 8e4),
            "guest": bands("guest", 0.5 * scale * LENGTH, 5e4),
        }
    return {"host": gray(scale, "host"), "guest": gray(0.5 * scale, "guest")}


def superlattice(scale, t, banded):
    """Return a period of two layers, the interfaces off its middle."""
    mesh = bte.Mesh.line(
        [0, 0.18 * LENGTH, 0.48 * LENGTH, LENGTH],
        [8, 14, 20],
        ["host", "guest", "host"],
        boundaries=("left", "right"),
    )
    contact = {("host", "guest"): bte.Transmission(t, of="smaller side")}
    sides = {"left": bte.Periodic("right", 1.0)}
    return bte.Problem(mesh, materials(scale, banded), sides, contact)


def inclusion(scale, t, banded):
    """Return a square cell with a rectangle off its middle."""

    def region(centres):
        x, y = centres.T / LENGTH
        return np.where((x > 1 / 6) & (x < 1 / 2) & (y > 1 / 3) & (y < 5 / 6), "guest", "host")

    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (12, 12), regions=region, element="quad")
    contact = {("host", "guest"): bte.Transmission(t, of="smaller side")}
    sides = {"left": bte.Periodic("right", 1.0), "bottom": bte.Periodic("top")}
    return bte.Problem(mesh, materials(scale, banded), sides, contact)


def pores(kn, blocks):
    """Return a square period with a square pore of half its side in the middle."""
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (blocks, blocks), element="quad")
    kept = mesh.cells[(np.abs(mesh.centres / LENGTH - 0.5) > 0.25).any(axis=1)]

    def names(centres):
        x, y = centres.T / LENGTH
        outer = [x < 1e-6, x > 1 - 1e-6, y < 1e-6, y > 1 - 1e-6]
        return np.select(outer, ["left", "right", "bottom", "top"], "pore")

    used, cells = np.unique(kept, return_inverse=True)
    made = bte.Mesh.from_arrays(mesh.points[used], cells.reshape(kept.shape), boundaries=names)
    sides = {"left": bte.Periodic("right", 1.0), "bottom": bte.Periodic("top")}
    return bte.Problem(made, {"domain": gray(kn)}, {**sides, "pore": bte.Diffuse()})


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("t", [0.02, 0.3, 1.0])
@pytest.mark.parametrize(("banded", "most"), [(False, 18), (True, 32)])
def test_superlattices(banded, most, t, scale):
    solution = superlattice(scale, t, banded).solve(bands=20)
    assert solution.converged
    assert solution.iterations <= most


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("t", [0.02, 1.0])
@pytest.mark.parametrize(("banded", "most"), [(False, 30), (True, 35)])
def test_cells_with_an_inclusion(banded, most, t, scale):
    solution = inclusion(scale, t, banded).solve(bands=20, azimuths=16, polars=2)
    assert solution.converged
    assert solution.iterations <= most


@pytest.mark.parametrize("kn", [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("azimuths", [24, 48, 96])
def test_aligned_pores(azimuths, kn):
    solution = pores(kn, 16).solve(azimuths=azimuths, polars=2)
    assert solution.converged
    assert solution.iterations <= 24


@pytest.mark.parametrize("kn", [0.1, 10.0, 100.0])
def test_cubic_cells_with_a_cubic_pore(kn):
    mesh = bte.Mesh.box((LENGTH,) * 3, (4, 4, 4), element="hexahedron")
    kept = mesh.cells[(np.abs(mesh.centres / LENGTH - 0.5) > 0.25).any(axis=1)]

    def names(centres):
        place = np.concatenate([centres, LENGTH - centres], axis=1) < 1e-6 * LENGTH
        return np.select(place.T, ["left", "bottom", "front", "right", "top", "back"], "pore")

    used, cells = np.unique(kept, return_inverse=True)
    made = bte.Mesh.from_arrays(mesh.points[used], cells.reshape(kept.shape), boundaries=names)
    sides = {"left": bte.Periodic("right", 1.0)}
    sides |= {"bottom": bte.Periodic("top"), "front": bte.Periodic("back"), "pore": bte.Diffuse()}
    problem = bte.Problem(made, {"domain": gray(kn)}, sides)
    solution = problem.solve(azimuths=8, polars=4)
    assert solution.converged
    assert solution.iterations <= 28


@pytest.mark.parametrize("kn", [0.1, 1.0, 100.0])
def test_bars_between_mirrors(kn):
    mesh = bte.Mesh.box((LENGTH, 0.25 * LENGTH, 0.25 * LENGTH), (8, 2, 2), element="hexahedron")
    sides = {name: bte.Specular() for name in mesh.boundary_names}
    problem = bte.Problem(mesh, {"domain": gray(kn)}, sides | walls())
    solution = problem.solve(azimuths=8, polars=4)
    assert solution.converged
    assert solution.iterations <= 32


def discrete(problem, azimuths):
    packed = problem.packed(1)
    return discretise(packed, quadrature(packed.mesh.dim, azimuths, 2), 1)


def test_flights_between_mirrors_take_one_sweep_to_find():
    d = discrete(strip(10.0, (10, 4), 1.0, height=0.2), 16)
    flights = find_flights(d)
    assert flights.setup == 1
    # all further flights of a residual that is even along the mirrors, from the sweeps themselves
    traces = np.ones((len(d.traces.cell), 2, len(d.lanes.band))) * d.traces.alive[:, None, :]
    total, flown = np.zeros_like(traces), traces
    for _ in range(100):
        flown = d.flown(flown)
        total += flown
    estimate = flights.further(traces)
    assert np.abs(estimate - total).max() <= 0.15 * total.max()
    assert abs(estimate.sum() - total.sum()) <= 0.05 * total.sum()


def test_short_paths_need_no_flights():
    assert find_flights(discrete(strip(0.01, (10, 4), 1.0), 16)) is None
    mesh = bte.Mesh.rectangle((LENGTH, LENGTH), (4, 4))
    sides = {**walls(), "bottom": bte.Diffuse(), "top": bte.Diffuse()}
    assert find_flights(discrete(bte.Problem(mesh, {"domain": gray(10.0)}, sides), 16)) is None


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_give_the_same_bits(threads):
    one = inclusion(10.0, 0.3, banded=True).solve(bands=20, azimuths=16, polars=2, threads=1)
    many = inclusion(10.0, 0.3, banded=True).solve(bands=20, azimuths=16, polars=2, threads=threads)
    assert np.array_equal(one.temperature, many.temperature)
    assert np.array_equal(one.heat_flux, many.heat_flux)
