"""phono3py's kappa-*.hdf5: modes of the relaxation-time approximation.

https://phonopy.github.io/phono3py/hdf5_howto.html
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import h5py
import numpy as np

from ...errors import MaterialError, quoted
from ..equilibrium import Array
from ..modes import ModeTable
from .raw import RawModes, finished
from .star import expand, fitting_lattice, wavenumbers
from .structure import Structure, read_structure

_NEEDED = (
    "temperature",
    "mesh",
    "qpoint",
    "weight",
    "frequency",
    "group_velocity",
    "heat_capacity",
    "gamma",
    "kappa_unit_conversion",
)
_OPTIONAL = ("gamma_isotope", "gamma_elph", "gv_by_gv", "boundary_mfp")
_KAPPAS = ("kappa", "kappa_RTA", "kappa_TOT_RTA", "kappa_P_RTA", "kappa_TOT", "version")
_TERA = 2e12 * np.pi
_SPEED = 100.0  # THz A in m/s
_VOIGT = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])  # xx yy zz yz xz xy

# kappa_unit_conversion = e 1e22/(2 pi V/A3), 254.99433/V with the present value of e, 254.99444/V
# with that of 1986, which files of many versions were written with.
_EXACT = np.array([1.602176634e-19, 1.60217733e-19]) * 1e22 / (2.0 * np.pi)

Data = dict[str, Any]


def read_phono3py(
    path: str | os.PathLike[str],
    structure: str | os.PathLike[str] | None = None,
    *,
    drop_invalid: bool = False,
    name: str = "",
) -> tuple[ModeTable, ...]:
    """Return one table for each temperature of a kappa-*.hdf5.

    1/tau = 4 pi gamma, with gamma of three phonons, isotopes, electrons and the boundary (v/L)
    added; C = weight c e/(N V). Irreducible points are expanded by the rotations of the structure;
    without one they are isotropic averages, with the tensor of each star where the file has it.

    Parameters
    ----------
    path : path
    structure : path, optional
        phono3py.yaml or POSCAR of the calculation.
    drop_invalid : bool
        Whether to drop modes beyond Gamma without a valid lifetime.
    name : str
        Of the material, for messages and summaries.

    Raises
    ------
    MaterialError
        If the file is truncated or of another kind, modes are invalid, or the structure does not
        fit.
    """
    data = _load(path)
    raw = _modes(data, name, f"phono3py {os.path.basename(os.fspath(path))}")
    whole = bool(np.all(data["weight"] == 1) and data["mesh"].size == 3)
    whole = whole and int(np.prod(data["mesh"])) == len(data["weight"])
    if structure is not None:
        raw = _expanded(raw, data, structure, whole)
    else:
        raw = _as_is(raw) if whole else _averaged(raw, data)
    return finished(raw, drop_invalid)


def _bands(data: Data) -> int:
    return int(data["frequency"].shape[1])


def _load(path: str | os.PathLike[str]) -> Data:
    """Return the arrays of the file that are used."""
    where = os.fspath(path)
    if not os.path.isfile(where):
        raise MaterialError(f"there is no file '{where}'; give the path of a kappa-*.hdf5")
    try:
        with h5py.File(where, "r") as file:
            missing = [key for key in _NEEDED if key not in file]
            if missing:
                raise MaterialError(
                    f"'{where}' is not a kappa-*.hdf5 of phono3py that can be used: it has no "
                    f"{quoted(missing)}; write it with phono3py's thermal conductivity run over "
                    "the whole mesh (--br, not --gp)"
                )
            keys = [key for key in (*_NEEDED, *_OPTIONAL, *_KAPPAS) if key in file]
            data = {key: np.asarray(file[key]) for key in keys}
    except MaterialError:
        raise
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as error:
        raise MaterialError(
            f"'{where}' cannot be read as HDF5, it may be truncated or of another kind: {error}"
        ) from None
    _require_shapes(data, where)
    return data


def _require_shapes(data: Data, where: str) -> None:
    """Raise where the arrays do not fit together."""
    nt, shape = data["temperature"].size, data["frequency"].shape
    wanted: dict[str, tuple[int, ...]] = {
        "qpoint": (shape[0], 3),
        "weight": shape[:1],
        "group_velocity": (*shape, 3),
        "heat_capacity": (nt, *shape),
        "gamma": (nt, *shape),
        "gamma_isotope": shape,
        "gv_by_gv": (*shape, 6),
    }
    for key, expected in wanted.items():
        if key in data and data[key].shape != expected:
            raise MaterialError(
                f"'{where}' has {key} of shape {data[key].shape}; {expected} is expected for "
                f"{nt} temperatures and frequencies of shape {shape}"
            )
    points, total = data["mesh"], int(np.sum(data["weight"]))
    if points.size == 3 and total != int(np.prod(points)):
        raise MaterialError(
            f"'{where}' has weights that sum to {total}, and a mesh of {int(np.prod(points))} "
            "points; it must hold the whole mesh"
        )


def _modes(data: Data, name: str, source: str) -> RawModes:
    """Return the irreducible modes with their velocities as they are in the file."""
    n_band = _bands(data)
    velocity = data["group_velocity"] * _SPEED
    gamma = np.array(data["gamma"], dtype=float)
    for key in ("gamma_isotope", "gamma_elph"):
        if key in data:
            gamma = gamma + data[key]
    rate = 4e12 * np.pi * gamma
    if "boundary_mfp" in data:  # um
        rate = rate + np.linalg.norm(velocity, axis=-1) / (float(data["boundary_mfp"]) * 1e-6)
    own = 4e12 * np.pi * data["gamma"]  # without one of its own a mode has no lifetime
    rate = np.where(own > 0.0, rate, own)
    weight = np.repeat(data["weight"].astype(float), n_band)
    # C = weight c e/(N V): e and V enter only as their ratio, which the conversion is.
    scale = float(data["kappa_unit_conversion"]) * 2e8 * np.pi / float(np.sum(data["weight"]))
    nt = data["temperature"].size
    kappa, full = _kappas(data)
    return RawModes(
        temperature=np.atleast_1d(data["temperature"]).astype(float),
        frequency=data["frequency"].ravel() * _TERA,
        velocity=velocity.reshape(-1, 3),
        rate=rate.reshape(nt, -1),
        heat_capacity=data["heat_capacity"].reshape(nt, -1) * weight * scale,
        branch=np.tile(np.arange(n_band), len(data["weight"])),
        weight=weight,
        resting=_resting(data),
        conductivity=kappa,
        full_conductivity=full,
        name=name,
        source=source,
    )


def _resting(data: Data) -> Any:
    """Return which modes are the three acoustic ones at Gamma."""
    at_gamma = np.all(np.abs(data["qpoint"] - np.rint(data["qpoint"])) < 1e-8, axis=1)
    rank = np.argsort(np.argsort(np.abs(data["frequency"]), axis=1), axis=1)
    return (at_gamma[:, None] & (rank < 3)).ravel()


def _kappas(data: Data) -> tuple[Array | None, Array | None]:
    """Return the conductivity of the file in the RTA, and beyond it where the file has it."""

    def tensor(key: str) -> Array | None:
        if key not in data or data[key].shape != (data["temperature"].size, 6):
            return None
        return np.asarray(data[key][:, _VOIGT])

    direct, wigner = tensor("kappa_RTA"), tensor("kappa_P_RTA")
    if direct is not None:
        return direct, tensor("kappa")
    if wigner is not None:
        return wigner, tensor("kappa_TOT_RTA")
    return tensor("kappa"), None


def _averaged(raw: RawModes, data: Data) -> RawModes:
    """Return irreducible modes as isotropic averages, with the tensor of each star if known."""
    speed = np.linalg.norm(raw.velocity, axis=1)
    spread, note = None, "no structure given: directions averaged over the sphere"
    if "gv_by_gv" in data:
        squares = data["gv_by_gv"].reshape(-1, 6)[:, _VOIGT] * _SPEED**2
        spread = squares / raw.weight[:, None, None]
        speed = np.sqrt(np.trace(spread, axis1=1, axis2=2))
        note += "; the conductivity tensor is kept beside them"
    velocity = np.stack([speed, np.zeros_like(speed), np.zeros_like(speed)], axis=1)
    return replace(raw, velocity=velocity, isotropic=True, spread=spread, notes=(*raw.notes, note))


def _expanded(raw: RawModes, data: Data, path: str | os.PathLike[str], whole: bool) -> RawModes:
    """Return the modes of the whole mesh: stars of the irreducible ones under the structure."""
    structure = read_structure(path)
    volume = _volume(data, structure)
    if whole:
        lattice = next(structure.primitive_lattices(volume), None)
        return replace(_as_is(raw), lattice=lattice)
    mesh = int(np.lcm.reduce(np.ravel(data["mesh"]).astype(np.int64)))
    lattice, rotations = fitting_lattice(structure, volume, data["qpoint"], data["weight"], mesh)
    star = expand(raw.velocity, rotations)
    made = raw.at(star.row)
    k = np.repeat(wavenumbers(data["qpoint"], lattice), _bands(data))
    note = (
        f"{len(data['weight'])} irreducible points expanded by {len(rotations)} rotations (time "
        f"reversal among them) of '{os.path.basename(structure.path)}'"
    )
    return replace(
        made,
        velocity=star.velocity,
        weight=made.weight * star.share,
        heat_capacity=made.heat_capacity * star.share,
        wavenumber=k[star.row],
        lattice=lattice,
        notes=(*raw.notes, note),
    )


def _volume(data: Data, structure: Structure) -> float:
    """Return the volume of the primitive cell [m3], by the value of e that suits the structure."""
    found = _EXACT / float(data["kappa_unit_conversion"]) * 1e-30
    ratio = structure.volume / found
    return float(found[np.argmin(np.abs(ratio - np.rint(ratio)))])


def _as_is(raw: RawModes) -> RawModes:
    """Return modes of the whole mesh as they are."""
    return replace(raw, notes=(*raw.notes, "the file lists all points of the mesh"))
