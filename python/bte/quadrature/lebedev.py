"""Lebedev's rules, which are symmetric under the rotations of a cube."""

from __future__ import annotations

import importlib

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteError

Array = NDArray[np.float64]

#: Degree by number of nodes, of all rules with positive weights up to 2030 nodes.
DEGREES = {
    6: 3,
    14: 5,
    26: 7,
    38: 9,
    50: 11,
    86: 15,
    110: 17,
    146: 19,
    170: 21,
    194: 23,
    302: 29,
    350: 31,
    434: 35,
    590: 41,
    770: 47,
    974: 53,
    1202: 59,
    1454: 65,
    1730: 71,
    2030: 77,
}


def lebedev_nodes(ordinates: int) -> tuple[Array, Array]:
    """Return directions (n, 3) and weights of the least rule with so many nodes.

    Raises
    ------
    BteError
        Where there is no such rule, or scipy is older than 1.15.

    References
    ----------
    V. I. Lebedev, D. N. Laikov, Dokl. Math. 59, 477 (1999)
    """
    rule = getattr(importlib.import_module("scipy.integrate"), "lebedev_rule", None)
    if rule is None:
        raise BteError(
            "azimuth_rule 'lebedev' comes with scipy 1.15, and an older one is installed; "
            "install scipy>=1.15 or use 'gauss'"
        )
    enough = [n for n in DEGREES if n >= ordinates]
    if not enough:
        raise BteError(
            f"azimuth_rule 'lebedev' has at most {max(DEGREES)} ordinates, not {ordinates}; "
            "ask for fewer azimuths or polars"
        )
    points, weights = rule(DEGREES[enough[0]])
    return np.asarray(points.T), np.asarray(weights / weights.sum())
