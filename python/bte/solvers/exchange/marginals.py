"""How much each cell hands from channel to channel, told by the angle of its node.

Cells of the disc are coarse in the angle to the normal, and those that a critical angle cuts would
send a part of what they should all keep. Ranked by that angle their nodes tell it as finely as
there are nodes: each stands for a ring of the disc that holds its etendue, in the order of the
nodes, and what the ring hands on is what the cell does. Sums over cells stay exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array
from bte.solvers.exchange.cells import RADII, cumulated, interval, segments
from bte.solvers.exchange.places import Places

#: Weights of what is added to overlaps that cannot have the sums, and the steps with each.
_ADDED = ((0.0, 100), (1e-3, 100), (1e-1, 400))

#: Relative error of sums at which steps end, and that at which nothing need be added.
_DONE, _CLOSE = 1e-13, 1e-9

_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Levels:
    """Cells ranked by the angle to the normal; nodes of one angle are one level.

    Attributes
    ----------
    edges : (n_level + 1,)
        Rising edges of the levels in the squared sine.
    level : (n_cell,)
    part : (n_cell,)
        Part of its level that a cell holds.
    total : float
        Etendue of all.
    position : (n_cell, dim + 1)
        The part of the node's direction in the plane; the last component, along a missing one,
        has no sign.
    """

    edges: Array
    level: NDArray[np.int64]
    part: Array
    total: float
    position: Array

    @classmethod
    def make(cls, places: Places) -> Levels:
        """Return the levels of a face's places."""
        cells = places.cells
        squared = 1.0 - np.outer(places.cosine, places.sines).ravel() ** 2
        level = np.unique(np.round(squared, 9), return_inverse=True)[1].ravel()
        mass = np.bincount(level, cells)
        inward = -places.outward
        along = inward - np.outer(inward @ places.normal, places.normal)
        seen = (along[:, None, :] * places.sines[:, None]).reshape(len(cells), -1)
        missing = np.tile(np.sqrt(1.0 - places.sines**2), places.n)
        return cls(
            cumulated(np.asarray(mass, dtype=np.float64)),
            level,
            cells / mass[level],
            float(cells.sum()),
            np.column_stack([seen, missing]),
        )

    def handed(self, etendue: Array, breaks: Array, energy: Callable[[Array], Array]) -> Array:
        """Return what the cells of a leave of what arrives in b (n_c, n_c, n_cell).

        Parameters
        ----------
        etendue : (n_c,)
            Of the channels, 0 where closed.
        breaks : (n,)
            Kinks besides them.
        energy : callable
            E of xi.
        """
        edges = np.unique(np.concatenate([np.outer(etendue, self.edges).ravel(), breaks]))
        xi, weight = segments(edges, RADII)
        power = self.total * weight[:, None] * np.moveaxis(energy(xi), 0, 1)
        rows = np.zeros((len(etendue), len(etendue), len(self.level)))
        for a in np.flatnonzero(etendue > 0):
            where = interval(self.edges, xi / etendue[a])
            for b in np.flatnonzero(etendue > 0):
                held = np.bincount(where, power[a, :, b], len(self.edges) - 1)
                rows[a, b] = held[self.level] * self.part
        return rows

    def near(self, first: float, second: float, same: bool) -> Array:
        """Return the closeness of the cells of two channels of given etendue (n_cell, n_cell).

        ``same``: on one side, where what arrives is labelled by its opposite.
        """
        flip = np.ones(self.position.shape[1])
        flip[:-1] = -1.0 if same else 1.0
        here, there = np.sqrt(first) * self.position, np.sqrt(second) * self.position * flip
        distance = ((here[:, None] - there) ** 2).sum(axis=2)
        spacing = np.pi * max(first, second) / len(self.level)
        return np.asarray(np.exp(-(distance - distance.min()) / spacing))


def sharpened(blocks: Array, levels: Levels, etendue: Array, rows: Array) -> Array:
    """Return blocks (n_c, n_c, n, n) whose sums are those of the levels (n_c, n_c, n).

    Rows and columns are scaled in turn. Where overlaps cannot have the sums, a little is added
    between cells that are close.
    """
    found = np.zeros_like(blocks)
    half = len(etendue) // 2
    for a, b in zip(*np.triu_indices(len(etendue)), strict=True):
        if not rows[a, b].any():
            continue
        for weight, steps in _ADDED:
            start = np.array(blocks[a, b])
            if weight > 0.0:
                near = levels.near(etendue[a], etendue[b], (a < half) == (b < half))
                near *= np.outer(rows[a, b], rows[b, a])
                start += near * (weight * rows[a, b].sum() / max(float(near.sum()), _TINY))
            k, error = _scaled(start, rows[a, b], rows[b, a], steps)
            if error < _CLOSE:
                break
        found[a, b], found[b, a] = k, k.T
    return found


def _scaled(k: Array, rows: Array, columns: Array, steps: int) -> tuple[Array, float]:
    """Return a matrix with its rows and columns scaled to given sums, and the relative error."""
    error = np.inf
    for _ in range(steps):
        k = k * _ratio(rows, k.sum(axis=1))[:, None]
        k *= _ratio(columns, k.sum(axis=0))
        error = float(np.abs(k.sum(axis=1) - rows).sum() / rows.sum())
        if error < _DONE:
            break
    return k, error


def _ratio(wanted: Array, found: Array) -> Array:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
