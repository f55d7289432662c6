"""Resolved interfaces and lanes to test exchange matrices with."""

import numpy as np

from bte.conditions.resolved import Resolved
from bte.quadrature import quadrature
from bte.solvers.lanes import Lanes, padded_count

NO_BREAKS = np.zeros((1, 0))
TILT = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])
ACROSS = np.array([-TILT[1], TILT[0]])

SKEW = (0.6, 0.2, -0.9)

#: Sets of ordinates and a normal: closed under its mirror or not.
SETS = {
    "1D": (lambda: quadrature(1, polars=8), [1.0], True),
    "2D": (lambda: quadrature(2, 24, 3), [0.0, -1.0], True),
    "2D tilted": (lambda: quadrature(2, 24, 3, panels=[TILT, ACROSS]), TILT, True),
    "2D oblique": (lambda: quadrature(2, 16, 2), [0.28, 0.96], False),
    "3D along the axis": (lambda: quadrature(3, 8, 2), [0.0, 0.0, 1.0], True),
    "3D across the axis": (lambda: quadrature(3, 8, 2), [-1.0, 0.0, 0.0], True),
    "3D tilted axis": (lambda: quadrature(3, 8, 2, axis=SKEW), np.array(SKEW) / 1.1, True),
    "3D oblique": (lambda: quadrature(3, 8, 2), np.array(SKEW) / 1.1, False),
}


def make_lanes(rule, flux):
    """Return lanes for C v (2, n_group) [W/m2/K] of two regions, padded."""
    flux = np.asarray(flux, dtype=float)
    group = np.repeat(np.arange(flux.shape[1]), rule.n_polar)
    n, padded = len(group), padded_count(len(group) + 1)
    weight = np.tile(rule.sine_weights, flux.shape[1])
    sine = np.ones((2, padded))
    sine[:, :n] = np.tile(rule.sines, flux.shape[1])
    tables = np.zeros((4, 2, padded))
    tables[:, :, :n] = flux[:, group] * weight
    tables[3, :, :n] *= sine[:, :n]
    lane_group = np.zeros(padded, dtype=np.int32)
    lane_group[:n] = group
    return Lanes(n, lane_group, lane_group, sine, *tables, np.zeros((2, padded)))


def fluid(first, second, impedances=(1.0, 2.0), rough=None):
    """Return a gray fluid-like interface of etendues [W/m2/K]."""
    n, z = np.array([first, second]), np.array(impedances)

    def exchange(pool, xi):
        mu = np.sqrt(np.maximum(1.0 - xi[:, None] / n, 0.0))
        sent = 4.0 * z.prod() * mu.prod(axis=1) / np.maximum(z[::-1] * mu @ [1, 1], 1e-300) ** 2
        out = np.zeros((len(xi), 2, 2))
        out[:, 0, 1] = out[:, 1, 0] = sent
        out[:, [0, 1], [0, 1]] = (xi[:, None] < n) * (1.0 - sent[:, None])
        return out

    share, pool = np.ones((2, 1, 1)), np.zeros(1, dtype=np.int32)
    return Resolved("refracting", share, pool, n[None], exchange, NO_BREAKS, rough)


def matched(part, kind="refracting"):
    """Return an interface of equal gray media that passes a part."""
    table = np.array([[1.0 - part, part], [part, 1.0 - part]])
    share, pool = np.ones((2, 1, 1)), np.zeros(1, dtype=np.int32)

    def exchange(_, x):
        return np.broadcast_to(table, (len(x), 2, 2))

    return Resolved(kind, share, pool, np.ones((1, 2)), exchange, NO_BREAKS)


#: C v of four groups in two pools: one without states on the second side, one on neither.
FLUX = np.array([[1.0, 2.0, 0.5, 0.0, 0.7], [0.6, 1.1, 0.0, 0.0, 2.0]])
POOL = np.array([0, 0, 0, 1, 1], dtype=np.int32)


def several(kind, rough=None):
    """Return an interface of three channels, two pools and five groups; some channels closed."""
    rng = np.random.default_rng(3)
    share = rng.uniform(0.2, 1.0, size=(2, 5, 3))
    share[0, :, 2] = share[:, 4, 1] = 0.0
    share[:, :2] *= [1.0, 0.3, 0.3]
    share /= share.sum(axis=2, keepdims=True)
    share[FLUX == 0.0] = 0.0
    held = share * FLUX[:, :, None]
    etendue = np.stack([held[:, pool == POOL].sum(axis=1).ravel() for pool in (0, 1)])

    def refracted(pool, xi):
        is_open = (xi[:, None] < etendue[pool]).astype(float)
        spread = is_open[:, :, None] * is_open[:, None, :]
        spread /= np.maximum(is_open.sum(axis=1), 1.0)[:, None, None]
        part = (0.5 + 0.4 * np.sin(5.0 * xi))[:, None, None]
        return part * spread + (1.0 - part) * is_open[:, :, None] * np.eye(6)

    def kept(pool, x):
        n = etendue[pool]
        part = (
            0.9 * (1.0 - x)[:, None, None] if kind == "straight" else np.full((len(x), 1, 1), 0.6)
        )
        return part * np.outer(n, n) / n.sum() + (1.0 - part) * np.diag(n)

    call = refracted if kind == "refracting" else kept
    breaks = np.array([[0.3], [0.0]])
    return Resolved(kind, share, POOL, etendue, call, breaks, rough)
