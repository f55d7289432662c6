"""Transmissions from files: CSV or HDF5, such as Green's-function or molecular-dynamics work gives.

A CSV file has one line of names, then numbers; lines that begin with # and empty lines are skipped,
a # before the names is allowed, columns are separated by comma, semicolon or tab:

    frequency [THz], transmission
    0.5, 0.83
    1.0, 0.79

Columns: ``frequency`` with its unit ([rad/s], [Trad/s], [THz]: a frequency in Hz is multiplied by
2 pi) and ``transmission``; optionally ``cos``, or ``angle`` with its unit [deg] or [rad], of
incidence; and ``branch``, a name of the side from which the phonons come. Rows of a branch are
sorted by frequency, then by angle, and every frequency has the same angles.

An HDF5 file has datasets of these names, the unit as an attribute ``units``: columns as above, or
``transmission`` as a grid (n_frequency,), (n_frequency, n_angle), (n_branch, n_frequency) or
(n_branch, n_frequency, n_angle), with the others as its axes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bte.conditions.curves import Curve, table
from bte.conditions.values import Array
from bte.errors import BteError, quoted, unknown_name
from bte.units import parse

_NAMES = ("frequency", "cos", "angle", "branch", "transmission")
_TEXT, _BINARY = (".csv", ".txt", ".dat", ".tsv"), (".h5", ".hdf5")
_ANGLES = {"deg": np.pi / 180.0, "rad": 1.0}
_HEADER = re.compile(r"\s*(?P<name>\w*)\s*(?:[\[(]\s*(?P<unit>[^\])]*?)\s*[\])])?\s*")


@dataclass(frozen=True)
class _Column:
    """A column of a file, or a dataset: its values and unit."""

    values: Any
    unit: str = ""


def read_curves(path: Path) -> dict[str, Curve]:
    """Return the curves of a table by branch, the key "" where it has no branches.

    Parameters
    ----------
    path : Path
        A file as described above.

    Raises
    ------
    BteError
        Where there is no such file, it is of another kind or empty, a column is missing, unknown or
        without its unit, a row is no number, frequencies are not sorted, or a fraction is not in
        [0, 1].
    """
    readers: dict[str, Callable[[Path], dict[str, _Column]]] = {
        **dict.fromkeys(_TEXT, _read_text),
        **dict.fromkeys(_BINARY, _read_binary),
    }
    subject = f"transmission table '{path.name}'"
    if path.suffix.lower() not in readers:
        raise BteError(
            f"{subject} has the ending '{path.suffix}', which says no format; use one of "
            f"{', '.join(readers)}"
        )
    if not path.is_file():
        raise BteError(
            f"{subject} does not exist: there is no file '{path}'; give the path of a table "
            f"({', '.join(readers)})"
        )
    columns = readers[path.suffix.lower()](path)
    _check_columns(columns, subject)
    frequency = columns["frequency"]
    if not frequency.unit:
        raise BteError(
            f"{subject} gives no unit of the frequency; call the column 'frequency [rad/s]' or "
            "'frequency [THz]' (in HDF5 give the dataset an attribute 'units')"
        )
    factor = parse(f"1 {frequency.unit}", "angular frequency", f"frequency of {subject}")
    omega = _floats(columns, "frequency", subject) * factor
    found, mu = _floats(columns, "transmission", subject), _cosines(columns, subject)
    names = columns["branch"].values if "branch" in columns else None
    rows = (omega, *(() if mu is None else (mu,)), *(() if names is None else (names,)))
    if found.ndim == 1 and all(np.shape(axis) == found.shape for axis in rows):
        return _from_rows(omega, mu, names, found, subject)
    return _from_grid(omega, mu, names, found, subject)


def _floats(columns: dict[str, _Column], name: str, subject: str) -> Array:
    try:
        return np.asarray(columns[name].values, dtype=float)
    except (TypeError, ValueError):
        raise BteError(f"{subject} has a {name} that is no array of numbers") from None


def _check_columns(columns: dict[str, _Column], subject: str) -> None:
    """Raise unless the columns are known, and those that must be are there."""
    for name in columns:
        if name not in _NAMES:
            raise BteError(unknown_name("column", name, _NAMES, f"a table such as {subject}"))
    missing = [name for name in ("frequency", "transmission") if name not in columns]
    if missing:
        raise BteError(
            f"{subject} has no column {quoted(missing)} (it has: {quoted(columns)}); the first "
            "line says what the columns are, such as 'frequency [THz], transmission'"
        )
    if "cos" in columns and "angle" in columns:
        raise BteError(f"{subject} has both 'cos' and 'angle'; keep one")


def _cosines(columns: dict[str, _Column], subject: str) -> Array | None:
    if "cos" in columns:
        return _floats(columns, "cos", subject)
    if "angle" not in columns:
        return None
    unit = columns["angle"].unit
    if unit not in _ANGLES:
        raise BteError(
            f"{subject} has an angle with the unit '{unit}'; it must be 'angle [deg]' or "
            "'angle [rad]'"
        )
    angle = _floats(columns, "angle", subject) * _ANGLES[unit]
    if not ((angle >= 0.0) & (angle <= 0.5 * np.pi * (1.0 + 1e-9))).all():
        raise BteError(f"{subject} has angles outside 0 to 90 degrees to the normal")
    return np.maximum(np.cos(angle), 0.0)


def _from_rows(
    omega: Array, mu: Array | None, names: Any, t: Array, subject: str
) -> dict[str, Curve]:
    """Return the curves of a table with one row for each value."""
    labels = np.full(len(omega), "") if names is None else np.asarray(names, dtype=str)
    curves = {}
    for label in dict.fromkeys(labels.tolist()):
        mine = labels == label
        where = f"{subject}, branch '{label}'," if label else subject
        if mu is None:
            curves[label] = table(omega[mine], t[mine], subject=where)
        else:
            curves[label] = _grid_of_rows(omega[mine], mu[mine], t[mine], where)
    return curves


def _grid_of_rows(omega: Array, mu: Array, t: Array, subject: str) -> Curve:
    """Return the curve of rows that go through all angles at one frequency after the other."""
    count = int(np.argmax(np.append(omega[1:] != omega[0], True))) + 1
    whole = len(omega) % count == 0
    if whole:
        w, m = omega.reshape(-1, count), mu.reshape(-1, count)
        whole = bool((w == w[:, :1]).all() and (m == m[:1]).all())
    if not whole:
        raise BteError(
            f"{subject} has other angles at one frequency than at another; give the same angles, "
            "in the same order, for each frequency"
        )
    return _rising(w[:, 0], m[0], t.reshape(-1, count), subject)


def _rising(omega: Array, mu: Array, t: Array, subject: str) -> Curve:
    """Return a curve with its cosines turned so that they rise."""
    if len(mu) > 1 and mu[0] > mu[-1]:
        mu, t = mu[::-1], t[..., ::-1]
    return table(omega, t, mu, subject)


def _from_grid(
    omega: Array, mu: Array | None, names: Any, t: Array, subject: str
) -> dict[str, Curve]:
    """Return the curves of a grid over branches, frequencies and angles."""
    labels = [""] if names is None else np.asarray(names, dtype=str).tolist()
    shape = (() if names is None else (len(labels),)) + omega.shape
    shape += () if mu is None else mu.shape
    if t.shape != shape:
        raise BteError(
            f"{subject} has a transmission of shape {t.shape}; its axes have {shape} "
            "(branches, frequencies, angles, those that are given)"
        )
    parts = t[None] if names is None else t
    if mu is None:
        return {
            n: table(omega, part, subject=subject) for n, part in zip(labels, parts, strict=True)
        }
    return {n: _rising(omega, mu, part, subject) for n, part in zip(labels, parts, strict=True)}


def _read_text(path: Path) -> dict[str, _Column]:
    """Return the columns of a CSV file."""
    subject = f"transmission table '{path.name}'"
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BteError(
            f"{subject} is no text; save it as CSV, or name it .h5 if it is HDF5"
        ) from None
    rows = [(n, line) for n, line in enumerate(lines, start=1) if line.strip(" \t#")]
    head = next((i for i, (_, line) in enumerate(rows) if "frequency" in line.lower()), 0)
    rows = rows[head:]
    rows = rows[:1] + [(n, line) for n, line in rows[1:] if not line.lstrip().startswith("#")]
    if len(rows) < 2:
        raise BteError(f"{subject} is empty; it needs a line of names and lines of numbers")
    first = rows[0][1].lstrip(" #")
    mark = next((c for c in ";\t" if c in first), ",")
    headers = [_HEADER.fullmatch(cell) for cell in first.split(mark)]
    cells = list(csv.reader((line for _, line in rows[1:]), delimiter=mark, skipinitialspace=True))
    columns: dict[str, _Column] = {}
    for i, header in enumerate(headers):
        name = header["name"].lower() if header else first.split(mark)[i].strip()
        unit = (header["unit"] or "") if header else ""
        if name in columns:
            raise BteError(f"{subject} has two columns '{name}'; keep one")
        columns[name] = _Column(
            [
                _cell(row, i, len(headers), name, f"{subject}, line {n},")
                for (n, _), row in zip(rows[1:], cells, strict=True)
            ],
            unit,
        )
    return columns


def _cell(row: list[str], i: int, count: int, name: str, subject: str) -> float | str:
    """Return a cell of a row: a text in the column of branches, a number elsewhere."""
    if len(row) != count:
        raise BteError(f"{subject} has {len(row)} values for {count} columns; give one each")
    if name == "branch":
        return row[i].strip()
    try:
        return float(row[i])
    except ValueError:
        if name in _NAMES:
            raise BteError(f"{subject} has {name} = '{row[i]}', which is no number") from None
        return row[i]


def _read_binary(path: Path) -> dict[str, _Column]:
    """Return the datasets of an HDF5 file."""
    subject = f"transmission table '{path.name}'"
    try:
        file = h5py.File(path, "r")
    except OSError:
        raise BteError(f"{subject} is no HDF5 file, or a broken one; save it again") from None
    with file:
        found = {name: data for name, data in file.items() if isinstance(data, h5py.Dataset)}
        return {name.lower(): _dataset(data, name.lower()) for name, data in found.items()}


def _dataset(data: Any, name: str) -> _Column:
    unit = data.attrs.get("units", data.attrs.get("unit", ""))
    values = data.asstr()[()] if name == "branch" else data[()]
    return _Column(values, unit.decode() if isinstance(unit, bytes) else str(unit))
