"""Matrices of interfaces that tell directions or groups apart.

A *state* is (side, place, lane). With K of a pool and h its row sums, the power that a kelvin
brings, what leaves is

    theta_i = sum_j K_ij theta_j / h_i,      h_i = w |Omega . n| w s C v.

What arrives is labelled by its opposite, so K is symmetric (reciprocity); its sums are exact:
equilibrium is kept and energy conserved; and ``|x K y| <= |x| |y|`` with ``|x|^2 = sum h x^2``, so
that what leaves never has more than what arrives. In two dimensions some are negative (`bases`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.conditions.resolved import Resolved
from bte.conditions.rough import Rough
from bte.packing.arrays import Array
from bte.quadrature import Quadrature
from bte.solvers.exchange.caps import make_cells
from bte.solvers.exchange.kinds import conserving, diffuse, refracting, straight
from bte.solvers.exchange.places import Places, make_places, mirror_exchange
from bte.solvers.lanes import Lanes
from bte.solvers.reflection import balanced_exchange, fill

#: Mean free paths [m] and wave numbers [1/m] of the groups of both sides.
Paths = tuple[tuple[Array, Array], tuple[Array, Array]]

#: Part of the power that is nothing, to rounding.
_NOTHING = 1e-14


class Pool(NamedTuple):
    """What is exchanged among the states of a pool.

    Attributes
    ----------
    lanes : (n_lane,)
        Lanes of the pool that carry heat on one side at least.
    exchange : (m, m) [W/m2/K]
        K; states are ordered by side, place and lane, ``m = 2 * n_place * n_lane``.
    """

    lanes: NDArray[np.int64]
    exchange: Array


def exchange_matrices(
    quadrature: Quadrature,
    normal: Array,
    resolved: Resolved,
    lanes: Lanes,
    zones: tuple[int, int],
    paths: Paths | None = None,
    *,
    scattered: bool = True,
) -> tuple[Pool, ...]:
    """Return the exchange of every pool that carries heat, for one orientation of an interface.

    Places are the inward ordinates of each side, rising: ``Omega . n < 0`` on the first side,
    ``> 0`` on the second.

    Parameters
    ----------
    quadrature : Quadrature
        Symmetric under ``Omega -> -Omega``.
    normal : (dim,)
        Unit normal out of the first side.
    resolved : Resolved
        What the interface does.
    lanes : Lanes
        All lanes.
    zones : (first, second)
        Regions of the sides.
    paths : ((mean free path, wave number), the same of the second side), (n_group,) each
        Needed where the interface is rough.
    scattered : bool
        Whether K holds what a rough interface scatters; without it rows lack that.
    """
    places = make_places(quadrature, normal)
    waves, refracts = quadrature.waves, resolved.kind == "refracting"
    cells = make_cells(places) if refracts and waves is None else None
    mirror = mirror_exchange(quadrature, places) if resolved.kind == "straight" else None
    found = []
    for pool in range(len(resolved.etendue)):
        flux = lanes.flux[list(zones)]
        mine = (resolved.pool[lanes.group] == pool) & (flux > 0).any(axis=0)
        index = np.flatnonzero(mine)
        if not len(index):
            continue
        if waves is not None and refracts:
            blocks = conserving(resolved, pool, places, waves, int(lanes.group[index[0]]))
        elif cells is not None:
            blocks = refracting(resolved, pool, places, cells)
        elif mirror is not None:
            blocks = straight(resolved, pool, places, mirror)
        else:
            blocks = diffuse(resolved, pool, places)
        states = _States(places, resolved, lanes, index, zones)
        k = states.exchange(blocks)
        if waves is None:
            k = _closed(k, states, resolved.kind, mirror)
        if resolved.rough is not None:
            if paths is None:
                raise ValueError("a rough interface needs paths")
            root = np.sqrt(states.specularity(resolved.rough, paths))
            k = root[:, None] * k * root
            if scattered:
                k = _scattered(k, states.strength)
        found.append(Pool(index, k))
    return tuple(found)


def _closed(k: Array, states: _States, kind: str, mirror: Array | None) -> Array:
    """Return K with the row sums of its states."""
    if kind == "refracting":
        return balanced_exchange(0.5 * (k + k.T), states.strength)
    if mirror is None or np.count_nonzero(mirror) == len(mirror):
        return k
    half = len(k) // 2
    for side in (slice(0, half), slice(half, None)):
        other = slice(half, None) if side.start == 0 else slice(0, half)
        reflected = states.strength[side] - k[side, other].sum(axis=1)
        k[side, side] = balanced_exchange(k[side, side], np.maximum(reflected, 0.0))
    return k


def _scattered(k: Array, strength: Array) -> Array:
    """Return K with what its rows lack of ``strength``, d, as ``d d^T / sum d``.

    In the metric of h, with ``e = sqrt h`` and K below 1, d is ``(1 - K) e`` and
    ``d d^T <= (e^T d) (1 - K)``: the sum is below 1 too, whatever the signs of d.
    """
    lacking = strength - k.sum(axis=1)
    total = lacking.sum()
    if total <= _NOTHING * strength.sum():
        return fill(k, strength)
    return np.asarray(k + lacking[:, None] * lacking / total)


class _States:
    """States of a pool.

    Attributes
    ----------
    strength : (m,)
        Row sums of K.
    part : (2 n_channel, n_lane)
        Part of a channel in each of the lanes of a polar node.
    """

    def __init__(
        self,
        places: Places,
        resolved: Resolved,
        lanes: Lanes,
        index: NDArray[np.int64],
        zones: tuple[int, int],
    ) -> None:
        self.places, self.lanes, self.index, self.zones = places, lanes, index, zones
        flux = lanes.flux[list(zones)][:, index]
        self.polar = index % len(places.sines)
        self.n_channel = resolved.n_channel
        self.strength = np.concatenate(
            [places.on(side, np.outer(places.strength, flux[side])).ravel() for side in (0, 1)]
        )
        held = resolved.share[:, lanes.group[index]] * flux[:, :, None]
        held = np.moveaxis(held, 2, 1).reshape(-1, len(index))
        total = np.zeros((len(held), len(places.sines)))
        np.add.at(total.T, self.polar, held.T)
        total = total[:, self.polar]
        self.part = np.divide(held, total, out=np.zeros_like(held), where=total > 0)

    def exchange(self, blocks: Array) -> Array:
        """Return K of blocks between channels (n_c, n_c, n_cell, n_cell)."""
        n, n_polar, n_lane = self.places.n, len(self.places.sines), len(self.index)
        k = np.zeros((2, n, n_lane, 2, n, n_lane))
        split = blocks.reshape(*blocks.shape[:2], n, n_polar, n, n_polar)
        for a, mine in enumerate(self.part):
            for b, other in enumerate(self.part):
                if not (mine.any() and other.any() and blocks[a, b].any()):
                    continue
                moved = split[a, b][:, self.polar][:, :, :, self.polar]
                sides = a // self.n_channel, b // self.n_channel
                k[sides[0], :, :, sides[1]] += moved * mine[:, None, None] * other
        order = np.argsort(self.places.opposite)
        k[1] = k[1, order]
        k[:, :, :, 1] = k[:, :, :, 1, order]
        size = 2 * n * n_lane
        return k.reshape(size, size)

    def specularity(self, rough: Rough, paths: Paths) -> Array:
        """Return p of the states (m,)."""
        group = self.lanes.group[self.index]
        found = []
        for side, (path, wavenumber) in enumerate(paths):
            alive = self.part.reshape(2, self.n_channel, -1)[side].any(axis=0)
            cosine = self.places.on(side, self.places.cosine)[:, None]
            cosine = cosine * self.lanes.sine[self.zones[side], self.index[alive]]
            p = np.ones((self.places.n, len(group)))
            p[:, alive] = rough.fraction(path[group[alive]], wavenumber[group[alive]], cosine)
            found.append(p.ravel())
        return np.concatenate(found)
