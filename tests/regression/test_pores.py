"""Aligned square pores: the limits that benchmarks/pores.py found, on a mesh that takes a second.

The limits of fine meshes and directions are certain to about one in the last digit; the tolerances
are what the mesh of 24 cells and 64 or 96 azimuths leave.
"""

import importlib.util
from pathlib import Path

import pytest

import bte

FILE = Path(__file__).parents[2] / "benchmarks" / "pores.py"
LIMITS = {0.01: 0.5722, 0.1: 0.52504, 1.0: 0.26960, 10.0: 0.06099, 100.0: 0.01006}


@pytest.fixture(scope="module")
def pores():
    spec = importlib.util.spec_from_file_location("pores", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kn", LIMITS)
def test_gray(pores, kn):
    gathered = kn > 10
    azimuths = 96 if gathered else 64
    ratio, sweeps = pores.conductivity(pores.gray(kn), pores.cell(6, 1.5), azimuths, 3, gathered)
    assert ratio == pytest.approx(LIMITS[kn], rel=1.2e-3)
    assert sweeps <= 24


def test_silicon(pores):
    """50 nm pores every 100 nm at 300 K, 20 bands."""
    ratio, sweeps = pores.conductivity(bte.material("Si"), pores.cell(4, 1.5), 48, 3, True)
    assert ratio == pytest.approx(0.1307, rel=2e-3)
    assert sweeps <= 30
