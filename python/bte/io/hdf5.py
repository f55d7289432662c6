"""A whole solution, mesh included, in one HDF5 file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bte.errors import BteError
from bte.io.atomic import replacing
from bte.mesh import Mesh, measured_faces
from bte.solution import BoundaryResult, InterfaceResult, Ledger, Solution

_FORMAT = "bte solution"
_VERSION = 1
_FIELDS = ("temperature", "pseudo_temperature", "heat_flux", "source")
_MESH_ARRAYS = ("points", "connectivity", "dg_offsets", "cell_region")
_FACE_ARRAYS = ("cells", "local", "nodes", "boundary")  # the others follow from them
_PAIRS = ("energy", "emitted", "extrapolated", "mean_free_path")  # older files lack the last two
_SCALARS = (
    "model",
    "reference_temperature",
    "region_power",
    "iterations",
    "residuals",
    "converged",
    "conductivities",
)


def save_hdf5(solution: Solution, path: str | Path) -> None:
    """Write fields, mesh and results; `load` gives the same solution back, but its problem."""
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["format"] = _FORMAT
        file.attrs["version"] = _VERSION
        _write_mesh(file.create_group("mesh"), solution.mesh)
        for name in _FIELDS:
            file.create_dataset(name, data=getattr(solution, name), compression="gzip")
        if solution.band_edges is not None:
            file.create_dataset("band_edges", data=solution.band_edges)
        for axis, flux in solution.flux_along.items():
            file.create_dataset(f"flux_along/{axis}", data=flux, compression="gzip")
        file.create_dataset("results", data=json.dumps(_document(solution)))


def load(path: str | Path) -> Solution:
    """Read a solution that was saved as ``.h5``.

    Raises
    ------
    BteError
        When the file is missing, truncated, of another kind, or of a newer version.
    """
    path = Path(path)
    if path.suffix.lower() in (".vtu", ".json"):
        raise BteError(
            f"file '{path}' is no whole solution: only .h5 files can be shown, compared and loaded"
        )
    if not path.is_file():
        raise BteError(f"solution file '{path}' does not exist; give the path of a saved .h5")
    try:
        with h5py.File(path, "r") as file:
            _check_format(path, file)
            return _read(file)
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise BteError(
            f"solution file '{path}' is truncated or not a saved solution ({error}); "
            "save the solution again as .h5"
        ) from error


def _check_format(path: Path, file: h5py.File) -> None:
    if file.attrs.get("format") != _FORMAT:
        raise BteError(
            f"file '{path}' is HDF5 but not a solution saved by bte; give the path of a saved .h5"
        )
    if int(file.attrs["version"]) > _VERSION:
        raise BteError(
            f"solution file '{path}' has version {int(file.attrs['version'])}; this bte reads up "
            f"to {_VERSION}, so it needs a newer bte"
        )


def _read(file: h5py.File) -> Solution:
    document = json.loads(file["results"][()])
    fields: dict[str, Any] = {name: np.asarray(file[name]) for name in _FIELDS}
    scalars: dict[str, Any] = {name: document[name] for name in _SCALARS}
    scalars["residuals"] = tuple(scalars["residuals"])
    contacts = [_interface(item) for item in document["interfaces"]]
    return Solution(
        mesh=_read_mesh(file["mesh"]),
        **fields,
        **scalars,
        boundaries={
            name: BoundaryResult(**_with_array(item, "power_by_band"))
            for name, item in document["boundaries"].items()
        },
        interfaces={(item.first, item.second): item for item in contacts},
        ledger=Ledger(**document["ledger"]),
        settings=document["settings"],
        seconds=document["seconds"],
        band_edges=np.asarray(file["band_edges"]) if "band_edges" in file else None,
        gradient=document.get("gradient", {}),
        flux_along={axis: np.asarray(flux) for axis, flux in file.get("flux_along", {}).items()},
    )


def _document(solution: Solution) -> dict[str, Any]:
    """Return everything but arrays over the mesh as plain values."""
    document: dict[str, Any] = {name: getattr(solution, name) for name in _SCALARS}
    document["gradient"] = dict(solution.gradient)
    document["settings"] = dict(solution.settings)
    document["seconds"] = dict(solution.seconds)
    document["ledger"] = dataclasses.asdict(solution.ledger)
    document["boundaries"] = {n: _as_lists(b) for n, b in solution.boundaries.items()}
    document["interfaces"] = [_as_lists(i) for i in solution.interfaces.values()]
    return document


def _as_lists(record: BoundaryResult | InterfaceResult) -> dict[str, Any]:
    return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in vars(record).items()}


def _with_array(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**item, name: np.asarray(item[name], dtype=float)}


def _interface(item: Mapping[str, Any]) -> InterfaceResult:
    sides = {name: tuple(item[name]) for name in _PAIRS if name in item}
    return InterfaceResult(**{**_with_array(item, "heat_flux_by_band"), **sides})


def _write_mesh(group: h5py.Group, mesh: Mesh) -> None:
    for name in _MESH_ARRAYS:
        group.create_dataset(name, data=getattr(mesh, name), compression="gzip")
    group.create_dataset("names", data=json.dumps([mesh.region_names, mesh.boundary_names]))
    faces = group.create_group("faces")
    for name in _FACE_ARRAYS:
        faces.create_dataset(name, data=getattr(mesh.faces, name), compression="gzip")


def _read_mesh(group: h5py.Group) -> Mesh:
    regions, boundaries = json.loads(group["names"][()])
    arrays = {name: np.asarray(group[name]) for name in _MESH_ARRAYS}
    stored = [np.asarray(group["faces"][name]) for name in _FACE_ARRAYS]
    faces = measured_faces(arrays["points"], arrays["connectivity"], arrays["dg_offsets"], *stored)
    return Mesh(
        **arrays, region_names=tuple(regions), boundary_names=tuple(boundaries), faces=faces
    )
