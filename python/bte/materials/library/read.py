"""Material files: TOML texts and tables, read strictly."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...errors import BteError, MaterialError, quoted, unknown_name
from ...units import parse
from ..solid import Material
from .sheets import SHEET_KEYS, sheet_of, sources_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_UNITS = {
    "density": "density",
    "reference_temperature": "temperature",
    "temperature": "temperature",
    "heat_capacity": "heat capacity",
    "total_heat_capacity": "heat capacity",
    "optical_heat_capacity": "heat capacity",
    "conductivity": "conductivity",
    "cutoff": "angular frequency",
    "optical_frequency": "angular frequency",
    "speed": "speed",
    "mean_free_path": "length",
    "elastic_speeds": "speed",
    "frequency_edges": "angular frequency",
}
_TEXT = ("name", "title", "model", "sources", *SHEET_KEYS)

_PATHS = ("file", "structure")


def _from_phono3py(name: str, *, file: str, **given: Any) -> Material:
    """Return the material of a kappa-*.hdf5."""
    return Material.from_phono3py(file, name=name, **given)


# model: constructor, keys that must be there, keys that may be there
_MODELS: dict[str, tuple[Callable[..., Material], tuple[str, ...], tuple[str, ...]]] = {
    "dispersion": (
        Material.from_dispersion,
        ("branches", "rates"),
        (
            "total_heat_capacity",
            "optical_heat_capacity",
            "reference_temperature",
            "optical_frequency",
            "density",
            "elastic_speeds",
        ),
    ),
    "amorphous": (
        Material.amorphous,
        ("density", "elastic_speeds", "heat_capacity", "conductivity", "cutoff"),
        ("reference_temperature", "optical_frequency"),
    ),
    "gray": (
        Material.gray,
        ("heat_capacity", "speed", "mean_free_path"),
        ("density", "elastic_speeds"),
    ),
    "groups": (
        Material.from_groups,
        ("heat_capacity", "speed", "mean_free_path"),
        ("branch", "frequency_edges", "density", "elastic_speeds"),
    ),
    "phono3py": (
        _from_phono3py,
        ("file",),
        ("structure", "temperature", "density", "elastic_speeds"),
    ),
}


def parsed(text: str, file: str) -> dict[str, Any]:
    """Return the table of a TOML text; messages name the file."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MaterialError(f"material file '{file}' is not valid TOML: {error}") from None


def read_text(text: str, file: str, folder: Path | None = None) -> Material:
    """Return the material of a TOML text; messages name the file, paths in it are of the folder."""
    table = parsed(text, file)
    try:
        return build(table, folder)
    except BteError as error:
        raise MaterialError(f"material file '{file}': {error}") from None


def material_from_table(table: Mapping[str, Any], where: str) -> Material:
    """Return the material that a table such as one of a library file describes.

    Parameters
    ----------
    table : mapping
        Keys and values as in a material file; values may carry units.
    where : str
        Who holds the table, for messages.

    Raises
    ------
    MaterialError
        If a key is missing, unknown, of the wrong type or out of range.
    """
    try:
        return build(table)
    except BteError as error:
        raise MaterialError(f"{where}: {error}") from None


def build(table: Mapping[str, Any], folder: Path | None = None) -> Material:
    """Return the material of a table; paths in it are relative to the folder."""
    kind = table.get("model")
    if not isinstance(kind, str) or kind not in _MODELS:
        raise MaterialError(f"key 'model' is {kind!r}; it must be one of {quoted(_MODELS)}")
    constructor, needed, optional = _MODELS[kind]
    missing = [key for key in ("name", *needed) if key not in table]
    if missing:
        raise MaterialError(f"key {quoted(missing)} is missing; a '{kind}' material needs it")
    for key in table:
        if key not in (*_TEXT, *needed, *optional):
            raise MaterialError(unknown_name("key", key, (*_TEXT, *needed, *optional)))
    values = {key: _value(table[key], key) for key in table if key in needed or key in optional}
    for key in _PATHS:
        if key in values:
            values[key] = str((folder or Path()) / values[key])
    made = constructor(text_of(table["name"], "name"), **values)
    reference = float(values.get("reference_temperature", 300.0))
    title = text_of(table.get("title", ""), "title")
    sources = {**made.sources, **sources_of(table)}
    return made.described(title, sources, sheet_of(table, reference))


def _value(value: Any, key: str) -> Any:
    """Return a value in SI units; lists are read entry by entry, tables as they are."""
    if key in ("branches", "rates"):
        kinds = (list, dict) if key == "rates" else (list,)
        if not isinstance(value, kinds):
            raise MaterialError(f"key '{key}' is {value!r}; write it as tables [[{key}]]")
        return value
    if isinstance(value, list):
        return [_value(entry, key) for entry in value]
    if key == "branch" or key in _PATHS:
        return text_of(value, key)
    return parse(value, _UNITS[key], f"key '{key}'")


def text_of(value: Any, key: str) -> str:
    """Return a text, or raise."""
    if not isinstance(value, str):
        raise MaterialError(f"key '{key}' is {value!r}; it must be a text")
    return value
