"""``bte run`` and ``bte compare``: solve, compare, write."""

# ruff: noqa: T201 - to print is what a command does

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import bte
from bte.case import Case, read_case
from bte.cli.screen import print_table
from bte.compare import Comparison, compare
from bte.io import load
from bte.io.together import require_directory, written_together
from bte.progress import progress
from bte.solution import Solution

_NOT_CONVERGED = 1

#: Where an interrupted run leaves what it has, in the output directory.
_CHECKPOINT = "checkpoint.npz"


def run(options: argparse.Namespace) -> int:
    """Solve a case, compare, and write all results, or none."""
    case = read_case(options.case)
    directory = Path(options.output) if options.output else case.output.directory
    require_directory(directory)
    if options.dry_run:
        sizes = {
            k: case.solve[k] for k in ("bands", "azimuths", "polars", "lanes") if k in case.solve
        }
        print(case.problem)
        print(case.problem.estimate(**sizes))
        return 0
    checkpoint = directory / _CHECKPOINT
    options.left.append(str(checkpoint))
    comparison = _solve(case, options, checkpoint)
    _print_comparison(comparison)
    with written_together(directory) as staging:
        written = _write(case, comparison, staging.path)
    for what, path in written:
        replaced = "   (replaced)" if path.name in staging.replaced else ""
        print(f"{what:<22} {directory / path.name}{replaced}")
    return _code(comparison)


def _code(comparison: Comparison) -> int:
    return 0 if all(s.converged for s in comparison.solutions) else _NOT_CONVERGED


def _solve(case: Case, options: argparse.Namespace, checkpoint: Path | None = None) -> Comparison:
    """Solve the transport equation and the continuum models of a case."""
    threads = {"threads": options.threads} if options.threads else {}
    if "accuracy" in case.solve:  # several solves, of which a checkpoint could hold one
        checkpoint = None
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
    about = {"title": case.title, "bte_version": bte.__version__, "case": case.source}
    written.append(("every number", comparison.to_json(directory / "results.json", about)))
    report = comparison.to_html(directory / "report.html", title=case.title, view=view)
    return [*written, ("report", report)]


def compare_models(options: argparse.Namespace) -> int:
    """Compare the models of a case, or saved solutions."""
    files = [Path(file) for file in options.files]
    view, title = None, ""
    if len(files) == 1 and files[0].suffix == ".toml":
        case = read_case(files[0])
        comparison, view, title = _solve(case, options), case.output.view, case.title
    else:
        solutions = [load(file) for file in files]
        comparison = compare(*solutions, labels=_labels(solutions, files))
    _print_comparison(comparison, options.tolerance)
    if options.html:
        existed = Path(options.html).exists()
        path = comparison.to_html(options.html, title=title, view=view)
        print(f"report  {path}{'   (replaced)' if existed else ''}")
    return _code(comparison)


def _labels(solutions: Sequence[Solution], files: Sequence[Path]) -> list[str]:
    """Return the models as names of solutions; the files, where models repeat."""
    models = [solution.model for solution in solutions]
    if len(set(models)) == len(models):
        return models
    stems = [file.stem for file in files]
    return stems if len(set(stems)) == len(stems) else [str(file) for file in files]


def _print_comparison(comparison: Comparison, tolerance: float = 0.05) -> None:
    for table in comparison.tables():
        print_table(table)
    print(comparison.verdict(tolerance))
    print()
