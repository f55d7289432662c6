"""Alloys by name: ``Si0.7Ge0.3``."""

from __future__ import annotations

import re

from ...errors import MaterialError

_NAME = re.compile(r"([A-Z][a-z]?)(0?\.\d+)([A-Z][a-z]?)(0?\.\d+)")
_ROUNDING = 1e-6


def alloy_parts(name: str) -> tuple[str, str, float] | None:
    """Return the elements of an alloy's name and the share of the second, None for other names.

    Raises
    ------
    MaterialError
        If the shares do not add up to 1.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    first, one, second, other = found.groups()
    shares = float(one), float(other)
    if abs(sum(shares) - 1.0) > _ROUNDING:
        raise MaterialError(
            f"alloy '{name}' has shares {one} and {other}, which add up to {sum(shares):g}; they "
            f"must add up to 1, as in '{first}0.7{second}0.3'"
        )
    return first, second, shares[1]
