"""Integrals over the modes of a branch, adaptive Gauss-Legendre in the wave vector."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from ..units import HBAR, K_B
from .dispersion import Branch
from .equilibrium import Array, mode_heat_capacity
from .scattering import Rate, breaks_of

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_TOLERANCE = 1e-13
_MAX_DEPTH = 60
_FROZEN = 40.0  # hbar omega/(k_B T) from which modes hold nothing

N_MOMENT = 4

Indices = npt.NDArray[np.int64]


def branch_moments(branch: Branch, rate: Rate, temperature: float, k_edges: Array) -> Array:
    """Return the integrals of C, C v, C v^2 tau and C/tau over intervals of the wave vector.

    With C(k) dk = g c(omega) k^2 dk/(2 pi^2), c the heat capacity of a mode. Integrating in k and
    not in omega keeps the integrand smooth where the group speed vanishes.

    Parameters
    ----------
    branch, rate
        The modes and their 1/tau.
    temperature : [K]
    k_edges : (n + 1,) [1/m]
        Rising edges of the intervals.

    Returns
    -------
    (4, n) [J/m3/K, W/m2/K, W/m/K, W/m3/K]

    Raises
    ------
    MaterialError
        If a rate is not finite and positive, or the integral for the conductivity diverges.
    """

    def integrand(k: Array) -> Array:
        omega, speed = branch.omega(k), branch.speed(k)
        inverse_tau = _checked_rate(rate, omega, k, temperature, branch)
        capacity = (
            branch.degeneracy * k**2 / (2.0 * np.pi**2) * mode_heat_capacity(omega, temperature)
        )
        return np.stack(
            [capacity, capacity * speed, capacity * speed**2 / inverse_tau, capacity * inverse_tau]
        )

    edges = np.asarray(k_edges)
    breaks = np.concatenate([breaks_of([rate], branch), _cold(branch, temperature, edges[-1])])
    low, high, owner = _panels(edges, breaks)
    total = _adaptive(integrand, low, high, owner, len(k_edges) - 1)
    if total is None:
        raise MaterialError(
            f"branch '{branch.name}' has a conductivity that diverges at {temperature:g} K; "
            "its rate falls too fast towards k = 0 or vanishes, so add another mechanism"
        )
    return total


def rms_wavenumber(branch: Branch, temperature: float, k_edges: Array) -> Array:
    """Return the root mean square of k, weighted by C v, in intervals of the wave vector (n,).

    So ``exp(-a k^2)`` of the mean is that of the interval to second order in its width.
    """
    half = 0.5 * np.diff(k_edges)[:, None]
    k = 0.5 * (k_edges[1:] + k_edges[:-1])[:, None] + half * _NODES
    weight = k**2 * mode_heat_capacity(branch.omega(k), temperature) * branch.speed(k) * _WEIGHTS
    total = weight.sum(axis=1)
    square = np.divide((weight * k**2).sum(axis=1), total, out=k[:, 0] ** 2, where=total > 0)
    return np.asarray(np.sqrt(square))


def _checked_rate(rate: Rate, omega: Array, k: Array, temperature: float, branch: Branch) -> Array:
    """Return 1/tau, or raise where it is not finite and positive."""
    found = np.broadcast_to(
        np.asarray(rate(omega, k, temperature, branch), dtype=float), omega.shape
    )
    bad = ~(np.isfinite(found) & (found > 0.0))
    if bad.any():
        first = int(np.flatnonzero(bad.ravel())[0])
        raise MaterialError(
            f"branch '{branch.name}' has the rate 1/tau = {found.flat[first]:g} 1/s at omega = "
            f"{omega.flat[first]:g} rad/s; rates must be finite and > 0"
        )
    return found


def _cold(branch: Branch, temperature: float, top: float) -> Array:
    """Return wave vectors that halve towards those of thermal modes, where few are thermal."""
    halves = np.asarray(top * 0.5 ** np.arange(_MAX_DEPTH), dtype=np.float64)
    energies = HBAR * np.asarray(branch.omega(halves)) / (K_B * temperature)
    if energies[0] < _FROZEN:
        return np.zeros(0)
    return halves[1:][energies[:-1] > 1.0]


def _panels(edges: Array, breaks: Array) -> tuple[Array, Array, Indices]:
    """Return the ends of the panels, split at the breaks, and the interval each belongs to."""
    inside = breaks[(breaks > edges[0]) & (breaks < edges[-1])]
    points = np.unique(np.concatenate([edges, inside]))
    low, high = points[:-1], points[1:]
    owner = np.searchsorted(edges, 0.5 * (low + high), side="right") - 1
    return low, high, owner.astype(np.int64)


def _gauss(f: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Return the (n_moment, n_panel) Gauss-Legendre integrals of f over panels."""
    half = 0.5 * (high - low)
    k = 0.5 * (high + low)[:, None] + half[:, None] * _NODES
    values = f(k.ravel()).reshape(N_MOMENT, len(low), len(_NODES))
    return np.asarray((values @ _WEIGHTS) * half)


def _adaptive(
    f: Callable[[Array], Array],
    low: Array,
    high: Array,
    owner: Indices,
    n_interval: int,
) -> Array | None:
    """Return the integrals over intervals by bisection, or None where they do not converge."""
    total = np.zeros((N_MOMENT, n_interval))
    coarse = _gauss(f, low, high)
    scale = np.zeros_like(total)
    np.add.at(scale.T, owner, np.abs(coarse).T)
    for _ in range(_MAX_DEPTH):
        middle = 0.5 * (low + high)
        left, right = _gauss(f, low, middle), _gauss(f, middle, high)
        fine = left + right
        current = np.abs(total)
        np.add.at(current.T, owner, np.abs(fine).T)
        scale = np.maximum(scale, current)  # the first pass may have missed a narrow integrand
        done = np.all(np.abs(fine - coarse) <= _TOLERANCE * scale[:, owner], axis=0)
        np.add.at(total.T, owner[done], fine[:, done].T)
        if done.all():
            return total
        todo = ~done
        low, high = (
            np.concatenate([low[todo], middle[todo]]),
            np.concatenate([middle[todo], high[todo]]),
        )
        coarse = np.concatenate([left[:, todo], right[:, todo]], axis=1)
        owner = np.concatenate([owner[todo], owner[todo]])
    return None
