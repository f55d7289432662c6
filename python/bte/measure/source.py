"""From a solution to the profile on both sides of one of its interfaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from bte.errors import BteError, quoted
from bte.measure.profile import Profile
from bte.solution import InterfaceResult, LineCut, Solution
from bte.solution.derived import cell_means
from bte.solution.locate import as_points
from bte.solution.normal import Layer, fit_window, layer_behind, plane_of
from bte.solution.records import Array

_UNEVEN = 0.05  # relative change of the flux from which a line is the wrong profile
_LINE_POINTS = 400


@dataclass(frozen=True, eq=False)
class Sample:
    """Both sides of an interface, and what is known of them.

    Attributes
    ----------
    first, second : str
        Names of the sides.
    at : float
        Where the interface is [m].
    sides : (Profile, Profile)
        The first side, the second.
    flux : float or None
        Heat flux from the first to the second [W/m2].
    mean_free_path : (float, float) or None
        Effective paths [m].
    remark : str
        What is to be known about the profile.
    """

    first: str
    second: str
    at: float
    sides: tuple[Profile, Profile]
    flux: float | None = None
    mean_free_path: tuple[float, float] | None = None
    remark: str = ""


def of_solution(
    solution: Solution, first: str | None, second: str | None, through: ArrayLike | None
) -> Sample:
    """Return the profile of a solution: the mean over the interface, or along a line.

    Parameters
    ----------
    solution : Solution
        The solution.
    first, second : str or None
        Regions; may be left out where there is one interface.
    through : (dim,) or None
        A point [m]: the profile along the normal of the interface through its nearest place.
    """
    contact = _contact(solution, first, second)
    if through is None:
        return _mean(solution, contact)
    return _along_normal(solution, contact, as_points(through, solution.mesh.dim)[0])


def _contact(solution: Solution, first: str | None, second: str | None) -> InterfaceResult:
    if first is not None and second is not None:
        return solution.interface(first, second)
    if len(solution.interfaces) != 1:
        known = quoted(f"{a}/{b}" for a, b in solution.interfaces)
        raise BteError(f"first= and second= must say which interface is meant; there are: {known}")
    (contact,) = solution.interfaces.values()
    return contact


def _mean(solution: Solution, contact: InterfaceResult) -> Sample:
    """Return the profile of all nodes behind a plane interface, by their distance from it."""
    mesh = solution.mesh
    plane = plane_of(mesh, contact.first, contact.second)
    sense = _sense(plane.normal)
    at = sense * float(plane.centre @ plane.normal)
    sides, notes = [], []
    for k, (region, way) in enumerate(((contact.first, -1.0), (contact.second, 1.0))):
        layer = layer_behind(mesh, plane, region, way)
        volumes = np.asarray(mesh.node_volumes)[layer.nodes]
        x, temperature, weight = _grouped(
            layer.distance, solution.temperature[layer.nodes], volumes, layer.depth
        )
        profile = Profile(at + sense * way * x, temperature, weight, name=f"region '{region}'")
        sides.append(profile if sense * way > 0.0 else profile.keep(np.arange(len(x))[::-1]))
        flux = cell_means(mesh, solution.heat_flux)[layer.cells] @ plane.normal
        notes.append(_uneven(layer, contact, flux, mesh.volumes[layer.cells], k))
    return Sample(
        contact.first,
        contact.second,
        at,
        (sides[0], sides[1]),
        contact.heat_flux,
        contact.mean_free_path,
        " ".join(filter(None, notes)),
    )


def _sense(normal: Array) -> float:
    """Return 1 where positions grow along the normal, −1 where against it."""
    return float(np.sign(normal[int(np.argmax(np.abs(normal)))]))


def _grouped(
    distance: Array, temperature: Array, weight: Array, depth: float
) -> tuple[Array, Array, Array]:
    """Return means over the nodes of like distance, by weight."""
    order = np.argsort(distance, kind="stable")
    first = np.flatnonzero(np.diff(distance[order], prepend=-np.inf) > 1e-9 * depth)
    total = np.add.reduceat(weight[order], first)
    base = float(temperature.mean())
    mean = np.add.reduceat((weight * (temperature - base))[order], first) / total
    return distance[order][first], base + mean, total


def _uneven(layer: Layer, contact: InterfaceResult, flux: Array, volume: Array, k: int) -> str:
    """Return a sentence where the flux in the window is not that through the interface."""
    low, high = fit_window(layer.depth, contact.mean_free_path[k])
    inside = (layer.centre >= low) & (layer.centre <= high)
    if not inside.any():
        return ""
    mean = float(volume[inside] @ flux[inside] / volume[inside].sum())
    return _note((contact.first, contact.second)[k], mean, contact.heat_flux)


def _note(region: str, mean: float, through: float) -> str:
    """Return a sentence where the flux in a region differs from that through the interface."""
    if abs(mean - through) <= _UNEVEN * abs(through):
        return ""
    share = f"{100 * mean / through:.3g} %" if through else "more than nothing"
    return (
        f"In region '{region}' {share} of the heat of the interface flows along its normal, so the "
        "profile bends, and a line misses the temperature; where the interface is plane, "
        "temperature_jump('extrapolated') follows the flux."
    )


def _along_normal(solution: Solution, contact: InterfaceResult, point: Array) -> Sample:
    """Return the profile along the normal of the face nearest to a point, through that point."""
    mesh = solution.mesh
    known = (contact.first, contact.second) in mesh.interfaces
    pair = (contact.first, contact.second) if known else (contact.second, contact.first)
    ids = np.asarray(mesh.interfaces[pair])
    nodes = np.asarray(mesh.faces.nodes)[ids]
    filled = (nodes[:, 0] >= 0)[:, :, None]
    corners = mesh.node_points[nodes[:, 0]]
    centres = (corners * filled).sum(axis=1) / filled.sum(axis=1)
    face = int(np.argmin(((centres - point) ** 2).sum(axis=1)))
    normal = np.asarray(mesh.faces.normal)[ids[face]] * (1.0 if known else -1.0)
    foot = point + ((centres[face] - point) @ normal) * normal
    own = nodes[face][:, nodes[face, 0] >= 0]
    flux = float((solution.heat_flux[own].mean(axis=(0, 1))) @ normal)
    direction = _sense(normal) * normal
    box = mesh.bounding_box
    start, end = _through_box(box, foot, direction)
    cut = solution.line(start, end, _LINE_POINTS)
    names = (contact.first, contact.second)
    sample = of_line(cut, *names, near=float((foot - start) @ direction))
    offset, notes, moved = float(start @ direction), [], []
    for part, region, path in zip(sample.sides, names, contact.mean_free_path, strict=True):
        away = np.abs(part.position - sample.at)
        low, high = fit_window(float(away.max()), path)
        chosen = part.position[(away >= low) & (away <= high)]
        if len(chosen):
            at = solution.locator.find(np.clip(start + chosen[:, None] * direction, *box))
            mean = float((solution.locator.interpolate(solution.heat_flux, *at) @ normal).mean())
            notes.append(_note(region, mean, flux))
        moved.append(replace(part, position=part.position + offset))
    note = " ".join(filter(None, notes))
    place = sample.at + offset
    return Sample(*names, place, (moved[0], moved[1]), flux, contact.mean_free_path, note)


def _through_box(box: Sequence[Array], point: Array, direction: Array) -> tuple[Array, Array]:
    """Return the ends of the line through a point of the box."""
    low, high = (np.asarray(end, dtype=float) for end in box)
    moving = np.abs(direction) > 1e-12
    steps = np.stack([low - point, high - point])[:, moving] / direction[moving]
    back, ahead = float(steps.min(axis=0).max()), float(steps.max(axis=0).min())
    ends = point + np.outer((back, ahead), direction)
    return np.clip(ends[0], low, high), np.clip(ends[1], low, high)


def of_line(cut: LineCut, first: str, second: str, near: float | None = None) -> Sample:
    """Return both sides of the place where a line passes from one region to another.

    Parameters
    ----------
    cut : LineCut
        The line.
    first, second : str
        The regions.
    near : float, optional
        Distance along the line [m], to choose among several places.
    """
    names = list(cut.region_names)
    found = [
        int(i)
        for i in cut.crossings
        if {names[cut.region[i]], names[cut.region[i + 1]]} == {first, second}
    ]
    if not found:
        raise BteError(
            f"the line does not pass from '{first}' to '{second}'; the regions are: {quoted(names)}"
        )
    if near is None and len(found) > 1:
        raise BteError(
            f"the line passes from '{first}' to '{second}' {len(found)} times; cut a shorter one"
        )
    i = min(found, key=lambda k: abs(cut.distance[k] - (near or 0.0)))
    change = np.flatnonzero(np.diff(cut.region) != 0)
    start = max((int(k) + 1 for k in change if k < i), default=0)
    end = min((int(k) + 1 for k in change if k > i), default=len(cut.region))
    parts = []
    for rows in (slice(start, i + 1), slice(i + 1, end)):
        x, temperature = cut.distance[rows], cut.temperature[rows]
        region = names[cut.region[rows][0]]
        parts.append(Profile(x, temperature, np.ones(len(x)), name=f"region '{region}'"))
    if names[cut.region[i]] != first:
        parts.reverse()
    return Sample(first, second, float(cut.distance[i]), (parts[0], parts[1]))
