"""Heat that a diffusing field loses in the volume and at sides."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from bte.continuum.coefficients import Coefficients
from bte.packing import Packed
from bte.packing.arrays import Array


class Blocks(TypedDict):
    """A matrix of blocks, see `bte.continuum.operator.DiffusionOperator`."""

    offsets: NDArray[np.int64]
    row_start: NDArray[np.int32]
    column: NDArray[np.int32]
    blocks: Array


def add_losses(packed: Packed, c: Coefficients, matrix: Blocks) -> None:
    """Add what E loses in the volume and at sides to the cells' own blocks."""
    mesh, sides = packed.mesh, packed.sides
    offsets, entries = mesh.dg_offsets, matrix["blocks"]
    size = np.diff(offsets)
    row = np.repeat(np.arange(mesh.n_cell), np.diff(matrix["row_start"]))
    start = np.concatenate([[0], np.cumsum(size[row] * size[matrix["column"]])])[:-1]
    own = start[matrix["column"] == row]
    if c.absorption is not None:
        node_cell = np.repeat(np.arange(mesh.n_cell), size)
        local = np.arange(mesh.n_node) - offsets[node_cell]
        loss = c.absorption[packed.node_zone]
        for j in range(int(size.max())):
            values = loss * mesh.mass_product((local == j).astype(np.float64))
            inside = size[node_cell] > j
            at = own[node_cell] + local * size[node_cell] + j
            entries[at[inside]] += values[inside]
    if c.exchange is not None:
        cell = sides.cell[:, None, None]
        local = sides.nodes - offsets[sides.cell][:, None]
        at = own[cell] + local[:, :, None] * size[cell] + local[:, None, :]
        np.add.at(entries, at, c.exchange[:, None, None] * sides.mass)


def losing_cells(packed: Packed, c: Coefficients) -> NDArray[np.bool_]:
    """Return which cells lose heat to what `add_losses` adds (n_cell,)."""
    result = np.zeros(packed.mesh.n_cell, dtype=bool)
    if c.absorption is not None:
        result |= (c.absorption != 0)[packed.mesh.cell_region]
    if c.exchange is not None:
        result[packed.sides.cell[c.exchange != 0]] = True
    return result
