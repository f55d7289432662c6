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
        return slab(16 if angles.polars is None else angles.polars)
    return _plane(angles) if dim == 2 else _space(angles)


def slab(polars: int = 16) -> Quadrature:
    """Two ordinates and nodes in ``|cos theta|`` on each half range, gathered at grazing ones.

    References
    ----------
    J. B. Sykes, Mon. Not. R. Astron. Soc. 111, 377 (1951), doi:10.1093/mnras/111.4.377
    """
    mu, w = slab_cosines(check_count("polars", polars, 1))
    return Quadrature(np.array([[1.0], [-1.0]]), np.array([0.5, 0.5]), mu, w, None, polars)


def plane(azimuths: int = 24, polars: int = 3) -> Quadrature:
    """Return the rule for 2D with panels at the axes."""
    return _plane(Angles(azimuths, polars))


def space(azimuths: int = 16, polars: int = 6) -> Quadrature:
    """Return the rule for 3D with panels at the planes of the axes."""
    return _space(Angles(azimuths, polars))


def _plane(angles: Angles) -> Quadrature:
    if angles.rule == "lebedev":
        raise BteError("azimuth_rule 'lebedev' is for 3D; use 'gauss', 'equal' or 'chebyshev'")
    polars = check_count("polars", 3 if angles.polars is None else angles.polars, 2)
    walls = [float(np.arctan2(n[1], n[0])) + 0.5 * np.pi for n in angles.normals(2)]
    lines = [float(np.arctan2(t[1], t[0])) for t in angles.lines(2)]
    phi, w, azimuths = _azimuths(angles, walls, lines, 24)
    sines, sine_weights = (legendre_sines if angles.rule == "chebyshev" else sine_gauss)(polars)
    directions = np.column_stack([np.cos(phi), np.sin(phi)])
    w = balanced(directions, w)
    return Quadrature(directions, w, sines, sine_weights, azimuths, polars)


def _space(angles: Angles) -> Quadrature:
    frame = angles.frame()
    lines = angles.lines(3) @ frame.T
    tilt = np.hypot(lines[:, 0], lines[:, 1])
    along, across = tilt < _ALIGNED, np.abs(lines[:, 2]) < _ALIGNED
    _say_oblique("lines of sight", "nodes do not gather", int((~along & ~across).sum()))
    gathers = bool((along | across).any())
    default = 8 if gathers else 6
    polars = check_count("polars", default if angles.polars is None else angles.polars, 2)
    if angles.rule == "lebedev":
        azimuths = angles.azimuths or 16
        directions, w = lebedev_nodes(2 * azimuths * polars)
        return Quadrature(directions @ frame, w, _ONE, _ONE, azimuths, polars)
    if angles.rule == "chebyshev":
        theta, w_theta = legendre_angles(polars)
    else:
        theta, w_theta = polar_angles(polars, bool(along.any()), bool(across.any()))
    sights = [float(np.arctan2(y, x)) for x, y, _ in lines[across]]
    walls = _walls_along(angles, frame)
    phi, w_phi, azimuths = _azimuths(angles, walls, sights, 40 if gathers else 16)
    z = np.repeat(np.concatenate([np.cos(theta), -np.cos(theta)]), len(phi))
    sine = np.repeat(np.tile(np.sin(theta), 2), len(phi))
    phi = np.tile(phi, 2 * polars)
    directions = np.column_stack([sine * np.cos(phi), sine * np.sin(phi), z])
    w = balanced(directions, np.outer(np.tile(0.5 * w_theta, 2), w_phi).ravel())
    return Quadrature(directions @ frame, w, _ONE, _ONE, azimuths, polars, frame[2])


def _azimuths(
    angles: Angles, walls: list[float], lines: list[float], plain: int
) -> tuple[Array, Array, int]:
    """Return angles and weights, and the count asked for or that is the default.

    By default there are ``plain`` of them without lines of sight, and 24 and 16 for each with.
    """
    panels = make_panels(walls, lines, angles.azimuths or 24)
    azimuths = angles.azimuths or max(plain, 24 + 8 * int(panels.open.sum()) if lines else 0)
    return (*(panel_nodes if angles.rule == "gauss" else equal_nodes)(panels, azimuths), azimuths)


def _walls_along(angles: Angles, frame: Array) -> list[float]:
    """Return the angles about the polar axis of walls that are parallel to it."""
    normals = angles.normals(3) @ frame.T
    across = np.hypot(normals[:, 0], normals[:, 1])
    parallel = np.abs(normals[:, 2]) < _ALIGNED
    oblique = int((~parallel & (across > _ALIGNED)).sum())
    _say_oblique("wall orientations", "panels do not break", oblique)
    return [float(np.arctan2(n[1], n[0])) + 0.5 * np.pi for n in normals[parallel]]


def _say_oblique(what: str, consequence: str, count: int) -> None:
    if count:
        log.info(
            "%d %s are oblique to the polar axis, so that %s at them; axis= chooses another",
            *(count, what, consequence),
        )
