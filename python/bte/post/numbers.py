"""The numbers by which solutions of several models are compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bte.errors import BteError
from bte.post.tables import Table, percent, prefix_of, quantity, resistance, resistance_unit
from bte.solution.text import POWER_UNITS, short_title

if TYPE_CHECKING:
    from bte.solution import InterfaceResult, ResistanceBudget, Solution

_NAN = float("nan")
_NOISE = 1e-7  # fraction of the gross power below which a wall's power is rounding
_NEGLIGIBLE = 2e-3  # fraction of the total below which ratios of resistances say nothing


@dataclass(frozen=True)
class ModelNumbers:
    """What one model says, and how far that is from the reference.

    Attributes
    ----------
    model : str
        The model.
    peak_temperature_rise : float
        Highest energy temperature above the coldest isothermal wall [K].
    power : float
        Heat that leaves through the boundaries [W; W/m in 2D; W/m2 in 1D].
    resistance : float
        Total of the resistance budget [K/W; K m/W in 2D; K m2/W in 1D].
    peak_error, power_error, resistance_error : float
        Relative deviations from the reference.
    """

    model: str
    peak_temperature_rise: float
    power: float
    resistance: float
    peak_error: float
    power_error: float
    resistance_error: float

    @property
    def error(self) -> float:
        """The largest of the deviations."""
        found = (self.peak_error, self.power_error, self.resistance_error)
        return max((abs(e) for e in found if e == e), default=0.0)


def budget_or_none(solution: Solution) -> ResistanceBudget | None:
    """Return the resistance budget; None where no heat flows."""
    try:
        return solution.resistances()
    except BteError:
        return None


def model_numbers(solution: Solution, reference: Solution) -> ModelNumbers:
    """Return the numbers of one solution against a reference."""
    mine, theirs = _triple(solution), _triple(reference)
    return ModelNumbers(
        solution.model, *mine, *(_deviation(a, b) for a, b in zip(mine, theirs, strict=True))
    )


def _triple(solution: Solution) -> tuple[float, float, float]:
    budget = budget_or_none(solution)
    return (
        solution.peak_temperature_rise,
        solution.ledger.power_out,
        budget.total if budget else _NAN,
    )


def _deviation(value: float, reference: float) -> float:
    return value / reference - 1.0 if reference else _NAN


def overview(solutions: Sequence[Solution]) -> Table:
    """Return peak rise, power, resistance, and deviation from the first solution."""
    reference, dim = solutions[0], solutions[0].mesh.dim
    title = short_title(reference.model)
    header = ("model", "peak rise", f"vs {title}", "heat out", "resistance", f"vs {title}")
    rows = []
    for solution in solutions:
        n = model_numbers(solution, reference)
        first = solution is reference
        rows.append(
            (
                short_title(n.model),
                quantity(n.peak_temperature_rise, "K"),
                "–" if first else percent(n.peak_error),
                quantity(n.power, POWER_UNITS[dim]),
                resistance(n.resistance, dim),
                "–" if first else percent(n.resistance_error),
            )
        )
    return Table("Comparison of models", header, tuple(rows))


def balances(solutions: Sequence[Solution]) -> Table:
    """Return the power balance of each solution, boundary by boundary, and how it was reached."""
    unit = POWER_UNITS[solutions[0].mesh.dim]
    factor, prefix = prefix_of(0.5 * solutions[0].ledger.gross)
    header = (f"into the domain ({prefix}{unit})", *(short_title(s.model) for s in solutions))
    names = list(solutions[0].boundaries)
    rows = [
        (name, *(_power(s, s.power.get(name, _NAN), factor) for s in solutions)) for name in names
    ]
    rows.append(("sources", *(_power(s, s.ledger.source, factor) for s in solutions)))
    rows.append(("net / gross", *(f"{s.energy_balance:.1e}" for s in solutions)))
    rows.append(("iterations", *(str(s.iterations) for s in solutions)))
    rows.append(("converged", *("yes" if s.converged else "NO" for s in solutions)))
    rows.append(("wall time", *(f"{wall_time(s):.2f} s" for s in solutions)))
    return Table("Power balance and convergence", header, tuple(rows))


def wall_time(solution: Solution) -> float:
    """Return the seconds that a solve took."""
    return solution.seconds.get("total", sum(solution.seconds.values()))


def _power(solution: Solution, power: float, factor: float) -> str:
    """Return a power in units of ``factor``; 0 where it is rounding of the gross power."""
    if power != power:
        return "–"
    return "0" if abs(power) < _NOISE * solution.ledger.gross else f"{power / factor:.6g}"


def contacts(solutions: Sequence[Solution]) -> Table | None:
    """Return jump, flux and conductance at each interface by model; None without interfaces."""
    rows = []
    for a, b in solutions[0].interfaces:
        for solution in solutions:
            result = solution.interface(a, b)
            jump = result.temperature_jump
            rows.append(
                (
                    f"{a} | {b}",
                    short_title(solution.model),
                    quantity(result.heat_flux, "W/m2"),
                    quantity(jump(), "K"),
                    quantity(jump("emitted"), "K"),
                    _conductance(solution, result),
                )
            )
    if not rows:
        return None
    header = ("interface", "model", "mean flux", "jump", "jump of emitted", "conductance")
    return Table(
        "Interfaces (flux and jump from the first to the second)", header, tuple(rows), keys=2
    )


def _conductance(solution: Solution, result: InterfaceResult) -> str:
    """Return the conductance; a perfect contact has none, only a mesh error in its jump."""
    perfect = solution.model == "fourier"
    return "perfect" if perfect else quantity(result.conductance, "W/m2K")


def parts(solutions: Sequence[Solution]) -> Table | None:
    """Return the resistance of each part by model, and the first over each other model."""
    budgets = [budget_or_none(s) for s in solutions]
    known = [(s, b) for s, b in zip(solutions, budgets, strict=True) if b is not None]
    if not known:
        return None
    titles = [short_title(s.model) for s, _ in known]
    columns = [{**b.parts(), "total": b.total} for _, b in known]
    total = columns[0]["total"]
    factor, unit = resistance_unit(total, solutions[0].mesh.dim)
    header = (f"part ({unit})", *titles, *(f"{titles[0]} / {t}" for t in titles[1:]))
    rows = []
    for name in columns[0]:
        values = [column.get(name, _NAN) for column in columns]
        cells = [_small(value, total, factor) for value in values]
        ratios = [_ratio(values[0], value, total) for value in values[1:]]
        rows.append((name, *cells, *ratios))
    return Table("Thermal resistance of each part", header, tuple(rows))


def _small(value: float, total: float, factor: float) -> str:
    """Return a resistance in units of ``factor``, with as many decimals as four digits of total."""
    if value != value:
        return "–"
    decimals = max(0, 3 - math.floor(math.log10(abs(total / factor)))) if total else 3
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(value / factor, decimals) + 0.0:.{decimals}f}"


def _ratio(value: float, other: float, total: float) -> str:
    """Return value over other, or a dash where either is nothing beside the total."""
    if not min(abs(value), abs(other)) > _NEGLIGIBLE * abs(total):
        return "–"
    return f"{value / other:.3f}"


def all_tables(solutions: Sequence[Solution]) -> tuple[Table, ...]:
    """Return the tables of a comparison, those that apply."""
    tables = (overview(solutions), balances(solutions), contacts(solutions), parts(solutions))
    return tuple(table for table in tables if table is not None)
