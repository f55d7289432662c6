"""Make the library's tables of modes from phono3py's kappa-*.hdf5.

    PYTHONPATH=python python benchmarks/compress_modes.py kappa-Si.hdf5 phono3py-Si.yaml Si

Keeps what `bte` reads, in single precision, compressed; the structure becomes a POSCAR. Prints how
far conductivity and heat capacity are from those of the full file.
"""

import sys
from pathlib import Path

import h5py
import numpy as np

from bte.materials.importers.phono3py import read_phono3py
from bte.materials.importers.structure import read_structure

FOLDER = Path(__file__).parents[1] / "python" / "bte" / "materials" / "library" / "modes"
SINGLE = ("frequency", "group_velocity", "heat_capacity", "gamma", "gamma_isotope")
WHOLE = (
    "temperature",
    "mesh",
    "qpoint",
    "weight",
    "boundary_mfp",
    "kappa",
    "kappa_unit_conversion",
    "version",
)


def poscar(structure, name, symbols):
    """Return the text of a POSCAR."""
    lines = [name, "1.0"]
    lines += ["  ".join(f"{x * 1e10:.10f}" for x in row) for row in structure.lattice]
    order = np.argsort(structure.kinds, kind="stable")
    counts = np.bincount(structure.kinds)[1:]
    lines += ["  ".join(symbols), "  ".join(str(n) for n in counts), "Direct"]
    lines += ["  ".join(f"{x:.10f}" for x in structure.positions[i]) for i in order]
    return "\n".join(lines) + "\n"


def main(source, structure, name, *symbols):
    FOLDER.mkdir(exist_ok=True)
    target, cell = FOLDER / f"{name}.h5", FOLDER / f"{name}.poscar"
    with h5py.File(source, "r") as old, h5py.File(target, "w") as new:
        for key in WHOLE:
            if key in old:
                new[key] = old[key][()]
        for key in SINGLE:
            if key in old:
                values = np.asarray(old[key], dtype=np.float32)
                new.create_dataset(key, data=values, compression=9, shuffle=True)
    cell.write_text(poscar(read_structure(structure), name, symbols))
    full, small = read_phono3py(source, structure), read_phono3py(target, cell)
    for a, b in zip(full, small, strict=True):
        kappa = np.abs(b.conductivity() - a.conductivity()).max() / a.conductivity().max()
        capacity = abs(b.total_heat_capacity() / a.total_heat_capacity() - 1.0)
        print(f"{a.temperature:7g} K  kappa {kappa:.1e}  C {capacity:.1e}")
    print(f"{target.stat().st_size / 1e3:.0f} kB, {len(small[0])} modes")


if __name__ == "__main__":
    main(*sys.argv[1:])
