"""Which directions a problem is solved in: panels at its walls, nodes at its lines of sight."""

from __future__ import annotations

import logging
import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteWarning
from bte.mesh.sight import distinct_directions, open_directions
from bte.packing import Kind, Packed
from bte.packing.arrays import Array
from bte.packing.parts import thickness
from bte.quadrature import GATHER_FROM, Angles, Quadrature, make_quadrature
from bte.quadrature.angles import Vectors
from bte.solvers.traces import TraceTables, shared_mirrors
from bte.solvers.waves import wave_quadrature

log = logging.getLogger("bte")

#: Sides between which channels run; reservoirs may stand at their ends.
_BLOCKING = (Kind.DIFFUSE, Kind.MIXING, Kind.ROUGH)

#: Walls whose images the set of directions should hold before all others.
_MIRRORING = (Kind.MIRROR, Kind.ROUGH)

#: Cosine from which a mirror stands across a direction.
_FACING = 1.0 - 1e-9

#: Orientations of mirrors that are tried for the polar axis, and the rounding of a cosine.
_MOST_NORMALS, _ALIGNED = 8, 1e-9

#: Polar nodes on a line where refraction shares directions.
_BENT = 32

#: Share of the conductivity above which long paths count.
_SHARE = 0.1


def choose_quadrature(
    packed: Packed,
    azimuths: int | None = None,
    polars: int | None = None,
    azimuth_rule: str = "gauss",
    axis: str | tuple[float, ...] | None = None,
    towards: Vectors | None = None,
) -> Quadrature:
    """Return the rule for a problem.

    Panels break at the directions of its walls and interfaces. Nodes gather ``towards`` the given
    lines of sight, or those of `lines_of_sight`. Where no polar axis is given it is in 3D the one
    to which most mirrors are parallel or normal, so that the set holds their images. On a line
    whose interfaces refract nodes are those of the transverse wave vector, if they can be.

    Raises
    ------
    BteError
        For counts, names or vectors that are out of range.
    """
    dim = packed.mesh.dim
    if axis is None:
        axis = _axis(packed) if dim == 3 else "z"
    plain = Angles(azimuths, polars, azimuth_rule, axis)
    conserving = wave_quadrature(packed, polars)
    if conserving is not None:
        return conserving
    _tell_of_refraction(packed)
    if dim == 1:
        if polars is None and _refracting(packed).any():
            plain = replace(plain, polars=_BENT)
        return make_quadrature(dim, plain)
    lines = lines_of_sight(packed, azimuths, azimuth_rule, towards)
    return make_quadrature(
        dim, Angles(azimuths, polars, azimuth_rule, axis, _panels(packed), lines)
    )


def tell_mirrors(packed: Packed, tables: TraceTables) -> None:
    """Log the boundaries whose mirrors share what arrives among several directions."""
    for name, count in shared_mirrors(packed, tables).items():
        log.info(
            "mirrors of boundary '%s' lie off the symmetry planes of the directions "
            "(orientations: %d), so that what arrives is shared among those about the image; "
            "more azimuths, in 3D also axis= along or across the walls, do better",
            name,
            count,
        )


def lines_of_sight(
    packed: Packed, azimuths: int | None, azimuth_rule: str, towards: Vectors | None
) -> Vectors:
    """Return the lines of sight at which nodes gather (n, dim).

    Where neither these nor the azimuths are given they are those that the walls leave open, if
    phonons with paths longer than the bodies are thick carry a tenth of the heat.
    """
    dim = packed.mesh.dim
    if towards is not None:
        return towards
    if dim == 1 or azimuths is not None or azimuth_rule != "gauss":
        return np.zeros((0, dim))
    lines = _open_lines(packed)
    if len(lines):
        log.info("directions gather at lines of sight along %s", np.round(lines, 4).tolist())
    return lines


def _axis(packed: Packed) -> str | tuple[float, ...]:
    """Return the polar axis that leaves the least area of mirrors oblique to it; z if it can.

    Tried are the axes, the normals of mirrors, and their cross products. Interfaces that keep
    directions are mirrors, too.

    Warns
    -----
    BteWarning
        Where some mirrors stay oblique.
    """
    sides = packed.sides
    mirrors = np.flatnonzero(_mirroring(packed))
    normal, area = sides.normal[mirrors], sides.area[mirrors]
    found = distinct_directions(normal, area)[:_MOST_NORMALS]
    first, second = np.triu_indices(len(found), k=1)
    edges = np.cross(found[first], found[second])
    edges = edges[np.linalg.norm(edges, axis=1) > 1e-3]
    axes = np.concatenate([np.eye(3)[::-1], edges, found])
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    oblique = [float(area[_is_oblique(normal @ a)].sum()) for a in axes]
    best = int(np.argmin(oblique))
    if oblique[best] > 1e-6 * max(float(area.sum()), 1e-300):
        share = 100.0 * oblique[best] / float(area.sum())
        warnings.warn(
            f"{share:.2g} % of the specular and rough walls and of the interfaces that keep "
            "directions are oblique to every polar axis of the ordinates, whose images are then "
            "shared among neighbours: that acts like a little roughness, of per cents of the flux "
            "where paths are long; try more azimuths and polars, or choose axis=",
            BteWarning,
            stacklevel=2,
        )
    return "zyx"[best] if best < 3 else tuple(axes[best].tolist())


def _tell_of_refraction(packed: Packed) -> None:
    """Say in the log where long paths meet interfaces that refract again and again.

    Each time refracted directions are shared among the ordinates, so that phonons leave the cone
    that total reflection keeps them in: in layers between two such interfaces, in inclusions.
    """
    sides = packed.sides
    bends = _refracting(packed)
    facing = False
    for zone in np.unique(sides.zone[bends]):
        normal = sides.normal[bends & (sides.zone == zone)]
        facing |= bool((normal @ normal[0]).min() < 0.0)
    if facing and _long_share(packed) >= _SHARE:
        log.warning(
            "phonons with long paths meet interfaces that refract (AMM, Mixed) again and again; "
            "each time their directions are shared among neighbours, which acts like roughness: "
            "per cents of the flux, in superlattices thinner than the paths tens of per cents; "
            "compare with twice the azimuths and polars"
        )


def _refracting(packed: Packed) -> NDArray[np.bool_]:
    """Return which sides are of interfaces that refract."""
    kinds = [t.resolved.kind if t.resolved else "" for t in packed.tables]
    bending = [i for i, kind in enumerate(kinds) if kind == "refracting"]
    return np.isin(packed.sides.contact, bending)


def _mirroring(packed: Packed) -> NDArray[np.bool_]:
    """Return which sides need the images of directions: mirrors and what keeps directions."""
    sides = packed.sides
    kept = [i for i, t in enumerate(packed.tables) if t.resolved and t.resolved.kind != "diffuse"]
    return np.isin(sides.kind, _MIRRORING) | np.isin(sides.contact, kept)


def _is_oblique(cosine: Array) -> NDArray[np.bool_]:
    """Return whether a plane is neither along nor across an axis."""
    size = np.abs(cosine)
    return np.asarray((size > _ALIGNED) & (size < 1.0 - _ALIGNED))


def _panels(packed: Packed) -> Array:
    """Return the normals of all walls and interfaces, mirrors first (n, dim)."""
    sides = packed.sides
    mirrors = _mirroring(packed)
    others = ~mirrors & (sides.kind != Kind.PERIODIC)
    return np.concatenate(
        [distinct_directions(sides.normal[which], sides.area[which]) for which in (mirrors, others)]
    )


def _open_lines(packed: Packed) -> Array:
    """Return the open lines of sight if long paths matter, none otherwise (n, dim)."""
    if _long_share(packed) < _SHARE:
        return np.zeros((0, packed.mesh.dim))
    names = packed.mesh.boundary_names
    blocking = np.unique(packed.sides.boundary[packed.sides.of(*_BLOCKING)])
    walls = [names[i] for i in blocking if i >= 0]
    lines = open_directions(packed.mesh, walls, _translations(packed), _facing_mirrors(packed))
    return np.asarray(lines)


def _long_share(packed: Packed) -> float:
    """Return the largest share, of a body, of paths beyond its thickness in its conductivity.

    The conductivity is the one that the thickness L leaves, ``sum kappa / (1 + 4 Lambda/(3 L))``.
    """
    length = thickness(packed)
    zone = packed.mesh.cell_region
    path = packed.mean_free_path
    shares = []
    for index in np.unique(zone):
        least = float(length[zone == index].min())
        conducted = (
            packed.flux_capacity[index] * path[index] / (1.0 + 4.0 * path[index] / 3 / least)
        )
        long = path[index] >= GATHER_FROM * least
        shares.append(conducted[long].sum() / conducted.sum())
    return float(max(shares))


def _facing_mirrors(packed: Packed) -> Array:
    """Return the normals of mirrors that have another one opposite: outward n and -n (n, dim)."""
    sides = packed.sides
    mirrors = sides.of(Kind.MIRROR)
    outward, area = sides.normal[mirrors], sides.area[mirrors]
    lines = distinct_directions(outward, area)
    along = outward @ lines.T
    return np.asarray(
        lines[
            (along.max(axis=0, initial=0.0) > _FACING) & (along.min(axis=0, initial=0.0) < -_FACING)
        ]
    )


def _translations(packed: Packed) -> Array:
    """Return the distinct translations from periodic sides to their partners (n, dim)."""
    sides, points = packed.sides, packed.mesh.node_points
    periodic = sides.of(Kind.PERIODIC)
    partner = sides.partner[periodic]
    twin = sides.nodes[partner, sides.partner_vertex[periodic, 0]]
    shift = points[twin] - points[sides.nodes[periodic, 0]]
    scale = np.abs(shift).max(initial=0.0) or 1.0
    return np.asarray(np.unique(np.round(shift / scale, 9), axis=0) * scale)
