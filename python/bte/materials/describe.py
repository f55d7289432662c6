"""The sheet of a material as text."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from ..errors import MaterialError
from .phonons import DispersionModel
from .sheet import Calibration, Electrons, Lattice, Sheet

_UNVERIFIED = "  values marked unverified are quoted from the named source and not looked up again"
_THZ = 2.0e12 * math.pi
_WIDTH = 100


def describe(material: Any, temperature: float | None) -> str:
    """Return the lines of `Material.describe`, none much wider than 100 columns."""
    sheet: Sheet | None = material.sheet
    if temperature is None:
        temperature = sheet.reference_temperature if sheet else 300.0
    lines = [f"{material.name}: {material.title}" if material.title else material.name]
    lines += _bulk(material, temperature)
    if material.density is not None:
        lines.append(f"  density        {material.density:g} kg/m3")
    if material.elastic_speeds is not None:
        lines.append("  elastic speeds {:g} and {:g} m/s".format(*material.elastic_speeds))
    lines += _answers(material, temperature)
    if sheet:
        lines += _sheet(sheet, material.conductivity(sheet.reference_temperature))
    lines += [f"  {key}: {text}" for key, text in material.sources.items()]
    if any("unverified" in text for text in material.sources.values()):
        lines.append(_UNVERIFIED)
    return "\n".join(_wrapped(line) for line in lines)


def _wrapped(line: str) -> str:
    """Return a line, broken between words where it is long; what goes on is set in."""
    if len(line) <= _WIDTH:
        return line
    return textwrap.fill(
        line,
        _WIDTH,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _bulk(material: Any, temperature: float) -> list[str]:
    ends = ", ".join(f"{w / _THZ:.4g}" for w in material.cutoffs() if w > 0.0)
    return [
        f"  conductivity   {material.conductivity(temperature):.4g} W/m/K at {temperature:g} K",
        f"  heat capacity  {material.heat_capacity(temperature):.4g} J/m3/K, "
        f"of it {_without_velocity(material, temperature)}",
        f"  branches       {', '.join(material.branches)}",
        f"  cut-offs       {ends} THz" if ends else "  no frequencies",
    ]


def _without_velocity(material: Any, temperature: float) -> str:
    """Return the heat capacity without velocity, and how it depends on the temperature."""
    text = f"{material.model.optical(temperature):.4g} without velocity"
    parts = material.model.resting if isinstance(material.model, DispersionModel) else ()
    tops = {f"{part.frequency / _THZ:.4g}" for part in parts if part.frequency is not None}
    if tops:
        text += f", which freezes out at {' and '.join(sorted(tops))} THz"
    constant = sum(part.at(temperature) for part in parts if part.constant)
    if constant:
        text += f", {constant:.4g} of it" if tops else ","
        text += " the same at all temperatures"
    return text


def _answers(material: Any, temperature: float) -> list[str]:
    """Return the mean paths, the speed of sound and the Debye temperature, where they exist."""
    found = material.accumulation(temperature)
    paths = ", ".join(f"{1e9 * found.reaching(share):.3g}" for share in (0.1, 0.5, 0.9))
    lines = [f"  mean paths     {paths} nm carry 10, 50 and 90 % of the heat"]
    try:
        lines.append(f"  sound          {material.speed_of_sound():.5g} m/s (Debye mean)")
        lines.append(f"  Debye          {material.debye_temperature():.4g} K from it")
    except MaterialError:
        pass
    return lines


def _sheet(sheet: Sheet, lattice_part: float) -> list[str]:
    lines = [f"  status         {sheet.status}"]
    if sheet.unsourced:
        lines.append(f"  no source for  {', '.join(sheet.unsourced)}")
    if sheet.temperature_range:
        lines.append("  meant for      {:g} to {:g} K".format(*sheet.temperature_range))
    if sheet.lattice:
        lines.append(_lattice(sheet.lattice))
    if sheet.electrons:
        lines += _electrons(sheet.electrons, lattice_part)
    if sheet.calibration:
        lines += _calibration(sheet.calibration)
    return lines + [f"  note: {note}" for note in sheet.notes]


def _lattice(lattice: Lattice) -> str:
    sizes = ", ".join(f"{1e9 * a:.5g}" for a in lattice.constants)
    text = f"  lattice        {lattice.structure}"
    text += f", {sizes} nm" if sizes else ""
    atoms = f"{lattice.atoms} atom{'s' if lattice.atoms > 1 else ''}"
    text += f", {atoms} in {1e27 * lattice.cell_volume:.5g} nm3"
    if lattice.debye_temperature:
        text += f", Debye temperature {lattice.debye_temperature:g} K"
    return text + (f", Gamma {lattice.mass_variance:.3g}" if lattice.mass_variance else "")


def _electrons(electrons: Electrons, lattice_part: float) -> list[str]:
    share = 100.0 * electrons.share(lattice_part)
    lines = [
        f"  electrons      {electrons.conductivity:g} W/m/K in all, {share:.3g} % by electrons, "
        "which are left out"
    ]
    given = {
        "gamma": (electrons.heat_capacity_coefficient, "J/m3/K2"),
        "resistivity": (electrons.resistivity, "Ohm m"),
        "Fermi speed": (electrons.fermi_speed, "m/s"),
        "coupling": (electrons.coupling, "W/m3/K"),
    }
    known = [f"{what} {value:.4g} {unit}" for what, (value, unit) in given.items() if value]
    return lines + ([f"                 {', '.join(known)}"] if known else [])


def _calibration(found: Calibration) -> list[str]:
    fitted = ", ".join(found.fitted) or "nothing"
    lines = [f"  accepted       T [K]   W/m/K   model off by (fitted: {fitted})"]
    residuals = found.residuals or (math.nan,) * len(found.accepted)
    for t, value, off in zip(found.temperatures, found.accepted, residuals, strict=True):
        lines.append(f"               {t:7g} {value:7g}   {100.0 * off:+.1f} %")
    return lines
