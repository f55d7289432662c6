"""The report of a comparison: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bte.io.atomic import write_text
from bte.plot import View, figure
from bte.post.tables import Table
from bte.solution.text import model_title, short_title

if TYPE_CHECKING:
    from bte.solution import Solution

_CSS = """
:root { --ink: #1c2733; --soft: #5d6b7a; --line: #dde3ea; --accent: #c1272d; --paper: #ffffff; }
* { box-sizing: border-box; }
body { margin: 0; background: #f3f5f8; color: var(--ink);
  font: 15px/1.55 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1040px; margin: 2.5rem auto; padding: 2.5rem 3rem; background: var(--paper);
  border-radius: 10px; box-shadow: 0 1px 8px rgba(20, 40, 70, .09); }
h1 { margin: 0 0 .2rem; font-size: 1.7rem; letter-spacing: -.01em; }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.1rem; }
p.lead { margin: 0; color: var(--soft); }
.verdict { margin: 1.5rem 0; padding: .9rem 1.2rem; border-left: 4px solid var(--accent);
  background: #fbf4f4; border-radius: 0 6px 6px 0; }
.verdict.good { border-color: #2e8b57; background: #f1f8f4; }
.verdict.fair { border-color: #d08700; background: #fdf8ee; }
.verdict.none { border-color: var(--soft); background: #f6f7f9; }
figure { margin: 1.5rem 0; }
figure img { width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: .88rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: right; font-weight: 600; color: var(--soft); font-size: .85rem;
  border-bottom: 2px solid var(--line); padding: .35rem .8rem; }
td { text-align: right; padding: .35rem .8rem; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr:hover td { background: #f8fafc; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
@media print { body { background: none; } main { box-shadow: none; margin: 0; max-width: none; } }
"""

_METHOD = """
The phonon Boltzmann equation is solved without adjustable parameters beyond the materials'; the
continuum models are solved on the same mesh, with the same spectra and interface transmissions, so
that what differs is transport alone. The resistance of a part is −∫q·∇T dV over the square of the
heat that passes (for an interface ∫q[T] dA); parts add up to the total, which is the mean
temperature rise of where heat enters over where it leaves, per watt. For a spectrum the slip model
is approximate: with frequency-dependent paths no exact slip length exists.
"""


def save_report(
    solutions: Mapping[str, Solution],
    tables: Sequence[Table],
    verdict: tuple[str, str],
    path: str | Path,
    *,
    title: str = "",
    view: View | None = None,
    panels: Mapping[str, str] | None = None,
) -> Path:
    """Write the report; return its path.

    Parameters
    ----------
    solutions : mapping of str to Solution
        Solutions by label, the reference first.
    tables : sequence of Table
        What is shown below the figure.
    verdict : (str, str)
        The sentence, and its level: good, fair, poor, or none.
    path : path
        The file.
    title : str
        Heading.
    view : View, optional
        What the figure shows.
    panels : mapping of str to str, optional
        Labels whose fields are drawn, and what their titles add.
    """
    drawn = _figure(solutions, view, panels)
    write_text(path, report_html(solutions, tables, verdict, title, drawn))
    return Path(path)


def report_html(
    solutions: Mapping[str, Solution],
    tables: Sequence[Table],
    verdict: tuple[str, str],
    title: str,
    drawn: str,
) -> str:
    """Return the report as one HTML page with the figure, a PNG in base 64, inside."""
    sentence, level = verdict
    first = next(iter(solutions.values()))
    heading = html.escape(title or "Phonon transport against Fourier's law")
    models = html.escape(", ".join(map(model_title, solutions)))
    blocks = "\n".join(_table_html(table) for table in tables)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading}</title>
<style>{_CSS}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
<p class="lead">{models} · {html.escape(_mesh_line(first))}</p>
<p class="verdict {level}">{html.escape(sentence)}</p>
<figure>
<img alt="Temperature fields and line cut" src="data:image/png;base64,{drawn}">
<figcaption>Temperature above the coldest wall on one colour scale; white lines bound the
materials, the dashed line is the cut shown below.</figcaption>
</figure>
{blocks}
{_table_html(_settings(solutions))}
<footer>{_METHOD}</footer>
</main>
</body>
</html>
"""


def _figure(
    solutions: Mapping[str, Solution], view: View | None, panels: Mapping[str, str] | None
) -> str:
    buffer = io.BytesIO()
    figure(solutions, view, panels).savefig(buffer, dpi=170, format="png")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _mesh_line(solution: Solution) -> str:
    mesh = solution.mesh
    regions = ", ".join(mesh.region_names)
    return f"{mesh.n_cell} cells in {mesh.dim}D · regions {regions}"


def _settings(solutions: Mapping[str, Solution]) -> Table:
    """Return the settings of the solves as a table."""
    settings = [s.settings for s in solutions.values()]
    keys = list(dict.fromkeys(key for each in settings for key in each))
    header = ("setting", *map(short_title, solutions))
    rows = [(key, *(_shown(each.get(key)) for each in settings)) for key in keys]
    return Table("How it was solved", header, tuple(rows))


def _shown(value: int | float | str | None) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _table_html(table: Table) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

    body = "\n".join(row(cells, "td") for cells in table.rows)
    return (
        f"<h2>{html.escape(table.title)}</h2>\n"
        f'<div class="scroll"><table>\n<thead>{row(table.header, "th")}</thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )
