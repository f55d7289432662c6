"""A material: bulk properties and the spectrum of its heat carriers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import MaterialError
from .amorphous import build_amorphous
from .answers import Answers
from .bands import Bands, SpectrumModel
from .build import Rates, build_dispersion
from .checks import checked, positive
from .dispersion import Branch
from .equilibrium import Array
from .groups import build_groups
from .importers.construct import FromModes
from .sheet import Sheet

Speeds = tuple[float, float]


@dataclass(frozen=True, eq=False, repr=False)
class Material(FromModes, Answers):
    """A solid or a liquid whose heat is carried by phonons.

    Attributes
    ----------
    name : str
    model : SpectrumModel
        Groups, or branches with rates.
    density : float or None
        [kg/m3]
    elastic_speeds : (c_L, c_T) or None
        Speeds of longitudinal and transverse sound [m/s]; a liquid has c_T = 0.
    sources : dict
        Where each value comes from.
    title : str
        One line that says what it is.
    sheet : Sheet or None
        What a material file says beside: lattice, electrons, accepted conductivities.
    """

    name: str
    model: SpectrumModel
    density: float | None = None
    elastic_speeds: Speeds | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    sheet: Sheet | None = None

    def __repr__(self) -> str:
        return f"<material {self.name}: {self.title}>" if self.title else f"<material {self.name}>"

    def __post_init__(self) -> None:
        if self.density is not None:
            positive(self.name, "density", self.density)
        if self.elastic_speeds is not None:
            pair = np.atleast_1d(np.asarray(self.elastic_speeds, dtype=object))
            if pair.shape != (2,):
                raise MaterialError(
                    f"material '{self.name}' has elastic_speeds = {self.elastic_speeds!r}; "
                    "give (longitudinal, transverse) in m/s"
                )
            positive(self.name, "longitudinal elastic speed", pair[0])
            if isinstance(pair[1], bool) or pair[1] != 0:  # 0: a liquid
                positive(self.name, "transverse elastic speed", pair[1])
            if pair[1] > pair[0]:
                raise MaterialError(
                    f"material '{self.name}' has elastic_speeds = {self.elastic_speeds!r}; the "
                    "longitudinal one comes first and is the larger"
                )

    @classmethod
    def gray(
        cls,
        name: str,
        *,
        heat_capacity: float,
        speed: float,
        mean_free_path: float,
        density: float | None = None,
        elastic_speeds: Speeds | None = None,
    ) -> Material:
        """Return a material with one group: kappa = C v Lambda/3.

        Parameters
        ----------
        name : str
        heat_capacity, speed, mean_free_path : float
            [J/m3/K, m/s, m], all > 0.
        density, elastic_speeds
            As in :class:`Material`.

        Raises
        ------
        MaterialError
            If a value is not finite and positive.
        """
        given = {"heat_capacity": heat_capacity, "speed": speed, "mean_free_path": mean_free_path}
        for what, value in given.items():
            positive(name, what, value)
        return cls.from_groups(
            name,
            heat_capacity=[heat_capacity],
            speed=[speed],
            mean_free_path=[mean_free_path],
            density=density,
            elastic_speeds=elastic_speeds,
        )

    @classmethod
    def from_groups(
        cls,
        name: str,
        *,
        heat_capacity: npt.ArrayLike,
        speed: npt.ArrayLike,
        mean_free_path: npt.ArrayLike,
        branch: Sequence[str] | None = None,
        frequency_edges: npt.ArrayLike | None = None,
        density: float | None = None,
        elastic_speeds: Speeds | None = None,
    ) -> Material:
        """Return a material from groups with constant properties.

        Parameters
        ----------
        name : str
        heat_capacity, speed, mean_free_path : (n,) [J/m3/K, m/s, m]
            A group of speed 0 is optical: it holds heat and carries none, its path is ignored.
        branch : (n,) str, optional
            Label of each group.
        frequency_edges : (n, 2) or (m + 1,) [rad/s], optional
            Interval of each group; or rising edges, where the groups with velocity (of each branch,
            if labelled) occupy consecutive intervals. Without it the groups have no frequencies.
        density, elastic_speeds
            As in :class:`Material`.

        Raises
        ------
        MaterialError
            If shapes differ, or a value is not finite and positive.
        """
        model = build_groups(name, heat_capacity, speed, mean_free_path, branch, frequency_edges)
        return cls(name, model, density, elastic_speeds)

    @classmethod
    def from_dispersion(
        cls,
        name: str,
        *,
        branches: Sequence[Branch | Mapping[str, Any]],
        rates: Rates,
        optical_heat_capacity: float = 0.0,
        total_heat_capacity: float | None = None,
        reference_temperature: float = 300.0,
        optical_frequency: float | None = None,
        density: float | None = None,
        elastic_speeds: Speeds | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> Material:
        """Return a material from isotropic branches and their scattering rates.

        kappa = sum_b int C_b(k) v_b^2 tau_b dk/3, with C_b dk = g c(omega) k^2 dk/(2 pi^2).

        Parameters
        ----------
        name : str
        branches : list of Branch or dict
            See :class:`Branch`; tables as in the material files.
        rates : list, dict or callable
            One rate for every branch; or a table by branch name; or one entry (a rate, or a list
            that is summed) for each branch; or a list of another length, whose rates act on every
            branch. A rate is a mechanism of `bte.materials`, a table, or a callable
            (omega, k, temperature, branch) -> 1/tau [1/s].
        optical_heat_capacity : float
            Heat capacity of states without velocity [J/m3/K].
        total_heat_capacity : float, optional
            Instead of it: the measured heat capacity at `reference_temperature`; what the branches
            do not hold is optical.
        optical_frequency : float, optional
            Angular frequency [rad/s] of the optical states, which freeze out below it (Einstein);
            their heat capacity at `reference_temperature` stands. Without it, it is a constant.
        density, elastic_speeds, sources
            As in :class:`Material`.

        Raises
        ------
        MaterialError
            If a value is not finite and positive, omega(k) is not monotonic, kappa diverges, or the
            branches hold more than the total heat capacity.
        """
        model = build_dispersion(
            name,
            branches,
            rates,
            optical_heat_capacity,
            total_heat_capacity,
            reference_temperature,
            optical_frequency,
        )
        return cls(name, model, density, elastic_speeds, dict(sources or {}))

    @classmethod
    def amorphous(
        cls,
        name: str,
        *,
        density: float,
        elastic_speeds: Speeds,
        heat_capacity: float,
        conductivity: float,
        cutoff: float,
        reference_temperature: float = 300.0,
        optical_frequency: float | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> Material:
        """Return a glass: a Debye spectrum up to a cut-off, with one short mean free path.

        The path is the one for which sum C v Lambda/3 is the given conductivity; the heat capacity
        that the Debye spectrum does not hold belongs to a group without velocity.

        Parameters
        ----------
        name : str
        density : float
            [kg/m3]
        elastic_speeds : (c_L, c_T)
            [m/s]; they are the speeds of the Debye branches. A liquid, c_T = 0, has LA alone.
        heat_capacity, conductivity : float
            Measured, at `reference_temperature` [J/m3/K, W/m/K].
        cutoff : float
            Highest angular frequency of both branches [rad/s].
        optical_frequency : float, optional
            Of the group without velocity, as in :meth:`from_dispersion` [rad/s].

        Raises
        ------
        MaterialError
            If a value is not finite and positive, or the Debye spectrum holds more heat than was
            measured.
        """
        model = build_amorphous(
            name,
            elastic_speeds,
            heat_capacity,
            conductivity,
            cutoff,
            reference_temperature,
            optical_frequency,
        )
        return cls(name, model, density, elastic_speeds, dict(sources or {}))

    @property
    def has_frequencies(self) -> bool:
        """Whether the groups lie on a frequency axis (gray and path bins do not)."""
        return self.model.has_frequencies

    @property
    def branches(self) -> tuple[str, ...]:
        """Names of the branches."""
        return self.model.branches

    def cutoffs(self) -> tuple[float, ...]:
        """Return the angular frequencies [rad/s] at which branches begin or end."""
        return self.model.cutoffs()

    def conductivity(self, temperature: float) -> float:
        """Return the bulk conductivity sum C v Lambda/3 [W/m/K] at a temperature [K]."""
        return self.model.conductivity(checked(temperature))

    def heat_capacity(self, temperature: float) -> float:
        """Return the heat capacity, optical states included [J/m3/K], at a temperature [K]."""
        return self.model.heat_capacity(checked(temperature))

    def bands(self, edges: Array | None, temperature: float) -> Bands:
        """Return the groups on a grid of band edges [rad/s]."""
        return self.model.bands(edges, checked(temperature))

    def described(
        self, title: str, sources: Mapping[str, str], sheet: Sheet | None = None
    ) -> Material:
        """Return the same material with a title, the sources of its values, and its sheet."""
        return replace(self, title=title, sources=dict(sources), sheet=sheet or self.sheet)
