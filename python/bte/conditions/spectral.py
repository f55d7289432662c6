"""The flux that phonons carry at each frequency, of the continuous spectrum where there is one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.conditions.pair import Pair
from bte.conditions.values import Array
from bte.materials import Branch, Material
from bte.materials.equilibrium import mode_heat_capacity
from bte.materials.groups import GroupModel
from bte.materials.mode_model import ModeModel
from bte.materials.phonons import DispersionModel

_PANELS = 4  # of a band
_MANY = 200  # panels; of a table with so many corners each needs fewer points
_HALVINGS = 52


class Samples(NamedTuple):
    """Points of the first side's spectrum at which a transmission is asked for.

    Attributes
    ----------
    omega : (n,) [rad/s]
        NaN where a point stands for a whole pool.
    weight : (n,) [W/m2/K]
        C v that a point stands for.
    branch : (n,)
        Index into ``branches``.
    pool : (n,)
    branches : tuple of str
        Of the first side.
    first : (n_branch, n)
        C v of the first side's branches at the frequency of each point, or of its pool.
    second : (n,)
        C v of the second side there.
    """

    omega: Array
    weight: Array
    branch: NDArray[np.intp]
    pool: NDArray[np.intp]
    branches: tuple[str, ...]
    first: Array
    second: Array


def whole_pools(pair: Pair) -> Samples:
    """Return one point for each branch and pool."""
    branches = branches_of(pair)
    states = np.zeros((len(branches), pair.n_pool))
    for name, flux, pool in zip(pair.labels[0], pair.flux[0], pair.pool, strict=True):
        if flux > 0.0:
            states[branches.index(name), pool] += flux
    branch, pool = np.nonzero(states)
    return Samples(
        np.full(len(pool), np.nan),
        states[branch, pool],
        branch,
        pool,
        branches,
        states[:, pool],
        4.0 * pair.sides[1, pool],
    )


def branches_of(pair: Pair) -> tuple[str, ...]:
    """Return the branches of the first side, in the order of its groups."""
    held = (n for n, flux in zip(pair.labels[0], pair.flux[0], strict=True) if flux > 0.0)
    return tuple(dict.fromkeys(held))


def by_frequency(pair: Pair, breaks: Array) -> Samples:
    """Return points in every band, with weights that integrate over it.

    Parameters
    ----------
    pair : Pair
        Both sides with frequencies.
    breaks : (n,) [rad/s]
        Where the integrand has kinks.
    """
    assert pair.band_edges is not None
    edges = pair.band_edges
    inner = np.concatenate(
        [edges[:-1] + (edges[1:] - edges[:-1]) * i / _PANELS for i in range(1, _PANELS)]
    )
    kinks = breaks[(breaks > edges[0]) & (breaks < edges[-1])]
    panels = np.unique(np.concatenate([edges, inner, kinks]))
    branches = branches_of(pair)
    material = pair.materials[0]
    parts = [_points(material, name, panels, pair.temperature) for name in branches]
    omega = np.concatenate([p[0] for p in parts])
    weight = np.concatenate([p[1] for p in parts])
    branch = np.repeat(np.arange(len(parts)), [len(p[0]) for p in parts])
    pool = np.clip(np.searchsorted(edges, omega, side="right") - 1, 0, pair.n_band - 1)
    first = flux_density(material, omega, pair.temperature)
    second = flux_density(pair.materials[1], omega, pair.temperature)
    return Samples(
        omega,
        weight,
        branch,
        pool,
        branches,
        np.stack([first[name] for name in branches]),
        np.sum(list(second.values()), axis=0),
    )


def _points(
    material: Material, name: str, panels: Array, temperature: float
) -> tuple[Array, Array]:
    """Return frequencies of one branch and the C v they stand for."""
    model, count = material.model, 6 if len(panels) <= _MANY else 3
    if isinstance(model, DispersionModel):
        branch = model.phonons[model.branches.index(name)]
        low, high = branch.frequency_range
        ends = np.sort(wavevectors(branch, panels[(panels > low) & (panels < high)]))
        ends = np.concatenate([[0.0], ends, [branch.k_max]])
        k, step = gauss(ends, count)
        omega = branch.omega(k)
        return omega, step * branch.speed(k) * _density(branch, omega, k, temperature)
    omega, step = gauss(panels, count)
    density = flux_density(material, omega, temperature)[name]
    return omega[density > 0.0], (step * density)[density > 0.0]


def gauss(ends: Array, count: int) -> tuple[Array, Array]:
    """Return Gauss points between successive ends, ``count`` in each, and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    half = 0.5 * np.diff(ends)[:, None]
    points = 0.5 * (ends[1:] + ends[:-1])[:, None] + half * nodes
    return points.ravel(), (half * weights).ravel()


def flux_density(material: Material, omega: Array, temperature: float) -> dict[str, Array]:
    """Return C v per frequency of each branch [W s/m2/K rad], 0 where it has no states.

    ``g k^2 c(omega) / (2 pi^2)``, c the heat capacity of a mode: the speed cancels against the
    density of states.

    Parameters
    ----------
    omega : (n,) [rad/s]
    temperature : float
        [K]

    Returns
    -------
    {branch: (n,)}
    """
    model = material.model
    if isinstance(model, DispersionModel):
        return {
            branch.name: _density(branch, omega, _within(branch, omega), temperature)
            for branch in model.phonons
        }
    if isinstance(model, ModeModel):
        return dict.fromkeys(model.branches, model.flux_density(omega, temperature))
    assert isinstance(model, GroupModel)
    assert model.intervals is not None
    found = {name: np.zeros_like(omega) for name in model.branches}
    for name, flux, (low, high) in zip(
        model.labels, model.capacity * model.speed, model.intervals, strict=True
    ):
        found[name] += np.where((omega >= low) & (omega < high), flux / (high - low), 0.0)
    return found


def _density(branch: Branch, omega: Array, k: Array, temperature: float) -> Array:
    modes = branch.degeneracy * k**2 / (2.0 * np.pi**2)
    return np.asarray(modes * mode_heat_capacity(omega, temperature))


def _within(branch: Branch, omega: Array) -> Array:
    """Return k at frequencies that a branch has, 0 at others."""
    low, high = branch.frequency_range
    inside = (omega > low) & (omega < high)
    k = np.zeros_like(omega)
    k[inside] = wavevectors(branch, omega[inside])
    return k


def wavevectors(branch: Branch, omega: Array) -> Array:
    """Return k [1/m] of frequencies inside the range of a branch, by bisection."""
    low, high = np.zeros_like(omega), np.full_like(omega, branch.k_max)
    ends = branch.omega(np.array([0.0, branch.k_max]))
    sign = 1.0 if ends[1] >= ends[0] else -1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        below = sign * (branch.omega(middle) - omega) < 0.0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)
