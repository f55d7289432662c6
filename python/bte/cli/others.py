"""``bte mesh``, ``bte materials`` and ``bte show``."""

# ruff: noqa: T201 - to print is what a command does

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bte.cli.screen import print_table
from bte.errors import BteError
from bte.io import load
from bte.io.atomic import replacing
from bte.io.pictures import check_figure
from bte.io.together import require_directory
from bte.materials.library import available, entry, material
from bte.mesh import Mesh, dihedral_range
from bte.plot_material import plot_material
from bte.post.tables import Table
from bte.units import parse

_CAD = (".step", ".stp", ".brep")
_CAD_OPTIONS = ("size", "sizes", "grading", "regions")


def mesh(options: argparse.Namespace) -> int:
    """Mesh a CAD file or read a mesh file, describe it, and write it where asked."""
    path = Path(options.file)
    cad = path.suffix.lower() in _CAD
    if options.output:
        _check_output(Path(options.output))
    unit = ("nm" if cad else "m") if options.unit is None else options.unit
    made = _from_cad(path, options, unit) if cad else _from_mesh_file(path, options, unit)
    print(made.describe())
    if made.dim == 3:
        angles = dihedral_range(made)
        low, high = float(angles.min()), float(angles.max())
        print(f"  dihedral angles {low:.1f} … {high:.1f} degrees")
    if options.output:
        existed = Path(options.output).exists()
        with replacing(options.output) as temporary:
            made.write(temporary, unit=unit)
        replaced = ", replaced" if existed else ""
        print(f"  written to {options.output} in units of {unit}{replaced}")
    return 0


def _check_output(path: Path) -> None:
    """Refuse, before any meshing, a file that could not be written after it."""
    if path.suffix != ".msh":
        raise BteError(
            f"mesh cannot be written as '{path}': meshes are gmsh files, so give a name that "
            "ends in .msh"
        )
    require_directory(path.parent)


def _from_mesh_file(path: Path, options: argparse.Namespace, unit: str) -> Mesh:
    for name in _CAD_OPTIONS:
        if getattr(options, name) is not None:
            raise BteError(f"'{path}' is no CAD file, so --{name} means nothing; leave it out")
    return Mesh.read(path, unit=unit)


def _from_cad(path: Path, options: argparse.Namespace, unit: str) -> Mesh:
    if options.size is None:
        raise BteError(f"'{path}' is a CAD file, so it needs a cell size; add --size '5 nm'")
    size = _positive_length(options.size, "--size")
    more: dict[str, Any] = {}
    if options.sizes:
        more["sizes"] = _sizes(options.sizes)
    if options.grading is not None:
        more["grading"] = _number(options.grading, "--grading")
    if options.regions:
        more["regions"] = [name.strip() for name in options.regions.split(",")]
    return Mesh.from_cad(path, size=size, unit=unit, **more)


def _sizes(entries: Sequence[str]) -> dict[str, float]:
    """Return sizes by name from texts such as ``fin=2nm``."""
    found = {}
    for text in entries:
        name, equals, size = text.partition("=")
        if not equals or not name or not size:
            raise BteError(f"--sizes '{text}' is no name and size; write it as fin=2nm")
        found[name.strip()] = _positive_length(size, f"--sizes {name}")
    return found


def _positive_length(text: str, name: str) -> float:
    value = parse(text, "length", name)
    if value <= 0.0:
        raise BteError(f"{name} is '{text}'; it must be positive, such as '5 nm'")
    return value


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BteError(f"{name} is '{text}'; it must be a number") from None


def materials(options: argparse.Namespace) -> int:
    """List the materials of the library, or describe some, and draw one where asked."""
    temperature = None
    if options.temperature is not None:
        temperature = parse(options.temperature, "temperature", "--temperature")
        if temperature <= 0.0:
            raise BteError(f"--temperature is '{options.temperature}'; it must be above 0 K")
    if options.plot and len(options.names) != 1:
        raise BteError(
            f"--plot draws one material, and {len(options.names)} are named; name one, as in "
            "bte materials Si --plot si.png"
        )
    if not options.names:
        print_table(_library(temperature))
        print("bte materials NAME tells all of one; alloys are named Si0.7Ge0.3")
        return 0
    if options.plot:
        check_figure(options.plot)
        require_directory(Path(options.plot).parent)
    print("\n\n".join(material(name).describe(temperature) for name in options.names))
    if options.plot:
        drawn = plot_material(entry(options.names[0]), options.plot, temperature)
        print(f"  drawn in {drawn}")
    return 0


def _library(temperature: float | None) -> Table:
    """Return the table of the library, each entry at its own temperature where none is given."""
    rows = []
    for name in available():
        found = entry(name)
        assert found.sheet is not None
        at = found.sheet.reference_temperature if temperature is None else temperature
        values = ("-", "-")
        if not any("is meant for" in text for text in found.cautions(at)):
            capacity = found.heat_capacity(at) / 1e6
            electrons = found.sheet.electrons
            total = f" of {electrons.conductivity:g}" if electrons else ""
            values = (f"{found.conductivity(at):.4g}{total}", f"{capacity:#.3g}")
        what = re.split("[,:]", found.title, maxsplit=1)[0]
        rows.append((name, f"{at:g}", *values, found.sheet.status, what))
    header = ("material", "T [K]", "κ [W/m/K]", "C [MJ/m3/K]", "sources", "what")
    return Table("Materials", header, tuple(rows), notes=2)


def show(options: argparse.Namespace) -> int:
    """Print what saved solutions hold, each under the name of its file."""
    for i, file in enumerate(options.files):
        solution = load(file)
        print(f"{'' if i == 0 else chr(10)}{file}")
        print(solution.summary())
    return 0
