"""Transmitted fractions as functions of frequency and angle: constants, functions, tables."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.conditions.values import FAILURES, Array, reals
from bte.errors import BteError

_NONE = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Curve:
    """A transmitted fraction t(omega, mu), mu the cosine of the angle of incidence.

    Attributes
    ----------
    evaluate : callable
        ``(omega [rad/s], mu) -> t`` for arrays that broadcast.
    label : str
        What it is, for messages and reports.
    by_frequency, by_angle : bool
        What it depends on.
    frequencies, cosines : (n,)
        Where a table has its points; empty for constants and functions.
    ends : (2,) bool
        Whether anything passes at either end of a table's frequencies.
    """

    evaluate: Callable[[Array, Array], Array]
    label: str
    by_frequency: bool = False
    by_angle: bool = False
    frequencies: Array = field(default_factory=lambda: _NONE)
    cosines: Array = field(default_factory=lambda: _NONE)
    ends: tuple[bool, bool] = (True, True)

    def __call__(self, omega: Array, mu: Array) -> Array:
        """Return t, with the shape that both arguments broadcast to.

        Raises
        ------
        BteError
            Where a user's function fails or leaves [0, 1].
        """
        shape = np.broadcast_shapes(omega.shape, mu.shape)
        return np.broadcast_to(self.evaluate(omega, mu), shape)


def constant(value: float) -> Curve:
    """Return a constant fraction."""
    if not 0.0 <= value <= 1.0:
        raise BteError(f"transmission must lie in [0, 1], not {value!r}")
    return Curve(lambda omega, mu: np.asarray(value), f"{value:g}")


def function(given: Callable[..., ArrayLike]) -> Curve:
    """Return a user's function of the frequency, or of the frequency and the cosine."""
    count = _arguments(given)
    name = getattr(given, "__name__", "function")
    label = "function" if name == "<lambda>" else name

    def evaluate(omega: Array, mu: Array) -> Array:
        shape = np.broadcast_shapes(omega.shape, mu.shape) if count == 2 else omega.shape
        places = [np.broadcast_to(x, shape) for x in ((omega, mu)[:count])]
        try:
            values = np.broadcast_to(reals(given(*places)), shape)
        except FAILURES as error:
            arguments = "(omega [rad/s], cos theta)" if count == 2 else "(omega [rad/s])"
            raise BteError(
                f"transmission is a function that fails on arrays {arguments}: {error}; it must "
                "return a fraction in [0, 1] for each"
            ) from None
        _check_range(values, *places)
        return values

    return Curve(evaluate, label, True, count == 2)


def _arguments(given: Callable[..., ArrayLike]) -> int:
    """Return how many arguments a function takes: one, or two."""
    try:
        parameters = inspect.signature(given).parameters.values()
    except (TypeError, ValueError):
        return 1
    placed = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in placed if p.default is p.empty]
    if any(p.kind is p.KEYWORD_ONLY and p.default is p.empty for p in parameters):
        needed = []
    if len(needed) not in (1, 2):
        raise BteError(
            "transmission is a function that takes other arguments than (omega [rad/s]) or "
            f"(omega [rad/s], cos theta): it needs {len(needed)} by position; write it with one "
            "or two"
        )
    return len(needed)


def _check_range(values: Array, omega: Array, mu: Array | None = None) -> None:
    """Raise where a fraction is not in [0, 1]."""
    wrong = ~((values >= 0.0) & (values <= 1.0))
    if not wrong.any():
        return
    first = int(np.flatnonzero(wrong)[0])
    raise BteError(
        f"transmission must lie in [0, 1], but is {values.flat[first]:g} at "
        f"{_place(omega, mu, first)}"
    )


def _place(omega: Array, mu: Array | None, index: int) -> str:
    angle = "" if mu is None else f" and cos = {mu.flat[index]:.4g}"
    return f"omega = {omega.flat[index]:.6g} rad/s{angle}"


def table(
    frequencies: ArrayLike,
    values: ArrayLike,
    cosines: ArrayLike | None = None,
    subject: str = "transmission",
) -> Curve:
    """Return linear interpolation in a table; beyond its ends the end values continue.

    Parameters
    ----------
    frequencies : (n,) [rad/s]
        Rising.
    values : (n,), or (n, m)
        Fractions in [0, 1].
    cosines : (m,), optional
        Rising cosines of the angle of incidence, in [0, 1].
    subject : str
        Of messages.

    Raises
    ------
    BteError
        Where frequencies or cosines do not rise or are negative, shapes differ, or a fraction is
        not in [0, 1].
    """
    omega, t = _numbers(subject, "frequencies", frequencies), _numbers(subject, "values", values)
    _check_axis(subject, "frequencies", "rad/s", omega, np.inf)
    mu = None if cosines is None else _numbers(subject, "cosines", cosines)
    if mu is not None:
        _check_axis(subject, "cosines", "1", mu, 1.0)
    wanted = (len(omega),) if mu is None else (len(omega), len(mu))
    if t.shape != wanted:
        raise BteError(
            f"{subject} has values of shape {t.shape}; {wanted} are needed, one for each "
            f"frequency{'' if mu is None else ' and cosine'}"
        )
    places = np.meshgrid(omega, mu, indexing="ij") if mu is not None else [omega]
    _check_range(t, *places)
    ends = (bool((t[0] > 0).any()), bool((t[-1] > 0).any()))
    label = f"table of {len(omega)} frequencies"
    if mu is None:
        return Curve(lambda w, _: np.interp(w, omega, t), label, True, False, omega, _NONE, ends)
    return Curve(lambda w, m: _bilinear(omega, mu, t, w, m), label, True, True, omega, mu, ends)


def _numbers(subject: str, what: str, values: ArrayLike) -> Array:
    try:
        return reals(values)
    except FAILURES:
        raise BteError(f"{subject} has {what} that are no array of numbers: {values!r}") from None


def _check_axis(subject: str, what: str, unit: str, axis: Array, most: float) -> None:
    """Raise unless points of an axis are finite, in range and rising."""
    shown = "" if unit == "1" else f" {unit}"
    if axis.ndim != 1 or len(axis) < 2:
        raise BteError(f"{subject} has {what} of shape {axis.shape}; give a list of two or more")
    if not np.isfinite(axis).all():
        first = int(np.flatnonzero(~np.isfinite(axis))[0])
        raise BteError(f"{subject} has {what}[{first}] = {axis[first]}; they must be finite")
    outside = (axis < 0.0) | (axis > most)
    if outside.any():
        bound = ">= 0" if most == np.inf else "in [0, 1]"
        raise BteError(f"{subject} has {what} of {axis[outside][0]:g}{shown}; they must be {bound}")
    steps = np.diff(axis)
    if (steps == 0.0).any():
        twice = axis[int(np.flatnonzero(steps == 0.0)[0])]
        raise BteError(f"{subject} has {twice:.6g}{shown} twice among its {what}; keep one")
    if (steps < 0.0).any():
        first = int(np.flatnonzero(steps < 0.0)[0])
        raise BteError(
            f"{subject} has unsorted {what}: {axis[first + 1]:.6g}{shown} after "
            f"{axis[first]:.6g}{shown}; sort them"
        )


def _bilinear(omega: Array, mu: Array, t: Array, w: Array, m: Array) -> Array:
    """Interpolate a table t (n, m) at frequencies and cosines that broadcast."""
    i, a = _cell(omega, w)
    j, b = _cell(mu, m)
    low = (1.0 - b) * t[i, j] + b * t[i, j + 1]
    high = (1.0 - b) * t[i + 1, j] + b * t[i + 1, j + 1]
    return np.asarray((1.0 - a) * low + a * high)


def _cell(axis: Array, x: Array) -> tuple[NDArray[np.intp], Array]:
    """Return the interval of each x and how far along it lies, in [0, 1]."""
    i = np.clip(np.searchsorted(axis, x, side="right") - 1, 0, len(axis) - 2)
    return i, np.clip((x - axis[i]) / (axis[i + 1] - axis[i]), 0.0, 1.0)
