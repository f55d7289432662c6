"""The output folder of ShengBTE: modes of the relaxation-time approximation.

https://doi.org/10.1016/j.cpc.2014.02.015, https://bitbucket.org/sousaw/shengbte
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...errors import MaterialError
from ..equilibrium import Array, mode_heat_capacity
from ..modes import Ints, ModeTable
from .raw import RawModes, finished
from .star import expand, fitting_lattice, wavenumbers
from .structure import read_namelist, read_structure
from .text import columns

_TERA = 1e12  # rad/ps, 1/ps
_SPEED = 1e3  # km/s
_DIGITS = 1e-5  # its k_B differs from the exact one by 1e-6
_FEW = 2e-4  # of files written with five digits


def read_shengbte(
    folder: str | os.PathLike[str],
    structure: str | os.PathLike[str] | None = None,
    *,
    drop_invalid: bool = False,
    name: str = "",
) -> tuple[ModeTable, ...]:
    """Return one table for each temperature of a folder that ShengBTE wrote.

    1/tau from ``BTE.w``, or ``BTE.w_anharmonic`` + ``BTE.w_isotopic``, in ``T300K`` and so on;
    C = degeneracy c(omega, T)/(N V). Directions come from ``BTE.v_full`` and ``BTE.qpoints_full``;
    or from the symmetry of a structure, by default that of ``CONTROL``; or are averaged.

    Parameters
    ----------
    folder : path
    structure : path, optional
        POSCAR or CONTROL.
    drop_invalid : bool
        Whether to drop modes beyond Gamma without a valid lifetime.
    name : str
        Of the material, for messages and summaries.

    Raises
    ------
    MaterialError
        If a file is missing or has another layout, or modes are invalid.
    """
    root = Path(folder)
    if not root.is_dir():
        raise MaterialError(f"'{root}' is not a folder; give the one that ShengBTE wrote BTE.* to")
    points = columns(root / "BTE.qpoints", 6)
    reciprocal = columns(root / "BTE.ReciprocalLatticeVectors", 3) * 1e9
    lattice = np.asarray(2.0 * np.pi * np.linalg.inv(reciprocal).T, dtype=float)
    raw = _irreducible(root, points, lattice, name)
    full = root / "BTE.v_full", root / "BTE.qpoints_full"
    if structure is None and all(path.is_file() for path in full):
        raw = _from_full(raw, columns(full[0], 3), columns(full[1], 5), len(points))
    elif structure is not None or (root / "CONTROL").is_file():
        raw = _expanded(raw, points, Path(structure or root / "CONTROL"), structure is not None)
    else:
        raw = _averaged(raw, "no BTE.v_full, CONTROL or structure")
    return finished(raw, drop_invalid)


def _irreducible(root: Path, points: Array, lattice: Array, name: str) -> RawModes:
    """Return the modes of the irreducible points, point by point."""
    omega = np.atleast_2d(columns(root / "BTE.omega")) * _TERA
    n_point, n_band = omega.shape
    if len(points) != n_point:
        raise MaterialError(
            f"'{root}' has {len(points)} points in BTE.qpoints and {n_point} in BTE.omega; they "
            "must be of one run"
        )
    velocity = _by_band(columns(root / "BTE.v", 3), n_point, n_band, root / "BTE.v") * _SPEED
    temperature, folders = _temperatures(root)
    rate = np.stack([_rates(root, sub, omega.shape) for sub in folders]) * _TERA
    degeneracy = points[:, 2]
    volume = abs(float(np.linalg.det(lattice))) * float(np.sum(degeneracy))
    held = np.maximum(omega, 1.0)
    each = np.stack([mode_heat_capacity(held, float(t)) for t in temperature])
    at_gamma = np.all(np.abs(points[:, 3:6]) < 1e-8, axis=1)
    rank = np.argsort(np.argsort(omega, axis=1), axis=1)
    kappa, full = _conductivities(folders)
    return RawModes(
        temperature=temperature,
        frequency=omega.ravel(),
        velocity=velocity.reshape(-1, 3),
        rate=rate.reshape(len(temperature), -1),
        heat_capacity=(each * degeneracy[:, None] / volume).reshape(len(temperature), -1),
        branch=np.tile(np.arange(n_band), n_point),
        weight=np.repeat(degeneracy, n_band),
        resting=(at_gamma[:, None] & (rank < 3)).ravel(),
        wavenumber=np.repeat(wavenumbers(points[:, 3:6], lattice), n_band),
        lattice=lattice,
        conductivity=kappa,
        full_conductivity=full,
        digits=_DIGITS,
        total=_heat_capacities(folders),
        total_digits=_FEW,
        name=name,
        source=f"ShengBTE {os.path.basename(os.path.abspath(root))}",
    )


def _by_band(table: Array, n_point: int, n_band: int, path: Path) -> Array:
    """Return (n_point, n_band, ...) from rows in which the point runs first, then the band."""
    if len(table) != n_point * n_band:
        raise MaterialError(
            f"'{path}' has {len(table)} rows; {n_point} points and {n_band} branches need "
            f"{n_point * n_band}"
        )
    return np.swapaxes(table.reshape(n_band, n_point, -1), 0, 1)


def _temperatures(root: Path) -> tuple[Array, list[Path]]:
    """Return the temperatures and their folders: T300K and so on, or the root with that of CONTROL.

    Folders are named by whole kelvins; the exact values stand in BTE.cvVsT.
    """
    found = sorted(
        (float(match[1]), path)
        for path in root.iterdir()
        if path.is_dir() and (match := re.fullmatch(r"T(\d+(?:\.\d+)?)K", path.name))
    )
    if found:
        kelvins = np.array([t for t, _ in found])
        if (root / "BTE.cvVsT").is_file():
            exact = columns(root / "BTE.cvVsT")[:, 0]
            near = exact[np.argmin(np.abs(exact - kelvins[:, None]), axis=1)]
            kelvins = np.where(np.abs(near - kelvins) <= 0.5, near, kelvins)
        return kelvins, [path for _, path in found]
    control = root / "CONTROL"
    values = read_namelist(control.read_text(encoding="utf-8")) if control.is_file() else {}
    if "t" not in values:
        raise MaterialError(
            f"'{root}' has neither folders T300K and so on nor a CONTROL file with T; the "
            "temperature of its scattering rates is not known"
        )
    return np.array([float(values["t"][0].lower().replace("d", "e"))]), [root]


def _rates(root: Path, sub: Path, shape: tuple[int, ...]) -> Array:
    """Return the total scattering rates in 1/ps, (n_point, n_band)."""
    if (sub / "BTE.w").is_file():
        return _rate(sub / "BTE.w", shape)
    total = _rate(sub / "BTE.w_anharmonic", shape)
    if (root / "BTE.w_isotopic").is_file():
        total = total + _rate(root / "BTE.w_isotopic", shape)
    return total


def _rate(path: Path, shape: tuple[int, ...]) -> Array:
    """Return rates of either layout: (omega, w) in rows band by band, or a row for each point."""
    table = columns(path)
    if table.shape == shape and shape[1] != 2:
        return table
    if table.ndim == 2 and table.shape[1] == 2:
        return _by_band(table[:, 1:], shape[0], shape[1], path)[..., 0]
    raise MaterialError(
        f"'{path}' has a table of shape {table.shape}; two columns (frequency, rate) for "
        f"{shape[0]} points and {shape[1]} branches are expected"
    )


def _conductivities(folders: list[Path]) -> tuple[Array | None, Array | None]:
    """Return the conductivities of BTE.kappa_tensor: the first iteration is that of the RTA."""
    paths = [folder / "BTE.kappa_tensor" for folder in folders]
    if not all(path.is_file() for path in paths):
        return None, None
    tables = [np.atleast_2d(columns(path))[:, -9:].reshape(-1, 3, 3) for path in paths]
    first = np.stack([table[0] for table in tables])
    iterated = all(len(table) > 1 for table in tables)
    return first, np.stack([table[-1] for table in tables]) if iterated else None


def _heat_capacities(folders: list[Path]) -> Array | None:
    """Return the heat capacities of BTE.cv [J/m3/K]."""
    paths = [folder / "BTE.cv" for folder in folders]
    if not all(path.is_file() for path in paths):
        return None
    return np.array([columns(path).ravel()[-1] for path in paths])


def _from_full(raw: RawModes, velocity: Array, points: Array, n_point: int) -> RawModes:
    """Return the modes of all points, with the velocities that ShengBTE lists for them."""
    n_band = len(raw.frequency) // n_point
    all_v = _by_band(velocity, len(points), n_band, Path("BTE.v_full")) * _SPEED
    equivalent: Ints = points[:, 1].astype(np.int64) - 1
    rows = (equivalent[:, None] * n_band + np.arange(n_band)).ravel()
    made = raw.at(rows)
    return replace(
        made,
        velocity=all_v.reshape(-1, 3),
        heat_capacity=made.heat_capacity / made.weight,
        weight=np.ones(len(rows)),
        notes=(*raw.notes, "all points of the mesh from BTE.v_full and BTE.qpoints_full"),
    )


def _expanded(raw: RawModes, points: Array, path: Path, asked: bool) -> RawModes:
    """Return the modes of the stars of the irreducible points under a structure."""
    assert raw.lattice is not None
    volume = abs(float(np.linalg.det(raw.lattice)))
    try:
        _, rotations = fitting_lattice(
            read_structure(path), volume, points[:, 3:6], points[:, 2], _mesh(points[:, 3:6])
        )
    except MaterialError as error:
        if asked:
            raise
        return _averaged(raw, f"CONTROL not used ({error})")
    star = expand(raw.velocity, rotations)
    made = raw.at(star.row)
    note = f"{len(points)} irreducible points expanded by {len(rotations)} rotations of {path.name}"
    return replace(
        made,
        velocity=star.velocity,
        weight=made.weight * star.share,
        heat_capacity=made.heat_capacity * star.share,
        notes=(*raw.notes, note),
    )


def _mesh(points: Array) -> int:
    """Return a common multiple of the numbers of mesh points, from the coordinates."""
    for mesh in range(1, 10_000):
        if np.max(np.abs(points * mesh - np.rint(points * mesh))) < 1e-5 * mesh:
            return mesh
    raise MaterialError("BTE.qpoints does not hold the points of a regular mesh")


def _averaged(raw: RawModes, why: str) -> RawModes:
    """Return the irreducible modes as isotropic averages."""
    speed = np.linalg.norm(raw.velocity, axis=1)
    zero = np.zeros_like(speed)
    return replace(
        raw,
        velocity=np.stack([speed, zero, zero], axis=1),
        isotropic=True,
        notes=(*raw.notes, f"{why}: directions averaged over the sphere"),
    )
