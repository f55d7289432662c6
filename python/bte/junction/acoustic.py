"""Acoustic exchange of branches, frequency by frequency, alone or mixed with the diffuse one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.conditions.acoustics import resolved_acoustic
from bte.conditions.adaptive import integrate_each
from bte.conditions.hemisphere import turning_points
from bte.conditions.milne import far_resisting
from bte.conditions.models import AMM, Mixed
from bte.conditions.pair import Pair
from bte.conditions.resolved import Resolved

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOLERANCE = 1e-10


class Passed(NamedTuple):
    """What passes an acoustic interface, pool by pool.

    Attributes
    ----------
    block : (n, n_first, n_second) [W/m2/K]
        Between branches of both sides.
    moment : (n,)
        As in `TransmissionTable`.
    """

    block: Array
    moment: Array


def acoustic(model: AMM | Mixed, pair: Pair) -> Resolved:
    """Return the acoustic exchange of a pair."""
    rough = model.rough if isinstance(model, Mixed) else None
    return resolved_acoustic(
        pair.materials, pair.labels, pair.flux, pair.pool, model.scalar, rough, pair.names
    )


def acoustic_passed(model: AMM | Mixed, pair: Pair) -> Passed:
    """Return what passes between the branches of both sides, all pools at once.

    With ``rest`` what a state lacks of its C v, the diffuse part of `Mixed` is
    ``rest_1 rest_2/sum rest``.
    """
    resolved = acoustic(model, pair)
    states = States.of(resolved, pair)
    n_pool, m = len(states.part), states.count
    points = [
        turning_points(resolved, pool) if both else np.zeros(1)
        for pool, both in enumerate(pair.both)
    ]
    found = integrate_each(states.passing, points, _TOLERANCE)
    k = found[:, : m * m].reshape(n_pool, m, m)
    strength = states.strength.reshape(n_pool, 2, m)
    total = np.where(pair.both[:, None], strength.sum(axis=2), 1.0)
    moment = found[:, m * (m + 2) : m * (m + 2) + 2].copy()
    if resolved.rough is not None:
        sent = found[:, m * m : m * (m + 2)].reshape(n_pool, 2, m)
        rest = np.where(pair.both[:, None, None], np.maximum(strength - sent, 0.0), 0.0)
        sums = rest.sum(axis=2)
        whole = np.maximum(sums.sum(axis=1), 1e-300)[:, None]
        k = k + rest[:, 0, :, None] * rest[:, 1, None, :] / whole[:, :, None]
        moment += (total - found[:, -2:]) * sums[:, ::-1] / whole
    return Passed(states.by_branch(k), (moment / total).sum(axis=1))


def acoustic_far(model: AMM | Mixed, pair: Pair, forward: Array) -> Array:
    """Return what resists seen from far away (n_pool,), as `TransmissionTable.far`."""
    resolved = acoustic(model, pair)
    states = States.of(resolved, pair)

    def root(pool: int, cosine: Array) -> Array:
        return np.asarray(states.weights(np.full(len(cosine), pool), cosine).sum(axis=1))

    return far_resisting(pair, resolved, forward, root if resolved.rough else None)


@dataclass(frozen=True, eq=False)
class States:
    """The groups of both sides in every pool, as many in each.

    Attributes
    ----------
    resolved : Resolved
    pair : Pair
    part : (n_pool, 2 m, 2 n_channel)
        Part of a channel that belongs to a group of the first side, of the second.
    strength : (n_pool, 2 m) [W/m2/K]
        C v of the groups.
    mean_free_path, wavenumber : (n_pool, 2 m)
    """

    resolved: Resolved
    pair: Pair
    part: Array
    strength: Array
    mean_free_path: Array
    wavenumber: Array

    @classmethod
    def of(cls, resolved: Resolved, pair: Pair) -> States:
        """Return the states of a pair whose pools all have the same number of groups."""
        n_pool, n = len(resolved.etendue), resolved.n_channel
        count = len(resolved.pool) // n_pool

        def by_pool(values: Array) -> Array:
            shaped = values.reshape(2, n_pool, count, *values.shape[2:])
            return np.moveaxis(shaped, 0, 1)

        held = by_pool(resolved.share * pair.flux[:, :, None])
        split = np.zeros((n_pool, 2, count, 2, n))
        split[:, 0, :, 0], split[:, 1, :, 1] = held[:, 0], held[:, 1]
        part = split.reshape(n_pool, 2 * count, 2 * n)
        etendue = resolved.etendue[:, None, :]
        part /= np.where(etendue > 0.0, etendue, 1.0)
        fields = (pair.flux, pair.mean_free_path, pair.wavenumber)
        return cls(resolved, pair, part, *(by_pool(x).reshape(n_pool, -1) for x in fields))

    @property
    def count(self) -> int:
        """Groups of one side in a pool."""
        return int(self.part.shape[1]) // 2

    def cosines(self, pool: Ints, xi: Array) -> Array:
        """Return the cosines of the channels (n, 2 n_channel) at xi (n,) of pools (n,)."""
        etendue = self.resolved.etendue[pool]
        ratio = xi[:, None] / np.where(etendue > 0.0, etendue, 1.0)
        return np.sqrt(np.maximum(1.0 - ratio, 0.0))

    def weights(self, pool: Ints, cosine: Array) -> Array:
        """Return ``sqrt(p)`` times the part (n, 2 m, 2 n_channel)."""
        part = self.part[pool]
        rough = self.resolved.rough
        if rough is None:
            return part
        held = part > 0.0
        path = np.where(held, self.mean_free_path[pool][:, :, None], 1.0)
        wavenumber = np.where(held, self.wavenumber[pool][:, :, None], 0.0)
        p = rough.fraction(path, wavenumber, np.broadcast_to(cosine[:, None, :], part.shape))
        return np.asarray(np.sqrt(p) * part)

    def passing(self, pool: Ints, xi: Array) -> Array:
        """Return what is integrated over xi, (n, m^2 + 2 m + 4).

        What passes between groups; what each group sends specularly; 3 mu/2 times what passes
        from either side; 3 mu/2 times what either side sends.
        """
        m, n = self.count, self.resolved.n_channel
        slope = self.cosines(pool, xi)
        w = self.weights(pool, slope)
        slope = 1.5 * slope
        energy = self.resolved.exchange(pool, xi)  # type: ignore[arg-type]
        root = w.sum(axis=1)
        across = root[:, :n, None] * energy[:, :n, n:] * root[:, None, n:]
        given = np.einsum("xab,xb->xa", energy, root)
        sloped = root * given * slope
        k = w[:, :m, :n] @ energy[:, :n, n:] @ w[:, m:, n:].swapaxes(1, 2)
        sums = [
            (across.sum(axis=2) * slope[:, :n]).sum(axis=1),
            (across.sum(axis=1) * slope[:, n:]).sum(axis=1),
            sloped[:, :n].sum(axis=1),
            sloped[:, n:].sum(axis=1),
        ]
        sent = np.einsum("xsa,xa->xs", w, given)
        return np.concatenate([k.reshape(len(xi), -1), sent, np.stack(sums, axis=1)], axis=1)

    def by_branch(self, k: Array) -> Array:
        """Return what passes between groups (n_pool, m, m) by branches of both sides."""
        names = [material.branches for material in self.pair.materials]
        found = np.zeros((len(k), len(names[0]), len(names[1])))
        pool = np.repeat(np.arange(len(k)), self.count)
        own = [
            np.array([names[side].index(x) if x else 0 for x in self.pair.labels[side]])
            for side in (0, 1)
        ]
        first, second = (x.reshape(len(k), self.count) for x in own)
        pools = np.broadcast_to(pool.reshape(len(k), -1)[:, :1, None], k.shape)
        np.add.at(found, (pools, first[:, :, None], second[:, None, :]), k)
        return found
