"""What tells one diffusion problem from another: conductivities and conductances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bte.conditions.kapitza import contact_conductance, wall_conductance
from bte.packing import Packed
from bte.packing.arrays import Array


@dataclass(frozen=True, eq=False)
class Coefficients:
    """The numbers of a diffusion operator.

    Attributes
    ----------
    conductivity : (n_region,) or (n_cell,) [W/m/K]
    wall : (n_side,) [W/m2/K]
        Conductance between a wall, or the reservoir behind it, and the region; infinite for a
        temperature that nothing resists.
    contact : (n_table,) [W/m2/K]
        Conductance of each interface; infinite for perfect contact.
    least_penalty : (n_region,) [W/m2/K]
        Lower bound of the penalty (zero for Fourier).
    absorption : (n_region,) [W/m3/K], optional
        Heat that E loses in the volume.
    exchange : (n_side,) [W/m2/K], optional
        Heat that E loses at sides, besides ``wall`` and ``contact``.
    """

    conductivity: Array
    wall: Array
    contact: Array
    least_penalty: Array
    absorption: Array | None = None
    exchange: Array | None = None

    def in_cells(self, packed: Packed) -> Array:
        """Return the conductivity of every cell (n_cell,) [W/m/K]."""
        values = self.conductivity
        if len(values) != packed.mesh.n_cell:
            values = values[packed.mesh.cell_region]
        return np.ascontiguousarray(values, dtype=np.float64)


def wall_conductances(packed: Packed, convention: str | None, *, slipping: bool) -> Array:
    """Return the conductance between what is imposed at each side and the region (n_side,).

    Parameters
    ----------
    packed : Packed
        The problem.
    convention : {None, "local", "emitted", "slip"}
        What a contact with a transmission conducts, see `bte.conditions.kapitza`; with None it is
        perfect.
    slipping : bool
        Whether a black wall, also one behind an external conductance, resists by its slip.

    Returns
    -------
    (n_side,) [W/m2/K]
    """
    sides = packed.sides
    total = packed.flux_capacity.sum(axis=1)
    wall = np.full(sides.n, np.inf)
    if slipping:
        wall = np.array([wall_conductance(v, convention or "slip") for v in total])[sides.zone]
    if convention is not None:
        given = np.flatnonzero(np.isfinite(sides.transmission))
        capacity = total[sides.zone[given]]
        wall[given] = contact_conductance(capacity, sides.transmission[given], convention)
    behind = np.isfinite(sides.conductance)
    wall[behind] = 1.0 / (1.0 / sides.conductance[behind] + 1.0 / wall[behind])
    return wall
