"""What a table of modes must fulfil, and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from .equilibrium import Array

if TYPE_CHECKING:
    from .modes import ModeTable

# Bounds that no crystal reaches: beyond them a unit is wrong.
_SPEED = 1e5  # m/s; sound in diamond: 1.8e4
_FREQUENCY = 2e15  # rad/s; H2 stretches at 8e14
_LIFETIME = (1e-16, 1e-2)  # s, sum C over sum C/tau; single modes may live for hours near k = 0
_CAPACITY = 2e7  # J/m3/K; 3 k_B per atom of diamond: 7.3e6
_TERA = 2e12 * np.pi


def check_table(table: ModeTable) -> None:
    """Raise where shapes differ, a value has the wrong sign, or a unit cannot be right."""
    who = f"table of modes of '{table.name}'" if table.name else "table of modes"
    _shapes(table, who)
    t = table.temperature
    if not (np.isfinite(t) and t > 0.0):
        raise MaterialError(f"{who} has the temperature {t!r}; it must be finite and > 0 [K]")
    bad = ~(np.isfinite(table.lifetime) & (table.lifetime > 0.0))
    _refuse(who, "lifetimes", bad, "finite and > 0 [s]")
    _refuse(who, "heat capacities", ~(table.heat_capacity >= 0.0), ">= 0 [J/m3/K]")
    _refuse(who, "velocities", ~np.isfinite(table.velocity).all(axis=1), "finite [m/s]")
    _refuse(who, "frequencies", table.frequency < 0.0, ">= 0 [rad/s]")
    _units(table, who)


def _shapes(table: ModeTable, who: str) -> None:
    """Raise where the arrays do not describe the same modes."""
    n = len(table.frequency)
    if n == 0:
        raise MaterialError(f"{who} lists no modes; give at least one")
    wanted: dict[str, tuple[int, ...]] = {"velocity": (n, 3)}
    for what in ("frequency", "lifetime", "heat_capacity", "branch", "weight"):
        wanted[what] = (n,)
    if table.spread is not None:
        wanted["spread"] = (n, 3, 3)
    if table.wavenumber is not None:
        wanted["wavenumber"] = (n,)
    for what, shape in wanted.items():
        found = np.shape(getattr(table, what))
        if found != shape:
            raise MaterialError(
                f"{who} has {what} of shape {found}; {n} frequencies need {shape}, one for each "
                "mode"
            )


def _refuse(who: str, what: str, found: npt.ArrayLike, allowed: str) -> None:
    """Raise where some modes have an impossible value."""
    bad = np.asarray(found, dtype=bool)
    if bad.any():
        raise MaterialError(
            f"{who} has {int(bad.sum())} of {len(bad)} {what} that are not {allowed} (the first in "
            f"row {int(np.argmax(bad))}); correct or drop these modes"
        )


def _units(table: ModeTable, who: str) -> None:
    """Raise where a quantity is so far off that its unit must be wrong."""
    omega = table.frequency[np.isfinite(table.frequency)]
    held = table.heat_capacity > 0.0
    rate = np.sum(table.heat_capacity[held] / table.lifetime[held])
    tau = float(np.sum(table.heat_capacity[held]) / rate) if held.any() else _LIFETIME[0]
    shown = [
        ("group speeds up to", float(np.max(table.speed)), _SPEED, "m/s"),
        ("frequencies up to", float(np.max(omega, initial=0.0)), _FREQUENCY, "rad/s"),
        ("a mean lifetime of", tau, _LIFETIME[1], "s"),
        ("a heat capacity of", table.total_heat_capacity(), _CAPACITY, "J/m3/K"),
    ]
    for what, value, most, unit in shown:
        if value > most:
            raise MaterialError(
                f"{who} has {what} {value:.3g} {unit}, and no crystal reaches {most:g}; check the "
                "unit"
            )
    if tau < _LIFETIME[0]:
        raise MaterialError(
            f"{who} has a mean lifetime of {tau:.3g} s, and no crystal goes below "
            f"{_LIFETIME[0]:g}; check the unit"
        )


def percentiles(table: ModeTable, parts: tuple[float, ...]) -> Array:
    """Return the mean free paths [m] below which given parts of the conductivity are carried."""
    path = table.mean_free_path
    order = np.argsort(path)
    carried = np.cumsum((table.heat_capacity * table.speed * path)[order])
    if not carried[-1] > 0.0:
        return np.zeros(len(parts))
    index = np.searchsorted(carried, np.array(parts) * carried[-1])
    return np.asarray(path[order][np.minimum(index, len(path) - 1)])


def deviation(found: Array, given: Array) -> float:
    """Return the largest difference of two tensors over the largest entry of the given one."""
    return float(np.max(np.abs(found - given)) / np.max(np.abs(given)))


def summary(table: ModeTable) -> str:
    """Return the text of `ModeTable.summary`."""
    kappa, speed = table.conductivity(), table.speed
    kind = "speeds only, directions averaged" if table.isotropic else "with directions"
    low, mid, high = percentiles(table, (0.1, 0.5, 0.9)) * 1e9
    slow, fast = np.min(table.lifetime) * 1e12, np.max(table.lifetime) * 1e12
    lines = [
        f"{table.name or 'modes'} at {table.temperature:g} K"
        + (f", {table.source}" if table.source else ""),
        f"  modes          {len(table)} rows for {np.sum(table.weight):g} modes in "
        f"{len(np.unique(table.branch))} branches, {kind}",
        "  frequency      " + _range(table),
        f"  speed          up to {np.max(speed):.4g} m/s",
        f"  lifetime       {slow:.3g} … {fast:.3g} ps",
        f"  free path      {low:.3g}, {mid:.3g}, {high:.3g} nm hold 10, 50, 90 % of conductivity",
        f"  heat capacity  {table.total_heat_capacity():.6g} J/m3/K",
        f"  conductivity   {_tensor(kappa)} W/m/K",
    ]
    if table.given_conductivity is not None:
        off = deviation(kappa, table.given_conductivity)
        lines.append(f"  the file says  {_tensor(table.given_conductivity)} (differs by {off:.1e})")
    if table.full_conductivity is not None:
        lines.append(f"  beyond RTA     {_tensor(table.full_conductivity)} (not used)")
    return "\n".join(lines + [f"  note: {text}" for text in table.notes])


def _range(table: ModeTable) -> str:
    """Return the range of the frequencies as text."""
    omega = table.frequency[np.isfinite(table.frequency)] / _TERA
    return f"{np.min(omega):.4g} … {np.max(omega):.4g} THz" if len(omega) else "not known"


def _tensor(kappa: Array) -> str:
    """Return the diagonal of a tensor, and what lies beside it where that is not nothing."""
    off = np.array([kappa[1, 2], kappa[0, 2], kappa[0, 1]])
    text = "xx {:.6g}, yy {:.6g}, zz {:.6g}".format(*np.diag(kappa))
    if np.max(np.abs(off)) > 1e-6 * np.max(np.abs(kappa)):
        text += ", yz {:.3g}, xz {:.3g}, xy {:.3g}".format(*off)
    return text
