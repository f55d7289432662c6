"""What the conditions of a problem impose at the vertices of its sides."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from bte.conditions.boundary import (
    Boundary,
    Contact,
    Diffuse,
    HeatFlux,
    Isothermal,
    Periodic,
    Specular,
)
from bte.conditions.rough import Rough
from bte.conditions.values import Profile, profile_at
from bte.packing.arrays import Array, Ints, Kind
from bte.problem import Definition

#: What the sides of each condition do.
KINDS: dict[type[Boundary], Kind] = {
    Isothermal: Kind.ISOTHERMAL,
    Contact: Kind.CONTACT,
    Diffuse: Kind.DIFFUSE,
    HeatFlux: Kind.MIXING,
    Specular: Kind.MIRROR,
    Rough: Kind.ROUGH,
    Periodic: Kind.PERIODIC,
}


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
    points = problem.mesh.node_points
    for index, name in enumerate(problem.mesh.boundary_names):
        mine = np.flatnonzero(boundary == index)
        condition = problem.boundaries[name]
        values["kind"][mine] = KINDS[type(condition)]
        corners = points[nodes[mine]]
        if isinstance(condition, (Isothermal, Contact)):
            what = f"temperature of boundary '{name}'"
            wall = _profile(what, condition.temperature, corners, "K", positive=True)
            values["temperature"][mine] = wall - problem.temperature
        if isinstance(condition, HeatFlux):
            what = f"flux of boundary '{name}'"
            values["flux"][mine] = _profile(what, condition.flux, corners, "W/m2")
        if isinstance(condition, Diffuse) and condition.mix:
            values["kind"][mine] = Kind.MIXING
        if isinstance(condition, Contact):
            external = condition.external
            values["conductance"][mine] = np.nan if external is None else external
            given = condition.transmission
            values["transmission"][mine] = np.nan if given is None else given
        if isinstance(condition, Periodic):
            values["jump"][mine] = condition.temperature_difference
    return values


def _profile(
    what: str, value: Profile, corners: Array, unit: str, *, positive: bool = False
) -> Array:
    """Return a number or a function at the vertices of sides (n, n_face_vertex)."""
    flat = corners.reshape(-1, corners.shape[-1])
    return profile_at(what, value, flat, unit, positive=positive).reshape(corners.shape[:2])
