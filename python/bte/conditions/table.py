"""The transmission table: what fraction of each band passes an interface, from either side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bte.conditions.pair import Pair
from bte.conditions.resolved import Resolved

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TransmissionTable:
    """What fraction of each band goes through, from either side.

    Attributes
    ----------
    first, second : str
        Regions; ``forward`` is from the first to the second.
    forward, backward : (n_band,)
        Transmitted fractions of isotropic phonons; all equal where the interface mixes the bands.
    emission : (2, n_band) [W/m2/K]
        ``C v / 4`` of both sides per band.
    mixing : bool
        Whether the bands of a side are pooled.
    name : str
        The model, for reports.
    resolved : Resolved or None
        How directions and groups are told apart; None where both leave diffusely, branches pooled.
    moment : (n_band,) or None
        Where directions are kept: ``t_12 + t_21`` with the mean ``3 int t mu^2 dmu`` of each in
        place of ``2 int t mu dmu``. None where all leave diffusely.
    far : callable or None
        Where directions are kept: returns what resists, seen from far away (n_band,).
    kapitza : bool
        Whether its resistance is that of an intimate contact.
    """

    first: str
    second: str
    forward: Array
    backward: Array
    emission: Array
    mixing: bool
    name: str
    resolved: Resolved | None = None
    moment: Array | None = None
    far: Callable[[], Array] | None = None
    kapitza: bool = True

    def resisting(self, share: float = 0.5) -> Array:
        """Return ``1 - share (t_12 + t_21)`` by band (n_band,), of the moment if there is one."""
        both = self.forward + self.backward if self.moment is None else self.moment
        return np.asarray(1.0 - share * both)

    def pooled(self) -> tuple[Array, Array, NDArray[np.int64]]:
        """Return what couples: transmitted fractions, emission of the first side, and which bands.

        One entry, of the totals, where the interface mixes the bands.
        """
        if self.mixing:
            some = np.zeros(1, dtype=np.int64)
            return self.forward[:1], self.emission.sum(axis=1)[:1], some
        open_ = np.flatnonzero((self.forward > 0) & (self.emission > 0).all(axis=0))
        return self.forward[open_], self.emission[0, open_], open_


def balanced_table(
    pair: Pair,
    forward: Array,
    name: str,
    *,
    resolved: Resolved | None = None,
    moment: Array | None = None,
    far: Callable[[], Array] | None = None,
    kapitza: bool = True,
) -> TransmissionTable:
    """Return the table of what passes forward; the way back follows from detailed balance.

    Parameters
    ----------
    pair : Pair
        Both sides.
    forward : (n_pool,)
        From the first side to the second, of each band or of all together; ``t H_1 <= H_2``.
    moment : (n_pool,), optional
        As in `TransmissionTable`.
    far : callable, optional
        As in `TransmissionTable`, for each pool.
    """
    first, second = pair.sides
    closed = second <= 0.0
    backward = np.where(closed, 0.0, forward * first / np.where(closed, 1.0, second))
    spread = np.zeros(pair.n_band, dtype=np.intp) if pair.mixing else np.arange(pair.n_band)
    return TransmissionTable(
        *pair.names,
        np.asarray(forward)[spread],
        np.minimum(backward, 1.0)[spread],
        pair.emission,
        pair.mixing,
        name,
        resolved,
        None if moment is None else moment[spread],
        None if far is None else cache(lambda: far()[spread]),
        kapitza,
    )
