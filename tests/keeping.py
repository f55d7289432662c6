"""Two gray layers between black walls, with an interface that keeps directions; meshes for them.

Units as in the references: layers of thickness 1 (`UNIT`), C1 v1 = 1, hot wall 1, cold wall 0.
Values by two quadratures of the analytical discrete-ordinates method, to 10 digits.
"""

import numpy as np

import bte
from bte.mesh.structured import graded_segment

UNIT = 100e-9
CAPACITY, SPEED = 1e6, 1e3
PLACES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])

# straight on with t, as from a mirror with 1 - t
# C1, v1, L1, C2, v2, L2, t12 -> q, T1 and T2 at PLACES of each layer
STRAIGHT = {
    "diffusive, mismatched": (
        (1, 1, 0.02, 0.8, 0.5, 0.05, 0.28571428571428575),
        0.0031754160016482127,
        (0.99450001815, 0.87415401439, 0.75507591423, 0.63599781408, 0.51565181031),
        (0.49640187384, 0.37415522679, 0.25507591423, 0.13599660168, 0.01374995463),
    ),
    "ballistic, mismatched": (
        (1, 1, 100, 1, 0.5, 50, 0.2),
        0.049514743596547485,
        (0.90244184507, 0.90110165613, 0.89988062051, 0.89864578275, 0.89723195858),
        (0.21322049584, 0.20804930691, 0.20361579695, 0.19925649132, 0.19444098950),
    ),
    "matched, half": (
        (1, 1, 1, 1, 1, 1, 0.5),
        0.06917574916582606,
        (0.87907322925, 0.80914231139, 0.75, 0.69085768861, 0.62092677075),
        (0.37907322925, 0.30914231139, 0.25, 0.19085768861, 0.12092677075),
    ),
    "matched, open": (
        (1, 1, 1, 1, 1, 1, 1.0),
        0.09751500447589527,
        (0.83079052344, 0.73395890477, 0.65354592050, 0.57625654434, 0.5),
        (0.5, 0.42374345566, 0.34645407950, 0.26604109523, 0.16920947656),
    ),
    "nearly diffusive": (
        (1, 1, 0.01, 1, 0.5, 0.01, 0.2),
        0.0010858268439987704,
        (0.99811929274, 0.91624872239, 0.83481170909, 0.75337469579, 0.67131467003),
        (0.65737066, 0.49325060841, 0.33037658181, 0.16750255521, 0.00376141452),
    ),
}

# scalar acoustic mismatch, sin(theta)/v kept, t = 4 Z1 Z2 mu1 mu2/(Z1 mu2 + Z2 mu1)^2;
# v2 = 0.6, rho2 = 2, C = 1/v^3, both paths the same: path -> q, T1 and T2 at PLACES
SNELL_SPEED, SNELL_DENSITY = 0.6, 2.0
SNELL = {
    0.05: (
        0.011685820651618562,
        (0.97975956490, 0.79980803830, 0.62451894429, 0.44923008036, 0.27156282919),
        (0.25701058715, 0.19826908345, 0.13517315432, 0.07206910611, 0.00728655663),
    ),
    100: (
        0.23668821577698002,
        (0.57588473255, 0.57159608837, 0.56806788629, 0.56485627855, 0.56187933367),
        (0.09918809326, 0.09889515437, 0.09853594264, 0.09809290526, 0.09746455716),
    ),
}


def layer(name, c, v, mfp, density=None):
    """Return a gray material in the units of the references."""
    speeds = {} if density is None else {"density": density, "elastic_speeds": (v, v)}
    return bte.Material.gray(
        name, heat_capacity=c * CAPACITY, speed=v * SPEED, mean_free_path=mfp * UNIT, **speeds
    )


def line(cells=40, grading=1.35, layers=2):
    """Return layers "a", "b", … on a line."""
    names = [chr(ord("a") + i) for i in range(layers)]
    ends = UNIT * np.arange(layers + 1)
    return bte.Mesh.line(ends, [cells] * layers, names, ("hot", "cold"), grading=grading)


def strip(degrees=0.0, cells=16, grading=1.5, height=0.2, rows=1, layers=2, triangles=False):
    """Return layers across a strip turned by an angle; its sides are "bottom" and "top"."""
    part = [graded_segment(i * UNIT, (i + 1) * UNIT, cells, grading) for i in range(layers)]
    x = np.concatenate([part[0][:1], *(p[1:] for p in part)])
    y = np.linspace(0.0, height * UNIT, rows + 1)
    points = np.stack(np.meshgrid(x, y, indexing="ij"), axis=2).reshape(-1, 2)
    i, j = np.meshgrid(np.arange(len(x) - 1), np.arange(rows), indexing="ij")
    corner = (i * (rows + 1) + j).ravel()
    cells_ = corner[:, None] + np.array([0, rows + 1, rows + 2, 1])
    names = np.repeat([chr(ord("a") + k) for k in range(layers)], cells * rows)
    if triangles:
        cells_, names = (
            np.concatenate([cells_[:, [0, 1, 2]], cells_[:, [0, 2, 3]]]),
            np.tile(names, 2),
        )
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[c, s], [-s, c]])

    def side(centres):
        u, w = (centres @ turn.T).T / UNIT
        ends = np.where(u < 1e-9, "hot", np.where(u > layers - 1e-9, "cold", ""))
        return np.where(ends != "", ends, np.where(w < 0.5 * height, "bottom", "top"))

    return bte.Mesh.from_arrays(points @ turn, cells_, regions=list(names), boundaries=side)


def between_walls(mesh, materials, interfaces, side=None, **options):
    """Return the problem of layers between walls at 301 K and 300 K, specular along the sides."""
    walls = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0)}
    for name in set(mesh.boundary_names) - set(walls):
        walls[name] = side or bte.Specular()
    return bte.Problem(mesh, materials, walls, interfaces, **options)


def straight(mesh, c1, v1, mfp1, c2, v2, mfp2, t12):
    """Return a case of `STRAIGHT` on a mesh of two layers."""
    materials = {"a": layer("a", c1, v1, mfp1), "b": layer("b", c2, v2, mfp2)}
    model = bte.Transmission(t12, directional=True)
    return between_walls(mesh, materials, {("a", "b"): model})


def snell(mesh, mfp):
    """Return a case of `SNELL` on a mesh of two layers."""
    v = SNELL_SPEED
    materials = {
        "a": layer("a", 1, 1, mfp, 1.0),
        "b": layer("b", v**-3, v, mfp, SNELL_DENSITY),
    }
    return between_walls(mesh, materials, {("a", "b"): bte.AMM(scalar="fluid")})


def profile(solution, first):
    """Return temperatures above the cold wall at PLACES of both layers, on a line."""
    rise = solution.temperature - 300.0
    x = solution.mesh.node_points[:, 0] / UNIT
    half = len(x) // 2
    return [
        np.interp(PLACES + k, x[part], rise[part])
        for k, part in ((0, slice(0, half)), (1, slice(half, None)))
    ]
