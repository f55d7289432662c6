"""An interface on a grid that resolves it, at any temperature at once.

Where both spectra scale with the heat capacity of a mode, c(omega, T), what passes does too: it is
computed once, of modes, and multiplied by c.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BarycentricInterpolator

from bte.conditions.acoustics import resolved_acoustic
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
from bte.junction.acoustic import acoustic_far
from bte.junction.exchange import Snapshot, snapshot
from bte.junction.grid import crossings, panel_grid, panels_between, refined
from bte.junction.spectra import Sides

Array = NDArray[np.float64]

_REFERENCE = 300.0  # [K], where modes are not enough
_INTERPOLATED = 14  # points for the long waves
_ERROR = 1e-10  # of that interpolation
_TRIES = 6
_NARROW = 1e-9  # of the narrowest width


def scales(sides: Sides, model: InterfaceModel) -> bool:
    """Return whether what passes is, at each frequency, the same part at all temperatures."""
    if isinstance(model, DMM):
        return sides.steady and not model.inelastic
    if isinstance(model, Mixed):
        return sides.steady and not callable(model.rough.specularity)
    return sides.steady and not isinstance(model, Resistance | PressedContact)


def among_all(
    model: InterfaceModel, omega: Array, reference: Callable[[], Snapshot]
) -> tuple[Array, Array]:
    """Return frequencies and their widths (n + m,), with the whole spectrum where it decides.

    The first n are those asked for. Where the model pools or weighs all frequencies, the m of the
    reference follow, and the first are so narrow that they do not count.
    """
    whole = isinstance(model, Resistance | PressedContact) or getattr(model, "inelastic", False)
    if not whole:
        return omega, np.ones_like(omega)
    rest = reference()
    narrow = np.full_like(omega, _NARROW * float(rest.weight.min()))
    return np.concatenate([omega, rest.omega]), np.concatenate([narrow, rest.weight])


def make_reference(sides: Sides, model: InterfaceModel) -> Snapshot:
    """Return an interface, of modes where it `scales`, otherwise at a temperature.

    Frequencies are split at cut-offs, where wave numbers of both sides cross, and at the points of
    tables, then halved until all is resolved.
    """
    reference = _Reference(sides, model)
    points = sides.ends()
    points = np.unique(np.concatenate([points, reference.kinks(points)]))
    panels = panels_between(points)
    low, long_waves = reference.long_waves(panels, float(points[1]))
    fine, values = refined(panels[low:], reference.ratios)
    grid = panel_grid(np.concatenate([panels[:low], fine]))
    count = 16 * low
    ratios = values
    if long_waves is not None:
        ratios = np.concatenate([long_waves(grid.omega[:count]), values])
    return reference.snapshot_of(grid.omega, grid.weight, ratios)


class _Reference:
    """The interface as ratios of order one, ``X_ij/sqrt(F_i F_j)``, by frequency."""

    def __init__(self, sides: Sides, model: InterfaceModel) -> None:
        # A resistance decides by the whole spectrum; its grid is that of what can pass at most.
        whole = isinstance(model, Resistance | PressedContact)
        self.sides, self.model = sides, Radiation() if whole else model
        self.of_modes = scales(sides, model)
        self.acoustic = isinstance(model, AMM | Mixed)

    def flux(self, omega: Array) -> tuple[Array, Array]:
        """Return modes, or C v per frequency, of the branches (n_branch, n) of both sides."""
        first, second = (self.sides.modes(side, omega) for side in (0, 1))
        if self.of_modes:
            return first, second
        c = [self.sides.factor(side, omega, _REFERENCE) for side in (0, 1)]
        return first * c[0], second * c[1]

    def at(self, omega: Array) -> Snapshot:
        """Return the interface at frequencies."""
        ones = np.ones_like(omega)
        pair = self.sides.pair(omega, ones, self.flux(omega), _REFERENCE)
        return snapshot(self.model, pair, omega, ones)

    def ratios(self, omega: Array) -> Array:
        """Return what is interpolated (n, n_first n_second + 1 + n_first + n_second)."""
        found = self.at(omega)
        scale = np.sqrt(found.flux[0][:, :, None] * found.flux[1][:, None, :])
        ratio = np.divide(found.block, scale, out=np.zeros_like(scale), where=scale > 0.0)
        if found.pooled:  # the whole spectrum decides, not a frequency
            ratio = np.zeros_like(ratio)
        moment = np.zeros(len(omega)) if found.moment is None else found.moment
        shapes = [part / max(float(part.max(initial=0.0)), 1e-300) for part in found.flux]
        parts = [ratio.reshape(len(omega), -1), moment[:, None], *shapes]
        return np.concatenate(parts, axis=1)

    def snapshot_of(self, omega: Array, weight: Array, ratios: Array) -> Snapshot:
        """Return the interface from its ratios."""
        first, second = self.flux(omega)
        count = len(first) * len(second)
        block = ratios[:, :count].reshape(-1, len(first), len(second))
        block = block * np.sqrt(first.T[:, :, None] * second.T[:, None, :])
        found = Snapshot(omega, weight, block, (first.T, second.T), False)
        if self.acoustic or getattr(self.model, "directional", False):
            far = cache(lambda: self._far(found))
            return replace(found, moment=ratios[:, count], far=far)
        return found

    def _far(self, found: Snapshot) -> Array:
        """Return what resists seen from far away, of the frequencies (n,)."""
        if not isinstance(self.model, AMM | Mixed):
            far = self.at(found.omega).far
            assert far is not None
            return far()
        flux = found.flux[0].T, found.flux[1].T
        pair = self.sides.pair(found.omega, np.ones_like(found.omega), flux, _REFERENCE)
        return acoustic_far(self.model, pair, found.transmissions[0])

    def kinks(self, points: Array) -> Array:
        """Return other frequencies where what passes has a kink."""
        found = [crossings(points, self._curves)]
        if isinstance(self.model, Transmission):
            tables = self.model.law.frequencies
            found.append(tables[(tables > 0.0) & (tables < points[-1])])
        return np.concatenate(found)

    def _curves(self, omega: Array) -> Array:
        """Return what kinks where two of it are equal: totals, etendues, limits of theory."""
        first, second = self.flux(omega)
        totals = np.stack([first.sum(axis=0), second.sum(axis=0)], axis=1)
        if not self.acoustic:
            return totals
        pair = self.sides.pair(omega, np.ones_like(omega), (first, second), _REFERENCE)
        scalar = getattr(self.model, "scalar", None)
        resolved = resolved_acoustic(pair.materials, pair.labels, pair.flux, pair.pool, scalar)
        limits = np.where(resolved.etendue > 0.0, resolved.etendue, resolved.breaks)
        return np.concatenate([totals, limits], axis=1)

    def long_waves(
        self, panels: Array, lowest: float
    ) -> tuple[int, BarycentricInterpolator | None]:
        """Return how many panels hold long waves, and the ratios there, a smooth function.

        Only for acoustic exchange, where a frequency takes milliseconds.
        """
        if not self.acoustic:
            return 0, None
        top = 0.25 * lowest
        nodes = np.cos(np.pi * (np.arange(_INTERPOLATED) + 0.5) / _INTERPOLATED)
        tests = np.array([0.013, 0.31, 0.55, 0.87])
        for _ in range(_TRIES):
            found = BarycentricInterpolator(0.5 * top * (1.0 + nodes))
            found.set_yi(self.ratios(found.xi))
            if np.abs(found(tests * top) - self.ratios(tests * top)).max() < _ERROR:
                return int((panels[:, 1] <= top * (1.0 + 1e-12)).sum()), found
            top *= 0.25
        return 0, None
