"""Two materials in contact, by themselves: conductances of their continuous spectra."""

from __future__ import annotations

from bte.conditions.acoustics import AcousticContact
from bte.conditions.interface import transmission_table
from bte.conditions.models import AMM, DMM, INTERFACES, InterfaceModel, Mixed
from bte.conditions.pair import make_pair
from bte.errors import BteError
from bte.junction.angles import AngleParts
from bte.junction.coefficients import Coefficients
from bte.junction.longwave import LowTemperature
from bte.junction.properties import InterfaceProperties
from bte.junction.records import ByBranch, ByFrequency
from bte.materials import Material

__all__ = [
    "AngleParts",
    "ByBranch",
    "ByFrequency",
    "Coefficients",
    "InterfaceProperties",
    "LowTemperature",
    "interface",
]

_REFERENCE = 300.0  # [K]


def interface(
    first: Material, second: Material, model: InterfaceModel | None = None
) -> InterfaceProperties:
    """Return the properties of an interface, of the continuous spectra of both materials.

    Conductance against temperature in both conventions, by frequency, branch and angle, Kapitza
    lengths, the law of low temperatures; it needs no mesh and no bands.

    Parameters
    ----------
    first, second : Material
        See `bte.material`.
    model : DMM, AMM, Mixed, Transmission, Radiation, Resistance or PressedContact, optional
        By default DMM(); a Transmission is that from the first to the second.

    Raises
    ------
    BteError
        Where the model cannot be between these materials: AMM without densities or elastic speeds,
        a transmission that breaks detailed balance.
    """
    for what, material in (("first", first), ("second", second)):
        if not isinstance(material, Material):
            raise BteError(f"{what} is {material!r}; give a material, such as bte.material('Si')")
    chosen = DMM() if model is None else model
    if not isinstance(chosen, INTERFACES):
        known = ", ".join(kind.__name__ for kind in INTERFACES)
        raise BteError(f"model is {model!r}; give one of {known}, such as bte.DMM()")
    if isinstance(chosen, AMM | Mixed):
        AcousticContact.of(first, second, chosen.scalar)
    if not isinstance(chosen, AMM | DMM):
        transmission_table(chosen, make_pair(first, second, _REFERENCE))
    return InterfaceProperties(first, second, chosen)
