"""Every number of a solution, or of several, as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bte.errors import BteError
from bte.io.atomic import write_text
from bte.solution.derived import mean_along

if TYPE_CHECKING:
    from bte.solution import InterfaceResult, Solution


def save_json(solution: Solution, path: str | Path) -> None:
    """Write every number of a solution as JSON (SI units; NaN as null)."""
    write_json(solution_numbers(solution), path)


def write_json(document: Mapping[str, Any], path: str | Path) -> None:
    """Write a mapping of plain values and arrays as JSON."""
    write_text(path, json.dumps(plain(document), indent=2, allow_nan=False) + "\n")


def solution_numbers(solution: Solution) -> dict[str, Any]:
    """Return every number of a solution but the nodal fields, in SI units."""
    mesh = solution.mesh
    return {
        "model": solution.model,
        "converged": solution.converged,
        "iterations": solution.iterations,
        "residuals": solution.residuals,
        "settings": dict(solution.settings),
        "seconds": dict(solution.seconds),
        "mesh": {
            "dim": mesh.dim,
            "cells": mesh.n_cell,
            "nodes": mesh.n_node,
            "regions": mesh.region_names,
            "boundaries": mesh.boundary_names,
            "bounding_box": mesh.bounding_box,
        },
        "reference_temperature": solution.reference_temperature,
        "peak_temperature_rise": solution.peak_temperature_rise,
        "peak_position": solution.peak_position,
        "ledger": {
            **dataclasses.asdict(solution.ledger),
            "relative": solution.energy_balance,
        },
        "regions": {
            name: {
                **dataclasses.asdict(solution.region(name)),
                "conductivity": solution.conductivities.get(name),
            }
            for name in mesh.region_names
        },
        "boundaries": {name: vars(result) for name, result in solution.boundaries.items()},
        "interfaces": [
            _interface_numbers(result, solution.model != "fourier")
            for result in solution.interfaces.values()
        ],
        "resistances": budget_numbers(solution),
        "band_edges": solution.band_edges,
        "along": {
            axis: {"gradient": gradient, "mean_flux": mean_along(solution, axis)}
            for axis, gradient in solution.gradient.items()
        },
    }


def _interface_numbers(result: InterfaceResult, resists: bool) -> dict[str, Any]:
    """Return the numbers of a contact; no conductance where it is perfect or has no sense."""
    return {
        **vars(result),
        "power": result.power,
        "temperature_jump": result.temperature_jump.by_kind(),
        "resistance": result.resistance.by_kind() if resists else None,
        "conductance": result.conductance if resists and result.conducts else None,
        "conductances": {
            kind: value
            for kind, value in result.conductance.by_kind().items()
            if resists and result.conducts_by(kind)
        },
    }


def budget_numbers(solution: Solution) -> dict[str, Any] | None:
    """Return the resistance budget as plain values; None where no heat flows."""
    try:
        budget = solution.resistances()
    except BteError:
        return None
    return {"total": budget.total, "power": budget.power, "parts": budget.parts()}


def plain(value: Any) -> Any:
    """Return a value in the types JSON has; numbers that are not finite become null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
