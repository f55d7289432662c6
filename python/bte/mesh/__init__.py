"""Frozen meshes with named regions, boundaries and interfaces."""

from bte.mesh.faces import FaceTable, measured_faces
from bte.mesh.mesh import Mesh
from bte.mesh.periodic import PeriodicPair, match_periodic
from bte.mesh.quality import dihedral_range
from bte.mesh.sight import open_directions, wall_normals

__all__ = [
    "FaceTable",
    "Mesh",
    "PeriodicPair",
    "dihedral_range",
    "match_periodic",
    "measured_faces",
    "open_directions",
    "wall_normals",
]
