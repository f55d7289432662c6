"""Phonon Boltzmann transport on meshes, beside Fourier's law with Kapitza resistances."""

from importlib.metadata import PackageNotFoundError, version

from bte.api import Problem
from bte.compare import Comparison, compare
from bte.conditions.boundary import (
    Contact,
    Diffuse,
    HeatFlux,
    Isothermal,
    Periodic,
    Specular,
)
from bte.conditions.models import (
    AMM,
    DMM,
    Mixed,
    PressedContact,
    Radiation,
    Resistance,
    Transmission,
)
from bte.conditions.rough import Rough
from bte.conditions.source import Source
from bte.errors import BteError, BteWarning, CaseError, MaterialError, MeshError
from bte.io import load
from bte.junction import interface
from bte.materials import Material
from bte.materials.library import alloy, material
from bte.measure import InterfaceMeasurement, Profile, measure_interface
from bte.mesh import Mesh
from bte.plot_material import plot_material
from bte.solution import Solution

try:
    __version__ = version("phonon-bte")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0+unknown"

__all__ = [
    "AMM",
    "DMM",
    "BteError",
    "BteWarning",
    "CaseError",
    "Comparison",
    "Contact",
    "Diffuse",
    "HeatFlux",
    "InterfaceMeasurement",
    "Isothermal",
    "Material",
    "MaterialError",
    "Mesh",
    "MeshError",
    "Mixed",
    "Periodic",
    "PressedContact",
    "Problem",
    "Profile",
    "Radiation",
    "Resistance",
    "Rough",
    "Solution",
    "Source",
    "Specular",
    "Transmission",
    "alloy",
    "compare",
    "interface",
    "load",
    "material",
    "measure_interface",
    "plot_material",
]
