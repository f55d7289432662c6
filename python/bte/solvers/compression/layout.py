"""From points to the tables of lanes: a rule for every region, class of bands and ordinate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.solvers.compression.points import Points
from bte.solvers.compression.rule import Rule, gauss_rule, hats, lagrange
from bte.solvers.lanes import Lanes, padded_count

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

#: The length l of the rules, in geometric means of the size of the bodies and the mean path of
#: what conducts: responses are smooth in L/(L + l), and spectra lie there
#: (docs/numerics/compression.md).
LENGTH = 0.5

#: Energy of a lane, relative to the others', that counts as none.
_EMPTY = 1e-12


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


def region_entries(points: Points, classes: Indices, n: int, size: float) -> list[Entry]:
    """Return the lanes of a region, an entry for each class."""
    mine = classes[points.band]
    return [make_entry(points.among(mine == c), n, size) for c in range(int(classes.max()) + 1)]


def make_entry(points: Points, n: int, size: float) -> Entry:
    """Return at most n lanes for points, in bodies of a size [m]."""
    if not len(points.path):
        empty = np.zeros(0)
        return Entry(Rule(1.0, empty, empty, empty), points, empty, np.zeros((0, 0)))
    conducted = points.flux * points.path
    mean = np.exp(conducted @ np.log(points.path) / conducted.sum())
    rule = gauss_rule(points.path, points.flux, n, LENGTH * float(np.sqrt(size * mean)))
    near = hats(rule, points.path)
    energy = points.energy @ lagrange(rule, points.path)
    if (energy <= 0.0).any():
        energy = np.maximum(points.energy @ near, _EMPTY * points.energy.sum())
    return Entry(rule, points, energy, near)


def by_ordinate(points: list[Points], classes: Indices, n: int, size: float) -> list[Share]:
    """Return the lanes of a crystal: opposite ordinates, whose points are one object, are alike."""
    alike: dict[int, list[int]] = {}
    for ordinate, those in enumerate(points):
        alike.setdefault(id(those), []).append(ordinate)
    return [
        Share(np.array(o), region_entries(points[o[0]], classes, n, size)) for o in alike.values()
    ]


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
    band = np.zeros(shape[2], dtype=np.int32)
    band[:n] = np.arange(n) if merged else np.repeat(np.arange(len(width)), width)
    none, ones = np.zeros(shape[2], dtype=np.int32), np.ones(shape[1:])

    def told_apart(table: Array) -> Array:
        return table if told else np.asarray(table[0])

    return Lanes(
        n,
        none,
        band,
        ones,
        told_apart(inverse),
        told_apart(scattering),
        told_apart(energy),
        told_apart(flux),
        told_apart(np.zeros(shape)),
    )
