"""Angular quadratures whose panels break where the solution breaks, at the wall planes.

A rule is a product of *ordinates* (directions of the mesh's dimension, which share a sweep order)
and *polar nodes* (which only scale the mean free path, so that they join the groups as lanes).
Means are over the unit sphere: ``<f> = sum_o sum_p w_o w_p f(s_p d_o)``.
"""

from bte.quadrature.angles import GATHER_FROM, RULES, Angles
from bte.quadrature.make import make_quadrature, plane, quadrature, slab, space
from bte.quadrature.rule import Quadrature

__all__ = [
    "GATHER_FROM",
    "RULES",
    "Angles",
    "Quadrature",
    "make_quadrature",
    "plane",
    "quadrature",
    "slab",
    "space",
]
