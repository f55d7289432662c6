"""Gray slabs and what is known exactly about them, for the verification tests.

Q = q / (C v dT / 4) of a gray slab between black walls, by Kn = mean free path / thickness, exact
to 11 digits or more: two methods (analytical discrete ordinates and an integral equation)
agree.
"""

import numpy as np

import bte

LENGTH = 100e-9
CAPACITY, SPEED = 1.66e6, 6400.0
FLUX = CAPACITY * SPEED / 4

SLAB_FLUX = {
    0.01: 0.013146535242241257,
    0.1: 0.1167451135131657,
    0.5: 0.39006001790358763,
    1.0: 0.5534059933266168,
    5.0: 0.8491787895621301,
    10.0: 0.915702873832695,
    100.0: 0.9902745829213941,
}

# (T - Tc)/(Th - Tc) in the gas at the hot wall
WALL_TEMPERATURE = {
    0.01: 0.9943073832542358,
    0.1: 0.9494478779962872,
    0.5: 0.8307905234377178,
    1.0: 0.7581464585005122,
    5.0: 0.6114325675879484,
    10.0: 0.5710110309662808,
    100.0: 0.512612922762985,
}


def gray(kn, name="gray"):
    """Return a gray material whose mean free path is kn times LENGTH."""
    return bte.Material.gray(name, heat_capacity=CAPACITY, speed=SPEED, mean_free_path=kn * LENGTH)


def walls(hot="left", cold="right"):
    """Return a hot and a cold wall one kelvin apart."""
    return {hot: bte.Isothermal(301.0), cold: bte.Isothermal(300.0)}


def slab(kn, cells, grading=1.0):
    """Return a slab between black walls as a 1D problem."""
    mesh = bte.Mesh.line([0, LENGTH], cells=cells, grading=grading)
    return bte.Problem(mesh, {"domain": gray(kn)}, walls())


def strip(kn, cells, grading, height=0.2, side=None):
    """Return the slab as a 2D strip, specular along its sides."""
    mesh = bte.Mesh.rectangle((LENGTH, height * LENGTH), cells, grading=(grading, 1.0))
    side = side or bte.Specular()
    return bte.Problem(mesh, {"domain": gray(kn)}, {**walls(), "bottom": side, "top": side})


def bar(kn, axis, cells=10, width=1.0):
    """Return the slab as a 3D bar along an axis, specular along its sides."""
    size, count = [width * LENGTH] * 3, [1, 1, 1]
    size[axis], count[axis] = LENGTH, cells
    mesh = bte.Mesh.box(size, count)
    hot, cold = (("left", "right"), ("bottom", "top"), ("front", "back"))[axis]
    sides = {name: bte.Specular() for name in mesh.boundary_names}
    problem = bte.Problem(mesh, {"domain": gray(kn)}, {**sides, **walls(hot, cold)})
    return problem, hot, (width * LENGTH) ** 2


def nodal_weights(mesh):
    """Return the volume that belongs to each node of a mesh of simplices."""
    n = mesh.dim + 1
    return np.repeat(mesh.volumes / n, n)


def distort(mesh, amount=0.2, seed=0):
    """Return a mesh of one region with its interior points moved at random, all walls oblique.

    ``amount`` is relative to the shortest edge that could be.
    """
    rng = np.random.default_rng(seed)
    low, high = mesh.bounding_box
    step = (high - low).max() / mesh.n_point ** (1 / mesh.dim)
    inside = ((mesh.points > low + 1e-15) & (mesh.points < high - 1e-15)).all(axis=1)
    shift = rng.uniform(-amount, amount, mesh.points.shape) * step
    points = np.where(inside[:, None], mesh.points + shift, mesh.points)
    turn = np.linalg.qr(rng.normal(size=(mesh.dim, mesh.dim)))[0]
    turn[:, 0] *= np.sign(np.linalg.det(turn))
    names = [mesh.region_names[i] for i in mesh.cell_region]
    return bte.Mesh.from_arrays(points @ turn.T, mesh.cells, regions=names)
