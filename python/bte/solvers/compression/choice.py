"""How many lanes, and of which kind."""

from __future__ import annotations

import logging

import numpy as np

from bte.errors import BteError
from bte.packing import Kind, Packed, refined_packed
from bte.quadrature import Quadrature
from bte.solvers.compression.reduce import Reduced, compress, compress_along, mixes_all
from bte.solvers.lanes import Lanes, make_lanes

log = logging.getLogger("bte")

#: What a user may ask for.
Choice = str | int

#: Lanes by default: of all bands together; of one band, by dimension.
MERGED, BANDED = 16, {1: 8, 2: 4, 3: 3}

#: Into how many each band is divided before all are merged. Bands that are told apart stay as they
#: are: those of the interfaces and walls.
REFINEMENT = 8


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
    told_apart = len(packed.sides.of(Kind.RESOLVED)) > 0
    return not told_apart and not packed.sources.selective.any()


def lane_count(packed: Packed, quadrature: Quadrature, lanes: Choice) -> int | None:
    """Return the lanes of a band, of all together where they are merged; None for all there are."""
    full = packed.heat_capacity.shape[1] * quadrature.n_polar
    if lanes == "full" or not compressible(packed):
        if isinstance(lanes, int):
            raise BteError(
                "lanes is a number, but this problem tells groups and directions apart (an "
                'interface model that keeps directions, or a source that feeds branches): use "auto"'
            )
        return None
    if mixes_all(packed):
        n = MERGED if lanes == "auto" else int(lanes)
        return n if n < full else None
    each = BANDED[packed.mesh.dim] if lanes == "auto" else -(-int(lanes) // packed.n_band)
    return each if each * packed.n_band < full else None


def reduce_lanes(packed: Packed, quadrature: Quadrature, lanes: Choice) -> Reduced:
    """Return a problem in the lanes of a choice.

    Parameters
    ----------
    packed : Packed
        The problem in the bands asked for.
    quadrature : Quadrature
    lanes : {"auto", "full"} or int
        ``"auto"``: few where they do, all otherwise. A number is that of all lanes together.
    """
    n = lane_count(packed, quadrature, lanes)
    if n is None:
        full = packed.heat_capacity.shape[1] * quadrature.n_polar
        return Reduced(packed, packed, make_lanes(packed, quadrature), None, full)
    merged = mixes_all(packed)
    fine = refined_packed(packed, REFINEMENT) if merged else packed
    reduced = compress(packed, fine, quadrature, n, merged=merged)
    log.info("%d lanes stand for %d", reduced.lanes.n, reduced.points)
    return reduced


def reduce_along(packed: Packed, quadrature: Quadrature, lanes: Choice) -> Lanes | None:
    """Return few lanes for heat along a missing direction, None where all are to be taken.

    There is no temperature, and nothing is emitted, so that bands need not be told apart.
    """
    full = packed.heat_capacity.shape[1] * quadrature.n_polar
    if lanes == "full" or len(packed.sides.of(Kind.RESOLVED)):
        return None
    n = MERGED if lanes == "auto" else int(lanes)
    return compress_along(refined_packed(packed, REFINEMENT), quadrature, n) if n < full else None
