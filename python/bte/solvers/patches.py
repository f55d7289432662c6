"""Patches of neighbouring faces with linear functions on them: few unknowns for many faces."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.packing.arrays import Array

Indices = NDArray[np.int64]


class Patches(NamedTuple):
    """Functions on patches, orthonormal in the areas of the vertices.

    Attributes
    ----------
    patch : (n_face,)
        Patch of each face.
    basis : (n_face, n_face_vertex, n_function)
        Value of the patch's functions at the vertices of the face.
    dual : (n_face, n_face_vertex, n_function)
        ``basis`` times the vertex areas: what takes the coefficients out of values.
    """

    patch: Indices
    basis: Array
    dual: Array

    @property
    def n_function(self) -> int:
        """Functions of a patch."""
        return int(self.basis.shape[2])


def make_patches(points: Array, areas: Array, kind: Indices, most: int) -> Patches:
    """Sort faces into patches of at most ``most`` faces, halving the longest extent.

    A patch of one face has all functions that are linear on it.

    Parameters
    ----------
    points : (n_face, n_face_vertex, dim)
    areas : (n_face, n_face_vertex)
        Zero where a face has fewer vertices.
    kind : (n_face,)
        Faces of different kinds are not put together.
    most : int
    """
    dim = points.shape[2]
    centres = points.mean(axis=1)
    patch = np.empty(len(points), dtype=np.int64)
    basis = np.zeros((*areas.shape, dim))
    pending = [np.flatnonzero(kind == k) for k in np.unique(kind)]
    count = 0
    while pending:
        faces = pending.pop()
        if len(faces) > most:
            pending.extend(_halves(centres, faces))
            continue
        patch[faces] = count
        basis[faces] = _linear(points[faces], areas[faces])
        count += 1
    return Patches(patch, basis, basis * areas[:, :, None])


def _halves(centres: Array, faces: Indices) -> list[Indices]:
    """Halve a set of faces across its longest extent."""
    axis = int(np.ptp(centres[faces], axis=0).argmax())
    order = faces[np.argsort(centres[faces, axis], kind="stable")]
    return [order[: len(order) // 2], order[len(order) // 2 :]]


def _linear(points: Array, areas: Array) -> Array:
    """Return orthonormal linear functions on a patch (n_face, n_face_vertex, dim)."""
    n, wide, dim = points.shape
    weight = np.sqrt(areas.ravel())
    offset = points.reshape(-1, dim) - np.average(points.reshape(-1, dim), axis=0, weights=weight)
    spread = np.abs(offset).max() or 1.0
    # in-plane coordinates: all principal directions but the shortest
    along = np.linalg.svd(offset * weight[:, None], full_matrices=False)[2][: dim - 1]
    columns = np.column_stack([np.ones(n * wide), offset @ along.T / spread])
    q = np.linalg.qr(columns * weight[:, None])[0]
    values = np.divide(q, weight[:, None], out=np.zeros_like(q), where=weight[:, None] > 0)
    return np.asarray(values.reshape(n, wide, dim))
