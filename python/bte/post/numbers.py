"""The numbers by which solutions of several models are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bte.errors import BteError
from bte.post.contacts import contacts, resistances
from bte.post.tables import Table, percent, prefix_of, quantity, resistance, resistance_unit
from bte.solution.derived import mean_along
from bte.solution.text import POWER_UNITS, short_title, significant

if TYPE_CHECKING:
    from bte.solution import ResistanceBudget, Solution

    Labelled = Mapping[str, Solution]  # solutions by label, the reference first

_NAN = float("nan")
_NOISE = 1e-7  # fraction of the gross power below which a wall's power is rounding
_NEGLIGIBLE = 2e-3  # fraction of the total below which ratios of resistances say nothing
_MATTERS = 0.05  # fraction of the total from which a part's own deviation counts


@dataclass(frozen=True)
class ModelNumbers:
    """What one model says, and how far that is from the reference.

    Attributes
    ----------
    model : str
        The model, or the label of the solution.
    peak_temperature_rise : float
        Highest energy temperature above the coldest isothermal wall [K].
    power : float
        Heat that leaves through the boundaries [W; W/m in 2D; W/m2 in 1D].
    resistance : float
        Total of the resistance budget [K/W; K m/W in 2D; K m2/W in 1D].
    peak_error, power_error, resistance_error : float
        Relative deviations from the reference.
    along_error : float
        The largest of the mean fluxes along imposed gradients; NaN where there is none.
    """

    model: str
    peak_temperature_rise: float
    power: float
    resistance: float
    peak_error: float
    power_error: float
    resistance_error: float
    along_error: float = _NAN

    @property
    def error(self) -> float:
        """The largest of the deviations."""
        found = (self.peak_error, self.power_error, self.resistance_error, self.along_error)
        return max((abs(e) for e in found if e == e), default=0.0)


def budget_or_none(solution: Solution) -> ResistanceBudget | None:
    """Return the resistance budget; None where no heat flows."""
    try:
        return solution.resistances()
    except BteError:
        return None


def model_numbers(label: str, solution: Solution, reference: Solution) -> ModelNumbers:
    """Return the numbers of one solution against a reference."""
    mine, theirs = _triple(solution), _triple(reference)
    along = [
        abs(_deviation(mean_along(solution, axis), mean_along(reference, axis)))
        for axis in reference.flux_along
        if axis in solution.flux_along
    ]
    errors = [_deviation(a, b) for a, b in zip(mine, theirs, strict=True)]
    errors.append(max((a for a in along if a == a), default=_NAN))
    return ModelNumbers(label, *mine, *errors)


def parts_deviation(solution: Solution, reference: Solution) -> float:
    """Return the largest relative deviation of a region's or an interface's resistance.

    Only parts count that make up more than 5 % of the total, in either solution.
    """
    mine, theirs = budget_or_none(solution), budget_or_none(reference)
    if mine is None or theirs is None:
        return 0.0
    bodies, least = mine.bodies(), _MATTERS * abs(theirs.total)
    found = [
        abs(_deviation(bodies[name], value))
        for name, value in theirs.bodies().items()
        if name in bodies and max(abs(value), abs(bodies[name])) > least
    ]
    return max((d for d in found if d == d), default=0.0)


def _triple(solution: Solution) -> tuple[float, float, float]:
    budget = budget_or_none(solution)
    return (
        solution.peak_temperature_rise,
        solution.ledger.power_out,
        budget.total if budget else _NAN,
    )


def _deviation(value: float, reference: float) -> float:
    return value / reference - 1.0 if reference else _NAN


def overview(solutions: Labelled) -> Table:
    """Return peak rise, power, resistance, and deviation from the first solution."""
    label, reference = next(iter(solutions.items()))
    dim, title = reference.mesh.dim, short_title(label)
    header = ("model", "peak rise", f"vs {title}", "heat out", "resistance", f"vs {title}")
    rows = []
    for name, solution in solutions.items():
        n = model_numbers(name, solution, reference)
        first = name == label
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


def balances(labelled: Labelled) -> Table:
    """Return the power balance of each solution, boundary by boundary, and how it was reached."""
    solutions = list(labelled.values())
    unit = POWER_UNITS[solutions[0].mesh.dim]
    factor, prefix = prefix_of(0.5 * solutions[0].ledger.gross)
    header = (f"into the domain ({prefix}{unit})", *map(short_title, labelled))
    names = list(dict.fromkeys(name for s in solutions for name in s.boundaries))
    rows = [
        (name, *(_power(s, s.power.get(name, _NAN), factor) for s in solutions)) for name in names
    ]
    rows.append(("sources", *(_power(s, s.ledger.source, factor) for s in solutions)))
    rows.append(("net / gross", *(f"{s.energy_balance:.1e}" for s in solutions)))
    rows.append(("sweeps", *(_sweeps(s) for s in solutions)))
    rows.append(("converged", *("yes" if s.converged else "NO" for s in solutions)))
    rows.append(("wall time", *(f"{wall_time(s):.2f} s" for s in solutions)))
    return Table("Power balance and convergence", header, tuple(rows))


def wall_time(solution: Solution) -> float:
    """Return the seconds that a solve took."""
    return solution.seconds.get("total", sum(solution.seconds.values()))


def _sweeps(solution: Solution) -> str:
    """Return how many sweeps a solve took; a continuum model takes none."""
    return str(solution.iterations) if solution.residuals else "direct"


def _power(solution: Solution, power: float, factor: float) -> str:
    """Return a power in units of ``factor``; 0 where it is rounding of the gross power."""
    if power != power:
        return "–"
    return "0" if abs(power) < _NOISE * solution.ledger.gross else f"{power / factor:.6g}"


def parts(solutions: Labelled) -> Table | None:
    """Return the resistance of each part by model, and the first over each other model."""
    budgets = {short_title(label): budget_or_none(s) for label, s in solutions.items()}
    known = {title: budget for title, budget in budgets.items() if budget is not None}
    if not known:
        return None
    titles = list(known)
    columns = [{**b.parts(), "total": b.total} for b in known.values()]
    total = columns[0]["total"]
    factor, unit = resistance_unit(total, next(iter(solutions.values())).mesh.dim)
    header = (f"part ({unit})", *titles, *(f"{titles[0]} / {t}" for t in titles[1:]))
    rows = []
    for name in columns[0]:
        values = [column.get(name, _NAN) for column in columns]
        cells = [_small(value, total, factor) for value in values]
        ratios = [_ratio(values[0], value, total) for value in values[1:]]
        rows.append((name, *cells, *ratios))
    return Table("Thermal resistance of each part", header, tuple(rows))


def _small(value: float, total: float, factor: float) -> str:
    """Return a resistance in units of ``factor``; 0 where it is rounding of the total."""
    if value != value:
        return "–"
    return "0" if abs(value) < _NOISE * abs(total) else significant(value / factor)


def _ratio(value: float, other: float, total: float) -> str:
    """Return value over other, or a dash where either is nothing beside the total."""
    if not min(abs(value), abs(other)) > _NEGLIGIBLE * abs(total):
        return "–"
    return f"{value / other:.3f}"


def along(solutions: Labelled) -> Table | None:
    """Return flux and conductivity along each imposed gradient by model; None without one."""
    label, reference = next(iter(solutions.items()))
    if not reference.gradient:
        return None
    rows = []
    for axis in reference.gradient:
        base = mean_along(reference, axis)
        for name, solution in solutions.items():
            if axis not in solution.flux_along:
                continue
            flux, gradient = mean_along(solution, axis), solution.gradient[axis]
            conductivity = -flux / gradient if gradient else _NAN
            versus = "–" if name == label else percent(_deviation(flux, base))
            cells = (quantity(flux, "W/m2"), quantity(conductivity, "W/mK"), versus)
            rows.append((axis, short_title(name), *cells))
    header = ("along", "model", "mean flux", "conductivity", f"vs {short_title(label)}")
    return Table("Heat along imposed gradients", header, tuple(rows), keys=2)


def all_tables(solutions: Labelled) -> tuple[Table, ...]:
    """Return the tables of a comparison, those that apply."""
    makers = (overview, along, balances, contacts, resistances, parts)
    tables = (make(solutions) for make in makers)
    return tuple(table for table in tables if table is not None)
