"""Conductance with transmissions of long waves up to the lower cut-off of each polarisation.

``G = sum_j Gamma_j/c_j^2 int_0^w_j C_mode(omega, T) omega^2 d omega/(4 pi^2)``, j = P, SV, SH of
the first side, ``Gamma_j = int alpha_j sin cos d theta`` of the elastic speeds, ``w_j`` the lower
of the cut-offs of that polarisation on both sides. A convention of tables in the literature; what
a frequency has no states for on the other side is not given back.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bte.conditions.acoustics import elastic_constants, hemispheric, resolved_acoustic
from bte.conditions.models import AMM, DMM, InterfaceModel
from bte.errors import BteError
from bte.junction.grid import panel_grid, panels_between
from bte.junction.spectra import Sides, made_of
from bte.materials import Material
from bte.materials.equilibrium import mode_heat_capacity
from bte.materials.phonons import DispersionModel

Array = NDArray[np.float64]


def min_cut_conductance(sides: Sides, model: InterfaceModel, temperatures: Array) -> Array:
    """Return G (n,) [W/m2/K] of emitted temperatures.

    Raises
    ------
    BteError
        Unless the model is AMM or DMM, both materials have elastic constants, and cut-offs.
    """
    if not isinstance(model, AMM | DMM) or getattr(model, "inelastic", False):
        raise BteError(f"cutoff is 'min', which AMM() and DMM() know, but the model is {model!r}")
    gammas = _gammas(sides, model)
    tops = [_tops(material) for material in sides.materials]
    speeds = np.asarray(sides.materials[0].elastic_speeds)[[0, 1, 1]]
    found = np.zeros_like(temperatures)
    for gamma, c, own, other in zip(gammas, speeds, *tops, strict=True):
        if gamma == 0.0:
            continue
        grid = panel_grid(panels_between(np.array([0.0, min(own, other)])))
        weight = grid.weight * grid.omega**2 * gamma / (4.0 * np.pi**2 * c**2)
        found += [weight @ mode_heat_capacity(grid.omega, t) for t in temperatures.tolist()]
    return found


def _gammas(sides: Sides, model: AMM | DMM) -> Array:
    """Return int alpha sin cos d theta of P, SV, SH of the first side (3,)."""
    squares = np.zeros((2, 3))
    for side, material in enumerate(sides.materials):
        _, (c_l, c_t) = elastic_constants(material)
        squares[side] = c_l**-2, *((c_t**-2,) * 2 if c_t else (0.0, 0.0))
    if isinstance(model, DMM):
        alpha = squares[1].sum() / squares.sum()
        return np.asarray(np.where(squares[0] > 0.0, 0.5 * alpha, 0.0))
    flux = np.stack([squares[:, 0], squares[:, 1:].sum(axis=1)], axis=1)
    labels = ("L", "T")
    pool = np.zeros(2, dtype=np.int32)
    resolved = resolved_acoustic(sides.materials, (labels, labels), flux, pool, model.scalar)
    across = hemispheric(resolved)[0, :3, 3:].sum(axis=1)
    own = resolved.etendue[0, :3]
    return np.asarray(np.divide(0.5 * across, own, out=np.zeros(3), where=own > 0.0))


def _tops(material: Material) -> Array:
    """Return the cut-offs of P, SV and SH (3,) [rad/s]; those of all branches where it has none."""
    model = material.model
    if not isinstance(model, DispersionModel):
        raise BteError(
            f"material '{material.name}' is made of {made_of(material)}, and cutoff='min' needs "
            "branches with cut-offs; give a dispersion"
        )
    ends = {branch.name: branch.frequency_range[1] for branch in model.phonons}
    top = max(ends.values())
    found = []
    for letter in "LTT":
        own = [w for name, w in ends.items() if name.startswith(letter)]
        found.append(max(own) if own else top)
    return np.array(found)
