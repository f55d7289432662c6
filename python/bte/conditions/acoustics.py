"""The acoustic mismatch model for the groups of two materials, and its hemispheric averages.

Channels are P, SV, SH of each side (see `Resolved`). Kinematics follow transport: a channel that
holds the etendue N has the wave number ``k ~ sqrt(N)``, so the phase speed ``1/sqrt(N)`` in units
that are those of both sides. Densities are those of the materials times
``a = sqrt(sum N/sum c^-2)``, sums over the open channels of the side, so that for long waves
impedances are ``rho c``. For Debye branches with the elastic speeds this is the textbook theory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.conditions.elastic import HalfSpace, energy_matrix, scalar_matrix
from bte.conditions.hemisphere import exchanged, hemispheric
from bte.conditions.resolved import Resolved
from bte.conditions.rough import Rough
from bte.errors import BteError
from bte.materials import Material

__all__ = ["AcousticContact", "exchanged", "hemispheric", "resolved_acoustic"]

Array = NDArray[np.float64]
Ints = NDArray[np.int32]


def elastic_constants(material: Material, where: str = "") -> tuple[float, tuple[float, float]]:
    """Return density [kg/m3] and elastic speeds (c_L, c_T) [m/s]; `where` names the interface.

    Raises
    ------
    BteError
        Where the material has none.
    """
    missing = [
        what
        for what, value in (
            ("density", material.density),
            ("elastic_speeds", material.elastic_speeds),
        )
        if value is None
    ]
    if material.density is None or material.elastic_speeds is None:
        raise BteError(
            f"material '{material.name}' has no {' and no '.join(missing)}, which AMM{where} "
            "needs: give density [kg/m3] and elastic_speeds (c_L, c_T) [m/s] where the material is "
            "made or in its TOML file, or use DMM()"
        )
    return material.density, material.elastic_speeds


def polarisation_shares(label: str, speeds: tuple[float, float]) -> Array:
    """Return which parts of a branch are P, SV and SH (3,).

    ``L…`` is longitudinal, ``T…`` transverse in equal parts; anything else holds all three as in
    an elastic solid, ``c_L^-2 : c_T^-2 : c_T^-2``. In a liquid all is P.
    """
    c_l, c_t = speeds
    if c_t == 0.0 or label.startswith("L"):
        return np.array([1.0, 0.0, 0.0])
    if label.startswith("T"):
        return np.array([0.0, 0.5, 0.5])
    parts = np.array([c_l**-2, c_t**-2, c_t**-2])
    return np.asarray(parts / parts.sum())


def _shares_of(labels: Sequence[str], speeds: tuple[float, float]) -> Array:
    """Return the shares of groups (n, 3)."""
    known = {label: polarisation_shares(label, speeds) for label in set(labels)}
    return np.array([known[label] for label in labels]).reshape(len(labels), 3)


@dataclass(frozen=True, eq=False)
class AcousticContact:
    """Two media whose wave numbers are those of transport; nothing is computed before it is asked.

    Attributes
    ----------
    densities : (2,) [kg/m3]
    speeds : (2, 2) [m/s]
        Elastic (c_L, c_T) of both sides.
    scalar : None, "fluid" or "SH"
    """

    densities: Array
    speeds: Array
    scalar: str | None = None

    @classmethod
    def of(
        cls, first: Material, second: Material, scalar: str | None = None, where: str = ""
    ) -> AcousticContact:
        """Return the contact of two materials.

        Raises
        ------
        BteError
            Where one has no density or no elastic speeds.
        """
        known = [elastic_constants(material, where) for material in (first, second)]
        return cls(np.array([k[0] for k in known]), np.array([k[1] for k in known]), scalar)

    def energy(self, etendue: Array, xi: Array) -> Array:
        """Return E (n, 6, 6) of `Resolved` for etendues (6,) or (n, 6) and xi (n,)."""
        xi = np.atleast_1d(np.asarray(xi, dtype=np.float64))
        if self.scalar is not None:
            return scalar_matrix(self.scalar, self._impedances(), etendue, xi)
        energy = energy_matrix(*self._half_spaces(etendue), xi)
        found = _without_closed(energy, etendue, xi)
        both = (etendue.reshape(-1, 2, 3).sum(axis=2) > 0.0).all(axis=1)
        if both.all():
            return found
        # Where one side has no states everything comes back as it was.
        mirrored = (xi[:, None] < etendue)[:, :, None] * np.eye(6)
        return np.where(np.broadcast_to(both, len(xi))[:, None, None], found, mirrored)

    def limits(self, etendue: Array) -> Array:
        """Return the kinks (n, 6) besides N (n, 6): what theory gives closed channels."""
        both = (etendue.reshape(-1, 2, 3).sum(axis=2) > 0.0).all(axis=1)
        if self.scalar is not None or not both.any():
            return np.zeros_like(etendue)
        squares = [side.squares for side in self._half_spaces(etendue)]
        closed = both[:, None] & (etendue <= 0.0)
        return np.where(closed, np.concatenate(squares, axis=1), 0.0)

    def _impedances(self) -> Array:
        """Return rho c (2, 3) of P, SV, SH."""
        return np.asarray(self.densities[:, None] * self.speeds[:, [0, 1, 1]])

    def _half_spaces(self, etendue: Array) -> tuple[HalfSpace, HalfSpace]:
        """Return the media whose slownesses are those of the channels (6,) or (n, 6)."""
        sides = []
        for side, own in enumerate(np.moveaxis(etendue.reshape(*etendue.shape[:-1], 2, 3), -2, 0)):
            c_l, c_t = self.speeds[side]
            elastic = np.array([c_l, c_t, c_t])
            elastic = np.where(elastic > 0.0, 1.0 / np.where(elastic > 0.0, elastic, 1.0) ** 2, 0.0)
            is_open = own > 0.0
            there = is_open.any(axis=-1)
            held = np.where(there, (elastic * is_open).sum(axis=-1), 1.0)
            ratio = np.where(there, own.sum(axis=-1) / held, 1.0)
            squares = np.where(is_open, own, ratio[..., None] * elastic)
            transverse = squares[..., 1] if c_t > 0.0 else np.full_like(squares[..., 1], np.inf)
            density = self.densities[side] * np.sqrt(ratio)
            sides.append(HalfSpace(density, squares[..., 0], transverse))
        return sides[0], sides[1]


def _without_closed(energy: Array, etendue: Array, xi: Array) -> Array:
    """Return the matrix with what would leave in closed channels given back to the incident one."""
    is_open = xi[:, None] < etendue
    lost = np.where(is_open, (energy * ~is_open[:, :, None]).sum(axis=1), 0.0)
    energy = energy * (is_open[:, :, None] & is_open[:, None, :])
    a = np.arange(6)
    energy[:, a, a] += lost
    return np.asarray(energy)


@dataclass(frozen=True, eq=False)
class _Exchange:
    """E of the pools of an interface."""

    contact: AcousticContact
    etendue: Array

    def __call__(self, pool: int | Ints, x: Array) -> Array:
        """Return E (n, 6, 6) at x (n,) of a pool, or of a pool for each x."""
        return self.contact.energy(self.etendue[pool], x)


def resolved_acoustic(
    materials: tuple[Material, Material],
    labels: tuple[Sequence[str], Sequence[str]],
    flux: Array,
    pool: Ints,
    scalar: str | None = None,
    rough: Rough | None = None,
    names: tuple[str, str] | None = None,
) -> Resolved:
    """Return the acoustic mismatch model between the groups of two materials.

    Parameters
    ----------
    materials : (first, second)
    labels : (first, second)
        Each side's own branch label of every group.
    flux : (2, n_group) [W/m2/K]
        C v of the groups; 0 without states.
    pool : (n_group,) int32
        Pool of each group, such as its band.
    scalar : None, "fluid" or "SH"
        As in `AMM`.
    rough : Rough, optional
        As in `Mixed`.
    names : (first, second), optional
        Regions, for messages.

    Raises
    ------
    BteError
        Where a material has no density or no elastic speeds.
    """
    where = f" between '{names[0]}' and '{names[1]}'" if names else ""
    contact = AcousticContact.of(*materials, scalar, where)
    share = np.array(
        [
            _shares_of(side, tuple(speeds.tolist()))
            for side, speeds in zip(labels, contact.speeds, strict=True)
        ]
    )
    share *= (flux > 0.0)[:, :, None]
    n_pool = int(pool.max(initial=-1)) + 1
    held = np.zeros((n_pool, 2, 3))
    np.add.at(held, pool, (share * flux[:, :, None]).swapaxes(0, 1))
    etendue = held.reshape(n_pool, 6)
    exchange = _Exchange(contact, etendue)
    return Resolved("refracting", share, pool, etendue, exchange, contact.limits(etendue), rough)
