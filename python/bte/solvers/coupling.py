"""Faces that re-emit what arrives: the small linear map from outflow to emission.

``J`` is the power that arrives at a vertex of a side per band, ``H`` that of unit intensity, both
sums over the discrete ordinates of that face with the vertex' share of its area, so that
equilibrium and energy hold to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.packing import Kind, Packed, Sides
from bte.packing.arrays import TRACED, Array, membership
from bte.quadrature import Quadrature
from bte.solvers.lanes import Lanes


@dataclass(frozen=True, eq=False)
class Coupling:
    """The sides that emit, by what they do.

    Attributes
    ----------
    half_range : (n_side, n_face_vertex, n_band) [W/K]
        H: power through a vertex of a side per kelvin and band, discrete.
    free : (n_free,)
        Sides whose emission is unknown: all but isothermal ones and those with traces.
    through : (n_side, n_band)
        Transmitted fraction at interface sides, outwards from the side's own cell.
    kept : (n_side, n_band)
        What a side answers of what arrives; the rest comes from a reservoir behind it.
    pooled : (n_side,) bool
        Sides at which all bands are thermalised together.
    """

    packed: Packed
    half_range: Array
    free: NDArray[np.int64]
    through: Array
    kept: Array
    pooled: NDArray[np.bool_]

    def ratio(self, power: Array) -> Array:
        """Return ``J/H``: the temperature of what arrives (n_side, n_face_vertex, n_band).

        Parameters
        ----------
        power : (n_side, n_face_vertex, n_band) [W]
            What arrives at each vertex.
        """
        ratio = _quotient(power, self.half_range)
        pooled = self.pooled
        total = _quotient(power[pooled].sum(axis=2), self.half_range[pooled].sum(axis=2))
        ratio[pooled] = total[:, :, None]
        return ratio

    def share(self, values: Array) -> Array:
        """Mix temperatures at sides (n_side, n_face_vertex, n_band) into what free sides emit.

        ``e = (1 - t) r_own + t r_other`` at interfaces, ``e = r_own`` at walls, less what goes to a
        reservoir.
        """
        sides, free = self.packed.sides, self.free
        partner = sides.partner[free]
        emitted = values[free]
        paired = partner >= 0
        t = self.through[free[paired]][:, None, :]
        other = values[partner[paired][:, None], sides.partner_vertex[free[paired]]]
        emitted[paired] = (1.0 - t) * emitted[paired] + t * other
        emitted *= self.kept[free][:, None, :] * (self.half_range[free] > 0)
        return emitted

    def emission(self, outflow: Array, *, affine: bool) -> Array:
        """Return the emission of the free sides for what arrives, (n_free, n_face_vertex, n_band).

        Parameters
        ----------
        outflow : (n_side, n_face_vertex, n_band) [W]
            What arrives.
        affine : bool
            Whether prescribed fluxes and reservoirs are added (F) or not (its linear part).
        """
        if not affine:
            return self.share(self.ratio(outflow))
        sides, free = self.packed.sides, self.free
        push = _quotient(sides.flux * sides.weights, self.half_range.sum(axis=2))
        emitted = self.share(self.ratio(outflow + push[:, :, None] * self.half_range))
        held = (1.0 - self.kept[free])[:, None, :] * sides.temperature[free][:, :, None]
        return np.asarray(emitted + held * (self.half_range[free] > 0))

    def power(self, emission: Array, outflow: Array, *, affine: bool) -> Array:
        """Return the power into the domain through every side and band (n_side, n_band) [W].

        What a side emits less what arrives there; mirrors return what they get, and what enters at
        a periodic face has left at its partner. Resolved interfaces are left at zero.

        Parameters
        ----------
        emission : (n_side, n_face_vertex, n_band) [K]
        outflow : (n_side, n_face_vertex, n_band) [W]
        affine : bool
            Whether offsets of periodic faces count (F) or not (its linear part).
        """
        sides, half_range = self.packed.sides, self.half_range
        arrived = outflow.sum(axis=1)
        power = (half_range * emission).sum(axis=1) - arrived
        power[np.isin(sides.kind, TRACED)] = 0.0
        periodic = sides.of(Kind.PERIODIC)
        power[periodic] = arrived[sides.partner[periodic]] - arrived[periodic]
        if affine:
            power[periodic] += (sides.jump[:, None] * half_range.sum(axis=1))[periodic]
        return np.asarray(power)


def _quotient(power: Array, half_range: Array) -> Array:
    """Return their ratio, zero where there are no states (or no vertex)."""
    return np.divide(power, half_range, out=np.zeros_like(power), where=half_range > 0)


def openings(sides: Sides, quadrature: Quadrature) -> Array:
    """Return ``sum w s max(Omega . a_i, 0)`` of each vertex (n_side, n_face_vertex) [m2].

    On a warped face, which is crossed as a whole where ``Omega . n > 0``, that of each vertex.
    """
    result: Array = quadrature.half_range(sides.normal)[:, None] * sides.weights
    warped = warped_sides(sides)
    if len(warped):
        outward = sides.normal[warped] @ quadrature.directions.T > 0
        through = sides.vertex_areas[warped] @ quadrature.directions.T
        result[warped] = (through * outward[:, None]) @ quadrature.weights * quadrature.mean_sine
    return result


def warped_sides(sides: Sides) -> NDArray[np.int64]:
    """Return the sides whose vertices have area vectors in different directions."""
    along = sides.weights[:, :, None] * sides.normal[:, None]
    gap = np.linalg.norm(sides.vertex_areas - along, axis=2)
    return np.flatnonzero((gap > 1e-9 * sides.area[:, None]).any(axis=1))


def make_coupling(packed: Packed, quadrature: Quadrature, lanes: Lanes | None = None) -> Coupling:
    """Prepare the coupling of a problem's sides for a quadrature.

    Where lanes are told apart by ordinate the half-range fluxes of sides are theirs, and what
    passes an interface is made to balance: it is the mean of what either side would send.
    """
    sides = packed.sides
    states = packed.by_band(packed.flux_capacity)[sides.zone]
    half_range = openings(sides, quadrature)[:, :, None] * states[:, None, :]
    if lanes is not None and lanes.directed:
        half_range = _directed(packed, quadrature, lanes)
    free = np.flatnonzero(~np.isin(sides.kind, (Kind.ISOTHERMAL, *TRACED)))
    through = np.zeros(states.shape)
    pooled = (sides.kind == Kind.MIXING) | np.isfinite(sides.conductance)
    for index, table in enumerate(packed.tables):
        mine = sides.contact == index
        through[mine & sides.forward] = table.forward
        through[mine & ~sides.forward] = table.backward
        if table.mixing:
            pooled |= mine
    if lanes is not None and lanes.directed:
        through = _balanced(sides, half_range.sum(axis=1), through, pooled)
    kept = _kept(sides, half_range.sum(axis=(1, 2)), states.shape[1])
    return Coupling(packed, half_range, free, through, kept, pooled)


def _directed(packed: Packed, quadrature: Quadrature, lanes: Lanes) -> Array:
    """Return H of lanes that differ by ordinate (n_side, n_face_vertex, n_band)."""
    sides = packed.sides
    by_band = lanes.flux @ membership(lanes.band, packed.n_band)
    outward = sides.normal @ quadrature.directions.T
    through = np.einsum("sid,od->sio", sides.vertex_areas, quadrature.directions)
    through *= ((outward > 0) * quadrature.weights)[:, None, :]
    result = np.zeros((*sides.nodes.shape, packed.n_band))
    for zone in np.unique(sides.zone):
        mine = sides.zone == zone
        result[mine] = through[mine] @ by_band[:, zone]
    return result


def _balanced(sides: Sides, power: Array, through: Array, pooled: NDArray[np.bool_]) -> Array:
    """Return transmissions outwards, such that as much passes either way at one temperature.

    Parameters
    ----------
    power : (n_side, n_band)
        H of each side.
    through : (n_side, n_band)
        The transmissions of isotropic phonons.
    """
    result = through.copy()
    linked = np.flatnonzero(sides.contact >= 0)
    h = np.where(pooled[:, None], power.sum(axis=1, keepdims=True), power)
    own, other = h[linked], h[sides.partner[linked]]
    sent, back = through[linked] * own, through[sides.partner[linked]] * other
    passing = np.minimum(0.5 * (sent + back), np.minimum(own, other))
    result[linked] = np.divide(passing, own, out=np.zeros_like(own), where=own > 0)
    return result


def _kept(sides: Sides, half_range: Array, n_band: int) -> Array:
    """Return ``1 - t``, or ``H / (H + h A)`` before an external conductance h."""
    outside = np.nan_to_num(sides.conductance) * sides.area
    kept = half_range / np.where(half_range > 0, half_range + outside, 1.0)
    kept = np.where(np.isfinite(sides.transmission), 1.0 - sides.transmission, kept)
    kept = np.where(sides.kind == Kind.CONTACT, kept, 1.0)
    return np.repeat(kept[:, None], n_band, axis=1)
