"""Tables of a case file, read strictly: every key known, every value of its type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bte.errors import BteError, CaseError, quoted, unknown_name
from bte.units import parse

_REQUIRED: Any = object()


@dataclass(frozen=True)
class Table:
    """A table of a case file and its place, such as ``[solve]``.

    Attributes
    ----------
    values : mapping
        Keys and values.
    place : str
        Where it is, for messages.
    """

    values: Mapping[str, Any]
    place: str

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def allow(self, *keys: str) -> Table:
        """Return the table itself when it has no other keys."""
        for key in self.values:
            if key not in keys:
                raise CaseError(unknown_name("key", key, keys, self.place))
        return self

    def raw(self, key: str, default: Any = _REQUIRED) -> Any:
        """Return a value as it is."""
        if key in self.values:
            return self.values[key]
        if default is _REQUIRED:
            raise CaseError(f"{self.place} has no '{key}'; add {key} = … to it")
        return default

    def quantity(self, key: str, dimension: str, default: Any = _REQUIRED) -> Any:
        """Return a value in SI units; a number is SI already."""
        value = self.raw(key, default)
        return value if key not in self.values else parse(value, dimension, self._name(key))

    def quantities(self, key: str, dimension: str, count: int | None = None) -> tuple[float, ...]:
        """Return a list of values in SI units."""
        values = self.raw(key)
        wanted = f"{count} values" if count else "values"
        if not isinstance(values, list) or (count and len(values) != count) or not values:
            raise CaseError(f"{self._name(key)} is {values!r}; it must be a list of {wanted}")
        return tuple(parse(value, dimension, self._name(key)) for value in values)

    def integer(self, key: str, default: Any = _REQUIRED) -> Any:
        """Return a positive whole number."""
        value = self.raw(key, default)
        if key in self.values and (
            not isinstance(value, int) or isinstance(value, bool) or value < 1
        ):
            raise CaseError(f"{self._name(key)} is {value!r}; it must be a positive whole number")
        return value

    def number(self, key: str) -> float:
        """Return a number without a unit."""
        value = self.raw(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CaseError(f"{self._name(key)} is {value!r}; it must be a number")
        return float(value)

    def text(self, key: str, default: Any = _REQUIRED) -> Any:
        """Return a text."""
        value = self.raw(key, default)
        if key in self.values and not isinstance(value, str):
            raise CaseError(f"{self._name(key)} is {value!r}; it must be a text")
        return value

    def texts(self, key: str) -> list[str]:
        """Return a list of texts."""
        values = self.raw(key)
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise CaseError(f"{self._name(key)} is {values!r}; it must be a list of texts")
        return values

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self.raw(key, default)
        if not isinstance(value, bool):
            raise CaseError(f"{self._name(key)} is {value!r}; it must be true or false")
        return value

    def table(self, key: str, required: bool = False) -> Table:
        """Return a table within; an empty one where it is not given and not required."""
        place = f"[{key}]" if self.place == "the case" else f"{self.place[:-1]}.{key}]"
        value = self.values.get(key)
        if value is None and required:
            raise CaseError(f"{self.place} has no {place} section; add one")
        if value is not None and not isinstance(value, Mapping):
            raise CaseError(f"{place} is {value!r}; it must be a table of keys and values")
        return Table(value or {}, place)

    def tables(self) -> dict[str, Table]:
        """Return all tables within, by key."""
        return {key: self.table(key) for key in self.values}

    def one_of(self, keys: Sequence[str]) -> str:
        """Return the one key of ``keys`` that is given."""
        given = [key for key in keys if key in self.values]
        if len(given) != 1:
            raise CaseError(
                f"{self.place} must have exactly one of {quoted(keys)}, found {quoted(given)}"
            )
        return given[0]

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """Return a text that is one of ``allowed``."""
        if key not in self.values:
            raise CaseError(f"{self.place} has no '{key}'; add one of {quoted(allowed)}")
        value: str = self.text(key)
        if value not in allowed:
            raise CaseError(unknown_name(f"{self.place} {key}", value, allowed))
        return value

    def _name(self, key: str) -> str:
        return f"{self.place} {key}"


def in_case(path: object, error: BteError) -> CaseError:
    """Return an error that names the case file, in the words of case files."""
    return CaseError(f"case '{path}': {_in_sections(str(error))}")


# What Python's arguments are called in a case file.
_WORDS = (
    (r"add boundaries=\{'([^']*)': …\}", r"add [boundaries.\1] with a type"),
    (r"add materials=\{'([^']*)': …\}", r'add \1 = "…" to [materials]'),
    (r"key '([^']*)' is None; it must be", r"key '\1' is missing; it must be"),
    (r"\bbte\.(Isothermal|Contact|Diffuse|HeatFlux|Specular|DMM|Transmission)\b", r"\1"),
    (r"\btemperature=(?= |$)", "temperature"),
)


def _in_sections(sentence: str) -> str:
    """Return a sentence with Python's arguments replaced by sections of the case."""
    for pattern, words in _WORDS:
        sentence = re.sub(pattern, words, sentence)
    return sentence
