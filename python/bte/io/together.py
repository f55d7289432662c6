"""Files of one directory that are replaced together, when all of them are complete."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bte.errors import BteError


@dataclass(frozen=True)
class Staging:
    """A place for files that are not there yet.

    Attributes
    ----------
    path : Path
        Where to write them.
    replaced : set of str
        After the move, the names of those that took the place of another file.
    """

    path: Path
    replaced: set[str] = field(default_factory=set)


@contextmanager
def written_together(directory: Path) -> Iterator[Staging]:
    """Give a temporary directory whose files move into ``directory`` when the block ends well.

    When the block fails or is interrupted, what was in ``directory`` is untouched.

    Raises
    ------
    BteError
        When the place cannot be written; the message names files by their final place.
    """
    made = _make(directory)
    staging = None
    try:
        staging = Staging(Path(tempfile.mkdtemp(prefix=".writing-", dir=directory)))
        yield staging
        _move(staging, directory)
        made.clear()
    except BteError as error:
        hidden = str(staging.path) if staging else ""
        if not hidden or hidden not in str(error):
            raise
        raise BteError(str(error).replace(hidden, str(directory))) from error
    except OSError as error:
        raise BteError(
            f"results cannot be written to '{directory}': {error.strerror or error}"
        ) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging.path, ignore_errors=True)
        _remove(made)


def _move(staging: Staging, directory: Path) -> None:
    """Move every file; where one cannot be moved, say so before any has been."""
    names = sorted(path.name for path in staging.path.iterdir())
    for name in names:
        if (directory / name).is_dir():
            raise BteError(
                f"file '{directory / name}' cannot be written: a directory has that name"
            )
    with _uninterrupted():
        for name in names:
            if (directory / name).exists():
                staging.replaced.add(name)
            os.replace(staging.path / name, directory / name)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ignore Ctrl-C for the moment that a few renames take: half of them would be a mixture."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def require_directory(directory: Path) -> None:
    """Make sure, before long work, that files can be written to a directory; leave no trace.

    Raises
    ------
    BteError
        When it cannot be made or written to.
    """
    made: list[Path] = []
    try:
        made = _make(directory)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise BteError(
            f"output directory '{directory}' cannot be written: {error.strerror or error}; "
            "choose another"
        ) from error
    finally:
        _remove(made)


def _make(directory: Path) -> list[Path]:
    """Make a directory with its parents; return those that were made, the deepest first.

    Raises
    ------
    BteError
        When a file is in the way, or the place cannot be written.
    """
    places = (directory, *directory.parents)
    in_the_way = next((p for p in places if p.exists() and not p.is_dir()), None)
    if in_the_way is not None:
        raise BteError(f"output directory '{directory}': '{in_the_way}' is a file; choose another")
    missing = [place for place in places if not place.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _remove(missing)
        raise BteError(
            f"output directory '{directory}' cannot be made: {error.strerror or error}; "
            "choose another"
        ) from error
    return missing


def _remove(made: list[Path]) -> None:
    """Remove directories that are empty, and were made here."""
    for place in made:
        try:
            place.rmdir()
        except OSError:
            return
