"""Physical constants, and reading of values with units into SI.

References
----------
CODATA 2018; hbar and k_B are exact in the SI of 2019, https://doi.org/10.1103/RevModPhys.93.025010
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from .errors import BteError, unknown_name

HBAR = 1.054571817e-34
"""Reduced Planck constant [J s]."""

K_B = 1.380649e-23
"""Boltzmann constant [J/K]."""

N_A = 6.02214076e23
"""Avogadro constant [1/mol]."""

_PREFIXES = {
    "": 1.0,
    "f": 1e-15,
    "p": 1e-12,
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "c": 1e-2,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
}

# SI factor and exponents of (kg, m, s, K). Hz counts 2 pi: only angular frequencies have this unit.
_SYMBOLS: dict[str, tuple[float, tuple[int, int, int, int]]] = {
    "W": (1.0, (1, 2, -3, 0)),
    "J": (1.0, (1, 2, -2, 0)),
    "K": (1.0, (0, 0, 0, 1)),
    "g": (1e-3, (1, 0, 0, 0)),
    "s": (1.0, (0, 0, 1, 0)),
    "m": (1.0, (0, 1, 0, 0)),
    "rad": (1.0, (0, 0, 0, 0)),
    "Pa": (1.0, (1, -1, -2, 0)),
    "Hz": (2.0 * math.pi, (0, 0, -1, 0)),
}

_TOKEN = re.compile(r"([fpnumckMGT]?)(rad|Hz|Pa|W|J|K|g|s|m)(-?\d)?")
_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$", re.DOTALL)
_PLAIN = str.maketrans({"µ": "u", "μ": "u", "²": "2", "³": "3", "·": " ", "*": " ", "^": None})


@dataclass(frozen=True)
class Dimension:
    """A kind of quantity: its exponents of (kg, m, s, K), and the spellings shown in errors."""

    exponents: tuple[int, int, int, int]
    unit: str
    examples: str


DIMENSIONS = {
    "length": Dimension((0, 1, 0, 0), "m", "pm, nm, um, mm, cm, m"),
    "volume": Dimension((0, 3, 0, 0), "m3", "nm3, um3, mm3, m3"),
    "time": Dimension((0, 0, 1, 0), "s", "fs, ps, ns, us, ms, s"),
    "temperature": Dimension((0, 0, 0, 1), "K", "uK, mK, K"),
    "temperature gradient": Dimension((0, -1, 0, 1), "K/m", "K/m, K/um, mK/nm"),
    "power": Dimension((1, 2, -3, 0), "W", "nW, uW, mW, W"),
    "power per length": Dimension((1, 1, -3, 0), "W/m", "uW/um, mW/mm, W/m"),
    "flux": Dimension((1, 0, -3, 0), "W/m2", "W/m2, kW/m2, MW/m2, GW/m2, W/cm2"),
    "power density": Dimension((1, -1, -3, 0), "W/m3", "W/m3, GW/m3, uW/um3, W/cm3"),
    "conductance": Dimension((1, 0, -3, -1), "W/m2/K", "W/m2K, kW/m2K, MW/m2K, GW/m2K"),
    "resistance": Dimension((-1, 0, 3, 1), "m2K/W", "m2K/W, m2K/MW, m2K/GW"),
    "conductivity": Dimension((1, 1, -3, -1), "W/m/K", "W/m/K, mW/m/K"),
    "speed": Dimension((0, 1, -1, 0), "m/s", "m/s, km/s, nm/ps"),
    "heat capacity": Dimension((1, -1, -2, -1), "J/m3/K", "J/m3/K, MJ/m3/K, J/cm3/K"),
    "pressure": Dimension((1, -1, -2, 0), "Pa", "Pa, kPa, MPa, GPa"),
    "density": Dimension((1, -3, 0, 0), "kg/m3", "kg/m3, g/cm3"),
    "angular frequency": Dimension((0, 0, -1, 0), "rad/s", "rad/s, Trad/s, THz"),
    "wave number": Dimension((0, -1, 0, 0), "1/m", "1/m, 1/nm, rad/m"),
    "rate": Dimension((0, 0, -1, 0), "1/s", "1/s, 1/ns, 1/ps"),
}
"""The kinds of quantity that :func:`parse` knows."""


def parse(value: object, dimension: str, name: str = "") -> float:
    """Return a value in SI units; a number is SI already, a text is a number and a unit.

    A unit is written as factors with exponents, the slash dividing by all up to the next slash:
    ``"50 nm"``, ``"1e17 W/m3"``, ``"20 MW/m2K"``, ``"148 W/m/K"``, ``"8 THz"`` (a frequency in Hz
    is multiplied by 2 pi where an angular frequency is meant).

    Parameters
    ----------
    value : int, float or str
        The value found.
    dimension : str
        A key of :data:`DIMENSIONS`.
    name : str
        What the value is, for the message.

    Raises
    ------
    BteError
        If it is not a finite number, or the unit is unknown or of another dimension.
    """
    if dimension not in DIMENSIONS:
        raise BteError(unknown_name("dimension", dimension, DIMENSIONS))
    subject = name or dimension
    if isinstance(value, str):
        number, unit = _split(value, dimension, subject)
        result = number * _factor(unit, dimension, subject, value)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise BteError(f"{subject} is {value!r}; {_advice(dimension)}")
    else:
        result = float(value)
    if not math.isfinite(result):
        raise BteError(f"{subject} is {value!r}, which is not a finite number; give a finite one")
    return result


def _advice(dimension: str) -> str:
    known = DIMENSIONS[dimension]
    return f"write a number in {known.unit}, or a text with a unit such as {known.examples}"


def _split(text: str, dimension: str, subject: str) -> tuple[float, str]:
    """Return the number and the unit of a text."""
    match = _NUMBER.match(text)
    if match is None:
        raise BteError(f"{subject} '{text}' does not start with a number; {_advice(dimension)}")
    return float(match[1]), match[2]


def _factor(unit: str, dimension: str, subject: str, text: str) -> float:
    """Return the SI factor of a unit that must have the given dimension."""
    known = DIMENSIONS[dimension]
    if not unit:
        return 1.0
    # W/mK means W/(m K) to everyone; as millikelvin it would have the wrong dimension anyway.
    spelled = re.sub(r"/\(?mK\)?$", "/m/K", unit) if dimension == "conductivity" else unit
    measured = _measure(spelled)
    # A rate in Hz could mean 1/s or 2 pi/s.
    unclear = dimension == "rate" and ("Hz" in unit or "rad" in unit)
    article = "an" if dimension[0] in "aeiou" else "a"
    if measured is None or measured[1] != known.exponents or unclear:
        raise BteError(
            f"{subject} '{text}' has the unit '{unit}', which is not {article} {dimension}; "
            f"{_advice(dimension)}"
        )
    return measured[0]


def _measure(unit: str) -> tuple[float, tuple[int, ...]] | None:
    """Return the SI factor and the exponents of a unit, or None where it cannot be read."""
    factor, exponents = 1.0, [0, 0, 0, 0]
    plain = unit.translate(_PLAIN).replace("(", "").replace(")", "")
    for n, part in enumerate(plain.split("/")):
        if n == 0 and plain.startswith("1/"):
            continue
        pieces = part.split()
        if not pieces or any(_TOKEN.sub("", piece) for piece in pieces):
            return None
        for prefix, symbol, power in (t for piece in pieces for t in _TOKEN.findall(piece)):
            signed = int(power or 1) * (-1 if n else 1)
            size, dims = _SYMBOLS[symbol]
            factor *= (_PREFIXES[prefix] * size) ** signed
            exponents = [e + signed * d for e, d in zip(exponents, dims, strict=True)]
    return factor, tuple(exponents)
