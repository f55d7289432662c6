"""The problem a user makes: a definition with ways to solve it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bte.conditions.values import finite
from bte.continuum.fourier import solve_continuum
from bte.errors import BteError, BteWarning
from bte.io.checkpoint import Checkpoint
from bte.packing import Packed, pack
from bte.post.estimate import Estimate, estimate
from bte.post.results import from_continuum
from bte.post.solve import Request
from bte.problem import Definition
from bte.quadrature.angles import Vectors
from bte.solution import Solution
from bte.solvers.compression import Choice, checked
from bte.solvers.directions import choose_quadrature, lines_of_sight
from bte.solvers.steady import Callback

#: Polar nodes for heat along a wire where none are given: within 1e-3 up to Kn 100
#: (docs/numerics/angle.md), by a sweep or a few.
WIRE_POLARS = 8

#: Least number of bands where none is given.
DEFAULT_BANDS = 20


@dataclass(frozen=True, eq=False, repr=False)
class Problem(Definition):
    """A steady heat-conduction problem, and the ways to solve it.

    Parameters
    ----------
    mesh : Mesh
        Where.
    materials : {region: Material}
        Every region has one.
    boundaries : {boundary: condition}
        Every boundary has one: Isothermal, Contact, Diffuse, HeatFlux, Specular, Rough or
        Periodic, whose partner needs none of its own.
    interfaces : {(first, second): model}, optional
        Models of contacts; ``t`` is from the first to the second. Contacts that are not named get
        ``DMM()`` where the materials differ and are no contact at all where they are the same.
    sources : {region: power density or Source}, optional
        Heat sources [W/m3].
    temperature : float
        Linearisation temperature T0 [K].
    gradient : {direction: float}, optional
        Temperature gradients [K/m] along directions that the mesh does not have: y, z in 1D, z in
        2D. Temperatures are those at the origin of that direction.

    Raises
    ------
    BteError
        Where anything is missing or wrong; the sentence says what, and what to do.
    """

    def solve(
        self,
        *,
        bands: int = DEFAULT_BANDS,
        lanes: Choice = "auto",
        accuracy: float | None = None,
        azimuths: int | None = None,
        polars: int | None = None,
        azimuth_rule: str = "gauss",
        axis: str | tuple[float, ...] | None = None,
        towards: Vectors | None = None,
        tolerance: float = 1e-6,
        max_sweeps: int = 500,
        precision: str = "auto",
        threads: int = 0,
        callback: Callback | None = None,
        checkpoint: str | Path | None = None,
    ) -> Solution:
        """Solve the phonon Boltzmann equation.

        Parameters
        ----------
        bands : int
            Least number of frequency bands; cut-offs of the materials become edges.
        lanes : {"auto", "full"} or int
            What the sweep carries: ``"full"``, every group at every polar node; ``"auto"``, few
            lanes that stand for all where walls and interfaces allow it; or about how many.
        accuracy : float, optional
            Solve with more and more lanes until powers, fluxes along and the peak temperature
            change by less, relative; `Solution.estimates` reports by how much.
        azimuths, polars : int, optional
            Ordinates: least number of azimuths (a multiple of 4) and polar nodes, per half range in
            1D and 3D, on (0, 1) in 2D. Defaults: 16 polars in 1D, 24 x 3 in 2D (8 for heat along a
            wire), 16 x 6 (192 ordinates) in 3D; more where nodes gather at lines of sight. In 1D
            with interfaces that refract polars counts nodes between two edges of etendue, 12.
        azimuth_rule : {"gauss", "equal", "chebyshev", "lebedev"}
            Rule of the azimuths; panels of ``"gauss"`` break at the directions of the walls.
        axis : {"x", "y", "z"} or (3,), optional
            Polar axis in 3D; by default the one to which most mirrors are parallel or normal, z
            where there are none.
        towards : (n, dim), optional
            Lines of sight at which nodes gather; by default those that the walls leave open, where
            long paths carry a tenth of the heat.
        tolerance : float
            Largest error of the pseudo-temperature relative to the range of imposed temperatures
            or to what the sources reach, the larger. The net power is at most 1e-8 of the gross
            power, the power of each boundary is steady to ten tolerances of it, and no more than
            100 tolerances of it appear or vanish on the way.
        max_sweeps : int
            Give up after so many sweeps; what there is comes back with ``converged=False``.
        precision : {"auto", "double", "mixed"}
            Of intensities while the Krylov solver iterates: ``"mixed"`` takes single precision
            there, and double precision for all that decides and is returned; ``"auto"`` does so
            where it is faster and safe.
        threads : int
            Threads of the sweep, 0 for all cores.
        callback : callable, optional
            Told (sweep, residual, energy balance, tolerance) after every sweep.
        checkpoint : path, optional
            An ``.npz`` file where a solve that is interrupted (Ctrl-C) leaves what it has, and
            from which the same solve goes on; removed when the solve is done.

        Raises
        ------
        BteError
            For settings out of range, or a checkpoint of another problem.

        Warns
        -----
        BteWarning
            Where the solve did not converge, or temperatures leave the linear range.
        """
        packed = self.packed(bands)
        lines = lines_of_sight(packed, azimuths, azimuth_rule, towards)
        rule = choose_quadrature(packed, azimuths, polars, azimuth_rule, axis, lines)
        steep = rule
        if self.gradient and self.mesh.dim == 2 and polars is None:  # long flights along a wire
            steep = choose_quadrature(packed, azimuths, WIRE_POLARS, azimuth_rule, axis, lines)
        request = Request(
            packed,
            rule,
            steep,
            bands,
            checked(lanes),
            tolerance=finite("tolerance", tolerance, "1", positive=True),
            max_sweeps=_count("max_sweeps", max_sweeps, most=1_000_000),
            precision=precision,
            threads=_count("threads", threads, least=0),
            callback=_callable("callback", callback),
        )
        solution = replace(
            _solved(request, accuracy, checkpoint),
            directions={
                "azimuth_rule": azimuth_rule,
                "axis": axis,
                "towards": lines,
                "lanes": lanes,
            },
        )
        if not solution.converged:
            warnings.warn(
                f"not converged after {solution.iterations} sweeps: residual "
                f"{solution.residuals[-1]:.2g} of {tolerance:g}, energy balance "
                f"{solution.energy_balance:.2g}; {_remedy(solution, max_sweeps)}",
                BteWarning,
                stacklevel=2,
            )
        _warn_if_nonlinear(solution)
        return solution

    def solve_fourier(
        self, model: str = "kapitza", *, bands: int = DEFAULT_BANDS, convention: str = "local"
    ) -> Solution:
        """Solve Fourier's law on the same mesh, materials and interfaces.

        Parameters
        ----------
        model : {"fourier", "kapitza", "slip", "size"}
            Rung of the ladder: perfect contacts; interfaces with their conductance; temperature
            slip at walls and interfaces too; conductivity reduced by the thickness too.
        bands : int
            As in `solve`: interface conductances are those of the same bands.
        convention : {"local", "emitted"}
            Conductance of interfaces on the rung ``"kapitza"``.
        """
        state = solve_continuum(pack(self, _count("bands", bands)), model, convention)
        return from_continuum(state, {"bands": bands, "model": model, "convention": convention})

    def estimate(
        self,
        *,
        bands: int = DEFAULT_BANDS,
        azimuths: int | None = None,
        polars: int | None = None,
        azimuth_rule: str = "gauss",
        axis: str | tuple[float, ...] | None = None,
        towards: Vectors | None = None,
        lanes: Choice = "auto",
    ) -> Estimate:
        """Return lanes, unknowns, memory and seconds of `solve`, without running it."""
        packed = self.packed(bands)
        rule = choose_quadrature(packed, azimuths, polars, azimuth_rule, axis, towards)
        return estimate(packed, rule, choice=checked(lanes))

    def packed(self, bands: int = DEFAULT_BANDS) -> Packed:
        """Return the problem as arrays: spectrum, sides, transmission tables."""
        return pack(self, _count("bands", bands))


def _solved(request: Request, accuracy: float | None, checkpoint: str | Path | None) -> Solution:
    """Solve once, with a checkpoint if asked for, or until lanes make no difference."""
    if accuracy is None:
        keeper = Checkpoint(Path(checkpoint)) if checkpoint is not None else None
        solution = request.solve(keeper)
        if keeper is not None:
            keeper.clear()
        return solution
    if checkpoint is not None:
        raise BteError(
            "checkpoint and accuracy exclude each other, since a checkpoint holds one solve of "
            "several; leave one of them out"
        )
    return request.solve_within(finite("accuracy", accuracy, "1", positive=True))


def _count(name: str, value: int, least: int = 1, most: int = 10_000) -> int:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not least <= value <= most:
        raise BteError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
    return int(value)


def _callable(name: str, function: Callback | None) -> Callback | None:
    if function is not None and not callable(function):
        raise BteError(f"{name} must be a function, not {function!r}; leave it out for none")
    return function


def _remedy(solution: Solution, max_sweeps: int) -> str:
    if solution.iterations + 2 > max_sweeps:  # a step and the sweep that confirms it
        return "raise max_sweeps"
    return (
        "rounding allows no better, be it that the tolerance is below it or that a body is very "
        "much thicker than its mean free paths"
    )


def _warn_if_nonlinear(solution: Solution) -> None:
    base = solution.reference_temperature
    away = float(np.abs(solution.temperature - base).max())
    if away > 0.1 * base:
        warnings.warn(
            f"temperatures leave the linearisation temperature {base:g} K by up to {away:.3g} K, "
            "more than a tenth of it: properties are taken at that temperature throughout; choose "
            "temperature= nearer to the result, or smaller sources",
            BteWarning,
            stacklevel=3,
        )
