"""Which bands may be taken together, and how large the bodies are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bte.packing import Kind, Packed
from bte.packing.parts import thickness
from bte.solvers.compression.layout import LENGTH

Indices = NDArray[np.int64]


def mixes_all(packed: Packed) -> bool:
    """Whether no wall and no interface keeps the energy of each band."""
    sides = packed.sides
    elastic = len(sides.of(Kind.DIFFUSE, Kind.ROUGH)) > 0
    partial = bool((sides.transmission[sides.of(Kind.CONTACT)] < 1.0).any())
    return not elastic and not partial and all(table.mixing for table in packed.tables)


def body_size(packed: Packed) -> float:
    """Return the geometric mean of the thicknesses of the thinnest and the thickest body [m]."""
    sizes = thickness(packed)
    sizes = sizes[np.isfinite(sizes)]
    if not len(sizes):
        points = packed.mesh.node_points
        sizes = (points.max(axis=0) - points.min(axis=0))[:1]
    return float(np.sqrt(sizes.min() * sizes.max()))


def like_paths(packed: Packed, n: int) -> Indices:
    """Return classes of bands of like paths, n at most (n_band,).

    Intensities of one material depend on the path alone, so that walls that keep the energy of
    every band keep that of classes of like bands.
    """
    flux = packed.by_band(packed.flux_capacity)[0]
    carried = packed.by_band(packed.flux_capacity * packed.mean_free_path)[0]
    path = np.divide(carried, flux, out=np.zeros_like(flux), where=flux > 0)
    size = LENGTH * np.sqrt(body_size(packed) * carried.sum() / flux.sum())
    order = np.argsort(path)
    share = path[order] / (path[order] + size)
    spread = np.cumsum(np.diff(share, prepend=share[0]))
    weight = carried[order] / (path[order] + size)
    weight = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    mark = 0.5 * (spread / max(spread[-1], 1e-300) + weight)
    result = np.empty(len(path), dtype=np.int64)
    result[order] = np.minimum((mark * n).astype(np.int64), n - 1)
    return np.unique(result, return_inverse=True)[1]
