"""Plane elastic waves at the contact of two isotropic half-spaces (Knott, Zoeppritz).

The wave vector along the interface is conserved, so all waves share its slowness s. Each wave that
may leave is a *channel*: P, SV, SH of the first side, then of the second. Amplitudes are normalised
to energy flux across the interface, so that the scattering matrix is unitary and symmetric.

With incoming and outgoing amplitudes of a side, ``a = in + out`` and ``d = q (in - out)``, q the
slowness across, displacement and traction of P and SV are polynomials in s:

    u_x = s a_P + d_S                          u_z = d_P - s a_S
    sigma_zz = (rho - 2 mu s^2) a_P - 2 mu s d_S
    sigma_xz = 2 mu s d_P + (rho - 2 mu s^2) a_S

so continuity reads ``A a = B d`` with real A and B, and

    S = -1 + 2 q^(1/2) (A + B q)^(-1) B q^(1/2).

No square root is divided by: critical angles and grazing incidence are ordinary points. Beyond a
critical angle q is imaginary and the wave carries nothing.

References
----------
K. Aki, P. G. Richards, Quantitative Seismology, 2nd ed., University Science Books 2002, ch. 5;
W. A. Little, Can. J. Phys. 37, 334 (1959), doi:10.1139/p59-037
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

CHANNELS = ("P", "SV", "SH")
"""Polarisations of one side."""

_PSV = np.array([0, 1, 3, 4])  # P1 SV1 P2 SV2 among the six channels
_SH = np.array([2, 5])
_TINY = 1e-28  # least q^2 relative to 1/c^2: two equal media stay transparent at grazing


@dataclass(frozen=True)
class HalfSpace:
    """An isotropic elastic solid or a liquid, as plane waves see it; or n of one kind.

    Attributes
    ----------
    density : float or (n,)
        [kg/m3]
    longitudinal, transverse : float or (n,)
        Squared slownesses ``1/c^2`` [s2/m2]; an infinite transverse one is a liquid.
    """

    density: float | Array
    longitudinal: float | Array
    transverse: float | Array

    @classmethod
    def of(cls, density: float, speeds: tuple[float, float]) -> HalfSpace:
        """Return a half-space from its speeds (c_L, c_T) [m/s]; c_T = 0 is a liquid."""
        c_l, c_t = speeds
        return cls(density, c_l**-2, math.inf if c_t == 0.0 else c_t**-2)

    @property
    def liquid(self) -> bool:
        """Whether there are no transverse waves."""
        return bool(np.all(np.isinf(self.transverse)))

    @property
    def squares(self) -> Array:
        """Squared slownesses of P, SV and SH (3,) or (n, 3); 0 where there is no such wave."""
        transverse = np.zeros_like(self.longitudinal) if self.liquid else self.transverse
        return np.stack(np.broadcast_arrays(self.longitudinal, transverse, transverse), axis=-1)

    def __getitem__(self, mask: NDArray[np.bool_]) -> HalfSpace:
        """Return those of n that a mask (n,) holds."""
        fields = (self.density, self.longitudinal, self.transverse)
        return HalfSpace(*(np.broadcast_to(field, mask.shape)[mask] for field in fields))


def energy_matrix(first: HalfSpace, second: HalfSpace, squares: Array) -> Array:
    """Return the parts of the incoming energy that leave in each channel.

    Solids are welded; a liquid slips along a solid, and holds P alone.

    Parameters
    ----------
    first, second : HalfSpace
    squares : (n,) [s2/m2]
        Squared slowness along the interface, ``sin^2(theta)/c^2``, >= 0; of each medium where
        there are n of them.

    Returns
    -------
    (n, 6, 6)
        ``[i, a, b]`` of what arrives in channel b the part that leaves in a; channels P, SV, SH of
        the first side, then of the second. Symmetric; rows sum to 1. Rows and columns of waves
        that do not propagate, ``squares >= 1/c^2``, are 0.
    """
    squares = np.atleast_1d(np.asarray(squares, dtype=np.float64))
    limits = np.concatenate([first.squares, second.squares], axis=-1)
    # Numbers of order one; a power of two keeps the order of s and the limits to the last digit.
    middle = 0.5 * (np.log2(first.longitudinal) + np.log2(second.longitudinal))
    unit = np.exp2(np.round(middle))
    sides = (_scaled(first, second, unit), _scaled(second, first, unit))
    s2 = squares / unit
    energy = np.zeros((len(squares), 6, 6))
    energy[:, _PSV[:, None], _PSV] = _power(_psv_scattering(*sides, s2))
    energy[:, _SH[:, None], _SH] = _power(_sh_scattering(*sides, s2))
    shut = squares[:, None] >= limits
    energy[shut[:, :, None] | shut[:, None, :]] = 0.0
    return energy


def scalar_matrix(form: str, impedances: Array, limits: Array, squares: Array) -> Array:
    """Return the energy matrix of polarisations that do not mix.

    ``t = 4 Z1 Z2 mu1 mu2/(Z2 mu1 + Z1 mu2)^2`` ("fluid") or with ``Z1 mu1 + Z2 mu2`` ("SH"),
    mu the cosines of the angles.

    Parameters
    ----------
    form : {"fluid", "SH"}
    impedances : (2, 3) [kg/m2/s]
        ``rho c`` of both sides and P, SV, SH; 0 without such a wave.
    limits : (6,) or (n, 6)
        Squared slownesses ``1/c^2`` of the channels; 0 without such a wave.
    squares : (n,)
        Squared slowness along the interface.

    Returns
    -------
    (n, 6, 6)
        As `energy_matrix`.
    """
    squares = np.atleast_1d(np.asarray(squares, dtype=np.float64))
    is_open = squares[:, None] < limits
    steepness = 1.0 - squares[:, None] / np.where(limits > 0.0, limits, 1.0)
    mu = np.sqrt(np.where(is_open, steepness, 0.0)).reshape(-1, 2, 3)
    both = is_open[:, :3] & is_open[:, 3:]
    z = impedances[::-1] if form == "fluid" else impedances
    sum_ = z[0] * mu[:, 0] + z[1] * mu[:, 1]
    passed = 4.0 * z[0] * z[1] * mu[:, 0] * mu[:, 1] / np.where(both, sum_, 1.0) ** 2
    t = np.where(both, passed, 0.0)
    energy = np.zeros((len(squares), 6, 6))
    a = np.arange(3)
    energy[:, a, a] = np.where(is_open[:, :3], 1.0 - t, 0.0)
    energy[:, a + 3, a + 3] = np.where(is_open[:, 3:], 1.0 - t, 0.0)
    energy[:, a, a + 3] = energy[:, a + 3, a] = t
    return energy


def _scaled(side: HalfSpace, other: HalfSpace, unit: float | Array) -> HalfSpace:
    """Return a half-space in units in which density and slowness are of order one."""
    density = np.sqrt(side.density / other.density)
    return HalfSpace(density, side.longitudinal / unit, side.transverse / unit)


def _power(scattering: Complex) -> Array:
    """Return squared moduli, symmetric to the last digit."""
    power = scattering.real**2 + scattering.imag**2
    return np.asarray(0.5 * (power + power.swapaxes(1, 2)))


def _across(limit: float | Array, s2: Array) -> Complex:
    """Return the slowness across, positive or imaginary and decaying; 0 for what does not exist."""
    if np.all(np.isinf(limit)):
        return np.zeros(len(s2), dtype=np.complex128)
    square = limit - s2
    least = _TINY * limit
    square = np.where(s2 < limit, np.maximum(square, least), np.minimum(square, -least))
    return np.sqrt(square.astype(np.complex128))


def _shear(side: HalfSpace) -> float | Array:
    """Return mu = rho c_T^2."""
    return side.density / side.transverse


def _sh_scattering(first: HalfSpace, second: HalfSpace, s2: Array) -> Complex:
    """Return the (n, 2, 2) scattering matrix of SH waves: two impedances mu q."""
    y = [_shear(side) * _across(side.transverse, s2) for side in (first, second)]
    matrix = np.zeros((len(s2), 2, 2), dtype=np.complex128)
    if first.liquid or second.liquid:
        matrix[:, [0, 1], [0, 1]] = 1.0
        return matrix
    total = y[0] + y[1]
    matrix[:, 0, 0] = (y[0] - y[1]) / total
    matrix[:, 1, 1] = -matrix[:, 0, 0]
    matrix[:, 0, 1] = matrix[:, 1, 0] = 2.0 * np.sqrt(y[0]) * np.sqrt(y[1]) / total
    return matrix


def _psv_scattering(first: HalfSpace, second: HalfSpace, s2: Array) -> Complex:
    """Return the (n, 4, 4) scattering matrix of P1, SV1, P2, SV2."""
    a, b = _continuity(first, second, s2)
    q = np.stack(
        [
            _across(limit, s2)
            for side in (first, second)
            for limit in (side.longitudinal, side.transverse)
        ],
        axis=1,
    )
    matrix = a + b * q[:, None, :]
    for side, sign, (p, sv) in ((first, 1.0, (0, 1)), (second, -1.0, (2, 3))):
        deep = s2 > np.maximum(side.longitudinal, side.transverse)
        if deep.any():
            matrix[deep, :, sv] = _deep_column(side[deep], sign, s2[deep], q[deep, p], q[deep, sv])
    sizes = np.abs(matrix.real) + np.abs(matrix.imag)
    size = np.maximum.reduce([sizes[:, :, i] for i in range(4)])[:, :, None]
    root = np.sqrt(q)
    inner = np.linalg.solve(matrix / size, b * root[:, None, :] / size)
    found = 2.0 * root[:, :, None] * inner
    found[:, range(4), range(4)] -= 1.0
    return np.asarray(found)


def _deep_column(side: HalfSpace, sign: float, s2: Array, q_p: Complex, q_s: Complex) -> Complex:
    """Return (n, 4) the column of SV plus i times that of P, where both are evanescent.

    Deep beyond the critical angles the two waves become the same, (1, i) exp(-s z). Their
    amplitudes are not needed, so their difference, written without cancellation, takes the place
    of SV.
    """
    s, decay_p, decay_s = np.sqrt(s2), q_p.imag, q_s.imag
    rho, ratio = side.density, side.longitudinal / side.transverse
    column = np.empty((len(s2), 4), dtype=np.complex128)
    column[:, 0] = 1j * side.transverse / (s + decay_s)
    column[:, 1] = -sign * side.longitudinal / (s + decay_p)
    column[:, 2] = -1j * rho * side.transverse / (s + decay_s) ** 2
    column[:, 3] = sign * rho * (1.0 - 2.0 * ratio * s / (s + decay_p))
    return np.asarray(column / np.sqrt(rho)[:, None])


def _continuity(first: HalfSpace, second: HalfSpace, s2: Array) -> tuple[Array, Array]:
    """Return A and B (n, 4, 4) of ``A a = B d``; rows u_x, u_z, sigma_zz, sigma_xz.

    Amplitudes carry sqrt(rho), and d is counted into the interface on both sides. Where a liquid
    slips, the row of u_x (and of sigma_xz between two liquids) says that it has no SV instead.
    """
    s = np.sqrt(s2)
    a, b = np.zeros((len(s), 4, 4)), np.zeros((len(s), 4, 4))
    for side, sign, (p, sv) in ((first, 1.0, (0, 1)), (second, -1.0, (2, 3))):
        scale, mu = 1.0 / np.sqrt(side.density), _shear(side)
        inertia = side.density - 2.0 * mu * s2
        a[:, 0, p], b[:, 0, sv] = sign * s * scale, -scale
        a[:, 1, sv], b[:, 1, p] = -sign * s * scale, -scale
        a[:, 2, p], b[:, 2, sv] = sign * inertia * scale, 2.0 * mu * s * scale
        a[:, 3, sv], b[:, 3, p] = sign * inertia * scale, -2.0 * mu * s * scale
    rows = [0, 3]
    for side, sv in ((first, 1), (second, 3)):
        if side.liquid:
            row = rows.pop(0)
            a[:, :, sv] = 0.0
            a[:, row], b[:, row] = 0.0, 0.0
            a[:, row, sv] = 1.0
    return a, b
