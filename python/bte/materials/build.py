"""Building the continuous spectrum of a material from what a user or a TOML file gives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import MaterialError, quoted, unknown_name
from .dispersion import Branch
from .phonons import DispersionModel
from .resting import Resting, require_frequency
from .scattering import Boundary, Impurity, Matthiessen, Rate
from .tables import build_branch, build_rate

Rates = Rate | Sequence[Any] | Mapping[str, Any]


def build_rates(branches: Sequence[Branch], rates: Rates) -> tuple[Matthiessen, ...]:
    """Return 1/tau of each branch.

    `rates` is one rate for every branch; or a table by branch name; or a list with one entry (a
    rate or a list of rates) for each branch; or a list of another length, whose rates all act on
    every branch.

    Raises
    ------
    MaterialError
        If a branch has no rate, or a list as long as the branches mixes mechanisms such that it
        could mean either.
    """
    if callable(rates) or (isinstance(rates, Mapping) and "type" in rates):
        rates = {branch.name: rates for branch in branches}
    if isinstance(rates, str) or not isinstance(rates, Sequence | Mapping):
        raise MaterialError(
            f"rates is {rates!r}; give a rate, a list of rates, or a table by branch name"
        )
    if isinstance(rates, Mapping):
        per_branch = _by_name(branches, rates)
    elif len(rates) == len(branches):
        per_branch = [_listed(entry) for entry in rates]
        _require_unambiguous(per_branch)
    else:
        per_branch = [_listed(list(rates))] * len(branches)
    if not all(per_branch):
        raise MaterialError("a branch has no rate; give at least one mechanism for each")
    return tuple(Matthiessen(tuple(parts)) for parts in per_branch)


def _by_name(branches: Sequence[Branch], rates: Mapping[str, Any]) -> list[list[Rate]]:
    """Return the rates of each branch from a table by branch name."""
    names = [branch.name for branch in branches]
    for name in rates:
        if name not in names:
            raise MaterialError(unknown_name("branch", name, names))
    missing = [name for name in names if name not in rates]
    if missing:
        raise MaterialError(f"branch {quoted(missing)} has no rate; add it to rates")
    return [_listed(rates[name]) for name in names]


def _listed(entry: Any) -> list[Rate]:
    """Return an entry as a list of rates."""
    several = isinstance(entry, Sequence) and not isinstance(entry, str)
    return [build_rate(part) for part in (entry if several else [entry])]


def _require_numbers(name: str, optical: object, total: object, temperature: object) -> None:
    """Raise unless the heat capacities are numbers, and the temperature one > 0."""
    given = {"optical_heat_capacity": optical, "total_heat_capacity": total or 0.0}
    for what, value in {**given, "reference_temperature": temperature}.items():
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise MaterialError(f"material '{name}' has {what} = {value!r}; give a number in SI")
    if not (math.isfinite(temperature) and temperature > 0.0):  # type: ignore[arg-type, operator]
        raise MaterialError(
            f"material '{name}' has reference_temperature = {temperature:g}; it must be > 0"
        )


def _require_distinct(branches: Sequence[Branch]) -> None:
    """Raise where two branches have one name."""
    names = [branch.name for branch in branches]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise MaterialError(
            f"branch {quoted(twice)} is there more than once; give each branch its own name, such "
            "as 'TA1' and 'TA2', or one branch with g = 2"
        )


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
    rates: Rates,
    optical: float,
    total: float | None,
    reference_temperature: float,
    optical_frequency: float | None = None,
) -> DispersionModel:
    """Return the model of `Material.from_dispersion`."""
    if isinstance(branches, str | Mapping) or not isinstance(branches, Sequence):
        raise MaterialError(f"material '{name}' has branches = {branches!r}; give a list of them")
    if not branches:
        raise MaterialError(f"material '{name}' has no branches; give at least one")
    _require_numbers(name, optical, total, reference_temperature)
    require_frequency(name, optical_frequency)
    try:
        phonons = tuple(build_branch(entry) for entry in branches)
        _require_distinct(phonons)
        model = DispersionModel(phonons, build_rates(phonons, rates))
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
    resting = Resting(rest, reference_temperature, optical_frequency)
    return DispersionModel(phonons, model.rates, (resting,))
