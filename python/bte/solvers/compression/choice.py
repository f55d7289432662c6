"""How many lanes, and of which kind."""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.conditions.boundary import Boundary
from bte.conditions.rough import Rough
from bte.errors import BteError
from bte.packing import Kind, Packed, refined_packed
from bte.packing.crystals import crystal_table, has_crystals
from bte.quadrature import Quadrature
from bte.solvers.compression.along import compress_along
from bte.solvers.compression.classes import like_paths, mixes_all
from bte.solvers.compression.reduce import Reduced, compress
from bte.solvers.coupling import warped_sides
from bte.solvers.lanes import Lanes, make_lanes

log = logging.getLogger("bte")

Indices = NDArray[np.int64]

#: What a user may ask for.
Choice = str | int

#: Lanes by default: of all bands together; of one band, by dimension.
MERGED, BANDED = 16, {1: 8, 2: 4, 3: 3}

#: Classes of bands where one crystal has walls that keep the energy of every band.
CLASSES = 4

#: Lanes that stand for every mode of a crystal, of all bands together and of one.
ALL, ALL_OF_BAND = 64, 12

#: Heat beside a gradient, relative to that along it, that is taken for none.
ASIDE = 1e-3

#: Into how many each band is divided before all are merged. Bands that are told apart stay as they
#: are: those of the interfaces and walls.
REFINEMENT = 8


#: What is said where directions cannot be kept.
_AVERAGED = (
    "modes are taken as isotropic averages: an interface model that keeps directions or branches, "
    "a specularity that depends on the phonon or a source that feeds branches does not work with "
    "the directions of a crystal"
)


def checked(lanes: object) -> Choice:
    """Return the choice, or raise where it is none."""
    if isinstance(lanes, str) and lanes in ("auto", "full"):
        return lanes
    whole = isinstance(lanes, (int, np.integer)) and not isinstance(lanes, bool)
    if not whole or int(lanes) < 2:  # type: ignore[call-overload]
        raise BteError(f'lanes must be "auto", "full" or a whole number >= 2, not {lanes!r}')
    return int(lanes)  # type: ignore[call-overload, no-any-return]


def compressible(packed: Packed) -> bool:
    """Whether lanes of a problem may stand for many groups and polar nodes."""
    return not _tells_apart(packed) and not packed.sources.selective.any()


def _tells_apart(packed: Packed) -> bool:
    """Whether an interface or a rough wall tells phonons of one path in the mesh's space apart."""
    rough = any(_varies(condition) for condition in packed.problem.boundaries.values())
    return rough or len(packed.sides.of(Kind.RESOLVED)) > 0


def _varies(condition: Boundary) -> bool:
    """Whether a wall mirrors one phonon and not the other."""
    return isinstance(condition, Rough) and (
        condition.rms is not None or callable(condition.specularity)
    )


def check_crystals(packed: Packed, axis: int | None) -> None:
    """Raise where a problem asks of crystals what their lanes cannot do.

    Parameters
    ----------
    axis : int or None
        The missing direction along which heat flows.
    """
    sides, names = packed.sides, packed.mesh.boundary_names
    bent = np.intersect1d(warped_sides(sides), sides.of(Kind.MIRROR, Kind.ROUGH))
    if len(bent):
        raise BteError(
            f"boundary '{names[sides.boundary[bent[0]]]}' mirrors phonons at warped faces, which "
            "modes with directions do not support; mesh it with plane faces"
        )
    if axis is not None:
        _check_axis(packed, axis)


def _check_axis(packed: Packed, axis: int) -> None:
    """Raise where heat along a missing direction would turn aside."""
    for region, name in enumerate(packed.mesh.region_names):
        table = crystal_table(packed, region)
        if table is None:
            continue
        tensor = table.conductivity()
        aside = np.delete(np.abs(tensor[axis]), axis).max()
        if aside > ASIDE * tensor[axis, axis]:
            raise BteError(
                f"a gradient along {'xyz'[axis]} drives heat across it in the crystal of region "
                f"'{name}' (conductivity {tensor[axis].round(3).tolist()} W/m/K); turn the crystal "
                "so that this direction is an axis of its tensor, or mesh the direction"
            )


class Plan(NamedTuple):
    """Most lanes of a class, and the class of each band."""

    n: int
    classes: Indices


def plan_lanes(packed: Packed, quadrature: Quadrature, lanes: Choice) -> Plan | None:
    """Return what to compress to; None where all groups and polar nodes are taken as they are."""
    crystals = has_crystals(packed)
    if not compressible(packed):
        if isinstance(lanes, int):
            raise BteError(
                "lanes is a number, but this problem tells groups and directions apart (an "
                "interface model that keeps directions, a specularity that depends on the phonon, "
                'or a source that feeds branches); use "auto" or "full"'
            )
        if crystals:
            log.warning(_AVERAGED)
        return None
    if crystals:
        check_crystals(packed, None)
    elif lanes == "full":
        return None
    plan = _merged(packed, lanes) if mixes_all(packed) else _banded(packed, lanes, crystals)
    full = packed.heat_capacity.shape[1] * quadrature.n_polar
    return plan if crystals or plan.n * (int(plan.classes.max()) + 1) < full else None


def _merged(packed: Packed, lanes: Choice) -> Plan:
    n = {"auto": MERGED, "full": ALL}.get(lanes) if isinstance(lanes, str) else lanes
    return Plan(int(n or MERGED), np.zeros(packed.n_band, dtype=np.int64))


def _banded(packed: Packed, lanes: Choice, crystals: bool) -> Plan:
    """Return the plan where walls or interfaces tell bands apart."""
    each, every = BANDED[2 if crystals else packed.mesh.dim], np.arange(packed.n_band)
    by_path = crystals and not packed.tables
    if lanes == "full":
        return Plan(ALL_OF_BAND, every)
    if lanes == "auto":
        return Plan(each, like_paths(packed, CLASSES) if by_path else every)
    if by_path and int(lanes) < each * packed.n_band:
        return Plan(each, like_paths(packed, max(1, int(lanes) // each)))
    return Plan(-(-int(lanes) // packed.n_band), every)


def lane_count(packed: Packed, quadrature: Quadrature, lanes: Choice) -> int:
    """Return about how many lanes a choice makes, none more."""
    plan = plan_lanes(packed, quadrature, lanes)
    if plan is None:
        return int(packed.heat_capacity.shape[1] * quadrature.n_polar)
    return plan.n * (int(plan.classes.max()) + 1)


def reduce_lanes(
    packed: Packed, quadrature: Quadrature, lanes: Choice, divided: bool = True
) -> Reduced:
    """Return a problem in the lanes of a choice.

    Parameters
    ----------
    packed : Packed
        The problem in the bands asked for.
    quadrature : Quadrature
    lanes : {"auto", "full"} or int
        ``"auto"``: few where they do, all otherwise. A number is that of all lanes together.
    divided : bool
        Whether bands that are merged are divided first.
    """
    plan = plan_lanes(packed, quadrature, lanes)
    if plan is None:
        full = packed.heat_capacity.shape[1] * quadrature.n_polar
        return Reduced(packed, packed, make_lanes(packed, quadrature), None, full)
    divided = divided and mixes_all(packed) and not has_crystals(packed)
    fine = refined_packed(packed, REFINEMENT) if divided else packed
    reduced = compress(packed, fine, quadrature, plan.n, plan.classes)
    log.info("%d lanes stand for %d", reduced.lanes.n, reduced.points)
    return reduced


def reduce_along(
    packed: Packed, quadrature: Quadrature, lanes: Choice, axis: int, divided: bool = True
) -> Lanes | None:
    """Return few lanes for heat along a missing direction, None where all are to be taken.

    There is no temperature, and nothing is emitted, so that bands need not be told apart.
    """
    full = packed.heat_capacity.shape[1] * quadrature.n_polar
    if has_crystals(packed) and not _tells_apart(packed):
        check_crystals(packed, axis)
        return compress_along(packed, quadrature, ALL if lanes == "full" else _all(lanes), axis)
    if lanes == "full" or _tells_apart(packed):
        return None
    n = _all(lanes)
    if n >= full:
        return None
    fine = refined_packed(packed, REFINEMENT) if divided else packed
    return compress_along(fine, quadrature, n, axis)


def _all(lanes: Choice) -> int:
    return MERGED if lanes == "auto" else int(lanes)
