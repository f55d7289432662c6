"""The continuous spectrum of isotropic branches as modes: quadrature nodes in the wave vector."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from .dispersion import Branch
from .equilibrium import Array, mode_heat_capacity
from .modes import ModeTable
from .scattering import Rate, breaks_of

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_HALVINGS = 12  # panels shrink towards both ends of every smooth piece
_NEGLIGIBLE = 1e-300


def branch_modes(
    branches: Sequence[Branch], rates: Sequence[Rate], temperature: float, optical: float
) -> ModeTable:
    """Return isotropic modes whose sums are the integrals over the branches.

    Gauss-Legendre nodes on panels that halve towards k = 0, the zone boundary and every jump of a
    rate.

    Parameters
    ----------
    branches, rates
        The spectrum.
    temperature : [K]
    optical : float
        Heat capacity without velocity [J/m3/K].
    """
    columns: list[list[Array]] = []
    for number, (branch, rate) in enumerate(zip(branches, rates, strict=True)):
        k, dk = _panels((0.0, *breaks_of([rate], branch), branch.k_max))
        omega, speed = branch.omega(k), branch.speed(k)
        states = branch.degeneracy * k**2 / (2.0 * np.pi**2) * dk
        capacity = states * mode_heat_capacity(omega, temperature)
        inverse = np.asarray(rate(omega, k, temperature, branch), dtype=float)
        held = (capacity > _NEGLIGIBLE) & (speed > 0.0)
        kept = [omega, speed, 1.0 / inverse, capacity, np.full_like(k, number), k]
        columns.append([column[held] for column in kept])
    omega, speed, tau, capacity, index, k = (
        np.concatenate(column) for column in zip(*columns, strict=True)
    )
    zero = np.zeros_like(speed)
    return ModeTable(
        temperature=float(temperature),
        frequency=omega,
        velocity=np.stack([speed, zero, zero], axis=1),
        lifetime=tau,
        heat_capacity=capacity,
        branch=index.astype(np.int64),
        weight=np.ones_like(k),
        isotropic=True,
        wavenumber=k,
        optical=optical,
        branch_names=tuple(branch.name for branch in branches),
        notes=("quadrature nodes of isotropic branches",),
    )


def _panels(ends: tuple[float, ...]) -> tuple[Array, Array]:
    """Return the nodes and weights of panels between the ends."""
    halves = 0.5 ** np.arange(_HALVINGS, 0, -1)
    unit = np.concatenate([[0.0], halves, 1.0 - halves[-2::-1], [1.0]])
    edges = np.concatenate(
        [[ends[0]], *(a + (b - a) * unit[1:] for a, b in itertools.pairwise(ends))]
    )
    half = 0.5 * np.diff(edges)
    middle = 0.5 * (edges[1:] + edges[:-1])
    k = middle[:, None] + half[:, None] * _NODES
    return k.ravel(), (half[:, None] * _WEIGHTS).ravel()
