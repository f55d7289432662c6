"""Measure an interface as molecular dynamics does, where the true answer is known.

Silicon and germanium, gray, with the diffuse mismatch model between them. In thick layers the
profile away from the interface knows one conductance, G_slip; in thin ones what is measured
depends on the size of the sample and on whose temperature is meant.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import bte

FOLDER = Path("results/virtual-experiment")
SILICON = bte.Material.gray("Si", heat_capacity=1.66e6, speed=6400.0, mean_free_path=41e-9)
GERMANIUM = bte.Material.gray("Ge", heat_capacity=1.67e6, speed=3900.0, mean_free_path=27e-9)


def sandwich(thickness):
    """Solve a layer of silicon on one of germanium between black walls."""
    ends = [0, thickness, 2 * thickness]
    cells, grading = (80, 1.2) if thickness > 50e-9 else (24, 1.25)
    mesh = bte.Mesh.line(ends, cells, ["Si", "Ge"], ("hot", "cold"), grading)
    walls = {"hot": bte.Isothermal(301.0), "cold": bte.Isothermal(299.0)}
    materials = {"Si": SILICON, "Ge": GERMANIUM}
    return bte.Problem(mesh, materials, walls, {("Si", "Ge"): bte.DMM()}).solve(tolerance=1e-8)


def print_table(contacts):
    """Print the conductance by each temperature against the thickness."""
    print("conductance in MW/m2K by whose temperature\n")
    print(" thickness    flux W/m2     energy    emitted  extrapolated")
    for thickness, contact in contacts.items():
        by_kind = [
            contact.conductance(kind) / 1e6 for kind in ("energy", "emitted", "extrapolated")
        ]
        print(
            f"{thickness * 1e9:7.0f} nm {contact.heat_flux:12.4g}"
            f" {by_kind[0]:10.2f} {by_kind[1]:10.2f} {by_kind[2]:13.2f}"
        )
    table = contact.emitted_conductance, contact.local_conductance, contact.slip_conductance
    emitted, local, slip = (conductance / 1e6 for conductance in table)
    print(f"transmission table: emitted {emitted:.2f}, local {local:.2f}, slip {slip:.2f}\n")


def draw(contacts, path):
    """Draw the table."""
    drawn = Figure(figsize=(7.0, 4.0), layout="constrained")
    ax = drawn.add_subplot()
    x = [thickness * 1e9 for thickness in contacts]
    last = list(contacts.values())[-1]
    for kind, colour, limit, name in (
        ("energy", "#2e8b57", None, ""),
        ("extrapolated", "#c1272d", last.slip_conductance, "slip: thick layers"),
        ("emitted", "#1f4e79", last.emitted_conductance, "emitted (Landauer)"),
    ):
        values = [contact.conductance(kind) / 1e6 for contact in contacts.values()]
        ax.plot(x, values, color=colour, marker="o", ms=4, lw=1.5, label=kind)
        if limit:
            ax.axhline(limit / 1e6, color=colour, lw=0.9, ls=(0, (5, 3)), zorder=0)
            ax.annotate(
                name, (x[0], limit / 1e6), (0, -3), textcoords="offset points", va="top",
                color=colour, fontsize=8,
            )  # fmt: skip
    local = last.local_conductance / 1e6
    ax.axhline(local, color="0.4", lw=0.9, ls=":", zorder=0)
    ax.annotate(
        "local", (x[-1], local), (0, 3), textcoords="offset points", ha="right", color="0.4",
        fontsize=8,
    )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlabel("thickness of each layer (nm)")
    ax.set_ylabel("conductance (MW/m²K)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, title="whose temperature")
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.savefig(path, dpi=200)


def write_chunks(solution, path, chunks=80, blocks=40, noise=0.02):
    """Write a profile as fix ave/chunk would, in Å, with thermal noise of each block."""
    rng = np.random.default_rng(4)
    length = float(solution.mesh.bounding_box[1][0])
    x = (np.arange(chunks) + 0.5) / chunks * length
    temperature = solution.at(x)
    lines = [
        "# Chunk-averaged data for fix profile and group all",
        "# Timestep Number-of-chunks Total-count",
        "# Chunk Coord1 Ncount v_T",
    ]
    for block in range(blocks):
        lines.append(f"{(block + 1) * 100000} {chunks} {500 * chunks}")
        noisy = temperature + noise * rng.normal(size=chunks)
        rows = zip(x, noisy, strict=True)
        lines += [f"  {k} {at * 1e10:.4f} 500 {t:.6f}" for k, (at, t) in enumerate(rows, start=1)]
    path.write_text("\n".join(lines) + "\n")


thicknesses = 2e-9 * 2.0 ** np.arange(12)
solutions = {thickness: sandwich(thickness) for thickness in thicknesses}
contacts = {thickness: solution.interface("Si", "Ge") for thickness, solution in solutions.items()}
print_table(contacts)
draw(contacts, FOLDER / "thickness.png")

thick = sandwich(1e-6)
exact = thick.interface("Si", "Ge").slip_conductance
measured = bte.measure_interface(thick, "Si", "Ge")
print(f"{measured}\n")
assert abs(measured.conductance / exact - 1) < 1e-3

thin = sandwich(250e-9)
found = bte.measure_interface(thin, "Si", "Ge")
found.plot(FOLDER / "measured.png")

write_chunks(thick, FOLDER / "temp.profile")
noisy = bte.measure_interface(
    FOLDER / "temp.profile",
    "Si",
    "Ge",
    flux=thick.interface("Si", "Ge").heat_flux,
    at="1 um",
    window=0.6,
)
print(noisy)
noisy.plot(FOLDER / "noisy.png")
low, high = noisy.conductance.interval
assert low < exact < high
