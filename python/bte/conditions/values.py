"""Values of conditions: numbers, or functions of the position."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.errors import BteError

Array = NDArray[np.float64]

#: A number, or a function of points ``(n, dim) -> (n,)``.
Profile = float | Callable[[Array], ArrayLike]


#: What a user's function may raise, or the conversion of what it returns.
FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, NameError, AttributeError)


def reals(values: ArrayLike | None) -> Array:
    """Return values as floats; complex ones are a TypeError, not cut to their real part."""
    array = np.asarray(values)
    if np.iscomplexobj(array):
        raise TypeError("its values are complex")
    return np.asarray(array, dtype=np.float64)


def finite(what: str, value: float, unit: str, *, positive: bool = False) -> float:
    """Return ``value`` as a float, or raise the sentence that says what is wrong with it."""
    try:
        if isinstance(value, bool | str | bytes):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError):
        kind = "a number" if unit == "1" else f"a number in {unit}"
        raise BteError(f"{what} must be {kind}, not {value!r}") from None
    if not math.isfinite(number) or (positive and number <= 0):
        kind = "positive and finite" if positive else "finite"
        suffix = "" if unit == "1" else f" [{unit}]"
        raise BteError(f"{what} must be {kind}{suffix}, not {number!r}")
    return number


def check_profile(what: str, value: Profile, unit: str, *, positive: bool = False) -> None:
    """Raise unless a value is a finite number or can be called."""
    if not callable(value):
        finite(what, value, unit, positive=positive)


def profile_at(
    what: str, value: Profile, points: Array, unit: str, *, positive: bool = False
) -> Array:
    """Return a profile at points (n,), calling it where it is a function.

    Raises
    ------
    BteError
        Where the function fails, or its values are not finite (not positive, where they must be).
    """
    if not callable(value):
        return np.full(len(points), finite(what, value, unit, positive=positive))
    try:
        values = np.broadcast_to(reals(value(points)), (len(points),))
    except FAILURES as error:
        raise BteError(
            f"{what} is a function that fails on points of shape {points.shape}: {error}; it must "
            f"return one number in {unit} for each point"
        ) from None
    bad = ~np.isfinite(values) | ((values <= 0) if positive else False)
    if bad.any():
        kind = "positive and finite" if positive else "finite"
        where = int(np.flatnonzero(bad)[0])
        raise BteError(
            f"{what} must be {kind} [{unit}] everywhere, but is {values[where]:g} at "
            f"{points[where].tolist()}"
        )
    return np.array(values)
