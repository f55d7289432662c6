"""The one exchange table: phonon modes with their velocities, lifetimes and heat capacities."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from .equilibrium import Array, mode_heat_capacity
from .mode_checks import check_table, summary

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class ModeTable:
    """Phonon modes of a bulk crystal at one temperature; n is their number.

    Attributes
    ----------
    temperature : float
        [K]
    frequency : (n,) [rad/s]
        Angular; NaN where it is not known.
    velocity : (n, 3) [m/s]
        Group velocity. Where `isotropic` is true only its length means something, and it lies
        along x.
    lifetime : (n,) [s]
        tau = 1/rate, all mechanisms together.
    heat_capacity : (n,) [J/m3/K]
        Of each mode, divided by the volume and times its weight: the sum is that of the crystal.
    branch : (n,) int
        Number of the branch, 0 first, by rising frequency unless the source says otherwise.
    weight : (n,)
        How many modes of the mesh each row stands for.
    isotropic : bool
        Whether the directions of the velocities are unknown (irreducible points whose star was not
        expanded, isotropic branches).
    spread : (n, 3, 3) [m2/s2] or None
        Mean of v v over the modes that a row stands for, where `isotropic` is true and it is known.
    wavenumber : (n,) [1/m] or None
        Length of the wave vector in the first Brillouin zone.
    optical : float
        Heat capacity of states without velocity that are not listed [J/m3/K].
    lattice : (3, 3) [m] or None
        Rows are the vectors of the primitive cell.
    given_conductivity, full_conductivity : (3, 3) [W/m/K] or None
        What the file itself says: in the relaxation-time approximation, and beyond it.
    name, source : str
    branch_names : tuple of str
    notes : tuple of str
        What was left out, averaged or assumed.

    Raises
    ------
    MaterialError
        If shapes differ, a value has the wrong sign, or a unit cannot be right.
    """

    temperature: float
    frequency: Array
    velocity: Array
    lifetime: Array
    heat_capacity: Array
    branch: Ints
    weight: Array
    isotropic: bool = False
    spread: Array | None = None
    wavenumber: Array | None = None
    optical: float = 0.0
    lattice: Array | None = None
    given_conductivity: Array | None = None
    full_conductivity: Array | None = None
    name: str = ""
    source: str = ""
    branch_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        check_table(self)

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def speed(self) -> Array:
        """Return |v|, (n,) [m/s]."""
        return np.asarray(np.sqrt(np.einsum("ni,ni->n", self.velocity, self.velocity)))

    @property
    def mean_free_path(self) -> Array:
        """Return |v| tau, (n,) [m]."""
        return np.asarray(self.speed * self.lifetime)

    @property
    def has_frequencies(self) -> bool:
        """Whether the frequencies of all modes are known."""
        return bool(np.isfinite(self.frequency).all())

    def conductivity(self) -> Array:
        """Return the tensor sum C v v tau, (3, 3) [W/m/K]; isotropic modes spread |v| evenly."""
        weight = self.heat_capacity * self.lifetime
        if not self.isotropic:
            return np.asarray((self.velocity * weight[:, None]).T @ self.velocity)
        if self.spread is not None:
            return np.asarray(np.tensordot(weight, self.spread, 1))
        return np.asarray(np.eye(3) * float(weight @ self.speed**2) / 3.0)

    def total_heat_capacity(self) -> float:
        """Return sum C, with the states without velocity [J/m3/K]."""
        return float(np.sum(self.heat_capacity)) + self.optical

    def summary(self) -> str:
        """Return a few lines: modes, heat capacity, conductivity beside the file's own, notes."""
        return summary(self)

    def __repr__(self) -> str:
        return f"ModeTable('{self.name}', {self.temperature:g} K, {len(self)} modes)"

    def __str__(self) -> str:
        return self.summary()


def make_table(
    temperature: float,
    *,
    velocity: npt.ArrayLike,
    lifetime: npt.ArrayLike,
    heat_capacity: npt.ArrayLike,
    frequency: npt.ArrayLike | None = None,
    branch: npt.ArrayLike | None = None,
    weight: npt.ArrayLike | None = None,
    name: str = "",
    source: str = "",
) -> ModeTable:
    """Return a table from arrays; speeds of shape (n,) make an isotropic one."""
    v = np.asarray(velocity, dtype=float)
    isotropic = v.ndim == 1
    if isotropic:
        v = np.stack([v, np.zeros_like(v), np.zeros_like(v)], axis=1)
    n = len(v)
    return ModeTable(
        temperature=float(temperature),
        frequency=np.full(n, np.nan) if frequency is None else np.asarray(frequency, dtype=float),
        velocity=v,
        lifetime=np.asarray(lifetime, dtype=float),
        heat_capacity=np.asarray(heat_capacity, dtype=float),
        branch=np.zeros(n, dtype=np.int64) if branch is None else np.asarray(branch, np.int64),
        weight=np.ones(n) if weight is None else np.asarray(weight, dtype=float),
        isotropic=isotropic,
        name=name,
        source=source,
    )


def sorted_tables(name: str, tables: Sequence[ModeTable] | ModeTable) -> tuple[ModeTable, ...]:
    """Return the tables by rising temperature, all of the same modes.

    Raises
    ------
    MaterialError
        If there is none, two have one temperature, or they list different modes.
    """
    several = (tables,) if isinstance(tables, ModeTable) else tuple(tables)
    if not several or not all(isinstance(t, ModeTable) for t in several):
        raise MaterialError(
            f"material '{name}' has no tables of modes; give at least one ModeTable"
        )
    ordered = tuple(sorted(several, key=lambda table: table.temperature))
    for low, high in itertools.pairwise(ordered):
        if low.temperature == high.temperature:
            raise MaterialError(
                f"material '{name}' has two tables of modes at {low.temperature:g} K; give one for "
                "each temperature"
            )
        same = len(low) == len(high) and np.array_equal(
            low.frequency, high.frequency, equal_nan=True
        )
        if not (same and np.array_equal(low.velocity, high.velocity)):
            raise MaterialError(
                f"material '{name}' has different modes at {low.temperature:g} and "
                f"{high.temperature:g} K; the tables must list the same modes in the same order"
            )
    return ordered


def interpolated(name: str, tables: tuple[ModeTable, ...], temperature: float) -> ModeTable:
    """Return the table at a temperature between those of the given ones.

    C of a mode is its Bose-Einstein heat capacity, in the proportion that the neighbouring tables
    have; without frequencies it is linear in T. ln tau is a polynomial in ln T through up to four
    tables, two on either side.

    Raises
    ------
    MaterialError
        If the temperature lies outside the tables.
    """
    known = np.array([table.temperature for table in tables])
    near = int(np.argmin(np.abs(known - temperature)))
    if abs(known[near] - temperature) <= 1e-9 * temperature:
        return tables[near]
    if not known[0] < temperature < known[-1]:
        shown = f"{known[0]:g} K only" if len(known) == 1 else f"{known[0]:g} to {known[-1]:g} K"
        raise MaterialError(
            f"material '{name}' has modes at {shown}, not at {temperature:g} K; choose a "
            "temperature within the table, or import modes computed there"
        )
    i = int(np.searchsorted(known, temperature)) - 1
    low, high = tables[i], tables[i + 1]
    note = f"interpolated between {known[i]:g} and {known[i + 1]:g} K"
    return replace(
        low,
        temperature=float(temperature),
        lifetime=_lifetime(tables[max(i - 1, 0) : i + 3], temperature),
        heat_capacity=_capacity(low, high, temperature),
        optical=_between(low, high, temperature, low.optical, high.optical),
        given_conductivity=None,
        full_conductivity=None,
        notes=(*low.notes, note),
    )


def _lifetime(tables: tuple[ModeTable, ...], temperature: float) -> Array:
    """Return exp of the Lagrange polynomial of ln tau in ln T through some tables."""
    points = [np.log(table.temperature) for table in tables]
    total = np.zeros(len(tables[0]))
    for table, own in zip(tables, points, strict=True):
        others = np.array([point for point in points if point != own])
        total += np.log(table.lifetime) * np.prod((np.log(temperature) - others) / (own - others))
    return np.asarray(np.exp(total))


def _between(low: ModeTable, high: ModeTable, temperature: float, first: Any, second: Any) -> Any:
    """Return a value linear in T between two tables."""
    part = (temperature - low.temperature) / (high.temperature - low.temperature)
    return first + part * (second - first)


def _capacity(low: ModeTable, high: ModeTable, temperature: float) -> Array:
    """Return the heat capacity of each mode between two tables."""
    linear = _between(low, high, temperature, low.heat_capacity, high.heat_capacity)
    known = np.isfinite(low.frequency) & (low.frequency > 0.0)
    omega = np.where(known, low.frequency, 1.0)
    shares = []
    for table in (low, high):
        one = mode_heat_capacity(omega, table.temperature)
        held = one > 0.0
        shares.append(np.where(held, table.heat_capacity, 0.0) / np.where(held, one, 1.0))
    # Where the colder table underflows, the share is that of the warmer one.
    cold = shares[0] == 0.0
    share = _between(low, high, temperature, np.where(cold, shares[1], shares[0]), shares[1])
    return np.asarray(np.where(known, share * mode_heat_capacity(omega, temperature), linear))
