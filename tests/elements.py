"""Meshes of every element for the verification tests, straight, distorted and mixed."""

import numpy as np

import bte
from gray import LENGTH

FLAT = ("triangle", "quad")
SOLID = ("tetra", "hexahedron", "prism")


def block(element, cells, size=None, grading=1.0, regions=None):
    """Return a rectangle or a box of an element."""
    if element in FLAT:
        size = size or (LENGTH, LENGTH)
        return bte.Mesh.rectangle(size, cells, element=element, grading=grading, regions=regions)
    size = size or (LENGTH, LENGTH, LENGTH)
    return bte.Mesh.box(size, cells, element=element, grading=grading, regions=regions)


def warp(mesh, amount=0.2, seed=0, regions=None):
    """Return the mesh with its inner points moved at random: no cell stays a parallelepiped.

    ``amount`` is relative to the shortest edge that could be. Points on the outer walls stay, so
    that these stay flat.
    """
    rng = np.random.default_rng(seed)
    low, high = mesh.bounding_box
    step = (high - low).max() / mesh.n_point ** (1 / mesh.dim)
    inside = ((mesh.points > low + 1e-15) & (mesh.points < high - 1e-15)).all(axis=1)
    shift = rng.uniform(-amount, amount, mesh.points.shape) * step
    points = np.where(inside[:, None], mesh.points + shift, mesh.points)
    names = [mesh.region_names[i] for i in mesh.cell_region]
    faces = {name: mesh.face_vertices(mesh.boundary_faces(name)) for name in mesh.boundary_names}
    return bte.Mesh.from_arrays(points, mesh.cells, regions=names, boundaries=faces)


def mixed(n):
    """Return a square of quadrilaterals (left half) and triangles (right half)."""
    x, y = np.meshgrid(np.linspace(0, LENGTH, 2 * n + 1), np.linspace(0, LENGTH, n + 1))
    points = np.column_stack([x.ravel(), y.ravel()])
    quads, triangles = [], []
    for j in range(n):
        for i in range(2 * n):
            a = j * (2 * n + 1) + i
            b, c, d = a + 1, a + 2 * n + 2, a + 2 * n + 1
            if i < n:
                quads.append((a, b, c, d))
            else:
                triangles += [(a, b, c), (a, c, d)]
    return bte.Mesh.from_arrays(
        points, [np.array(quads), np.array(triangles)], boundaries=side_of_square
    )


def side_of_square(centres):
    """Name the sides of the square (0, LENGTH)^2."""
    x, y = centres.T
    small = 1e-9 * LENGTH
    return np.select([x < small, x > LENGTH - small, y < small], ["left", "right", "bottom"], "top")


def sides(mesh, other=""):
    """Return the names of the sides of a box as a function of the centres of faces."""
    low, high = mesh.bounding_box
    names = ("left", "right", "bottom", "top", "front", "back")

    def name(x):
        result = np.full(len(x), other, dtype="U6")
        for k in range(mesh.dim):
            result[x[:, k] < low[k] + 1e-21] = names[2 * k]
            result[x[:, k] > high[k] - 1e-21] = names[2 * k + 1]
        return result

    return name
