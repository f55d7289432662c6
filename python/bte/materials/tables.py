"""Branches and rates from tables: those of a TOML file, or dicts of the same keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ..errors import BteError, MaterialError, quoted, unknown_name
from ..units import parse
from .dispersion import Branch, Polynomial, Sine
from .scattering import (
    Boundary,
    ConstantPath,
    ConstantRate,
    Holland,
    HollandTransverse,
    Impurity,
    Matthiessen,
    Rate,
    Umklapp,
)


class Key(NamedTuple):
    """A number in a table: its dimension ("" for one that takes no unit), sign, and whether needed.

    ``sign`` is 1 for > 0, 0 for >= 0, None for any.
    """

    dimension: str = ""
    sign: int | None = 1
    needed: bool = True


_SOUND = {"v": Key("speed")}
# What describes omega(k), apart from f_poly, in each kind of dispersion.
_DISPERSIONS: dict[str, dict[str, Key]] = {
    "sine": {"v0": Key("speed", needed=False), "wmax": Key("angular frequency", needed=False)},
    "quadratic": {**_SOUND, "c": Key(sign=None)},
    "linear": _SOUND,
    "debye": _SOUND,
    "cubic": {},
    "polynomial": {},
}
_BRANCH = {"kmax": Key("wave number"), "g": Key(needed=False)}

_UMKLAPP = {
    "B": Key(),
    "theta": Key("temperature", 0),
    "A": Key(sign=0, needed=False),
    "B4": Key(sign=0, needed=False),
    "length": Key("length", needed=False),
}
_RATES = {
    "umklapp_exp": _UMKLAPP,
    "umklapp": _UMKLAPP,
    "impurity": {"A": Key()},
    "boundary": {"length": Key("length")},
    "constant": {"rate": Key("rate")},
    "path": {"length": Key("length")},
    "holland": {
        "B_L": Key(),
        "B_TN": Key(),
        "B_TU": Key("time"),
        "w1": Key("angular frequency"),
        "A": Key(sign=0, needed=False),
    },
}


def build_branch(entry: Branch | Mapping[str, Any]) -> Branch:
    """Return a branch from a table such as ``{name="TA", g=2, dispersion="sine", v0=…, kmax=…}``.

    Keys: ``name``, ``g`` (1), ``kmax`` [1/m], ``dispersion``: ``"sine"`` (``wmax`` [rad/s], or the
    speed of sound ``v0`` [m/s]), ``"quadratic"`` (``v`` [m/s], ``c`` [m2/s]), ``"linear"`` or
    ``"debye"`` (``v``), ``"polynomial"`` or ``"cubic"`` (``f_poly``, coefficients of
    f = omega/2 pi [Hz], highest power first). Numbers with a dimension may be texts with a unit.

    Raises
    ------
    MaterialError
        If a key is unknown, missing or out of range.
    """
    if isinstance(entry, Branch):
        return entry
    if not isinstance(entry, Mapping):
        raise MaterialError(f"a branch is {entry!r}; give a Branch or a table")
    name = _text(entry, "name", "a branch")
    where = f"branch '{name}'"
    kind = _text(entry, "dispersion", where) if "dispersion" in entry else "sine"
    if kind not in _DISPERSIONS:
        raise MaterialError(unknown_name("dispersion", kind, _DISPERSIONS))
    shape = _DISPERSIONS[kind]
    polynomial = not shape or ("f_poly" in entry and kind != "sine")
    keys = {**_BRANCH, **({} if polynomial else shape)}
    words = ("name", "dispersion", *(("f_poly",) if polynomial else ()))
    given = _read(entry, keys, words, f"{where} (dispersion '{kind}')")
    k_max, degeneracy = given["kmax"], given.get("g", 1.0)
    if polynomial:
        return Branch(name, degeneracy, k_max, Polynomial(_rising(entry, where)))
    if kind == "sine":
        return Branch(name, degeneracy, k_max, _sine(entry, given, where))
    return Branch.quadratic(name, given["v"], given.get("c", 0.0), k_max, degeneracy)


def _sine(entry: Mapping[str, Any], given: Mapping[str, float], where: str) -> Sine:
    """Return the law of a sine branch, from its top frequency or its speed of sound."""
    if "wmax" in given and "v0" in given:
        raise MaterialError(f"{where} has both 'wmax' and 'v0', which say the same; give one")
    if "wmax" not in given:
        _need(entry, "v0", f"{where} without 'wmax'")
    k_max = given["kmax"]
    return Sine(given.get("wmax", 2.0 * k_max * given.get("v0", 0.0) / np.pi), k_max)


def _rising(entry: Mapping[str, Any], where: str) -> tuple[float, ...]:
    """Return the coefficients of omega, lowest power first, from those of f, highest first."""
    f_poly = _need(entry, "f_poly", where)
    try:
        return tuple(2.0 * math.pi * float(c) for c in reversed(f_poly))
    except (TypeError, ValueError):
        raise MaterialError(f"{where} has f_poly = {f_poly!r}; give a list of numbers") from None


def build_rate(entry: Rate | Mapping[str, Any]) -> Rate:
    """Return a rate from a table such as ``{type="umklapp_exp", B=…, theta=…}``.

    Types: ``"umklapp_exp"`` (``B``, ``theta``; optional ``A`` of an impurity term, ``B4`` of a
    four-phonon term B4 omega^2 T^2, ``length`` of a boundary term), ``"impurity"`` (``A``),
    ``"boundary"`` (``length``), ``"constant"`` (``rate``), ``"path"`` (``length``), ``"holland"``
    (``A``, ``B_L``, ``B_TN``, ``B_TU``, ``w1``).

    Raises
    ------
    MaterialError
        If the type or a key is unknown, or a key is missing or out of range.
    """
    if not isinstance(entry, Mapping):
        if callable(entry):
            return entry
        raise MaterialError(f"a rate is {entry!r}; give a table, a callable or a mechanism")
    kind = _text(entry, "type", "a rate")
    if kind not in _RATES:
        raise MaterialError(unknown_name("rate", kind, _RATES))
    given = _read(entry, _RATES[kind], ("type",), f"rate '{kind}'")
    return _MECHANISMS[kind](given)


def _umklapp(given: Mapping[str, float]) -> Rate:
    parts: list[Rate] = [Umklapp(given["B"], given["theta"])]
    if given.get("A"):
        parts.append(Impurity(given["A"]))
    if given.get("B4"):
        parts.append(Umklapp(given["B4"], 0.0, 2.0))
    if "length" in given:
        parts.append(Boundary(given["length"]))
    return Matthiessen(tuple(parts))


def _holland(given: Mapping[str, float]) -> Rate:
    transverse = HollandTransverse(given["B_TN"], given["B_TU"], onset_omega=given["w1"])
    parts: list[Rate] = [Holland(given["B_L"], transverse)]
    if given.get("A"):
        parts.append(Impurity(given["A"]))
    return Matthiessen(tuple(parts))


_MECHANISMS: dict[str, Callable[[Mapping[str, float]], Rate]] = {
    "umklapp_exp": _umklapp,
    "umklapp": _umklapp,
    "impurity": lambda given: Impurity(given["A"]),
    "boundary": lambda given: Boundary(given["length"]),
    "constant": lambda given: ConstantRate(given["rate"]),
    "path": lambda given: ConstantPath(given["length"]),
    "holland": _holland,
}


def _read(
    entry: Mapping[str, Any], keys: Mapping[str, Key], words: tuple[str, ...], where: str
) -> dict[str, float]:
    """Return the numbers of a table in SI units; `words` are keys that are read elsewhere."""
    known = (*words, *keys)
    for name in entry:
        if name not in known:
            raise MaterialError(unknown_name("key", str(name), known, where))
    return {
        name: _number(_need(entry, name, where), key, f"{where} has {name}")
        for name, key in keys.items()
        if key.needed or name in entry
    }


def _need(entry: Mapping[str, Any], key: str, where: str) -> Any:
    """Return a value that must be there."""
    if key not in entry:
        raise MaterialError(f"{where} has no key '{key}' (it has: {quoted(entry)}); add it")
    return entry[key]


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    """Return a text that must be there."""
    value = _need(entry, key, where)
    if not isinstance(value, str):
        raise MaterialError(f"{where} has {key} = {value!r}; give a text")
    return value


def _number(value: Any, key: Key, what: str) -> float:
    """Return a finite number of the sign and dimension that its key asks for."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str) and key.dimension:
        try:
            value = parse(value, key.dimension, f"{what} =")
        except BteError as error:
            raise MaterialError(str(error)) from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        unit = " or a text with a unit" if key.dimension else ""
        raise MaterialError(f"{what} = {value!r}; give a number in SI units{unit}")
    bad = (key.sign == 1 and value <= 0.0) or (key.sign == 0 and value < 0.0)
    if bad or not math.isfinite(value):
        bound = {1: "> 0", 0: ">= 0", None: "any sign"}[key.sign]
        raise MaterialError(f"{what} = {value:g}; it must be finite, {bound}")
    return float(value)
