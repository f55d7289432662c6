"""A whole case: read and checked before anything is computed or written."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bte.api import Problem
from bte.case.interfaces import read_interfaces
from bte.case.sections import (
    read_boundaries,
    read_gradient,
    read_materials,
    read_mesh,
    read_sources,
)
from bte.case.table import Table, in_case
from bte.compare import LADDER
from bte.errors import BteError, CaseError, unknown_name
from bte.mesh import Mesh
from bte.plot import View
from bte.post.section import AXES
from bte.quadrature import quadrature
from bte.solution.locate import describe_box
from bte.solvers.compression import Choice, checked
from bte.solvers.precision import PRECISIONS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_SECTIONS = (
    "title",
    "temperature",
    "mesh",
    "materials",
    "boundaries",
    "interfaces",
    "sources",
    "gradient",
    "solve",
    "fourier",
    "output",
)
#: Settings of the quadrature.
_DIRECTIONS = ("azimuths", "polars", "azimuth_rule", "axis", "towards")
_DEFAULT_MODELS = ("kapitza", "fourier", "slip", "size")


@dataclass(frozen=True)
class Output:
    """Where results go and what the figure shows.

    Attributes
    ----------
    directory : Path
        Where files are written.
    view : View
        Section and line of the figure.
    """

    directory: Path
    view: View


@dataclass(frozen=True, eq=False)
class Case:
    """A problem and what to do with it.

    Attributes
    ----------
    path : Path
        The case file.
    source : str
        Its text.
    title : str
        Title of the report.
    problem : Problem
        What is to be solved.
    solve : dict
        Options of the transport solve, such as bands and tolerance.
    models : tuple of str
        Continuum models to compare with; the first is drawn beside the BTE.
    output : Output
        Where results go.
    """

    path: Path
    source: str
    title: str
    problem: Problem
    solve: Mapping[str, Any]
    models: tuple[str, ...]
    output: Output


def read_case(path: str | Path) -> Case:
    """Read and check a case file.

    Raises
    ------
    CaseError
        When anything in it is missing, unknown or wrong; the message names file and section.
    """
    path = Path(path)
    source = _text(path)
    table = Table(_parse(path, source), "the case")
    try:
        return _build(path, source, table)
    except BteError as error:
        raise in_case(path, error) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CaseError(f"case '{path}' does not exist; give the path of a .toml file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"case '{path}' cannot be read: {error}") from error


def _parse(path: Path, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise CaseError(f"case '{path}' is not valid TOML: {error}") from error


def _build(path: Path, source: str, table: Table) -> Case:
    table.allow(*_SECTIONS)
    folder = path.parent
    # All that needs no mesh first: a wrong key should not wait for a mesh to be made.
    title = table.text("title", path.stem)
    temperature = table.quantity("temperature", "temperature", 300.0)
    solve, models = _read_solve(table.table("solve")), _read_models(table.table("fourier"))
    boundaries = read_boundaries(table.table("boundaries", required=True))
    interfaces = read_interfaces(table.table("interfaces"), folder)
    materials = read_materials(table.table("materials", required=True), folder)
    output = table.table("output").allow("directory", "line", "slice")
    mesh = read_mesh(table.table("mesh", required=True), folder)
    problem = Problem(
        mesh,
        materials=materials,
        boundaries=boundaries,
        interfaces=interfaces,
        sources=read_sources(table.table("sources"), mesh.dim),
        temperature=temperature,
        gradient=read_gradient(table.table("gradient")),
    )
    # A rule that cannot be made should not wait for the solve either.
    quadrature(mesh.dim, **{key: solve[key] for key in _DIRECTIONS if key in solve})
    return Case(path, source, title, problem, solve, models, _read_output(output, mesh, path))


def _read_solve(table: Table) -> dict[str, Any]:
    table.allow(*_DIRECTIONS, "bands", "tolerance", "max_sweeps", "precision", "lanes", "accuracy")
    options: dict[str, Any] = {
        key: table.integer(key)
        for key in ("bands", "azimuths", "polars", "max_sweeps")
        if key in table
    }
    for key in ("azimuth_rule", "axis", "towards"):
        if key in table:
            options[key] = table.raw(key)
    if "precision" in table:
        options["precision"] = table.choice("precision", PRECISIONS)
    if "lanes" in table:
        options["lanes"] = _lanes(table.raw("lanes"))
    for key in ("tolerance", "accuracy"):
        if key in table:
            options[key] = _fraction(key, table.raw(key))
    return options


def _lanes(value: Any) -> Choice:
    try:
        return checked(value)
    except BteError as error:
        raise CaseError(f"[solve] {error}") from None


def _fraction(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 < value < 1.0:
        raise CaseError(f"[solve] {key} is {value!r}; it must be a number between 0 and 1")
    return float(value)


def _read_models(table: Table) -> tuple[str, ...]:
    table.allow("model", "models")
    if not table.values:
        return _DEFAULT_MODELS
    given = table.raw(table.one_of(("model", "models")))
    models = [given] if isinstance(given, str) else given
    if not isinstance(models, list) or not models:
        raise CaseError(f"[fourier] models is {given!r}; it must be a list of names")
    for model in models:
        if model not in LADDER:
            raise CaseError(unknown_name("model", str(model), LADDER, "[fourier]"))
    return tuple(dict.fromkeys(models))


def _read_output(table: Table, mesh: Mesh, path: Path) -> Output:
    """Return where results go: as the case says, or ``results/NAME`` where the command runs."""
    directory = Path("results") / path.stem
    if "directory" in table:
        directory = path.parent / table.text("directory")
    view: dict[str, Any] = {}
    if "line" in table:
        view |= _read_line(table.table("line"), mesh)
    if "slice" in table:
        view |= _read_slice(table.table("slice"), mesh)
    return Output(directory, View(**view))


def _read_line(table: Table, mesh: Mesh) -> dict[str, Any]:
    table.allow("from", "to", "points")
    ends = [table.quantities(key, "length", mesh.dim) for key in ("from", "to")]
    low, high = np.min(mesh.points, axis=0), np.max(mesh.points, axis=0)
    slack = 1e-9 * float(np.max(high - low))
    for key, end in zip(("from", "to"), ends, strict=True):
        if np.any(end < low - slack) or np.any(end > high + slack):
            raise CaseError(
                f"{table.place} {key} lies outside the mesh, which fills {describe_box(mesh)}"
            )
    if ends[0] == ends[1]:
        raise CaseError(f"{table.place} starts where it ends; give two different points")
    points = table.integer("points", 600)
    if points < 2:
        raise CaseError(f"{table.place} points is {points}; a line needs at least 2")
    return {"start": ends[0], "end": ends[1], "points": points}


def _read_slice(table: Table, mesh: Mesh) -> dict[str, Any]:
    table.allow("normal", "at")
    if mesh.dim != 3:
        raise CaseError(f"{table.place} is for 3D; the mesh is {mesh.dim}D, so remove it")
    normal = table.choice("normal", tuple(AXES))
    level = table.quantity("at", "length", None)
    axis = AXES.index(normal)
    low, high = np.min(mesh.points, axis=0)[axis], np.max(mesh.points, axis=0)[axis]
    if level is not None and not low <= level <= high:
        raise CaseError(
            f"{table.place} {normal} = {level:g} m misses the mesh, which fills "
            f"{describe_box(mesh)}"
        )
    return {"normal": normal, "level": level}
