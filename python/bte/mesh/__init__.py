"""Frozen meshes with named regions, boundaries and interfaces."""

from bte.mesh.faces import FaceTable, measured_faces
from bte.mesh.mesh import Mesh
from bte.mesh.quality import dihedral_range

__all__ = ["FaceTable", "Mesh", "dihedral_range", "measured_faces"]
