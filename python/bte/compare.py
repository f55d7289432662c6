"""The answer of the transport equation beside those of the continuum models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bte.errors import BteError
from bte.io.json import solution_numbers, write_json
from bte.plot import View, save_figure
from bte.post.numbers import ModelNumbers, all_tables, model_numbers
from bte.post.tables import Table
from bte.report import save_report
from bte.solution import Solution
from bte.solution.text import model_title

LADDER = ("fourier", "kapitza", "slip", "size")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Solutions of one problem by several models, the first being the reference.

    Attributes
    ----------
    solutions : tuple of Solution
        The reference first.
    """

    solutions: tuple[Solution, ...]

    @property
    def reference(self) -> Solution:
        """The solution that the others are measured against."""
        return self.solutions[0]

    @property
    def numbers(self) -> dict[str, ModelNumbers]:
        """Peak rise, power, resistance and their errors, by model."""
        return {s.model: model_numbers(s, self.reference) for s in self.solutions}

    def tables(self) -> tuple[Table, ...]:
        """Return the tables: models, power balance, interfaces, resistances of the parts."""
        return all_tables((self.reference, *self._by_rung()))

    def _by_rung(self) -> list[Solution]:
        """Return the others in the order of the ladder, what is not on it last."""
        rank = {model: i for i, model in enumerate(LADDER)}
        return sorted(self.solutions[1:], key=lambda s: rank.get(s.model, len(rank)))

    def table(self) -> str:
        """Return all tables as plain text."""
        return "\n\n".join(table.text() for table in self.tables())

    def __str__(self) -> str:
        return self.table()

    def sufficient(self, tolerance: float = 0.05) -> str | None:
        """Return the simplest continuum model whose errors are all within ``tolerance``.

        The errors are those of peak temperature rise, power and total resistance; None where no
        model of this comparison is good enough.
        """
        if not tolerance > 0.0:
            raise BteError(f"tolerance must be positive, found {tolerance}; use 0.05 for 5 %")
        numbers = self.numbers
        for model in LADDER:
            if model in numbers and numbers[model].error <= tolerance:
                return model
        return None

    def verdict(self, tolerance: float = 0.05) -> str:
        """Return one sentence that says which continuum model suffices."""
        found = self.sufficient(tolerance)
        others = [n for n in self.numbers.values() if n.model in LADDER]
        if not others:
            return "There is no continuum model in this comparison."
        if found:
            error = self.numbers[found].error
            return (
                f"{model_title(found)} suffices within {tolerance:.0%}: its largest deviation is "
                f"{error:.2%}."
            )
        best = min(others, key=lambda n: n.error)
        return (
            f"No continuum model here suffices within {tolerance:.0%}: the best, "
            f"{model_title(best.model)}, is {best.error:.1%} off."
        )

    def to_html(self, path: str | Path, title: str = "", view: View | None = None) -> Path:
        """Write a report in one self-contained HTML file; return its path."""
        tables, verdict = self.tables(), self.verdict()
        return save_report(self.solutions, tables, verdict, path, title=title, view=view)

    def plot(self, path: str | Path, view: View | None = None) -> Path:
        """Write the figure: two temperature fields side by side, and lines; return its path."""
        return save_figure(self.solutions, path, view)

    def to_json(self, path: str | Path) -> Path:
        """Write every number of every solution and of the comparison; return the path."""
        write_json(self.document(), path)
        return Path(path)

    def document(self) -> dict[str, Any]:
        """Return every number as plain values."""
        return {
            "models": {s.model: solution_numbers(s) for s in self.solutions},
            "comparison": {
                "reference": self.reference.model,
                "numbers": {m: {**vars(n), "error": n.error} for m, n in self.numbers.items()},
                "sufficient": {f"{t:g}": self.sufficient(t) for t in (0.01, 0.05, 0.1, 0.2)},
            },
        }


def compare(reference: Solution, *others: Solution) -> Comparison:
    """Compare solutions of one problem on one mesh.

    Parameters
    ----------
    reference : Solution
        What the others are measured against, in general the BTE.
    *others : Solution
        Continuum models.

    Raises
    ------
    BteError
        When there is nothing to compare with, meshes differ, or a model occurs twice.
    """
    if not others:
        raise BteError("compare needs at least two solutions, found 1; add problem.solve_fourier()")
    models = [s.model for s in (reference, *others)]
    for model in models:
        if models.count(model) > 1:
            raise BteError(f"model '{model}' occurs {models.count(model)} times; give each once")
    for other in others:
        if not _same_mesh(reference, other):
            raise BteError(
                f"solution '{other.model}' lies on another mesh than '{reference.model}'; "
                "solve both on the same mesh"
            )
    return Comparison((reference, *others))


def _same_mesh(a: Solution, b: Solution) -> bool:
    if a.mesh is b.mesh:
        return True
    same = a.mesh.n_node == b.mesh.n_node and a.mesh.region_names == b.mesh.region_names
    return same and bool(np.array_equal(a.mesh.node_points, b.mesh.node_points))
