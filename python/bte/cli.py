"""The command ``bte``: run and compare cases, make meshes, list materials, show results."""

# ruff: noqa: T201 - to print is what a command does

from __future__ import annotations

import argparse
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

import bte
from bte.case import Case, read_case
from bte.compare import Comparison, compare
from bte.errors import BteError
from bte.io import load
from bte.io.atomic import replacing
from bte.materials.library import available, material
from bte.mesh import Mesh, dihedral_range
from bte.post.tables import Table
from bte.progress import progress
from bte.units import parse

_BAD_INPUT = 2
_NOT_CONVERGED = 1
_INTERRUPTED = 130

#: Where an interrupted run leaves what it has, in the output directory.
_CHECKPOINT = "checkpoint.npz"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0, 1 not converged, 2 bad input."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = _show_warning
        try:
            with _notes(getattr(options, "quiet", False)):
                code = command(options)
                sys.stdout.flush()
                return code
        except BteError as error:
            print(f"bte: error: {error}", file=sys.stderr)
            return _BAD_INPUT
        except KeyboardInterrupt:
            print(f"bte: interrupted; {_kept(options)}", file=sys.stderr)
            return _INTERRUPTED
        except BrokenPipeError:
            # The reader of a pipe such as `bte show … | head` has gone: nothing to say to it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bte",
        description="Phonon Boltzmann transport on meshes, beside Fourier with Kapitza resistances",
    )
    parser.add_argument("--version", action="version", version=f"bte {bte.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_compare(commands)
    _add_mesh(commands)
    found = commands.add_parser("materials", help="list the materials, or describe some")
    found.add_argument("names", nargs="*", metavar="NAME", help="library name or .toml file")
    found.add_argument("--temperature", default="300 K", help="temperature (default 300 K)")
    found.set_defaults(command=_materials)
    shown = commands.add_parser("show", help="print what a saved solution holds")
    shown.add_argument("files", nargs="+", metavar="FILE", help="solution saved as .h5")
    shown.set_defaults(command=_show)
    return parser


def _add_run(commands: Any) -> None:
    run = commands.add_parser("run", help="solve a case, compare with Fourier, write the results")
    run.add_argument("case", help="case file (.toml)")
    run.add_argument("--dry-run", action="store_true", help="check the case and say what it takes")
    run.add_argument("--output", metavar="DIR", help="directory of the results")
    _add_solve_options(run)
    run.set_defaults(command=_run)


def _add_compare(commands: Any) -> None:
    both = commands.add_parser("compare", help="compare models of a case, or saved solutions")
    both.add_argument("files", nargs="+", metavar="FILE", help="a case, or solutions as .h5")
    both.add_argument("--html", metavar="FILE", help="write a report")
    both.add_argument("--tolerance", type=float, default=0.05, help="of the verdict (default 0.05)")
    _add_solve_options(both)
    both.set_defaults(command=_compare)


def _add_solve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=_positive, metavar="N", help="threads (default: all)")
    parser.add_argument("--quiet", action="store_true", help="no progress, no notes")


def _add_mesh(commands: Any) -> None:
    mesh = commands.add_parser("mesh", help="mesh a CAD file, or describe a mesh file")
    mesh.add_argument("file", help="STEP or BREP file, or a mesh file")
    mesh.add_argument("--size", help='cell size of a CAD file, such as "5 nm"')
    mesh.add_argument("--unit", help="length of one unit of the file (default m; CAD: nm)")
    mesh.add_argument("-o", "--output", metavar="FILE", help="write the mesh (.msh, same unit)")
    mesh.set_defaults(command=_mesh)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return number


def _run(options: argparse.Namespace) -> int:
    case = read_case(options.case)
    if options.dry_run:
        sizes = {k: case.solve[k] for k in ("bands", "azimuths", "polars") if k in case.solve}
        print(case.problem)
        print(case.problem.estimate(**sizes))
        return 0
    directory = Path(options.output) if options.output else case.output.directory
    _require_directory(directory)
    comparison = _solve(case, options, directory / _CHECKPOINT)
    _print_comparison(comparison)
    for what, path in _write(case, comparison, directory):
        print(f"{what:<30} {path}")
    return 0 if all(s.converged for s in comparison.solutions) else _NOT_CONVERGED


def _require_directory(directory: Path) -> None:
    """Make sure before the solve that results have a place to go."""
    for place in (directory, *directory.parents):
        if place.exists():
            if not place.is_dir():
                raise BteError(
                    f"output directory '{directory}': '{place}' is a file; choose another"
                )
            return


def _kept(options: argparse.Namespace) -> str:
    """Say what an interrupted command leaves behind."""
    if getattr(options, "command", None) is not _run:
        return "nothing was written over"
    directory = Path(options.output) if options.output else read_case(options.case).output.directory
    checkpoint = directory / _CHECKPOINT
    if not checkpoint.exists():
        return "nothing was written over"
    return f"the same command goes on from {checkpoint}"


def _solve(case: Case, options: argparse.Namespace, checkpoint: Path | None = None) -> Comparison:
    """Solve the transport equation and the continuum models of a case."""
    threads = {"threads": options.threads} if options.threads else {}
    with progress("phonon BTE", quiet=options.quiet) as callback:
        solution = case.problem.solve(
            **case.solve, **threads, callback=callback, checkpoint=checkpoint
        )
    bands = {key: case.solve[key] for key in ("bands",) if key in case.solve}
    return compare(solution, *(case.problem.solve_fourier(m, **bands) for m in case.models))


def _write(case: Case, comparison: Comparison, directory: Path) -> list[tuple[str, Path]]:
    """Write all results; return what was written where."""
    view = case.output.view
    written = [
        ("fields for ParaView", solution.save(directory / f"{solution.model}.vtu"))
        for solution in comparison.solutions
    ]
    written += [
        ("solution (bte show)", solution.save(directory / f"{solution.model}.h5"))
        for solution in comparison.solutions
    ]
    written.append(("figure", comparison.plot(directory / "figure.png", view)))
    written.append(("every number", comparison.to_json(directory / "results.json")))
    report = comparison.to_html(directory / "report.html", title=case.title, view=view)
    return [*written, ("report", report)]


def _compare(options: argparse.Namespace) -> int:
    files = [Path(file) for file in options.files]
    view, title = None, ""
    if len(files) == 1 and files[0].suffix == ".toml":
        case = read_case(files[0])
        comparison, view, title = _solve(case, options), case.output.view, case.title
    else:
        comparison = compare(*(load(file) for file in files))
    _print_comparison(comparison, options.tolerance)
    if options.html:
        print(f"report  {comparison.to_html(options.html, title=title, view=view)}")
    return 0 if all(s.converged for s in comparison.solutions) else _NOT_CONVERGED


def _mesh(options: argparse.Namespace) -> int:
    path = Path(options.file)
    if path.suffix.lower() in (".step", ".stp", ".brep"):
        if options.size is None:
            raise BteError(f"'{path}' is a CAD file, so it needs a cell size; add --size '5 nm'")
        size = parse(_number_or_text(options.size), "length", "--size")
        unit = options.unit or "nm"
        mesh = Mesh.from_cad(path, size=size, unit=unit)
    else:
        unit = options.unit or "m"
        mesh = Mesh.read(path, unit=unit)
    print(mesh.describe())
    if mesh.dim == 3:
        low, high = _dihedral_degrees(mesh)
        print(f"  dihedral angles {low:.1f} … {high:.1f} degrees")
    if options.output:
        with replacing(options.output) as temporary:
            mesh.write(temporary, unit=unit)
        print(f"  written to {options.output} in units of {unit}")
    return 0


def _dihedral_degrees(mesh: Mesh) -> tuple[float, float]:
    angles = dihedral_range(mesh)
    return float(angles.min()), float(angles.max())


def _number_or_text(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _materials(options: argparse.Namespace) -> int:
    temperature = parse(_number_or_text(options.temperature), "temperature", "--temperature")
    if options.names:
        print("\n\n".join(material(name).describe(temperature) for name in options.names))
        return 0
    rows = []
    for name in available():
        found = material(name)
        conductivity = f"{found.conductivity(temperature):.4g} W/m/K"
        capacity = f"{found.heat_capacity(temperature) / 1e6:.4g} MJ/m3/K"
        rows.append((name, conductivity, capacity, found.title))
    header = ("material", "conductivity", "heat capacity", "")
    _print_table(Table(f"Materials at {temperature:g} K", header, tuple(rows)))
    return 0


def _show(options: argparse.Namespace) -> int:
    for file in options.files:
        print(load(file).summary())
    return 0


def _print_comparison(comparison: Comparison, tolerance: float = 0.05) -> None:
    for table in comparison.tables():
        _print_table(table)
    print(comparison.verdict(tolerance))
    print()


def _print_table(table: Table) -> None:
    """Print a rich table to a terminal, and plain text, which no width cuts, elsewhere."""
    console = Console()
    if not console.is_terminal:
        print(table.text(), end="\n\n")
        return
    shown = RichTable(title=table.title, title_justify="left", title_style="bold")
    for i, name in enumerate(table.header):
        shown.add_column(name, justify="right" if i else "left", no_wrap=i == 0)
    for row in table.rows:
        shown.add_row(*row)
    console.print(shown)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"bte: warning: {message}", file=sys.stderr)


@contextmanager
def _notes(quiet: bool) -> Iterator[None]:
    """Show what the library logs on stderr while a command runs; only warnings when quiet."""
    logger = logging.getLogger("bte")
    before = logger.level
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("bte: note: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
