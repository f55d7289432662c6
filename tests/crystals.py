"""Crystals made for tests: modes with directions whose tensors and films are known."""

import numpy as np

from bte import Material
from bte.materials.modes import make_table

STRETCH = np.array([6000.0, 6000.0, 3000.0])  # speeds along the axes [m/s]


def directions(n):
    """Return directions of equal weight (n, 3), closed under mirrors of the axes."""
    k = np.arange(n) + 0.5
    z, phi = 1.0 - 2.0 * k / n, np.pi * (np.sqrt(5.0) - 1.0) * k
    s = np.sqrt(1.0 - z**2)
    one = np.column_stack([s * np.cos(phi), s * np.sin(phi), z])
    signs = np.array([(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)])
    return np.concatenate([one * sign for sign in signs])


def table(stretch=STRETCH, lifetimes=(1e-12, 1e-11, 1e-10), n=400, frequency=None):
    """Return modes whose velocities fill an ellipsoid, of a few lifetimes [s]."""
    unit = directions(n)
    velocity = np.concatenate([unit * stretch] * len(lifetimes))
    lifetime = np.repeat(lifetimes, len(unit))
    omega = None if frequency is None else np.repeat(frequency, len(unit))
    capacity = np.full(len(velocity), 1.6e6 / len(velocity))
    return make_table(
        300.0, velocity=velocity, lifetime=lifetime, heat_capacity=capacity, frequency=omega
    )


def crystal(**settings):
    """Return a uniaxial crystal, its axis along z."""
    return Material.from_modes("crystal", table(**settings))


#: x of the mesh along the axis of the crystal.
AXIS_FIRST = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
