"""The materials that come with bte, one TOML file each, and files of the same form."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from ...errors import BteError, MaterialError, quoted, unknown_name
from ...units import parse
from ..solid import Material

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_COMMON = {"density": "density", "reference_temperature": "temperature"}
_UNITS = {
    **_COMMON,
    "heat_capacity": "heat capacity",
    "total_heat_capacity": "heat capacity",
    "optical_heat_capacity": "heat capacity",
    "conductivity": "conductivity",
    "cutoff": "angular frequency",
    "speed": "speed",
    "mean_free_path": "length",
    "elastic_speeds": "speed",
    "frequency_edges": "angular frequency",
}
_TEXT = ("name", "title", "model", "sources")

# model: constructor, keys that must be there, keys that may be there
_MODELS: dict[str, tuple[Callable[..., Material], tuple[str, ...], tuple[str, ...]]] = {
    "dispersion": (
        Material.from_dispersion,
        ("branches", "rates"),
        (
            "total_heat_capacity",
            "optical_heat_capacity",
            "reference_temperature",
            "density",
            "elastic_speeds",
        ),
    ),
    "amorphous": (
        Material.amorphous,
        ("density", "elastic_speeds", "heat_capacity", "conductivity", "cutoff"),
        ("reference_temperature",),
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
}


def available() -> tuple[str, ...]:
    """Return the names of the materials that come with bte."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(f.name[: -len(".toml")] for f in files if f.name.endswith(".toml")))


def material(name: str | os.PathLike[str]) -> Material:
    """Return a material of the library by its name, or read one from a TOML file.

    Parameters
    ----------
    name : str or path
        A name that :func:`available` lists, or the path of a file (it ends in ``.toml``).

    Raises
    ------
    MaterialError
        If the name or the file does not exist, or a key of the file is missing, unknown, of the
        wrong type or out of range; the message names file and key.
    """
    if not isinstance(name, str | os.PathLike):
        raise MaterialError(
            f"material is {name!r}; give a name of the library ({quoted(available())}) or the path "
            "of a .toml file"
        )
    text = str(os.fspath(name))
    if not text.endswith(".toml"):
        if text not in available():
            raise MaterialError(_unknown(text))
        file = resources.files(__package__).joinpath(f"{text}.toml")
        return _read(file.read_text(encoding="utf-8"), f"{text}.toml")
    try:
        return _read(Path(text).read_text(encoding="utf-8"), text)
    except (OSError, UnicodeDecodeError) as error:
        raise MaterialError(f"material file '{text}' cannot be read: {error}") from None


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
        return _build(table, where)
    except BteError as error:
        raise MaterialError(f"{where}: {error}") from None


def _unknown(name: str) -> str:
    """Return the sentence for a name that is not in the library."""
    same = [known for known in available() if known.lower() == name.lower()]
    hint = f"did you mean '{same[0]}'? " if same else ""
    sentence = unknown_name("material", name, available(), "the library")
    return f"{sentence}; {hint}a file of your own must end in .toml"


def _read(text: str, file: str) -> Material:
    """Return the material of a TOML text; messages name the file."""
    try:
        return _build(tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        raise MaterialError(f"material file '{file}' is not valid TOML: {error}") from None
    except BteError as error:
        raise MaterialError(f"material file '{file}': {error}") from None


def _build(table: Mapping[str, Any], file: str) -> Material:
    """Return the material of a table."""
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
    made = constructor(_text(table["name"], "name"), **values)
    return made.described(_text(table.get("title", ""), "title"), _sources(table))


def _value(value: Any, key: str) -> Any:
    """Return a value in SI units; lists are read entry by entry, tables as they are."""
    if key in ("branches", "rates"):
        kinds = (list, dict) if key == "rates" else (list,)
        if not isinstance(value, kinds):
            raise MaterialError(f"key '{key}' is {value!r}; write it as tables [[{key}]]")
        return value
    if isinstance(value, list):
        return [_value(entry, key) for entry in value]
    return _text(value, key) if key == "branch" else parse(value, _UNITS[key], f"key '{key}'")


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise MaterialError(f"key '{key}' is {value!r}; it must be a text")
    return value


def _sources(table: Mapping[str, Any]) -> dict[str, str]:
    sources = table.get("sources", {})
    if not isinstance(sources, dict):
        raise MaterialError(f"key 'sources' is {sources!r}; it must be a table of texts")
    return {key: _text(value, f"sources.{key}") for key, value in sources.items()}
