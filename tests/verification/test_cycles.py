"""Meshes whose cells wait for each other in a ring: solved, and the lagged faces reported."""

import logging

import numpy as np
import pytest
from kernel_grids import ring

import bte
from gray import LENGTH, gray


@pytest.mark.parametrize("kind", ["hexahedron", "prism"])
def test_a_ring_of_leaning_cells(kind, caplog):
    grid = ring(kind=kind)
    middle = 0.5 * np.ptp(grid.points[:, 2])

    def sides(centres):
        z = centres[:, 2] / LENGTH
        return np.where(z < 1e-9, "cold", np.where(z > 2 * middle - 1e-9, "hot", "side"))

    mesh = bte.Mesh.from_arrays(
        grid.points * LENGTH, np.array(grid.cells), regions="ring", boundaries=sides
    )
    boundaries = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(300.0)}
    boundaries["side"] = bte.Diffuse()
    problem = bte.Problem(mesh, {"ring": gray(0.5)}, boundaries)
    with caplog.at_level(logging.INFO, "bte"):
        solution = problem.solve(azimuths=8, polars=3)
    assert solution.converged
    assert solution.settings["lagged_faces"] > 0
    assert "of cyclic dependencies lag" in caplog.text
    assert abs(solution.energy_balance) <= 1e-8
    assert 300.0 < solution.temperature.min() < solution.temperature.max() < 301.0
    same = {**boundaries, "cold": bte.Isothermal(301.0)}
    level = bte.Problem(mesh, {"ring": gray(0.5)}, same).solve(azimuths=8, polars=3)
    assert np.abs(level.temperature - 301.0).max() < 1e-10
