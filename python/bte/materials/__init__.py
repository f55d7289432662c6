"""Materials: dispersion, scattering, equilibrium, and the library."""

from .bands import Bands
from .dispersion import Branch
from .material import Material
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
    "Rate",
    "Umklapp",
]
