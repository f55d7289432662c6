"""almaBTE's phonon information: what its program `phononinfo` writes, one file a temperature.

https://doi.org/10.1016/j.cpc.2017.06.023, https://almabte.bitbucket.io
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...errors import MaterialError, quoted
from ..equilibrium import Array
from ..modes import ModeTable
from .raw import RawModes, finished

_NEEDED = ("omega[rad/s]", "C[J/m^3-K]", "tau[s]", "vx[m/s]", "vy[m/s]", "vz[m/s]")
_POINT = ("qa[-]", "qb[-]", "qc[-]")
_PATTERN = r"_(\d+(?:\.\d+)?)K\.\w+$"

PathLike = str | os.PathLike[str]


def read_almabte(
    path: PathLike | Sequence[PathLike],
    temperature: float | None = None,
    *,
    drop_invalid: bool = False,
    name: str = "",
) -> tuple[ModeTable, ...]:
    """Return the table of each file that `phononinfo` wrote.

    The files list all points of the mesh: omega, C (volumetric, of each mode), tau, v, with six
    digits. Modes at Gamma with tau = 0 are the acoustic ones and are dropped.

    Parameters
    ----------
    path : path or sequence of paths
        ``Si_8_8_8_300K.phononinfo``; several files for several temperatures.
    temperature : float, optional
        [K], of a single file whose name does not tell it.
    drop_invalid : bool
        Whether to drop modes beyond Gamma without a valid lifetime.
    name : str
        Of the material, for messages and summaries.

    Raises
    ------
    MaterialError
        If a file has another layout, its temperature is not known, or modes are invalid.
    """
    paths = [path] if isinstance(path, str | os.PathLike) else list(path)
    return tuple(
        table
        for one in paths
        for table in finished(_read(Path(one), temperature, name), drop_invalid)
    )


def _read(path: Path, temperature: float | None, name: str) -> RawModes:
    """Return the modes of one file."""
    if not path.is_file():
        raise MaterialError(f"there is no file '{path}'; give what phononinfo of almaBTE wrote")
    found = re.search(_PATTERN, path.name)
    if temperature is None and found is None:
        raise MaterialError(
            f"'{path}' does not tell its temperature as in Si_8_8_8_300K.phononinfo; give "
            "temperature="
        )
    data = _table(path)
    rate = np.where(data["tau[s]"] == 0.0, 0.0, 1.0)
    rate = np.divide(rate, data["tau[s]"], out=rate, where=data["tau[s]"] != 0.0)
    n = len(rate)
    q = np.stack([data[key] for key in _POINT], axis=1) if set(_POINT) <= set(data) else None
    at_gamma = np.zeros(n, bool) if q is None else np.all(np.abs(q) < 1e-8, axis=1)
    branch = data.get("nbranch", np.zeros(n)).astype(np.int64)
    return RawModes(
        temperature=np.array([float(found[1]) if temperature is None and found else temperature]),
        frequency=data["omega[rad/s]"],
        velocity=np.stack([data[f"v{axis}[m/s]"] for axis in "xyz"], axis=1),
        rate=rate[None],
        heat_capacity=data["C[J/m^3-K]"][None],
        branch=branch,
        weight=np.ones(n),
        resting=at_gamma & (branch < 3),
        name=name,
        source=f"almaBTE {path.name}",
    )


def _table(path: Path) -> dict[str, Array]:
    """Return the columns of the file by the names in its header."""
    try:
        with path.open(encoding="utf-8") as file:
            header = [word.strip() for word in file.readline().split(",")]
            missing = [key for key in _NEEDED if key not in header]
            if missing:
                raise MaterialError(
                    f"'{path}' is not a table of almaBTE's phononinfo: its header has no "
                    f"{quoted(missing)}"
                )
            values = np.loadtxt(file, delimiter=",", ndmin=2)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, MaterialError):
            raise
        raise MaterialError(f"'{path}' cannot be read, it may be truncated: {error}") from None
    if values.ndim != 2 or values.shape[1] != len(header) or len(values) == 0:
        raise MaterialError(f"'{path}' has rows that do not match its header; it may be truncated")
    return dict(zip(header, values.T, strict=True))
