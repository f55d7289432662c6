"""The virtual experiment: an interface measured as molecular dynamics does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bte.errors import BteError, quoted
from bte.measure.evaluate import evaluate
from bte.measure.fit import ERRORS, Line, fit_line, merged
from bte.measure.profile import Profile
from bte.measure.result import InterfaceMeasurement
from bte.measure.source import Sample, of_line, of_solution
from bte.measure.windows import windows, within
from bte.solution import LineCut, Solution
from bte.solution.records import Array
from bte.units import parse

_RUNS = 10  # into how many runs blocks of time are merged, unless the caller says
_FEWEST = 4  # blocks of time from which their scatter gives the errors

Source = Solution | Profile | LineCut | str | Path | tuple[ArrayLike, ArrayLike]


def measure_interface(
    source: Source,
    first: str | None = None,
    second: str | None = None,
    *,
    flux: float | str | None = None,
    flux_error: float | str = 0.0,
    at: float | str | None = None,
    ends: Sequence[float | str] | None = None,
    window: Any = "auto",
    mean_free_path: float | str | Sequence[float | str] | None = None,
    through: ArrayLike | None = None,
    errors: str = "auto",
    blocks: int | None = None,
    confidence: float = 0.95,
    **reading: Any,
) -> InterfaceMeasurement:
    """Measure an interface: fit lines to the profile on both sides, continue them, divide.

    Parameters
    ----------
    source : Solution, Profile, LineCut, (x, T) or path
        A solution, of any model; ``solution.line(...)``; positions [m] and temperatures [K], (n,)
        or block by block (n_block, n); or the text file of LAMMPS' ``fix ave/chunk``.
    first, second : str
        The two sides. Of a solution or a line cut: regions, which may be left out where there is
        one interface. Otherwise what to call them; the first is the side of smaller positions.
    flux : float or str
        Heat flux from the first to the second [W/m2]; of a solution, by default its own.
    flux_error : float or str
        Its standard error [W/m2].
    at : float or str
        Where the interface is [m]; may be left out where one position comes twice.
    ends : (float, float), optional
        Where the two layers end [m], such as at thermostats or at the next interface; by default
        with the profile.
    window : "auto", float, (float, float) or ((x1, x2), (x3, x4))
        What is fitted. ``"auto"``: from five effective mean free paths behind the interface to as
        far before the other end of the layer, and in thin layers, or where no path is known,
        their middle third. A number: the fraction of each layer in its middle. Two numbers:
        fractions of the layer from the interface. Two pairs: positions [m] on either side.
    mean_free_path : float, or one for each side
        Effective path 3κ/ΣCv [m], for ``"auto"``; a solution knows its own.
    through : (dim,), optional
        A point [m]: the profile of a solution along the normal of the interface there. By default
        all nodes behind the interface count, by their volumes, and the interface must be plane.
    errors : {"auto", "residuals", "autocorrelated", "blocks"}
        From the deviations of independent points; from deviations that are correlated along the
        profile; from the scatter among blocks of time. "auto": blocks where there are at least
        4, else residuals.
    blocks : int, optional
        Into how many runs successive blocks are merged, so that these are independent; 10.
    confidence : float
        Of the intervals, by Student's t.
    **reading
        Of a file: ``column``, ``unit``, ``coordinate``, ``skip``, ``temperature_unit``, as in
        `Profile.read_lammps`.

    Raises
    ------
    BteError
        For an unknown region, a flux that is zero, a window of too few points, a profile on one
        side alone, positions that go back, or a malformed file.
    """
    sample = _sample(source, (first, second), at, ends, through, reading)
    _check(confidence, errors)
    heat = _flux(flux, flux_error, sample)
    paths = sample.mean_free_path if mean_free_path is None else _paths(mean_free_path)
    chosen = windows(window, sample.sides, sample.at, paths)
    parts = [p.keep(within(p, w)) for p, w in zip(sample.sides, chosen, strict=True)]
    how = _how(errors, parts)
    lines = _lines(parts, sample.at, how, blocks)
    return evaluate(sample, chosen, lines, heat, how, confidence)


def _sample(
    source: Source,
    names: tuple[str | None, str | None],
    at: float | str | None,
    ends: Sequence[float | str] | None,
    through: ArrayLike | None,
    reading: dict[str, Any],
) -> Sample:
    """Return both sides of the interface of any source."""
    is_file = isinstance(source, str | Path)
    if reading and not is_file:
        raise BteError(f"{quoted(reading)} belong to files; leave them out for this profile")
    if isinstance(source, Solution | LineCut):
        if at is not None:
            raise BteError("at= belongs to arrays and files; a solution knows its interfaces")
        found = _of_regions(source, names, through)
        sides = tuple(side.between(ends) for side in found.sides)
        return Sample(**{**vars(found), "sides": sides})
    if through is not None:
        raise BteError("through= belongs to solutions; a profile is a line already")
    profile = _profile(source, reading).between(ends)
    place = profile.twice() if at is None else parse(at, "length", "at")
    if place is None:
        raise BteError(f"at= is missing: say where the interface is in {profile.name} [m]")
    return Sample(names[0] or "first", names[1] or "second", place, profile.sides(place))


def _of_regions(
    source: Solution | LineCut, names: tuple[str | None, str | None], through: ArrayLike | None
) -> Sample:
    if isinstance(source, Solution):
        return of_solution(source, *names, through)
    if names[0] is None or names[1] is None:
        raise BteError("first= and second= must name the two regions of a line cut")
    return of_line(source, names[0], names[1])


def _profile(source: Any, reading: dict[str, Any]) -> Profile:
    if isinstance(source, Profile):
        return source
    if isinstance(source, str | Path):
        return Profile.read_lammps(source, **reading)
    try:
        position, temperature = source
    except (TypeError, ValueError):
        raise BteError(
            f"measure_interface takes a solution, a profile, a file or (positions, temperatures), "
            f"not a {type(source).__name__}"
        ) from None
    return Profile.of(position, temperature)


def _check(confidence: float, errors: str) -> None:
    if not 0.0 < confidence < 1.0:
        raise BteError(f"confidence must lie between 0 and 1, found {confidence!r}; use 0.95")
    if errors not in ("auto", *ERRORS):
        raise BteError(f"errors '{errors}' is not known; use one of {quoted(('auto', *ERRORS))}")


def _flux(flux: float | str | None, error: float | str, sample: Sample) -> tuple[float, float]:
    """Return the flux and its standard error [W/m2]."""
    if flux is None and sample.flux is None:
        raise BteError("flux= is missing: give the heat flux from the first to the second [W/m2]")
    value = float(sample.flux or 0.0) if flux is None else parse(flux, "flux", "flux")
    if value == 0.0 or not math.isfinite(value):
        raise BteError(
            f"flux is {value:g} W/m2, so the jump has no conductance; give the heat that flows"
        )
    spread = parse(error, "flux", "flux_error")
    if spread < 0.0:
        raise BteError(f"flux_error must not be negative, found {spread:g} W/m2")
    return value, spread


def _paths(given: float | str | Sequence[float | str]) -> tuple[float, float]:
    both = (given, given) if isinstance(given, float | int | str) else tuple(given)
    if len(both) != 2:
        raise BteError(f"mean_free_path needs one number or one for each side, found {len(both)}")
    first, second = (parse(path, "length", "mean_free_path") for path in both)
    if min(first, second) < 0.0:
        raise BteError(f"mean_free_path must not be negative, found {given!r}")
    return first, second


def _how(errors: str, parts: Sequence[Profile]) -> str:
    """Return how errors are found."""
    count = len(parts[0].blocks)
    if errors == "auto":
        return "blocks" if count >= _FEWEST else "residuals"
    if errors == "blocks" and count < 2:
        raise BteError(
            f"errors='blocks' needs at least 2 blocks of time, the profile has {count}; use "
            "'autocorrelated'"
        )
    return errors


def _lines(parts: Sequence[Profile], at: float, how: str, runs: int | None) -> list[Line]:
    count = len(parts[0].blocks)
    runs = min(_RUNS, count) if runs is None else runs
    if how == "blocks" and not 2 <= runs <= count:
        raise BteError(f"blocks must lie between 2 and {count}, found {runs}")
    lines = []
    for part in parts:
        each = np.empty((0, len(part.position)))
        if how == "blocks":
            each = merged(part.blocks, runs, part.block_weight)
            _check_filled(each, part)
        distance = part.position - at
        lines.append(fit_line(distance, part.temperature, part.weight, each, how))
    return lines


def _check_filled(each: Array, part: Profile) -> None:
    if np.isnan(each).any():
        empty = float(part.position[np.isnan(each).any(axis=0)][0])
        raise BteError(
            f"the chunk at {empty:.6g} m is empty through a whole run of blocks; use fewer with "
            "blocks=, or errors='residuals'"
        )
