"""A given transmission on the spectrum of two sides: what passes, and what can.

Of what arrives with frequency omega in branch a of the first side, t_a(omega, mu) passes. What
passes at a frequency can be no more than the second side sends back,

    sum_a t_a C_a v_a <= C_2 v_2,

at each angle where directions are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bte.conditions.models import Transmission
from bte.conditions.pair import Pair
from bte.conditions.spectral import Samples, by_frequency, gauss, whole_pools
from bte.conditions.values import Array

_ANGLES = 64  # at least this many; panels of a table need 3, it is linear there


@dataclass(frozen=True, eq=False)
class Given:
    """A transmission between two sides, at points of the first side's spectrum.

    Attributes
    ----------
    model : Transmission
    pair : Pair
    samples : Samples
    """

    model: Transmission
    pair: Pair
    samples: Samples

    @cached_property
    def open(self) -> NDArray[np.bool_]:
        """Whether the second side has states where a point is (n,)."""
        return np.asarray(self.pair.both[self.samples.pool] & (self.samples.second > 0.0))

    @property
    def n_channel(self) -> int:
        """Number of channels: branches of the first side, or 1 where they are pooled."""
        return len(self.samples.branches) if self.model.law.by_branch else 1

    @cached_property
    def angles(self) -> tuple[Array, Array]:
        """Cosines and weights of ``2 mu dmu``; one alone where the angle does not matter."""
        if not self.model.law.by_angle:
            return np.ones(1), np.ones(1)
        ends = np.unique(np.concatenate([np.linspace(0.0, 1.0, 5), self.model.law.cosines]))
        mu, step = gauss(ends, max(3, _ANGLES // (len(ends) - 1)))
        return mu, 2.0 * mu * step

    def fractions(self, mu: Array) -> tuple[Array, Array]:
        """Return the fraction of each point that passes, and all that passes there over what can.

        Both (n, m). Where directions are not kept both are means over the angle, (n, 1).
        """
        s, law = self.samples, self.model.law
        own, passing = np.zeros((len(s.omega), 1)), np.zeros((len(s.omega), 1))
        for index, name in enumerate(s.branches):
            first = s.first[index][:, None]
            if law.by_branch or index == 0:
                t = law.curves[name if law.by_branch else ""](s.omega[:, None], mu[None])
                t = t if self.model.directional else (t @ self.angles[1])[:, None]
            passing = passing + t * first
            own = np.where((s.branch == index)[:, None], t, own) if law.by_branch else t
        most = np.where(self.open, s.second, 1.0)[:, None]
        if self.model.of == "smaller side":
            room = np.minimum(1.0, most / s.first.sum(axis=0)[:, None])
            own, passing = own * room, passing * room
        closed = ~self.open[:, None]
        return np.where(closed, 0.0, own), np.where(closed, 0.0, passing / most)

    def mean(self, mu: Array) -> Array:
        """Return the mean fraction over each pool and channel (n_pool, n_channel, m).

        Nowhere more than detailed balance allows.
        """
        own, ratio = self.fractions(mu)
        own = np.minimum(own / np.maximum(ratio, 1.0), 1.0)
        weight = self.samples.weight[:, None]
        channel = self.samples.branch if self.n_channel > 1 else 0 * self.samples.branch
        total = np.zeros((self.pair.n_pool, self.n_channel, own.shape[1]))
        states = np.zeros((self.pair.n_pool, self.n_channel, 1))
        np.add.at(total, (self.samples.pool, channel), own * weight)
        np.add.at(states, (self.samples.pool, channel), weight)
        return np.divide(total, states, out=np.zeros_like(total), where=states > 0.0)

    def of_pool(self, pool: int) -> Given:
        """Return the same with the points of one pool only."""
        s, mine = self.samples, self.samples.pool == pool
        part = s._replace(
            omega=s.omega[mine],
            weight=s.weight[mine],
            branch=s.branch[mine],
            pool=s.pool[mine],
            first=s.first[:, mine],
            second=s.second[mine],
        )
        return replace(self, samples=part)


def make_given(model: Transmission, pair: Pair) -> Given:
    """Return a transmission at points of the spectrum, or of whole pools where it is constant."""
    law = model.law
    samples = by_frequency(pair, law.frequencies) if law.by_frequency else whole_pools(pair)
    return Given(model, pair, samples)
