"""Files that are either complete or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bte.errors import BteError


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place when the block ends well.

    Parent directories are made. When the block fails, what was at ``path`` is untouched.

    Raises
    ------
    BteError
        When the place cannot be written.
    """
    path = Path(path)
    temporary = _temporary(path)
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise BteError(f"file '{path}' cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    """Make an empty file in the directory of ``path``, with its ending."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(path.suffix, f".{path.stem}-", path.parent)
        os.close(handle)
        # mkstemp makes private files; results are as readable as any other new file.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
    except OSError as error:
        raise BteError(
            f"file '{path}' cannot be written: {error.strerror}; choose another directory"
        ) from error
    return Path(name)


def write_text(path: str | Path, content: str) -> None:
    """Write a text file as UTF-8, completely or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(content, encoding="utf-8")
