"""The transmission table that has a known resistance.

What passes is the same fraction f of the most that can, in every band:

    t_12 H_1 = f min(H_1, H_2),    0 <= f <= 1,

so detailed balance holds for any f, no band is preferred, and f = 1 is the radiation limit, which
no model exceeds. The conductance grows with f, so f follows from R.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from bte.conditions.kapitza import PERFECT, SHARE, interface_conductance
from bte.conditions.models import Resistance
from bte.conditions.pair import Pair
from bte.conditions.table import TransmissionTable, balanced_table
from bte.errors import BteError


def resistance_table(model: Resistance, pair: Pair) -> TransmissionTable:
    """Return the table whose conductance is ``1/R``.

    Raises
    ------
    BteError
        Where R is less than that of the radiation limit, or the sides have no band in common.
    """
    return table_of_resistance(
        pair, model.resistance, model.convention, f"Resistance({model.resistance:g})"
    )


def table_of_resistance(
    pair: Pair, resistance: float, convention: str, name: str, *, kapitza: bool = True
) -> TransmissionTable:
    """Return a table with a resistance [m2 K/W] and a name."""

    def table(fraction: float) -> TransmissionTable:
        first, second = pair.sides
        most = np.where(pair.both, np.minimum(first, second) / np.where(pair.both, first, 1.0), 0.0)
        return balanced_table(pair, fraction * most, name, kapitza=kapitza)

    if not pair.both.any():
        raise BteError(
            f"interface '{pair.names[0]}' / '{pair.names[1]}' cannot have a resistance of "
            f"{resistance:g} m2K/W: the two sides have no band in common, so nothing passes"
        )
    largest = _largest(table(1.0), convention)
    least = 1.0 / interface_conductance(table(largest), convention)
    if resistance < least:
        raise BteError(
            f"{name} between '{pair.names[0]}' and '{pair.names[1]}' is {resistance:.6g} m2K/W, "
            f"less than phonons allow at {pair.temperature:g} K: with all passing that can (the "
            f"radiation limit) it is {least:.6g} m2K/W by {convention} temperatures; give at "
            "least that"
        )

    def excess(fraction: float) -> float:
        return interface_conductance(table(fraction), convention) * resistance - 1.0

    fraction = brentq(excess, 0.0, largest, xtol=1e-300, rtol=4 * np.finfo(float).eps)
    return table(float(fraction))


def _largest(limit: TransmissionTable, convention: str) -> float:
    """Return the largest f for which no band's contact is perfect."""
    share = SHARE[convention]
    both = (limit.forward + limit.backward)[limit.pooled()[2]].max()
    perfect = 1.0 - 2.0 * PERFECT
    return min(1.0, perfect / (share * float(both)) if share else math.inf)
