"""How much a solution changes with fewer ordinates and bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bte.errors import BteError, unknown_name
from bte.solution.derived import mean_along

if TYPE_CHECKING:
    from bte.solution.solution import Solution

_REFINEMENTS = ("bands", "azimuths", "polars")


@dataclass(frozen=True)
class ErrorEstimate:
    """Differences between a solution and a coarser one, as fractions of the finer.

    Attributes
    ----------
    fine, coarse : dict of str to (int or float or str or None)
        Settings of both solves.
    peak_temperature : float
        Change of the peak temperature rise.
    power : dict of str to float
        Change of each boundary's power, over the largest power of a boundary or the source.
    interface_flux : dict of (str, str) to float
        Change of each interface's heat flux, over the largest of them.
    flux_along : dict of str to float
        Change of the mean flux along each imposed gradient.
    """

    fine: Mapping[str, int | float | str | None]
    coarse: Mapping[str, int | float | str | None]
    peak_temperature: float
    power: dict[str, float]
    interface_flux: dict[tuple[str, str], float]
    flux_along: dict[str, float] = field(default_factory=dict)

    @property
    def largest(self) -> float:
        """The largest of all changes."""
        values = [self.peak_temperature, *self.power.values(), *self.interface_flux.values()]
        return max(abs(value) for value in (*values, *self.flux_along.values()))

    def __str__(self) -> str:
        def described(settings: Mapping[str, Any]) -> str:
            return ", ".join(f"{settings[key]} {key}" for key in _REFINEMENTS if settings.get(key))

        lines = [f"{described(self.fine)} against {described(self.coarse)}:"]
        lines.append(f"  peak temperature rise  {self.peak_temperature:+.2%}")
        lines += [f"  power of {name}  {value:+.2%}" for name, value in self.power.items()]
        lines += [
            f"  flux {a} → {b}  {value:+.2%}" for (a, b), value in self.interface_flux.items()
        ]
        lines += [f"  flux along {axis}  {value:+.2%}" for axis, value in self.flux_along.items()]
        return "\n".join(lines)


def coarser_settings(settings: Mapping[str, int | float | str | None]) -> dict[str, Any]:
    """Return bands, azimuths and polars of about two thirds, as many as a rule has at least."""
    coarse: dict[str, Any] = {}
    for key in _REFINEMENTS:
        value = settings.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            # The azimuth rule has a panel per quadrant; beside it there are at least two polars.
            step = 4 if key == "azimuths" else 1
            least = 2 if key == "polars" and settings.get("azimuths") else step
            coarse[key] = max(least, 2 * value // 3 // step * step)
    return coarse


def estimate_error(solution: Solution, coarser: Mapping[str, int | float]) -> ErrorEstimate:
    """Solve the same problem with coarser settings and compare.

    Raises
    ------
    BteError
        For a continuum or a loaded solution, an unknown setting, or nothing to coarsen.
    """
    _require_repeatable(solution, coarser)
    settings = {**coarser_settings(solution.settings), **coarser}
    if all(solution.settings.get(key) == value for key, value in settings.items()):
        raise BteError(
            "error_estimate found nothing to coarsen; solve with more bands, azimuths or polars, "
            "or name a coarser setting, such as polars=2"
        )
    tolerance = {key: solution.settings[key] for key in ("tolerance",) if key in solution.settings}
    coarse: Solution = solution.problem.solve(**solution.directions, **{**tolerance, **settings})
    return _differences(solution, coarse, settings)


def _require_repeatable(solution: Solution, coarser: Mapping[str, int | float]) -> None:
    if solution.model != "bte":
        raise BteError(
            f"error_estimate needs a solution of the BTE, found model '{solution.model}', "
            "which has no ordinates or bands"
        )
    if solution.problem is None:
        raise BteError(
            "error_estimate solves again, and a solution from a file carries no problem; "
            "call it on what problem.solve() returned"
        )
    for key in coarser:
        if key not in (*_REFINEMENTS, "tolerance"):
            raise BteError(unknown_name("setting", key, _REFINEMENTS, "error_estimate"))


def largest_change(fine: Solution, coarse: Solution) -> float:
    """Return the largest relative change of powers, fluxes and the peak temperature rise."""
    return _differences(fine, coarse, {}).largest


def _differences(fine: Solution, coarse: Solution, settings: Mapping[str, Any]) -> ErrorEstimate:
    powers = {name: value - coarse.power[name] for name, value in fine.power.items()}
    scale = max([abs(p) for p in fine.power.values()] + [abs(fine.ledger.source), 1e-300])
    fluxes = {
        pair: result.heat_flux - coarse.interface(*pair).heat_flux
        for pair, result in fine.interfaces.items()
    }
    flux_scale = max([abs(r.heat_flux) for r in fine.interfaces.values()] + [1e-300])
    rise = fine.peak_temperature_rise
    change = rise - coarse.peak_temperature_rise
    return ErrorEstimate(
        dict(fine.settings),
        {**fine.settings, **settings},
        change / rise if rise else change,
        {name: value / scale for name, value in powers.items()},
        {pair: value / flux_scale for pair, value in fluxes.items()},
        {
            axis: 1.0 - mean_along(coarse, axis) / mean_along(fine, axis)
            for axis, gradient in fine.gradient.items()
            if gradient != 0.0
        },
    )
