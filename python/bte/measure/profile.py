"""Temperature profiles across an interface, wherever they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.errors import BteError
from bte.measure.chunks import read_chunks
from bte.solution.records import Array
from bte.units import parse

_SAME = 1e-9  # of the profile's length: positions closer than this are one


@dataclass(frozen=True, eq=False)
class Profile:
    """A temperature profile along one coordinate.

    Attributes
    ----------
    position : (n,)
        Positions, not decreasing [m]; one may come twice, where an interface has two values.
    temperature : (n,)
        Temperature [K], mean over the blocks where there are some.
    weight : (n,)
        Statistical weight of each point: atoms of a chunk, volume of a node.
    blocks : (n_block, n)
        Temperature of successive blocks of time [K], NaN where a block has none; may be empty.
    block_weight : (n_block, n)
        Their weights.
    name : str
        Where it comes from, for texts.
    """

    position: Array
    temperature: Array
    weight: Array
    blocks: Array = field(default_factory=lambda: np.empty((0, 0)))
    block_weight: Array = field(default_factory=lambda: np.empty((0, 0)))
    name: str = "profile"

    @classmethod
    def of(cls, position: ArrayLike, temperature: ArrayLike, name: str = "profile") -> Profile:
        """Return a profile of arrays.

        Parameters
        ----------
        position : (n,) [m]
            Positions, increasing; one may come twice, at the interface.
        temperature : (n,) or (n_block, n) [K]
            Temperatures, or those of successive blocks of time.
        name : str
            What to call it.

        Raises
        ------
        BteError
            When shapes differ, values are not finite, or positions go back.
        """
        x, values = _numbers("position", position), _numbers("temperature", temperature)
        if x.ndim != 1 or values.shape[-1:] != x.shape or values.ndim not in (1, 2):
            raise BteError(
                f"a profile needs positions (n,) and temperatures (n,) or (n_block, n), found "
                f"{x.shape} and {values.shape}"
            )
        _check_order(x)
        if values.ndim == 1:
            return cls(x, values, np.ones(len(x)), name=name)
        ones = np.ones(values.shape)
        return cls(x, values.mean(axis=0), ones.sum(axis=0), values, ones, name)

    @classmethod
    def read_lammps(
        cls,
        path: str | Path,
        column: str | None = None,
        unit: str | float = "angstrom",
        coordinate: str = "Coord1",
        skip: int = 0,
        temperature_unit: float = 1.0,
    ) -> Profile:
        """Read the text that LAMMPS' ``fix ave/chunk`` writes.

        Parameters
        ----------
        path : path
            The file.
        column : str, optional
            Name of the column with the temperature, such as ``"temp"`` or ``"v_T"``; may be left
            out where there is one column beside coordinates and counts.
        unit : str or float
            Length of one unit of the coordinate: ``"angstrom"``, ``"nm"``, …, or metres, such as
            sigma of reduced units, or the length of the box where coordinates are fractions.
        coordinate : str
            Name of the column with the coordinate.
        skip : int
            How many blocks at the beginning are left out; ``-1`` keeps the last one alone, which
            is right for ``ave running``.
        temperature_unit : float
            Temperature of one unit of the column [K], such as epsilon/k_B of reduced units.

        Raises
        ------
        BteError
            When the file is missing or malformed (the line is named), or has no such column.
        """
        x, values, counts = read_chunks(path, column, coordinate, skip)
        length = _length_of(unit)
        scale = parse(temperature_unit, "temperature", "temperature_unit")
        seen = counts.sum(axis=0) > 0.0
        x, values, counts = x[seen] * length, values[:, seen] * scale, counts[:, seen]
        _check_order(x)
        values = np.where(counts > 0.0, values, np.nan)
        weight = counts.sum(axis=0)
        mean = np.nansum(counts * np.nan_to_num(values), axis=0) / weight
        return cls(x, mean, weight, values, counts, Path(path).name)

    def between(self, ends: Sequence[float | str] | None) -> Profile:
        """Return the part between two positions [m]; all of it for None."""
        if ends is None:
            return self
        low, high = (parse(end, "length", "end of the profile") for end in ends)
        if not low < high:
            raise BteError(f"ends of the profile must increase, found {low:g} and {high:g} m")
        return self.keep((self.position >= low) & (self.position <= high))

    def keep(self, chosen: NDArray[Any]) -> Profile:
        """Return the points chosen, by a mask or in an order (n,)."""
        part: dict[str, Any] = {
            name: getattr(self, name)[..., chosen]
            for name in ("position", "temperature", "weight", "blocks", "block_weight")
            if getattr(self, name).shape[-1] == len(chosen)
        }
        return replace(self, **part)

    def twice(self) -> float | None:
        """Return the one position that comes twice [m]; None where there is none or several."""
        step = np.diff(self.position)
        same = np.flatnonzero(step <= _SAME * float(np.ptp(self.position)))
        return float(self.position[same[0]]) if len(same) == 1 else None

    def sides(self, at: float) -> tuple[Profile, Profile]:
        """Return the parts before and behind an interface at ``at`` [m].

        Of two values there the first is of the part before; one alone belongs to neither.

        Raises
        ------
        BteError
            When one side has no points.
        """
        reach = _SAME * float(np.ptp(self.position))
        there = np.flatnonzero(np.abs(self.position - at) <= reach)
        before, behind = self.position < at - reach, self.position > at + reach
        if len(there) == 2:
            before[there[0]] = behind[there[1]] = True
        for part, side in ((before, "before"), (behind, "behind")):
            if not part.any():
                raise BteError(
                    f"{self.name} has no points {side} the interface at {at:.6g} m: it goes from "
                    f"{self.position[0]:.6g} to {self.position[-1]:.6g} m; give at= inside it, in "
                    "metres or with a unit"
                )
        return self.keep(before), self.keep(behind)


def _numbers(name: str, values: ArrayLike) -> Array:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise BteError(f"{name} of a profile must be numbers, found {values!r}") from None
    if not np.isfinite(array).all():
        raise BteError(
            f"{name} of a profile must be finite, found NaN or infinity; leave these out"
        )
    return array


def _check_order(position: Array) -> None:
    back = np.flatnonzero(np.diff(position) < 0.0)
    if len(back):
        i = int(back[0])
        raise BteError(
            f"positions of a profile must not decrease, found {position[i + 1]:.6g} m after "
            f"{position[i]:.6g} m (point {i + 1}); sort them"
        )


def _length_of(unit: str | float) -> float:
    if unit == "angstrom":
        return 1e-10
    text = f"1 {unit}" if isinstance(unit, str) and unit[:1].isalpha() else unit
    length = parse(text, "length", "unit of the coordinate")
    if not length > 0.0:
        raise BteError(f"unit of the coordinate must be positive, found {unit!r}")
    return length
