"""Interfaces between materials: one transmission table serves BTE and Fourier.

In band b a side emits ``H_b = C v / 4`` per kelvin, its branches pooled. Energy conservation and
detailed balance tie the two transmissions of a diffuse interface together:

    t_12 H_1 = t_21 H_2        (per band; of the totals where the interface mixes all bands)

Where one side has no states in a band the band is reflected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bte.conditions.acoustic_tables import acoustic_table
from bte.conditions.models import (
    AMM,
    DMM,
    InterfaceModel,
    Mixed,
    PressedContact,
    Radiation,
    Resistance,
    Transmission,
)
from bte.conditions.pair import Pair
from bte.conditions.pressed import pressed_table
from bte.conditions.resistance import resistance_table
from bte.conditions.suited import check_suited
from bte.conditions.table import Array, TransmissionTable, balanced_table
from bte.conditions.transmission import given_table

__all__ = ["TransmissionTable", "transmission_table"]


def transmission_table(model: InterfaceModel, pair: Pair) -> TransmissionTable:
    """Return the table of an interface model.

    Parameters
    ----------
    model : DMM, AMM, Mixed, Transmission, Radiation, Resistance or PressedContact
        The model; a Transmission is that from the first side to the second.
    pair : Pair
        Both sides.

    Raises
    ------
    BteError
        Where the model cannot be: a material lacks what it asks for, more would go through than the
        second side can send back, a resistance lies below that of the radiation limit.
    """
    check_suited(model, pair.names, pair.materials)
    return _MAKERS[type(model)](model, pair)


def _mismatch(model: DMM, pair: Pair) -> TransmissionTable:
    """Return ``t_12 = H_2 / (H_1 + H_2)``, of the totals where bands mix."""
    pair = pair.mixed() if model.inelastic else pair
    first, second = pair.sides
    forward = _quotient(second, first + second, pair)
    return balanced_table(pair, forward, "DMM(inelastic)" if model.inelastic else "DMM")


def _radiation(model: Radiation, pair: Pair) -> TransmissionTable:
    """Return ``t_12 H_1 = min(H_1, H_2)``."""
    first, second = pair.sides
    return balanced_table(pair, _quotient(np.minimum(first, second), first, pair), "Radiation")


def _pressed(model: PressedContact, pair: Pair) -> TransmissionTable:
    return pressed_table(model, pair, transmission_table(model.intrinsic, pair))


def _quotient(above: Array, below: Array, pair: Pair) -> Array:
    return np.asarray(np.where(pair.both, above / np.where(pair.both, below, 1.0), 0.0))


_MAKERS: dict[type, Callable[[Any, Pair], TransmissionTable]] = {
    DMM: _mismatch,
    AMM: acoustic_table,
    Mixed: acoustic_table,
    Radiation: _radiation,
    Transmission: given_table,
    Resistance: resistance_table,
    PressedContact: _pressed,
}
