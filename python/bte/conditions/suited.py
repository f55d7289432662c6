"""Whether materials have what an interface model between them needs."""

from __future__ import annotations

from bte.conditions.acoustics import elastic_constants
from bte.conditions.models import AMM, InterfaceModel, Mixed, PressedContact, Transmission
from bte.errors import BteError, quoted, unknown_name
from bte.materials import Material


def check_suited(
    model: InterfaceModel, names: tuple[str, str], materials: tuple[Material, Material]
) -> None:
    """Raise where a model asks for what a material does not have.

    Parameters
    ----------
    model : InterfaceModel
    names, materials : (first, second)
        Regions on both sides and what they are made of.

    Raises
    ------
    BteError
        Without density or elastic speeds for an acoustic mismatch, frequencies for what depends on
        them, or the branches of a transmission by branch.
    """
    if isinstance(model, PressedContact):
        check_suited(model.intrinsic, names, materials)
    if isinstance(model, AMM | Mixed):
        for material in materials:
            elastic_constants(material, f" between '{names[0]}' and '{names[1]}'")
    if isinstance(model, Mixed) and model.rough.needs_frequencies:
        _check_frequencies("Mixed(rms=…)", "Mixed(specularity=…)", names, materials)
    if isinstance(model, Transmission):
        if model.law.by_frequency:
            _check_frequencies(model.name, "a number", names, materials)
        if model.law.by_branch:
            _check_branches(model, names[0], materials[0])


def _check_frequencies(
    what: str, instead: str, names: tuple[str, str], materials: tuple[Material, Material]
) -> None:
    for name, material in zip(names, materials, strict=True):
        if not material.has_frequencies:
            raise BteError(
                f"interface '{names[0]}' / '{names[1]}' is {what}, which depends on the frequency, "
                f"but material '{material.name}' of region '{name}' carries no frequencies, so all "
                f"bands mix; give {instead}, or a material with frequencies"
            )


def _check_branches(model: Transmission, region: str, material: Material) -> None:
    owner = f"material '{material.name}' of region '{region}', from where it is given,"
    for name in model.law.curves:
        if name not in material.branches:
            raise BteError(
                unknown_name("branch of the Transmission", name, material.branches, owner)
            )
    missing = [name for name in material.branches if name not in model.law.curves]
    if missing:
        raise BteError(
            f"{model.name} says nothing of branch {quoted(missing)} of material '{material.name}' "
            f"of region '{region}'; give a fraction for each of {quoted(material.branches)}"
        )
