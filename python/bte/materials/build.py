"""Building the continuous spectrum of a material from what a user or a TOML file gives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import MaterialError, quoted, unknown_name
from .dispersion import Branch, Polynomial, Sine
from .phonons import DispersionModel
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

_DISPERSIONS = ("sine", "quadratic", "cubic", "polynomial", "linear", "debye")
_RATES = ("umklapp_exp", "umklapp", "impurity", "boundary", "constant", "path", "holland")


def build_branch(entry: Branch | Mapping[str, Any]) -> Branch:
    """Return a branch from a table such as ``{name="TA", g=2, dispersion="sine", v0=…, kmax=…}``.

    Keys: ``name``, ``g`` (1), ``kmax`` [1/m], ``dispersion``: ``"sine"`` (``wmax`` [rad/s], or the
    speed of sound ``v0`` [m/s]), ``"quadratic"`` (``v``, ``c``), ``"linear"`` (``v``),
    ``"polynomial"`` (``f_poly``, coefficients of f = omega/2 pi [Hz], highest power first).
    """
    if isinstance(entry, Branch):
        return entry
    if not isinstance(entry, Mapping):
        raise MaterialError(f"a branch is {entry!r}; give a Branch or a table")
    kind = str(entry.get("dispersion", "sine"))
    if kind not in _DISPERSIONS:
        raise MaterialError(unknown_name("dispersion", kind, _DISPERSIONS))
    name = str(_need(entry, "name", "a branch", str))
    where = f"branch '{name}'"
    k_max = _number(entry, "kmax", where)
    degeneracy = _number(entry, "g", where) if "g" in entry else 1.0
    if kind == "sine" and "wmax" in entry:
        return Branch(name, degeneracy, k_max, Sine(_number(entry, "wmax", where), k_max))
    if kind == "sine":
        return Branch.sine(name, _number(entry, "v0", where), k_max, degeneracy)
    if "f_poly" in entry:
        return Branch(name, degeneracy, k_max, Polynomial(_rising(entry["f_poly"], where)))
    speed = _number(entry, "v", where)
    curvature = _number(entry, "c", where, sign=None) if kind == "quadratic" else 0.0
    return Branch.quadratic(name, speed, curvature, k_max, degeneracy)


def _rising(f_poly: Any, where: str) -> tuple[float, ...]:
    """Return the coefficients of omega, lowest power first, from those of f, highest first."""
    try:
        return tuple(2.0 * math.pi * float(c) for c in reversed(f_poly))
    except (TypeError, ValueError):
        raise MaterialError(f"{where} has f_poly = {f_poly!r}; give a list of numbers") from None


def build_rate(entry: Rate | Mapping[str, Any]) -> Rate:
    """Return a rate from a table such as ``{type="umklapp_exp", B=…, theta=…}``.

    Types: ``"umklapp_exp"`` (``B``, ``theta``; optional ``A`` of an impurity term, ``B4`` of a
    four-phonon term B4 omega^2 T^2), ``"impurity"`` (``A``), ``"boundary"`` (``length``),
    ``"constant"`` (``rate``), ``"path"`` (``length``), ``"holland"`` (``A``, ``B_L``, ``B_TN``,
    ``B_TU``, ``w1``).
    """
    if not isinstance(entry, Mapping):
        if callable(entry):
            return entry
        raise MaterialError(f"a rate is {entry!r}; give a table, a callable or a mechanism")
    kind = str(_need(entry, "type", "a rate", str))
    if kind not in _RATES:
        raise MaterialError(unknown_name("rate", kind, _RATES))
    where = f"rate '{kind}'"
    if kind in ("boundary", "path"):
        length = _number(entry, "length", where)
        return Boundary(length) if kind == "boundary" else ConstantPath(length)
    if kind == "constant":
        return ConstantRate(_number(entry, "rate", where))
    if kind == "impurity":
        return Impurity(_number(entry, "A", where))
    return _holland(entry, where) if kind == "holland" else _umklapp(entry, where)


def _umklapp(entry: Mapping[str, Any], where: str) -> Rate:
    theta = _number(entry, "theta", where, sign=0) if "theta" in entry else 0.0
    parts: list[Rate] = [Umklapp(_number(entry, "B", where), theta)]
    if entry.get("A"):
        parts.append(Impurity(_number(entry, "A", where)))
    if entry.get("B4"):
        parts.append(Umklapp(_number(entry, "B4", where), 0.0, 2.0))
    return Matthiessen(tuple(parts))


def _holland(entry: Mapping[str, Any], where: str) -> Rate:
    transverse = HollandTransverse(
        _number(entry, "B_TN", where),
        _number(entry, "B_TU", where),
        onset_omega=_number(entry, "w1", where),
    )
    parts: list[Rate] = [Holland(_number(entry, "B_L", where), transverse)]
    if entry.get("A"):
        parts.append(Impurity(_number(entry, "A", where)))
    return Matthiessen(tuple(parts))


def build_rates(
    branches: Sequence[Branch], rates: Sequence[Any] | Mapping[str, Any]
) -> tuple[Matthiessen, ...]:
    """Return 1/tau of each branch.

    `rates` is a table by branch name; or a list with one entry (a rate or a list of rates) for each
    branch; or a list of another length, whose rates all act on every branch.

    Raises
    ------
    MaterialError
        If a branch has no rate, or a list as long as the branches mixes mechanisms such that it
        could mean either.
    """
    if isinstance(rates, Mapping):
        for name in rates:
            if name not in [b.name for b in branches]:
                raise MaterialError(unknown_name("branch", name, [b.name for b in branches]))
        missing = [b.name for b in branches if b.name not in rates]
        if missing:
            raise MaterialError(f"branch {quoted(missing)} has no rate; add it to rates")
        per_branch = [_listed(rates[b.name]) for b in branches]
    elif len(rates) == len(branches):
        per_branch = [_listed(entry) for entry in rates]
        _require_unambiguous(per_branch)
    else:
        per_branch = [_listed(list(rates))] * len(branches)
    if not all(per_branch):
        raise MaterialError("a branch has no rate; give at least one mechanism for each")
    return tuple(Matthiessen(tuple(parts)) for parts in per_branch)


def _listed(entry: Any) -> list[Rate]:
    """Return an entry as a list of rates."""
    several = isinstance(entry, Sequence) and not isinstance(entry, str)
    return [build_rate(part) for part in (entry if several else [entry])]


def _require_unambiguous(per_branch: list[list[Rate]]) -> None:
    """Raise where a list was probably meant as mechanisms that act on every branch."""
    partial = [all(isinstance(r, Impurity | Boundary) for r in rates) for rates in per_branch]
    if len(per_branch) > 1 and any(partial) and not all(partial):
        raise MaterialError(
            "rates has as many entries as there are branches, so each is the rate of one branch, "
            "and one branch would have only impurity or boundary scattering; "
            "for mechanisms that act on every branch give {name: [rate, …]} by branch name"
        )


def build_dispersion(
    name: str,
    branches: Sequence[Branch | Mapping[str, Any]],
    rates: Sequence[Any] | Mapping[str, Any],
    optical: float,
    total: float | None,
    reference_temperature: float,
) -> DispersionModel:
    """Return the model of `Material.from_dispersion`."""
    if not branches:
        raise MaterialError(f"material '{name}' has no branches; give at least one")
    if not (math.isfinite(reference_temperature) and reference_temperature > 0.0):
        raise MaterialError(
            f"material '{name}' has reference_temperature = {reference_temperature:g}; "
            "it must be > 0"
        )
    try:
        phonons = tuple(build_branch(entry) for entry in branches)
        model = DispersionModel(phonons, build_rates(phonons, rates), 0.0)
        acoustic, _, kappa, _ = np.sum(model.moments(reference_temperature), axis=1)
    except MaterialError as error:
        raise MaterialError(f"material '{name}': {error}") from None
    if not kappa > 0.0:
        raise MaterialError(f"material '{name}' conducts no heat at {reference_temperature:g} K")
    rest = optical if total is None else total - float(acoustic)
    if not (math.isfinite(rest) and rest >= 0.0):
        raise MaterialError(
            f"material '{name}' has branches that hold {acoustic:g} J/m3/K at "
            f"{reference_temperature:g} K, and an optical rest of {rest:g}; it must be >= 0, so "
            "raise the total heat capacity or lower a cut-off"
        )
    return DispersionModel(phonons, model.rates, rest)


def _need(entry: Mapping[str, Any], key: str, where: str, kind: type) -> Any:
    """Return a value that must be there and of a type."""
    if key not in entry:
        raise MaterialError(f"{where} has no key '{key}' (it has: {quoted(entry)}); add it")
    if not isinstance(entry[key], kind):
        raise MaterialError(f"{where} has {key} = {entry[key]!r}; give a {kind.__name__}")
    return entry[key]


def _number(entry: Mapping[str, Any], key: str, where: str, sign: int | None = 1) -> float:
    """Return a finite number: > 0 for sign 1, >= 0 for sign 0, any for None."""
    value = _need(entry, key, where, object)
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating):
        raise MaterialError(f"{where} has {key} = {value!r}; give a number in SI units")
    bad = (sign == 1 and value <= 0.0) or (sign == 0 and value < 0.0)
    if bad or not math.isfinite(value):
        bound = {1: "> 0", 0: ">= 0", None: "any sign"}[sign]
        raise MaterialError(f"{where} has {key} = {value:g}; it must be finite, {bound}")
    return float(value)
