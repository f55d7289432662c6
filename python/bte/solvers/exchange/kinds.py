"""Exchange between the cells of two channels, for each kind of resolved interface.

A channel's cell is (place of the first side, polar node); what arrives is labelled by its opposite.
Blocks G_ab are per kelvin, of channels that hold all their etendue; sums over a are ``c N_b`` with
the etendue c of the cell.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

import numpy as np

from bte.conditions.resolved import Resolved
from bte.packing.arrays import Array
from bte.quadrature.waves import Waves
from bte.solvers.exchange.bases import exchanged, make_bases
from bte.solvers.exchange.cells import Cells, segments
from bte.solvers.exchange.places import Places

#: Nodes between the kinks of E, where it is tabulated, and how far they stay from the kinks.
_TABLE, _INSIDE = 400, 1e-12


def refracting(resolved: Resolved, pool: int, places: Places, cells: Cells) -> Array:
    """Return the blocks of an interface that keeps the transverse wave vector (n_c, n_c, n, n).

    n_c channels of both sides, n cells: what moves between them where they overlap. Points come
    with their opposites, so G_ba is the transpose of G_ab.
    """
    etendue = resolved.etendue[pool]
    breaks = resolved.breaks[pool]
    breaks = breaks[(breaks > 0) & (breaks < etendue.max())]
    energy = _energy(resolved, pool, np.concatenate([etendue, breaks]), places.n == 1)
    is_open = np.flatnonzero(etendue > 0)
    points, weight = cells.sample(np.unique(etendue[is_open]), breaks)
    exchange = energy((points**2).sum(axis=1))
    n, half = len(places.cells), len(etendue) // 2
    bases = {a: make_bases(points, weight, etendue[a], cells, places.cells) for a in is_open}
    weight = weight * places.cells.sum()
    blocks = np.zeros((len(etendue), len(etendue), n, n))
    for a, b in combinations_with_replacement(is_open, 2):
        moved = weight * exchange[:, a, b]
        if moved.any():
            # on the second side inward and outward change places
            blocks[a, b] = exchanged(bases[a][int(a >= half)], moved, bases[b][int(b < half)])
            blocks[b, a] = blocks[a, b].T
    return blocks


def conserving(resolved: Resolved, pool: int, places: Places, waves: Waves, group: int) -> Array:
    """Return the blocks of an interface on a line whose nodes are those of xi of a group's pool.

    Diagonal in the nodes: E couples channels alone.
    """
    strength = 0.5 * places.strength.sum() * waves.measure[group]
    exchange = resolved.exchange(pool, waves.xi[group]) * strength[:, None, None]
    node = np.arange(len(strength))
    blocks = np.zeros((*exchange.shape[1:], len(node), len(node)))
    blocks[:, :, node, node] = exchange.transpose(1, 2, 0)
    return blocks


def _energy(resolved: Resolved, pool: int, kinks: Array, exact: bool) -> Callable[[Array], Array]:
    """Return E as a function of xi: itself, or linear in a table, with its sums and symmetry."""
    if exact:
        return lambda xi: resolved.exchange(pool, xi)
    edges = np.unique(np.concatenate([[0.0], kinks]))
    near = _INSIDE * edges[-1]
    inner = segments(edges, _TABLE)[0].reshape(len(edges) - 1, -1)
    nodes = np.column_stack([edges[:-1] + near, inner, edges[1:] - near]).ravel()
    values = resolved.exchange(pool, nodes)

    def energy(xi: Array) -> Array:
        right = np.clip(np.searchsorted(nodes, xi), 1, len(nodes) - 1)
        part = np.clip((xi - nodes[right - 1]) / (nodes[right] - nodes[right - 1]), 0.0, 1.0)
        above = part[:, None, None]
        return np.asarray((1.0 - above) * values[right - 1] + above * values[right])

    return energy


def straight(resolved: Resolved, pool: int, places: Places, mirror: Array) -> Array:
    """Return the blocks of an interface that keeps the angle across and mirrors the rest.

    On a set that is not closed under the mirror what is reflected is shared as by a mirror there,
    and scaled so that sums hold; what passes is not.
    """
    n_channel, cells = resolved.n_channel, places.cells
    cosine = np.outer(places.cosine, places.sines).ravel()
    power = np.moveaxis(resolved.exchange(pool, 1.0 - cosine**2), 0, -1)
    n_polar = len(places.sines)
    shares = np.kron(mirror / np.sqrt(np.outer(places.strength, places.strength)), np.eye(n_polar))
    size = len(cells)
    blocks = np.zeros((2 * n_channel, 2 * n_channel, size, size))
    for a in range(2 * n_channel):
        for b in range(2 * n_channel):
            strength = power[a, b] * cells
            if (a < n_channel) != (b < n_channel):
                blocks[a, b] = np.diag(strength)
            else:
                root = np.sqrt(strength)
                blocks[a, b] = root[:, None] * shares * root
    return blocks


def diffuse(resolved: Resolved, pool: int, places: Places) -> Array:
    """Return the blocks of an interface that forgets directions."""
    cells = places.cells
    power = resolved.exchange(pool, np.array([0.5]))[0]
    return np.asarray(power[:, :, None, None] * np.outer(cells, cells) / cells.sum())
