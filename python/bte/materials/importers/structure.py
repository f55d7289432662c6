"""Primitive cells from phono3py.yaml or POSCAR, and the rotations of their crystals."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import spglib
import yaml

from ...errors import MaterialError
from ..equilibrium import Array

_TOLERANCE = 1e-5  # A
_LENGTH = {"angstrom": 1e-10, "au": 0.529177210903e-10, "bohr": 0.529177210903e-10}

# Primitive vectors of the centred cells: rows of P^T L, ratio of the volumes.
_CENTRINGS: dict[str, tuple[int, list[list[float]]]] = {
    "F": (4, [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
    "I": (2, [[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]),
    "C": (2, [[0.5, -0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]),
    "A": (2, [[1, 0, 0], [0, 0.5, 0.5], [0, -0.5, 0.5]]),
    "R": (3, [[2 / 3, 1 / 3, 1 / 3], [-1 / 3, 1 / 3, 1 / 3], [-1 / 3, -2 / 3, 1 / 3]]),
}


@dataclass(frozen=True, eq=False)
class Structure:
    """A crystal: lattice (3, 3) with vectors as rows [m], reduced positions (n, 3), atom kinds."""

    lattice: Array
    positions: Array
    kinds: tuple[int, ...]
    path: str

    @property
    def volume(self) -> float:
        """Volume of the cell [m3]."""
        return float(abs(np.linalg.det(self.lattice)))

    def rotations(self) -> Array:
        """Return the Cartesian rotations of the point group with time reversal, (n, 3, 3)."""
        cell = ((self.lattice * 1e10).tolist(), self.positions.tolist(), list(self.kinds))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of its way to tell errors
                found = spglib.get_symmetry(cell, symprec=_TOLERANCE)
        except Exception:  # which ones differs between releases of spglib
            found = None
        if found is None:
            raise MaterialError(
                f"structure '{self.path}' has no symmetry that spglib can find; look for atoms "
                "that coincide"
            )
        reduced = np.unique(found["rotations"], axis=0)
        # x = L^T u with the vectors of the lattice as rows of L
        columns = self.lattice.T
        cartesian = np.einsum("ij,ajk,kl->ail", columns, reduced, np.linalg.inv(columns))
        both = np.concatenate([cartesian, -cartesian])
        _, first = np.unique(np.rint(both * 1e4), axis=0, return_index=True)
        return np.asarray(both[np.sort(first)])

    def primitive_lattices(self, volume: float) -> Iterator[Array]:
        """Yield lattices [m] of a given volume [m3]: the cell itself, or those of its centrings."""
        ratio = self.volume / volume
        if abs(ratio - 1.0) < 1e-4:
            yield self.lattice
        for count, rows in _CENTRINGS.values():
            if abs(ratio / count - 1.0) < 1e-4:
                yield np.array(rows) @ self.lattice


def read_structure(path: str | os.PathLike[str]) -> Structure:
    """Return the cell of a phono3py.yaml (its primitive cell), a POSCAR or a ShengBTE CONTROL file.

    Raises
    ------
    MaterialError
        If the file cannot be read or holds no cell.
    """
    text = _text(path)
    where = os.fspath(path)
    readers = (_from_control, _from_yaml, _from_poscar)
    kind = 0 if re.search(r"^\s*&crystal", text, re.M | re.I) else 2
    if re.search(r"^(primitive_cell|unit_cell):", text, re.M):
        kind = 1
    try:
        structure = readers[kind](text, where)
        good = np.isfinite(structure.lattice).all() and structure.volume > 1e-31
    except (ValueError, IndexError, KeyError, TypeError, yaml.YAMLError) as error:
        if isinstance(error, MaterialError):
            raise
        good = False
    if not good:
        raise MaterialError(
            f"structure '{where}' holds no cell that can be read; give a phono3py.yaml, a POSCAR "
            "or a CONTROL file of ShengBTE"
        )
    return structure


def _text(path: str | os.PathLike[str]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MaterialError(f"structure '{os.fspath(path)}' cannot be read: {error}") from None


def _block(text: str, key: str) -> Any:
    """Return one top-level entry of a YAML text; the rest, which may be long, is not parsed."""
    found = re.search(rf"^{key}:.*\n(?:[ \-#].*\n|\n)*", text + "\n", re.M)
    return yaml.safe_load(found[0])[key] if found else None


def _from_yaml(text: str, where: str) -> Structure:
    units = _block(text, "physical_unit") or {}
    scale = _LENGTH[str(units.get("length", "angstrom")).lower()]
    cell = _block(text, "primitive_cell") or _block(text, "unit_cell")
    points = cell["points"]
    names = [point["symbol"] for point in points]
    return Structure(
        np.array(cell["lattice"], dtype=float) * scale,
        np.array([point["coordinates"] for point in points], dtype=float),
        _kinds(names),
        where,
    )


def _kinds(names: list[Any]) -> tuple[int, ...]:
    order = list(dict.fromkeys(names))
    return tuple(order.index(name) + 1 for name in names)


def _from_poscar(text: str, where: str) -> Structure:
    lines = [line.split("!")[0] for line in text.splitlines()]
    scale = float(lines[1].split()[0])
    lattice = np.array([[float(x) for x in line.split()[:3]] for line in lines[2:5]])
    if scale < 0.0:  # a volume
        scale = (-scale / abs(float(np.linalg.det(lattice)))) ** (1.0 / 3.0)
    named = not lines[5].split()[0].isdigit()
    counts = [int(x) for x in lines[6 if named else 5].split()]
    row = 7 if named else 6
    row += lines[row].strip().lower().startswith("s")  # selective dynamics
    cartesian = lines[row].strip()[:1].lower() in ("c", "k")
    atoms = lines[row + 1 : row + 1 + sum(counts)]
    positions = np.array([[float(x) for x in line.split()[:3]] for line in atoms])
    if cartesian:
        positions = positions @ np.linalg.inv(lattice)
    kinds = np.repeat(np.arange(len(counts)) + 1, counts)
    return Structure(lattice * scale * 1e-10, positions, tuple(kinds.tolist()), where)


def read_namelist(text: str) -> dict[str, list[str]]:
    """Return the values of a Fortran namelist: those of ``a(:,1)=``, ``a(:,2)=`` one after another.

    Repeats such as ``3*0.5`` are written out.
    """
    plain = re.sub(r"!.*", "", text)
    plain = re.sub(r"^\s*[&/].*$", "", plain, flags=re.M)
    values: dict[str, list[str]] = {}
    pattern = r"(\w+)\s*(?:\([^)]*\))?\s*=\s*(.*?)(?=\w+\s*(?:\([^)]*\))?\s*=|\Z)"
    for key, given in re.findall(pattern, plain, re.S):
        for item in re.findall(r"\"[^\"]*\"|'[^']*'|[^\s,]+", given):
            times, _, rest = item.rpartition("*")
            values.setdefault(key.lower(), []).extend([rest] * int(times or 1))
    return values


def _from_control(text: str, where: str) -> Structure:
    values = read_namelist(text)
    number = [float(x.lower().replace("d", "e")) for x in values["lattvec"]]
    scale = float(values.get("lfactor", ["1.0"])[0].lower().replace("d", "e")) * 1e-9
    positions = [float(x.lower().replace("d", "e")) for x in values["positions"]]
    kinds = tuple(int(x) for x in values["types"])
    return Structure(
        np.array(number).reshape(3, 3) * scale,
        np.array(positions).reshape(len(kinds), 3),
        kinds,
        where,
    )
