"""The table of a given transmission: averaged over bands, checked against detailed balance.

The average over a band carries the weight of the continuous spectrum, ``C v``, so the power that
passes is that of the spectrum. Constants are compared with detailed balance band by band, what
depends on frequency at each frequency.
"""

from __future__ import annotations

import logging

import numpy as np

from bte.conditions.channels import channels_of
from bte.conditions.given import Given, make_given
from bte.conditions.milne import far_resisting
from bte.conditions.models import Transmission
from bte.conditions.pair import Pair
from bte.conditions.table import TransmissionTable, balanced_table
from bte.conditions.values import Array
from bte.errors import BteError

log = logging.getLogger("bte")

_ROUNDING = 1e-12  # of detailed balance of bands
_SLACK = 1e-9  # of detailed balance at a frequency: k(omega) is found to this
_OUTSIDE = 0.01  # share of the flux that may lie beyond the frequencies of a table
_BEYOND = 0.05  # the same of its cosines, by 2 mu dmu


def given_table(model: Transmission, pair: Pair) -> TransmissionTable:
    """Return the table of a transmission from the first side to the second.

    Raises
    ------
    BteError
        Where a side lacks the frequencies or branches that it depends on, a table does not cover
        the bands, or detailed balance is broken.
    """
    subject = f"transmission {model.label} from '{pair.names[0]}' to '{pair.names[1]}'"
    given = make_given(model, pair)
    _check_cover(given, subject)
    mu, weights = given.angles
    _check_balance(given, mu, weights, subject)
    mean = given.mean(mu)
    if model.law.by_angle and not model.directional:
        log.info(
            "interface '%s' / '%s': the transmission depends on the angle, and directions are not "
            "kept, so its mean 2 int t mu dmu is used; directional=True keeps them",
            *pair.names,
        )
    if not model.directional:
        weights = np.ones(1)
    channels = channels_of(given)
    forward = channels.part(mean @ weights)
    if not model.directional and not model.law.by_branch:
        return balanced_table(pair, forward, model.name)
    resolved = channels.resolved(given, mean)
    if not model.directional:
        return balanced_table(pair, forward, model.name, resolved=resolved)
    slope = channels.part(mean @ (1.5 * mu * weights)) if model.law.by_angle else forward
    moment = _both_ways(pair, slope)
    return balanced_table(
        pair,
        forward,
        model.name,
        resolved=resolved,
        moment=moment,
        far=lambda: far_resisting(pair, resolved, forward),
    )


def _both_ways(pair: Pair, forward: Array) -> Array:
    """Return the sum of what passes forward and backward, ``t_12 H_1 = t_21 H_2``."""
    first, second = pair.sides
    back = np.divide(first, second, out=np.zeros_like(first), where=second > 0.0)
    return np.asarray(forward * (1.0 + back))


def _check_cover(given: Given, subject: str) -> None:
    """Raise where a table leaves out frequencies or angles that matter."""
    s, law = given.samples, given.model.law
    total = float(s.weight[given.open].sum())
    for index, name in enumerate(s.branches):
        curve = law.curves[name if law.by_branch else ""]
        if len(curve.cosines):
            beyond = curve.cosines[0] ** 2 + 1.0 - curve.cosines[-1] ** 2
            _refuse_gap(beyond, _BEYOND, subject, "cosines", curve.cosines, 1.0, "")
        if not len(curve.frequencies):
            continue
        low, high = curve.frequencies[[0, -1]]
        outside = ((s.omega < low) & curve.ends[0]) | ((s.omega > high) & curve.ends[1])
        mine = outside & given.open & (s.branch == index)
        _refuse_gap(
            float(s.weight[mine].sum()) / total if total else 0.0,
            _OUTSIDE,
            subject,
            "frequencies",
            curve.frequencies,
            1e12,
            " Trad/s",
        )


def _refuse_gap(
    share: float, most: float, subject: str, what: str, axis: Array, scale: float, unit: str
) -> None:
    """Raise, or say in the log, that a table leaves out a share of the flux."""
    reach = f"{axis[0] / scale:.4g} to {axis[-1] / scale:.4g}{unit}"
    if share > most:
        raise BteError(
            f"{subject} has {what} from {reach}, and {100 * share:.3g} % of the flux that could "
            f"pass lies outside; at most {100 * most:g} % may, so extend the table (to a "
            "transmission of 0 where nothing passes)"
        )
    if share > 0.0:
        log.info(
            "%s has %s from %s; %.2g %% of the flux lies outside, where its end values continue",
            subject,
            what,
            reach,
            100.0 * share,
        )


def _check_balance(given: Given, mu: Array, weights: Array, subject: str) -> None:
    """Raise where more would pass than the second side sends back, or say what is lowered."""
    own, ratio = given.fractions(mu)
    s = given.samples
    broken = ratio > 1.0 + (_SLACK if given.model.law.by_frequency else _ROUNDING)
    if not broken.any():
        return
    point, angle = np.unravel_index(int(ratio.argmax()), ratio.shape)
    power = weights if ratio.shape[1] > 1 else np.ones(1)
    share = float(s.weight @ (broken @ power)) / float(s.weight.sum())
    place = given.pair.where(int(s.pool[point]))
    if given.model.law.by_frequency:
        place = f"{s.omega[point] / 1e12:.4g} Trad/s ({place.partition(' (')[0]})"
    place += f" at cos = {mu[angle]:.3g}" if ratio.shape[1] > 1 else ""
    most, excess = own[point, angle] / ratio.max(), ratio.max()
    concerned = "frequencies" if given.model.law.by_frequency else "bands"
    found = (
        f"{subject} breaks detailed balance: in {place} {excess:.4g} times what the second side "
        f"sends back would go through, so at most {most:.4g} can; {concerned} with "
        f"{100 * share:.3g} % of the flux are concerned"
    )
    if given.model.symmetrize:
        log.info("%s; it is lowered there to the most that can", found)
        return
    raise BteError(
        f'{found}; lower it, or give of="smaller side", or symmetrize=True, which lowers it there '
        "to the most that can"
    )
