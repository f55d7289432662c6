"""Discretise the spectra of several materials on one frequency grid.

In each band and branch C = int C(w) dw, v = int C v/int C, Lambda = int C v^2 tau/int C v: that
keeps sum C, sum C v (ballistic limit) and sum C v Lambda (diffusive limit) exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .errors import BteError
from .materials import Bands, Material

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

_MERGE = 1e-9  # cut-offs closer than this, relative, are one edge
_N_SAMPLE = 4001
_EVEN = 0.1  # weight of evenly spread edges; that of a crystal is about 3


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Groups of all materials of a problem; a group is one band of one branch.

    Attributes
    ----------
    n_band : int
    band_edges : (n_band + 1,) [rad/s] or None
        None where no material carries frequencies.
    group_band : (n_group,) int32
        Band of each group, non-decreasing. Groups without velocity are not listed.
    group_branch : tuple of str
        Label of each group.
    material_branch : tuple of tuple of str
        Each material's own label of each group, empty where it has no states.
    heat_capacity : (n_material, n_group) [J/m3/K]
        0 where a material has no states.
    speed, mean_free_path : (n_material, n_group) [m/s, m]
        1 where a material has no states.
    wavenumber : (n_material, n_group) [1/m]
        Root mean square of k in the group; NaN where a material has no states or no dispersion.
    optical : (n_material,) [J/m3/K]
        Heat capacity of states without velocity.
    has_frequencies : (n_material,) bool
    notes : tuple of str
        What a user should know.
    scattering_deviation : (n_material,)
        Relative deviation of sum C/tau from that of the continuous spectrum.
    """

    n_band: int
    band_edges: Array | None
    group_band: Ints
    group_branch: tuple[str, ...]
    material_branch: tuple[tuple[str, ...], ...]
    heat_capacity: Array
    speed: Array
    mean_free_path: Array
    wavenumber: Array
    optical: Array
    has_frequencies: npt.NDArray[np.bool_]
    notes: tuple[str, ...]
    scattering_deviation: Array

    @property
    def n_group(self) -> int:
        """Number of groups with velocity."""
        return len(self.group_band)

    @property
    def conductivity(self) -> Array:
        """Return sum C v Lambda/3 of each material, (n_material,) [W/m/K]."""
        return np.asarray(
            np.sum(self.heat_capacity * self.speed * self.mean_free_path, axis=1) / 3.0
        )


def discretize(materials: Sequence[Material], temperature: float, bands: int) -> Spectrum:
    """Return the groups of several materials on a shared grid.

    Materials with frequencies share band edges, among which are all their cut-offs. Materials
    without keep their own groups, one per band index.

    Parameters
    ----------
    materials : sequence of Material
    temperature : float
        Linearisation temperature [K].
    bands : int
        Least number of bands where a spectrum is continuous; cut-offs add to it. Materials that
        are given as groups are never refined for their own sake.

    Raises
    ------
    BteError
        If there is no material, or `bands` is not a positive integer.
    """
    if not materials:
        raise BteError("there are no materials to discretise; give at least one")
    if isinstance(bands, bool) or not isinstance(bands, int | np.integer) or bands < 1:
        raise BteError(f"bands is {bands!r}; it must be an integer >= 1")
    loose = max((m.model.fixed_groups for m in materials if not m.has_frequencies), default=1)
    continuous = any(m.has_frequencies and m.model.fixed_groups == 0 for m in materials)
    least = max(int(bands), loose) if continuous else loose
    edges = _band_edges(materials, temperature, least)
    return _on_grid(materials, temperature, edges, loose)


def refined(
    materials: Sequence[Material], temperature: float, spectrum: Spectrum, factor: int
) -> Spectrum:
    """Return the groups on a grid that divides every band into ``factor`` equal intervals.

    Without frequencies there is nothing to divide.
    """
    if spectrum.band_edges is None:
        return spectrum
    edges = spectrum.band_edges
    part = np.arange(factor) / factor
    fine = (edges[:-1, None] * (1.0 - part) + edges[1:, None] * part).ravel()
    return _on_grid(materials, temperature, np.append(fine, edges[-1]), spectrum.n_band)


def _on_grid(
    materials: Sequence[Material], temperature: float, edges: Array | None, loose: int
) -> Spectrum:
    """Return the groups on a grid of band edges; ``loose`` bands where there are none."""
    parts = [m.bands(edges if m.has_frequencies else None, temperature) for m in materials]
    n_band = loose if edges is None else len(edges) - 1
    labels, columns = _columns(parts, n_band)
    n_group = len(labels)
    fields = np.stack([_spread(p, c, n_group) for p, c in zip(parts, columns, strict=True)])
    return Spectrum(
        n_band=n_band,
        band_edges=edges,
        group_band=np.array([band for band, _ in labels], dtype=np.int32),
        group_branch=tuple(label for _, label in labels),
        material_branch=tuple(
            _own_labels(p, c, n_group) for p, c in zip(parts, columns, strict=True)
        ),
        heat_capacity=np.ascontiguousarray(fields[:, 0]),
        speed=np.ascontiguousarray(fields[:, 1]),
        mean_free_path=np.ascontiguousarray(fields[:, 2]),
        wavenumber=np.ascontiguousarray(fields[:, 3]),
        optical=np.array([p.optical for p in parts]),
        has_frequencies=np.array([m.has_frequencies for m in materials]),
        notes=_notes(materials),
        scattering_deviation=np.array([p.scattering_deviation for p in parts]),
    )


def _columns(parts: Sequence[Bands], n_band: int) -> tuple[list[tuple[int, str]], list[list[int]]]:
    """Return the (band, label) of every group column, and the column of each material's groups.

    Within a band, groups of equal label share a column; others fill what is free, so that no band
    has more columns than its largest material needs.
    """
    labels: list[tuple[int, str]] = []
    columns: list[list[int]] = [[-1] * len(p.band) for p in parts]
    for band in range(n_band):
        slots: list[str] = []
        members = [np.flatnonzero(p.band == band).tolist() for p in parts]
        for part, groups, column in zip(parts, members, columns, strict=True):
            _seat(slots, groups, part.branch, column, len(labels))
        labels += [(band, label) for label in slots]
    return labels, columns


def _seat(
    slots: list[str], groups: list[int], names: tuple[str, ...], column: list[int], start: int
) -> None:
    """Give each group of one material in one band a column, by label first."""
    free = list(range(len(slots)))
    homeless = []
    for g in groups:
        match = next((s for s in free if slots[s] == names[g]), None)
        if match is None:
            homeless.append(g)
        else:
            free.remove(match)
            column[g] = start + match
    for g in homeless:
        if not free:
            slots.append(names[g])
            free.append(len(slots) - 1)
        column[g] = start + free.pop(0)


def _own_labels(part: Bands, column: list[int], n_group: int) -> tuple[str, ...]:
    """Return a material's own labels of all columns."""
    own = dict(zip(column, part.branch, strict=True))
    return tuple(own.get(i, "") for i in range(n_group))


def _spread(part: Bands, column: list[int], n_group: int) -> Array:
    """Return (4, n_group) heat capacity, speed, path and k of one material on all columns."""
    fields = np.ones((4, n_group))
    fields[0], fields[3] = 0.0, np.nan
    fields[:, column] = part.heat_capacity, part.speed, part.mean_free_path, part.wavenumber
    return fields


def _notes(materials: Sequence[Material]) -> tuple[str, ...]:
    """Return what a user should know about the mix of materials."""
    plain = sorted({f"'{m.name}'" for m in materials if not m.has_frequencies})
    if not plain or len(plain) == len({m.name for m in materials}):
        return ()
    subject = f"material {plain[0]} carries" if len(plain) == 1 else f"{', '.join(plain)} carry"
    return (f"{subject} no frequencies: interfaces with materials that do mix all groups",)


def _band_edges(materials: Sequence[Material], temperature: float, bands: int) -> Array | None:
    """Return the shared band edges [rad/s], or None where no material has frequencies."""
    sharp = [m for m in materials if m.has_frequencies]
    if not sharp:
        return None
    fixed = _merged([w for m in sharp for w in (*m.cutoffs(), *m.model.jumps())])
    # Squares put samples where paths are long: ln Lambda varies fastest towards omega = 0.
    omega = fixed[0] + (fixed[-1] - fixed[0]) * np.linspace(0.0, 1.0, _N_SAMPLE) ** 2
    density = np.full(_N_SAMPLE, _EVEN / (fixed[-1] - fixed[0]))
    for m in sharp:
        density += m.model.weight(omega, temperature)
    steps = 0.5 * (density[1:] + density[:-1]) * np.diff(omega)
    return _spread_edges(fixed, omega, np.concatenate([[0.0], np.cumsum(steps)]), bands)


def _merged(edges: Sequence[float]) -> Array:
    """Return sorted edges without near-equal ones."""
    kept: list[float] = []
    for edge in sorted(edges):
        if not kept or edge - kept[-1] > _MERGE * edge:
            kept.append(edge)
    return np.array(kept)


def _spread_edges(fixed: Array, omega: Array, cumulative: Array, bands: int) -> Array:
    """Return at least `bands` bands: fixed edges, and edges of equal weight between them."""
    marks = np.interp(fixed, omega, cumulative)
    count = np.ones(len(fixed) - 1, dtype=int)
    while count.sum() < bands:
        count[np.argmax(np.diff(marks) / count)] += 1
    edges = [fixed[:1]]
    for i, n in enumerate(count):
        targets = marks[i] + (marks[i + 1] - marks[i]) * np.arange(1, n) / n
        edges += [np.interp(targets, cumulative, omega), fixed[i + 1 : i + 2]]
    return np.concatenate(edges)
