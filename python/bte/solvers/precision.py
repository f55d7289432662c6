"""When the sweeps of the Krylov solver may carry intensities in single precision.

The residual, all moments and the last sweep stay in double precision. What single precision costs
in accuracy the next cycle takes away, as in iterative refinement (A. Buttari et al., ACM Trans.
Math. Softw. 34, 17 (2008), doi:10.1145/1377596.1377597), so the tests of convergence are the same.
"""

from __future__ import annotations

import numpy as np

from bte.errors import BteError, unknown_name
from bte.packing.parts import thickness
from bte.solvers.discrete import Discrete

#: What a user may ask for.
PRECISIONS = ("auto", "double", "mixed")

#: What single precision has to gain on paper: registers hold twice as many lanes, but lanes fill
#: them up to multiples of 16 instead of 8.
_GAIN = 1.6

#: Intensities that take time at all, smallest tolerance, and thickest body in mean free paths:
#: there heat is a small difference of large fluxes, and rounding costs more sweeps than it saves.
_WORK, _TOLERANCE, _THICKEST = 3e6, 1e-7, 30.0


def takes_single(discrete: Discrete, precision: str, tolerance: float) -> bool:
    """Return whether the Krylov solver's sweeps are to be in single precision.

    Parameters
    ----------
    discrete : Discrete
        What is to be solved.
    precision : {"auto", "double", "mixed"}
        ``"auto"`` takes it where it pays and is safe.
    tolerance : float
        Of the solve.

    Raises
    ------
    BteError
        For another name.
    """
    if precision not in PRECISIONS:
        raise BteError(unknown_name("precision", str(precision), PRECISIONS, "solve"))
    if precision != "auto":
        return precision == "mixed"
    packed, lanes = discrete.packed, discrete.lanes.n
    work = packed.mesh.n_cell * discrete.quadrature.n_ordinate * lanes
    gain = 2.0 * (-(-lanes // 8) * 8) / (-(-lanes // 16) * 16)
    if gain < _GAIN or work < _WORK or tolerance < _TOLERANCE:
        return False
    conducted = packed.flux_capacity * packed.mean_free_path
    path = (conducted * packed.mean_free_path).sum(axis=1) / conducted.sum(axis=1)
    depth = thickness(packed) / path[packed.mesh.cell_region]
    return bool(np.isfinite(depth).all() and depth.max() < _THICKEST)
