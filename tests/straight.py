"""Interfaces that keep directions, for the tests: a constant fraction goes straight on.

The same table as the diffuse one of that transmission, but direction by direction.
"""

from dataclasses import replace

import numpy as np

from bte.conditions.models import Transmission
from bte.conditions.resolved import Resolved
from bte.packing import pack


def straight_resolved(table, group_band, flux):
    """Return the `Resolved` of a table: what passes goes straight on, the rest as from a mirror.

    ``flux`` (2, n_group) is C v of the groups of both sides.
    """
    n_band = 1 if table.mixing else len(table.forward)
    pool = np.zeros(len(group_band), dtype=np.int32) if table.mixing else np.asarray(group_band)
    etendue = np.zeros((n_band, 2))
    np.add.at(etendue, pool, flux.T)
    through = table.forward[:n_band] * etendue[:, 0]
    power = np.zeros((n_band, 2, 2))
    power[:, 0, 0], power[:, 1, 1] = (etendue - through[:, None]).T
    power[:, 0, 1] = power[:, 1, 0] = through
    share = (flux > 0).astype(float)[:, :, None]

    def exchange(index, x):
        return np.broadcast_to(power[index], (len(x), 2, 2))

    return Resolved("straight", share, pool, etendue, exchange, np.zeros((n_band, 0)))


def use_straight(monkeypatch):
    """Let every `Transmission` with ``directional`` be resolved."""
    built = pack._tables if hasattr(pack, "_tables") else None
    assert built is None or callable(built)
    module = __import__("bte.packing.pack", fromlist=["_tables"])
    original = module._tables

    def tables(problem, spectrum, row):
        found = original(problem, spectrum, row)
        region = {name: row[i] for i, name in enumerate(problem.mesh.region_names)}
        flux = spectrum.heat_capacity * spectrum.speed * (spectrum.heat_capacity > 0)
        result = []
        for model, table in zip(problem.interfaces.values(), found, strict=True):
            if isinstance(model, Transmission) and model.directional:
                pair = [region[table.first], region[table.second]]
                table = replace(
                    table, resolved=straight_resolved(table, spectrum.group_band, flux[pair])
                )
            result.append(table)
        return tuple(result)

    monkeypatch.setattr(module, "_tables", tables)
