"""The temperature profile of a layer, continued to its interface.

In a layer that is neither heated nor cooled from the sides the profile is a line in the distance d
from the interface. In general Fourier's law, ``dT/dd = -q(d)/kappa``, makes it a line in

    psi(d) = int_0^d q(d') dd' / q_rms

with q the normal heat flux at that distance, which the solution knows: sources, and heat that
spreads beside a narrow contact, bend the profile by just so much. kappa is not assumed: the fit has
two unknowns, the temperature at the interface and the slope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bte.errors import BteError
from bte.solution.contact import UNKNOWN, InterfaceResult
from bte.solution.derived import cell_means
from bte.solution.normal import Layer, fit_window, layer_behind, plane_of
from bte.solution.records import Array

if TYPE_CHECKING:
    from bte.mesh import Mesh

_DEGREE = 3  # of the polynomial of the flux along the normal
_BINS = 8  # groups of nodes by distance, whose means are to follow the fit
_SCATTER = 0.25  # largest deviation of these, as a fraction of what the profiles show
_ROUNDING = 1e-10  # fraction of the temperature below which a deviation is rounding


def with_extrapolation(
    mesh: Mesh, contact: InterfaceResult, temperature: Array, heat_flux: Array
) -> InterfaceResult:
    """Return a contact with the profiles of both sides continued to it, or why they are not.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    contact : InterfaceResult
        The contact, with its effective paths.
    temperature : (n_node,) [K]
        Energy temperature.
    heat_flux : (n_node, dim) [W/m2]
        Heat flux.
    """
    try:
        plane = plane_of(mesh, contact.first, contact.second)
        fits = []
        for region, path, side in zip(
            (contact.first, contact.second), contact.mean_free_path, (-1.0, 1.0), strict=True
        ):
            layer = layer_behind(mesh, plane, region, side)
            window = fit_window(layer.depth, path)
            flux = side * cell_means(mesh, heat_flux)[layer.cells] @ plane.normal
            fits.append(_continued(mesh, layer, window, temperature, flux))
        _check(contact, fits)
    except BteError as error:
        return replace(contact, extrapolated=UNKNOWN, remark=str(error))
    return replace(contact, extrapolated=(fits[0][0], fits[1][0]), remark="")


def _continued(
    mesh: Mesh, layer: Layer, window: tuple[float, float], temperature: Array, flux: Array
) -> tuple[float, float, float]:
    """Return the temperature at the interface, the deviation from the fit, and its range [K].

    Parameters
    ----------
    mesh, layer, window
        Where the profile is read.
    temperature : (n_node,) [K]
    flux : (n_cell of the layer,) [W/m2]
        Mean flux of each cell away from the interface.
    """
    inside = layer.within(window)
    nodes, distance = layer.nodes[inside], layer.distance[inside]
    path = _travelled(layer, mesh.volumes[layer.cells], flux, window[1], distance)
    weight = np.asarray(mesh.node_volumes)[nodes]
    weight = weight / weight.sum()
    base = float(weight @ temperature[nodes])
    rise = temperature[nodes] - base
    middle = float(weight @ path)
    spread = float(weight @ (path - middle) ** 2)
    slope = float(weight @ (rise * (path - middle))) / spread if spread > 0.0 else 0.0
    deviation = _by_distance(distance, rise - slope * (path - middle), weight)
    return base - slope * middle, deviation, abs(slope) * float(np.ptp(path))


def _travelled(layer: Layer, volume: Array, flux: Array, end: float, distance: Array) -> Array:
    """Return psi at distances [m]: the distance itself where the flux is the same everywhere."""
    used = layer.centre <= max(end, float(layer.centre.min()))
    x, q, w = layer.centre[used] / layer.depth, flux[used], np.sqrt(volume[used])
    scale = float(np.sqrt(w**2 @ q**2 / (w**2).sum()))
    if scale == 0.0:
        return distance
    distinct = 1 + int((np.diff(np.sort(x)) > 1e-6).sum())
    powers = np.vander(x, min(_DEGREE + 1, distinct), increasing=True)
    found = np.linalg.lstsq(powers * w[:, None], q / scale * w, rcond=None)[0]
    n = np.arange(1, len(found) + 1)
    return np.asarray(layer.depth * (distance[:, None] / layer.depth) ** n @ (found / n))


def _by_distance(distance: Array, rest: Array, weight: Array) -> float:
    """Return the root mean square of means over like distances: sideways nodes may differ."""
    low, span = distance.min(), max(float(np.ptp(distance)), 1e-300)
    group = np.minimum((_BINS * (distance - low) / span).astype(int), _BINS - 1)
    share = np.bincount(group, weight, _BINS)
    means = np.bincount(group, weight * rest, _BINS) / np.where(share > 0.0, share, 1.0)
    return float(np.sqrt(share @ means**2))


def _check(contact: InterfaceResult, fits: list[tuple[float, float, float]]) -> None:
    """Raise where a profile is no line of the flux, beside what the two of them show."""
    jump = abs(fits[0][0] - fits[1][0])
    for region, (value, deviation, span) in zip((contact.first, contact.second), fits, strict=True):
        shown = max(jump, span)
        if deviation > _SCATTER * shown and deviation > _ROUNDING * abs(value):
            raise BteError(
                f"the profile of region '{region}' away from the interface is not that of heat "
                f"conduction along its normal: it deviates by {deviation:.3g} K of {shown:.3g} K; "
                "use kind='energy' or 'emitted'"
            )
