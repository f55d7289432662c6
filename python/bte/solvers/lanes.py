"""Lanes: group x polar node, what the kernel vectorises over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bte.packing import Packed
from bte.packing.arrays import Array, Ints
from bte.quadrature import Quadrature

T = TypeVar("T", bound=np.generic)

#: The kernel works on blocks of this many lanes.
LANE_BLOCK = 8


def padded_count(n: int) -> int:
    """Return the least multiple of `LANE_BLOCK` that holds n lanes."""
    return -(-n // LANE_BLOCK) * LANE_BLOCK


@dataclass(frozen=True, eq=False)
class Lanes:
    """Tables of the lanes, padded to a multiple of `LANE_BLOCK`.

    Attributes
    ----------
    n : int
        Lanes that carry heat somewhere.
    group, band : (n_padded,) int32
        Lanes that stand for many groups belong to none; theirs is 0.
    sine : (n_region, n_padded)
        Length of the polar node's projection on the mesh's space; 1 in the padding, and of lanes
        that stand for many nodes.
    inverse_mfp : (n_region, n_padded) or (n_ordinate, n_region, n_padded) [1/m]
        ``1/(Lambda s)``; ordinate by ordinate where a region is a crystal, all tables alike.
    scattering, energy, flux : the same shape
        ``w C v / Lambda``, ``w C`` and ``w s C v`` with the polar weight w.
    source : the same shape [m3 K/W]
        Temperature that a selective source of 1 W/m3 adds to the emission into a lane.
    """

    n: int
    group: Ints
    band: Ints
    sine: Array
    inverse_mfp: Array
    scattering: Array
    energy: Array
    flux: Array
    source: Array

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Lanes that carry heat, in the shape of the tables."""
        return self.flux > 0

    @property
    def directed(self) -> bool:
        """Whether the tables have a row for every ordinate."""
        return self.flux.ndim == 3

    def mean(self, table: Array, quadrature: Quadrature) -> Array:
        """Return the mean of a table over the ordinates (n_region, n_padded)."""
        return np.tensordot(quadrature.weights, table, 1) if self.directed else table

    def at(self, table: NDArray[T], ordinate: NDArray[np.int64], zone: Ints) -> NDArray[T]:
        """Return the rows of a table of ordinates in regions (n, n_padded)."""
        return table[ordinate, zone] if self.directed else table[zone]


def make_lanes(packed: Packed, quadrature: Quadrature) -> Lanes:
    """Lay out the lanes of a problem for a quadrature."""
    n_group, n_polar = packed.heat_capacity.shape[1], quadrature.n_polar
    group = np.repeat(np.arange(n_group), n_polar)
    sine, weight = _nodes(packed, quadrature)
    n = len(group)
    padded = padded_count(n)
    carried = (packed.heat_capacity > 0)[:, group] & (weight > 0)

    def table(values: Array, padding: float = 0.0) -> Array:
        full = np.full((len(values), padded), padding)
        full[:, :n] = np.where(carried, values, padding)
        return full

    path = packed.mean_free_path[:, group] * sine
    # a lane without states follows the local temperature at once and counts for nothing
    idle = 1.0 / path[carried].min()
    fed = packed.sources.fed & (packed.heat_capacity > 0)
    taking = (packed.scattering * fed).sum(axis=1, keepdims=True)
    share = np.divide(fed, taking, out=np.zeros_like(packed.scattering), where=taking > 0)
    band = np.zeros(padded, dtype=np.int32)
    band[:n] = packed.spectrum.group_band[group]
    lane_group = np.zeros(padded, dtype=np.int32)
    lane_group[:n] = group
    return Lanes(
        n,
        lane_group,
        band,
        table(sine, 1.0),
        table(1.0 / path, idle),
        table(packed.scattering[:, group] * weight),
        table(packed.heat_capacity[:, group] * weight),
        table(packed.flux_capacity[:, group] * weight * sine),
        table(share[:, group]),
    )


def _nodes(packed: Packed, quadrature: Quadrature) -> tuple[Array, Array]:
    """Return the sines and weights of the polar nodes of all groups (n_region, n_lane)."""
    n_region, n_group = packed.heat_capacity.shape
    if quadrature.waves is not None:
        waves = quadrature.waves
        return waves.sines.reshape(n_region, -1), waves.weights.reshape(n_region, -1)
    nodes = (quadrature.sines, quadrature.sine_weights)
    sine, weight = (np.tile(values, (n_region, n_group)) for values in nodes)
    return sine, weight
