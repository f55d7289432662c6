"""Tables of interfaces: flux, jumps, resistances and what the transmission tables say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bte.post.tables import Table, quantity
from bte.solution.contact import KINDS
from bte.solution.text import short_title

if TYPE_CHECKING:
    from bte.solution import InterfaceResult, Solution

    Labelled = Mapping[str, Solution]  # solutions by label, the reference first

_NAN = float("nan")


def contacts(solutions: Labelled) -> Table | None:
    """Return flux, jump and conductance at each interface by model; None without interfaces."""
    rows = [
        (
            contact.title,
            short_title(label),
            quantity(contact.heat_flux, "W/m2"),
            *(quantity(contact.temperature_jump(kind), "K") for kind in KINDS),
            _conductance(solutions[label], contact),
        )
        for label, contact in _found(solutions)
    ]
    header = ("interface", "model", "mean flux", "jump", "emitted", "extrapolated", "conductance")
    title = "Interfaces (flux and jump from the first to the second)"
    return Table(title, header, tuple(rows), keys=2) if rows else None


def resistances(solutions: Labelled) -> Table | None:
    """Return the resistance by each temperature, and the conductances of the transmission table.

    Resistances are signed; a conductance is infinite where there is nothing but scattering.
    """
    rows = [
        (
            contact.title,
            short_title(label),
            contact.kind,
            *(_resistance(solutions[label], contact, kind) for kind in KINDS),
            *map(_of_table, (contact.emitted_conductance, contact.local_conductance)),
        )
        for label, contact in _found(solutions)
    ]
    header = ("interface", "model", "transmission", *KINDS, "table, emitted", "table, local")
    title = "Resistance of interfaces by whose temperature (m2K/GW), conductance of their tables"
    return Table(title, header, tuple(rows), keys=2) if rows else None


def _found(solutions: Labelled) -> Iterator[tuple[str, InterfaceResult]]:
    """Yield the contacts of the first solution by each that has them, with its label."""
    for a, b in next(iter(solutions.values())).interfaces:
        for label, solution in solutions.items():
            if (a, b) in solution.interfaces or (b, a) in solution.interfaces:
                yield label, solution.interface(a, b)


def _conductance(solution: Solution, result: InterfaceResult) -> str:
    """Return the conductance, a dash where the means of flux and jump do not give one.

    A perfect contact has none, only a mesh error in its jump.
    """
    if solution.model == "fourier":
        return "perfect"
    return quantity(result.conductance if result.conducts else _NAN, "W/m2K")


def _resistance(solution: Solution, result: InterfaceResult, kind: str) -> str:
    if solution.model == "fourier":
        return "0"
    value = result.resistance(kind)
    return f"{value * 1e9:.4g}" if math.isfinite(value) else "–"


def _of_table(conductance: float) -> str:
    return "perfect" if math.isinf(conductance) else quantity(conductance, "W/m2K")
