"""What is to be solved: a mesh with materials, conditions and sources. Solves nothing."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bte.conditions.boundary import Boundary, Periodic
from bte.conditions.complete import (
    check_complete,
    check_gradient,
    check_names,
    complete_boundaries,
)
from bte.conditions.models import DMM, INTERFACES, InterfaceModel
from bte.conditions.source import Density, Source
from bte.conditions.suited import check_suited
from bte.conditions.values import finite
from bte.errors import BteError, BteWarning, quoted, unknown_name
from bte.materials import Material
from bte.materials.mode_model import ModeModel
from bte.mesh import Mesh
from bte.mesh.periodic import match_periodic
from bte.spectrum import discretize

log = logging.getLogger("bte")

_KEYS = {"gradient": "directions"}


@dataclass(frozen=True, eq=False, repr=False)
class Definition:
    """A validated problem; `bte.Problem` documents the parameters and can solve it."""

    mesh: Mesh
    materials: Mapping[str, Material]
    boundaries: Mapping[str, Boundary]
    interfaces: Mapping[tuple[str, str], InterfaceModel] = field(default_factory=dict)
    sources: Mapping[str, Density | Source] = field(default_factory=dict)
    temperature: float = 300.0
    gradient: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        finite("temperature", self.temperature, "K", positive=True)
        if not isinstance(self.mesh, Mesh):
            raise BteError(f"mesh must be a bte.Mesh, not {type(self.mesh).__name__}")
        for argument in ("materials", "boundaries", "interfaces", "sources", "gradient"):
            value = getattr(self, argument)
            if not isinstance(value, Mapping):
                raise BteError(
                    f"{argument} must be a dict with {_KEYS.get(argument, 'names of the mesh')} as "
                    f"keys, not {value!r}"
                )
        self._check_materials()
        boundaries = complete_boundaries(self.mesh, self.materials, self.boundaries)
        object.__setattr__(self, "boundaries", boundaries)
        self._check_periods()
        check_gradient(self.gradient, self.mesh.dim)
        object.__setattr__(self, "interfaces", self._complete_interfaces())
        check_names("region", self.sources, self.mesh.region_names)
        _ = self.heat  # a source that is none is refused here

    def _check_materials(self) -> None:
        check_complete("region", "material", "materials", self.materials, self.mesh.region_names)
        for name, material in self.materials.items():
            if not isinstance(material, Material):
                raise BteError(
                    f"material of region '{name}' must be a bte.Material such as "
                    f"bte.material('Si'), not {material!r}"
                )
        cautions = {text for m in self.materials.values() for text in m.cautions(self.temperature)}
        for text in sorted(cautions):
            warnings.warn(text, BteWarning, stacklevel=4)

    def _check_periods(self) -> None:
        """Raise where a period joins two materials: there is no interface model between them."""
        for name, condition in self.boundaries.items():
            if not isinstance(condition, Periodic):
                continue
            pair = match_periodic(self.mesh, name, condition.partner)
            region = self.mesh.cell_region[self.mesh.faces.cells[:, 0]]
            joined = np.stack([region[pair.first_faces], region[pair.second_faces]], axis=1)
            for i, j in np.unique(joined, axis=0):
                here, there = self.mesh.region_names[i], self.mesh.region_names[j]
                if i != j and self._differ((here, there)):
                    raise BteError(
                        f"periodic boundaries '{name}' and '{condition.partner}' join regions "
                        f"'{here}' and '{there}' of different materials; move the cell so that its "
                        "ends cut through one material"
                    )

    def _complete_interfaces(self) -> dict[tuple[str, str], InterfaceModel]:
        touching = self.mesh.interfaces
        given: dict[tuple[str, str], tuple[tuple[str, str], InterfaceModel]] = {}
        for key, model in dict(self.interfaces).items():
            _check_interface(key, model, touching, self.mesh.region_names)
            check_suited(model, key, (self.materials[key[0]], self.materials[key[1]]))
            ordered = key if key in touching else (key[1], key[0])
            if ordered in given:
                raise BteError(f"interface {key} is given twice, once in either order; keep one")
            given[ordered] = (key, model)
        return {
            given[pair][0] if pair in given else pair: (
                given[pair][1] if pair in given else self._default_interface(pair)
            )
            for pair in touching
            if pair in given or self._differ(pair)
        }

    def _differ(self, pair: tuple[str, str]) -> bool:
        return not same_material(self.materials[pair[0]], self.materials[pair[1]], self.temperature)

    def _default_interface(self, pair: tuple[str, str]) -> InterfaceModel:
        log.info("interface '%s' / '%s': no model given, DMM is used", *pair)
        return DMM()

    @property
    def heat(self) -> dict[str, Source]:
        """The sources by region, bare densities wrapped."""
        return {
            name: source if isinstance(source, Source) else Source(density=source)
            for name, source in self.sources.items()
        }

    def contact(self, first: str, second: str) -> InterfaceModel | None:
        """Return the model between two regions in either order, None where there is no contact."""
        return self.interfaces.get((first, second)) or self.interfaces.get((second, first))

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} at {self.temperature:g} K on {self.mesh!r}"]
        lines += [f"  region {name}: {m.name}" for name, m in self.materials.items()]
        lines += [f"  boundary {name}: {c}" for name, c in self.boundaries.items()]
        lines += [f"  interface {a} / {b}: {m}" for (a, b), m in self.interfaces.items()]
        lines += [f"  source in {name}: {_short(s)}" for name, s in self.heat.items()]
        lines += [f"  gradient along {axis}: {g:g} K/m" for axis, g in self.gradient.items()]
        return "\n".join(lines)


def same_material(first: Material, second: Material, temperature: float) -> bool:
    """Whether two materials are one: the same object, or the same name and the same spectrum."""
    if first is second:
        return True
    if first.name != second.name:
        return False
    spectrum = discretize([first, second], temperature, 4)
    tables = (spectrum.heat_capacity, spectrum.speed, spectrum.mean_free_path, spectrum.optical)
    same = all(np.array_equal(table[0], table[1]) for table in tables)
    return same and _same_directions(first, second)


def _same_directions(first: Material, second: Material) -> bool:
    """Whether crystals, if they are, lie alike."""
    one, two = first.model, second.model
    if not (isinstance(one, ModeModel) and isinstance(two, ModeModel)):
        return True
    return np.array_equal(one.tables[0].velocity, two.tables[0].velocity)


def _short(source: Any) -> str:
    if source.power is not None:
        return f"{source.power:g} W in all (W/m in 2D, W/m2 in 1D)"
    if isinstance(source.density, (int, float)):
        return f"{source.density:g} W/m3"
    return "distributed"


def _check_interface(
    key: Any, model: Any, touching: Mapping[tuple[str, str], Any], regions: tuple[str, ...]
) -> None:
    if not isinstance(key, tuple) or len(key) != 2:
        raise BteError(f"an interface is named by two regions (first, second), not {key!r}")
    for name in key:
        if name not in regions:
            raise BteError(unknown_name("region", str(name), regions, "the mesh"))
    if key not in touching and (key[1], key[0]) not in touching:
        pairs = quoted(f"{a}/{b}" for a, b in touching)
        raise BteError(
            f"regions '{key[0]}' and '{key[1]}' share no face, so there is no interface between "
            f"them (the mesh has: {pairs})"
        )
    if not isinstance(model, INTERFACES):
        raise BteError(
            f"interface {key[0]}/{key[1]} must be one of "
            f"{', '.join(c.__name__ for c in INTERFACES)}, not {model!r}"
        )
