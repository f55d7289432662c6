"""Meshes of CAD models: OpenCASCADE shapes, made conforming and meshed by gmsh."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bte.errors import MeshError, quoted, unknown_name
from bte.mesh.build import Parts
from bte.mesh.cad_cells import choose_element, extract, make_periodic
from bte.mesh.cad_names import Model, import_model
from bte.mesh.naming import Boundaries
from bte.mesh.quality import unit_length
from bte.mesh.reading import CAD_SUFFIXES
from bte.mesh.step_text import fault, in_millimetres

# Where neighbouring sizes differ, cells grow by this much per unit of distance.
GROWTH = 0.3
MOST_CELLS = 5e7


class Sizing(NamedTuple):
    """Sizes of cells, in units of the file."""

    size: float
    sizes: dict[str, float]
    grading: float


def cad_parts(
    path: str | Path,
    size: float,
    unit: str,
    sizes: Mapping[str, float] | None,
    grading: float,
    regions: Sequence[str] | None,
    boundaries: Boundaries,
    element: str | None = None,
    periodic: Sequence[tuple[str, str]] = (),
) -> Parts:
    """Mesh a CAD file; see `Mesh.from_cad`.

    Raises
    ------
    MeshError
        Where an argument, the file or the model in it cannot be used.
    """
    sizing = check_sizing(size, sizes, grading, unit_length(unit))
    path = Path(path)
    if path.suffix.lower() not in CAD_SUFFIXES:
        raise MeshError(f"CAD file '{path}' has none of the extensions {quoted(CAD_SUFFIXES)}")
    if path.is_dir():
        raise MeshError(f"CAD file '{path}' is a directory; give the path of a file in it")
    if not path.is_file():
        raise MeshError(f"CAD file '{path}' does not exist; check the path")
    gmsh = load_gmsh()
    with session(gmsh), conveyed(gmsh, path):
        with readable(path) as copy, silent():
            model = import_model(gmsh, path, copy, regions, unit_length(unit))
        check_names_and_extent(sizing, model, unit_length(unit))
        choose_element(gmsh, model.dim, element)
        make_periodic(gmsh, model, periodic)
        set_sizes(gmsh, model, sizing)
        gmsh.model.mesh.generate(model.dim)
        if model.dim == 3:
            gmsh.model.mesh.optimize("Netgen")
        parts = extract(gmsh, model, str(path))
    return parts if boundaries is None else parts._replace(boundaries=boundaries)


def check_sizing(
    size: float, sizes: Mapping[str, float] | None, grading: float, scale: float
) -> Sizing:
    """Return the sizes in file units, before anything else is done."""
    checked = {name: _positive(f"size of '{name}'", s) for name, s in (sizes or {}).items()}
    ratio = _positive("grading", grading)
    if ratio < 1:
        raise MeshError(f"grading must be at least 1 (uniform), found {grading!r}")
    length = _positive("size", size) / scale
    return Sizing(length, {name: s / scale for name, s in checked.items()}, ratio)


def _positive(what: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number) or number <= 0:
        raise MeshError(f"{what} must be a positive number (lengths in m), found {value!r}")
    return number


def load_gmsh() -> Any:
    """Return the gmsh module.

    Raises
    ------
    MeshError
        Where it is not installed or lacks system libraries.
    """
    try:
        import gmsh
    except ImportError as error:
        raise MeshError(
            "meshing CAD files needs gmsh, which is not installed; "
            'pip install "phonon-bte[cad]", or mesh the file elsewhere and use Mesh.read'
        ) from error
    except OSError as error:
        raise MeshError(
            f"gmsh is installed but a system library it needs is missing ({error}); install that "
            "library, or mesh the file elsewhere and use Mesh.read"
        ) from error
    return gmsh


@contextlib.contextmanager
def session(gmsh: Any) -> Iterator[None]:
    """Give gmsh a model of our own and leave it as it was found."""
    options = {"General.Terminal": 0, "General.NumThreads": 1, "Mesh.ElementOrder": 1}
    options |= {"Mesh.Algorithm3D": 1, "Mesh.MeshSizeFromPoints": 0, "Mesh.Optimize": 1}
    options |= {"Mesh.MeshSizeExtendFromBoundary": 0, "Mesh.RecombineAll": 0, "Mesh.Algorithm": 6}
    running = bool(gmsh.isInitialized())
    if not running:
        gmsh.initialize(interruptible=False)
    before = {name: gmsh.option.getNumber(name) for name in options}
    for name, value in options.items():
        gmsh.option.setNumber(name, value)
    gmsh.model.add("bte")
    try:
        yield
    finally:
        gmsh.model.remove()
        for name, value in before.items():
            gmsh.option.setNumber(name, value)
        if not running:
            gmsh.finalize()


@contextlib.contextmanager
def conveyed(gmsh: Any, path: Path) -> Iterator[None]:
    """Turn the bare exceptions of gmsh into a MeshError."""
    try:
        yield
    except MeshError:
        raise
    except Exception as error:
        words = str(error) or gmsh.logger.getLastError() or type(error).__name__
        said = words.splitlines()[0]
        raise MeshError(
            f"CAD file '{path}' cannot be meshed (gmsh: {said}); check that the file is whole and "
            "its bodies are closed, or try a smaller size"
        ) from error


@contextlib.contextmanager
def readable(path: Path) -> Iterator[Path]:
    """Give the file with its numbers kept as they are: a STEP file in millimetres."""
    if path.suffix.lower() == ".brep":
        yield path
        return
    text = path.read_text(encoding="latin-1")
    if fault(text):
        raise MeshError(
            f"CAD file '{path}' is not a whole STEP file ({fault(text)}); it may be truncated: "
            "export it again"
        )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_text(in_millimetres(text), encoding="latin-1")
        yield copy


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Keep what OpenCASCADE prints, past Python, off the terminal."""
    sys.stdout.flush()
    kept = os.dup(1)
    with tempfile.TemporaryFile() as sink:
        os.dup2(sink.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def check_names_and_extent(sizing: Sizing, model: Model, scale: float) -> None:
    """Raise where a size names nothing, or the sizes do not fit the model."""
    known = [*model.region_names, *model.boundary_names]
    for name in sizing.sizes:
        if name not in known:
            raise MeshError(unknown_name("size for", name, known, "the model"))
    sides = model.high - model.low
    if sizing.size > sides.max():
        raise MeshError(
            f"size {sizing.size * scale:g} m is larger than the model, {sides.max() * scale:g} m; "
            "give size in metres and unit= the length of one unit of the file"
        )
    expected = np.prod(sides[: model.dim] / sizing.size) * 8
    if sizing.grading == 1 and expected > MOST_CELLS:
        raise MeshError(
            f"size {sizing.size * scale:g} m would make about {expected:.0e} cells of a model of "
            f"{sides.max() * scale:g} m; give size in metres and a unit= that fits the file"
        )


def set_sizes(gmsh: Any, model: Model, sizing: Sizing) -> None:
    """Set the size at each place: the smallest that any field asks for there.

    At distance d from a part with its own size s the size is min(size, s + growth d); with
    grading r > 1 the general size is size + (r - 1) d, d from the nearest interface.
    """
    if sizing.grading > 1:
        general = _grown(gmsh, model, model.contacts or model.outer, sizing.size, sizing)
    else:
        general = _constant(gmsh, [], model.dim, sizing.size, sizing.size)
    fields = [general]
    for name, size in sizing.sizes.items():
        bodies = model.bodies_of(name)
        around = model.hull_of(name)
        fields.append(_grown(gmsh, model, around, size, sizing))
        if bodies:
            fields.append(_constant(gmsh, bodies, model.dim, size, 1e22))
    least = gmsh.model.mesh.field.add("Min")
    gmsh.model.mesh.field.setNumbers(least, "FieldsList", fields)
    gmsh.model.mesh.field.setAsBackgroundMesh(least)


def _constant(gmsh: Any, bodies: list[int], dim: int, inside: float, outside: float) -> int:
    field = gmsh.model.mesh.field
    number: int = field.add("Constant")
    field.setNumber(number, "VIn", inside)
    field.setNumber(number, "VOut", outside)
    if bodies:
        field.setNumbers(number, "VolumesList" if dim == 3 else "SurfacesList", bodies)
    return number


def _grown(gmsh: Any, model: Model, around: list[int], size: float, sizing: Sizing) -> int:
    field = gmsh.model.mesh.field
    distance = field.add("Distance")
    field.setNumbers(distance, "SurfacesList" if model.dim == 3 else "CurvesList", around)
    samples = np.clip((model.high - model.low).max() / size, 20, 100)
    field.setNumber(distance, "Sampling", int(samples))
    growth = sizing.grading - 1 if sizing.grading > 1 else GROWTH
    number: int = field.add("MathEval")
    field.setString(number, "F", f"{size!r} + {growth!r} * F{distance}")
    return number
