"""The constructors of `Material` that take modes, from tables or from files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from ...errors import MaterialError
from ..bands import SpectrumModel
from ..checks import checked
from ..mode_model import build_modes
from ..modes import ModeTable, interpolated, sorted_tables
from ..orientation import rotated
from .almabte import read_almabte
from .csv_table import read_csv
from .openbte import read_openbte
from .phono3py import read_phono3py
from .shengbte import read_shengbte

if TYPE_CHECKING:
    from ..solid import Material

PathLike = str | os.PathLike[str]
Speeds = tuple[float, float]


def from_modes(
    cls: type[Material],
    name: str,
    tables: ModeTable | Sequence[ModeTable],
    *,
    density: float | None = None,
    elastic_speeds: Speeds | None = None,
    sources: Mapping[str, str] | None = None,
) -> Material:
    """Return a material from tables of modes; between their temperatures it interpolates.

    Parameters
    ----------
    name : str
    tables : ModeTable or sequence of ModeTable
        At one temperature each, all of the same modes.
    density, elastic_speeds, sources
        As in :class:`Material`.

    Raises
    ------
    MaterialError
        If the tables list different modes, or two have the same temperature.
    """
    return cls(name, build_modes(name, tables), density, elastic_speeds, dict(sources or {}))


def from_phono3py(
    cls: type[Material],
    path: PathLike,
    temperature: float | None = None,
    structure: PathLike | None = None,
    *,
    name: str | None = None,
    drop_invalid: bool = False,
    orientation: npt.ArrayLike | None = None,
    density: float | None = None,
    elastic_speeds: Speeds | None = None,
) -> Material:
    """Return a material from a kappa-*.hdf5 of phono3py.

    Parameters
    ----------
    path : path
        The file; its modes of the relaxation-time approximation are used.
    temperature : float, optional
        Keep this temperature only [K]; without it all of the file.
    structure : path, optional
        phono3py.yaml or POSCAR of the calculation: irreducible points are expanded by its
        rotations. Without it the modes are isotropic averages.
    name : str, optional
        Of the material; the stem of the file without it.
    drop_invalid : bool
        Whether to drop modes beyond Gamma that have no valid lifetime.
    orientation : (3, 3), optional
        Rotation of the crystal: row i holds axis i of the mesh in the axes of the file.
    density, elastic_speeds
        As in :class:`Material`.

    Raises
    ------
    MaterialError
        If the file is truncated or foreign, the structure does not fit, modes are invalid, or the
        temperature lies outside the file.
    """
    called = name or _stem(path)
    tables = read_phono3py(path, structure, drop_invalid=drop_invalid, name=called)
    made = _made(cls, called, tables, temperature, density, elastic_speeds)
    return made if orientation is None else rotated(made, orientation)


def from_shengbte(
    cls: type[Material],
    folder: PathLike,
    temperature: float | None = None,
    structure: PathLike | None = None,
    *,
    name: str | None = None,
    drop_invalid: bool = False,
    density: float | None = None,
    elastic_speeds: Speeds | None = None,
) -> Material:
    """Return a material from the folder that ShengBTE wrote; see :func:`from_phono3py`.

    Directions come from ``BTE.v_full`` with ``BTE.qpoints_full``, else from the symmetry of
    `structure` (``CONTROL`` of the folder), else they are averaged.
    """
    called = name or _stem(folder)
    tables = read_shengbte(folder, structure, drop_invalid=drop_invalid, name=called)
    return _made(cls, called, tables, temperature, density, elastic_speeds)


def from_almabte(
    cls: type[Material],
    path: PathLike | Sequence[PathLike],
    temperature: float | None = None,
    *,
    name: str | None = None,
    drop_invalid: bool = False,
    density: float | None = None,
    elastic_speeds: Speeds | None = None,
) -> Material:
    """Return a material from files of almaBTE's ``phononinfo``, one for each temperature.

    `temperature` [K] is that of a single file whose name does not end in ``_300K.phononinfo``; else
    as :func:`from_phono3py`.
    """
    called = name or _stem(path if isinstance(path, str | os.PathLike) else path[0])
    tables = read_almabte(path, temperature, drop_invalid=drop_invalid, name=called)
    return _made(cls, called, tables, None, density, elastic_speeds)


def from_openbte(
    cls: type[Material],
    path: PathLike,
    temperature: float | None = None,
    *,
    name: str | None = None,
    drop_invalid: bool = False,
    density: float | None = None,
    elastic_speeds: Speeds | None = None,
) -> Material:
    """Return a material from an OpenBTE-style table (``.npz``, HDF5 or ``.json``).

    `temperature` [K] is needed where the file does not hold it; else as :func:`from_phono3py`.
    """
    called = name or _stem(path)
    tables = read_openbte(path, temperature, drop_invalid=drop_invalid, name=called)
    return _made(cls, called, tables, None, density, elastic_speeds)


def from_csv(
    cls: type[Material],
    path: PathLike,
    temperature: float | None = None,
    *,
    name: str | None = None,
    drop_invalid: bool = False,
    density: float | None = None,
    elastic_speeds: Speeds | None = None,
) -> Material:
    """Return a material from a comma-separated table, one row for each mode or band.

    `temperature` [K] is needed where the table has no column T; else as :func:`from_phono3py`.
    """
    called = name or _stem(path)
    tables = read_csv(path, temperature, drop_invalid=drop_invalid, name=called)
    return _made(cls, called, tables, None, density, elastic_speeds)


def _stem(path: PathLike) -> str:
    return os.path.splitext(os.path.basename(os.path.normpath(os.fspath(path))))[0]


def _made(
    cls: type[Material],
    name: str,
    tables: Sequence[ModeTable],
    temperature: float | None,
    density: float | None,
    elastic_speeds: Speeds | None,
) -> Material:
    """Return the material of tables read from a file, which its sources name."""
    kept = tuple(tables)
    if temperature is not None:
        kept = (interpolated(name, sorted_tables(name, kept), checked(temperature)),)
    sources = {"modes": kept[0].source}
    if kept[0].notes:
        sources["read"] = "; ".join(kept[0].notes)
    return from_modes(
        cls, name, kept, density=density, elastic_speeds=elastic_speeds, sources=sources
    )


class FromModes:
    """What a material has to do with modes: the constructors, and the way back."""

    name: str
    model: SpectrumModel

    from_modes = classmethod(from_modes)
    from_phono3py = classmethod(from_phono3py)
    from_shengbte = classmethod(from_shengbte)
    from_almabte = classmethod(from_almabte)
    from_openbte = classmethod(from_openbte)
    from_csv = classmethod(from_csv)

    def modes(self, temperature: float) -> ModeTable:
        """Return the modes at a temperature [K].

        Those that were imported, interpolated between their temperatures; quadrature nodes of
        isotropic branches; or one mode for each group.

        Raises
        ------
        MaterialError
            If the temperature is not positive, or outside the imported table.
        """
        number = isinstance(temperature, int | float | np.number)
        if not (number and np.isfinite(temperature) and temperature > 0.0):
            raise MaterialError(f"temperature is {temperature!r}; it must be finite and > 0 [K]")
        return replace(self.model.modes(float(temperature)), name=self.name)

    def rotated(self, matrix: npt.ArrayLike) -> Material:
        """Return the same crystal turned, its isotropic self where directions are unknown.

        Parameters
        ----------
        matrix : (3, 3)
            Rotation; row i holds axis i of the mesh in the axes of the crystal.

        Raises
        ------
        MaterialError
            If it is no rotation.
        """
        return rotated(cast("Material", self), matrix)
