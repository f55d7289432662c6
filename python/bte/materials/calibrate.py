"""Calibration of relaxation constants against accepted bulk conductivities.

One constant, B of the Umklapp rate, makes the conductivity exact at the reference temperature; a
second, theta, minimises the sum of squares of ln(kappa/accepted) at the others; the impurity
constant A is not fitted but follows from the isotopes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from ..errors import MaterialError
from .dispersion import Branch
from .equilibrium import Array
from .phonons import DispersionModel
from .properties import speed_of_sound
from .resting import einstein_frequency, states_left
from .scattering import Boundary, Impurity, Matthiessen, Rate, Umklapp, mechanisms
from .sheet import Calibration, Lattice
from .solid import Material

_B = (math.log(1e-25), math.log(1e-12))  # bounds of ln B [s/K]
_THETA = (1.0, 3000.0)  # bounds of theta [K]
_MATCHED = 1e-12
_PRINTED = ("B", "theta", "A")


@dataclass(frozen=True)
class Fit:
    """Constants of 1/tau = B omega^2 T exp(-theta/T) + A omega^4 + v/length.

    Attributes
    ----------
    B, theta, A, length : float
        [s/K, K, s3, m]
    """

    B: float
    theta: float
    A: float = 0.0
    length: float = math.inf

    def model(self, branches: Sequence[Branch]) -> DispersionModel:
        """Return the branches with this rate on each."""
        parts: list[Rate] = [Umklapp(self.B, self.theta)]
        if self.A > 0.0:
            parts.append(Impurity(self.A))
        if math.isfinite(self.length):
            parts.append(Boundary(self.length))
        return DispersionModel(tuple(branches), (Matthiessen(tuple(parts)),) * len(branches))


def isotope_constant(lattice: Lattice, speed: float) -> float:
    """Return A = V Gamma/(4 pi v^3) [s3] of isotope scattering, V the volume of an atom.

    https://doi.org/10.1103/PhysRevB.27.858 for a Debye spectrum; 0 without Gamma.
    """
    if lattice.mass_variance is None:
        return 0.0
    return lattice.mass_variance / lattice.atom_density / (4.0 * math.pi * speed**3)


def fit(branches: Sequence[Branch], accepted: Calibration, reference: float, start: Fit) -> Fit:
    """Return the constants that give accepted conductivities.

    Parameters
    ----------
    branches : list of Branch
    accepted : Calibration
        Temperatures, conductivities, and what is fitted: ``B`` or ``B`` and ``theta``.
    reference : float
        The temperature at which the conductivity shall be exact [K].
    start : Fit
        A, and theta where it is not fitted.

    Raises
    ------
    MaterialError
        If no value is given at the reference temperature, or B cannot reach it.
    """
    exact = accepted.at(reference)
    if exact is None:
        raise MaterialError(
            f"calibration has no accepted conductivity at the reference temperature {reference:g} K"
        )
    if "theta" not in accepted.fitted:
        return _matched(branches, reference, exact, start)

    def squares(theta: float) -> float:
        found = _matched(branches, reference, exact, replace(start, theta=theta))
        return float(np.sum(np.log1p(residuals(found.model(branches), accepted)) ** 2))

    best = minimize_scalar(squares, bounds=_THETA, method="bounded", options={"xatol": 1e-6})
    return _matched(branches, reference, exact, replace(start, theta=float(best.x)))


def residuals(model: DispersionModel, accepted: Calibration) -> Array:
    """Return model/accepted - 1 at the temperatures of a calibration."""
    found = [model.conductivity(t) for t in accepted.temperatures]
    return np.asarray(np.array(found) / np.array(accepted.accepted) - 1.0)


def _matched(branches: Sequence[Branch], reference: float, exact: float, start: Fit) -> Fit:
    """Return the fit with the B that gives the exact conductivity."""

    def off(log_b: float) -> float:
        trial = replace(start, B=math.exp(log_b))
        return math.log(trial.model(branches).conductivity(reference) / exact)

    if not off(_B[0]) > 0.0 > off(_B[1]):
        raise MaterialError(
            f"no B gives {exact:g} W/m/K at {reference:g} K with theta = {start.theta:g} K and A = "
            f"{start.A:g} s3; check the branches and A"
        )
    return replace(start, B=math.exp(brentq(off, *_B, xtol=_MATCHED)))


def calibrated_text(text: str, made: Material) -> str:
    """Return the text of a material file with constants and residuals calibrated anew.

    Parameters
    ----------
    text : str
        The file, with ``[calibration]``; each of ``B``, ``theta`` and ``A`` stands there once, and
        ``optical_frequency`` where the states without velocity have one.
    made : Material
        What the file gives now.
    """
    assert made.sheet is not None
    assert isinstance(made.model, DispersionModel)
    accepted = made.sheet.calibration
    if accepted is None:
        return text
    text = _with_frequency(text, made, made.model)
    model = made.model
    if "B" in accepted.fitted:
        walls = [p.length for p in mechanisms(model.rates[0]) if isinstance(p, Boundary)]
        start = Fit(1e-19, _given(text, "theta"), length=min(walls, default=math.inf))
        if made.sheet.lattice is not None:
            speed = speed_of_sound(made)
            start = replace(start, A=isotope_constant(made.sheet.lattice, speed))
        found = fit(model.phonons, accepted, made.sheet.reference_temperature, start)
        rounded = {key: float(f"{getattr(found, key):.8g}") for key in _PRINTED}
        found = replace(found, **rounded)
        for key in _PRINTED:
            text = _put(text, key, f"{getattr(found, key):.8g}")
        model = found.model(model.phonons)
    off = ", ".join(f"{x:.4f}" for x in residuals(model, accepted))
    return _put(text, "residuals", f"[{off}]".replace("-0.0000", "0.0000"))


def _with_frequency(text: str, made: Material, model: DispersionModel) -> str:
    """Return the text with the frequency of the states without velocity, where it has one."""
    lattice = made.sheet.lattice if made.sheet else None
    for part in model.resting:
        if lattice is not None and part.frequency is not None:
            count = states_left(lattice.atom_density, model.phonons)
            at = part.reference_temperature
            found = einstein_frequency(part.heat_capacity, count, at)
            if found is None:
                raise MaterialError(
                    f"material '{made.name}' has optical_frequency, but no frequency at which "
                    f"{count:g} states per m3 hold {part.heat_capacity:g} J/m3/K at {at:g} K; "
                    "leave the key out"
                )
            text = _put(text, "optical_frequency", f'"{found / (2e12 * math.pi):.5g} THz"')
    return text


def _given(text: str, key: str) -> float:
    found = re.search(rf"(?m)^{key} = ([-+.\deE]+)$", text)
    if found is None:
        raise MaterialError(f"the file has no line '{key} = number'; it cannot be calibrated")
    return float(found[1])


def _put(text: str, key: str, value: str) -> str:
    """Return the text with the value of a key replaced, where it is there; sources stay."""
    return re.sub(rf"(?m)^{key} = [^{{\n].*$", f"{key} = {value}", text)
