"""Conductance by the angle of incidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.conditions.elastic import CHANNELS
from bte.conditions.given import Given
from bte.conditions.hemisphere import turning_points
from bte.conditions.models import AMM, InterfaceModel, Mixed, Transmission
from bte.conditions.pair import Pair
from bte.conditions.resolved import Resolved
from bte.errors import BteError
from bte.junction.acoustic import States, acoustic
from bte.junction.exchange import Snapshot, given_at
from bte.junction.spectra import Sides

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_LOW, _HIGH = slice(None, -1), slice(1, None)
_BLOCK = 24  # frequencies at once
_NOTHING = 1e-12  # frequencies that carry less of G are left out


@dataclass(frozen=True)
class AngleParts:
    """Conductance by intervals of the angle of incidence; all values sum to the conductance.

    Attributes
    ----------
    edges : (n + 1,) [rad]
        To the normal.
    labels : tuple of str
        Incident polarisations, or branches.
    values : (n_label, n) [W/m2/K]
    """

    edges: Array
    labels: tuple[str, ...]
    values: Array

    @property
    def total(self) -> float:
        """The conductance [W/m2/K]."""
        return float(self.values.sum())

    @property
    def density(self) -> Array:
        """Conductance per angle (n_label, n) [W/m2/K/rad]."""
        return np.asarray(self.values / np.diff(self.edges))


def angle_parts(
    sides: Sides,
    model: InterfaceModel,
    parts: Snapshot,
    power: Array,
    temperature: float,
    side: str,
    bins: int,
) -> AngleParts:
    """Return the conductance by the angle at which phonons arrive from a side.

    Parameters
    ----------
    parts : Snapshot
    power : (n, n_first, n_second) [W/m2/K per rad/s]
        Conductance by frequency and branches.
    """
    if side not in ("first", "second"):
        raise BteError(f"side must be 'first' or 'second', not {side!r}")
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
        raise BteError(f"bins is {bins!r}; it must be a whole number >= 1")
    own = 0 if side == "first" else 1
    edges = np.linspace(0.0, 0.5 * np.pi, bins + 1)
    by_frequency = parts.weight * power.sum(axis=(1, 2))
    total = float(by_frequency.sum())
    keep = by_frequency > _NOTHING * total
    labels: tuple[str, ...] = sides.materials[own].branches
    if not np.isfinite(total) or not keep.any():
        branches = np.tensordot(parts.weight, power.sum(axis=2 - own), axes=1)
        return AngleParts(edges, labels, branches[:, None] * np.diff(np.sin(edges) ** 2))
    if isinstance(model, AMM | Mixed):
        pair = _thinned(sides, model, parts, keep, temperature)
        shares = _acoustic_shares(acoustic(model, pair), pair, own, edges)
        labels = CHANNELS
    elif isinstance(model, Transmission) and model.directional and model.law.by_angle:
        pair = _thinned(sides, model, parts, keep, temperature)
        given = given_at(model, pair, parts.omega[keep], parts.flux[0][keep])
        shares = _directed_shares(given, edges)
        labels = ("all",)
    else:
        branches = np.tensordot(parts.weight, power.sum(axis=2 - own), axes=1)
        return AngleParts(edges, labels, branches[:, None] * np.diff(np.sin(edges) ** 2))
    shares *= total / by_frequency[keep].sum()
    return AngleParts(edges, labels, np.tensordot(by_frequency[keep], shares, axes=1))


def _thinned(
    sides: Sides,
    model: InterfaceModel,
    parts: Snapshot,
    keep: NDArray[np.bool_],
    temperature: float,
) -> Pair:
    """Return the pair of the frequencies that matter."""
    if not sides.sharp:
        return sides.pooled(temperature, isinstance(model, Mixed))
    first, second = (flux[keep].T for flux in parts.flux)
    omega = parts.omega[keep]
    return sides.pair(omega, np.ones(len(omega)), (first, second), temperature)


def _acoustic_shares(resolved: Resolved, pair: Pair, own: int, edges: Array) -> Array:
    """Return which part of what passes arrives as P, SV, SH in each interval (n_pool, 3, n_bin)."""
    states = States.of(resolved, pair)
    sines, ends = np.sin(edges) ** 2, resolved.etendue
    mine, other = (slice(0, 3), slice(3, 6)) if own == 0 else (slice(3, 6), slice(0, 3))
    found = np.zeros((pair.n_pool, 3, len(edges) - 1))
    for pools in np.array_split(np.arange(pair.n_pool), 1 + pair.n_pool // _BLOCK):
        points = [
            np.unique(np.append(turning_points(resolved, pool), np.outer(ends[pool, mine], sines)))
            for pool in pools.tolist()
        ]
        owner = np.repeat(pools, [len(p) - 1 for p in points])
        low, high = (np.concatenate([p[cut] for p in points]) for cut in (_LOW, _HIGH))
        x, step = _between(low, high)
        which = np.repeat(owner, x.shape[1])
        amount = _arriving(states, which, x.ravel(), step.ravel(), mine, other)
        amount = amount.reshape(*x.shape, 3).sum(axis=1)
        middle = 0.5 * (low + high)
        for channel in range(3):
            held = ends[owner, mine][:, channel]
            place = np.searchsorted(sines, middle / np.where(held > 0.0, held, 1.0)) - 1
            inside = (held > 0.0) & (place < len(edges) - 1)
            index = (owner[inside], channel, place[inside])
            np.add.at(found, index, amount[inside, channel])
    total = found.sum(axis=(1, 2), keepdims=True)
    return np.asarray(found / np.where(total > 0.0, total, 1.0))


def _arriving(
    states: States, pool: Ints, xi: Array, step: Array, mine: slice, other: slice
) -> Array:
    """Return what passes of what arrives in the channels of a side (n, 3), times the step."""
    energy = states.resolved.exchange(pool, xi)  # type: ignore[arg-type]
    root = states.weights(pool, states.cosines(pool, xi)).sum(axis=1)
    passed = root[:, mine] * np.einsum("xab,xb->xa", energy[:, mine, other], root[:, other])
    if states.resolved.rough is not None:
        sent = root * np.einsum("xab,xb->xa", energy, root)
        lost = ((xi[:, None] < states.resolved.etendue[pool]) - sent) * step[:, None]
        rest = np.zeros((len(states.part), 6))
        np.add.at(rest, pool, lost)
        share = rest[:, other].sum(axis=1) / np.maximum(rest.sum(axis=1), 1e-300)
        return np.asarray(passed * step[:, None] + lost[:, mine] * share[pool, None])
    return np.asarray(passed * step[:, None])


def _between(low: Array, high: Array) -> tuple[Array, Array]:
    """Return points and weights (n, 6) of intervals (n,), square-root ends resolved."""
    phi = 0.25 * np.pi * (1.0 + _NODES)
    width = (high - low)[:, None]
    x = np.clip(low[:, None] + width * np.sin(phi) ** 2, low[:, None], high[:, None])
    return x, 0.25 * np.pi * _WEIGHTS * width * np.sin(2.0 * phi)


def _directed_shares(given: Given, edges: Array) -> Array:
    """Return which part of what passes does in each interval (n_pool, 1, n_bin)."""
    sines = np.sin(edges) ** 2
    x, step = _between(sines[:-1], sines[1:])
    mean = given.mean(np.sqrt(1.0 - x.ravel()))
    n_pool = given.pair.n_pool
    states = np.ones((n_pool, given.n_channel))
    if given.n_channel > 1:
        s = given.samples
        np.add.at(states, (s.pool, s.branch), s.weight)
        states -= 1.0
    amount = np.einsum("pcx,pc->px", mean, states) * step.ravel()
    amount = amount.reshape(n_pool, *x.shape).sum(axis=2)
    total = amount.sum(axis=1, keepdims=True)
    return np.asarray((amount / np.where(total > 0.0, total, 1.0))[:, None, :])
