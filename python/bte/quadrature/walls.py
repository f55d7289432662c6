"""The wall orientations of a mesh for which panels should break."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Normals closer than this are one.
_SAME = 1e-6


def wall_normals(
    normals: Array, areas: Array, share: float = 0.02
) -> tuple[tuple[float, ...], ...]:
    """Return the distinct orientations that have a share of all the area, the largest first.

    Facets of curved walls have less each, so that panels do not break at them.

    Parameters
    ----------
    normals : (n, dim)
        Unit normals of faces at walls and interfaces; opposite ones are the same.
    areas : (n,)
        Their areas.
    share : float
        Least part of the area.
    """
    leading = np.abs(normals) > _SAME
    first = np.take_along_axis(normals, leading.argmax(axis=1)[:, None], axis=1)
    upright = normals * np.where(first < 0, -1.0, 1.0)
    _, which = np.unique(np.round(upright, 5), axis=0, return_inverse=True)
    which = which.ravel()
    area = np.bincount(which, areas)
    total = np.stack([np.bincount(which, areas * column) for column in upright.T], axis=1)
    mean = total / np.linalg.norm(total, axis=1, keepdims=True)
    kept: list[int] = []
    for i in np.argsort(-area, kind="stable"):
        # what rounding has split is one
        twins = [j for j in kept if np.abs(mean[j] @ mean[i]) > 1.0 - 1e-9]
        if twins:
            area[twins[0]] += area[i]
        else:
            kept.append(int(i))
    large = [i for i in kept if area[i] >= share * area[kept].sum()]
    return tuple(tuple(float(x) for x in mean[i]) for i in large)
