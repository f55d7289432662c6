"""The answer of the transport equation beside those of the continuum models."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bte.errors import BteError
from bte.io.json import solution_numbers, write_json
from bte.plot import View, save_figure
from bte.post.numbers import ModelNumbers, all_tables, model_numbers, parts_deviation
from bte.post.tables import Table
from bte.report import save_report
from bte.solution import Solution
from bte.solution.text import model_title

log = logging.getLogger("bte")

LADDER = ("fourier", "kapitza", "slip", "size")


@dataclass(frozen=True)
class Verdict:
    """Which continuum model will do.

    Attributes
    ----------
    text : str
        One sentence.
    level : str
        ``"good"``: one suffices; ``"fair"``: one does in total, but its parts differ; ``"poor"``:
        none does; ``"none"``: there is no continuum model.
    """

    text: str
    level: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """Solutions of one problem by several models, the first being the reference.

    Attributes
    ----------
    solutions : tuple of Solution
        The reference first.
    labels : tuple of str
        What they are called: their models, where these differ.
    """

    solutions: tuple[Solution, ...]
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.labels:
            object.__setattr__(self, "labels", _distinct([s.model for s in self.solutions]))

    @property
    def reference(self) -> Solution:
        """The solution that the others are measured against."""
        return self.solutions[0]

    @property
    def by_label(self) -> dict[str, Solution]:
        """The solutions by their labels, the reference first."""
        return dict(zip(self.labels, self.solutions, strict=True))

    @property
    def numbers(self) -> dict[str, ModelNumbers]:
        """Peak rise, power, resistance and their errors, by label."""
        return {name: model_numbers(name, s, self.reference) for name, s in self.by_label.items()}

    def tables(self) -> tuple[Table, ...]:
        """Return the tables: models, power balance, interfaces, resistances of the parts."""
        found = self.by_label
        order = [self.labels[0], *self._candidates()]
        return all_tables({name: found[name] for name in dict.fromkeys([*order, *found])})

    def _candidates(self) -> list[str]:
        """Return the labels of the continuum models beside the reference, the simplest first."""
        found = [n for n, s in list(self.by_label.items())[1:] if s.model in LADDER]
        return sorted(found, key=lambda name: LADDER.index(self.by_label[name].model))

    def table(self) -> str:
        """Return all tables as plain text."""
        return "\n\n".join(table.text() for table in self.tables())

    def __str__(self) -> str:
        return self.table()

    def sufficient(self, tolerance: float = 0.05) -> str | None:
        """Return the simplest continuum model whose errors are all within ``tolerance``.

        The errors are those of peak temperature rise, power and total resistance; None where no
        model of this comparison is good enough. `verdict` says what the parts do.
        """
        if not tolerance > 0.0:
            raise BteError(f"tolerance must be positive, found {tolerance}; use 0.05 for 5 %")
        numbers = self.numbers
        good = (name for name in self._candidates() if numbers[name].error <= tolerance)
        return next(good, None)

    def nearest(self) -> str | None:
        """Return the continuum model with the least error; None where there is none."""
        numbers = self.numbers
        return min(self._candidates(), key=lambda name: numbers[name].error, default=None)

    def verdict(self, tolerance: float = 0.05) -> str:
        """Return one sentence that says which continuum model suffices, and in what."""
        return self.judge(tolerance).text

    def judge(self, tolerance: float = 0.05) -> Verdict:
        """Return the verdict with its level."""
        found, best = self.sufficient(tolerance), self.nearest()
        if best is None:
            return Verdict(self._without_continuum(), "none")
        what = "peak rise and resistance"
        if self.reference.gradient:
            what = "peak rise, resistance and the heat along the imposed gradient"
        within = f"within {100 * tolerance:g} % in {what}"
        if found is None:
            error = self.numbers[best].error
            return Verdict(
                f"No continuum model here suffices {within}: the nearest, {model_title(best)}, is "
                f"{100 * error:.1f} % off.",
                "poor",
            )
        error = self.numbers[found].error
        parts = parts_deviation(self.by_label[found], self.reference)
        differ = parts > tolerance
        more = f"; its parts differ by up to {100 * parts:.3g} %, see the table" if differ else ""
        return Verdict(
            f"{model_title(found)} suffices {within}: its largest deviation is "
            f"{100 * error:.2f} %{more}.",
            "fair" if differ else "good",
        )

    def _without_continuum(self) -> str:
        numbers = list(self.numbers.values())[1:]
        far = max(numbers, key=lambda n: n.error)
        first, other = model_title(self.labels[0]), model_title(far.model)
        return (
            "There is no continuum model in this comparison; the largest deviation from "
            f"{first} is {100 * far.error:.2f} %, of {other}."
        )

    def panels(self, tolerance: float = 0.05) -> dict[str, str]:
        """Return the labels whose fields are drawn, and what their titles add.

        The reference, the model given first (in general Kapitza), and the continuum model that
        suffices, or else the nearest one, where that is another.
        """
        shown = dict.fromkeys(self.labels[:2], "")
        found = self.sufficient(tolerance)
        best = found or self.nearest()
        if best is not None:
            shown[best] = f"suffices within {100 * tolerance:g} %" if found else "nearest"
        return shown

    def to_html(self, path: str | Path, title: str = "", view: View | None = None) -> Path:
        """Write a report in one self-contained HTML file; return its path."""
        verdict = self.judge()
        return save_report(
            self.by_label,
            self.tables(),
            (verdict.text, verdict.level),
            path,
            title=title,
            view=view,
            panels=self.panels(),
        )

    def plot(self, path: str | Path, view: View | None = None) -> Path:
        """Write the figure: temperature fields side by side, and lines; return its path."""
        return save_figure(self.by_label, path, view, self.panels())

    def to_json(self, path: str | Path, about: Mapping[str, Any] | None = None) -> Path:
        """Write every number of every solution and of the comparison; return the path.

        Parameters
        ----------
        path : path
            The file.
        about : mapping, optional
            What else the file is to hold, ahead of the numbers: a title, the inputs.
        """
        write_json({**(about or {}), **self.document()}, path)
        return Path(path)

    def document(self) -> dict[str, Any]:
        """Return every number as plain values."""
        return {
            "models": {name: solution_numbers(s) for name, s in self.by_label.items()},
            "comparison": {
                "reference": self.labels[0],
                "numbers": {m: {**vars(n), "error": n.error} for m, n in self.numbers.items()},
                "sufficient": {f"{t:g}": self.sufficient(t) for t in (0.01, 0.05, 0.1, 0.2)},
                "verdict": vars(self.judge()),
            },
        }


def compare(
    reference: Solution, *others: Solution, labels: Sequence[str] | None = None
) -> Comparison:
    """Compare solutions of one problem, or of a study of one parameter.

    Parameters
    ----------
    reference : Solution
        What the others are measured against, in general the BTE.
    *others : Solution
        Continuum models, or solutions by the same model with other parameters; meshes may differ.
    labels : sequence of str, optional
        Names for tables and figures, one for each; by default the models, numbered where they
        repeat: ``"bte"``, ``"bte (2)"``.

    Raises
    ------
    BteError
        When there is nothing to compare with, something is no solution, or dimensions differ.
    """
    solutions = (reference, *others)
    _check_solutions(solutions)
    for other in others:
        if other.mesh.dim != reference.mesh.dim:
            raise BteError(
                f"solution '{other.model}' is {other.mesh.dim}D and '{reference.model}' is "
                f"{reference.mesh.dim}D; compare solutions of one dimension"
            )
    if not all(_same_mesh(reference, other) for other in others):
        log.info("the solutions lie on different meshes: deviations include those of the meshes")
    if labels is not None and len(labels) != len(solutions):
        raise BteError(f"labels has {len(labels)} names for {len(solutions)} solutions; give each")
    return Comparison(solutions, _distinct(labels or [s.model for s in solutions]))


def _check_solutions(solutions: Sequence[Any]) -> None:
    for i, solution in enumerate(solutions):
        if not isinstance(solution, Solution):
            listed = isinstance(solution, list | tuple)
            advice = "write compare(a, *list)" if listed else "problem.solve() returns one"
            raise BteError(
                f"compare takes solutions one by one, argument {i + 1} is a "
                f"{type(solution).__name__}; {advice}"
            )
    if len(solutions) < 2:
        raise BteError("compare needs at least two solutions, found 1; add problem.solve_fourier()")


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names with those that repeat numbered: ``bte``, ``bte (2)``."""
    found: list[str] = []
    for name in names:
        label, count = name, 1
        while label in found:
            count += 1
            label = f"{name} ({count})"
        found.append(label)
    return tuple(found)


def _same_mesh(a: Solution, b: Solution) -> bool:
    if a.mesh is b.mesh:
        return True
    same = a.mesh.n_node == b.mesh.n_node and a.mesh.region_names == b.mesh.region_names
    return same and bool(np.array_equal(a.mesh.node_points, b.mesh.node_points))
