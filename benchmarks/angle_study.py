"""Errors of angular rules where the space is solved exactly, or all but: angles alone are left.

Slabs of any orientation are an integral equation in one dimension for the cosines of the rule;
films and wires (a gradient along them, diffuse walls) and the first flights between the pores of
a square lattice are integrals of the rule itself. All errors are relative.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bte.quadrature import Quadrature
from bte.quadrature.nodes import gathered_gauss, sine_gauss
from bte.quadrature.rule import balanced

Array = NDArray[np.float64]

#: Degrees from a line of sight at which earlier grading breaks panels.
GRADES = (0.0, 1.0, 5.0, 20.0, 45.0, 90.0)


def graded(per_panel: int, polars: int = 3) -> Quadrature:
    """Return a plane rule of Gauss panels graded towards x, as a rival."""
    x, w = gathered_gauss(per_panel, start=False, end=False)
    edges = np.radians(GRADES)
    phi = (edges[:-1, None] + np.diff(edges)[:, None] * x).ravel()
    weight = np.outer(np.diff(edges), w).ravel() / (2 * np.pi)
    phi = np.concatenate([phi, np.pi - phi, np.pi + phi, -phi])
    directions = np.column_stack([np.cos(phi), np.sin(phi)])
    sines, sine_weights = sine_gauss(polars)
    weights = balanced(directions, np.tile(weight, 4))
    return Quadrature(directions, weights, sines, sine_weights, len(phi), polars)


def slab_error(rule: Quadrature, normal: Array, knudsen: float) -> float:
    """Return the error of the flux between black walls with this normal."""
    mu = np.abs(np.outer(rule.directions @ normal, rule.sines)).ravel()
    weight = np.outer(rule.weights, rule.sine_weights).ravel()
    # a direction within the walls is in equilibrium: so is one that meets them very far away
    cosines, which = np.unique(np.maximum(np.round(mu, 12), 1e-9), return_inverse=True)
    return _flux(cosines, np.bincount(which, weight), knudsen) / _exact_flux(knudsen) - 1


@lru_cache
def _exact_flux(knudsen: float) -> float:
    """Return the flux of a rule without error on the same points, so that theirs cancels."""
    return _flux(*gathered_gauss(48, start=True, end=False), knudsen)


def _flux(mu: Array, weight: Array, knudsen: float, points: int = 81) -> float:
    """Return q/(C v dT/4): T linear between points, flights along every cosine exact."""
    s = np.linspace(0, 1, points)
    x = s**3 / (s**3 + (1 - s) ** 3)
    depth = np.diff(x)[:, None] / (knudsen * mu)
    lost = np.exp(-depth)
    near = np.where(depth < 1e-3, 1 - depth / 2 + depth**2 / 6, -np.expm1(-depth) / depth)
    kernel, wall = np.zeros((points, points)), np.zeros(points)
    seen, hot = np.zeros((points, len(mu))), np.ones(len(mu))
    wall[0] = 0.5
    for i in range(points - 1):
        seen, hot = lost[i] * seen, lost[i] * hot
        seen[i] += near[i] - lost[i]
        seen[i + 1] += 1 - near[i]
        kernel[i + 1] += 0.5 * seen @ weight
        wall[i + 1] = 0.5 * hot @ weight
    temperature = np.linalg.solve(np.eye(points) - kernel - kernel[::-1, ::-1], wall)
    return float(2 * (temperature @ seen + hot) @ (weight * mu))


def _blocked(path: Array, specularity: float) -> Array:
    """Return the part of the flux that the walls of a film of unit thickness take."""
    lost = np.exp(-1 / path)
    return path * (1 - specularity) * (1 - lost) / (1 - specularity * lost)


def film_error(rule: Quadrature, knudsen: float, specularity: float = 0.0) -> float:
    """Return the error along a film: a line across it, or the gradient along x, walls along y."""
    if rule.dim == 1:
        across = np.outer(np.ones(2), rule.sines)
        along = np.outer(np.ones(2), 0.5 * (1 - rule.sines**2))
    else:
        across = np.outer(np.abs(rule.directions[:, 1]), rule.sines)
        along = np.outer(rule.directions[:, 0] ** 2, rule.sines**2)
    flux = along * (1 - _blocked(knudsen * np.maximum(across, 1e-12), specularity))
    mu, w = gathered_gauss(400, start=True, end=False)
    exact = 1.5 * w @ ((1 - mu**2) * (1 - _blocked(knudsen * mu, specularity)))
    return float(3 * rule.weights @ flux @ rule.sine_weights / exact - 1)


def wire_error(sines: Array, weights: Array, knudsen: float) -> float:
    """Return the error along a round wire with black walls, chords exact."""
    t, w = gathered_gauss(200, start=True, end=False)
    chord = np.sin(0.5 * np.pi * t)[:, None]

    def conductivity(s: Array, weight: Array) -> float:
        path = knudsen * s
        taken = (1 - np.exp(-chord / path)) * chord * np.pi * w[:, None]
        return float(3 * weight @ ((1 - s**2) * (1 - path * taken.sum(axis=0) * 2 / np.pi)))

    return conductivity(sines, weights) / conductivity(*sine_gauss(80)) - 1


def pore_error(rule: Quadrature, knudsen: float) -> float:
    """Return the error of first flights along x between square pores of half the period."""
    return _flights(rule, knudsen) / _exact_flights(knudsen) - 1


def _flights(rule: Quadrature, knudsen: float) -> float:
    phi = np.arctan2(np.abs(rule.directions[:, 1]), np.abs(rule.directions[:, 0]))
    total = 0.0
    path = knudsen * rule.sines[:, None]
    for angle, weight in zip(np.round(phi, 12), rule.weights, strict=True):
        chord, width = pore_chords(float(angle))
        taken = (path * -np.expm1(-chord / path)) @ width / 0.75
        total += weight * np.cos(angle) ** 2 * (rule.sine_weights * rule.sines**2) @ (1 - taken)
    return 3 * total


@lru_cache
def _exact_flights(knudsen: float) -> float:
    """Return the integral with panels between all directions from corner to corner nearby."""
    slopes = [np.arctan(p / q) for p in range(1, 13) for q in range(1, 41)]
    small = np.radians([0.2, 0.4, 0.7, 1.0])
    edges = np.unique(np.round([0, *small, *slopes, 0.5 * np.pi], 9))
    x, w = gathered_gauss(3, start=False, end=False)
    phi = (edges[:-1, None] + np.diff(edges)[:, None] * x).ravel()
    weight = np.outer(np.diff(edges), w).ravel() / (0.5 * np.pi)
    directions = np.column_stack([np.cos(phi), np.sin(phi)])
    rule = Quadrature(directions, weight, *sine_gauss(6), None, 6)
    return _flights(rule, knudsen)


@lru_cache(maxsize=10_000)
def pore_chords(angle: float) -> tuple[Array, Array]:
    """Return lengths and widths of the beams that leave a pore at an angle in (0, pi/2).

    Squares of side 1/2 in a square lattice of period 1; ``sum(width)`` is the shadow of one. A beam
    leaves by the right side or the top, meets the next pore to the right or the row above,
    there from below or, through a gap, from the left. Lengths are linear between corners.
    """
    if angle > 0.25 * np.pi:
        return pore_chords(0.5 * np.pi - angle)
    c, s = np.cos(angle), np.sin(angle)
    corner = np.arange(-1, int(0.5 * c / s) + 4)[:, None] + [-0.25, 0.25]
    edges = np.concatenate([(c * y - s * corner).ravel() for y in (-0.25, 0.25, 0.75)])
    edges = np.unique(np.round(edges[np.abs(edges) < 0.25 * (c + s) + 1e-12], 12))
    x, w = gathered_gauss(4, start=False, end=False)
    beam = (edges[:-1, None] + np.diff(edges)[:, None] * x).ravel()

    def at_height(y: float) -> Array:
        return (c * y - beam) / s

    leaves = np.minimum(at_height(0.25), 0.25)
    ceiling = at_height(0.75)
    beside = (ceiling + 0.25) % 1.0 - 0.5
    above = np.where(beside > 0, ceiling + 0.5 - beside, ceiling)
    next_to = (beam + 0.75 * s) / c < 0.25
    arrives = np.where(next_to & (leaves == 0.25), 0.75, above)
    return (arrives - leaves) / c, np.outer(np.diff(edges), w).ravel()
