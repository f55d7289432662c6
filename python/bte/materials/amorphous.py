"""Glasses: a Debye spectrum from the elastic speeds, one short path, a rest without velocity."""

from __future__ import annotations

import math

import numpy as np

from ..errors import MaterialError
from .build import build_dispersion
from .dispersion import Branch
from .phonons import DispersionModel
from .scattering import ConstantPath, Matthiessen


def build_amorphous(
    name: str,
    elastic_speeds: tuple[float, float],
    heat_capacity: float,
    conductivity: float,
    cutoff: float,
    temperature: float,
    optical_frequency: float | None = None,
) -> DispersionModel:
    """Return the model of `Material.amorphous`: Lambda = 3 kappa/sum Cv, one for all modes."""
    given = {
        "longitudinal speed": elastic_speeds[0],
        "heat_capacity": heat_capacity,
        "conductivity": conductivity,
        "cutoff": cutoff,
        "reference_temperature": temperature,
    }
    for what, value in given.items():
        if isinstance(value, str) or not (math.isfinite(value) and value > 0.0):
            raise MaterialError(f"material '{name}' has {what} = {value!r}; it must be > 0")
    speeds = [("LA", elastic_speeds[0], 1), ("TA", elastic_speeds[1], 2)]
    if elastic_speeds[1] == 0.0:  # a liquid
        speeds.pop()
    elif isinstance(elastic_speeds[1], str) or not elastic_speeds[1] > 0.0:
        raise MaterialError(
            f"material '{name}' has transverse speed = {elastic_speeds[1]!r}; it must be > 0, or "
            "0 for a liquid"
        )
    branches = [
        Branch.debye(label, speed, cutoff / speed, degeneracy)
        for label, speed, degeneracy in speeds
    ]
    one = Matthiessen((ConstantPath(1.0),))
    unit_path = DispersionModel(tuple(branches), (one,) * len(branches))
    path = 3.0 * conductivity / float(np.sum(unit_path.moments(temperature)[1]))
    rates = [ConstantPath(path)] * len(branches)
    return build_dispersion(
        name, branches, rates, 0.0, heat_capacity, temperature, optical_frequency
    )
