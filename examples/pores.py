"""Silicon with aligned square pores: what the pores take away, and what short periods take away."""

import numpy as np

import bte

BLOCKS = 12  # quadrilaterals along a period; the pore is half as wide


def cell(period):
    """Return one period of the film, a square with a square pore in its middle."""
    ticks = np.linspace(0.0, period, BLOCKS + 1)
    points = np.array([(x, y) for x in ticks for y in ticks])
    i, j = np.divmod(np.arange(BLOCKS**2), BLOCKS)
    in_pore = (abs(i + 0.5 - BLOCKS / 2) < BLOCKS / 4) & (abs(j + 0.5 - BLOCKS / 2) < BLOCKS / 4)
    corner = (i * (BLOCKS + 1) + j)[~in_pore]
    quads = np.column_stack([corner, corner + BLOCKS + 1, corner + BLOCKS + 2, corner + 1])

    def sides(centres):
        x, y = np.rint(centres.T / period * 1e6)
        ends = [x == 0, x == 1e6, y == 0, y == 1e6]
        return np.select(ends, ["left", "right", "bottom", "top"], "pore")

    return bte.Mesh.from_arrays(points, {"quad": quads}, regions="film", boundaries=sides)


silicon = bte.material("Si")
bulk = silicon.conductivity(300.0)
print(f"bulk {bulk:.1f} W/mK; pores of half the period, walls of 0.3 nm rms roughness\n")
print("   period    Fourier        BTE    BTE/Fourier")
for period in (10e-6, 1e-6, 100e-9):
    boundaries = {
        "left": bte.Periodic("right", temperature_difference=1.0),
        "bottom": bte.Periodic("top"),
        "pore": bte.Rough(rms=0.3e-9),
    }
    problem = bte.Problem(cell(period), {"film": silicon}, boundaries)
    fourier = problem.solve_fourier("fourier").effective_conductivity
    solution = problem.solve(bands=8)
    conductivity = solution.effective_conductivity
    print(
        f"{period * 1e9:6.0f} nm {fourier:7.2f} W/mK {conductivity:6.2f} W/mK"
        f" {conductivity / fourier:10.3f}"
    )
print(f"\n{solution}")

assert abs(conductivity - 24.5) < 0.3  # 17 % of bulk, where Fourier keeps 58 %
