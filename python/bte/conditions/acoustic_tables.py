"""Transmission tables of the acoustic mismatch model, alone or mixed with the diffuse one.

With p the fraction that is specular, of a group, at its angle, what goes from channel b to a with
xi carries ``sqrt(p_a) E_ab sqrt(p_b)``, symmetric; sqrt(p) is the mean over the groups of a
channel, weighted by C v. The remainder D of each side is shared diffusely, ``D_1 D_2/(D_1 + D_2)``
to the other side.
"""

from __future__ import annotations

import numpy as np

from bte.conditions.acoustics import resolved_acoustic
from bte.conditions.adaptive import integrate
from bte.conditions.milne import far_resisting
from bte.conditions.models import AMM, Mixed
from bte.conditions.pair import Pair
from bte.conditions.resolved import Resolved
from bte.conditions.table import TransmissionTable, balanced_table
from bte.conditions.values import Array


def acoustic_table(model: AMM | Mixed, pair: Pair) -> TransmissionTable:
    """Return the table of an acoustic mismatch.

    Raises
    ------
    BteError
        Where a material has no density or no elastic speeds.
    """
    rough = model.rough if isinstance(model, Mixed) else None
    resolved = resolved_acoustic(
        pair.materials, pair.labels, pair.flux, pair.pool, model.scalar, rough, pair.names
    )
    moments = np.stack([_moments(resolved, pair, pool) for pool in range(pair.n_pool)], axis=1)
    power = 4.0 * pair.sides
    divisor = np.where(power > 0.0, power, 1.0)
    across, slopes, rest, rest_slopes = moments[0], moments[1:3], moments[3:5], moments[5:7]
    total = rest.sum(axis=0)
    other = np.divide(rest[::-1], total, out=np.zeros_like(rest), where=total > 0.0)
    forward = np.clip((across + rest[0] * other[0]) / divisor[0], 0.0, 1.0)
    moment = ((slopes + rest_slopes * other) / divisor).sum(axis=0)

    def root(pool: int, mu: Array) -> Array:
        return _root_fraction(resolved, pair, np.flatnonzero(resolved.pool == pool), mu)

    return balanced_table(
        pair,
        forward,
        _name(model),
        resolved=resolved,
        moment=moment,
        far=lambda: far_resisting(pair, resolved, forward, root if rough else None),
    )


def _moments(resolved: Resolved, pair: Pair, pool: int) -> Array:
    """Return integrals over xi of one pool (7,) [W/m2/K].

    What crosses specularly; the same with 3 mu/2 of the first, of the second side; what either
    side sends diffusely; the same with 3 mu/2. The last four are 0 without a rough interface.
    """
    if not pair.both[pool]:
        return np.zeros(7)
    ends = resolved.etendue[pool]
    groups = np.flatnonzero(resolved.pool == pool)
    n = resolved.n_channel

    def values(xi: Array) -> Array:
        mu = np.sqrt(np.maximum(1.0 - xi[:, None] / np.where(ends > 0.0, ends, 1.0), 0.0))
        is_open = (xi[:, None] < ends).astype(float)
        root = _root_fraction(resolved, pair, groups, mu)
        passed = root[:, :, None] * resolved.exchange(pool, xi) * root[:, None, :]
        kept = is_open - passed.sum(axis=1) if resolved.rough else 0.0 * is_open
        parts = [passed[:, :n, n:].sum(axis=(1, 2))]
        parts += [
            1.5 * (passed[:, n:, :n].sum(axis=1) * mu[:, :n]).sum(axis=1),
            1.5 * (passed[:, :n, n:].sum(axis=1) * mu[:, n:]).sum(axis=1),
        ]
        for weight in (1.0, 1.5 * mu):
            sent = kept * weight
            parts += [sent[:, :n].sum(axis=1), sent[:, n:].sum(axis=1)]
        return np.stack(parts, axis=1)

    kinks = np.concatenate([ends, resolved.breaks[pool]])
    top = float(ends.max())
    points = np.unique(np.concatenate([[0.0, top], kinks[(kinks > 0.0) & (kinks < top)]]))
    return integrate(values, points)


def _root_fraction(
    resolved: Resolved, pair: Pair, groups: np.ndarray[tuple[int], np.dtype[np.intp]], mu: Array
) -> Array:
    """Return the mean sqrt(p) of every channel (n, 2 n_channel) at cosines of that shape."""
    if resolved.rough is None:
        return np.ones_like(mu)
    root = np.zeros_like(mu)
    n = resolved.n_channel
    for side in (0, 1):
        held = resolved.share[side, groups] * pair.flux[side, groups][:, None]
        total = held.sum(axis=0)
        path, k = pair.mean_free_path[side, groups], pair.wavenumber[side, groups]
        cosine = mu[:, side * n : (side + 1) * n]
        p = resolved.rough.fraction(path[:, None, None], k[:, None, None], cosine[None])
        weight = held / np.where(total > 0.0, total, 1.0)
        # a group without states has no wavelength either
        p = np.where(weight[:, None] > 0.0, p, 0.0)
        root[:, side * n : (side + 1) * n] = (weight[:, None] * np.sqrt(p)).sum(axis=0)
    return root


def _name(model: AMM | Mixed) -> str:
    """Return the model in short, for reports."""
    scalar = f"scalar {model.scalar}" if model.scalar else ""
    if isinstance(model, AMM):
        return f"AMM({scalar})" if scalar else "AMM"
    p = model.specularity
    rough = (
        f"rms {model.rms:g} m" if model.rms is not None else "function" if callable(p) else f"{p:g}"
    )
    return f"Mixed({', '.join(filter(None, [rough, scalar]))})"
