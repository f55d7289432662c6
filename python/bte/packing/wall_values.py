"""What the conditions of a problem impose at the vertices of its sides."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from bte.conditions.boundary import Boundary, Diffuse, HeatFlux, Isothermal, Specular
from bte.packing.arrays import Array, Ints, Kind
from bte.problem import Definition


class WallValues(TypedDict):
    """The fields of `bte.packing.Sides` that conditions decide."""

    kind: Ints
    temperature: Array
    flux: Array
    jump: Array
    transmission: Array
    conductance: Array


def conditions(problem: Definition, boundary: NDArray[np.int64], nodes: Ints) -> WallValues:
    """Return kind and imposed values of every side.

    Parameters
    ----------
    problem : Definition
    boundary : (n_side,)
        Index of the boundary's name, -1 at interfaces.
    nodes : (n_side, n_face_vertex)
        DG nodes of the sides.
    """
    n_side = len(boundary)
    values = WallValues(
        kind=np.full(n_side, Kind.INTERFACE, dtype=np.int32),
        temperature=np.zeros(nodes.shape),
        flux=np.zeros(nodes.shape),
        jump=np.zeros(n_side),
        transmission=np.full(n_side, np.nan),
        conductance=np.full(n_side, np.nan),
    )
    for index, name in enumerate(problem.mesh.boundary_names):
        mine = boundary == index
        condition = problem.boundaries[name]
        values["kind"][mine] = _kind(condition)
        if isinstance(condition, Isothermal):
            values["temperature"][mine] = condition.temperature - problem.temperature
        if isinstance(condition, HeatFlux):
            values["flux"][mine] = condition.flux
    return values


def _kind(condition: Boundary) -> Kind:
    if isinstance(condition, Isothermal):
        return Kind.ISOTHERMAL
    if isinstance(condition, Specular):
        return Kind.MIRROR
    if isinstance(condition, Diffuse) and not condition.mix:
        return Kind.DIFFUSE
    return Kind.MIXING
