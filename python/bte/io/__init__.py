"""Solutions on disk: ``.vtu`` for ParaView, ``.h5`` for everything, ``.json`` for every number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bte.errors import BteError, quoted
from bte.io.hdf5 import load, save_hdf5
from bte.io.json import save_json
from bte.io.vtu import save_vtu

if TYPE_CHECKING:
    from bte.solution import Solution

__all__ = ["load", "save", "save_hdf5", "save_json", "save_vtu"]

_WRITERS = {".vtu": save_vtu, ".h5": save_hdf5, ".json": save_json}


def save(solution: Solution, path: str | Path) -> Path:
    """Write a solution in the format that the ending of ``path`` names; return the path.

    Raises
    ------
    BteError
        When the ending is not ``.vtu``, ``.h5`` or ``.json``, or the place cannot be written.
    """
    path = Path(path)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BteError(
            f"solution cannot be saved as '{path.name}': the ending is '{path.suffix}'; use one of "
            f"{quoted(_WRITERS)}"
        )
    writer(solution, path)
    return path
