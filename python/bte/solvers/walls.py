"""What mirrors and rough walls hand back: from the traces that reach them to those that leave.

A rough wall mirrors a fraction p of what arrives and sends the rest out evenly over all directions,
band by band. With K the exchange of the mirror (h on its diagonal where the set is closed under it)
and ``K_p = sqrt(p) K sqrt(p)``,

    theta_i = sum_o K_p,io theta_o / h_i + (1 - p_i) theta_d,     p_i = sum_o K_p,io / h_i,
    theta_d = sum (1 - p_o) h_o s C v theta_o / sum (1 - p_o) h_o s C v,

per lane, the sums of theta_d over the places and lanes of a band. The diffuse part carries the
weight ``1 - p`` on both sides, so detailed balance holds for every pair of directions, and
equilibrium and energy to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bte.conditions.rough import Rough
from bte.packing.arrays import Array, Ints, membership
from bte.solvers.crossing import Crossing
from bte.solvers.lanes import Lanes
from bte.solvers.reflection import Mirror

Key = TypeVar("Key")

#: Steps that give the lanes of crystals their power in an exchange.
_SCALINGS = 100


@dataclass(frozen=True, eq=False)
class Wall:
    """Sides of one orientation, condition and region; n places (inward ordinates).

    Attributes
    ----------
    traces : (n_side, n)
        The trace of each side and place.
    mixing : (n, n) or None
        ``K / h`` of its rows; None for a closed set.
    root : (n, n_lane) or None
        ``sqrt(p)``; None for a perfect mirror.
    diffuse : (n, n_lane) or None
        ``1 - p_i``, the weight of what leaves diffusely; None where nothing does.
    collected : (n, n_lane) or None
        ``(1 - p_o) h_o s C v`` over its sum in the lane's band.
    left : (n, n_lane) or None
        Factor of what leaves, where it is not ``root``.
    """

    traces: NDArray[np.int64]
    mixing: Array | None
    root: Array | None
    diffuse: Array | None
    collected: Array | None
    left: Array | None = None

    def reflect(self, arriving: Array, band: Ints, n_band: int) -> Array:
        """Return what leaves (n_side, n, n_vertex, n_lane) for what arrives, in its place."""
        scaled = arriving if self.root is None else self.root[:, None, :] * arriving
        if self.mixing is not None:
            scaled = np.einsum("ij,sjvl->sivl", self.mixing, scaled, optimize=True)
        if self.root is not None:
            left = self.root if self.left is None else self.left
            scaled = left[:, None, :] * scaled
        if self.diffuse is None or self.collected is None:
            return scaled
        lanes = np.einsum("sivl,il->svl", arriving, self.collected, optimize=True)
        even = (lanes @ membership(band, n_band))[:, None, :, band]
        return np.asarray(scaled + self.diffuse[:, None, :] * even)


@dataclass(frozen=True, eq=False)
class Warp:
    """Warped sides of one orientation and region, where mirror images cross vertices unequally.

    What a vertex hands to its image is then not what the image carries in. The difference, per
    side and band, goes evenly into all directions.

    Attributes
    ----------
    traces : (n_side, n)
        The trace of each side and place.
    out, into : (n_side, n, n_vertex)
        ``w Omega . a`` of the ordinates that fill the traces, ``-w Omega . a`` of those that read.
    flux : (n_lane,)
        ``w s C v``.
    total : (n_side, n_band)
        Power into the domain of a kelvin in all traces.
    """

    traces: NDArray[np.int64]
    out: Array
    into: Array
    flux: Array
    total: Array

    def balance(self, arriving: Array, leaving: Array, band: Ints) -> Array:
        """Return what leaves (n_side, n, n_vertex, n_lane) with the power of what arrives."""
        lost = np.einsum("sivl,siv->sl", arriving, self.out)
        lost -= np.einsum("sivl,siv->sl", leaving, self.into)
        power = (lost * self.flux) @ membership(band, self.total.shape[1])
        shift = np.divide(power, self.total, out=np.zeros_like(power), where=self.total > 0)
        return np.asarray(leaving + shift[:, None, None, band])


@dataclass(frozen=True, eq=False)
class Walls:
    """All that changes traces: walls, but mirrors of closed sets, and resolved interfaces."""

    walls: tuple[Wall, ...]
    band: Ints
    n_band: int
    warps: tuple[Warp, ...] = ()
    crossings: tuple[Crossing, ...] = ()

    @property
    def changed(self) -> NDArray[np.int64]:
        """Traces that are more than a permutation of those that arrived."""
        found = [wall.traces.ravel() for wall in self.walls]
        found += [warp.traces.ravel() for warp in self.warps]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])

    @property
    def tables(self) -> tuple[Array, ...]:
        """What decides the traces: exchanges and specularities."""
        found = [table for wall in self.walls for table in (wall.mixing, wall.root)]
        crossed = [table for crossing in self.crossings for table in crossing.tables]
        return (*(table for table in found if table is not None), *crossed)

    def reflect(self, traces: Array) -> Array:
        """Return the traces that leave for those that arrived (n_trace, n_vertex, n_lane)."""
        if not self.walls and not self.warps and not self.crossings:
            return traces
        leaving = np.array(traces)
        for wall in self.walls:
            leaving[wall.traces] = wall.reflect(traces[wall.traces], self.band, self.n_band)
        for warp in self.warps:
            mine = warp.traces
            leaving[mine] = warp.balance(traces[mine], leaving[mine], self.band)
        for crossing in self.crossings:
            crossing.cross(traces, leaving)
        return leaving

    def without_crossings(self) -> Walls:
        """Return the walls alone: what reaches a resolved interface stays where it arrives."""
        return replace(self, crossings=())

    def without_diffuse(self) -> Walls:
        """Return the walls for intensities whose diffuse part vanishes by symmetry."""
        mirrors = tuple(replace(wall, diffuse=None, collected=None) for wall in self.walls)
        return replace(self, walls=mirrors, warps=())


def make_wall(
    traces: NDArray[np.int64],
    mirror: Mirror,
    rough: Rough | None,
    lanes: Lanes,
    zone: int,
    paths: tuple[Array, Array],
) -> Wall | None:
    """Return the wall of some sides, None where a permutation does all.

    Parameters
    ----------
    traces : (n_side, n)
        The trace of each side and place.
    mirror : Mirror
        Of their orientation.
    rough : Rough or None
        Their condition; None for a perfect mirror.
    lanes : Lanes
        All lanes.
    zone : int
        Region beside them.
    paths : ((n_group,), (n_group,)) [m, 1/m]
        Mean free path and wave number of that region's groups.
    """
    if lanes.directed:
        return _crystal_wall(traces, mirror, rough, lanes, zone)
    k, h = mirror.exchange, mirror.strength
    mixing = None if k is None else k / h[:, None]
    if rough is None:
        return None if mixing is None else Wall(traces, mixing, None, None, None)
    p = _specularity(rough, mirror, lanes, zone, paths)
    if np.all(p == 1.0):
        return None if mixing is None else Wall(traces, mixing, None, None, None)
    root = np.sqrt(p)
    kept = p if mixing is None else root * (mixing @ root)
    diffuse = 1.0 - kept
    collected = diffuse * h[:, None] * lanes.flux[zone]
    matrix = membership(lanes.band, int(lanes.band.max()) + 1)
    total = (collected.sum(axis=0) @ matrix)[lanes.band]
    collected = np.divide(collected, total, out=np.zeros_like(collected), where=total > 0)
    return Wall(traces, mixing, root, diffuse, collected)


def _crystal_wall(
    traces: NDArray[np.int64], mirror: Mirror, rough: Rough | None, lanes: Lanes, zone: int
) -> Wall:
    """Return the wall of lanes whose power differs by ordinate.

    What one ordinate brings its image need not be able to carry. The exchange holds what both can,
    p of it; what is left of all places is handed on evenly, band by band.
    """
    h, k, inward = mirror.strength[:, None], mirror.exchange, mirror.inward
    writer = np.empty_like(mirror.label)
    outward = np.flatnonzero(np.isin(mirror.label, inward))
    writer[mirror.label[outward]] = outward
    leaving = h * lanes.flux[inward, zone]
    arriving = h * lanes.flux[writer[inward], zone]
    p = 1.0 if rough is None else float(rough.specularity)  # type: ignore[arg-type]
    if k is None:
        kept, root = p * np.minimum(leaving, arriving), np.ones_like(leaving)
        rest, left, mixing = kept, _over(kept, leaving), None
    else:
        factor = np.sqrt(p) * _scaled(k, leaving)
        kept = rest = factor * (k @ factor)
        root, left, mixing = factor, _over(factor * h, leaving), k / h
    diffuse, collected = leaving - kept, arriving - rest
    matrix = membership(lanes.band, int(lanes.band.max()) + 1)
    total = (collected.sum(axis=0) @ matrix)[lanes.band]
    return Wall(traces, mixing, root, _over(diffuse, leaving), _over(collected, total), left)


def _over(above: Array, below: Array) -> Array:
    below = np.broadcast_to(below, above.shape)
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _scaled(exchange: Array, power: Array) -> Array:
    """Return factors d (n, n_lane) with ``d_i K_ij d_j`` summing to no more than the power."""
    factor = np.ones_like(power)
    for _ in range(_SCALINGS):
        factor *= np.sqrt(_over(power, factor * (exchange @ factor)))
    excess = _over(factor * (exchange @ factor), power).max(axis=0)
    return np.asarray(factor / np.sqrt(np.maximum(excess, 1.0)))


def _specularity(
    rough: Rough, mirror: Mirror, lanes: Lanes, zone: int, paths: tuple[Array, Array]
) -> Array:
    """Return p of every place and lane (n, n_lane); 1 in lanes that carry nothing."""
    alive = lanes.alive[zone]
    path, wavenumber = (values[lanes.group[alive]] for values in paths)
    cosine = mirror.cosine[:, None] * lanes.sine[zone, alive]
    p = np.ones((len(mirror.inward), len(alive)))
    p[:, alive] = rough.fraction(path[None, :], wavenumber[None, :], cosine)
    return p


def grouped(keys: Sequence[Key]) -> dict[Key, NDArray[np.int64]]:
    """Return the positions of each key."""
    found: dict[Key, list[int]] = {}
    for i, key in enumerate(keys):
        found.setdefault(key, []).append(i)
    return {key: np.array(where) for key, where in found.items()}
