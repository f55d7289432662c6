"""Conditions of all boundaries: every one named, of a known kind, and possible where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from bte.conditions.boundary import BOUNDARIES, Boundary, Periodic
from bte.conditions.rough import Rough
from bte.conditions.values import finite
from bte.errors import BteError, quoted, unknown_name
from bte.materials import Material
from bte.mesh import Mesh
from bte.mesh.periodic import match_periodic

_AXES = ("x", "y", "z")


def check_names(kind: str, given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raise unless every key is a name of the mesh."""
    for name in given:
        if name not in names:
            raise BteError(unknown_name(kind, str(name), names, "the mesh"))


def check_complete(
    kind: str, what: str, argument: str, given: Mapping[str, Any], names: tuple[str, ...]
) -> None:
    """Raise unless every name of the mesh has an entry, and every entry is a name of the mesh."""
    check_names(kind, given, names)
    missing = [name for name in names if name not in given]
    if missing:
        raise BteError(
            f"{kind} '{missing[0]}' has no {what}; add {argument}={{'{missing[0]}': …}} "
            f"(the mesh has: {quoted(names)})"
        )


def complete_boundaries(
    mesh: Mesh, materials: Mapping[str, Material], given: Mapping[str, Boundary]
) -> dict[str, Boundary]:
    """Return a condition for every boundary, the partners of periodic ones among them.

    Raises
    ------
    BteError
        Where a name or a condition is missing, unknown, or impossible where it stands.
    """
    check_names("boundary", given, mesh.boundary_names)
    for name, condition in given.items():
        if not isinstance(condition, BOUNDARIES):
            raise BteError(
                f"condition of boundary '{name}' must be one of "
                f"{', '.join(c.__name__ for c in BOUNDARIES)}, not {condition!r}"
            )
    complete = _with_partners(mesh, given)
    check_complete("boundary", "condition", "boundaries", complete, mesh.boundary_names)
    for name, condition in complete.items():
        if isinstance(condition, Rough) and condition.needs_frequencies:
            _check_frequencies(mesh, materials, name)
    return {name: complete[name] for name in mesh.boundary_names}


def _with_partners(mesh: Mesh, given: Mapping[str, Boundary]) -> dict[str, Boundary]:
    """Return the conditions with one for the partner of every periodic boundary."""
    complete = dict(given)
    for name, condition in given.items():
        if not isinstance(condition, Periodic):
            continue
        partner = condition.partner
        if partner not in mesh.boundary_names:
            raise BteError(
                unknown_name(
                    f"partner of periodic boundary '{name}'",
                    partner,
                    mesh.boundary_names,
                    "the mesh",
                )
            )
        if partner == name:
            raise BteError(f"boundary '{name}' is Periodic with itself; name the opposite boundary")
        back = replace(
            condition, partner=name, temperature_difference=-condition.temperature_difference
        )
        match_periodic(mesh, name, partner)
        if complete.setdefault(partner, back) != back:
            raise BteError(
                f"boundary '{partner}' is the partner of periodic boundary '{name}' and has the "
                f"condition {complete[partner]!r} of its own; remove that"
            )
    return complete


def _check_frequencies(mesh: Mesh, materials: Mapping[str, Material], name: str) -> None:
    """Raise where a material beside a wall has no wavelengths."""
    beside = np.unique(mesh.cell_region[mesh.faces.cells[mesh.boundary_faces(name), 0]])
    for region in (mesh.region_names[i] for i in beside):
        if not materials[region].has_frequencies:
            raise BteError(
                f"boundary '{name}' is Rough(rms=…), but material '{materials[region].name}' of "
                f"region '{region}' carries no frequencies, so no wavelengths; give "
                "Rough(specularity=…)"
            )


def check_gradient(gradient: Mapping[str, float], dim: int) -> None:
    """Raise unless a gradient is along directions in which the geometry does not vary.

    Parameters
    ----------
    gradient : {direction: float}
        Temperature gradient [K/m] along y or z in 1D, z in 2D.
    dim : int
        Dimension of the mesh.
    """
    free = _AXES[dim:]
    for direction, value in gradient.items():
        if direction in _AXES[:dim]:
            raise BteError(
                f"gradient along '{direction}' is along a direction of the {dim}D mesh; impose it "
                "with Periodic(partner, temperature_difference=…)"
            )
        if direction not in free:
            allowed = quoted(free) if free else "none in 3D"
            raise BteError(
                f"gradient along {direction!r} is none of the directions that a {dim}D mesh does "
                f"not have ({allowed})"
            )
        finite(f"gradient along '{direction}'", value, "K/m")
