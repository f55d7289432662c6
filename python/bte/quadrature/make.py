"""Rules of each dimension."""

from __future__ import annotations

import logging

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteError
from bte.quadrature.angles import Angles, check_count
from bte.quadrature.lebedev import lebedev_nodes
from bte.quadrature.nodes import (
    legendre_angles,
    legendre_sines,
    polar_angles,
    sine_gauss,
    slab_cosines,
)
from bte.quadrature.panels import equal_nodes, make_panels, panel_nodes
from bte.quadrature.rule import Quadrature, balanced

Array = NDArray[np.float64]

log = logging.getLogger("bte")

#: Sines of angles below which a direction counts as along or across the polar axis.
_ALIGNED = 1e-7

_ONE = np.ones(1)


def quadrature(
    dim: int,
    azimuths: int | None = None,
    polars: int | None = None,
    *,
    azimuth_rule: str = "gauss",
    axis: str | tuple[float, ...] = "z",
    panels: Array | tuple[tuple[float, ...], ...] = (),
    towards: Array | tuple[tuple[float, ...], ...] = (),
) -> Quadrature:
    """Return the rule of a dimension, see `Angles`.

    Raises
    ------
    BteError
        If a count is too small, azimuths is not a multiple of 4, or a vector is none.
    """
    return make_quadrature(dim, Angles(azimuths, polars, azimuth_rule, axis, panels, towards))


def make_quadrature(dim: int, angles: Angles) -> Quadrature:
    """Return the rule of a dimension for a choice of directions.

    Raises
    ------
    BteError
        If the choice does not go with the dimension.
    """
    if dim == 1:
        return _slab(16 if angles.polars is None else angles.polars)
    return _plane(angles) if dim == 2 else _space(angles)


def _slab(polars: int) -> Quadrature:
    """Two ordinates, nodes in ``|cos theta|`` gathered at grazing directions."""
    mu, w = slab_cosines(polars)
    return Quadrature(np.array([[1.0], [-1.0]]), np.array([0.5, 0.5]), mu, w, None, polars)


def _plane(angles: Angles) -> Quadrature:
    if angles.rule == "lebedev":
        raise BteError("azimuth_rule 'lebedev' is for 3D; use 'gauss', 'equal' or 'chebyshev'")
    azimuths = angles.azimuths or (40 if len(angles.towards) else 24)
    polars = check_count("polars", 3 if angles.polars is None else angles.polars, 2)
    walls = [float(np.arctan2(n[1], n[0])) + 0.5 * np.pi for n in angles.normals(2)]
    lines = [float(np.arctan2(t[1], t[0])) for t in angles.lines(2)]
    phi, w = _azimuths(angles.rule, walls, lines, azimuths)
    sines, sine_weights = (legendre_sines if angles.rule == "chebyshev" else sine_gauss)(polars)
    directions = np.column_stack([np.cos(phi), np.sin(phi)])
    w = balanced(directions, w)
    return Quadrature(directions, w, sines, sine_weights, azimuths, polars)


def _space(angles: Angles) -> Quadrature:
    azimuths = angles.azimuths or (40 if len(angles.towards) else 16)
    polars = angles.polars or (8 if len(angles.towards) else 6)
    check_count("polars", polars, 2)
    frame = angles.frame()
    if angles.rule == "lebedev":
        directions, w = lebedev_nodes(2 * azimuths * polars)
        return Quadrature(directions @ frame, w, _ONE, _ONE, azimuths, polars)
    lines = angles.lines(3) @ frame.T
    along = np.abs(lines[:, 2]) > 0.5
    if np.where(along, np.hypot(lines[:, 0], lines[:, 1]), np.abs(lines[:, 2])).max(initial=0) > (
        _ALIGNED
    ):
        raise BteError(
            f"towards has directions oblique to the polar axis {np.round(frame[2], 4).tolist()}; "
            "choose axis along or across all of them"
        )
    if angles.rule == "chebyshev":
        theta, w_theta = legendre_angles(polars)
    else:
        theta, w_theta = polar_angles(polars, bool(along.any()), bool((~along).any()))
    sights = [float(np.arctan2(y, x)) for x, y, _ in lines[~along]]
    phi, w_phi = _azimuths(angles.rule, _walls_along(angles, frame), sights, azimuths)
    z = np.repeat(np.concatenate([np.cos(theta), -np.cos(theta)]), len(phi))
    sine = np.repeat(np.tile(np.sin(theta), 2), len(phi))
    phi = np.tile(phi, 2 * polars)
    directions = np.column_stack([sine * np.cos(phi), sine * np.sin(phi), z])
    w = balanced(directions, np.outer(np.tile(0.5 * w_theta, 2), w_phi).ravel())
    return Quadrature(directions @ frame, w, _ONE, _ONE, azimuths, polars)


def _azimuths(
    rule: str, walls: list[float], lines: list[float], azimuths: int
) -> tuple[Array, Array]:
    panels = make_panels(walls, lines, azimuths)
    return (panel_nodes if rule == "gauss" else equal_nodes)(panels, azimuths)


def _walls_along(angles: Angles, frame: Array) -> list[float]:
    """Return the angles about the polar axis of walls that are parallel to it."""
    normals = angles.normals(3) @ frame.T
    across = np.hypot(normals[:, 0], normals[:, 1])
    parallel = np.abs(normals[:, 2]) < _ALIGNED
    oblique = int((~parallel & (across > _ALIGNED)).sum())
    if oblique:
        log.info(
            "%d wall orientations are oblique to the polar axis, so that panels do not break at "
            "them; axis= chooses another",
            oblique,
        )
    return [float(np.arctan2(n[1], n[0])) + 0.5 * np.pi for n in normals[parallel]]
