"""Acoustic exchange of branches, frequency by frequency, alone or mixed with the diffuse one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.conditions.acoustics import resolved_acoustic
from bte.conditions.adaptive import integrate
from bte.conditions.hemisphere import StateWeights, turning_points
from bte.conditions.models import AMM, Mixed
from bte.conditions.pair import Pair
from bte.conditions.resolved import Resolved

Array = NDArray[np.float64]

_TOLERANCE = 1e-10


class Passed(NamedTuple):
    """What passes an acoustic interface, pool by pool.

    Attributes
    ----------
    block : (n, n_first, n_second) [W/m2/K]
        Between branches of both sides.
    directed : (2, n)
        As in `TransmissionTable`.
    """

    block: Array
    directed: Array


def acoustic(model: AMM | Mixed, pair: Pair) -> Resolved:
    """Return the acoustic exchange of a pair."""
    rough = model.rough if isinstance(model, Mixed) else None
    return resolved_acoustic(
        pair.materials, pair.labels, pair.flux, pair.pool, model.scalar, rough, pair.names
    )


def acoustic_passed(model: AMM | Mixed, pair: Pair) -> Passed:
    """Return what passes between the branches of both sides.

    With ``rest`` what a state lacks of its C v, the diffuse part of `Mixed` is
    ``rest_1 rest_2/sum rest``.
    """
    resolved = acoustic(model, pair)
    names = [material.branches for material in pair.materials]
    block = np.zeros((pair.n_pool, len(names[0]), len(names[1])))
    directed = np.zeros((2, pair.n_pool))
    for pool in np.flatnonzero(pair.both).tolist():
        index = np.flatnonzero(resolved.pool == pool)
        k, directed[:, pool] = _passed(resolved, pool, pair, index)
        own = [
            [names[side].index(pair.labels[side][g]) if pair.labels[side][g] else 0 for g in index]
            for side in (0, 1)
        ]
        np.add.at(block[pool], np.ix_(*own), k)
    return Passed(block, directed)


def _passed(
    resolved: Resolved, pool: int, pair: Pair, index: NDArray[np.intp]
) -> tuple[Array, Array]:
    """Return what passes between the groups of a pool (m, m), and its `directed` (2,)."""
    m, n = len(index), resolved.n_channel
    paths = tuple(zip(pair.mean_free_path, pair.wavenumber, strict=True))
    weights = StateWeights.of(resolved, pool, pair.flux, paths)
    ends = np.where(weights.etendue > 0.0, weights.etendue, 1.0)

    def values(xi: Array) -> Array:
        w = weights(xi)
        energy = resolved.exchange(pool, xi)
        slope = 1.5 * np.sqrt(np.maximum(1.0 - xi[:, None] / ends, 0.0))
        root = w.sum(axis=1)
        across = root[:, :n, None] * energy[:, :n, n:] * root[:, None, n:]
        given = np.einsum("xab,xb->xa", energy, root)
        sloped = root * given * slope
        k = w[:, :m, :n] @ energy[:, :n, n:] @ w[:, m:, n:].swapaxes(1, 2)
        parts = [
            k.reshape(len(xi), -1),
            np.einsum("xsa,xa->xs", w, given),
            (across.sum(axis=2) * slope[:, :n]).sum(axis=1)[:, None],
            (across.sum(axis=1) * slope[:, n:]).sum(axis=1)[:, None],
            sloped[:, :n].sum(axis=1)[:, None],
            sloped[:, n:].sum(axis=1)[:, None],
        ]
        return np.concatenate(parts, axis=1)

    found = integrate(values, turning_points(resolved, pool), _TOLERANCE)
    strength = pair.flux[:, index]
    total = strength.sum(axis=1)
    k = found[: m * m].reshape(m, m)
    passed = np.array([k.sum() / side for side in total])
    moment = found[m * (m + 2) : m * (m + 2) + 2].copy()
    if resolved.rough is not None:
        rest = np.maximum(strength - found[m * m : m * (m + 2)].reshape(2, m), 0.0)
        sums = rest.sum(axis=1)
        whole = max(float(sums.sum()), 1e-300)
        k = k + np.outer(rest[0], rest[1]) / whole
        moment += (total - found[-2:] - sums) * sums[::-1] / whole
    return k, np.array([passed.sum(), (moment / total).sum()])
