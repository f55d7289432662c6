"""The carriers of heat one by one: what accumulations and medians are taken over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .bands import SpectrumModel
from .dispersion import Branch
from .equilibrium import Array, mode_heat_capacity
from .modes import ModeTable
from .phonons import DispersionModel
from .scattering import Rate, breaks_of

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
# Dense towards k = 0, and fine enough elsewhere that shares between nodes are good to 1e-5.
_PANELS = np.union1d(np.geomspace(1e-7, 1.0, 160), np.linspace(0.0, 1.0, 201))


@dataclass(frozen=True, eq=False)
class Carriers:
    """Modes, groups, or nodes of a continuous spectrum; n is their number.

    Attributes
    ----------
    omega : (n,) [rad/s]
        NaN where a group has no frequency.
    heat_capacity, speed, path : (n,) [J/m3/K, m/s, m]
    branch : (n,) int
        Index into `labels`.
    labels : tuple of str
    continuous : bool
        Whether they are nodes of a quadrature, which may be interpolated.
    """

    omega: Array
    heat_capacity: Array
    speed: Array
    path: Array
    branch: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    continuous: bool

    @property
    def conductivity(self) -> Array:
        """Contribution C v Lambda/3 of each carrier [W/m/K]."""
        return self.heat_capacity * self.speed * self.path / 3.0


def carriers(model: SpectrumModel, temperature: float) -> Carriers:
    """Return the carriers of a spectrum: quadrature nodes of branches, else its modes."""
    if not isinstance(model, DispersionModel):
        return _modes(model.modes(temperature), model.branches)
    parts = [
        _nodes(branch, rate, temperature)
        for branch, rate in zip(model.phonons, model.rates, strict=True)
    ]
    index = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
    omega, capacity, speed, path = np.concatenate(parts, axis=1)
    return Carriers(omega, capacity, speed, path, index, model.branches, True)


def _nodes(branch: Branch, rate: Rate, temperature: float) -> Array:
    """Return (4, n): omega, C, v, Lambda at nodes in k, dense towards k = 0 and split at breaks."""
    inside = np.array(breaks_of([rate], branch))
    edges = np.unique(np.concatenate([_PANELS * branch.k_max, inside]))
    half = 0.5 * np.diff(edges)[:, None]
    k = (0.5 * (edges[1:] + edges[:-1])[:, None] + half * _NODES).ravel()
    width = (half * _WEIGHTS).ravel()
    omega, speed = branch.omega(k), branch.speed(k)
    states = branch.degeneracy * k**2 / (2.0 * np.pi**2) * width
    capacity = states * mode_heat_capacity(omega, temperature)
    return np.stack([omega, capacity, speed, speed / rate(omega, k, temperature, branch)])


def _modes(table: ModeTable, names: tuple[str, ...]) -> Carriers:
    """Return the modes of a table that carry heat; branches without names are numbered from 1."""
    held = table.speed > 0.0
    count = int(table.branch.max()) + 1
    labels = table.branch_names or names
    if len(labels) < count:
        labels = tuple(str(i + 1) for i in range(count))
    return Carriers(
        table.frequency[held],
        table.heat_capacity[held],
        table.speed[held],
        table.mean_free_path[held],
        table.branch[held],
        labels,
        False,
    )
