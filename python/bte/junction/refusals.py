"""What two materials and a model cannot answer."""

from __future__ import annotations

from bte.conditions.models import InterfaceModel
from bte.errors import BteError
from bte.junction.reference import scales
from bte.junction.spectra import Sides


def require_frequencies(sides: Sides, what: str) -> None:
    """Raise where a side carries no frequencies; `what` is the question that needs them."""
    for material in sides.materials:
        if not material.has_frequencies:
            raise BteError(
                f"{what} asks for frequencies, and material '{material.name}' carries none; "
                "ask for the conductance, or give a material with a dispersion"
            )


def require_steady(sides: Sides, model: InterfaceModel) -> None:
    """Raise where what passes at a frequency depends on the temperature."""
    if sides.constant or (sides.sharp and scales(sides, model)):
        return
    first, second = (material.name for material in sides.materials)
    raise BteError(
        f"one_way_flux of {model!r} between '{first}' and '{second}' does not exist: "
        "transmissions depend on T, so no flux has the conductance as its derivative; ask for "
        "the conductance"
    )
