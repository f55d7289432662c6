"""The choice of directions as a user makes it, checked where it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteError, unknown_name

Array = NDArray[np.float64]

#: Rules of the azimuth.
RULES = ("gauss", "equal", "chebyshev", "lebedev")

_AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}

#: Knudsen number (longest mean free path over the width of the channel) from which it pays to
#: gather nodes at an open line of sight (docs/numerics/angle.md).
GATHER_FROM = 1.0

Vectors = Sequence[Sequence[float]] | Array


@dataclass(frozen=True)
class Angles:
    """How directions are chosen.

    Attributes
    ----------
    azimuths : int, optional
        Least number of azimuths, a multiple of 4; 24 in 2D and 16 in 3D, and with ``towards`` 24
        and 16 for each of its lines and their mirror images. No meaning in 1D.
    polars : int, optional
        Polar nodes: per half range in 1D (16) and 3D (6, or 8 with ``towards``), on (0, 1) in
        2D (3).
    rule : {"gauss", "equal", "chebyshev", "lebedev"}
        Of the azimuth: Gauss per panel; equally spaced; equally spaced with Gauss-Legendre in
        the polar cosine; Lebedev (3D), which is exact for smooth functions only.
    axis : {"x", "y", "z"} or (3,)
        Polar axis in 3D.
    panels : (n, dim)
        Normals of the walls at which panels break, the most important first; by default those of
        the axes.
    towards : (n, dim)
        Open lines of sight, at which nodes gather; in 3D where along or across the polar axis.

    Raises
    ------
    BteError
        Where any of them is out of range.
    """

    azimuths: int | None = None
    polars: int | None = None
    rule: str = "gauss"
    axis: str | tuple[float, ...] = "z"
    panels: Vectors = ()
    towards: Vectors = ()

    def __post_init__(self) -> None:
        """Check and make every vector a tuple."""
        if self.azimuths is not None:
            check_count("azimuths", self.azimuths, 4, 4)
        if self.polars is not None:
            check_count("polars", self.polars, 1)
        if self.rule not in RULES:
            raise BteError(unknown_name("azimuth_rule", str(self.rule), RULES, "the quadrature"))
        if np.ndim(self.axis) == 0 and self.axis not in _AXES:
            raise BteError(f"axis is {self.axis!r}; it must be x, y, z or a vector of 3D")
        if not isinstance(self.axis, str):
            object.__setattr__(self, "axis", _vectors("axis", [self.axis], 3)[0])
        object.__setattr__(self, "panels", _vectors("panels", self.panels))
        object.__setattr__(self, "towards", _vectors("towards", self.towards))
        if len(self.towards) and self.rule != "gauss":
            raise BteError(
                f"towards gathers nodes of azimuth_rule 'gauss' only, and the rule is "
                f"'{self.rule}'; leave one of them out"
            )

    def normals(self, dim: int) -> Array:
        """Return unit normals of the walls, (n, dim)."""
        return _units("panels", self.panels, dim)

    def lines(self, dim: int) -> Array:
        """Return unit vectors of the lines of sight, (n, dim)."""
        return _units("towards", self.towards, dim)

    def frame(self) -> Array:
        """Return two vectors across the polar axis and the axis itself, as rows (3, 3)."""
        if isinstance(self.axis, str):
            shift = "xyz".index(self.axis) + 1
            return np.roll(np.eye(3), -shift, axis=0)
        axis = np.array(self.axis) / np.linalg.norm(self.axis)
        first = np.eye(3)[np.abs(axis).argmin()]
        first -= axis * (axis @ first)
        first /= np.linalg.norm(first)
        return np.stack([first, np.cross(axis, first), axis])


def check_count(name: str, value: int, least: int, multiple: int = 1) -> int:
    """Return a count if it is whole, large enough and a multiple of so many."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < least or value % multiple:
        raise BteError(
            f"{name} must be at least {least}"
            + (f" and a multiple of {multiple}" if multiple > 1 else "")
            + f", not {value!r}"
        )
    return int(value)


def _vectors(name: str, given: Any, dim: int | None = None) -> tuple[tuple[float, ...], ...]:
    """Return vectors as tuples of floats, checked."""
    try:
        vectors = tuple(tuple(float(x) for x in vector) for vector in given)
    except (TypeError, ValueError):
        raise BteError(f"{name} is {given!r}; it must be vectors of numbers") from None
    for vector in vectors:
        allowed = (dim,) if dim else (1, 2, 3)
        length = float(np.linalg.norm(vector))
        if len(vector) not in allowed or not np.isfinite(length) or length == 0.0:
            raise BteError(
                f"{name} has the vector {vector}; it must have {' or '.join(map(str, allowed))} "
                "finite components, not all zero"
            )
    return vectors


def _units(name: str, vectors: Vectors, dim: int) -> Array:
    if any(len(vector) != dim for vector in vectors):
        raise BteError(
            f"{name} has vectors of {sorted({len(v) for v in vectors})} components; those of "
            f"this mesh have {dim}"
        )
    array = np.array(vectors, dtype=np.float64).reshape(-1, dim)
    return np.asarray(array / np.linalg.norm(array, axis=1, keepdims=True))
