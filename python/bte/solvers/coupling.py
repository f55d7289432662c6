"""Faces that re-emit what arrives: the small linear map from outflow to emission.

``J`` is the power that arrives at a side per band, ``H`` that of unit intensity, both sums over the
discrete ordinates of that face, so that equilibrium and energy hold to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing import Kind, Packed
from bte.packing.arrays import Array
from bte.quadrature import Quadrature


@dataclass(frozen=True, eq=False)
class Coupling:
    """The sides that emit, by what they do.

    Attributes
    ----------
    half_range : (n_side, n_band) [W/K]
        H: power through a side per kelvin and band, discrete.
    free : (n_free,)
        Sides whose emission is unknown: all but isothermal ones and mirrors.
    through : (n_side, n_band)
        Transmitted fraction at interface sides, outwards from the side's own cell.
    pooled : (n_side,) bool
        Sides at which all bands are thermalised together.
    """

    packed: Packed
    half_range: Array
    free: NDArray[np.int64]
    through: Array
    pooled: NDArray[np.bool_]

    def ratio(self, power: Array) -> Array:
        """Return ``J/H``: the temperature of what arrives (n_side, dim, n_band).

        Parameters
        ----------
        power : (n_side, dim, n_band) [W]
            Arriving flux at the face's vertices times the area of the face.
        """
        h = self.half_range[:, None, :]
        ratio = np.divide(power, h, out=np.zeros_like(power), where=h > 0)
        pooled = self.pooled
        total = power[pooled].sum(axis=2) / h[pooled].sum(axis=2)
        ratio[pooled] = total[:, :, None]
        return ratio

    def share(self, values: Array) -> Array:
        """Mix per-side temperatures (n_side, dim, n_band) into what each free side emits.

        ``e = (1 - t) r_own + t r_other`` at interfaces, ``e = r_own`` at walls.
        """
        sides, free = self.packed.sides, self.free
        partner = sides.partner[free]
        emitted = values[free]
        paired = partner >= 0
        t = self.through[free[paired]][:, None, :]
        other = values[partner[paired][:, None], sides.partner_vertex[free[paired]]]
        emitted[paired] = (1.0 - t) * emitted[paired] + t * other
        emitted *= (self.half_range[free] > 0)[:, None, :]
        return emitted

    def emission(self, outflow: Array, *, affine: bool) -> Array:
        """Return the emission of the free sides for what arrives, (n_free, dim, n_band).

        Parameters
        ----------
        outflow : (n_side, dim, n_band) [W]
            What arrives.
        affine : bool
            Whether prescribed fluxes are added (F) or not (its linear part).
        """
        power = outflow
        if affine:
            sides = self.packed.sides
            total = self.half_range.sum(axis=1)
            push = sides.flux * sides.area / np.where(total > 0, total, 1.0)
            power = outflow + (push[:, None] * self.half_range)[:, None, :]
        return self.share(self.ratio(power))


def make_coupling(packed: Packed, quadrature: Quadrature) -> Coupling:
    """Prepare the coupling of a problem's sides for a quadrature."""
    sides = packed.sides
    hemisphere = quadrature.half_range(sides.normal) * sides.area
    half_range = hemisphere[:, None] * packed.by_band(packed.flux_capacity)[sides.zone]
    free = np.flatnonzero(~np.isin(sides.kind, (Kind.ISOTHERMAL, Kind.MIRROR, Kind.ROUGH)))
    through = np.zeros_like(half_range)
    pooled = sides.kind == Kind.MIXING
    for index, table in enumerate(packed.tables):
        mine = sides.contact == index
        through[mine & sides.forward] = table.forward
        through[mine & ~sides.forward] = table.backward
        if table.mixing:
            pooled |= mine
    return Coupling(packed, half_range, free, through, pooled)
