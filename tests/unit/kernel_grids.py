"""Small meshes of every element for the tests of the kernel."""

import numpy as np
from kernel_arrays import CUBE, Grid


def squares(n=3, distort=0.0, seed=0, split=()):
    """Return an n x n square of quadrilaterals, those named in `split` cut into triangles."""
    x, y = np.meshgrid(*2 * [np.linspace(0, 1, n + 1)], indexing="ij")
    points = np.column_stack([x.ravel(), 0.7 * y.ravel()])
    points += distort / n * np.random.default_rng(seed).uniform(-1, 1, points.shape)
    number = np.arange((n + 1) ** 2).reshape(n + 1, n + 1)
    cells = []
    for i in range(n):
        for j in range(n):
            quad = [number[i, j], number[i + 1, j], number[i + 1, j + 1], number[i, j + 1]]
            cut = split == "all" or len(cells) in split
            cells += [(*quad[:3],), (quad[0], *quad[2:])] if cut else [tuple(quad)]
    return Grid(points, cells)


def blocks(n=2, distort=0.0, seed=0, kind="hexahedron", shear=0.0):
    """Return a cube of n x n x n hexahedra, or of prisms, tetrahedra, or all in layers."""
    axis = np.linspace(0, 1, n + 1)
    points = np.stack(np.meshgrid(axis, 0.8 * axis, 1.3 * axis, indexing="ij"), axis=-1)
    points = points.reshape(-1, 3)
    points[:, 0] += shear * points[:, 2]
    points += distort / n * np.random.default_rng(seed).uniform(-1, 1, points.shape)
    number = np.arange((n + 1) ** 3).reshape(3 * [n + 1])
    cells = []
    for i, j, k in np.ndindex(n, n, n):
        c = [number[i + a, j + b, k + d] for a, b, d in CUBE]
        what = kind
        if kind == "mixed":
            what = "prism" if k >= n - 1 and i == 0 else "hexahedron"
        if what == "hexahedron":
            cells.append(tuple(c))
        elif what == "prism":
            for a in ((0, 1, 2), (0, 2, 3)):
                cells.append(tuple([c[v] for v in a] + [c[v + 4] for v in a]))
        else:
            six = [[0, 1, 2, 6], [0, 2, 3, 6], [0, 3, 7, 6], [0, 7, 4, 6], [0, 4, 5, 6]]
            cells += [tuple(c[v] for v in t) for t in [*six, [0, 5, 1, 6]]]
    return Grid(points, cells)


def slab(n=5):
    """Return cells of a line."""
    points = np.sort(np.random.default_rng(1).uniform(0, 1, n + 1))[:, None]
    return Grid(points, [(i, i + 1) for i in range(n)])


def ring(n=8, turn=1.2, kind="hexahedron"):
    """Return a ring of cells whose cross-sections lean all the same way round.

    For ordinates along the axis each cell is upwind of the next, all the way round: a cycle.
    """
    angle = 2 * np.pi * np.arange(n) / n
    points = []
    for level in (0.0, 1.0):
        for radius in (0.5, 1.0):
            lean = angle + turn * level * 2 * np.pi / n
            x, y = radius * np.cos(lean), radius * np.sin(lean)
            points.append(np.column_stack([x, y, np.full(n, 0.3 * level)]))
    cells = []
    for i in range(n):
        c = [i, i + n, (i + 1) % n + n, (i + 1) % n]
        c += [v + 2 * n for v in c]
        if kind == "hexahedron":
            cells.append(tuple(c))
        elif kind == "prism":
            for a in ((0, 1, 2), (0, 2, 3)):
                cells.append(tuple([c[v] for v in a] + [c[v + 4] for v in a]))
    return Grid(np.concatenate(points), cells)


def ordinates(dim, n=3, seed=5):
    """Return 2 n directions, closed under reversal, and weights that sum to one."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    weights = rng.uniform(0.5, 1, n)
    return np.vstack([directions, -directions]), np.tile(weights, 2) / (2 * weights.sum())


def lane_tables(n_lane=16, n_band=3, n_zone=1, seed=2):
    """Return lane tables over three decades of mean free path, one row per zone."""
    rng = np.random.default_rng(seed)
    inverse = np.tile(np.logspace(-1, 2, n_lane), (n_zone, 1))
    flux = rng.uniform(0.5, 1.5, (n_zone, n_lane))
    return {
        "inverse_mfp": inverse,
        "scattering": flux * inverse,
        "energy": rng.uniform(0.5, 1.5, (n_zone, n_lane)),
        "flux": flux,
        "lane_source": rng.uniform(0.5, 1.5, (n_zone, n_lane)),
        "band": rng.integers(0, n_band, n_lane).astype(np.int32),
        "n_band": n_band,
    }
