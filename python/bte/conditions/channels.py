"""Channels of a given transmission: branches of the first side, or one where they are pooled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bte.conditions.given import Given
from bte.conditions.resolved import Resolved
from bte.conditions.spectral import branches_of
from bte.conditions.values import Array


@dataclass(frozen=True, eq=False)
class Channels:
    """How groups are shared among channels; the second side has one that is open, the first.

    Attributes
    ----------
    share : (2, n_group, n_channel)
    etendue : (n_pool, 2 n_channel) [W/m2/K]
    """

    share: Array
    etendue: Array

    @property
    def n(self) -> int:
        """Number of channels of a side."""
        return int(self.share.shape[2])

    def part(self, fractions: Array) -> Array:
        """Return the part of the first side's C v that fractions (n_pool, n_channel) are of it."""
        states = self.etendue[:, : self.n]
        total = states.sum(axis=1)
        passed = (fractions * states).sum(axis=1)
        return np.asarray(passed / np.where(total > 0.0, total, 1.0))

    def resolved(self, given: Given, mean: Array) -> Resolved:
        """Return the exchange of fractions (n_pool, n_channel, m).

        What is returned, and what passes to the other side, is shared among branches as they send.
        """
        law = given.model.law
        lazy = given.model.directional and law.by_angle
        pools = [given.of_pool(pool) if lazy else given for pool in range(len(self.etendue))]

        def exchange(pool: int, x: Array) -> Array:
            t = mean[pool, :, 0][None].repeat(len(x), axis=0)
            if lazy:
                t = pools[pool].mean(np.sqrt(1.0 - x))[pool].T
            return shared(self.etendue[pool], t)

        kinks = np.unique(1.0 - law.cosines**2)
        return Resolved(
            "straight" if given.model.directional else "diffuse",
            self.share,
            given.pair.pool,
            self.etendue,
            exchange,
            np.tile(kinks, (len(self.etendue), 1)),
        )


def channels_of(given: Given) -> Channels:
    """Return the channels of a transmission."""
    pair, names = given.pair, branches_of(given.pair)
    share = np.zeros((2, pair.flux.shape[1], given.n_channel))
    for group in np.flatnonzero(pair.flux[0] > 0.0):
        share[0, group, names.index(pair.labels[0][group]) if given.n_channel > 1 else 0] = 1.0
    share[1, pair.flux[1] > 0.0, 0] = 1.0
    held = pair.flux[:, :, None] * share
    etendue = np.zeros((pair.n_pool, 2, given.n_channel))
    np.add.at(etendue, pair.pool, held.transpose(1, 0, 2))
    return Channels(share, etendue.reshape(pair.n_pool, -1))


def shared(etendue: Array, fractions: Array) -> Array:
    """Return M (n, 2 n_channel, 2 n_channel) for fractions (n, n_channel) of the first side.

    The matrix is symmetric, and its rows sum to the etendue.
    """
    n, count = fractions.shape
    passed = np.minimum(fractions, 1.0) * etendue[:count]
    total = passed.sum(axis=1)
    # the last digit of detailed balance
    passed *= np.minimum(1.0, etendue[count] / np.where(total > 0.0, total, 1.0))[:, None]
    matrix = np.zeros((n, 2 * count, 2 * count))
    matrix[:, count, :count] = matrix[:, :count, count] = passed
    kept = etendue[:count] - passed
    norm = kept.sum(axis=1)
    mixed = kept[:, :, None] * kept[:, None, :]
    matrix[:, :count, :count] = mixed / np.where(norm > 0.0, norm, 1.0)[:, None, None]
    matrix[:, count, count] = etendue[count] - passed.sum(axis=1)
    return matrix
