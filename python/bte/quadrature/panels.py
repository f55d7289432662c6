"""Azimuthal panels: broken at walls, closed under their mirrors, gathered at lines of sight.

The mirrors of walls at the angles ``origin + pi m / N`` generate, together with
``Omega -> -Omega``, the symmetries of a regular N-gon (N even). Breaks are whole orbits of this
group, and panels of the same width hold the same number of nodes: so the nodes are closed, too.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.quadrature.nodes import gathered_gauss

Array = NDArray[np.float64]

log = logging.getLogger("bte")

#: Angles closer than this are one [rad]; normals of mesh faces carry rounding errors.
_SAME = 1e-7

#: Most panels, and most walls that are looked at; and how many walls are still no curve.
_MOST, _FEW = 48, 6


@dataclass(frozen=True, eq=False)
class Panels:
    """Panels of the circle.

    Attributes
    ----------
    breaks : (n,)
        Rising angles [rad] within one turn; the last panel ends where the first begins.
    open : (n,) bool
        Which of them are lines of sight, where nodes gather.
    origin : float
        Angle of one mirror [rad].
    order : int
        Mirrors lie at ``origin + pi k / order``; even.
    """

    breaks: Array
    open: NDArray[np.bool_]
    origin: float
    order: int


def make_panels(walls: Sequence[float], lines: Sequence[float], azimuths: int) -> Panels:
    """Return panels broken at walls and lines of sight and at all their mirror images.

    Where the mirror images of all walls would be too many (walls at incommensurate angles have
    infinitely many), the panels are closed under the mirrors of as many walls as possible and
    only broken at the others; where those do not fit in this way either, being parts of a curve,
    they are left out, and the log says so.

    Parameters
    ----------
    walls, lines : sequence of float
        Directions of walls, the most important first, and of lines of sight [rad]; opposite
        directions are the same.
    azimuths : int
        Number of nodes asked for: there are at most half as many panels, or twelve, or as many
        as the lines of sight need.
    """
    walls = _distinct(walls or [0.0])[:_MOST]
    most = min(_MOST, max(12, azimuths // 2))
    origin, order, framed = _frame(walls, most)
    breaks = [origin + np.pi * m / order for wall in framed for m in _orbit(wall, origin, order)]
    if len(_merged(breaks)) < 4:
        breaks += [angle + 0.5 * np.pi for angle in breaks]
    loose = [wall for wall in walls if wall not in framed]
    grown = breaks + [angle for wall in loose for angle in _images(wall, origin, order)]
    if len(_merged(grown)) <= most:
        breaks = grown
    elif loose:
        log.info(
            "%d of %d wall directions are no breaks of the azimuthal panels: with their mirror "
            "images there would be more than %d panels; more azimuths allow more, at most %d",
            *(len(loose), len(walls), most, _MOST),
        )
    sights = [angle for line in lines for angle in _images(line, origin, order)]
    merged = _merged(breaks + sights)
    gaps = np.abs(_wrapped(merged[:, None] - np.array(sights)[None, :]))
    seen = np.asarray((gaps < _SAME).any(axis=1), dtype=np.bool_)
    return Panels(merged, seen, origin, order)


def panel_nodes(panels: Panels, azimuths: int) -> tuple[Array, Array]:
    """Return angles and weights of at least so many nodes, in proportion to the widths.

    Every panel has two nodes at least, or one where there are but four, and six where they gather.
    """
    ends = np.append(panels.breaks[1:], panels.breaks[0] + 2.0 * np.pi)
    width = ends - panels.breaks
    end_open = np.roll(panels.open, -1)
    angles, weights = [], []
    for i, n in enumerate(_counts(width, panels.open | end_open, azimuths)):
        x, w = gathered_gauss(n, bool(panels.open[i]), bool(end_open[i]))
        angles.append(panels.breaks[i] + width[i] * x)
        weights.append(w * width[i] / (2.0 * np.pi))
    return np.concatenate(angles), np.concatenate(weights)


def equal_nodes(panels: Panels, azimuths: int) -> tuple[Array, Array]:
    """Return at least so many equally spaced nodes, closed under the mirrors, none on a wall."""
    step = int(np.lcm(4, 2 * panels.order))
    n = -(-azimuths // step) * step
    return panels.origin + 2.0 * np.pi * (np.arange(n) + 0.5) / n, np.full(n, 1.0 / n)


def _counts(width: Array, gathers: NDArray[np.bool_], azimuths: int) -> list[int]:
    """Return the number of nodes of each panel; panels of the same width have the same."""
    rising = np.sort(width)
    widths = rising[np.append(True, np.diff(rising) > _SAME)]
    kind = np.searchsorted(widths, width + _SAME) - 1
    least = np.full(len(widths), 2 if len(width) > 4 else 1)
    least[np.unique(kind[gathers])] = 6
    counts = np.maximum(least, np.floor(azimuths * widths / (2.0 * np.pi) + 1e-6)).astype(int)
    while counts[kind].sum() < azimuths:
        counts[np.argmax(widths / counts)] += 1
    return [int(n) for n in counts[kind]]


def _frame(walls: list[float], most: int) -> tuple[float, int, list[float]]:
    """Return a mirror, the order of the group and the walls that are among its mirrors.

    Each of a few walls is tried as the first, and what holds most of them is taken; of many, which
    are parts of a curve, only the first is.
    """
    best: tuple[float, int, list[float]] = (walls[0], 2, [walls[0]])
    for origin in walls if len(walls) <= _FEW else walls[:1]:
        order, framed = 2, [origin]
        for wall in walls:
            larger = _order([*framed, wall], origin, most)
            if wall not in framed and larger is not None:
                order, framed = larger, [*framed, wall]
        if len(framed) > len(best[2]):
            best = origin, order, framed
    return best


def _order(walls: Sequence[float], origin: float, most: int) -> int | None:
    """Return the least even N such that all walls lie at ``origin + pi m / N``, if small."""
    offset = (np.array(walls) - origin) / np.pi
    for order in range(2, most + 1, 2):
        places = np.round(order * offset)
        if np.abs(order * offset - places).max() < _SAME * order / np.pi:
            n_break = order if len(set(places % 2)) == 1 else 2 * order
            return order if n_break <= most else None
    return None


def _orbit(wall: float, origin: float, order: int) -> list[int]:
    place = round(order * (wall - origin) / np.pi)
    return [place + 2 * k for k in range(order)]


def _images(angle: float, origin: float, order: int) -> list[float]:
    """Return all images of a direction under the group."""
    turns = 2.0 * np.pi * np.arange(order) / order
    return [float(origin + s * (angle - origin) + turn) for s in (1, -1) for turn in turns]


def _wrapped(angles: Array) -> Array:
    """Return angles within half a turn of zero."""
    return np.asarray((angles + np.pi) % (2.0 * np.pi) - np.pi)


def _merged(angles: Sequence[float]) -> Array:
    """Return distinct angles of one turn, rising, the first of them just above -1e-7."""
    rising = np.sort((np.array(angles) + _SAME) % (2.0 * np.pi)) - _SAME
    return np.asarray(rising[np.append(True, np.diff(rising) > 2.0 * _SAME)])


def _distinct(walls: Sequence[float]) -> list[float]:
    """Return directions within half a turn, without those that are the same."""
    turns = np.array(walls) / np.pi % 1.0
    order = np.argsort(turns, kind="stable")
    gaps = np.diff(turns[order], prepend=turns[order[-1]] - 1.0)
    group = np.cumsum(gaps > _SAME)
    if gaps[0] <= _SAME:  # the first goes on where the last ends
        group[group == group[-1]] = 0
    first = np.full(group.max() + 1, len(walls))
    np.minimum.at(first, group, order)
    return [float(walls[i]) for i in np.sort(first[first < len(walls)])]
