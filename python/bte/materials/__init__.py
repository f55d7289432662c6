"""Materials: dispersion, scattering, equilibrium, and the library."""

from .bands import Bands
from .dispersion import Branch
from .library import available, material
from .modes import ModeTable, make_table
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
from .solid import Material

__all__ = [
    "Bands",
    "Boundary",
    "Branch",
    "ConstantPath",
    "ConstantRate",
    "Holland",
    "HollandTransverse",
    "Impurity",
    "Material",
    "Matthiessen",
    "ModeTable",
    "Rate",
    "Umklapp",
    "available",
    "make_table",
    "material",
]
