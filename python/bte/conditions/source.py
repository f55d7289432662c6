"""Volumetric heat sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bte.conditions.values import FAILURES, finite, reals
from bte.errors import BteError

Array = NDArray[np.float64]
Density = float | ArrayLike | Callable[[Array], ArrayLike]


@dataclass(frozen=True, eq=False)
class Source:
    """Heat released in a region.

    Parameters
    ----------
    density : float, (n_node,) array or callable, optional
        Power density [W/m3]: uniform, at the nodes of the region (or of the whole mesh), or a
        function of points ``(n, dim) -> (n,)``.
    power : float, optional
        Total power of the region instead, spread evenly [W; W/m in 2D; W/m2 in 1D].
    groups : sequence of str, optional
        Branches that are fed; by default all groups, as thermal heat.

    Raises
    ------
    BteError
        Unless exactly one of density and power is given.
    """

    density: Density | None = None
    power: float | None = None
    groups: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if (self.density is None) == (self.power is None):
            raise BteError("a Source takes either density= [W/m3] or power=, not both or neither")
        if isinstance(self.density, (int, float)):
            finite("density of a Source", self.density, "W/m3")
        if self.power is not None:
            finite("power of a Source", self.power, "W, W/m in 2D, W/m2 in 1D")

    @property
    def distributed(self) -> bool:
        """Whether the density varies within the region."""
        return callable(self.density) or (self.density is not None and np.ndim(self.density) > 0)

    def at_nodes(self, points: Array, volumes: Array, mine: NDArray[np.bool_], name: str) -> Array:
        """Return the power density at the nodes of one region (n_node_of_region,) [W/m3].

        Parameters
        ----------
        points : (n_node, dim)
            Coordinates of all nodes.
        volumes : (n_cell,)
            Volumes of the region's cells.
        mine : (n_node,) bool
            The nodes of the region.
        name : str
            Region, for messages.
        """
        n = int(mine.sum())
        if self.power is not None:
            return np.full(n, self.power / volumes.sum())
        values = self._evaluated(points[mine], name)
        if values.shape == (len(mine),):
            values = values[mine]
        values = np.broadcast_to(values, (n,)) if values.ndim == 0 else values
        if values.shape != (n,):
            raise BteError(
                f"source of region '{name}' has shape {values.shape}; give a number, one value "
                f"per node of the region ({n}) or of the mesh ({len(mine)}), or a function"
            )
        if not np.isfinite(values).all():
            raise BteError(f"source of region '{name}' has values that are not finite")
        return np.array(values)

    def _evaluated(self, points: Array, name: str) -> Array:
        """Return the density as numbers, calling it where it is a function."""
        try:
            density = self.density(points) if callable(self.density) else self.density
            return reals(density)
        except FAILURES as error:
            raise BteError(
                f"source of region '{name}' must be a power density in W/m3, an array of them or a "
                f"function of points (n, dim), not {self.density!r} ({error})"
            ) from None
