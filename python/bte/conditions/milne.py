"""What an interface that keeps directions resists, seen from far away: exact for a gray gas.

Two half-spaces with isotropic scattering, one mean free path each, exchange at the interface what
arrives, A, for what leaves, ``B = K A``. Without a flux a half-space answers with Chandrasekhar's
function H, and far inside takes the temperature T; with the slope g of the temperature (per mean
free path, rising inwards) Milne's solution adds to both:

    A(mu) = H(mu) int mu' H(mu') B(mu')/(mu + mu') dmu'/2 + g H(mu)/sqrt 3
    T     = int mu H B dmu/int mu H dmu + g z_0,      z_0 = int mu^2 H dmu/int mu H dmu

The same flux in both gives ``T_1 - T_2``. On any set of cosines and weights that integrates mu^2, H
of ``1/H(mu) = int mu' H(mu')/(mu + mu') dmu'/2`` on that set keeps energy, equilibrium, and the
perfect contact exactly.

References
----------
S. Chandrasekhar, Radiative Transfer, Dover 1960, sections 33 and 68.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.conditions.pair import Pair
from bte.conditions.resolved import Resolved
from bte.conditions.values import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_SCALINGS = 200


class Faces(NamedTuple):
    """States at an interface: a direction of a channel.

    Attributes
    ----------
    side : (n,)
        0 or 1.
    mu : (n,)
        Cosine of the angle to the normal.
    power : (n,) [W/m2/K]
        What a state carries per kelvin, times four; sums to C v of its side.
    exchange : (n, n)
        K, from what arrives to what leaves.
    """

    side: NDArray[np.intp]
    mu: Array
    power: Array
    exchange: Array


def far_resisting(
    pair: Pair,
    resolved: Resolved,
    forward: Array,
    root: Callable[[int, Array], Array] | None = None,
) -> Array:
    """Return ``G_0/G`` of each pool (n_pool,), G by the temperatures extrapolated from far inside.

    Parameters
    ----------
    pair : Pair
    resolved : Resolved
        Of kind "refracting" or "straight".
    forward : (n_pool,)
        What passes of isotropic phonons.
    root : callable, optional
        ``(pool, cosines (n, 2 n_channel))`` to the mean sqrt(p) of the channels; the rest is
        diffuse.
    """
    found = np.ones(pair.n_pool)
    for pool in np.flatnonzero(pair.both & (forward > 0.0)).tolist():
        mine = None if root is None else partial(root, pool)
        resistance = far_resistance(faces_of(resolved, pool, mine))
        found[pool] = forward[pool] * pair.sides[0, pool] * resistance
    return found


def far_resistance(faces: Faces) -> float:
    """Return ``T_1 - T_2``, extrapolated from far inside, for a flux of one [K m2/W].

    Parameters
    ----------
    faces : Faces
        Both sides with states.
    """
    n = len(faces.mu)
    answer, milne = np.zeros((n, n)), np.zeros(n)
    depth = np.zeros((2, n))
    level = np.zeros(2)
    for side, sign in ((0, 1.0), (1, -1.0)):
        mine = np.flatnonzero(faces.side == side)
        mu, total = faces.mu[mine], float(faces.power[mine].sum())
        p = 0.25 * faces.power[mine] / total
        kernel = p / (mu[:, None] + mu)
        h = _h_function(kernel)
        answer[np.ix_(mine, mine)] = h[:, None] * kernel * h
        mean = float(p @ h)
        slope = sign * 3.0 / total
        milne[mine] = slope * h / (3.0 * mean)
        depth[side, mine] = p * h / mean
        level[side] = slope * float(p @ (mu * h)) / mean
    # only differences of temperature are known: one level is fixed
    matrix = np.eye(n) - answer @ faces.exchange + 1.0 / n
    leaving = faces.exchange @ np.linalg.solve(matrix, milne)
    first, second = depth @ leaving + level
    return float(first - second)


def _h_function(kernel: Array) -> Array:
    """Return H with ``H_i sum_j kernel_ij H_j = 1``, kernel symmetric up to weights."""
    h = np.ones(len(kernel))
    for _ in range(_SCALINGS):
        last, h = h, np.sqrt(h / (kernel @ h))
        if np.abs(h / last - 1.0).max() < 1e-15:
            break
    return h


def faces_of(resolved: Resolved, pool: int, root: Callable[[Array], Array] | None = None) -> Faces:
    """Return the states of a pool, and what an interface makes of them.

    Parameters
    ----------
    resolved : Resolved
        Of kind "refracting" or "straight".
    pool : int
    root : callable, optional
        From cosines (n, 2 n_channel) to the mean sqrt(p) of the channels; the rest is diffuse.
    """
    ends = resolved.etendue[pool]
    refracting = resolved.kind == "refracting"
    top = float(ends.max()) if refracting else 1.0
    kinks = np.concatenate([ends, resolved.breaks[pool]]) if refracting else resolved.breaks[pool]
    x, weight = _points(np.unique([0.0, top, *kinks[(kinks > 0.0) & (kinks < top)]]))
    matrix = resolved.exchange(pool, x)
    held = np.where(ends > 0.0, ends, 1.0)
    if refracting:
        is_open = x[:, None] < ends
        mu = np.sqrt(np.maximum(1.0 - x[:, None] / held, 0.0))
        power = np.broadcast_to(weight[:, None], mu.shape)
    else:
        is_open = np.broadcast_to(ends > 0.0, (len(x), len(ends)))
        mu = np.broadcast_to(np.sqrt(1.0 - x)[:, None], is_open.shape)
        power = weight[:, None] * ends
        matrix = matrix / held[:, None]
    passed = np.ones_like(mu) if root is None else root(mu)
    matrix = passed[:, :, None] * matrix * passed[:, None, :]
    node, channel = np.nonzero(is_open)
    exchange = np.where(
        node[:, None] == node, matrix[node[:, None], channel[:, None], channel], 0.0
    )
    power = power[node, channel]
    if root is not None:
        rest = np.maximum(1.0 - exchange.sum(axis=1), 0.0)
        shared = rest * power
        if shared.sum() > 0.0:
            exchange += rest[:, None] * shared / shared.sum()
    side = (channel >= resolved.n_channel).astype(np.intp)
    return Faces(side, mu[node, channel], power, exchange)


def _points(ends: Array) -> tuple[Array, Array]:
    """Return points between ends and weights, for square roots at the ends."""
    phi = 0.25 * np.pi * (1.0 + _NODES)
    width = np.diff(ends)[:, None]
    x = ends[:-1, None] + width * np.sin(phi) ** 2
    return x.ravel(), (width * np.sin(2.0 * phi) * 0.25 * np.pi * _WEIGHTS).ravel()
