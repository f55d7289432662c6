"""A solution as plain text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bte.solution.derived import mean_along

if TYPE_CHECKING:
    from bte.solution.solution import Solution

MODEL_TITLES = {
    "bte": "phonon BTE",
    "fourier": "Fourier",
    "kapitza": "Fourier + Kapitza",
    "slip": "Fourier + Kapitza + slip",
    "size": "Fourier + Kapitza + slip + size",
}

SHORT_TITLES = {
    "bte": "BTE",
    "fourier": "Fourier",
    "kapitza": "+ Kapitza",
    "slip": "+ slip",
    "size": "+ size",
}

RESISTANCE_UNITS = {1: "K m2/W", 2: "K m/W", 3: "K/W"}
POWER_UNITS = {1: "W/m2", 2: "W/m", 3: "W"}


def model_title(model: str) -> str:
    """Return the name of a model as people say it; of a label such as ``bte (2)`` likewise."""
    name, bracket, rest = model.partition(" (")
    return MODEL_TITLES.get(name, name) + bracket + rest


def short_title(model: str) -> str:
    """Return the name of a model for a column; each rung says what it adds to the one before."""
    name, bracket, rest = model.partition(" (")
    return SHORT_TITLES.get(name, name) + bracket + rest


def significant(value: float) -> str:
    """Return a number with four significant digits, trailing zeros kept."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else "–"
    if not 1e-4 <= abs(value) < 1e7:
        return f"{value:.3e}"
    rounded = float(f"{value:.3e}")
    return f"{value:.{max(0, 3 - math.floor(math.log10(abs(rounded))))}f}"


def aligned(rows: Sequence[Sequence[str]], left: Sequence[bool] | None = None) -> list[str]:
    """Return rows as lines with columns aligned, the first to the left, others to the right.

    `left` says of every column whether it is aligned to the left.
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    left = left or [i == 0 for i in range(len(widths))]
    return [
        "  ".join(
            cell.ljust(width) if first else cell.rjust(width)
            for cell, width, first in zip(row, widths, left, strict=True)
        ).rstrip()
        for row in rows
    ]


def summary(solution: Solution) -> str:
    """Return model, convergence, energy balance, regions, boundaries and interfaces."""
    state = "converged" if solution.converged else "NOT CONVERGED"
    unit = POWER_UNITS[solution.mesh.dim]
    how = f"{state} in {solution.iterations} sweeps" if solution.residuals else "solved directly"
    lines = [
        f"{model_title(solution.model)}: {how}, energy balance {solution.energy_balance:.1e}, "
        f"peak temperature rise {solution.peak_temperature_rise:.6g} K",
        *aligned(_region_rows(solution, unit)),
        *aligned(_boundary_rows(solution, unit)),
    ]
    if solution.estimates:
        changes = ", ".join(f"{k} {value:.1e}" for k, value in solution.estimates.items())
        lines.append(f"{solution.settings['lanes']} lanes; changes from half of them: {changes}")
    for axis, gradient in solution.gradient.items():
        flux = mean_along(solution, axis)
        lines.append(f"along {axis}: mean flux {flux:.6g} W/m2 for a gradient of {gradient:g} K/m")
    if solution.interfaces:
        lines += aligned(_interface_rows(solution))
    return "\n".join(lines)


def _region_rows(solution: Solution, unit: str) -> list[list[str]]:
    rows = [["region", "min K", "mean K", "max K", f"source {unit}"]]
    for name in solution.mesh.region_names:
        r = solution.region(name)
        rows.append([name, f"{r.min:.4f}", f"{r.mean:.4f}", f"{r.max:.4f}", f"{r.power:.5g}"])
    return rows


def _boundary_rows(solution: Solution, unit: str) -> list[list[str]]:
    rows = [["boundary", "condition", "K", f"power {unit}"]]
    for name, b in solution.boundaries.items():
        # mirrors, rough and periodic walls emit nothing of their own
        temperature = f"{b.temperature:.4f}" if math.isfinite(b.temperature) else "–"
        rows.append([name, b.kind, temperature, f"{b.power:.6g}"])
    return rows


def _interface_rows(solution: Solution) -> list[list[str]]:
    jumps = ("jump K", "emitted", "extrapolated")
    rows = [["interface", "model", "flux W/m2", *jumps, "conductance W/m2/K"]]
    for i in solution.interfaces.values():
        values = [_number(jump, ".4g") for jump in i.temperature_jump.by_kind().values()]
        conductance = _number(i.conductance if i.conducts else math.nan, ".5g")
        rows.append([i.title, i.kind, f"{i.heat_flux:.5g}", *values, conductance])
    return rows


def _number(value: float, form: str) -> str:
    return f"{value:{form}}" if math.isfinite(value) else "–"
