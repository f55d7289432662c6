"""The sections of a case file, each to the objects it stands for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bte.case.table import Table
from bte.conditions.boundary import (
    Boundary,
    Contact,
    Diffuse,
    HeatFlux,
    Isothermal,
    Periodic,
    Specular,
)
from bte.conditions.rough import Rough
from bte.conditions.source import Source
from bte.errors import CaseError
from bte.materials import Material
from bte.materials.library import material, material_from_table
from bte.mesh import Mesh

_MESHES = ("file", "cad", "line", "rectangle", "box")
_CAD_SUFFIXES = (".step", ".stp", ".brep")
_CAD_KEYS = ("unit", "size", "sizes", "grading", "regions", "element", "periodic")
_CONTACTS = {"transmission": "", "conductance": "conductance", "resistance": "resistance"}
_POWER = {1: "flux", 2: "power per length", 3: "power"}


def read_mesh(table: Table, folder: Path) -> Mesh:
    """Return the mesh of ``[mesh]``; paths are relative to the folder of the case."""
    kind = table.one_of(_MESHES)
    if kind == "file":
        return _read_file(table, folder)
    if kind == "cad":
        return _read_cad(table, folder)
    if kind == "line":
        return _read_line(table)
    return _read_block(table, kind)


def _unit(table: Table) -> dict[str, str]:
    return {"unit": table.text("unit")} if "unit" in table else {}


def _read_file(table: Table, folder: Path) -> Mesh:
    """Return the mesh of a mesh file; a CAD file, or keys of one, belong under ``cad``."""
    name = table.text("file")
    if name.lower().endswith(_CAD_SUFFIXES):
        size = "" if "size" in table else ' and a cell size, such as size = "5 nm"'
        raise CaseError(f"{table.place} file '{name}' is a CAD file; use cad = \"{name}\"{size}")
    for key in table.values:
        if key in ("size", "sizes", "grading"):
            raise CaseError(
                f"{table.place} {key} is for CAD files, and '{name}' is meshed already; remove "
                f'{key}, or use cad = "….step" in place of file'
            )
    table.allow("file", "unit")
    return Mesh.read(folder / name, **_unit(table))


def _read_cad(table: Table, folder: Path) -> Mesh:
    table.allow("cad", *_CAD_KEYS)
    name = table.text("cad")
    if not name.lower().endswith(_CAD_SUFFIXES):
        raise CaseError(
            f"{table.place} cad '{name}' is no STEP or BREP file; for a mesh file use "
            f'file = "{name}"'
        )
    options: dict[str, Any] = _unit(table)
    if "regions" in table:
        options["regions"] = table.texts("regions")
    if "grading" in table:
        options["grading"] = _numbers(table, "grading")
    if "element" in table:
        options["element"] = table.text("element")
    if "periodic" in table:
        options["periodic"] = _pairs(table, "periodic")
    if "sizes" in table:
        sizes = table.table("sizes")
        options["sizes"] = {region: sizes.quantity(region, "length") for region in sizes.values}
    size = table.quantity("size", "length")
    made: Mesh = Mesh.from_cad(folder / name, size=size, **options)
    return made


def _read_line(table: Table) -> Mesh:
    table.allow("line", "cells", "regions", "boundaries", "grading")
    options = {key: table.raw(key) for key in ("regions", "boundaries") if key in table}
    return Mesh.line(
        table.quantities("line", "length"),
        _whole_numbers(table, "cells"),
        grading=_numbers(table, "grading", 1.0),
        **options,
    )


def _read_block(table: Table, kind: str) -> Mesh:
    table.allow(kind, "cells", "regions", "element", "grading")
    count = 2 if kind == "rectangle" else 3
    size = table.quantities(kind, "length", count)
    make = Mesh.rectangle if kind == "rectangle" else Mesh.box
    cells = _whole_numbers(table, "cells")
    if isinstance(cells, int) or len(cells) != count:
        raise CaseError(f"{table.place} cells is {cells!r}; it must be {count} whole numbers")
    grading = _numbers(table, "grading", 1.0)
    element = {"element": table.text("element")} if "element" in table else {}
    return make(size, cells, regions=table.text("regions", None), grading=grading, **element)


def _whole_numbers(table: Table, key: str) -> int | list[int]:
    value = table.raw(key)
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in entries):
        raise CaseError(f"{table.place} {key} is {value!r}; it must be positive whole numbers")
    return value  # type: ignore[no-any-return]


def _pairs(table: Table, key: str) -> list[tuple[str, str]]:
    value = table.raw(key)
    pairs = value if isinstance(value, list) else [value]
    for pair in pairs:
        if not (
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(n, str) for n in pair)
        ):
            raise CaseError(
                f"{table.place} {key} is {value!r}; it must be pairs of names of boundaries, such "
                'as [["xmin", "xmax"]]'
            )
    return [(pair[0], pair[1]) for pair in pairs]


def _numbers(table: Table, key: str, default: float | None = None) -> Any:
    value = table.raw(key, default) if default is not None else table.raw(key)
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in entries):
        raise CaseError(f"{table.place} {key} is {value!r}; it must be numbers")
    return value


def read_materials(table: Table, folder: Path) -> dict[str, Material]:
    """Return the materials of ``[materials]``: library names, files, or tables.

    Regions with the same entry share one material, so no contact is between them.
    """
    made: dict[str, Material] = {}
    found: dict[str, Material] = {}
    for region, entry in table.values.items():
        key = repr(entry)
        if key not in made:
            made[key] = _read_material(table, region, folder)
        found[region] = made[key]
    return found


def _read_material(table: Table, region: str, folder: Path) -> Material:
    entry = table.raw(region)
    if isinstance(entry, str):
        return material(str(folder / entry) if entry.endswith(".toml") else entry)
    inline = table.table(region)
    if "model" not in inline:
        raise CaseError(f"{inline.place} has no 'model'; add model = … to it")
    return material_from_table({"name": region, **inline.values}, inline.place)


def read_boundaries(table: Table) -> dict[str, Boundary]:
    """Return the conditions of ``[boundaries.NAME]``."""
    return {name: _read_boundary(entry) for name, entry in table.tables().items()}


def _read_boundary(entry: Table) -> Boundary:
    if "model" in entry and "type" not in entry:
        raise CaseError(
            f"{entry.place} has a 'model'; boundaries have a type, so write "
            f'type = "{entry.raw("model")}" (interfaces have a model)'
        )
    return _BOUNDARIES[entry.choice("type", tuple(_BOUNDARIES))](entry)


def _isothermal(entry: Table) -> Boundary:
    entry.allow("type", "temperature")
    return Isothermal(entry.quantity("temperature", "temperature"))


def _contact(entry: Table) -> Boundary:
    entry.allow("type", "temperature", *_CONTACTS)
    temperature = entry.quantity("temperature", "temperature")
    option = entry.one_of(tuple(_CONTACTS))
    dimension = _CONTACTS[option]
    value = entry.quantity(option, dimension) if dimension else _numbers(entry, option)
    return Contact(temperature, **{option: value})


def _diffuse(entry: Table) -> Boundary:
    entry.allow("type", "mix")
    return Diffuse(mix=entry.flag("mix", False))


def _heat_flux(entry: Table) -> Boundary:
    entry.allow("type", "flux")
    return HeatFlux(entry.quantity("flux", "flux"))


def _specular(entry: Table) -> Boundary:
    entry.allow("type")
    return Specular()


def _rough(entry: Table) -> Boundary:
    entry.allow("type", "specularity", "rms", "formula")
    if entry.one_of(("specularity", "rms")) == "specularity":
        return Rough(specularity=_numbers(entry, "specularity"))
    return Rough(rms=entry.quantity("rms", "length"), formula=entry.text("formula", "ziman"))


def _periodic(entry: Table) -> Boundary:
    entry.allow("type", "partner", "temperature_difference")
    difference = entry.quantity("temperature_difference", "temperature", 0.0)
    return Periodic(entry.text("partner"), difference)


_BOUNDARIES: dict[str, Callable[[Table], Boundary]] = {
    "Isothermal": _isothermal,
    "Contact": _contact,
    "Diffuse": _diffuse,
    "HeatFlux": _heat_flux,
    "Specular": _specular,
    "Rough": _rough,
    "Periodic": _periodic,
}


def read_gradient(table: Table) -> dict[str, float]:
    """Return the gradients of ``[gradient]`` by direction [K/m]."""
    return {axis: table.quantity(axis, "temperature gradient") for axis in table.values}


def read_sources(table: Table, dim: int) -> dict[str, Source]:
    """Return the sources of ``[sources.REGION]``: a power, or a power density."""
    found: dict[str, Source] = {}
    for region, entry in table.tables().items():
        entry.allow("power", "density")
        if entry.one_of(("power", "density")) == "power":
            found[region] = Source(power=entry.quantity("power", _POWER[dim]))
        else:
            found[region] = Source(density=entry.quantity("density", "power density"))
    return found
