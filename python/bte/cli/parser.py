"""What the command line takes, and the call of the command it names."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import bte
from bte.cli.interface import add_interface
from bte.cli.others import materials, mesh, show
from bte.cli.run import compare_models, run
from bte.cli.screen import notes, show_warning


def run_command(arguments: Sequence[str] | None, left: list[str]) -> int:
    """Run the command that the arguments name; return its exit code.

    Parameters
    ----------
    arguments : sequence of str or None
        By default those of the process.
    left : list of str
        Takes the paths of checkpoints that an interrupt may leave.
    """
    options = _parser().parse_args(arguments)
    options.left = left
    command: Callable[[argparse.Namespace], int] = options.command
    with warnings.catch_warnings(), notes(getattr(options, "quiet", False)) as said:
        warnings.simplefilter("always")
        warnings.showwarning = show_warning(said)
        code = command(options)
        sys.stdout.flush()
    return code


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
    add_interface(commands)
    found = commands.add_parser("materials", help="list the materials, or describe some")
    found.add_argument("names", nargs="*", metavar="NAME", help="library name or .toml file")
    found.add_argument(
        "--temperature", help="temperature (default: that of each entry's values, mostly 300 K)"
    )
    found.add_argument("--plot", metavar="FILE", help="draw the material in FILE (png, pdf, svg)")
    found.set_defaults(command=materials)
    shown = commands.add_parser("show", help="print what a saved solution holds")
    shown.add_argument("files", nargs="+", metavar="FILE", help="solution saved as .h5")
    shown.set_defaults(command=show)
    return parser


def _add_run(commands: Any) -> None:
    found = commands.add_parser("run", help="solve a case, compare with Fourier, write the results")
    found.add_argument("case", help="case file (.toml)")
    found.add_argument("--dry-run", action="store_true", help="check the case, say what it takes")
    found.add_argument("--output", metavar="DIR", help="directory of the results")
    _add_solve_options(found)
    found.set_defaults(command=run)


def _add_compare(commands: Any) -> None:
    both = commands.add_parser("compare", help="compare models of a case, or saved solutions")
    both.add_argument("files", nargs="+", metavar="FILE", help="a case, or solutions as .h5")
    both.add_argument("--html", metavar="FILE", help="write a report")
    both.add_argument("--tolerance", type=float, default=0.05, help="of the verdict (default 0.05)")
    _add_solve_options(both)
    both.set_defaults(command=compare_models)


def _add_solve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=_positive, metavar="N", help="threads (default: all)")
    parser.add_argument("--quiet", action="store_true", help="no progress, no notes")


def _add_mesh(commands: Any) -> None:
    found = commands.add_parser("mesh", help="mesh a CAD file, or describe a mesh file")
    found.add_argument("file", help="STEP or BREP file, or a mesh file")
    found.add_argument("--size", help='cell size of a CAD file, such as "5 nm"')
    found.add_argument(
        "--sizes",
        nargs="+",
        metavar="NAME=SIZE",
        help="cell sizes in and around bodies or outer faces of a CAD file, such as fin=2nm",
    )
    found.add_argument(
        "--grading", metavar="RATIO", help="growth of the cells of a CAD file (1: uniform)"
    )
    found.add_argument(
        "--regions", metavar="A,B,…", help="names of the bodies of a CAD file that has none"
    )
    found.add_argument("--unit", help="length of one unit of the file (default m; CAD: nm)")
    found.add_argument("-o", "--output", metavar="FILE", help="write the mesh (.msh, same unit)")
    found.set_defaults(command=mesh)


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a positive whole number")
    return number
