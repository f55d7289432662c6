"""The solution of a problem: nodal fields on the mesh, and what an engineer asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from bte.errors import BteError, unknown_name
from bte.solution import derived, text
from bte.solution.budget import ResistanceBudget, resistance_budget
from bte.solution.contact import InterfaceResult
from bte.solution.cut import LineCut, cut_line
from bte.solution.estimate import ErrorEstimate, estimate_error
from bte.solution.locate import Locator
from bte.solution.records import Array, BoundaryResult, Ledger, RegionResult

if TYPE_CHECKING:
    from bte.mesh import Mesh


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """Fields and results of one solve, of the transport equation or of a continuum model.

    Attributes
    ----------
    mesh : Mesh
        The mesh it was solved on.
    model : str
        ``"bte"``, ``"fourier"``, ``"kapitza"``, ``"slip"`` or ``"size"``.
    reference_temperature : float
        Linearisation temperature T₀ [K].
    temperature, pseudo_temperature : (n_node,)
        Energy temperature, and the pseudo-temperature at which scattering and thermal heat emit
        [K], absolute, cell-major.
    heat_flux : (n_node, dim)
        Heat flux [W/m2].
    source : (n_node,)
        Power density of the volumetric sources [W/m3].
    boundaries : dict of str to BoundaryResult
        Results of the named boundaries.
    interfaces : dict of (str, str) to InterfaceResult
        Results of the contacts of two regions.
    region_power : dict of str to float
        Power of the sources in each region [W; W/m in 2D; W/m2 in 1D].
    ledger : Ledger
        Energy in, out, from sources, and what is missing.
    iterations : int
        Sweeps (continuum: steps of the linear solver).
    residuals : tuple of float
        Residual after each step, as the stopping test sees it.
    converged : bool
        Whether both stopping tests hold.
    settings : dict
        What the solve was asked for: bands, azimuths, polars, tolerance, …
    seconds : dict of str to float
        Wall time by phase.
    band_edges : (n_band + 1,) or None
        Angular frequencies between the bands [rad/s]; None without frequencies.
    conductivities : dict of str to float
        Bulk thermal conductivity of each region [W/m/K].
    gradient : dict of str to float
        Imposed temperature gradients along directions that the mesh does not have [K/m].
    flux_along : dict of str to (n_node,)
        Heat flux that each of them drives along its direction [W/m2].
    directions : dict
        The rule asked for: azimuth_rule, axis, towards; empty in a continuum solution and one that
        was loaded from a file.
    problem : object or None
        The problem solved; None in a solution that was loaded from a file.
    """

    mesh: Mesh
    model: str
    reference_temperature: float
    temperature: Array
    pseudo_temperature: Array
    heat_flux: Array
    source: Array
    boundaries: dict[str, BoundaryResult]
    interfaces: dict[tuple[str, str], InterfaceResult]
    region_power: dict[str, float]
    ledger: Ledger
    iterations: int
    residuals: tuple[float, ...]
    converged: bool
    settings: Mapping[str, int | float | str | None]
    seconds: Mapping[str, float]
    band_edges: Array | None
    conductivities: dict[str, float]
    gradient: Mapping[str, float] = field(default_factory=dict)
    flux_along: Mapping[str, Array] = field(default_factory=dict)
    directions: Mapping[str, Any] = field(default_factory=dict, compare=False)
    problem: Any = field(default=None, compare=False)

    @property
    def cell_temperature(self) -> Array:
        """Volume mean of the energy temperature in each cell, (n_cell,) [K]."""
        return derived.cell_means(self.mesh, self.temperature)

    @property
    def cell_heat_flux(self) -> Array:
        """Volume mean of the heat flux in each cell, (n_cell, dim) [W/m2]."""
        return derived.cell_means(self.mesh, self.heat_flux)

    @property
    def power(self) -> dict[str, float]:
        """Heat into the domain through each boundary [W; W/m in 2D; W/m2 in 1D]."""
        return {name: result.power for name, result in self.boundaries.items()}

    @property
    def energy_balance(self) -> float:
        """Net power over gross power of the ledger."""
        return self.ledger.relative

    @property
    def imposed_temperatures(self) -> dict[str, float]:
        """Temperatures of the isothermal boundaries [K], by name."""
        return derived.imposed_temperatures(self.boundaries)

    @property
    def peak_temperature_rise(self) -> float:
        """Highest energy temperature above the coldest isothermal boundary (or T₀) [K]."""
        base = min(self.imposed_temperatures.values(), default=self.reference_temperature)
        return float(self.temperature.max()) - base

    @property
    def peak_position(self) -> Array:
        """Where the energy temperature is highest, (dim,) [m]."""
        position: Array = self.mesh.node_points[int(np.argmax(self.temperature))]
        return position

    def region(self, name: str) -> RegionResult:
        """Return temperatures, volume and source power of the region ``name``."""
        if name not in self.mesh.region_names:
            raise BteError(unknown_name("region", name, self.mesh.region_names, "the mesh"))
        return derived.region_result(
            self.mesh, self.temperature, self.region_power.get(name, 0.0), name
        )

    def interface(self, first: str, second: str) -> InterfaceResult:
        """Return what passes from region ``first`` to region ``second``, in either order."""
        if (first, second) in self.interfaces:
            return self.interfaces[first, second]
        if (second, first) in self.interfaces:
            return self.interfaces[second, first].reversed()
        known = [f"{a}/{b}" for a, b in self.interfaces]
        raise BteError(unknown_name("interface", f"{first}/{second}", known, "the solution"))

    def boundary(self, name: str) -> BoundaryResult:
        """Return what the boundary ``name`` did."""
        if name not in self.boundaries:
            raise BteError(unknown_name("boundary", name, self.boundaries, "the solution"))
        return self.boundaries[name]

    @cached_property
    def locator(self) -> Locator:
        """The point location of the mesh, made once."""
        return Locator.of(self.mesh)

    def at(self, points: ArrayLike) -> Array:
        """Return the energy temperature at points, (n, dim) [m] → (n,) [K]; at one, (1,).

        A point on a face takes the value of the cell found first; `line` gives both.

        Raises
        ------
        BteError
            When a point lies outside the mesh.
        """
        cells, weights = self.locator.find(points)
        return self.locator.interpolate(self.temperature, cells, weights)

    def line(self, start: ArrayLike, end: ArrayLike, points: int = 200) -> LineCut:
        """Cut the temperature along a straight line, with both values at every interface.

        Parameters
        ----------
        start, end : (dim,)
            Ends of the line [m].
        points : int
            Points evenly spaced on it; two more for every interface it crosses.
        """
        return cut_line(self.locator, self.temperature, start, end, points)

    @property
    def effective_conductivity(self) -> float:
        """Conductivity [W/m/K]: q L/ΔT between two parallel walls, or −q/g along a gradient.

        The walls are isothermal, or periodic with a temperature difference. The gradient is along
        a direction that the mesh does not have, and q is the mean over the mesh.
        """
        return derived.effective_conductivity(self)

    def thermal_resistance(self, hot: str, cold: str) -> float:
        """Return (T_hot − T_cold)/power between two ends [K/W; K m/W in 2D; K m2/W in 1D].

        Parameters
        ----------
        hot, cold : str
            Boundaries, or regions: then the volume mean of the temperature, and the source in it.

        Raises
        ------
        BteError
            When an end does not exist or has no temperature, or heat goes elsewhere.
        """
        return derived.thermal_resistance(self._end(hot), self._end(cold), hot, cold)

    def _end(self, name: str) -> BoundaryResult:
        """Return the boundary of that name, or the region as if it were one."""
        regions = self.mesh.region_names
        if name in regions and name not in self.boundaries:
            return derived.region_as_wall(self.region(name))
        if name not in self.boundaries:
            known = [*self.boundaries, *regions]
            raise BteError(unknown_name("boundary or region", name, known, "the solution"))
        return self.boundaries[name]

    def resistances(self) -> ResistanceBudget:
        """Return what each region, interface and wall adds to the thermal resistance."""
        return self._budget

    @cached_property
    def _budget(self) -> ResistanceBudget:
        return resistance_budget(self)

    @property
    def estimates(self) -> dict[str, float]:
        """What lanes and bands changed, relative, where ``accuracy`` was asked for.

        ``"lanes"``: powers and the peak temperature, from half the lanes to all of them, which is
        the error of the half; ``"temperature"``: the largest change of a temperature by it, over
        their range; ``"bands"``: what dividing merged bands has changed; ``"total"``: twice lanes
        and bands, within which lies the solution with all lanes of the undivided bands.
        """
        found: dict[str, float] = {}
        for key in ("lanes", "temperature", "bands"):
            value = self.settings.get(f"{key}_change")
            if isinstance(value, float):
                found[key] = value
        if found:
            found["total"] = 2.0 * (found.get("lanes", 0.0) + found.get("bands", 0.0))
        return found

    def error_estimate(self, **coarser: int | float) -> ErrorEstimate:
        """Solve again with fewer ordinates and bands and report what changes.

        Parameters
        ----------
        **coarser
            Settings of the second solve, such as ``bands=8``; by default bands, azimuths and
            polars are about two thirds of this solution's.
        """
        return estimate_error(self, coarser)

    def save(self, path: str | Path) -> Path:
        """Write ``.vtu`` (ParaView), ``.h5`` (everything) or ``.json`` (every number)."""
        from bte.io import save

        return save(self, path)

    def summary(self) -> str:
        """Return the results as plain text."""
        return text.summary(self)

    def __str__(self) -> str:
        return text.summary(self)

    def __repr__(self) -> str:
        state = "converged" if self.converged else "not converged"
        return f"<Solution {self.model}: {state}, {self.mesh.n_cell} cells>"
