"""What two sides exchange at each frequency, by any model of an interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from bte.conditions.channels import channels_of
from bte.conditions.given import Given, make_given
from bte.conditions.interface import transmission_table
from bte.conditions.kapitza import SHARE
from bte.conditions.milne import far_resisting
from bte.conditions.models import AMM, InterfaceModel, Mixed, Transmission
from bte.conditions.pair import Pair
from bte.conditions.spectral import Samples, branches_of
from bte.junction.acoustic import acoustic_far, acoustic_passed

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """An interface at one temperature; n frequencies, or one entry where all are pooled.

    Attributes
    ----------
    omega, weight : (n,) [rad/s]
        Frequencies and widths; NaN and 1 without frequencies.
    block : (n, n_first, n_second) [W/m2/K per rad/s]
        Power per kelvin and frequency between branches, times four.
    flux : (first, second), (n, n_branch) [the same]
        C v per frequency.
    pooled : bool
        Whether a phonon may change its frequency, so that totals of transmissions count.
    moment : (n,) or None
        As in `TransmissionTable`, where directions are kept.
    far : callable or None
        As in `TransmissionTable`, where directions are kept.
    """

    omega: Array
    weight: Array
    block: Array
    flux: tuple[Array, Array]
    pooled: bool
    moment: Array | None = None
    far: Callable[[], Array] | None = None

    @property
    def transmissions(self) -> tuple[Array, Array]:
        """Fractions of what arrives that pass, from the first side and from the second (n,)."""
        passed = self.block.sum(axis=(1, 2))
        totals = [flux.sum(axis=1) for flux in self.flux]
        if self.pooled:
            power = float(self.weight @ passed)
            sums = [float(self.weight @ total) for total in totals]
            return tuple(np.full(len(passed), power / s if s else 0.0) for s in sums)  # type: ignore[return-value]
        return _quotient(passed, totals[0]), _quotient(passed, totals[1])

    def resisting(self, convention: str) -> Array:
        """Return ``1 - s (t_12 + t_21)`` of the frequencies (n,), s by convention.

        As `TransmissionTable.resisting`, with what keeps its direction by its own moment.
        """
        if convention == "slip" and self.far is not None:
            return self.far()
        both = np.sum(self.transmissions, axis=0) if self.moment is None else self.moment
        return np.asarray(1.0 - SHARE[convention] * both)


def snapshot(model: InterfaceModel, pair: Pair, omega: Array, weight: Array) -> Snapshot:
    """Return an interface whose pair has the frequencies as bands; `weight` is their width."""
    flux = _by_branch(pair, len(weight))
    if isinstance(model, AMM | Mixed):
        held = tuple(part / weight[:, None] for part in flux)
        found = acoustic_passed(model, pair)
        block = found.block / weight[:, None, None]
        forward = _quotient(found.block.sum(axis=(1, 2)), flux[0].sum(axis=1))
        far = cache(partial(acoustic_far, model, pair, forward))
        return Snapshot(omega, weight, block, (held[0], held[1]), False, found.moment, far)
    directed: tuple[Array | None, Callable[[], Array] | None] = (None, None)
    if isinstance(model, Transmission):
        forward, directed = _given(model, pair, omega, flux[0])
        sent = forward * flux[0]
    else:
        table = transmission_table(model, pair)
        if table.mixing:
            return _pooled(pair, table.forward[0], omega, weight, flux)
        sent = table.forward[:, None] * flux[0]
        directed = table.moment, table.far
    total = flux[1].sum(axis=1, keepdims=True)
    arriving = _quotient(flux[1], total)
    block = sent[:, :, None] * arriving[:, None, :] / weight[:, None, None]
    held = tuple(part / weight[:, None] for part in flux)
    return Snapshot(omega, weight, block, (held[0], held[1]), False, *directed)


def _pooled(
    pair: Pair, forward: float, omega: Array, weight: Array, flux: tuple[Array, Array]
) -> Snapshot:
    """Return a snapshot in which all that arrives on a side has one fraction."""
    spread = flux[1].sum(axis=0) / max(float(flux[1].sum()), 1e-300)
    block = forward * flux[0][:, :, None] * spread / weight[:, None, None]
    held = tuple(part / weight[:, None] for part in flux)
    return Snapshot(omega, weight, block, (held[0], held[1]), True)


def _by_branch(pair: Pair, n: int) -> tuple[Array, Array]:
    """Return C v of the branches in every band of both sides, (n, n_branch) each."""
    found = []
    for side in (0, 1):
        names = pair.materials[side].branches
        part = np.zeros((n, len(names)))
        band = pair.pool if n == pair.n_pool else pair.group_band
        held = pair.flux[side] > 0.0
        column = np.array([names.index(label) if label else 0 for label in pair.labels[side]])
        np.add.at(part, (band[held], column[held]), pair.flux[side, held])
        found.append(part)
    return found[0], found[1]


def _given(
    model: Transmission, pair: Pair, omega: Array, first: Array
) -> tuple[Array, tuple[Array | None, Callable[[], Array] | None]]:
    """Return the transmitted fraction of each branch (n, n_branch), `moment` and `far`."""
    given = given_at(model, pair, omega, first)
    mu, weights = given.angles
    mean = given.mean(mu)
    if not model.directional:
        weights = np.ones(1)
    spread = np.ones((1, first.shape[1])) if given.n_channel == 1 else 1.0
    forward = (mean @ weights) * spread
    if not model.directional:
        return forward, (None, None)
    third = (mean @ (1.5 * mu * weights) if model.law.by_angle else mean @ weights) * spread
    own, other = first.sum(axis=1), 4.0 * pair.sides[1]
    passed = (third * first).sum(axis=1)
    moment = _quotient(passed, own) + _quotient(passed, other)

    def far() -> Array:
        total = _quotient((forward * first).sum(axis=1), own)
        return far_resisting(pair, channels_of(given).resolved(given, mean), total)

    return forward, (moment, cache(far))


def _quotient(above: Array, below: Array) -> Array:
    """Return above/below, 0 where below is 0."""
    below = np.broadcast_to(below, above.shape)
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0.0)


def given_at(model: Transmission, pair: Pair, omega: Array, first: Array) -> Given:
    """Return a transmission at frequencies, or of the whole where there are none.

    Parameters
    ----------
    omega : (n,) [rad/s]
    first : (n, n_branch)
        C v of the first side's branches.
    """
    if np.isnan(omega).any():
        return make_given(model, pair)
    return Given(model, pair, _samples(pair, omega, first))


def _samples(pair: Pair, omega: Array, first: Array) -> Samples:
    """Return the points of the first side's branches at the frequencies."""
    branches = branches_of(pair)
    columns = [pair.materials[0].branches.index(name) for name in branches]
    states = first[:, columns].T
    branch, pool = np.nonzero(states)
    return Samples(
        omega[pool],
        states[branch, pool],
        branch,
        pool,
        branches,
        states[:, pool],
        4.0 * pair.sides[1, pool],
    )
