"""Numbers from text tables."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from ...errors import MaterialError
from ..equilibrium import Array


def columns(path: Path, count: int | None = None) -> Array:
    """Return the numbers of a table, its first `count` columns if given.

    Raises
    ------
    MaterialError
        If the file is missing, empty, or is not a table of so many numbers.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # an empty file, told below
            usecols = None if count is None else range(count)
            table = np.loadtxt(path, usecols=usecols, ndmin=2)
    except OSError:
        raise MaterialError(f"file '{path}' is missing or cannot be read; it is needed") from None
    except (ValueError, IndexError) as error:
        wanted = "numbers" if count is None else f"{count} columns of numbers"
        raise MaterialError(
            f"file '{path}' is not a table of {wanted}, it may be truncated: {error}"
        ) from None
    if table.size == 0 or not np.isfinite(table).all():
        raise MaterialError(f"file '{path}' is empty or holds numbers that are not finite")
    return np.asarray(table, dtype=float)
