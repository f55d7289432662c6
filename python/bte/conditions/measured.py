"""Transmissions from files."""

from __future__ import annotations

from pathlib import Path

from bte.conditions.curves import Curve
from bte.errors import BteError


def read_curves(path: Path) -> dict[str, Curve]:
    """Return the curves of a table by branch, the key "" where it has no branches."""
    raise BteError(f"{path}")
