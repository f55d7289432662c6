"""Materials given as groups: gray, mean-free-path bins, or frequency intervals with constants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from .bands import Bands
from .equilibrium import Array
from .modes import ModeTable, make_table


@dataclass(frozen=True, eq=False)
class GroupModel:
    """Groups with constant properties, valid at any temperature.

    Attributes
    ----------
    capacity, speed, path : (n,) [J/m3/K, m/s, m]
        Heat capacity, speed and mean free path of the groups with velocity.
    labels : tuple of str
        Branch of each of them.
    resting : float
        Heat capacity of the groups without velocity [J/m3/K].
    intervals : (n, 2) [rad/s] or None
        Frequencies of each group; None where the groups carry none.
    """

    capacity: Array
    speed: Array
    path: Array
    labels: tuple[str, ...]
    resting: float
    intervals: Array | None

    @property
    def has_frequencies(self) -> bool:
        """Whether the groups have frequency intervals."""
        return self.intervals is not None

    @property
    def branches(self) -> tuple[str, ...]:
        """Names of the branches, in order of appearance."""
        return tuple(dict.fromkeys(self.labels))

    @property
    def fixed_groups(self) -> int:
        """Number of groups with velocity."""
        return len(self.speed)

    def cutoffs(self) -> tuple[float, ...]:
        """Return the ends of all intervals [rad/s]."""
        return () if self.intervals is None else tuple(np.unique(self.intervals).tolist())

    def conductivity(self, temperature: float) -> float:
        """Return sum C v Lambda/3 [W/m/K]."""
        return float(np.sum(self.capacity * self.speed * self.path) / 3.0)

    def heat_capacity(self, temperature: float) -> float:
        """Return sum C, the groups without velocity included [J/m3/K]."""
        return float(np.sum(self.capacity)) + self.resting

    def optical(self, temperature: float) -> float:
        """Return the heat capacity of the groups without velocity, a constant [J/m3/K]."""
        return self.resting

    def jumps(self) -> tuple[float, ...]:
        """Return nothing: constants jump only where groups end."""
        return ()

    def modes(self, temperature: float) -> ModeTable:
        """Return each group as one isotropic mode, in the middle of its interval."""
        middle = None if self.intervals is None else self.intervals.mean(axis=1)
        table = make_table(
            temperature,
            frequency=middle,
            velocity=self.speed,
            lifetime=self.path / self.speed,
            heat_capacity=self.capacity,
            branch=[self.branches.index(label) for label in self.labels],
        )
        return replace(table, optical=self.resting, branch_names=self.branches)

    def weight(self, omega: Array, temperature: float) -> Array:
        """Return zero: constants gain nothing from a finer grid."""
        return np.zeros_like(omega)

    def bands(self, edges: Array | None, temperature: float) -> Bands:
        """Return the groups on band edges [rad/s], split in proportion to the width in omega."""
        if edges is None or self.intervals is None:
            band = np.arange(self.fixed_groups)
            group, share = band, np.ones(self.fixed_groups)
        else:
            low = np.maximum(edges[:-1, None], self.intervals[:, 0])
            high = np.minimum(edges[1:, None], self.intervals[:, 1])
            shares = np.maximum(high - low, 0.0) / np.diff(self.intervals, axis=1)[:, 0]
            # Edges merged into a neighbour leave slivers of rounding size; they are not groups.
            shares[shares < 1e-6] = 0.0
            shares /= shares.sum(axis=0)
            band, group = np.nonzero(shares)
            share = shares[band, group]
        capacity = share * self.capacity[group]
        speed, path = self.speed[group], self.path[group]
        return Bands(
            band=band.astype(np.int32),
            branch=tuple(self.labels[g] for g in group),
            heat_capacity=capacity,
            speed=speed,
            mean_free_path=path,
            optical=self.resting,
            scattering=float(np.sum(capacity * speed / path)),
            wavenumber=self._wavenumbers(edges, band, group),
        )

    def _wavenumbers(
        self, edges: Array | None, band: npt.NDArray[np.int64], group: npt.NDArray[np.int64]
    ) -> Array:
        """Return k in the middle of each band, ``k = int d omega / v`` along its branch.

        Below the first interval of a branch omega = v k; between intervals v is that of the lower.
        """
        if edges is None or self.intervals is None:
            return np.full(len(group), np.nan)
        k = np.empty(len(group))
        for i, (b, g) in enumerate(zip(band.tolist(), group.tolist(), strict=True)):
            low, high = self.intervals[g]
            omega = 0.5 * (max(low, edges[b]) + min(high, edges[b + 1]))
            k[i] = self._wavenumber(self.labels[g], omega)
        return k

    def _wavenumber(self, label: str, omega: float) -> float:
        """Return k of a branch at an angular frequency inside one of its intervals."""
        assert self.intervals is not None
        mine = np.array([name == label for name in self.labels])
        order = np.argsort(self.intervals[mine, 0])
        starts, speed = self.intervals[mine, 0][order], self.speed[mine][order]
        starts[0] = 0.0
        ends = np.minimum(np.append(starts[1:], np.inf), omega)
        return float((np.maximum(ends - starts, 0.0) / speed).sum())


def build_groups(
    name: str,
    heat_capacity: npt.ArrayLike,
    speed: npt.ArrayLike,
    mean_free_path: npt.ArrayLike,
    branch: Sequence[str] | None,
    frequency_edges: npt.ArrayLike | None,
) -> GroupModel:
    """Validate the arrays of `Material.from_groups` and return its model."""
    c = _column(name, "heat_capacity", heat_capacity)
    v = _column(name, "speed", speed, len(c), zero=True)
    moving = v > 0.0
    if not moving.any():
        raise MaterialError(
            f"material '{name}' has no group with a speed > 0; at least one must carry heat"
        )
    # Without velocity there is no path; whatever stands there, NaN included, is ignored.
    paths = np.where(moving, _numbers(name, "mean_free_path", mean_free_path, len(c)), 1.0)
    path = _column(name, "mean_free_path", paths)
    labels = ("all",) * len(c) if branch is None else _labels(name, branch)
    if len(labels) != len(c):
        raise MaterialError(
            f"material '{name}' has {len(labels)} branch labels for {len(c)} groups; give one each"
        )
    kept = tuple(label for label, m in zip(labels, moving, strict=True) if m)
    intervals = None
    if frequency_edges is not None:
        edges = _floats(name, "frequency_edges", frequency_edges)
        intervals = _intervals(name, edges, moving, kept)
    return GroupModel(
        c[moving], v[moving], path[moving], kept, float(np.sum(c[~moving])), intervals
    )


def _labels(name: str, branch: object) -> tuple[str, ...]:
    """Return the labels of the groups as texts."""
    if isinstance(branch, str) or not isinstance(branch, Iterable):
        raise MaterialError(f"material '{name}' has branch = {branch!r}; give a list of labels")
    return tuple(str(label) for label in branch)


def _floats(name: str, what: str, values: npt.ArrayLike) -> Array:
    """Return an array of floats."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise MaterialError(
            f"material '{name}' has {what} = {values!r}; give numbers in SI units"
        ) from None


def _numbers(name: str, what: str, values: npt.ArrayLike, n: int | None) -> Array:
    """Return a 1D array of floats of the given length."""
    array = np.atleast_1d(_floats(name, what, values))
    if array.ndim != 1 or (n is not None and len(array) != n):
        raise MaterialError(
            f"material '{name}' has {what} of shape {array.shape}; "
            f"give {'one list' if n is None else f'{n} values, one per group'}"
        )
    return array


def _column(
    name: str, what: str, values: npt.ArrayLike, n: int | None = None, zero: bool = False
) -> Array:
    """Return a 1D array of finite numbers > 0, or >= 0 where zero is allowed."""
    array = _numbers(name, what, values, n)
    bad = ~(np.isfinite(array) & ((array >= 0.0) if zero else (array > 0.0)))
    if bad.any():
        first = int(np.argmax(bad))
        where = f"[{first}]" if len(array) > 1 else ""
        raise MaterialError(
            f"material '{name}' has {what}{where} = {array[first]:g}; "
            f"it must be finite and {'>=' if zero else '>'} 0"
        )
    return array


def _intervals(
    name: str, edges: Array, moving: npt.NDArray[np.bool_], labels: tuple[str, ...]
) -> Array:
    """Return the (n, 2) frequency intervals of the moving groups, checked."""
    if edges.ndim == 2 and edges.shape == (len(moving), 2):
        intervals = edges[moving]
    elif edges.ndim == 1:
        position = [labels[:i].count(label) for i, label in enumerate(labels)]
        if len(edges) != max(position) + 2:
            raise MaterialError(
                f"material '{name}' has {len(edges)} frequency_edges; "
                f"{max(position) + 2} are needed for {max(position) + 1} groups with velocity in "
                "a branch"
            )
        intervals = np.stack([edges[:-1][position], edges[1:][position]], axis=1)
    else:
        raise MaterialError(
            f"material '{name}' has frequency_edges of shape {edges.shape}; "
            f"give ({len(moving)}, 2) intervals or a list of rising edges"
        )
    ok = np.isfinite(intervals).all() and (intervals[:, 0] >= 0.0).all()
    if not (ok and (intervals[:, 1] > intervals[:, 0]).all()):
        raise MaterialError(
            f"material '{name}' has frequency_edges that do not rise; "
            "they must be finite, >= 0 and increasing [rad/s]"
        )
    return np.asarray(intervals)
