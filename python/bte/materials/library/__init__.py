"""The materials that come with bte, one TOML file each, and files of the same form."""

from __future__ import annotations

import difflib
import os
import warnings
from pathlib import Path

from ...errors import BteWarning, MaterialError, quoted
from .. import alloy as virtual
from ..solid import Material
from .alloys import alloy_parts
from .read import material_from_table, read_text

__all__ = ["alloy", "available", "entry", "material", "material_from_table"]


_FOLDER = Path(__file__).parent
_DFT = ":dft"  # names of the tables from first principles end so


def available() -> tuple[str, ...]:
    """Return the names of the materials that come with bte."""
    plain = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    return (*plain, *sorted(path.stem + _DFT for path in (_FOLDER / "modes").glob("*.toml")))


def material(name: str | os.PathLike[str]) -> Material:
    """Return a material of the library by its name, or read one from a TOML file.

    Parameters
    ----------
    name : str or path
        A name that :func:`available` lists (``Si``, ``Si:dft``), an alloy such as ``Si0.7Ge0.3``,
        or the path of a file (it ends in ``.toml``).

    Warns
    -----
    BteWarning
        If the entry holds values for which no source was found.

    Raises
    ------
    MaterialError
        If the name or the file does not exist, or a key of the file is missing, unknown, of the
        wrong type or out of range; the message names file and key.
    """
    found = entry(name)
    if found.sheet is not None and found.sheet.unsourced:
        warnings.warn(
            f"material '{found.name}' has no source for {quoted(found.sheet.unsourced)}; check "
            "what depends on it",
            BteWarning,
            stacklevel=2,
        )
    return found


def entry(name: str | os.PathLike[str]) -> Material:
    """Return a material as :func:`material` does, without a warning."""
    if not isinstance(name, str | os.PathLike):
        raise MaterialError(
            f"material is {name!r}; give a name of the library ({quoted(available())}) or the path "
            "of a .toml file"
        )
    text = str(os.fspath(name))
    if not text.endswith(".toml"):
        parts = None if text in available() else alloy_parts(text)
        if parts is not None:
            return virtual.alloy(entry(parts[0]), entry(parts[1]), parts[2], text)
        if text not in available():
            raise MaterialError(_unknown(text))
        file = _FOLDER / f"{text}.toml"
        if text.endswith(_DFT):
            file = _FOLDER / "modes" / f"{text[: -len(_DFT)]}.toml"
        return read_text(file.read_text(encoding="utf-8"), f"{text}.toml", file.parent)
    try:
        path = Path(text)
        return read_text(path.read_text(encoding="utf-8"), text, path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise MaterialError(f"material file '{text}' cannot be read: {error}") from None


def alloy(first: str | Material, second: str | Material, share: float) -> Material:
    """Return the alloy of two elements, ``share`` of its atoms of the second.

    Virtual crystal with disorder of mass and size: see :func:`bte.materials.alloy.alloy`.

    Parameters
    ----------
    first, second : str or Material
        Elements of one structure, such as ``"Si"`` and ``"Ge"``.
    share : float
        Atoms of the second over all, 0 to 1.

    Raises
    ------
    MaterialError
        If the share is out of range, or the two cannot be alloyed.
    """
    ends = [part if isinstance(part, Material) else material(part) for part in (first, second)]
    return virtual.alloy(ends[0], ends[1], share)


def _unknown(name: str) -> str:
    """Return the sentence for a name that is not in the library: the nearest names, or all."""
    plain = {known.lower(): known for known in available()}
    near = [known for known in plain if known.startswith(name.lower())]
    near += difflib.get_close_matches(name.lower(), plain, n=3, cutoff=0.5)
    names = " or ".join(f"'{plain[known]}'" for known in dict.fromkeys(near[:3]))
    if near:
        found = f"; did you mean {names}? `bte materials` lists them"
    else:
        found = f" (the library has: {quoted(available())})"
    return (
        f"material '{name}' does not exist{found}; alloys are written as 'Si0.7Ge0.3', and a file "
        "of your own must end in .toml"
    )
