"""What a solve holds: nothing of the size of cells x ordinates x bands."""

import subprocess
import sys

SOLVE = """
import resource, warnings
import bte

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

warnings.simplefilter("ignore")
before = peak()
mesh = bte.Mesh.rectangle((5e-7, 5e-7), (100, 100), element="quad")
sides = {name: bte.Diffuse() for name in mesh.boundary_names}
sides |= {"left": bte.Isothermal(305.0), "right": bte.Isothermal(295.0)}
problem = bte.Problem(mesh, {"domain": bte.material("Si")}, sides)
solution = problem.solve(bands=15, azimuths=128, polars=2, max_sweeps=6, threads=1)
print(solution.iterations, peak() - before)
"""


def test_ten_thousand_quadrilaterals_in_128_azimuths_and_15_bands():
    done = subprocess.run(
        [sys.executable, "-c", SOLVE], capture_output=True, text=True, check=True, timeout=300
    )
    sweeps, megabytes = done.stdout.split()
    assert int(sweeps) == 6
    # intensities alone would take 10 000 x 4 x 128 x 15 x 2 x 8 bytes = 1.2 GB
    assert float(megabytes) <= 150
