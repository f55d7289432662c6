"""Modes or bands from a comma-separated table with units in its header."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...errors import BteError, MaterialError, quoted, unknown_name
from ...units import parse
from ..checks import checked
from ..equilibrium import Array
from ..modes import ModeTable
from .raw import RawModes, finished

# column: dimension, other names
_COLUMNS = {
    "frequency": ("angular frequency", ("omega", "w", "f")),
    "vx": ("speed", ()),
    "vy": ("speed", ()),
    "vz": ("speed", ()),
    "v": ("speed", ("speed", "group speed")),
    "tau": ("time", ("lifetime", "relaxation time")),
    "mfp": ("length", ("mean free path", "lambda", "path")),
    "C": ("heat capacity", ("heat capacity", "heat_capacity")),
    "T": ("temperature", ("temperature",)),
    "branch": ("", ()),
}
_AXES = ("vx", "vy", "vz")


def read_csv(
    path: str | os.PathLike[str],
    temperature: float | None = None,
    *,
    drop_invalid: bool = False,
    name: str = "",
) -> tuple[ModeTable, ...]:
    """Return one table for each temperature of a comma-separated file, one row a mode or band.

    The first line names the columns, with units in brackets: ``vx [m/s], vy [m/s], vz [m/s]`` or
    ``v [km/s]`` (isotropic), ``tau [ps]`` or ``mfp [nm]``, ``C [J/m3/K]`` (the part of each row in
    the heat capacity of the crystal), and if known ``frequency [THz]`` (angular: THz is multiplied
    by 2 pi, rad/s is not), ``branch``, ``T [K]``. A column without unit is SI. Lines that start
    with # are comments. Rows of velocity 0 hold heat and carry none.

    Parameters
    ----------
    path : path
    temperature : float, optional
        [K], of a file without a column T.
    drop_invalid : bool
        Whether to drop rows without a valid lifetime.
    name : str
        Of the material, for messages and summaries.

    Raises
    ------
    MaterialError
        If a column is unknown, missing or not numbers, a unit does not fit, or rows are invalid.
    """
    where = Path(path)
    data, branch = _read(where)
    if "T" not in data:
        if temperature is None:
            raise MaterialError(f"'{where}' has no column 'T'; give temperature= in K, or add it")
        data["T"] = np.full(len(data["C"]), checked(temperature))
    tables: list[ModeTable] = []
    for kelvin in np.unique(data["T"]):
        rows = data["T"] == kelvin
        part = {key: values[rows] for key, values in data.items()}
        labels = [label for label, row in zip(branch, rows, strict=True) if row]
        tables += finished(_modes(part, labels, float(kelvin), where, name), drop_invalid)
    return tuple(tables)


def _modes(
    data: dict[str, Array], labels: list[str], temperature: float, path: Path, name: str
) -> RawModes:
    """Return the modes of the rows of one temperature."""
    n = len(data["C"])
    isotropic = "v" in data
    speed = data["v"] if isotropic else np.linalg.norm([data[key] for key in _AXES], axis=0)
    zero = np.zeros(n)
    vectors = [speed, zero, zero] if isotropic else [data[key] for key in _AXES]
    if "tau" in data:
        rate = np.divide(1.0, data["tau"], out=zero.copy(), where=data["tau"] != 0.0)
    else:
        rate = np.divide(speed, data["mfp"], out=zero.copy(), where=data["mfp"] != 0.0)
    names = tuple(dict.fromkeys(labels))
    raw = RawModes(
        temperature=np.array([temperature]),
        frequency=data.get("frequency", np.full(n, np.nan)),
        velocity=np.stack(vectors, axis=1),
        rate=rate[None],
        heat_capacity=data["C"][None],
        branch=np.array([names.index(label) for label in labels], dtype=np.int64),
        weight=np.ones(n),
        resting=np.zeros(n, dtype=bool),
        isotropic=isotropic,
        name=name,
        source=f"table {path.name}",
        branch_names=tuple(label for label in names if label),
    )
    # Rows without velocity hold heat; their path and lifetime mean nothing.
    still = speed == 0.0
    return replace(raw.at(~still), optical=np.array([np.sum(data["C"][still])]))


def _read(path: Path) -> tuple[dict[str, Array], list[str]]:
    """Return the columns in SI units by name, and the labels of the branches."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MaterialError(f"'{path}' cannot be read: {error}") from None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    if len(rows) < 2:
        raise MaterialError(f"'{path}' has no rows; give a header and one row for each mode")
    keys = [_column(cell, path) for cell in rows[0]]
    names = [key for key, _ in keys]
    twice = sorted({key for key in names if names.count(key) > 1})
    if twice:
        raise MaterialError(f"'{path}' has column {quoted(twice)} more than once; give it once")
    short = next((i for i, row in enumerate(rows) if len(row) != len(keys)), None)
    if short is not None:
        raise MaterialError(
            f"'{path}' has {len(rows[short])} cells in row {short} and {len(keys)} columns; it may "
            "be truncated"
        )
    cells = dict(zip(names, zip(*rows[1:], strict=True), strict=True))
    branch = list(cells.pop("branch", ("",) * (len(rows) - 1)))
    factors = dict(keys)
    data = {key: _numbers(key, values, factors[key], path) for key, values in cells.items()}
    _require(data, path)
    return data, branch


def _column(cell: str, path: Path) -> tuple[str, float]:
    """Return the name of a column and the SI factor of its unit."""
    found = re.fullmatch(r"(.*?)\s*(?:[\[(](.*)[\])])?", cell.strip())
    assert found is not None  # any text matches
    word, unit = found[1].strip(), (found[2] or "").strip()
    lower = word.lower()
    matches = (k for k, (_, others) in _COLUMNS.items() if lower in (k.lower(), *others))
    key = next(matches, None)
    if key is None:
        raise MaterialError(unknown_name("column", word, _COLUMNS, f"a table such as '{path}'"))
    dimension = _COLUMNS[key][0]
    if not dimension or not unit:
        return key, 1.0
    try:
        return key, parse(f"1 {unit}", dimension, f"'{path}': column '{cell}', one unit")
    except BteError as error:
        raise MaterialError(str(error)) from None


def _numbers(key: str, cells: tuple[str, ...], factor: float, path: Path) -> Array:
    try:
        return np.array([float(cell) for cell in cells]) * factor
    except ValueError:
        row = next(i for i, cell in enumerate(cells) if not _is_number(cell))
        raise MaterialError(
            f"'{path}' has {cells[row]!r} in row {row + 1} of column '{key}'; give a number"
        ) from None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _require(data: dict[str, Array], path: Path) -> None:
    """Raise unless velocity, lifetime and heat capacity are each given once."""
    vectors = [key for key in _AXES if key in data]
    wrong = []
    if ("v" in data) == (len(vectors) == 3) or len(vectors) not in (0, 3):
        wrong.append("either 'v' or all of 'vx', 'vy', 'vz'")
    if ("tau" in data) == ("mfp" in data):
        wrong.append("either 'tau' or 'mfp'")
    if "C" not in data:
        wrong.append("'C'")
    if wrong:
        raise MaterialError(f"'{path}' has columns {quoted(data)}; give {', and '.join(wrong)}")
