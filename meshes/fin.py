"""Make the fin device: fin.step, drawn in nm, and its mesh fin.msh.

Usage: python meshes/fin.py [folder]
"""

import re
import sys
from pathlib import Path

import gmsh
import numpy as np

from bte.mesh import Mesh, dihedral_range
from bte.mesh.step_text import corners_of, parse

# Corner and sides of each box, in nm.
SUBSTRATE = (-80, -60, -60), (160, 120, 60)
OXIDE = (-80, -60, 0), (160, 120, 70)
FIN = (-10, -60, 0), (20, 120, 50)
HOTSPOT = (-10, -15, 30), (20, 30, 15)
NAMES = ("substrate", "fin", "hotspot", "oxide")

SIZE = 12e-9
SIZES = {"fin": 4e-9, "hotspot": 2.6e-9}


def draw(path: Path) -> None:
    """Draw the four solids and write them as a STEP file without names."""
    gmsh.initialize(interruptible=False)
    gmsh.option.setNumber("General.Terminal", 0)
    occ = gmsh.model.occ
    occ.addBox(*SUBSTRATE[0], *SUBSTRATE[1], tag=1)
    occ.addBox(*FIN[0], *FIN[1], tag=12)
    occ.addBox(*HOTSPOT[0], *HOTSPOT[1], tag=3)
    occ.addBox(*OXIDE[0], *OXIDE[1], tag=14)
    occ.cut([(3, 14)], [(3, 12)], tag=4, removeTool=False)
    occ.cut([(3, 12)], [(3, 3)], tag=2, removeTool=False)
    occ.synchronize()
    gmsh.write(str(path))
    gmsh.finalize()


def side_of(corners: np.ndarray) -> str:
    """Return the name of the device's face that holds the corners, or nothing."""
    for axis, place, name in [(2, -60, "sink"), (2, 70, "top")]:
        if np.allclose(corners[:, axis], place):
            return name
    walls = [(0, 80), (1, 60)]
    if any(np.ptp(corners[:, a]) < 1e-6 and abs(corners[0, a]) == w for a, w in walls):
        return "sides"
    return ""


def give_names(path: Path) -> None:
    """Name the solids and the outer faces of a STEP file, which gmsh leaves out."""
    text = path.read_text()
    records = parse(text)
    names = iter(NAMES)

    def name_solid(match: re.Match) -> str:
        name = next(names)
        return f"{match[1]}'{name}','{name}'"

    def name_face(match: re.Match) -> str:
        return f"{match[1]}'{side_of(corners_of(records, int(match[2])))}'"

    text = re.sub(r"(PRODUCT\()'[^']*\.\d+',\s*'[^']*'", name_solid, text)
    text = re.sub(r"(#(\d+)\s*=\s*ADVANCED_FACE\()''", name_face, text)
    text = re.sub(r"'\d{4}-\d\d-\d\dT[\d:]+'", "'2025-01-01T00:00:00'", text)
    path.write_text(text)


def main(folder: Path) -> None:
    """Write fin.step and fin.msh and say how good the mesh is."""
    draw(folder / "fin.step")
    give_names(folder / "fin.step")
    mesh = Mesh.from_cad(folder / "fin.step", size=SIZE, unit="nm", sizes=SIZES)
    mesh.write(folder / "fin.msh", unit="nm")
    angles = dihedral_range(mesh)
    print(mesh.describe())
    print(f"dihedral angles {angles[:, 0].min():.1f} to {angles[:, 1].max():.1f} degrees")
    print(f"below 15 degrees: {(angles[:, 0] < 15).sum()} cells")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
