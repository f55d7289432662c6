"""Polar nodes of a line at which refraction keeps the wave vector along the layers.

A node is a value of ``xi``, the squared transverse wave vector in units of etendue, the same in
all regions; each group flies there along its own ``|mu| = sqrt(1 - xi/N)``. So what crosses an
interface keeps its node, and no direction is shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bte.quadrature.nodes import unit_gauss

Array = NDArray[np.float64]

#: Nodes stay this part of the largest etendue away from edges, where xi is given.
_INSIDE = 4e-16


@dataclass(frozen=True, eq=False)
class Waves:
    """Nodes of all groups and regions.

    Attributes
    ----------
    xi, measure : (n_group, n_node)
        Nodes in the units of etendue and their weights in it; weights are 0 in padding.
    sines, weights : (n_region, n_group, n_node)
        ``|mu|`` and polar weights, that sum to one; weights are 0, ``|mu|`` 1 without states.
    """

    xi: Array
    measure: Array
    sines: Array
    weights: Array


def wave_nodes(edges: Array, n: int) -> tuple[Array, Array, Array]:
    """Return xi, weights and what is left to the upper edge, between rising edges from 0.

    Gauss nodes, n in each panel, gathered at its end as those of a slab, quadratically in ``mu``,
    and at its start, but for the first, where exchanges have square roots.

    Returns
    -------
    three (n_panel, n)
    """
    u, w = unit_gauss(n)
    nodes, weights, gaps = [], [], []
    for k, (low, high) in enumerate(pairwise(edges)):
        v, slope = (u**2, 2.0 * u) if k else (u, np.ones(n))
        gap = (1.0 - v) ** 4
        weight = 4.0 * (1.0 - v) ** 3 * slope * w
        nodes.append(low + (high - low) * (1.0 - gap))
        weights.append((high - low) * weight / weight.sum())
        gaps.append((high - low) * gap)
    inside = np.minimum(0.25 * np.diff(edges), _INSIDE * edges[-1])[:, None]
    xi = np.clip(np.array(nodes), edges[:-1, None] + inside, edges[1:, None] - inside)
    return xi, np.array(weights), np.array(gaps)


def wave_sines(edges: Array, n: int, etendue: float) -> tuple[Array, Array]:
    """Return ``|mu|`` and polar weights of a channel of the given etendue, one of the edges.

    ``|mu|`` are scaled by the error of the sum of the weights, so that those of ``1`` and ``|mu|``
    are exact.

    Returns
    -------
    two (n_panel, n)
    """
    _, measure, gaps = wave_nodes(edges, n)
    mine = edges[1:] <= etendue * (1.0 + 1e-12)
    sines, weights = np.ones_like(measure), np.zeros_like(measure)
    above = etendue - edges[1:][mine]
    above[np.abs(above) <= 1e-12 * etendue] = 0.0
    sines[mine] = np.sqrt((above[:, None] + gaps[mine]) / etendue)
    weights[mine] = measure[mine] / (2.0 * etendue * sines[mine])
    total = weights.sum()
    sines[mine] *= total
    return sines, weights / total
