"""Materials: dispersion, scattering, equilibrium, and the library."""

from .bands import Bands
from .dispersion import Branch
from .library import available, material
from .modes import ModeTable, make_table
from .properties import Accumulation, StateDensity
from .scattering import (
    Boundary,
    ConstantPath,
    ConstantRate,
    Holland,
    HollandTransverse,
    Impurity,
    Matthiessen,
    Rate,
    Umklapp,
)
from .sheet import Calibration, Electrons, Lattice, Sheet
from .solid import Material

__all__ = [
    "Accumulation",
    "Bands",
    "Boundary",
    "Branch",
    "Calibration",
    "ConstantPath",
    "ConstantRate",
    "Electrons",
    "Holland",
    "HollandTransverse",
    "Impurity",
    "Lattice",
    "Material",
    "Matthiessen",
    "ModeTable",
    "Rate",
    "Sheet",
    "StateDensity",
    "Umklapp",
    "available",
    "make_table",
    "material",
]
