"""Regions whose phonons have known directions, and how they conduct along each."""

from __future__ import annotations

import numpy as np

from bte.materials.mode_model import ModeModel
from bte.materials.modes import ModeTable
from bte.packing.arrays import Array, Packed


def crystal_table(packed: Packed, region: int) -> ModeTable | None:
    """Return the modes of a region whose directions are known, None elsewhere."""
    material = packed.problem.materials[packed.mesh.region_names[region]]
    if not isinstance(material.model, ModeModel) or material.model.tables[0].isotropic:
        return None
    return material.modes(packed.problem.temperature)


def has_crystals(packed: Packed) -> bool:
    """Whether directions of phonons are known in some region."""
    return any(crystal_table(packed, r) is not None for r in range(len(packed.heat_capacity)))


def relative_tensors(packed: Packed) -> Array | None:
    """Return conductivities over a third of their trace (n_region, 3, 3); None if none is one.

    Unity where directions are unknown.
    """
    if not has_crystals(packed):
        return None
    result = np.tile(np.eye(3), (len(packed.heat_capacity), 1, 1))
    for region in range(len(result)):
        table = crystal_table(packed, region)
        if table is not None:
            tensor = table.conductivity()
            result[region] = (tensor + tensor.T) * (1.5 / np.trace(tensor))
    return result
