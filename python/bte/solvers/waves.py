"""Which problems on a line keep the transverse wave vector node by node, and their nodes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bte.conditions.resolved import Resolved
from bte.packing import Packed
from bte.packing.arrays import Array
from bte.quadrature import Quadrature, slab
from bte.quadrature.angles import check_count
from bte.quadrature.waves import Waves, wave_nodes, wave_sines

#: Channels of equal etendue differ by less, and edges that are told apart by more.
_SAME = 1e-12

#: Nodes between two edges, by default.
_NODES = 12


def wave_quadrature(packed: Packed, polars: int | None) -> Quadrature | None:
    """Return the rule of a line whose interfaces refract, ``polars`` nodes between the edges.

    None where some interface that tells directions or groups apart does not refract, where a group
    has channels of unlike etendue (gray materials by three polarisations), and where interfaces
    disagree on pools.
    """
    tables = [(t, t.resolved) for t in packed.tables if t.resolved is not None]
    if packed.mesh.dim > 1 or not tables:
        return None
    resolved = [r for _, r in tables]
    if any(r.kind != "refracting" or (r.pool != resolved[0].pool).any() for r in resolved):
        return None
    etendue = np.full(packed.heat_capacity.shape, np.nan)
    names = packed.mesh.region_names
    for table, r in tables:
        for side, name in enumerate((table.first, table.second)):
            mine = _etendues(r, side)
            known = etendue[names.index(name)]
            known = np.where(np.isnan(known), mine, known)
            if np.isnan(mine).any() or (np.abs(mine - known) > _SAME * mine).any():
                return None
            etendue[names.index(name)] = known
    n = check_count("polars", _NODES if polars is None else polars, 1)
    waves = _waves(etendue, resolved, n)
    return replace(slab(waves.xi.shape[1]), waves=waves)


def _etendues(resolved: Resolved, side: int) -> Array:
    """Return the etendue of each group's channels (n_group,), 0 without, nan where they differ."""
    n = resolved.n_channel
    channels = resolved.etendue[resolved.pool][:, side * n : (side + 1) * n]
    mine = resolved.share[side] > 0
    high = np.where(mine, channels, 0.0).max(axis=1)
    low = np.where(mine, channels, np.inf).min(axis=1)
    unlike = mine.any(axis=1) & (high - low > _SAME * high)
    return np.where(unlike, np.nan, high)


def _waves(etendue: Array, resolved: list[Resolved], n: int) -> Waves:
    """Return the nodes for etendues (n_region, n_group), nan in regions that nothing refracts."""
    pool = resolved[0].pool
    edges = [_edges(resolved, i) for i in range(int(pool.max()) + 1)]
    n_node = n * max(len(e) - 1 for e in edges)
    n_region, n_group = etendue.shape
    xi, measure = np.zeros((n_group, n_node)), np.zeros((n_group, n_node))
    sines, weights = np.ones((n_region, n_group, n_node)), np.zeros((n_region, n_group, n_node))
    for group in range(n_group):
        mine = edges[pool[group]]
        size = n * (len(mine) - 1)
        nodes, weight, _ = wave_nodes(mine, n)
        xi[group, :size], measure[group, :size] = nodes.ravel(), weight.ravel()
        for region in range(n_region):
            value = etendue[region, group]
            value = mine[-1] if np.isnan(value) else value
            if value > 0.0:
                found = wave_sines(mine, n, value)
                sines[region, group, :size], weights[region, group, :size] = (
                    part.ravel() for part in found
                )
    return Waves(xi, measure, sines, weights)


def _edges(resolved: list[Resolved], pool: int) -> Array:
    """Return the rising edges of the panels of a pool: where channels end and exchanges kink."""
    ends: NDArray[np.float64] = np.concatenate([r.etendue[pool] for r in resolved])
    most = float(ends.max()) or 1.0
    kinks = np.concatenate([r.breaks[pool] for r in resolved])
    values = np.sort(np.concatenate([ends, kinks[kinks < most], [most]]))
    values = values[values > _SAME * most]
    return np.concatenate([[0.0], values[np.diff(values, append=np.inf) > _SAME * most]])
