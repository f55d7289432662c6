"""What every test shares: a fixed environment, set before anything imports bte."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("OMP_NUM_THREADS", str(min(2, os.cpu_count() or 1)))

settings.register_profile("bte", deadline=None, derandomize=True)
settings.load_profile("bte")


@pytest.fixture(scope="session")
def gmsh():
    """Return the gmsh module; skip the test where it or its system libraries are missing."""
    try:
        import gmsh
    except (ImportError, OSError) as reason:
        pytest.skip(f"gmsh cannot be loaded: {reason}")
    return gmsh
