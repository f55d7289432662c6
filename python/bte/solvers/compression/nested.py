"""Solves with more and more lanes: each starts where the one before has arrived."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bte.solvers.discrete import Discrete

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Continued:
    """What a solve with other lanes leaves for the next one.

    Attributes
    ----------
    discrete : Discrete
        What was solved.
    temperature : (n_node,)
        Its pseudo-temperature.
    emission : (n_free, n_face_vertex, n_band)
        What its free sides emit.
    largest : float
        Temperature scale of its sources.
    """

    discrete: Discrete
    temperature: Array
    emission: Array
    largest: float

    def start(self, discrete: Discrete) -> tuple[Array, float | None]:
        """Return the unknown to start from, and the temperature scale of the sources.

        Lanes that bands do not match start from the mean emission; traces from the temperature at
        their nodes.
        """
        state = discrete.split(np.zeros(discrete.size))
        state.temperature[...] = self.temperature
        if self.emission.shape == state.emission.shape:
            state.emission[...] = self.emission
        else:
            free = self.discrete.coupling.free
            weight = self.discrete.coupling.half_range[free]
            total = weight.sum(axis=2)
            mean = (weight * self.emission).sum(axis=2) / np.where(total > 0, total, 1.0)
            state.emission[...] = mean[:, :, None]
        traces = discrete.traces
        if len(traces.cell):
            level = self.temperature[traces.origin] + traces.jump[:, None]
            state.traces[...] = level[:, :, None] * traces.alive[:, None, :]
        return state.flat(), self.largest

    def keep(self, discrete: Discrete, x: Array, largest: float) -> None:
        """Keep nothing of an interrupted solve."""
