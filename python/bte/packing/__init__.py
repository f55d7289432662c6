"""A problem as arrays, ready for the solvers."""

from bte.packing.arrays import Geometry, Kind, Packed, Sides, Sources
from bte.packing.pack import pack, refined_packed

__all__ = ["Geometry", "Kind", "Packed", "Sides", "Sources", "pack", "refined_packed"]
