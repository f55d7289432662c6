"""What commands print: tables that fit the screen, notes and warnings once each."""

# ruff: noqa: T201 - to print is what a command does

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from bte.post.tables import Table


def print_table(table: Table, console: Console | None = None) -> None:
    """Print a table: ruled on a terminal wide enough, else as plain text that cuts no number."""
    console = console or Console()
    if not console.is_terminal:
        print(table.text(), end="\n\n")
        return
    if table.ruled_width > console.width:
        console.file.write(table.text(console.width) + "\n\n")
        return
    shown = RichTable(title=table.title, title_justify="left", title_style="bold")
    for i, name in enumerate(table.header):
        text = i == 0 or i >= len(table.header) - table.notes
        shown.add_column(name, justify="left" if text else "right", no_wrap=True)
    for row in table.rows:
        shown.add_row(*row)
    console.print(shown)


class _Notes(logging.Handler):
    """Prints each text once, on what is stderr then: above the progress bar where one runs."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        kind = "warning" if record.levelno >= logging.WARNING else "note"
        say(self.said, f"bte: {kind}: {record.getMessage()}")


def say(said: set[str], text: str) -> None:
    """Print a text on stderr, unless it was said before."""
    if text not in said:
        said.add(text)
        print(text, file=sys.stderr)


@contextmanager
def notes(quiet: bool) -> Iterator[set[str]]:
    """Show what the library logs on stderr while a command runs; only warnings when quiet.

    Gives the texts said so far.
    """
    logger = logging.getLogger("bte")
    before = logger.level
    handler = _Notes()
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        yield handler.said
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def show_warning(said: set[str]) -> Callable[..., None]:
    """Return what `warnings.showwarning` becomes: one line, once."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        say(said, f"bte: warning: {message}")

    return show
