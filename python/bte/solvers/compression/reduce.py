"""From all groups and polar nodes to a few lanes.

*Merged*: where no wall and no interface keeps bands apart, all points of a region share one rule.
Its lanes then take the place of groups and of bands, for the couplings and the corrections too.
*Banded*: elastic walls and interfaces keep the energy of every band, so each has a rule of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bte.packing import Packed
from bte.packing.arrays import membership
from bte.packing.crystals import crystal_table, has_crystals
from bte.quadrature import Quadrature
from bte.solvers.compression.classes import body_size, mixes_all
from bte.solvers.compression.crystal import crystal_points
from bte.solvers.compression.layout import Entry, Share, by_ordinate, lay_out, region_entries
from bte.solvers.compression.points import Points, points_of
from bte.solvers.compression.rule import lagrange
from bte.solvers.lanes import Lanes

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


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
    size, merged = body_size(packed), mixes_all(packed)
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
            told = len(packed.tables) > 0
            every = crystal_points(packed, quadrature, region, table, 2, spread=told)
            regions.append(by_ordinate(every, classes, n, size))
    rows = quadrature.n_ordinate if has_crystals(packed) else 1
    lanes = lay_out(regions, rows, merged)
    full = packed.heat_capacity.shape[1] * quadrature.n_polar
    if np.array_equal(classes, np.arange(packed.n_band)) and not merged:
        return Reduced(packed, packed, lanes, None, full)
    split = _splits(regions, lanes, quadrature, packed.n_band, each=merged)
    return Reduced(_as_groups(packed, lanes, quadrature), packed, lanes, split, full)


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


def _splits(
    regions: list[list[Share]],
    lanes: Lanes,
    quadrature: Quadrature,
    n_band: int,
    *,
    each: bool,
) -> Array:
    """Return the share of each band in the flux of what the kernel tells apart.

    That is every lane where all are merged, else every class: (n_region, n_lane, n_band).
    """
    split = np.zeros((len(regions), len(lanes.band), n_band))
    for region, shares in enumerate(regions):
        for share in shares:
            weight = quadrature.weights[share.ordinates].sum()
            for number, entry in enumerate(share.entries):
                table = _held(entry, n_band, each=each)
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
        held = np.bincount(points.band, points.flux, minlength=n_band)
        return np.asarray(held[None], dtype=np.float64)
    table = np.zeros((n_band, len(entry.rule.path)))
    np.add.at(table, points.band, lagrange(entry.rule, points.path) * points.flux[:, None])
    return np.asarray(table.T)


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
