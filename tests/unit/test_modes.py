"""The modes of a spectrum: their sum is what all further sweeps add."""

import numpy as np
import pytest

import bte
from bte.packing.pack import pack
from bte.solvers.modes import mode_count, spectral_modes, spread
from gray import slab


def packed(path, flux):
    """Return a packed slab of a material with these paths and heat capacities per path."""
    n = len(path)
    material = bte.Material.from_groups(
        "banded",
        heat_capacity=np.asarray(flux, dtype=float),
        speed=np.full(n, 1000.0),
        mean_free_path=np.asarray(path, dtype=float),
        frequency_edges=np.linspace(0.0, 6e13, n + 1),
    )
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    mesh = bte.Mesh.line([0, 1e-7], cells=[2], boundaries=("left", "right"))
    return pack(bte.Problem(mesh, {"domain": material}, walls), n)


def test_modes_add_up_to_the_sum_over_sweeps():
    p = packed([1e-6, 1e-7, 1e-8, 1e-9], [1e6, 3e6, 2e6, 4e5])
    scattering = p.scattering[0]
    conductivity = p.flux_capacity[0] * p.mean_free_path[0] / 3.0
    rate = 3.0 / p.mean_free_path[0] ** 2
    z = np.logspace(8, 20, 40)[:, None]
    restored = (scattering * z / (z + rate)).sum(axis=1) / scattering.sum()
    total = np.ones(len(z))
    for c in spectral_modes(p, 4):
        kappa, loss = (conductivity * c[0] ** 2).sum(), (scattering * (1 - c[0]) ** 2).sum()
        total += scattering.sum() / (kappa * z[:, 0] + loss)
    assert total * restored == pytest.approx(1.0, rel=1e-9)


def test_few_modes_stand_for_many_groups():
    p = packed(np.logspace(-6, -10, 20), np.linspace(1e5, 3e5, 20))
    assert mode_count(p) == 3
    scattering = p.scattering[0]
    conductivity = p.flux_capacity[0] * p.mean_free_path[0] / 3.0
    rate = 3.0 / p.mean_free_path[0] ** 2
    z = np.logspace(8, 20, 40)[:, None]
    restored = (scattering * z / (z + rate)).sum(axis=1) / scattering.sum()

    def product(count):
        total = np.ones(len(z))
        for c in spectral_modes(p, count):
            kappa, loss = (conductivity * c[0] ** 2).sum(), (scattering * (1 - c[0]) ** 2).sum()
            total += scattering.sum() / (kappa * z[:, 0] + loss)
        return total * restored

    assert product(1).min() < 0.1
    assert product(3).min() > 0.45
    assert product(3).max() < 1.5


def test_a_gray_material_has_one_mode():
    p = pack(slab(0.1, 4), 1)
    assert spread(p) == pytest.approx(1.0)
    assert mode_count(p) == 1
    assert spectral_modes(p, 2)[1].tolist() == [[0.0]]
