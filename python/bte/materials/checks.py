"""Numbers that materials ask for."""

from __future__ import annotations

import math

import numpy as np

from ..errors import MaterialError


def positive(name: str, what: str, value: object) -> None:
    """Raise unless a value is a finite number > 0."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not (number and math.isfinite(value) and value > 0.0):  # type: ignore[arg-type, operator]
        shown = f"{value:g}" if number else repr(value)
        raise MaterialError(
            f"material '{name}' has {what} = {shown}; it must be finite and > 0"
            + ("" if number else ", a number in SI units")
        )


def checked(temperature: float) -> float:
    """Return the temperature, or raise where it is not positive."""
    number = isinstance(temperature, int | float | np.number)
    if not (number and math.isfinite(temperature) and temperature > 0.0):
        raise MaterialError(f"temperature is {temperature!r}; it must be finite and > 0 [K]")
    return temperature
