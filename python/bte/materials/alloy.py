"""Alloys by the virtual-crystal approximation, with scattering by the disorder of mass and size.

Abeles, https://doi.org/10.1103/PhysRev.131.1906; Klemens,
https://doi.org/10.1088/0370-1298/68/12/303.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..errors import MaterialError, quoted
from .carriers import carriers
from .dispersion import Branch, Sine
from .phonons import DispersionModel
from .properties import speed_of_sound
from .resting import Resting
from .scattering import Boundary, Impurity, Matthiessen, Rate, Umklapp, mechanisms
from .sheet import Lattice, Sheet
from .solid import Material

STRAIN = {frozenset(("Si", "Ge")): 39.0}
"""Weight eps of the disorder in size, by pair of elements (Abeles)."""

NORMAL = 2.5
"""Rate of normal processes over that of Umklapp processes (Abeles)."""


class _Part(NamedTuple):
    """One end of an alloy."""

    material: Material
    model: DispersionModel
    lattice: Lattice
    mass: float  # of an atom [kg]


@dataclass(frozen=True)
class _Rates:
    """Constants of B omega^2 T exp(-theta/T) + A omega^4 + v/length."""

    B: float
    theta: float
    A: float
    length: float


def alloy(first: Material, second: Material, share: float, name: str | None = None) -> Material:
    """Return the alloy of two elements of one structure, ``share`` of its atoms of the second.

    Lattice: the cell's volume and its bond lengths interpolate linearly (Vegard), and so do masses
    and force constants m omega_max^2. Rates: A omega^4 with A = V (Gamma + Gamma_isotopes)/
    (4 pi v^3), Gamma = x (1 - x) ((dm/m)^2 + eps (dr/r)^2), V the volume of an atom, v the Debye
    mean of the speeds of sound, and eps from `STRAIN` (0 for other pairs); and
    (1 + 2.5 f) B omega^2 T exp(-theta/T) with ln B and theta interpolated. Normal processes, 2.5
    times as frequent as Umklapp ones, conserve the drift of a pure crystal; in an alloy they hand
    it to modes that disorder scatters, so they resist to the part f, the mean over C v of the
    disorder's share in its rate and Umklapp's, at the reference temperature.

    Parameters
    ----------
    first, second : Material
        Elements of the library with the same structure and sine branches of the same names.
    share : float
        x, 0 <= x <= 1.
    name : str, optional
        By default such as ``Si0.7Ge0.3``.

    Raises
    ------
    MaterialError
        If the share is out of range, or the materials cannot be alloyed.
    """
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0.0 <= share <= 1.0:
        raise MaterialError(f"alloy has share = {share!r}; it must be between 0 and 1")
    ends = (_part(first), _part(second))
    _require_alike(*ends)
    lattice, mass = _lattice(ends, share)
    branches = _branches(ends, share, lattice, mass)
    given = name or f"{first.name}{1.0 - share:.4g}{second.name}{share:.4g}"
    speeds = _elastic(branches)
    bare = Material(given, DispersionModel(branches, ends[0].model.rates), elastic_speeds=speeds)
    rates = _rates(ends, share, lattice, bare)
    parts: list[Rate] = [Umklapp(rates.B, rates.theta)]
    if rates.A > 0.0:
        parts.append(Impurity(rates.A))
    if math.isfinite(rates.length):
        parts.append(Boundary(rates.length))
    resting = _resting(ends, share)
    model = DispersionModel(branches, (Matthiessen(tuple(parts)),) * len(branches), resting)
    made = Material(given, model, mass * lattice.atom_density, speeds)
    title = (
        f"alloy of {first.name} and {second.name}, virtual crystal with disorder of mass and size"
    )
    return made.described(title, _sources(first, second), _sheet(ends, lattice))


def _mixed(share: float, one: float, other: float) -> float:
    """Return the linear interpolation of two values."""
    return (1.0 - share) * one + share * other


def _resting(ends: tuple[_Part, _Part], share: float) -> tuple[Resting, ...]:
    """Return the states without velocity of both ends, each by its share."""
    return tuple(
        replace(part, heat_capacity=weight * part.heat_capacity)
        for end, weight in zip(ends, (1.0 - share, share), strict=True)
        for part in end.model.resting
        if weight > 0.0
    )


def _part(material: Material) -> _Part:
    """Return an end of an alloy, or raise where the material cannot be one."""
    sheet = material.sheet
    if sheet is None or sheet.lattice is None or material.density is None:
        raise MaterialError(
            f"material '{material.name}' has no lattice or no density, so it cannot be alloyed; "
            "take an element of the library, or add [lattice] and density to its file"
        )
    model = material.model
    if not isinstance(model, DispersionModel) or not all(
        isinstance(branch.law, Sine) for branch in model.phonons
    ):
        raise MaterialError(
            f"material '{material.name}' has no sine branches, so there is no virtual crystal of it"
        )
    _constants(material.name, model)
    return _Part(material, model, sheet.lattice, material.density / sheet.lattice.atom_density)


def _require_alike(one: _Part, other: _Part) -> None:
    """Raise where two ends have no common lattice."""
    if one.lattice.structure != other.lattice.structure:
        raise MaterialError(
            f"'{one.material.name}' is {one.lattice.structure} and '{other.material.name}' "
            f"{other.lattice.structure}; an alloy by virtual crystal needs one structure"
        )
    if one.model.branches != other.model.branches:
        raise MaterialError(
            f"'{one.material.name}' has branches {quoted(one.model.branches)} and "
            f"'{other.material.name}' {quoted(other.model.branches)}; they must be the same"
        )


def _constants(name: str, model: DispersionModel) -> _Rates:
    """Return the constants of the one rate that acts on every branch."""
    flat = mechanisms(model.rates[0])
    umklapp = [part for part in flat if isinstance(part, Umklapp)]
    impurity = sum(part.A for part in flat if isinstance(part, Impurity))
    lengths = [part.length for part in flat if isinstance(part, Boundary)]
    known = all(isinstance(part, Umklapp | Impurity | Boundary) for part in flat)
    alike = all(rate == model.rates[0] for rate in model.rates)
    if not (known and alike and len(umklapp) == 1):
        raise MaterialError(
            f"material '{name}' has other rates than one of type 'umklapp_exp' for all branches, "
            "which cannot be interpolated to an alloy"
        )
    return _Rates(umklapp[0].B, umklapp[0].theta, impurity, min(lengths, default=math.inf))


def _lattice(ends: tuple[_Part, _Part], share: float) -> tuple[Lattice, float]:
    """Return the lattice of the alloy and the mean mass of its atoms [kg]."""
    one, other = (end.lattice for end in ends)
    sizes = [end.lattice.cell_volume ** (1.0 / 3.0) for end in ends]
    mass = _mixed(share, ends[0].mass, ends[1].mass)
    variance = sum(
        part * (end.mass / mass) ** 2 * (end.lattice.mass_variance or 0.0)
        for part, end in zip((1.0 - share, share), ends, strict=True)
    )
    constants = zip(one.constants, other.constants, strict=False)
    lattice = replace(
        one,
        constants=tuple(_mixed(share, a, b) for a, b in constants),
        cell_volume=_mixed(share, *sizes) ** 3,
        debye_temperature=None,
        mass_variance=variance,
    )
    return lattice, mass


def _branches(
    ends: tuple[_Part, _Part], share: float, lattice: Lattice, mass: float
) -> tuple[Branch, ...]:
    """Return the branches of the virtual crystal."""
    k_max = (6.0 * math.pi**2 / lattice.cell_volume) ** (1.0 / 3.0)
    found = []
    for one, other in zip(ends[0].model.phonons, ends[1].model.phonons, strict=True):
        tops = (one.frequency_range[1], other.frequency_range[1])
        springs = [end.mass * top**2 for end, top in zip(ends, tops, strict=True)]
        top = math.sqrt(_mixed(share, *springs) / mass)
        found.append(Branch(one.name, one.degeneracy, k_max, Sine(top, k_max)))
    return tuple(found)


def _elastic(branches: tuple[Branch, ...]) -> tuple[float, float]:
    """Return the slopes of the longitudinal and of the transverse branch at k = 0 [m/s]."""
    slopes = {branch.name[0].upper(): float(branch.speed(np.array(0.0))) for branch in branches}
    if not {"L", "T"} <= set(slopes):
        raise MaterialError("an alloy needs branches named L… and T…")
    return slopes["L"], slopes["T"]


def _rates(ends: tuple[_Part, _Part], share: float, lattice: Lattice, bare: Material) -> _Rates:
    """Return the constants of the alloy."""
    one, other = (_constants(end.material.name, end.model) for end in ends)
    log_b = _mixed(share, math.log(one.B), math.log(other.B))
    umklapp = Umklapp(math.exp(log_b), _mixed(share, one.theta, other.theta))
    cube = lattice.atom_density * 4.0 * math.pi * speed_of_sound(bare) ** 3
    disorder = _disorder(ends, share) / cube
    resisting = NORMAL * _share_of_disorder(bare, umklapp, disorder, _reference(ends))
    isotopes = (lattice.mass_variance or 0.0) / cube
    length = 1.0 / _mixed(share, 1.0 / one.length, 1.0 / other.length)
    return _Rates(umklapp.B * (1.0 + resisting), umklapp.theta, disorder + isotopes, length)


def _disorder(ends: tuple[_Part, _Part], share: float) -> float:
    """Return Gamma of the two kinds of atoms."""
    mass = _mixed(share, ends[0].mass, ends[1].mass)
    sizes = [end.lattice.cell_volume ** (1.0 / 3.0) for end in ends]
    size = _mixed(share, *sizes)
    strain = STRAIN.get(frozenset(end.material.name for end in ends), 0.0)
    by_mass = ((ends[1].mass - ends[0].mass) / mass) ** 2
    by_size = float(((sizes[1] - sizes[0]) / size) ** 2)
    return share * (1.0 - share) * (by_mass + strain * by_size)


def _share_of_disorder(bare: Material, umklapp: Umklapp, disorder: float, at: float) -> float:
    """Return the mean over C v of the disorder's share in the rate, at a temperature [K]."""
    if disorder == 0.0:
        return 0.0
    rate = Matthiessen((umklapp, Impurity(disorder)))
    model = bare.model
    assert isinstance(model, DispersionModel)
    rates = (rate,) * len(model.phonons)
    found = carriers(replace(model, rates=rates), at)
    scattered = disorder * found.omega**4 * found.path / found.speed
    weight = found.heat_capacity * found.speed
    return float(np.sum(weight * scattered) / np.sum(weight))


def _reference(ends: tuple[_Part, _Part]) -> float:
    """Return the reference temperature of the first end [K]."""
    sheet = ends[0].material.sheet
    return 300.0 if sheet is None else sheet.reference_temperature


def _sources(first: Material, second: Material) -> dict[str, str]:
    return {
        "branches": f"virtual crystal of the library's {first.name} and {second.name}",
        "rates": "disorder of mass and size, B. Abeles, Phys. Rev. 131, 1906 (1963), "
        "https://doi.org/10.1103/PhysRev.131.1906",
    }


def _sheet(ends: tuple[_Part, _Part], lattice: Lattice) -> Sheet:
    return Sheet(
        reference_temperature=_reference(ends),
        lattice=lattice,
        notes=("Made from two entries, not an entry of its own: it has no calibration.",),
        verified={"branches": True, "rates": False},
    )
