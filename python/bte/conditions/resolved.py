"""Interfaces that tell directions or groups apart.

A side has *channels*: polarisations P, SV, SH in the acoustic models, branches or one alone in
others. A channel a of a *pool* (a band, or all bands where the interface mixes them) holds the
etendue ``N_a``, the sum of the C v of its groups [W/m2/K]: in frequency bands it is proportional to
the squared wave number ``k_a^2``, since ``C v = k^2 c(omega) d omega / (2 pi^2)`` for a
polarisation, and the factor is that of both sides. All sums run over the channels of the first
side, then those of the second.

Three kinds of exchange, all symmetric (reciprocity), none negative:

- ``"refracting"``: the wave vector along the interface is conserved. With ``xi`` its square in the
  units of N, of what arrives with xi in channel b the part ``E_ab(xi)`` leaves in a, also with xi;
  ``sum_a E_ab = 1`` for ``xi < N_b``, and E = 0 in channels with ``N <= xi``.
- ``"straight"``: the angle is kept across, ``x = sin^2(theta)``; ``M_ab(x)`` is power per kelvin
  and x, ``sum_a M_ab = N_b``.
- ``"diffuse"``: directions are forgotten; ``M_ab``, the same for every x, ``sum_a M_ab = N_b``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.conditions.rough import Rough

Array = NDArray[np.float64]

KINDS = ("refracting", "straight", "diffuse")


@dataclass(frozen=True, eq=False)
class Resolved:
    """How an interface shares what arrives among directions and groups.

    Attributes
    ----------
    kind : {"refracting", "straight", "diffuse"}
    share : (2, n_group, n_channel)
        Part of each group's C v on each side that is in each channel; sums to 1 over channels,
        to 0 for groups without states.
    pool : (n_group,)
        Pool of each group.
    etendue : (n_pool, 2 * n_channel) [W/m2/K]
        N of the channels, 0 where they are closed.
    exchange : callable
        ``(pool, x) -> (n, 2 n_channel, 2 n_channel)`` for x (n,): E of xi, or M of x.
    breaks : (n_pool, n_break)
        Values of xi or x where the exchange has kinks, besides N.
    rough : Rough or None
        Fraction of what arrives that is exchanged so; the rest by the diffuse mismatch model.
    """

    kind: str
    share: Array
    pool: NDArray[np.int32]
    etendue: Array
    exchange: Callable[[int, Array], Array]
    breaks: Array
    rough: Rough | None = None

    @property
    def n_channel(self) -> int:
        """Channels of one side."""
        return int(self.share.shape[2])
