"""Materials given by tables of modes: groups by band and mean free path, moments kept exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .bands import Bands
from .equilibrium import Array, mode_heat_capacity
from .modes import ModeTable, interpolated, sorted_tables

_FACTOR = 2.0  # mean free paths of a group span about this factor, less where bands are few
_FEW = 12  # bands
_MOST = 8  # groups of a band at most, more where bands are few
_ALL = 40  # groups of one band with all modes
_TAIL = 0.005  # part of the conductivity at either end that does not widen the bins
_N_SAMPLE = 400
_N_BIN = 100
_LABEL = "all"
_POINT = 1e-9  # intervals below this part of the largest frequency are points

Index = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ModeModel:
    """Modes at one or several temperatures, read as isotropic groups.

    Each mode is spread evenly over the frequencies that its cell of the mesh of q-points covers,
    |v| dq with dq^3 = (2 pi)^3 times its density of states. Groups keep sum C, sum C |v| and
    sum C |v| Lambda; their conductivity is a third of the trace of the tensor.

    Attributes
    ----------
    name : str
    tables : tuple of ModeTable
        By rising temperature.
    """

    name: str
    tables: tuple[ModeTable, ...]

    @property
    def has_frequencies(self) -> bool:
        """Whether all modes have frequencies."""
        return self.tables[0].has_frequencies

    @property
    def branches(self) -> tuple[str, ...]:
        """One label: groups hold modes of all branches."""
        return (_LABEL,)

    def optical(self, temperature: float) -> float:
        """Return the heat capacity without velocity at a temperature [J/m3/K]."""
        return _resting(self.modes(temperature))

    @property
    def fixed_groups(self) -> int:
        """Zero with frequencies: any grid will do; else the number of mean-free-path bins."""
        return 0 if self.has_frequencies else int(self._fixed().band.max()) + 1

    def modes(self, temperature: float) -> ModeTable:
        """Return the table at a temperature [K], interpolated."""
        return interpolated(self.name, self.tables, temperature)

    def cutoffs(self) -> tuple[float, ...]:
        """Return zero and the largest frequency [rad/s]; single modes make no edges."""
        return (0.0, float(np.max(self.tables[0].frequency))) if self.has_frequencies else ()

    def jumps(self) -> tuple[float, ...]:
        """Return nothing."""
        return ()

    def conductivity(self, temperature: float) -> float:
        """Return a third of the trace of the conductivity tensor [W/m/K]."""
        return float(np.trace(self.modes(temperature).conductivity()) / 3.0)

    def heat_capacity(self, temperature: float) -> float:
        """Return the heat capacity [J/m3/K]."""
        return self.modes(temperature).total_heat_capacity()

    def weight(self, omega: Array, temperature: float) -> Array:
        """Return the density of band edges: half that of C v, half that of C v Lambda."""
        table = self.modes(temperature)
        flux = table.heat_capacity * table.speed
        parts = []
        for values in (flux, flux * table.mean_free_path):
            parts.append(1.5 * self._density(omega, values, table) / max(np.sum(values), 1e-300))
        return np.asarray(parts[0] + parts[1])

    def flux_density(self, omega: Array, temperature: float) -> Array:
        """Return C |v| per frequency [W s/m2/K rad] at frequencies [rad/s]."""
        table = self.modes(temperature)
        return self._density(omega, table.heat_capacity * table.speed, table)

    def bins(self) -> Array:
        """Return edges of equal intervals of frequency, over which `etendue` is constant."""
        return np.linspace(0.0, self.cutoffs()[1], _N_BIN + 1)

    def etendue(self, omega: Array) -> Array:
        """Return states |v| per volume and frequency [1/m2], as ``g k^2/(2 pi^2)`` of a branch.

        Times c(omega, T) it is C |v| per frequency. Below the first points of the mesh it falls as
        omega^2, as that of sound does.
        """
        table = self.tables[-1]  # the warmest: every mode holds heat
        edges = self.bins()
        middle = 0.5 * (edges[1:] + edges[:-1])
        values = self._binned(middle, _states(table) * table.speed, table)
        first = int(np.argmax(values > 0.0))
        place = np.clip(np.searchsorted(edges, omega, side="right") - 1, 0, _N_BIN - 1)
        sound = values[first] * (omega / middle[first]) ** 2
        inside = np.where(place < first, sound, values[place])
        return np.asarray(np.where(omega <= edges[-1], inside, 0.0))

    def path(self, omega: Array, temperature: float) -> Array:
        """Return the mean free path at frequencies [m], weighted by C |v|; 1 without states."""
        table = self.modes(temperature)
        flux = table.heat_capacity * table.speed
        held = self._binned(omega, flux, table)
        carried = self._binned(omega, flux * table.mean_free_path, table)
        return np.asarray(np.divide(carried, held, out=np.ones_like(held), where=held > 0.0))

    def _binned(self, omega: Array, values: Array, table: ModeTable) -> Array:
        """Return a quantity of the modes per frequency, constant over each of `bins`."""
        return self._density(omega, values, table, _N_BIN)

    def _density(
        self, omega: Array, values: Array, table: ModeTable, count: int = _N_SAMPLE
    ) -> Array:
        """Return a quantity of the modes per frequency, from a histogram."""
        top = self.cutoffs()[1]
        edges = np.linspace(0.0, top, count + 1)
        sums = np.diff(_cumulative(edges, *_intervals(table, top), values))
        # Rounding may leave less than nothing where there are no modes.
        sums[sums < 1e-12 * np.max(sums)] = 0.0
        place = np.clip((omega * (count / top)).astype(np.int64), 0, count - 1)
        return np.asarray(np.where(omega <= top, sums[place] * (count / top), 0.0))

    def bands(self, edges: Array | None, temperature: float) -> Bands:
        """Return groups on band edges [rad/s], split by mean free path, or bins of it for None."""
        table = self.modes(temperature)
        if edges is None or not self.has_frequencies:
            return _groups(table, self._fixed())
        parts = self._shared(edges, table)
        return _groups(table, _split(table, parts, len(edges) - 1))

    def mode_shares(self, edges: Array | None, temperature: float) -> tuple[Index, Index, Array]:
        """Return modes that carry heat, bands of `bands` and the part of the mode there (n,)."""
        if edges is None or not self.has_frequencies:
            fixed = self._fixed()
            return fixed.mode, fixed.band, fixed.share
        parts = self._shared(edges, self.modes(temperature))
        return parts.mode, parts.band, parts.share

    def _shared(self, edges: Array, table: ModeTable) -> _Parts:
        """Return the parts of modes in bands."""
        low, high = _intervals(table, min(self.cutoffs()[1], float(edges[-1])))
        held = table.heat_capacity * table.speed > 0.0
        share = _overlap(edges, low[held], high[held])
        mode, band = np.nonzero(share)
        return _Parts(np.flatnonzero(held)[mode], band, share[mode, band])

    def _fixed(self) -> _Parts:
        """Return bins of the mean free path, the same modes in each at every temperature."""
        last = self.tables[-1]  # the warmest: every mode holds heat
        held = np.flatnonzero(last.heat_capacity * last.speed > 0.0)
        one = np.zeros(len(held), dtype=np.int64)
        parts = _split(last, _Parts(held, one, np.ones(len(held))), 1)
        return _Parts(parts.mode, np.unique(parts.split, return_inverse=True)[1], parts.share)


class _Parts:
    """Shares of modes in bands, and in which part of its band each lies."""

    def __init__(self, mode: Index, band: Index, share: Array, split: Index | None = None) -> None:
        self.mode, self.band, self.share = mode, band, share
        self.split = np.zeros_like(band) if split is None else split


def build_modes(name: str, tables: Sequence[ModeTable] | ModeTable) -> ModeModel:
    """Return the model of `Material.from_modes`."""
    return ModeModel(name, sorted_tables(name, tables))


def _resting(table: ModeTable) -> float:
    """Return the heat capacity without velocity [J/m3/K]."""
    return float(np.sum(table.heat_capacity[~(table.speed > 0.0)])) + table.optical


def _states(table: ModeTable) -> Array:
    """Return how many states per volume the modes are, C/c(omega, T), (n,) [1/m3]."""
    low = 1e-6 * np.max(table.frequency)
    one = mode_heat_capacity(np.maximum(table.frequency, low), table.temperature)
    held = one > 0.0
    return np.asarray(np.where(held, table.heat_capacity, 0.0) / np.where(held, one, 1.0))


def _intervals(table: ModeTable, top: float) -> tuple[Array, Array]:
    """Return the ends of the frequencies that each mode stands for, within [0, top]."""
    omega = np.minimum(table.frequency, top)
    states = _states(table) / np.maximum(table.weight, 1e-300)
    half = np.pi * table.speed * np.cbrt(states)
    # The width shrinks at the ends so that the mean frequency stays.
    half = np.minimum(np.minimum(half, omega), np.maximum(top - omega, 0.0))
    return omega - half, omega + half


def _overlap(edges: Array, low: Array, high: Array) -> Array:
    """Return the part of each interval in each band, (n, n_band); rows sum to 1."""
    width = high - low
    wide = width > _POINT * edges[-1]
    ends = np.clip(edges, low[:, None], high[:, None])
    share = np.diff(ends, axis=1) / np.where(wide, width, 1.0)[:, None]
    # A mode at the cut-off belongs to the band below it.
    middle = np.searchsorted(edges, low * (1.0 - 2.0 * _POINT), side="right") - 1
    middle = np.clip(middle, 0, len(edges) - 2)
    point = np.zeros_like(share)
    point[np.arange(len(low)), middle] = 1.0
    share = np.where(wide[:, None], share, point)
    share[share < 1e-6] = 0.0
    return np.asarray(share / share.sum(axis=1, keepdims=True))


def _cumulative(edges: Array, low: Array, high: Array, values: Array) -> Array:
    """Return the sum of values below each edge, each spread evenly over its interval."""
    width = np.maximum(high - low, _POINT * edges[-1])
    points = np.concatenate([low, low + width])
    slopes = np.concatenate([values / width, -values / width])
    order = np.argsort(points)
    points, slope = points[order], np.cumsum(slopes[order])
    total = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(points))])
    return np.asarray(np.interp(edges, points, total, left=0.0))


def _split(table: ModeTable, parts: _Parts, n_band: int) -> _Parts:
    """Return the parts with each band split by mean free path where its spread is large."""
    most = max(_MOST, -(-_ALL // n_band))
    width = np.log(_FACTOR) * min(1.0, np.sqrt(n_band / _FEW))
    path = np.log(np.maximum(table.mean_free_path[parts.mode], 1e-30))
    carried = (table.heat_capacity * table.speed * table.mean_free_path)[parts.mode] * parts.share
    order = np.lexsort((path, parts.band))
    split = np.zeros(len(path), dtype=np.int64)
    starts = np.flatnonzero(np.diff(parts.band[order], prepend=-1))
    for first, last in zip(starts, [*starts[1:], len(order)], strict=True):
        rows = order[first:last]
        sums = np.cumsum(carried[rows])
        ends = np.searchsorted(sums, np.array([_TAIL, 1.0 - _TAIL]) * sums[-1])
        low, high = path[rows][np.minimum(ends, len(rows) - 1)]
        count = int(np.clip(np.ceil((high - low) / width), 1, most))
        inner = low + (high - low) * np.arange(1, count) / count
        split[rows] = np.searchsorted(inner, path[rows], side="right")
    return _Parts(parts.mode, parts.band, parts.share, split)


def _groups(table: ModeTable, parts: _Parts) -> Bands:
    """Return one group for each band and split: C, sum C v/C, sum C v Lambda/sum C v."""
    key = parts.band * (int(parts.split.max(initial=0)) + 1) + parts.split
    found, group = np.unique(key, return_inverse=True)
    n = len(found)
    capacity = table.heat_capacity[parts.mode] * parts.share
    flux = capacity * table.speed[parts.mode]

    def total(values: Array) -> Array:
        return np.asarray(np.bincount(group, values, n), dtype=float)

    sums = total(capacity), total(flux), total(flux * table.mean_free_path[parts.mode])
    k = np.full(len(table), np.nan) if table.wavenumber is None else table.wavenumber
    band = np.zeros(n, dtype=np.int32)
    band[group] = parts.band
    held = sums[1] > 0.0  # a group may hold nothing at a low temperature
    rate = capacity / table.lifetime[parts.mode]
    lost = float(np.sum(sums[0][~held]))
    return Bands(
        band=band[held],
        branch=(_LABEL,) * int(held.sum()),
        heat_capacity=sums[0][held],
        speed=sums[1][held] / sums[0][held],
        mean_free_path=sums[2][held] / sums[1][held],
        optical=_resting(table) + lost,
        scattering=float(np.sum(rate)),
        wavenumber=np.sqrt(total(flux * k[parts.mode] ** 2)[held] / sums[1][held]),
    )
