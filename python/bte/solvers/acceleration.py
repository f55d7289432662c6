"""The corrections that make GMRES fast at every Knudsen number.

For a residual ``r = F(x) - x`` they estimate ``(I - L)^-1 L r``: what further sweeps would add.

- *Continuum correction* (`bte.solvers.continua`): r is a heat source, ``S r_T`` in the volume and
  ``H r`` at faces, whose field E obeys diffusion with the interior-penalty operator on the same
  nodes, one equation for each mode of the spectrum. Emissions and traces change by the traces of E
  that they would re-emit.
- *Spectral rebalance* (`bte.solvers.rebalance`): bands that exchange energy only by rare scattering
  have an energy balance of their own in every connected region.
- *Flight map* (`bte.solvers.flights`): what long flights between mirrors or through periodic faces
  make of a residual of the traces; on a line through resolved interfaces too
  (`bte.solvers.circuits`).
- *Levels* (`bte.solvers.levels`): what scattering and long flights make together of bodies whose
  interfaces hold phonons fast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bte.packing.arrays import Array
from bte.solvers.circuits import Circuits
from bte.solvers.continua import Continuum, make_continua
from bte.solvers.discrete import Discrete, State
from bte.solvers.flights import FlightMap, find_flights
from bte.solvers.levels import Levels, find_levels
from bte.solvers.rebalance import Rebalance, make_rebalance


@dataclass(frozen=True, eq=False)
class Accelerator:
    """The operator P: ``x -> P x``."""

    discrete: Discrete
    continua: tuple[Continuum, ...]
    rebalance: Rebalance | None
    flights: FlightMap | Circuits | None
    levels: Levels | None

    @property
    def setup(self) -> float:
        """Sweeps that preparing it took."""
        found = 0.0 if self.flights is None else self.flights.setup
        return found + (self.levels is not None)

    def apply(self, x: Array) -> Array:
        """Return ``P x``, the sum of all corrections."""
        residual = load = self.discrete.split(x)
        further = None if self.flights is None else self.flights.further(residual.traces)
        if further is not None and self.levels is not None:
            flown = residual.traces + further
            load = residual._replace(traces=flown * self.levels.lost)
        correction = self._continuum(load)
        if self.rebalance is not None:
            add(correction, self.rebalance.apply(load))
        if further is not None:
            correction.traces[...] += further
            if self.levels is not None:
                add(correction, self.levels.apply(residual, flown))
        return correction.flat()

    def _continuum(self, residual: State) -> State:
        """Add up the fields of all modes and what sides and traces would re-emit of them."""
        d = self.discrete
        sides, traces, band = d.packed.sides, d.traces, d.lanes.band
        volume = d.packed.mesh.mass_product(d.scattering * residual.temperature)
        temperature = np.zeros(d.n_node)
        arriving = np.zeros((*sides.nodes.shape, d.packed.n_band))
        entering = np.zeros_like(residual.traces)
        for continuum in self.continua:
            field = continuum.solve(volume + self._face_load(residual, continuum.share))
            temperature += field
            arriving += field[sides.nodes][:, :, None] * continuum.share[sides.zone][:, None, :]
            share = continuum.share[traces.zone][:, None, band]
            entering += field[traces.origin][:, :, None] * share
        traces.blend(entering)
        entering *= traces.alive[:, None, :]
        return State(temperature, d.coupling.share(arriving), entering)

    def _face_load(self, residual: State, share: Array) -> Array:
        """Return the residual of emissions and traces as heat at the nodes (n_node,)."""
        d = self.discrete
        load = np.zeros(d.n_node)
        sides, free = d.packed.sides, d.coupling.free
        power = d.coupling.half_range[free] * residual.emission
        power = np.einsum("sib,sb->si", power, share[sides.zone[free]])
        np.add.at(load, sides.nodes[free], spread(sides.mass[free], sides.weights[free], power))
        traces = d.traces
        if len(traces.cell):
            flux = traces.flux * share[traces.zone][:, d.lanes.band]
            power = np.einsum("til,tl->ti", residual.traces, flux) * traces.strength
            np.add.at(load, traces.nodes, spread(traces.mass[traces.row], traces.area, power))
        return load


def add(total: State, part: State) -> None:
    """Add to every part of a state in place."""
    for mine, more in zip(total, part, strict=True):
        mine += more


def spread(mass: Array, area: Array, power: Array) -> Array:
    """Return ``int phi_i f dA`` (n, n_vertex) for powers at vertices, ``f = power / area``."""
    density = np.divide(power, area, out=np.zeros_like(power), where=area > 0)
    return np.asarray(np.einsum("nij,nj->ni", mass, density))


def make_accelerator(discrete: Discrete) -> Accelerator:
    """Prepare the corrections; a single group needs no rebalance."""
    continua = make_continua(discrete.coupling, discrete.threads)
    single = len(discrete.packed.spectrum.group_band) == 1
    rebalance = None if single else make_rebalance(discrete)
    flights = find_flights(discrete)
    levels = find_levels(discrete, flights)
    return Accelerator(discrete, continua, rebalance, flights, levels)
