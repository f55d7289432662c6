"""What a material leaves out of a problem of phonons."""

from __future__ import annotations

from .properties import Spectral


def cautions(material: Spectral, temperature: float) -> tuple[str, ...]:
    """Return what a problem of phonons at a temperature [K] leaves out, one sentence each."""
    sheet = material.sheet
    if sheet is None:
        return ()
    found = []
    if sheet.electrons is not None:
        total = sheet.electrons.conductivity
        lattice = material.model.conductivity(sheet.reference_temperature)
        found.append(
            f"material '{material.name}' is its lattice alone: electrons carry "
            f"{100.0 * sheet.electrons.share(lattice):.0f} % of its {total:g} W/m/K and are left "
            f"out; {lattice:.3g} W/m/K remain"
        )
    if sheet.temperature_range is not None:
        low, high = sheet.temperature_range
        if not low <= temperature <= high:
            found.append(
                f"material '{material.name}' is meant for {low:g} to {high:g} K, not for "
                f"{temperature:g} K: {sheet.notes[0] if sheet.notes else material.name}"
            )
    return tuple(found)
