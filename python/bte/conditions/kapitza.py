"""Thermal boundary conductance of an interface and slip of a wall, from the same tables.

A conductance divides the flux by a temperature difference, and conventions differ in whose:

- ``"emitted"``: of the phonons that arrive, ``G_0 = sum_b t_12 C_1 v_1 / 4`` (Landauer);
- ``"local"``: of local equilibrium beside it, ``sum_b G_0b / (1 - (t_12 + t_21)_b / 2)``;
- ``"slip"``: of the extrapolated continuum, ``sum_b G_0b / (1 - (1 - 3 z_0 / 4)(t_12 + t_21)_b)``
  with Milne's extrapolation length ``z_0``, exact for a gray gas in thick layers.

Where directions are kept, "local" has ``3 int t mu^2 dmu`` for ``t = 2 int t mu dmu`` in the
denominator: what arrives is ``T + a mu``, with the slope a that carries the flux. "slip" then
solves Milne's problem of both sides (`bte.conditions.milne`), again exact for a gray gas.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bte.conditions.table import TransmissionTable
from bte.errors import BteError

Array = NDArray[np.float64]

#: Milne's extrapolation length in mean free paths (G. Placzek, W. Seidel, Phys. Rev. 72, 550
#: (1947), doi:10.1103/PhysRev.72.550).
MILNE_LENGTH = 0.7104460895987631

#: Below this value of 1 - (t_12 + t_21)/2 an interface resists nothing: a perfect contact.
PERFECT = 1e-6

#: Share of ``t_12 + t_21`` in what resists, by convention.
SHARE = {"emitted": 0.0, "local": 0.5, "slip": 1.0 - 0.75 * MILNE_LENGTH}


def interface_conductance(table: TransmissionTable, convention: str = "local") -> float:
    """Return the conductance of an interface [W/m2/K]; infinite for a perfect contact.

    Parameters
    ----------
    table : TransmissionTable
        The interface.
    convention : {"local", "emitted", "slip"}
        Whose temperature difference it refers to.

    Raises
    ------
    BteError
        For an unknown convention.
    """
    check_convention(convention)
    forward, emission, bands = table.pooled()
    exact = table.far() if convention == "slip" and table.far is not None else None
    resisting = (table.resisting(SHARE[convention]) if exact is None else exact)[bands]
    if ((resisting < PERFECT) & (forward > 0)).any():
        return math.inf
    return float((forward * emission / resisting).sum())


def check_convention(convention: str) -> None:
    """Raise unless the convention is known."""
    if convention not in SHARE:
        raise BteError(
            f"convention must be one of {', '.join(map(repr, SHARE))}, not {convention!r}"
        )


def wall_conductance(speed_heat_capacity: float, convention: str = "local") -> float:
    """Return the conductance between a black wall and the gas beside it [W/m2/K].

    Parameters
    ----------
    speed_heat_capacity : float
        ``sum C v`` of the material [W/m2/K].
    convention : {"local", "slip"}
        ``"local"``: Marshak's ``C v / 2``; ``"slip"``: Milne's ``C v / (3 z_0)``.
    """
    return speed_heat_capacity / (2.0 if convention == "local" else 3.0 * MILNE_LENGTH)


def contact_conductance(
    speed_heat_capacity: Array, transmission: Array, convention: str = "local"
) -> Array:
    """Return the conductance between reservoirs and the gas in contact with them [W/m2/K].

    With transmission one it is the conductance of a black wall.

    Parameters
    ----------
    speed_heat_capacity : (n,)
        ``sum C v`` of the material [W/m2/K].
    transmission : (n,)
        Fraction t of the phonons that passes.
    convention : {"local", "emitted", "slip"}
        Whose temperature the gas has: ``t C v / 4 / (1 - s t)`` with s = 1/2, 0 or 1 - 3 z_0 / 4.
        The last is exact for a gray gas: the extrapolation length of a wall of emissivity t,
        ``z_0 + 4 (1 - t)/(3 t)`` mean free paths.
    """
    share = SHARE[convention]
    return np.asarray(0.25 * transmission * speed_heat_capacity / (1.0 - share * transmission))
