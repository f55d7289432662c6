"""Which part of each side a line is fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bte.errors import BteError
from bte.measure.profile import Profile
from bte.solution.normal import THIN, fit_window
from bte.units import parse

Pair = tuple[float, float]

#: Distinct positions that a line with an interval needs.
LEAST = 3

_ADVICE = (
    "give 'auto', the fraction of each layer in its middle such as 0.5, a pair of fractions from "
    "the interface such as (0.2, 0.8), or two pairs of positions ((x1, x2), (x3, x4)) [m]"
)


def windows(
    window: Any, sides: Sequence[Profile], at: float, mean_free_path: Sequence[float] | None
) -> tuple[Pair, Pair]:
    """Return from which to which position each side is fitted [m].

    Parameters
    ----------
    window : "auto", float, (float, float) or ((x1, x2), (x3, x4))
        What was asked for; see `bte.measure_interface`.
    sides : (Profile, Profile)
        Both sides.
    at : float
        The interface [m].
    mean_free_path : (float, float) or None
        Effective paths [m].
    """
    if isinstance(window, str) and window != "auto":
        raise BteError(f"window '{window}' is not known; {_ADVICE}")
    if isinstance(window, str | int | float):
        chosen = [_central(window, side, at, k, mean_free_path) for k, side in enumerate(sides)]
    else:
        chosen = _pairs(window, sides, at)
    for side, (low, high) in zip(sides, chosen, strict=True):
        count = len(np.unique(side.position[within(side, (low, high))]))
        if count < LEAST:
            raise BteError(
                f"the window {low:.6g} to {high:.6g} m of {side.name} holds {count} points of "
                f"{len(side.position)}, a line needs {LEAST}; widen it or sample more finely"
            )
    return chosen[0], chosen[1]


def within(side: Profile, window: Pair) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which points of a side lie in a window, its ends included."""
    slack = 1e-9 * abs(window[1] - window[0])
    return (side.position >= window[0] - slack) & (side.position <= window[1] + slack)


def _depth(side: Profile, at: float) -> float:
    return float(np.abs(side.position - at).max())


def _from_interface(side: Profile, at: float, low: float, high: float) -> Pair:
    """Return positions for distances from the interface."""
    sense = 1.0 if side.position.mean() > at else -1.0
    ends = sorted((at + sense * low, at + sense * high))
    return ends[0], ends[1]


def _central(
    window: str | float, side: Profile, at: float, k: int, paths: Sequence[float] | None
) -> Pair:
    depth = _depth(side, at)
    if window != "auto":
        share = float(window)
        if not 0.0 < share <= 1.0:
            raise BteError(f"window {window!r} is not a fraction in (0, 1]; {_ADVICE}")
        margin = 0.5 * (1.0 - share) * depth
        return _from_interface(side, at, margin, depth - margin)
    if paths is None or not np.isfinite(paths[k]):
        return _from_interface(side, at, THIN * depth, (1.0 - THIN) * depth)
    return _from_interface(side, at, *fit_window(depth, float(paths[k])))


def _pairs(window: Any, sides: Sequence[Profile], at: float) -> list[Pair]:
    try:
        first, second = window
    except (TypeError, ValueError):
        raise BteError(f"window {window!r} is not known; {_ADVICE}") from None
    if isinstance(first, int | float) and isinstance(second, int | float):
        if not 0.0 <= first < second <= 1.0:
            raise BteError(f"window {window!r} are no fractions 0 <= a < b <= 1; {_ADVICE}")
        return [
            _from_interface(side, at, first * _depth(side, at), second * _depth(side, at))
            for side in sides
        ]
    return [_positions(pair, side) for pair, side in zip((first, second), sides, strict=True)]


def _positions(pair: Any, side: Profile) -> Pair:
    try:
        low, high = (parse(end, "length", "end of the window") for end in pair)
    except (TypeError, ValueError) as error:
        reason = f"{error}" if isinstance(error, BteError) else _ADVICE
        raise BteError(
            f"window {pair!r} of {side.name} is not a pair of positions: {reason}"
        ) from None
    if not low < high:
        raise BteError(f"window of {side.name} must increase, found {low:g} to {high:g} m")
    return low, high
