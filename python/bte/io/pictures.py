"""Figures as files."""

from __future__ import annotations

from pathlib import Path

from bte.errors import BteError

FORMATS = (".pdf", ".png", ".svg")


def check_figure(path: str | Path) -> Path:
    """Return a path, or raise where its ending says no format of figures."""
    found = Path(path)
    if found.suffix.lower() not in FORMATS:
        raise BteError(f"figure '{path}' ends in '{found.suffix}'; use {', '.join(FORMATS)}")
    return found
