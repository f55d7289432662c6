"""The part of a material file beside the spectrum: lattice, electrons, calibration, sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...errors import MaterialError, unknown_name
from ...units import parse
from ..sheet import Calibration, Electrons, Lattice, Sheet

SHEET_KEYS = ("temperature_range", "unsourced", "notes", "lattice", "calibration", "electrons")
UNVERIFIED = "unverified: "


class Key(NamedTuple):
    """A key of a table: its dimension ("" for a plain number), and whether it is needed."""

    dimension: str = ""
    needed: bool = False


_LATTICE = {
    "structure": Key("text", needed=True),
    "constants": Key("length"),
    "cell_volume": Key("volume", needed=True),
    "atoms": Key(needed=True),
    "debye_temperature": Key("temperature"),
    "mass_variance": Key(),
}
_ELECTRONS = {
    "conductivity": Key("conductivity", needed=True),
    "heat_capacity_coefficient": Key(),
    "resistivity": Key(),
    "fermi_speed": Key("speed"),
    "coupling": Key(),
}
_CALIBRATION = ("temperatures", "accepted", "residuals", "fitted")


def sheet_of(table: Mapping[str, Any], reference: float) -> Sheet | None:
    """Return the sheet of a material file, None where it has none of its keys."""
    if not any(key in table for key in (*SHEET_KEYS, "sources")):
        return None
    limits = None
    if "temperature_range" in table:
        limits = _pair(table["temperature_range"])
    return Sheet(
        reference_temperature=reference,
        lattice=_lattice(table["lattice"]) if "lattice" in table else None,
        electrons=_electrons(table["electrons"]) if "electrons" in table else None,
        calibration=_calibration(table["calibration"]) if "calibration" in table else None,
        temperature_range=limits,
        notes=_texts(table.get("notes", []), "notes"),
        unsourced=_texts(table.get("unsourced", []), "unsourced"),
        verified={
            key: not text.startswith(UNVERIFIED.strip()) for key, text in sources_of(table).items()
        },
    )


def sources_of(table: Mapping[str, Any]) -> dict[str, str]:
    """Return the sources as texts; those that were not looked up start with ``unverified``.

    Raises
    ------
    MaterialError
        If a source is neither a text nor a table of text, doi and verified.
    """
    sources = table.get("sources", {})
    if not isinstance(sources, dict):
        raise MaterialError(f"key 'sources' is {sources!r}; it must be a table")
    return {key: _source(value, f"sources.{key}") for key, value in sources.items()}


def _source(value: Any, key: str) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise MaterialError(f"key '{key}' is {value!r}; give a text, or {{text, doi, verified}}")
    for name in value:
        if name not in ("text", "doi", "verified"):
            raise MaterialError(unknown_name("key", name, ("text", "doi", "verified"), key))
    text, verified = value.get("text"), value.get("verified", False)
    if not isinstance(text, str) or not isinstance(verified, bool):
        raise MaterialError(f"key '{key}' is {value!r}; text is a text, verified true or false")
    doi = f", https://doi.org/{value['doi']}" if value.get("doi") else ""
    return f"{'' if verified else UNVERIFIED}{text}{doi}"


def _lattice(table: Any) -> Lattice:
    values = _values(table, _LATTICE, "lattice")
    constants = table.get("constants", [])
    sizes = tuple(parse(a, "length", "key 'lattice.constants'") for a in constants)
    atoms = int(values.pop("atoms"))
    values.pop("constants", None)
    return Lattice(constants=sizes, atoms=atoms, **values)


def _electrons(table: Any) -> Electrons:
    return Electrons(**_values(table, _ELECTRONS, "electrons"))


def _values(table: Any, keys: Mapping[str, Key], where: str) -> dict[str, Any]:
    """Return the values of a table in SI units."""
    if not isinstance(table, dict):
        raise MaterialError(f"key '{where}' is {table!r}; write it as a table [{where}]")
    for name in table:
        if name not in keys:
            raise MaterialError(unknown_name("key", name, keys, f"[{where}]"))
    missing = [name for name, key in keys.items() if key.needed and name not in table]
    if missing:
        raise MaterialError(f"[{where}] has no key '{missing[0]}'; add it")
    return {name: _number(value, keys[name], f"{where}.{name}") for name, value in table.items()}


def _number(value: Any, key: Key, where: str) -> Any:
    if key.dimension == "text":
        if not isinstance(value, str):
            raise MaterialError(f"key '{where}' is {value!r}; it must be a text")
        return value
    if isinstance(value, list):
        return value
    found = parse(value, key.dimension, f"key '{where}'") if key.dimension else value
    if isinstance(found, bool) or not isinstance(found, int | float) or not found > 0.0:
        raise MaterialError(f"key '{where}' is {value!r}; it must be a number > 0")
    return found


def _calibration(table: Any) -> Calibration:
    if not isinstance(table, dict):
        raise MaterialError(f"key 'calibration' is {table!r}; write it as a table [calibration]")
    for name in table:
        if name not in _CALIBRATION:
            raise MaterialError(unknown_name("key", name, _CALIBRATION, "[calibration]"))
    columns = {name: table.get(name, []) for name in _CALIBRATION[:3]}
    for name, column in columns.items():
        if not isinstance(column, list) or not all(isinstance(x, int | float) for x in column):
            raise MaterialError(f"key 'calibration.{name}' is {column!r}; give a list of numbers")
    n = len(columns["temperatures"])
    if n == 0 or len(columns["accepted"]) != n or len(columns["residuals"]) not in (0, n):
        raise MaterialError(
            f"[calibration] has {n} temperatures, {len(columns['accepted'])} accepted values and "
            f"{len(columns['residuals'])} residuals; give as many of each"
        )
    numbers = {name: tuple(map(float, column)) for name, column in columns.items()}
    return Calibration(**numbers, fitted=_texts(table.get("fitted", []), "calibration.fitted"))


def _texts(value: Any, key: str) -> tuple[str, ...]:
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise MaterialError(f"key '{key}' is {value!r}; give a list of texts")
    return tuple(entries)


def _pair(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise MaterialError(f"key 'temperature_range' is {value!r}; give [lowest, highest]")
    low, high = (parse(end, "temperature", "key 'temperature_range'") for end in value)
    if not 0.0 < low < high:
        raise MaterialError(f"key 'temperature_range' is {value!r}; it must rise and be above 0 K")
    return low, high
