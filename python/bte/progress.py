"""The progress of a solve: sweep, residual, energy balance, time left."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Callback = Callable[[int, float, float, float], None]
"""Called after each sweep with (sweep, residual, energy balance, tolerance)."""


_WIDE = 110  # columns that a bar of full length and the time elapsed need
_ENERGY = 1e-8  # largest energy balance of a solve that converged


def _larger(first: float, second: float) -> float:
    """Return the larger number, the first where the second is not finite."""
    return max(first, second) if math.isfinite(second) else first


def fraction_done(first: float, now: float, tolerance: float) -> float:
    """Return how far the residual has come from the first towards the tolerance, in decades.

    A Krylov solver loses decades at a steady rate, so this grows evenly with time.
    """
    if now <= tolerance:
        return 1.0
    if not (math.isfinite(now) and math.isfinite(first)) or first <= now:
        return 0.0
    return math.log(first / now) / math.log(first / tolerance)


def time_left(elapsed: float, fraction: float) -> float | None:
    """Return the seconds left at the average pace so far; None before there is one."""
    if fraction <= 0.0:
        return None
    return elapsed * (1.0 - fraction) / fraction


def clock(seconds: float | None) -> str:
    """Return seconds as ``m:ss`` or ``h:mm:ss``; dashes when not known."""
    if seconds is None or not math.isfinite(seconds):
        return "-:--"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def progress(
    title: str, console: Console | None = None, quiet: bool = False
) -> Iterator[Callback | None]:
    """Show a bar while the block runs and give the callback that moves it.

    Gives None, and shows nothing, when quiet or where the console is not a terminal.
    """
    console = console or Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    wide = console.width >= _WIDE
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24 if wide else 3),
        TextColumn("{task.fields[state]}"),
        *([TimeElapsedColumn()] if wide else []),
        TextColumn("{task.fields[left]}"),
        console=console,
        transient=True,
    )
    with bar:
        yield _mover(bar, title)


def _mover(bar: Progress, title: str) -> Callback:
    """Return the callback that moves a bar."""
    task = bar.add_task(title, total=1.0, state="starting", left="")
    largest = [0.0, 0.0]

    def move(sweep: int, residual: float, energy: float, tolerance: float) -> None:
        goals = tolerance, min(_ENERGY, tolerance)
        largest[:] = map(_larger, largest, (residual, energy))
        # Both tests must hold, so the one that lags sets the pace.
        done = min(map(fraction_done, largest, (residual, energy), goals))
        left = time_left(bar.tasks[0].elapsed or 0.0, done)
        state = f"sweep {sweep:3d}  residual {residual:.1e} → {tolerance:.0e}  energy {energy:.1e}"
        bar.update(task, completed=done, state=state, left=f"{clock(left)} left")

    return move
