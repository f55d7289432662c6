"""The ``[interfaces]`` of a case file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bte.case.table import Table
from bte.conditions.models import (
    AMM,
    DMM,
    InterfaceModel,
    Mixed,
    PressedContact,
    Radiation,
    Resistance,
    Transmission,
)
from bte.errors import CaseError

_TABLE_ENDINGS = (".csv", ".txt", ".dat", ".tsv", ".h5", ".hdf5")


def read_interfaces(table: Table, folder: Path) -> dict[tuple[str, str], InterfaceModel]:
    """Return the models of ``[interfaces]``, with keys such as ``"fin/oxide"``.

    Parameters
    ----------
    table : Table
        The section.
    folder : Path
        Of the case; paths of tables are relative to it.
    """
    found: dict[tuple[str, str], InterfaceModel] = {}
    for key in table.values:
        first, slash, second = (part.strip() for part in key.partition("/"))
        if not slash or not first or not second:
            raise CaseError(
                f"{table.place} '{key}' does not name two regions; write \"first/second\" = …"
            )
        found[first, second] = _read_entry(table, key, folder)
    return found


def _read_entry(table: Table, key: str, folder: Path) -> Any:
    """Return the model of an entry: a name, or a table with a model."""
    given = table.raw(key)
    place = f"{table.place[:-1]}.{key}]"
    entry = Table({"model": given}, place) if isinstance(given, str) else table.table(key)
    return _MODELS[entry.choice("model", tuple(_MODELS))](entry, folder)


def _mismatch(entry: Table, folder: Path) -> DMM:
    entry.allow("model", "inelastic")
    return DMM(inelastic=entry.flag("inelastic", False))


def _acoustic(entry: Table, folder: Path) -> AMM:
    entry.allow("model", "scalar")
    return AMM(scalar=entry.text("scalar", None))


def _mixed(entry: Table, folder: Path) -> Mixed:
    entry.allow("model", "specularity", "rms", "formula", "scalar")
    scalar = entry.text("scalar", None)
    if entry.one_of(("specularity", "rms")) == "specularity":
        return Mixed(entry.number("specularity"), scalar=scalar)
    rms, formula = entry.quantity("rms", "length"), entry.text("formula", "ziman")
    return Mixed(rms=rms, formula=formula, scalar=scalar)


def _transmission(entry: Table, folder: Path) -> Transmission:
    entry.allow(
        *("model", "transmission", "value", "frequencies", "cosines", "values"),
        *("of", "directional", "symmetrize"),
    )
    return Transmission(
        _fractions(entry, folder),
        of=entry.text("of", "first"),
        directional=entry.flag("directional", False),
        symmetrize=entry.flag("symmetrize", False),
    )


def _fractions(entry: Table, folder: Path) -> Any:
    """Return what a transmission is: a number, a path, numbers by branch, or lists."""
    key = entry.one_of(("transmission", "value", "frequencies"))
    if key == "frequencies":
        parts = [entry.quantities("frequencies", "angular frequency")]
        parts += [entry.raw("cosines")] if "cosines" in entry else []
        return (*parts, entry.raw("values"))
    for extra in ("cosines", "values"):
        if extra in entry:
            raise CaseError(
                f"{entry.place} {extra} belongs to frequencies; give those or remove it"
            )
    given = entry.raw(key)
    if isinstance(given, dict):
        branches = entry.table(key)
        return {name: branches.number(name) for name in branches.values}
    if not isinstance(given, str):
        return entry.number(key)
    if not given.lower().endswith(_TABLE_ENDINGS):
        raise CaseError(
            f"{entry.place} {key} is '{given}'; it must be a number, a table of numbers by branch, "
            f"or the path of a table that ends in {', '.join(_TABLE_ENDINGS)}"
        )
    return folder / given


def _radiation(entry: Table, folder: Path) -> Radiation:
    entry.allow("model")
    return Radiation()


def _resistance(entry: Table, folder: Path) -> Resistance:
    entry.allow("model", "resistance", "convention")
    resistance = entry.quantity("resistance", "resistance")
    return Resistance(resistance, entry.text("convention", "local"))


_CONTACT = {
    "pressure": "pressure",
    "hardness": "pressure",
    "rms": "length",
    "gap": "conductivity",
    "gas_parameter": "length",
}


def _pressed(entry: Table, folder: Path) -> PressedContact:
    entry.allow("model", "slope", "intrinsic", *_CONTACT)
    options: dict[str, Any] = {
        key: entry.quantity(key, dimension)
        for key, dimension in _CONTACT.items()
        if key in entry or not key.startswith("ga")
    }
    if "intrinsic" in entry:
        options["intrinsic"] = _read_entry(entry, "intrinsic", folder)
    return PressedContact(slope=entry.number("slope"), **options)


_MODELS: dict[str, Callable[[Table, Path], InterfaceModel]] = {
    "DMM": _mismatch,
    "AMM": _acoustic,
    "Mixed": _mixed,
    "Transmission": _transmission,
    "Radiation": _radiation,
    "Resistance": _resistance,
    "PressedContact": _pressed,
}
