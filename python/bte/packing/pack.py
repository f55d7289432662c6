"""From a problem to its arrays."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bte.conditions.interface import TransmissionTable, transmission_table
from bte.conditions.pair import pair_of
from bte.errors import BteError, quoted
from bte.materials import Material
from bte.packing.arrays import Packed, Sources
from bte.packing.balance import balanced
from bte.packing.sides import build_sides, cell_geometry
from bte.problem import Definition, same_material
from bte.spectrum import Spectrum, discretize, refined

log = logging.getLogger("bte")


def pack(problem: Definition, bands: int) -> Packed:
    """Turn a problem into arrays.

    Parameters
    ----------
    problem : Definition
        What is to be solved.
    bands : int
        Least number of frequency bands.

    Raises
    ------
    BteError
        Where a transmission is impossible, or a closed domain is heated.
    """
    materials, row = _distinct(problem)
    spectrum = discretize(materials, problem.temperature, bands)
    for note in spectrum.notes:
        log.info(note)
    tables = _tables(problem, spectrum, row)
    sides = build_sides(problem, tables)
    sources = _sources(problem, spectrum, row)
    return balanced(
        Packed(
            problem,
            spectrum,
            cell_geometry(problem.mesh),
            sides,
            tables,
            sources,
            spectrum.heat_capacity[row],
            spectrum.speed[row],
            spectrum.mean_free_path[row],
            spectrum.wavenumber[row],
            spectrum.optical[row],
        )
    )


def refined_packed(packed: Packed, factor: int) -> Packed:
    """Return a problem with every band divided into ``factor``, for its groups alone.

    Walls and interfaces stay those of the bands it had.
    """
    materials, row = _distinct(packed.problem)
    fine = refined(materials, packed.problem.temperature, packed.spectrum, factor)
    return replace(
        packed,
        spectrum=fine,
        heat_capacity=fine.heat_capacity[row],
        speed=fine.speed[row],
        mean_free_path=fine.mean_free_path[row],
        wavenumber=fine.wavenumber[row],
    )


def _distinct(problem: Definition) -> tuple[list[Material], NDArray[np.intp]]:
    """Return each material once, and for every region which one it has."""
    materials = [problem.materials[name] for name in problem.mesh.region_names]
    distinct: list[Material] = []
    row = []
    for material in materials:
        same = (same_material(known, material, problem.temperature) for known in distinct)
        index = next((i for i, yes in enumerate(same) if yes), len(distinct))
        if index == len(distinct):
            distinct.append(material)
        row.append(index)
    return distinct, np.array(row)


def _tables(
    problem: Definition, spectrum: Spectrum, row: NDArray[np.intp]
) -> tuple[TransmissionTable, ...]:
    region = {name: row[i] for i, name in enumerate(problem.mesh.region_names)}
    tables = []
    for names, model in problem.interfaces.items():
        first, second = names
        pair = pair_of(
            spectrum,
            (region[first], region[second]),
            names,
            (problem.materials[first], problem.materials[second]),
            problem.temperature,
        )
        if pair.mixing and spectrum.n_band > 1:
            log.info(
                "interface '%s' / '%s' mixes all groups: a side carries no frequencies",
                first,
                second,
            )
        tables.append(transmission_table(model, pair))
    return tuple(tables)


def _sources(problem: Definition, spectrum: Spectrum, row: NDArray[np.intp]) -> Sources:
    mesh = problem.mesh
    node_region = np.repeat(mesh.cell_region, np.diff(mesh.dg_offsets))
    thermal, selective = np.zeros(mesh.n_node), np.zeros(mesh.n_node)
    fed = np.ones((len(mesh.region_names), len(spectrum.group_band)), dtype=bool)
    power = {}
    for name, source in problem.heat.items():
        index = mesh.region_names.index(name)
        mine = node_region == index
        volumes = mesh.volumes[mesh.cell_region == index]
        values = source.at_nodes(mesh.node_points, volumes, mine, name)
        power[name] = float(values @ mesh.node_volumes[mine])
        if source.groups is None:
            thermal[mine] = values
        else:
            selective[mine] = values
            fed[index] = _fed_groups(name, source.groups, spectrum.material_branch[row[index]])
    return Sources(thermal, selective, fed, power)


def _fed_groups(name: str, groups: Sequence[str], labels: tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = [groups] if isinstance(groups, str) else list(groups)
    for label in wanted:
        if not label or label not in labels:
            raise BteError(
                f"source of region '{name}' feeds '{label}', which is no branch of its material "
                f"(it has: {quoted(dict.fromkeys(filter(None, labels)))})"
            )
    return np.isin(labels, wanted)
