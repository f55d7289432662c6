"""Exchange at interfaces that tell directions or groups apart, integrated over the hemispheres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bte.conditions.adaptive import integrate
from bte.conditions.resolved import Resolved
from bte.conditions.rough import Rough

Array = NDArray[np.float64]


def hemispheric(resolved: Resolved) -> Array:
    """Return the exchange integrated over directions (n_pool, 2 n_channel, 2 n_channel) [W/m2/K].

    ``int E dxi`` or ``int M dx``: power per kelvin between channels, times four. Symmetric; the
    conductance that refers to emitted temperatures is a quarter of the sum over channels of the
    first side and channels of the second. `Resolved.rough` is not looked at, see `exchanged`.
    """
    found = [
        integrate(partial(resolved.exchange, pool), turning_points(resolved, pool))
        for pool in range(len(resolved.etendue))
    ]
    size = 2 * resolved.n_channel
    return np.array(found).reshape(len(found), size, size)


def exchanged(
    resolved: Resolved, flux: Array, paths: tuple[tuple[Array, Array], ...] | None = None
) -> tuple[Array, ...]:
    """Return the hemispheric exchange between the groups of each pool [W/m2/K].

    Where the interface is rough a state of specularity p takes part in the specular exchange with
    ``sqrt(p)``, so ``sqrt(p p') E`` between two; what they lack is shared as in the diffuse
    mismatch model, in proportion to what is lacking on either side.

    Parameters
    ----------
    resolved : Resolved
    flux : (2, n_group) [W/m2/K]
        C v of the groups.
    paths : ((mean free path, wave number), the same of the second side), (n_group,) each
        Needed where the interface is rough.

    Returns
    -------
    tuple of (m, m)
        For each pool, with m its groups of the first side, then its groups of the second. Rows sum
        to C v. The conductance of emitted temperatures is a quarter of the sum over the first
        quadrant beside the diagonal.
    """
    if resolved.rough is not None and paths is None:
        raise ValueError("a rough interface needs paths")
    found = []
    for pool in range(len(resolved.etendue)):
        index = np.flatnonzero(resolved.pool == pool)
        points = turning_points(resolved, pool)
        weights = StateWeights.of(resolved, pool, flux, paths)

        def between(x: Array, pool: int = pool, weights: StateWeights = weights) -> Array:
            w = weights(x)
            return np.asarray(w @ resolved.exchange(pool, x) @ w.swapaxes(1, 2))

        k = integrate(between, points) if len(points) > 1 else np.zeros((2 * len(index),) * 2)
        found.append(k if resolved.rough is None else shared_rest(k, flux[:, index].ravel()))
    return tuple(found)


def shared_rest(k: Array, strength: Array) -> Array:
    """Return K with what its rows lack of the strength shared diffusely, ``d d^T/sum d``."""
    rest = np.maximum(strength - k.sum(axis=1), 0.0)
    total = rest.sum()
    return k + np.outer(rest, rest) / total if total > 0.0 else k


@dataclass(frozen=True, eq=False)
class StateWeights:
    """What part of a channel's exchange belongs to each group of a pool, at xi.

    Attributes
    ----------
    part : (2 m, 2 n_channel)
        Of the groups of the first side, then of the second.
    etendue : (2 n_channel,)
    rough : Rough or None
    mean_free_path, wavenumber : (2 m,)
    """

    part: Array
    etendue: Array
    rough: Rough | None
    mean_free_path: Array
    wavenumber: Array

    @classmethod
    def of(
        cls,
        resolved: Resolved,
        pool: int,
        flux: Array,
        paths: tuple[tuple[Array, Array], ...] | None,
    ) -> StateWeights:
        """Return the weights of the groups of a pool."""
        index = np.flatnonzero(resolved.pool == pool)
        count, n = len(index), resolved.n_channel
        etendue = resolved.etendue[pool]
        part = np.zeros((2 * count, 2 * n))
        for side in (0, 1):
            held = resolved.share[side, index] * flux[side, index, None]
            part[side * count : (side + 1) * count, side * n : (side + 1) * n] = held
        part /= np.where(etendue > 0.0, etendue, 1.0)
        known = paths or ((flux[0], flux[0]), (flux[1], flux[1]))
        path, wavenumber = (np.concatenate([side[i][index] for side in known]) for i in (0, 1))
        return cls(part, etendue, resolved.rough, path, wavenumber)

    def __call__(self, xi: Array) -> Array:
        """Return ``sqrt(p)`` times the part (n, 2 m, 2 n_channel)."""
        if self.rough is None:
            return np.broadcast_to(self.part, (len(xi), *self.part.shape))
        square = 1.0 - xi[:, None, None] / np.where(self.etendue > 0.0, self.etendue, 1.0)
        cosine = np.sqrt(np.clip(square, 0.0, 1.0))
        p = np.zeros((len(xi), *self.part.shape))
        held = self.part.any(axis=1)
        path, wavenumber = self.mean_free_path[held, None], self.wavenumber[held, None]
        p[:, held] = self.rough.fraction(path, wavenumber, cosine)
        return np.asarray(np.sqrt(p) * self.part)


def turning_points(resolved: Resolved, pool: int) -> Array:
    """Return where the integrand over xi or x ends or has a kink (n,), 0 first."""
    ends, kinks = resolved.etendue[pool], resolved.breaks[pool]
    top = 1.0
    if resolved.kind == "refracting":
        top = float(ends.max())
        kinks = np.concatenate([kinks, ends])
    return np.unique(np.concatenate([[0.0, top], kinks[(kinks > 0.0) & (kinks < top)]]))
