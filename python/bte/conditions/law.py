"""What `Transmission` takes, as one curve, or one for each branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bte.conditions.curves import Curve, constant, function, table
from bte.conditions.measured import read_curves
from bte.conditions.values import Array, finite
from bte.errors import BteError

#: What `Transmission` takes.
Fractions = (
    float | Sequence[Any] | Mapping[str, Any] | Callable[..., ArrayLike] | str | Path | Array
)

_FORMS = (
    "a number in [0, 1], a function of (omega) or (omega, cos theta), a tuple (frequencies, values)"
    " or (frequencies, cosines, values), a dict {branch: fraction}, or the path of a table"
)


@dataclass(frozen=True, eq=False)
class Law:
    """Curves by branch of the first side; the key "" alone where branches are pooled.

    Attributes
    ----------
    curves : dict
    label : str
        Short, for reports.
    """

    curves: Mapping[str, Curve]
    label: str

    @property
    def by_branch(self) -> bool:
        """Whether branches are told apart."""
        return "" not in self.curves

    @property
    def by_frequency(self) -> bool:
        """Whether any curve depends on the frequency."""
        return any(curve.by_frequency for curve in self.curves.values())

    @property
    def by_angle(self) -> bool:
        """Whether any curve depends on the angle."""
        return any(curve.by_angle for curve in self.curves.values())

    @property
    def frequencies(self) -> Array:
        """Where tables have points [rad/s]."""
        return np.unique(np.concatenate([c.frequencies for c in self.curves.values()]))

    @property
    def cosines(self) -> Array:
        """Where tables have points."""
        return np.unique(np.concatenate([c.cosines for c in self.curves.values()]))


def law_of(given: Any) -> Law:
    """Return the law that a user gave.

    Raises
    ------
    BteError
        Where it is none, or a number, a table or a file of it cannot be.
    """
    if isinstance(given, str | Path):
        return Law(read_curves(Path(given)), Path(given).name)
    if not isinstance(given, Mapping):
        curve = _curve(given)
        return Law({"": curve}, curve.label)
    if not given:
        raise BteError("transmission is an empty dict; give {branch: fraction}")
    for name in given:
        if not isinstance(name, str) or not name:
            raise BteError(f"transmission has the branch {name!r}; names of branches are texts")
    curves = {name: _curve(value) for name, value in given.items()}
    return Law(curves, ", ".join(f"{name} {curve.label}" for name, curve in curves.items()))


def _curve(given: Any) -> Curve:
    if callable(given):
        return function(given)
    if isinstance(given, tuple | list | np.ndarray):
        return _table(given)
    try:
        return constant(finite("transmission", given, "1"))
    except BteError as error:
        if isinstance(given, int | float | np.number) and not isinstance(given, bool):
            raise
        raise BteError(f"transmission must be {_FORMS}, not {given!r}") from error


def _table(given: Any) -> Curve:
    parts = list(given)
    if len(parts) not in (2, 3) or any(np.ndim(part) == 0 for part in parts):
        raise BteError(
            "transmission is a list of numbers that says no frequencies; give a tuple "
            "(frequencies [rad/s], values) or (frequencies, cosines, values)"
        )
    if len(parts) == 2:
        return table(parts[0], parts[1])
    return table(parts[0], parts[2], parts[1])
