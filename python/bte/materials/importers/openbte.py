"""Tables of OpenBTE's relaxation-time model, ``rta``.

https://openbte.readthedocs.io; https://arxiv.org/abs/2106.02764
"""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from ...errors import MaterialError, quoted
from ..equilibrium import Array
from ..modes import ModeTable
from .raw import RawModes, finished

_NEEDED = ("scattering_time", "heat_capacity", "group_velocity")
_OPTIONAL = ("frequency", "thermal_conductivity", "temperature")


def read_openbte(
    path: str | os.PathLike[str],
    temperature: float | None = None,
    *,
    drop_invalid: bool = False,
    name: str = "",
) -> tuple[ModeTable, ...]:
    """Return the table of an OpenBTE-style file.

    Arrays by name in an ``.npz``, an HDF5 (``.h5``, ``.hdf5``) or a ``.json`` file:
    ``scattering_time`` (n,) s, ``heat_capacity`` (n,) J/m3/K of each mode, ``group_velocity``
    (n, 3) m/s, and if there ``frequency`` (n,) Hz, not angular, ``thermal_conductivity`` (3, 3)
    W/m/K, ``temperature`` K.

    Parameters
    ----------
    path : path
    temperature : float, optional
        [K]; needed where the file does not hold it, as those of OpenBTE do not.
    drop_invalid : bool
        Whether to drop modes without a valid lifetime.
    name : str
        Of the material, for messages and summaries.

    Raises
    ------
    MaterialError
        If the file has another layout, its temperature is not known, or modes are invalid.
    """
    where = Path(path)
    data = _load(where)
    if temperature is None and "temperature" not in data:
        raise MaterialError(f"'{where}' does not tell its temperature; give temperature= in K")
    kelvin = float(np.ravel(data["temperature"])[0]) if temperature is None else temperature
    n = data["scattering_time"].size
    tau = data["scattering_time"].reshape(n)
    moving = np.divide(1.0, tau, out=np.zeros(n), where=tau != 0.0)
    omega = data["frequency"] * 2.0 * np.pi if "frequency" in data else np.full(n, np.nan)
    kappa = data.get("thermal_conductivity")
    raw = RawModes(
        temperature=np.array([kelvin]),
        frequency=omega.reshape(n),
        velocity=data["group_velocity"],
        rate=moving[None],
        heat_capacity=data["heat_capacity"].reshape(1, n),
        branch=np.zeros(n, dtype=np.int64),
        weight=np.ones(n),
        resting=_resting(tau, data["heat_capacity"].reshape(n), omega.reshape(n)),
        conductivity=None if kappa is None else kappa.reshape(1, 3, 3),
        name=name,
        source=f"OpenBTE {where.name}",
    )
    return finished(raw, drop_invalid)


def _resting(tau: Array, capacity: Array, omega: Array) -> npt.NDArray[np.bool_]:
    """Return the acoustic modes at Gamma, which are not marked: tau is 0, and omega or C is."""
    low = np.zeros(len(tau), dtype=bool)
    if np.isfinite(omega).all():
        low = np.abs(omega) <= 1e-3 * np.max(np.abs(omega))
    found = (tau == 0.0) & (low | (capacity == 0.0))
    return found if found.sum() <= 3 else np.zeros(len(tau), dtype=bool)


def _load(path: Path) -> dict[str, Any]:
    """Return the arrays of the file, checked for their shapes."""
    readers = {".npz": _npz, ".h5": _hdf5, ".hdf5": _hdf5, ".json": _json}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise MaterialError(
            f"'{path}' ends in '{path.suffix}'; OpenBTE tables are read from {quoted(readers)} "
            "(a .db file holds pickled objects, which can run code: save its arrays with "
            "numpy.savez)"
        )
    try:
        data = {key: np.asarray(value, dtype=float) for key, value in reader(path).items()}
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise MaterialError(
            f"'{path}' cannot be read as named arrays of numbers, it may be truncated or hold "
            f"pickled objects: {error}"
        ) from None
    missing = [key for key in _NEEDED if key not in data]
    if missing:
        raise MaterialError(
            f"'{path}' has no {quoted(missing)}; tables of OpenBTE's 'rta' model have them"
        )
    n = data["scattering_time"].size
    wanted = {"heat_capacity": n, "group_velocity": 3 * n, "frequency": n}
    wanted["thermal_conductivity"] = 9
    for key, size in wanted.items():
        if key in data and data[key].size != size:
            raise MaterialError(
                f"'{path}' has {key} of shape {data[key].shape}; {size} values are needed for "
                f"{n} modes"
            )
    data["group_velocity"] = data["group_velocity"].reshape(n, 3)
    return data


def _wanted(found: Any) -> dict[str, Any]:
    return {key: found[key] for key in (*_NEEDED, *_OPTIONAL) if key in found}


def _npz(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as found:
        return _wanted(found)


def _hdf5(path: Path) -> dict[str, Any]:
    with h5py.File(path, "r") as found:
        return {key: np.asarray(value) for key, value in _wanted(found).items()}


def _json(path: Path) -> dict[str, Any]:
    return _wanted(json.loads(path.read_text(encoding="utf-8")))
