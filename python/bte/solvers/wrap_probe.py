"""The map of traces to traces, found by sweeps of unit traces.

One sweep can probe a column for every ordinate, and several columns of one ordinate where they come
out in different places. Where a trace comes from is found first: with the coordinate of the faces
for traces a sweep gives the mean of the coordinate over the origins of what it writes, with its
square their spread.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array
from bte.solvers.patches import Indices
from bte.solvers.wrap import WrapGroup, WrapMaps
from bte.solvers.wrap_choice import FLIGHTS, Choice, Flight, TraceLinks, choose, lasting_traces

#: Sweeps that probing may take, and bytes of the maps.
_LARGEST_SETUP, _LARGEST_MAPS = 45.0, 48e6

#: What comes from further away than so many spreads is left out.
_SPREADS = 4.0


class _Origins(NamedTuple):
    """Where written traces come from: mean and spread of the place (n_trace, n_face_vertex)."""

    mean: Array
    spread: Array
    sweeps: float


def make_wraps(links: TraceLinks, flight: Flight) -> WrapMaps | None:
    """Find the long flights and their maps; None where there are none."""
    lasting = lasting_traces(links, flight)
    if not lasting.any():
        return None
    most = 1
    origins = _origins(choose(links, lasting, most), flight)
    while True:
        choice = choose(links, lasting, most)
        colours = {int(o): _colours(choice, origins, int(o)) for o in choice.ordinates}
        probes = sum(c.max() + 1 for c in colours.values()) * choice.patches.n_function
        sweeps = float(probes) / links.n_ordinate
        if sweeps <= _LARGEST_SETUP and choice.bytes <= _LARGEST_MAPS:
            break
        most *= 2
    groups = _build(choice, colours, origins, flight)
    return WrapMaps(groups, FLIGHTS + origins.sweeps + sweeps)


def _origins(choice: Choice, flight: Flight) -> _Origins:
    """Probe with one, the coordinates and their squares, over all chosen lanes together."""
    links = choice.links
    place = links.points[links.face] - links.points.mean(axis=(0, 1))
    scale = np.abs(place).max()

    def written(values: Array) -> Array:
        unit = np.zeros(choice.chosen.shape) + choice.chosen
        out = flight(values[:, :, None] * unit[:, None, :], choice.ordinates)
        return np.asarray((out * choice.chosen[:, None, :]).sum(axis=2))

    total = written(np.ones(place.shape[:2]))
    total = np.where(np.abs(total) > 1e-12, total, np.inf)
    mean, square = np.zeros(place.shape), np.zeros(place.shape[:2])
    axes = [d for d in range(place.shape[2]) if np.ptp(place[:, :, d]) > 1e-9 * scale]
    for d in axes:
        mean[:, :, d] = written(place[:, :, d] / scale) * scale / total
        moment = written((place[:, :, d] / scale) ** 2) * scale**2 / total
        square += np.abs(moment - mean[:, :, d] ** 2)
    return _Origins(mean, np.sqrt(square), (1 + 2 * len(axes)) * choice.fraction)


def _centres(choice: Choice) -> tuple[Array, Array]:
    """Return middle and radius of each patch."""
    links, patch = choice.links, choice.patches.patch
    points = links.points - links.points.mean(axis=(0, 1))
    count = np.bincount(patch)[:, None]
    centre = np.zeros((len(count), points.shape[2]))
    np.add.at(centre, patch, points.mean(axis=1))
    centre /= count
    radius = np.zeros(len(count))
    distance = np.linalg.norm(points - centre[patch][:, None], axis=2).max(axis=1)
    np.maximum.at(radius, patch, distance)
    return centre, radius


def _colours(choice: Choice, origins: _Origins, ordinate: int) -> Indices:
    """Return colours of an ordinate's patches: those of one colour come out apart."""
    links, columns = choice.links, choice.columns[ordinate]
    centre, radius = _centres(choice)
    mine = choice.traces & (links.writer == ordinate)
    spread = float(origins.spread[mine].max()) if mine.any() else 0.0
    apart = 2.0 * (_SPREADS * spread + float(radius[columns].max()))
    distance = np.linalg.norm(centre[columns][:, None] - centre[columns][None], axis=2)
    order = np.lexsort(centre[columns].T)
    colour = np.full(len(columns), -1, dtype=np.int64)
    for i in order:
        taken = set(colour[(distance[i] < apart) & (colour >= 0)].tolist())
        colour[i] = next(c for c in range(len(columns)) if c not in taken)
    return colour


def _build(
    choice: Choice, colours: dict[int, Indices], origins: _Origins, flight: Flight
) -> tuple[WrapGroup, ...]:
    """Probe, assemble and invert the maps of all groups."""
    responses = _probe(choice, colours, origins, flight)
    traces, start = np.flatnonzero(choice.traces), choice.starts()
    reader = choice.links.reader
    wide = choice.links.areas.shape[1]
    groups = []
    for group in np.unique(choice.number[choice.ordinates]):
        mine = traces[choice.number[reader[traces]] == group]
        lanes = np.flatnonzero(choice.chosen[mine].any(axis=0))
        prolong, restrict = choice.transfer(mine)
        place = np.full(len(reader), -1, dtype=np.int64)
        place[mine] = np.arange(len(mine))
        fine = np.zeros((len(lanes), len(mine), wide, prolong.shape[1]))
        for o in choice.ordinates[choice.number[choice.ordinates] == group]:
            written, response = responses[int(o)]
            n = response.shape[2]
            fine[:, place[written], :, start[o] : start[o] + n] = response[..., lanes].transpose(
                3, 0, 1, 2
            )
        fine = fine.reshape(len(lanes), -1, prolong.shape[1])
        coarse = np.stack([restrict @ lane for lane in fine])
        groups.append(WrapGroup(mine, lanes, prolong, restrict, _more(coarse)))
    return tuple(groups)


def _probe(
    choice: Choice, colours: dict[int, Indices], origins: _Origins, flight: Flight
) -> dict[int, tuple[Indices, Array]]:
    """Return for each ordinate the traces it writes, and (trace, vertex, column, lane) there."""
    links, n_function = choice.links, choice.patches.n_function
    centre, _ = _centres(choice)
    n_lane = links.alive.shape[1]
    result = {}
    for o in choice.ordinates:
        written = np.flatnonzero(choice.traces & (links.writer == o))
        shape = (len(written), links.areas.shape[1], len(choice.columns[o]) * n_function, n_lane)
        result[int(o)] = (written, np.zeros(shape))
    for colour in range(max(int(c.max()) for c in colours.values()) + 1):
        active = np.array([o for o, c in colours.items() if colour <= c.max()])
        lit = {int(o): np.flatnonzero(colours[int(o)] == colour) for o in active}
        owner = {
            o: which[_nearest(origins.mean[result[o][0]], centre[choice.columns[o][which]])]
            for o, which in lit.items()
        }
        for function in range(n_function):
            answer = flight(_unit(choice, lit, function), active)
            for o in lit:
                written, response = result[o]
                trace, vertex = np.indices(owner[o].shape)
                response[trace, vertex, owner[o] * n_function + function] = answer[written]
    return result


def _nearest(place: Array, centre: Array) -> NDArray[np.intp]:
    """Return the nearest centre of each place."""
    return np.asarray(np.linalg.norm(place[:, :, None] - centre, axis=3).argmin(axis=2))


def _unit(choice: Choice, lit: dict[int, NDArray[np.intp]], function: int) -> Array:
    """Return traces that are one function of some patches of every ordinate."""
    links, patches = choice.links, choice.patches
    wanted = np.zeros((links.n_ordinate, int(patches.patch.max()) + 1), dtype=bool)
    for o, which in lit.items():
        wanted[o, choice.columns[o][which]] = True
    mine = np.flatnonzero(wanted[links.reader, patches.patch[links.face]])
    traces = links.zeros()
    value = patches.basis[links.face[mine], :, function]
    traces[mine] = value[:, :, None] * links.alive[mine][:, None, :]
    return traces


def _more(map_: Array) -> NDArray[np.float32]:
    unit = np.eye(map_.shape[1])
    return np.asarray(np.linalg.inv(unit - map_) - unit, dtype=np.float32)
