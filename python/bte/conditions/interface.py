"""Interfaces between materials: one transmission table serves BTE and Fourier.

In band b a side emits ``H_b = C v / 4`` per kelvin, its branches pooled. Energy conservation and
detailed balance tie the two transmissions of a diffuse interface together:

    t_12 H_1 = t_21 H_2        (per band; of the totals where the interface mixes all bands)

Where one side has no states in a band the band is reflected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.conditions.models import InterfaceModel, Transmission
from bte.conditions.resolved import Resolved
from bte.errors import BteError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TransmissionTable:
    """What fraction of each band goes through, from either side.

    Attributes
    ----------
    first, second : str
        Regions; ``forward`` is from the first to the second.
    forward, backward : (n_band,)
        Transmitted fractions; all equal where the interface mixes the bands.
    emission : (2, n_band) [W/m2/K]
        ``C v / 4`` of both sides per band.
    mixing : bool
        Whether the bands of a side are pooled (a side carries no frequencies).
    name : str
        The model, for reports.
    resolved : Resolved or None
        How directions and groups are told apart; None where both leave diffusely, branches pooled.
    """

    first: str
    second: str
    forward: Array
    backward: Array
    emission: Array
    mixing: bool
    name: str
    resolved: Resolved | None = None

    def pooled(self) -> tuple[Array, Array, Array]:
        """Return forward, backward and the first side's emission over the bands that couple.

        One entry, of the totals, where the interface mixes the bands.
        """
        if self.mixing:
            total = self.emission.sum(axis=1)
            return self.forward[:1], self.backward[:1], total[:1]
        open_ = (self.forward > 0) & (self.emission > 0).all(axis=0)
        return self.forward[open_], self.backward[open_], self.emission[0, open_]


def transmission_table(
    model: InterfaceModel,
    names: tuple[str, str],
    emission: Array,
    mixing: bool,
    band_edges: Array | None,
) -> TransmissionTable:
    """Return the table of an interface model.

    Parameters
    ----------
    model : DMM or Transmission
        The model; a Transmission is that from ``names[0]`` to ``names[1]``.
    names : (first, second)
        Regions on both sides.
    emission : (2, n_band) [W/m2/K]
        ``C v / 4`` per band of both sides.
    mixing : bool
        Whether a side carries no frequencies, so that all bands are pooled.
    band_edges : (n_band + 1,) [rad/s] or None
        Edges, to name the band of an impossible transmission.

    Raises
    ------
    BteError
        Where ``t H_1 > H_2``: more would go through than the second side can send back.
    """
    sides = emission.sum(axis=1, keepdims=True) if mixing else emission
    forward = _forward(model, names, sides, None if mixing else band_edges)
    backward = np.divide(
        forward * sides[0], sides[1], out=np.zeros_like(forward), where=sides[1] > 0
    )
    n_band = emission.shape[1]
    if mixing:
        forward, backward = np.full(n_band, forward[0]), np.full(n_band, backward[0])
    name = "DMM"
    if isinstance(model, Transmission):
        name = f"Transmission({model.transmission:g})"
    return TransmissionTable(*names, forward, backward, emission, mixing, name)


def _forward(
    model: InterfaceModel, names: tuple[str, str], sides: Array, band_edges: Array | None
) -> Array:
    first, second = sides
    both = (first > 0) & (second > 0)
    if not isinstance(model, Transmission):
        return np.where(both, second / np.where(both, first + second, 1.0), 0.0)
    if model.of == "smaller side":
        smaller = model.transmission * np.minimum(first, second)
        return np.where(both, smaller / np.where(both, first, 1.0), 0.0)
    _check_balance(model.transmission, names, sides, both, band_edges)
    return np.where(both, model.transmission, 0.0)


def _check_balance(
    t: float,
    names: tuple[str, str],
    sides: Array,
    both: NDArray[np.bool_],
    band_edges: Array | None,
) -> None:
    first, second = sides
    broken = both & (t * first > second * (1 + 1e-12))
    if not broken.any():
        return
    ratio = np.where(broken, second / np.where(first > 0, first, 1.0), np.inf)
    worst = int(ratio.argmin())
    share = first[broken].sum() / first.sum()
    band = "all bands together" if len(first) == 1 else f"band {worst}"
    if band_edges is not None:
        low, high = band_edges[worst] / 1e12, band_edges[worst + 1] / 1e12
        band += f" ({low:.3g} to {high:.3g} Trad/s)"
    raise BteError(
        f"transmission {t:g} from '{names[0]}' to '{names[1]}' breaks detailed balance: in {band} "
        f"at most {ratio[worst]:.4g} can go through, and bands with {100 * share:.3g} % of the "
        f'flux are concerned; lower it, or use Transmission({t:g}, of="smaller side")'
    )
