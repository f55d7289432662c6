"""Tables of an interface: conductances, resistances, Kapitza lengths by temperature."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bte.conditions.models import DMM, InterfaceModel, Mixed, PressedContact, Transmission
from bte.errors import BteError, MaterialError
from bte.materials import Material
from bte.post.tables import Table

if TYPE_CHECKING:
    from bte.junction.properties import InterfaceProperties

Array = NDArray[np.float64]


def model_name(model: InterfaceModel) -> str:
    """Return a model in short, as in the tables of a solve."""
    if isinstance(model, Transmission):
        return model.name
    if isinstance(model, DMM):
        return "DMM(inelastic)" if model.inelastic else "DMM"
    if isinstance(model, Mixed):
        p, rms = model.rough.specularity, model.rough.rms
        what = f"rms={rms:g} m" if rms is not None else f"p={p:g}" if not callable(p) else "p(…)"
        return f"Mixed({what}{_scalar(model.scalar)})"
    if type(model).__name__ == "AMM":
        form = _scalar(getattr(model, "scalar", None))
        return f"AMM({form[2:]})" if form else "AMM"
    if isinstance(model, PressedContact):
        return f"PressedContact({model.pressure:g} Pa)"
    return repr(model).replace("()", "")


def _scalar(form: str | None) -> str:
    return f", scalar {form}" if form else ""


def title(properties: InterfaceProperties) -> str:
    """Return what the interface is."""
    first, second = properties.first.name, properties.second.name
    return f"{first} | {second}: {model_name(properties.model)}"


def conductance_table(
    properties: InterfaceProperties,
    temperatures: Array,
    convention: str | None = None,
    cutoff: str = "channel",
) -> Table:
    """Return temperature, conductances, resistance and Kapitza lengths.

    Parameters
    ----------
    convention : str or None
        One alone; by default emitted and local, and the resistance of the latter.
    cutoff : str
        As in `InterfaceProperties.conductance`.
    """
    shown = (convention,) if convention else ("emitted", "local")
    if cutoff != "channel" and not convention:
        shown = ("emitted",)
    columns = [np.atleast_1d(properties.conductance(temperatures, c, cutoff)) for c in shown]
    with np.errstate(divide="ignore"):
        resistance = 1.0 / columns[-1]
    sides = properties.first, properties.second
    rows = [
        (
            f"{t:g}",
            *(f"{column[i]:.5g}" for column in columns),
            f"{resistance[i]:.4g}",
            *(_length(resistance[i] * conductivity(material, t)) for material in sides),
        )
        for i, t in enumerate(temperatures.tolist())
    ]
    header = (
        "T (K)",
        *(f"G {name} (W/m2K)" for name in shown),
        f"R {shown[-1]} (m2K/W)",
        *(f"κ/G of {material.name}" for material in sides),
    )
    return Table(title(properties), header, tuple(rows))


def conductivity(material: Material, temperature: float) -> float:
    """Return the conductivity of a material [W/m/K], NaN where its rates give none."""
    try:
        return material.conductivity(temperature)
    except MaterialError:
        return math.nan


def branch_table(properties: InterfaceProperties, temperature: float) -> Table:
    """Return the shares of the branches in the conductance."""
    found = properties.by_branch(temperature)
    total = found.total or 1.0
    rows = tuple(
        (name, *(f"{100.0 * x / total:.2f} %" for x in row), f"{100.0 * row.sum() / total:.2f} %")
        for name, row in zip(found.first, found.values, strict=True)
    )
    first, second = properties.first.name, properties.second.name
    return Table(
        f"Shares of the branches at {temperature:g} K (from {first} to {second})",
        ("", *found.second, "all"),
        rows,
    )


def remarks(properties: InterfaceProperties, cutoff: str = "channel") -> list[str]:
    """Return what a user should know besides the numbers."""
    said = []
    if cutoff != "channel":
        said.append(
            f"G and R above have cut-offs '{cutoff}'; shares, low temperatures, figure and numbers "
            "by frequency, branch and angle have 'channel', as in transport"
        )
    if isinstance(properties.model, PressedContact):
        said.append("the resistance of a pressed contact is not a Kapitza resistance")
    try:
        said.append(f"low temperatures: {properties.low_temperature()}")
    except BteError as error:
        said.append(f"low temperatures: {error}")
    said.append(
        "G emitted refers to the temperatures of the phonons that arrive, G local to those of "
        "local equilibrium beside the interface; κ/G is the length of the material with the same "
        "resistance"
    )
    return said


def _length(metres: float) -> str:
    """Return a length in the unit that suits it."""
    if np.isnan(metres):
        return "-"
    if metres > 1e3:
        return "> 1 km"
    for factor, unit in ((1.0, "m"), (1e-3, "mm"), (1e-6, "µm"), (1e-9, "nm")):
        if metres >= factor:
            return f"{metres / factor:.4g} {unit}"
    return f"{metres / 1e-9:.3g} nm"
