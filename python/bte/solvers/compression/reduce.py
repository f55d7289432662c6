"""From all groups and polar nodes to a few lanes.

*Merged*: where no wall and no interface keeps bands apart, all points of a region share one rule.
Its lanes then take the place of groups and of bands, for the couplings and the corrections too.
*Banded*: elastic walls and interfaces keep the energy of every band, so each has a rule of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.packing import Kind, Packed
from bte.packing.arrays import membership
from bte.packing.crystals import crystal_table, has_crystals
from bte.packing.parts import thickness
from bte.quadrature import Quadrature
from bte.solvers.compression.crystal import crystal_points
from bte.solvers.compression.points import Points, points_of
from bte.solvers.compression.rule import Rule, gauss_rule, hats, lagrange
from bte.solvers.lanes import Lanes, Parts, padded_count

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

#: The length l of the rules, in geometric means of the size of the bodies and the mean path of what
#: conducts: responses are smooth in L/(L + l), and spectra lie there (docs/numerics/compression.md).
_LENGTH = 0.5

#: Energy of a lane, relative to the others', that counts as none.
_EMPTY = 1e-12


@dataclass(frozen=True, eq=False)
class Reduced:
    """A problem in few lanes.

    Attributes
    ----------
    packed : Packed
        What is solved; where lanes are merged its groups and bands are lanes.
    original : Packed
        What it was made from.
    lanes : Lanes
    split : (n_region, n_lane, n_band) or None
        Share of each band of the original problem in a lane of the merged one.
    points : int
        Lanes of the full problem.
    """

    packed: Packed
    original: Packed
    lanes: Lanes
    split: Array | None
    points: int

    def by_band(self, power: Array) -> Array:
        """Return powers of sides in the bands of the original problem (n_side, n_band).

        Parameters
        ----------
        power : (n_side, n_lane)
        """
        if self.split is None:
            return power
        zone = self.packed.sides.zone
        return np.asarray(
            np.einsum("sl,slb->sb", power, self.split[zone, : power.shape[1]], optimize=True)
        )


class Share(NamedTuple):
    """Ordinates that are alike in a region, and their lanes band by band, or all together."""

    ordinates: NDArray[np.int64]
    entries: list[Entry]


@dataclass(frozen=True, eq=False)
class Entry:
    """Lanes of one region and band (or of all bands), with the points they stand for."""

    rule: Rule
    points: Points
    energy: Array
    hats: Array


def compress(
    packed: Packed, fine: Packed, quadrature: Quadrature, n: int, classes: Indices
) -> Reduced:
    """Return the problem in few lanes.

    Parameters
    ----------
    packed : Packed
        The problem in the bands asked for.
    fine : Packed
        The same with bands that divide those: what is compressed.
    quadrature : Quadrature
    n : int
        Most lanes of a class.
    classes : (n_band,)
        Class of each band: all bands in one where they need not be told apart, each in its own
        where interfaces tell them apart, those of like paths together where only walls do.
    """
    size, merged = body_size(packed), not classes.any()
    owner = band_owner(packed, fine)
    regions: list[list[Share]] = []
    for region in range(len(packed.heat_capacity)):
        table = crystal_table(packed, region)
        if table is None:
            points = points_of(fine, quadrature, region)
            points = points._replace(band=owner[points.band])
            points = _normalised(points, packed, quadrature, region)
            entries = region_entries(points, classes, n, size)
            regions.append([Share(np.arange(quadrature.n_ordinate), entries)])
        else:
            every = crystal_points(packed, quadrature, region, table, quadrature.dim - 1)
            regions.append(_by_ordinate(every, classes, n, size))
    told = quadrature.n_ordinate if has_crystals(packed) else 1
    lanes = lay_out(regions, told, merged)
    full = packed.heat_capacity.shape[1] * quadrature.n_polar
    if np.array_equal(classes, np.arange(packed.n_band)) and not merged:
        return Reduced(packed, packed, lanes, None, full)
    split = _splits(regions, lanes, quadrature, packed.n_band)
    return Reduced(_as_groups(packed, lanes, quadrature), packed, lanes, split, full)


def body_size(packed: Packed) -> float:
    """Return the geometric mean of the thicknesses of the thinnest and the thickest body [m]."""
    sizes = thickness(packed)
    sizes = sizes[np.isfinite(sizes)]
    if not len(sizes):
        points = packed.mesh.node_points
        sizes = (points.max(axis=0) - points.min(axis=0))[:1]
    return float(np.sqrt(sizes.min() * sizes.max()))


def band_owner(packed: Packed, fine: Packed) -> NDArray[np.int64]:
    """Return in which band of one grid each band of a finer one lies (n_fine,)."""
    edges, finer = packed.spectrum.band_edges, fine.spectrum.band_edges
    if edges is None or finer is None:
        return np.arange(fine.n_band)
    middle = 0.5 * (finer[1:] + finer[:-1])
    return np.asarray(np.searchsorted(edges, middle) - 1, dtype=np.int64)


def _normalised(points: Points, packed: Packed, quadrature: Quadrature, region: int) -> Points:
    """Return points whose fluxes and energies add up, band by band, to those of the problem."""
    n = packed.n_band
    wanted = packed.by_band(packed.flux_capacity)[region] * quadrature.mean_sine
    held = packed.by_band(packed.heat_capacity)[region]

    def factor(goal: Array, values: Array) -> Array:
        total = np.bincount(points.band, values, minlength=n)
        return np.asarray(np.divide(goal, total, out=np.ones(n), where=total > 0)[points.band])

    return points._replace(
        flux=points.flux * factor(wanted, points.flux),
        energy=points.energy * factor(held, points.energy),
    )


def region_entries(points: Points, classes: Indices, n: int, size: float) -> list[Entry]:
    """Return the lanes of a region, an entry for each class."""
    mine = classes[points.band]
    return [_entry(points.among(mine == c), n, size) for c in range(int(classes.max()) + 1)]


def _entry(points: Points, n: int, size: float) -> Entry:
    if not len(points.path):
        empty = np.zeros(0)
        return Entry(Rule(1.0, empty, empty, empty), points, empty, np.zeros((0, 0)))
    conducted = points.flux * points.path
    mean = np.exp(conducted @ np.log(points.path) / conducted.sum())
    rule = gauss_rule(points.path, points.flux, n, _LENGTH * float(np.sqrt(size * mean)))
    near = hats(rule, points.path)
    energy = points.energy @ lagrange(rule, points.path)
    if (energy <= 0.0).any():
        energy = np.maximum(points.energy @ near, _EMPTY * points.energy.sum())
    return Entry(rule, points, energy, near)


def _by_ordinate(points: list[Points], classes: Indices, n: int, size: float) -> list[Share]:
    """Return the lanes of a crystal: opposite ordinates, whose points are one object, are alike."""
    alike: dict[int, list[int]] = {}
    for ordinate, those in enumerate(points):
        alike.setdefault(id(those), []).append(ordinate)
    return [
        Share(np.array(o), region_entries(points[o[0]], classes, n, size)) for o in alike.values()
    ]


def _splits(regions: list[list[Share]], lanes: Lanes, quadrature: Quadrature, n_band: int) -> Array:
    """Return the share of each band in the flux of what the kernel tells apart.

    That is every lane where all are merged, else every class: (n_region, n_lane, n_band).
    """
    split = np.zeros((len(regions), len(lanes.band), n_band))
    for region, shares in enumerate(regions):
        for share in shares:
            weight = quadrature.weights[share.ordinates].sum()
            for number, entry in enumerate(share.entries):
                table = _held(entry, n_band, each=len(share.entries) == 1)
                split[region, number : number + len(table)] += weight * table
        total = split[region].sum(axis=1, keepdims=True)
        split[region] = np.divide(
            split[region], total, out=np.zeros_like(split[region]), where=total != 0
        )
    return split


def _held(entry: Entry, n_band: int, *, each: bool) -> Array:
    """Return the flux of each band in ``each`` lane of an entry, or in all (n, n_band)."""
    points = entry.points
    if not each:
        return np.bincount(points.band, points.flux, minlength=n_band)[None]
    table = np.zeros((n_band, len(entry.rule.path)))
    np.add.at(table, points.band, lagrange(entry.rule, points.path) * points.flux[:, None])
    return np.asarray(table.T)


def lay_out(regions: list[list[Share]], n_row: int, merged: bool) -> Lanes:
    """Return the lanes of all regions: those of band after band, as many as any region has.

    Parameters
    ----------
    n_row : int
        Rows of the tables: the number of ordinates where a region is a crystal, else one.
    """
    shares = [share for region in regions for share in region]
    width = [
        max(len(s.entries[b].rule.path) for s in shares) for b in range(len(shares[0].entries))
    ]
    start = np.concatenate([[0], np.cumsum(width)])
    n = int(start[-1])
    told = n_row > 1
    shape = (n_row, len(regions), padded_count(n))
    paths = [e.rule.path.min() for s in shares for e in s.entries if len(e.rule.path)]
    inverse = np.full(shape, 1.0 / min(paths))
    scattering, energy, flux = (np.zeros(shape) for _ in range(3))
    parts = []
    for region, mine in enumerate(regions):
        for share in mine:
            rows = share.ordinates[:, None] if told else np.zeros((1, 1), dtype=np.int64)
            at = [
                np.arange(s, s + len(e.rule.path))
                for s, e in zip(start, share.entries, strict=False)
            ]
            for where, entry in zip(at, share.entries, strict=True):
                inverse[rows, region, where] = 1.0 / entry.rule.path
                flux[rows, region, where] = entry.rule.flux
                scattering[rows, region, where] = entry.rule.flux / entry.rule.path
                energy[rows, region, where] = entry.energy
        parts.append(_parts(share.entries, at, shape[2]) if len(mine) == 1 else None)
    band = np.zeros(shape[2], dtype=np.int32)
    band[:n] = np.arange(n) if merged else np.repeat(np.arange(len(width)), width)
    tables = (inverse, scattering, energy, flux, np.zeros(shape))
    none, ones = np.zeros(shape[2], dtype=np.int32), np.ones(shape[2])
    return Lanes(n, none, band, ones, *(t if told else t[0] for t in tables), tuple(parts))


def _parts(entries: list[Entry], at: list[NDArray[np.int64]], n_lane: int) -> Parts:
    """Return the points of a region with their share in each lane."""
    weights = []
    for where, entry in zip(at, entries, strict=True):
        wide = np.zeros((len(entry.points.path), n_lane))
        if len(where):
            wide[:, where] = entry.hats * entry.points.flux[:, None]
        weights.append(wide)
    share = np.concatenate(weights)
    total = share.sum(axis=0)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
    free, sine, wavenumber = (
        np.concatenate([getattr(entry.points, name) for entry in entries])
        for name in ("free", "sine", "wavenumber")
    )
    return Parts(free, wavenumber, sine, share)


def _as_groups(packed: Packed, lanes: Lanes, quadrature: Quadrature) -> Packed:
    """Return the problem with lanes for groups and bands.

    Its groups are such that the half-range flux of a side, ``<s> C v``, is that of the lane, and
    that ``sum C v Lambda`` is kept.
    """
    n, mean = lanes.n, quadrature.mean_sine
    square = float(quadrature.sine_weights @ quadrature.sines**2)
    flux, energy = (lanes.mean(t, quadrature)[:, :n] for t in (lanes.flux, lanes.energy))
    conducted = lanes.mean(lanes.flux / lanes.inverse_mfp, quadrature)[:, :n]
    conducted *= (3.0 * square * packed.bulk / conducted.sum(axis=1))[:, None]
    alive = flux > 0
    capacity = np.where(alive, energy, 0.0)
    speed = np.divide(flux / mean, energy, out=np.ones_like(flux), where=alive)
    path = np.divide(mean / square * conducted, flux, out=np.ones_like(flux), where=alive)
    labels, n_band = ("",) * n, int(lanes.band[:n].max()) + 1
    nan = np.full(flux.shape, np.nan)
    spectrum = replace(
        packed.spectrum,
        n_band=n_band,
        band_edges=None,
        group_band=lanes.band[:n],
        group_branch=labels,
        material_branch=(labels,) * len(flux),
        heat_capacity=capacity,
        speed=speed,
        mean_free_path=path,
        wavenumber=nan,
        scattering_deviation=np.zeros(len(flux)),
    )
    names = packed.mesh.region_names
    power = capacity * speed @ membership(lanes.band[:n], n_band)
    fed = np.ones(flux.shape, dtype=bool)
    tables = tuple(
        replace(
            table,
            forward=np.full(n_band, table.forward[0]),
            backward=np.full(n_band, table.backward[0]),
            emission=0.25 * power[[names.index(table.first), names.index(table.second)]],
            moment=None if table.moment is None else np.full(n_band, table.moment[0]),
        )
        for table in packed.tables
    )
    return replace(
        packed,
        spectrum=spectrum,
        tables=tables,
        sources=replace(packed.sources, fed=fed),
        heat_capacity=capacity,
        speed=speed,
        mean_free_path=path,
        wavenumber=nan,
    )


def mixes_all(packed: Packed) -> bool:
    """Whether no wall and no interface keeps the energy of each band."""
    elastic = packed.sides.of(Kind.DIFFUSE, Kind.ROUGH)
    return len(elastic) == 0 and all(table.mixing for table in packed.tables)


def like_paths(packed: Packed, n: int) -> Indices:
    """Return classes of bands of like paths, n at most (n_band,).

    Intensities of one material depend on the path alone, so that walls that keep the energy of
    every band keep that of classes of like bands.
    """
    flux = packed.by_band(packed.flux_capacity)[0]
    carried = packed.by_band(packed.flux_capacity * packed.mean_free_path)[0]
    path = np.divide(carried, flux, out=np.zeros_like(flux), where=flux > 0)
    size = _LENGTH * np.sqrt(body_size(packed) * carried.sum() / flux.sum())
    order = np.argsort(path)
    share = path[order] / (path[order] + size)
    spread = np.cumsum(np.diff(share, prepend=share[0]))
    weight = carried[order] / (path[order] + size)
    weight = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    mark = 0.5 * (spread / max(spread[-1], 1e-300) + weight)
    result = np.empty(len(path), dtype=np.int64)
    result[order] = np.minimum((mark * n).astype(np.int64), n - 1)
    return np.unique(result, return_inverse=True)[1]


def compress_along(fine: Packed, quadrature: Quadrature, n: int, axis: int) -> Lanes:
    """Return lanes for heat along a direction that the mesh lacks.

    There a lane answers -1 far from all walls, and its energy moment is what it conducts,
    ``C v Lambda <Omega_y^2>``: the measure of the rule is such that this is the flux times the
    path. As a body takes it all the same as across, it keeps the bulk and, of long paths, what
    walls let pass.
    """
    size = body_size(fine)
    regions: list[list[Share]] = []
    for region in range(len(fine.heat_capacity)):
        table = crystal_table(fine, region)
        if table is None:
            points = _carried(points_of(fine, quadrature, region))
            entries = [_entry(points, n, size)]
            regions.append([Share(np.arange(quadrature.n_ordinate), entries)])
        else:
            every = crystal_points(fine, quadrature, region, table, axis)
            carried = {id(points): _carried(points) for points in every}
            each = [carried[id(points)] for points in every]
            regions.append(_by_ordinate(each, np.zeros(fine.n_band, dtype=np.int64), n, size))
    told = quadrature.n_ordinate if has_crystals(fine) else 1
    lanes = lay_out(regions, told, merged=True)
    return replace(
        lanes,
        band=np.zeros_like(lanes.band),
        energy=lanes.scattering / lanes.inverse_mfp**2,
        source=np.where(lanes.alive, -1.0, 0.0),
    )


def _carried(points: Points) -> Points:
    """Return points whose flux times path is what they conduct along the missing direction."""
    return points._replace(flux=np.maximum(points.carried, 1e-300))
