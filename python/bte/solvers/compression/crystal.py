"""Modes of a crystal on the ordinates of a rule: a measure over vector mean free paths.

A mode of velocity v flies along the projection u of v on the mesh's space, over ``|u| tau``. It is
shared among the ordinates about u, such that modes spread evenly over all directions give every
ordinate its weight. By time reversal there is one with -v, so that opposite ordinates are alike.
Small factors on the flux and on the paths of each ordinate then restore

    sum C |v . e|  along every axis,    sum C u u tau.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bte.materials.mode_model import ModeModel
from bte.materials.modes import ModeTable
from bte.packing import Packed
from bte.quadrature import Quadrature
from bte.solvers.compression.points import Points
from bte.solvers.reflection import opposites

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

#: From directions (n, dim) to ordinates and shares in them (n, k).
Sharing = Callable[[Array], tuple[Indices, Array]]

#: Fewest samples of all directions, and steps that give the ordinates their weights.
_SAMPLES, _STEPS = {2: 7200, 3: 20000}, 60

#: Ordinates among which a direction is shared in 3D, and how sharply.
_NEAREST, _SHARPNESS = 4, 8.0

#: Paths are no shorter than this part of the mean one: what is slower follows at once.
_SLOW = 1e-4

#: Speeds in the space of the mesh, relative to the largest, that are none but for rounding.
_STILL = 1e-9

#: Moments that differ by less, relative to those of all, belong to images of each other.
_ALIKE = 1e-9


def crystal_points(
    packed: Packed,
    quadrature: Quadrature,
    region: int,
    table: ModeTable,
    axis: int,
    *,
    spread: bool = False,
) -> list[Points]:
    """Return the points of every ordinate, those of opposite ones being the same object.

    Parameters
    ----------
    packed : Packed
    quadrature : Quadrature
    region : int
    table : ModeTable
        Its modes.
    axis : int
        Direction that ``carried`` belongs to.
    spread : bool
        Whether modes are spread over frequencies, as where interfaces tell bands apart.
    """
    model = packed.problem.materials[packed.mesh.region_names[region]].model
    assert isinstance(model, ModeModel)
    mode, band, part = _in_bands(packed, model, table, spread)
    dim = quadrature.dim
    speed = np.linalg.norm(table.velocity[:, :dim], axis=1)
    unit = table.velocity[:, :dim] / np.where(speed > 0.0, speed, 1.0)[:, None]
    still = speed <= _STILL * table.speed.max()
    unit[still] = np.eye(dim)[0]
    ordinate, share = sharing(quadrature)(unit)
    share[still] = 0.0  # of no direction: all ordinates carry them alike
    resting = np.flatnonzero(still[mode])
    pair = np.minimum(np.arange(quadrature.n_ordinate), opposites(quadrature))
    path = speed * table.lifetime
    flux = table.heat_capacity * speed
    path = np.maximum(path, _SLOW * float(flux @ path / flux.sum()))
    carried = table.heat_capacity * table.velocity[:, axis] ** 2 * table.lifetime / path
    key, weight = pair[ordinate][mode].ravel(), (part[:, None] * share[mode]).ravel()
    order = np.argsort(key, kind="stable")
    found: dict[int, Points] = {}
    for o in np.unique(pair).tolist():
        start, end = np.searchsorted(key[order], [o, o + 1])
        mine = order[start:end]
        mine = mine[weight[mine] > 0.0]
        row = np.concatenate([mine // share.shape[1], resting])
        w = np.concatenate([weight[mine] * (0.5 / quadrature.weights[o]), part[resting]])
        which = mode[row]
        found[o] = Points(
            path=path[which],
            flux=np.maximum(w * flux[which], 1e-300),
            energy=w * table.heat_capacity[which],
            carried=w * carried[which],
            band=band[row].astype(np.int64),
        )
    return _restored([found[o] for o in pair.tolist()], pair.tolist(), quadrature, table)


def _in_bands(
    packed: Packed, model: ModeModel, table: ModeTable, spread: bool
) -> tuple[Indices, Indices, Array]:
    """Return modes, the band of each and what part of it lies there, all of it if not spread."""
    edges = packed.spectrum.band_edges
    if spread or edges is None:
        return model.mode_shares(edges, packed.problem.temperature)
    mode = np.flatnonzero(table.heat_capacity * table.speed > 0.0)
    band = np.clip(np.searchsorted(edges, table.frequency[mode]) - 1, 0, packed.n_band - 1)
    return mode, band, np.ones(len(mode))


def _restored(
    points: list[Points], pairs: list[int], quadrature: Quadrature, table: ModeTable
) -> list[Points]:
    """Return the points with half-range fluxes along the axes and the tensor as they are."""
    w, omega, dim = quadrature.weights, quadrature.directions, quadrature.dim
    velocity = table.velocity[:, :dim]
    amount = w * np.array([p.flux.sum() for p in points])
    wanted = table.heat_capacity @ np.abs(velocity)
    scale = _least_change(np.abs(omega), amount, wanted)
    conducted = w * scale * np.array([p.flux @ p.path for p in points])
    rows, columns = np.triu_indices(dim)
    products = omega[:, rows] * omega[:, columns]
    tensor = (velocity * (table.heat_capacity * table.lifetime)[:, None]).T @ velocity
    stretch = _least_change(products, conducted, tensor[rows, columns])
    kept = {
        o: points[o]._replace(
            flux=points[o].flux * scale[o],
            path=points[o].path * stretch[o],
            carried=points[o].carried / stretch[o],
        )
        for o in set(pairs)
    }
    chosen = _images(kept)
    return [chosen[o] for o in pairs]


def _images(points: dict[int, Points]) -> dict[int, Points]:
    """Return one object for ordinates that are images of each other in a mirror of the crystal.

    Their points differ by rounding alone, but where a rule has more nodes than a band has paths
    rounding decides which come out, and mirrors ask for the same ones.
    """
    known: list[tuple[Array, Points]] = []
    result: dict[int, Points] = {}
    for o, mine in points.items():
        n = int(max(p.band.max(initial=0) for p in points.values())) + 1
        each = [mine.flux, mine.flux * mine.path, mine.energy, mine.carried * mine.path]
        parts = [np.bincount(mine.band, value, minlength=n) for value in each]
        found = np.concatenate([part / max(part.sum(), 1e-300) for part in parts])
        found = np.append(found, [np.log(max(part.sum(), 1e-300)) for part in parts])
        twins = [p for moments, p in known if np.abs(moments - found).max() < _ALIKE]
        if not twins:
            known.append((found, mine))
        result[o] = twins[0] if twins else mine
    return result


def _least_change(values: Array, amount: Array, wanted: Array) -> Array:
    """Return factors f near one, > 0, with ``sum amount f values = wanted`` where that can be.

    Parameters
    ----------
    values : (n, m)
    amount : (n,)
        Also the weight of ``(f - 1)^2``.
    wanted : (m,)
    """
    gap = wanted - amount @ values
    gram = values.T @ (amount[:, None] * values)
    change = values @ np.linalg.lstsq(gram, gap, rcond=1e-10)[0]
    return np.asarray(1.0 + np.clip(change, -0.9, 9.0))


def sharing(quadrature: Quadrature) -> Sharing:
    """Return how directions are shared among ordinates, whose weights even ones then fill."""
    if quadrature.dim == 1:
        return lambda unit: (
            (unit @ quadrature.directions.T).argmax(axis=1)[:, None],
            np.ones((len(unit), 1)),
        )
    near = _between if quadrature.dim == 2 else _about if quadrature.axis is None else _rings
    least = _SAMPLES[quadrature.dim]
    index, share = near(quadrature, _even(quadrature.dim, max(least, 200 * quadrature.n_ordinate)))
    wanted = quadrature.weights * len(index)
    factor = np.ones(quadrature.n_ordinate)
    for _ in range(_STEPS):
        shares = share * factor[index]
        shares /= shares.sum(axis=1, keepdims=True)
        filled = np.bincount(index.ravel(), shares.ravel(), minlength=len(factor))
        factor *= np.divide(wanted, filled, out=np.ones_like(filled), where=filled > 0.0)

    def shared(unit: Array) -> tuple[Indices, Array]:
        index, share = near(quadrature, unit)
        share = share * factor[index]
        return index, share / share.sum(axis=1, keepdims=True)

    return shared


def _even(dim: int, n: int) -> Array:
    """Return directions spread evenly, closed under mirrors of the axes: of circle or sphere."""
    k = np.arange(n) + 0.5
    if dim == 2:
        phi = 2.0 * np.pi * k / len(k)
        return np.column_stack([np.cos(phi), np.sin(phi)])
    k = k[: -(-n // 8)]
    z, phi = k / len(k), 0.5 * np.pi * (0.5 * (np.sqrt(5.0) - 1.0) * k % 1.0)
    s = np.sqrt(1.0 - z**2)
    octant = np.column_stack([s * np.cos(phi), s * np.sin(phi), z])
    signs = np.array([(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)])
    return np.concatenate([octant * sign for sign in signs])


def _between(quadrature: Quadrature, unit: Array) -> tuple[Indices, Array]:
    """Return the two neighbouring azimuths and shares linear in the angle."""
    phi = np.arctan2(quadrature.directions[:, 1], quadrature.directions[:, 0])
    order = np.argsort(phi)
    ring = np.concatenate([phi[order], [phi[order[0]] + 2.0 * np.pi]])
    angle = np.arctan2(unit[:, 1], unit[:, 0])
    angle = np.where(angle < ring[0], angle + 2.0 * np.pi, angle)
    left = np.clip(np.searchsorted(ring, angle, side="right") - 1, 0, len(order) - 1)
    part = (angle - ring[left]) / (ring[left + 1] - ring[left])
    index = np.column_stack([order[left], order[(left + 1) % len(order)]])
    return index, np.column_stack([1.0 - part, part])


def _rings(quadrature: Quadrature, unit: Array) -> tuple[Indices, Array]:
    """Return the four ordinates about each direction in a set of rings, and shares.

    Linear in the polar angle and in the azimuth; inside the first ring by the azimuth alone, and
    evenly along the axis.
    """
    assert quadrature.axis is not None
    axis = quadrature.axis
    basis = np.linalg.svd(axis[None, :])[2][1:]

    def angles(directions: Array) -> tuple[Array, Array]:
        x, y = (directions @ basis.T).T
        polar = np.arccos(np.clip(directions @ axis, -1.0, 1.0))
        return polar, np.arctan2(y, x)

    theta, phi = angles(quadrature.directions)
    # the azimuth may jump by a turn where rounding decides: near -pi counts as pi
    phi = np.where(phi < -np.pi + 1e-9, phi + 2.0 * np.pi, phi)
    rings = np.unique(np.round(theta, 9))
    order = np.lexsort((phi, np.searchsorted(rings, np.round(theta, 9)))).reshape(len(rings), -1)
    ring = phi[order[0]]
    closed = np.append(ring, ring[0] + 2.0 * np.pi)
    polar, azimuth = angles(unit)
    azimuth = np.where(azimuth < closed[0], azimuth + 2.0 * np.pi, azimuth)
    left = np.clip(np.searchsorted(closed, azimuth, side="right") - 1, 0, len(ring) - 1)
    part = np.clip((azimuth - closed[left]) / (closed[left + 1] - closed[left]), 0.0, 1.0)
    above = np.clip(np.searchsorted(rings, polar) - 1, 0, len(rings) - 2)
    down = np.clip((polar - rings[above]) / (rings[above + 1] - rings[above]), 0.0, 1.0)
    right = (left + 1) % len(ring)
    index = [order[row, column] for row in (above, above + 1) for column in (left, right)]
    share = [v * h for v in (1.0 - down, down) for h in (1.0 - part, part)]
    return _with_poles(np.column_stack(index), np.column_stack(share), order, polar)


def _with_poles(
    index: Indices, share: Array, order: Indices, polar: Array
) -> tuple[Indices, Array]:
    """Return ordinates and shares where what flies along the axis, of no azimuth, has all alike.

    ``order (n_ring, n_azimuth)`` holds the ordinates, ``polar (n,)`` the angles of directions.
    """
    poles = np.flatnonzero(np.sin(polar) <= _STILL)
    if not len(poles):
        return index, share
    n = order.shape[1]
    rings = np.broadcast_to(order[0], (len(polar), n)).copy()
    rings[poles] = order[np.where(polar[poles] < 1.0, 0, -1)]
    even = np.zeros(rings.shape)
    even[poles], share[poles] = 1.0 / n, 0.0
    return np.concatenate([index, rings], axis=1), np.concatenate([share, even], axis=1)


def _about(quadrature: Quadrature, unit: Array) -> tuple[Indices, Array]:
    """Return the nearest ordinates and shares that fall off with the distance."""
    sharp = _SHARPNESS * quadrature.n_ordinate / (4.0 * np.pi)
    index = np.empty((len(unit), _NEAREST), dtype=np.int64)
    share = np.empty((len(unit), _NEAREST))
    for start in range(0, len(unit), 8192):
        cosine = unit[start : start + 8192] @ quadrature.directions.T
        found = np.argpartition(-cosine, _NEAREST, axis=1)[:, :_NEAREST]
        near = np.take_along_axis(cosine, found, axis=1)
        index[start : start + 8192] = found
        share[start : start + 8192] = np.exp(sharp * (near - near.max(axis=1, keepdims=True)))
    return index, share / share.sum(axis=1, keepdims=True)
