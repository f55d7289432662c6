"""Conductance by the angle of incidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.conditions.elastic import CHANNELS
from bte.conditions.given import make_given
from bte.conditions.hemisphere import StateWeights, turning_points
from bte.conditions.models import AMM, InterfaceModel, Mixed, Transmission
from bte.conditions.pair import Pair
from bte.conditions.resolved import Resolved
from bte.errors import BteError
from bte.junction.acoustic import acoustic
from bte.junction.exchange import Snapshot
from bte.junction.spectra import Sides

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
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
        pair = _thinned(sides, parts, keep, temperature)
        shares = _acoustic_shares(acoustic(model, pair), pair, own, edges)
        labels = CHANNELS
    elif isinstance(model, Transmission) and model.directional and model.law.by_angle:
        pair = _thinned(sides, parts, keep, temperature)
        shares = _directed_shares(model, pair, edges)
        labels = ("all",)
    else:
        branches = np.tensordot(parts.weight, power.sum(axis=2 - own), axes=1)
        return AngleParts(edges, labels, branches[:, None] * np.diff(np.sin(edges) ** 2))
    shares *= total / by_frequency[keep].sum()
    return AngleParts(edges, labels, np.tensordot(by_frequency[keep], shares, axes=1))


def _thinned(sides: Sides, parts: Snapshot, keep: NDArray[np.bool_], temperature: float) -> Pair:
    """Return the pair of the frequencies that matter."""
    if not sides.sharp:
        return sides.pooled(temperature)
    first, second = (flux[keep].T for flux in parts.flux)
    omega = parts.omega[keep]
    return sides.pair(omega, np.ones(len(omega)), (first, second), temperature)


def _acoustic_shares(resolved: Resolved, pair: Pair, own: int, edges: Array) -> Array:
    """Return which part of what passes arrives as P, SV, SH in each interval (n_pool, 3, n_bin)."""
    found = np.zeros((pair.n_pool, 3, len(edges) - 1))
    paths = tuple(zip(pair.mean_free_path, pair.wavenumber, strict=True))
    sines = np.sin(edges) ** 2
    for pool in np.flatnonzero(pair.both).tolist():
        weights = StateWeights.of(resolved, pool, pair.flux, paths)
        ends = resolved.etendue[pool]
        mine = slice(3 * own, 3 * own + 3)
        points = np.unique(
            np.concatenate([turning_points(resolved, pool), np.outer(ends[mine], sines).ravel()])
        )
        x, step = _between(points)
        flat = x.ravel()
        root = weights(flat).sum(axis=1)
        energy = resolved.exchange(pool, flat)
        other = slice(3 - 3 * own, 6 - 3 * own)
        passed = root[:, mine] * np.einsum("xab,xb->xa", energy[:, mine, other], root[:, other])
        if resolved.rough is not None:
            lost = (flat[:, None] < ends) - root * np.einsum("xab,xb->xa", energy, root)
            rest = np.einsum("xc,x->c", lost, step.ravel())
            passed = passed + lost[:, mine] * (rest[other].sum() / max(rest.sum(), 1e-300))
        amount = (passed * step.ravel()[:, None]).reshape(*x.shape, 3).sum(axis=1)
        middle = 0.5 * (points[1:] + points[:-1])
        for channel in np.flatnonzero(ends[mine] > 0.0):
            place = np.searchsorted(sines * ends[mine][channel], middle) - 1
            inside = place < len(edges) - 1
            np.add.at(found[pool, channel], place[inside], amount[inside, channel])
        found[pool] /= max(float(found[pool].sum()), 1e-300)
    return found


def _between(points: Array) -> tuple[Array, Array]:
    """Return points and weights (m, 6) between rising points, square-root ends resolved."""
    phi = 0.25 * np.pi * (1.0 + _NODES)
    width = np.diff(points)[:, None]
    x = np.clip(points[:-1, None] + width * np.sin(phi) ** 2, points[:-1, None], points[1:, None])
    return x, 0.25 * np.pi * _WEIGHTS * width * np.sin(2.0 * phi)


def _directed_shares(model: Transmission, pair: Pair, edges: Array) -> Array:
    """Return which part of what passes does in each interval (n_pool, 1, n_bin)."""
    given = make_given(model, pair)
    x, step = _between(np.sin(edges) ** 2)
    mean = given.mean(np.sqrt(1.0 - x.ravel()))
    states = np.ones((pair.n_pool, given.n_channel))
    if given.n_channel > 1:
        s = given.samples
        np.add.at(states, (s.pool, s.branch), s.weight)
        states -= 1.0
    amount = np.einsum("pcx,pc->px", mean, states) * step.ravel()
    amount = amount.reshape(pair.n_pool, *x.shape).sum(axis=2)
    total = amount.sum(axis=1, keepdims=True)
    return np.asarray((amount / np.where(total > 0.0, total, 1.0))[:, None, :])
