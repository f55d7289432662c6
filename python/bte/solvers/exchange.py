"""Stub until branch `angles` lands: straight exchange on closed sets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bte.conditions.resolved import Resolved
from bte.packing.arrays import Array
from bte.quadrature import Quadrature
from bte.solvers.lanes import Lanes


def exchange_matrices(
    quadrature: Quadrature,
    normal: Array,
    resolved: Resolved,
    lanes: Lanes,
    zones: tuple[int, int],
) -> tuple[tuple[NDArray[np.int64], Array], ...]:
    """Return per pool its lanes and K."""
    d = quadrature.directions
    through = d @ normal
    places = [np.flatnonzero(through < -1e-12), np.flatnonzero(through > 1e-12)]
    opposite = (d @ d.T).argmin(axis=1)
    image = quadrature.mirrored(normal)
    assert image is not None
    n = len(places[0])
    at = np.full((2, len(d)), -1)
    for side in (0, 1):
        at[side, places[side]] = np.arange(n)
    found = []
    nc = resolved.n_channel
    for pool in range(len(resolved.etendue)):
        mine = np.flatnonzero((resolved.pool[lanes.group] == pool) & lanes.alive[list(zones)].any(axis=0))
        if not len(mine):
            continue
        polars = lanes.sine[mine]
        k = np.zeros((2, n, len(mine), 2, n, len(mine)))
        N = resolved.etendue[pool]
        ratio = np.zeros((2, len(mine), 2 * nc))
        for side in (0, 1):
            cv = np.zeros(len(mine))
            # C v of the lane's group: flux over (w s)
            for s in np.unique(polars):
                same = polars == s
                ws = weight(quadrature, s)
                cv[same] = lanes.flux[zones[side], mine[same]] / ws
            for c in range(nc):
                if N[side * nc + c] > 0:
                    ratio[side, :, side * nc + c] = (
                        resolved.share[side, lanes.group[mine], c] * cv / N[side * nc + c]
                    )
        for i in range(n):
            h = quadrature.weights[places[0][i]] * abs(through[places[0][i]])
            for s in np.unique(polars):
                same = np.flatnonzero(polars == s)
                x = 1 - (s * through[places[0][i]]) ** 2
                m = resolved.exchange(pool, np.array([x]))[0]
                block = h * weight(quadrature, s) * np.einsum(
                    "alc,cd,bmd->albm", ratio[:, same], m, ratio[:, same]
                )
                # arriving in -d_i on the first side (label i): goes on to place of -d_i second
                first = i
                mirrored = at[0, image[opposite[places[0][i]]]]
                second = at[1, opposite[places[0][i]]]
                label2 = at[1, image[places[0][i]]]
                # states: leaving first at `mirrored`, arriving label first; second label second
                for a, la in ((0, mirrored), (1, second)):
                    for b, lb in ((0, first), (1, label2)):
                        k[np.ix_([a], [la], same, [b], [lb], same)] += block[a][:, b][
                            None, None, :, None, None, :
                        ]
        m_ = 2 * n * len(mine)
        found.append((mine, k.reshape(m_, m_)))
    return tuple(found)


def weight(quadrature: Quadrature, s: float) -> float:
    """Return w s of a polar node."""
    i = int(np.abs(quadrature.sines - s).argmin())
    return float(quadrature.sine_weights[i] * s)
