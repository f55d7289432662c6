"""From what a file holds to tables of modes: dropped modes, checks against the file itself."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ...errors import BteWarning, MaterialError
from ..equilibrium import Array
from ..mode_checks import deviation
from ..modes import Ints, ModeTable

Bools = npt.NDArray[np.bool_]

_FOREIGN = 0.01  # a conductivity further off means that the file was not understood


@dataclass(frozen=True, eq=False)
class RawModes:
    """Modes at several temperatures as read, n modes and nt temperatures.

    Attributes
    ----------
    temperature : (nt,) [K]
    frequency : (n,) [rad/s]
    velocity : (n, 3) [m/s]
    rate : (nt, n) [1/s]
        1/tau of all mechanisms; values that are not finite and > 0 are invalid.
    heat_capacity : (nt, n) [J/m3/K]
    branch, weight : (n,)
    resting : (n,) bool
        Acoustic modes at Gamma, which are translations and are dropped.
    conductivity, full_conductivity : (nt, 3, 3) [W/m/K] or None
        Of the file itself.
    total : (nt,) [J/m3/K] or None
        Heat capacity of the file itself.
    optical : (nt,) [J/m3/K] or None
        Heat capacity of states without velocity that are not listed.
    digits, total_digits : float
        Relative precision that the file's own conductivity and heat capacity allow.
    """

    temperature: Array
    frequency: Array
    velocity: Array
    rate: Array
    heat_capacity: Array
    branch: Ints
    weight: Array
    resting: Bools
    isotropic: bool = False
    spread: Array | None = None
    wavenumber: Array | None = None
    lattice: Array | None = None
    conductivity: Array | None = None
    full_conductivity: Array | None = None
    total: Array | None = None
    optical: Array | None = None
    digits: float = 1e-6
    total_digits: float = 1e-6
    name: str = ""
    source: str = ""
    branch_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def at(self, rows: Ints | Bools) -> RawModes:
        """Return the modes of some rows."""
        return replace(
            self,
            frequency=self.frequency[rows],
            velocity=self.velocity[rows],
            rate=self.rate[:, rows],
            heat_capacity=self.heat_capacity[:, rows],
            branch=self.branch[rows],
            weight=self.weight[rows],
            resting=self.resting[rows],
            spread=None if self.spread is None else self.spread[rows],
            wavenumber=None if self.wavenumber is None else self.wavenumber[rows],
        )


def finished(raw: RawModes, drop_invalid: bool) -> tuple[ModeTable, ...]:
    """Return one table for each temperature, checked against what the file says.

    Raises
    ------
    MaterialError
        If a mode away from Gamma has no valid lifetime or frequency and `drop_invalid` is false;
        if the conductivity of the table is far from that of the file.

    Warns
    -----
    BteWarning
        If conductivity or heat capacity differ from those of the file by more than its digits.
    """
    kept = _valid(raw, drop_invalid)
    tables = tuple(_table(kept, i) for i in range(len(kept.temperature)))
    dropped = len(kept.branch) + int(raw.resting.sum()) < len(raw.branch)
    _compare(tables, kept, dropped)
    return tables


def _table(raw: RawModes, i: int) -> ModeTable:
    """Return the table of temperature i; what does not depend on it is shared."""
    return ModeTable(
        temperature=float(raw.temperature[i]),
        frequency=raw.frequency,
        velocity=raw.velocity,
        lifetime=1.0 / raw.rate[i],
        heat_capacity=raw.heat_capacity[i],
        branch=raw.branch,
        weight=raw.weight,
        isotropic=raw.isotropic,
        spread=raw.spread,
        wavenumber=raw.wavenumber,
        optical=0.0 if raw.optical is None else float(raw.optical[i]),
        lattice=raw.lattice,
        given_conductivity=None if raw.conductivity is None else raw.conductivity[i],
        full_conductivity=None if raw.full_conductivity is None else raw.full_conductivity[i],
        name=raw.name,
        source=raw.source,
        branch_names=raw.branch_names,
        notes=raw.notes,
    )


def _valid(raw: RawModes, drop_invalid: bool) -> RawModes:
    """Return the modes without those at rest and, with the user's consent, the invalid ones."""
    known = np.isfinite(raw.rate) & (raw.rate > 0.0)
    wrong = (~known).any(axis=0) | (raw.frequency < 0.0)
    wrong |= ~np.isfinite(raw.velocity).all(axis=1)
    bad = wrong & ~raw.resting
    notes = list(raw.notes)
    if raw.resting.any():
        notes.append(f"{int(raw.resting.sum())} acoustic modes at Gamma dropped")
    if bad.any():
        text = _told(raw, bad)
        if not drop_invalid:
            raise MaterialError(
                f"{raw.source or 'table of modes'} has {text}; correct them, or drop these modes "
                "with drop_invalid=True"
            )
        notes.append(f"{text}: dropped")
    return replace(raw.at(~(raw.resting | bad)), notes=tuple(notes))


def _told(raw: RawModes, bad: Bools) -> str:
    """Return how many modes are invalid, why, and how much heat they hold."""
    rate = raw.rate[:, bad]
    kinds = {
        "negative": (rate < 0.0).any(axis=0),
        "zero": (rate == 0.0).any(axis=0),
        "not finite": (~np.isfinite(rate)).any(axis=0),
    }
    listed = ", ".join(f"{int(found.sum())} {kind}" for kind, found in kinds.items() if found.any())
    imaginary = int((raw.frequency[bad] < 0.0).sum())
    reasons = [f"scattering rates that are invalid ({listed})"] if listed else []
    reasons += [f"{imaginary} imaginary frequencies"] if imaginary else []
    held = np.nan_to_num(raw.heat_capacity)
    part = float(np.max(held[:, bad].sum(axis=1) / np.maximum(held.sum(axis=1), 1e-300)))
    reasons = reasons or ["velocities that are not finite"]
    return (
        f"{int(bad.sum())} of {len(bad)} modes beyond Gamma with {' and '.join(reasons)}, which "
        f"hold {100.0 * part:.3g} % of the heat capacity"
    )


def _compare(tables: tuple[ModeTable, ...], raw: RawModes, dropped: bool) -> None:
    """Warn, or raise, where the tables do not give what the file says."""
    checks = []
    if raw.conductivity is not None:
        off = [_deviation(table) for table in tables]
        checks.append(("conductivity", off, raw.digits))
    if raw.total is not None:
        found = np.array([table.total_heat_capacity() for table in tables])
        checks.append(("heat capacity", np.abs(found / raw.total - 1.0).tolist(), raw.total_digits))
    for what, off, digits in checks:
        worst = int(np.argmax(off))
        text = (
            f"{raw.source}: the {what} of its modes at {tables[worst].temperature:g} K differs "
            f"from the {what} in the file by {off[worst]:.2g} of it (at most {digits:g} is expected"
            f"{'; modes were dropped' if dropped else ''})"
        )
        if not off[worst] <= _FOREIGN and not dropped:
            raise MaterialError(
                f"{text}; its units or layout are not those that this importer reads"
            )
        if off[worst] > digits:
            warnings.warn(text, BteWarning, stacklevel=4)


def _deviation(table: ModeTable) -> float:
    """Return how far the conductivity of a table is from the file's; of averages, the traces."""
    found, given = table.conductivity(), table.given_conductivity
    assert given is not None
    if table.isotropic and table.spread is None:
        return abs(float(np.trace(found) / np.trace(given)) - 1.0)
    return deviation(found, given)
