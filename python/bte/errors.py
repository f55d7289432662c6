"""The exceptions of bte and the one helper that gives every message the same shape."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BteError(ValueError):
    """Bad input: what was found, what is allowed, what to do."""


class MeshError(BteError):
    """A mesh that cannot be used."""


class MaterialError(BteError):
    """A material that cannot be used."""


class CaseError(BteError):
    """A case file that cannot be used."""


class BteWarning(UserWarning):
    """Input that can be used but is probably not what was meant."""


def quoted(names: Iterable[str]) -> str:
    """Return ``'a', 'b', 'c'``, or ``none`` for nothing."""
    return ", ".join(f"'{name}'" for name in names) or "none"


def unknown_name(kind: str, name: str, known: Iterable[str], owner: str = "") -> str:
    """Return the sentence for a name that does not exist, with the nearest match suggested.

    Parameters
    ----------
    kind : str
        What the name should have named, such as ``"boundary"``.
    name : str
        The name that was found.
    known : iterable of str
        The names that exist.
    owner : str
        Who has those names, such as ``"the mesh"``.
    """
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    where = f"{owner} has" if owner else "there are"
    return f"{kind} '{name}' does not exist{hint} ({where}: {quoted(known)})"
