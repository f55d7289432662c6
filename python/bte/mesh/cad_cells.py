"""Cells that gmsh makes of a CAD model: their kind, periodic faces, and how they are fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte.errors import MeshError, quoted, unknown_name
from bte.mesh.build import Parts
from bte.mesh.cad_names import RESOLUTION, Model
from bte.mesh.cells import joined, orient
from bte.mesh.reading import flatten

Floats = NDArray[np.float64]

# gmsh's numbers of the elements of each dimension, and their vertices.
ELEMENT_TYPES = {1: {1: 2}, 2: {2: 3, 3: 4}, 3: {4: 4}}
ELEMENTS = {2: ("triangle", "quad"), 3: ("tetra",)}
FRONTAL_QUADS = 8  # gmsh's Mesh.Algorithm for triangles that pair up well


def choose_element(gmsh: Any, dim: int, element: str | None) -> None:
    """Have gmsh make quadrilaterals where they are asked for.

    Raises
    ------
    MeshError
        Where models of this dimension cannot be meshed with the element.
    """
    if element is not None and element not in ELEMENTS[dim]:
        raise MeshError(
            f"element '{element}' is not made of CAD models in {dim}D; use {quoted(ELEMENTS[dim])}"
        )
    if element == "quad":
        gmsh.option.setNumber("Mesh.RecombineAll", 1)
        gmsh.option.setNumber("Mesh.Algorithm", FRONTAL_QUADS)


def make_periodic(gmsh: Any, model: Model, periodic: Sequence[tuple[str, str]]) -> None:
    """Have gmsh mesh pairs of boundaries alike.

    Raises
    ------
    MeshError
        Where a name is unknown, or a boundary is not the other moved by a translation.
    """
    for pair in periodic:
        if isinstance(pair, str) or len(pair) != 2:
            raise MeshError(
                f"periodic must hold pairs of names of boundaries, found {pair!r}; give "
                "[('xmin', 'xmax')]"
            )
        for name in pair:
            if name not in model.boundary_names:
                raise MeshError(unknown_name("boundary", name, model.boundary_names, "the model"))
        first, second, move = _matched(gmsh, model, *pair)
        shift = np.eye(4)
        shift[:3, 3] = move
        gmsh.model.mesh.setPeriodic(model.dim - 1, second, first, shift.ravel().tolist())


def _matched(
    gmsh: Any, model: Model, first: str, second: str
) -> tuple[list[int], list[int], Floats]:
    """Return the faces of two boundaries, partners in one place, and the move between them."""
    tags = [[t for t, n in model.boundaries.items() if n == name] for name in (first, second)]
    boxes = [
        np.array([gmsh.model.occ.getBoundingBox(model.dim - 1, tag) for tag in some])
        for some in tags
    ]
    move = boxes[1][:, :3].min(axis=0) - boxes[0][:, :3].min(axis=0)
    moved = boxes[0] + np.tile(move, 2)
    gap = np.abs(moved[:, None] - boxes[1]).max(axis=2)
    partner = gap.argmin(axis=1)
    alike = len(tags[0]) == len(tags[1]) == len(set(partner))
    if not alike or gap.min(axis=1).max() > 100 * RESOLUTION:
        raise MeshError(
            f"periodic boundaries '{first}' ({len(tags[0])} faces) and '{second}' "
            f"({len(tags[1])} faces) of the model are not alike: moved by {move.tolist()} file "
            "units one does not fall on the other; cut the model so that they match"
        )
    return tags[0], [tags[1][k] for k in partner], move


def extract(gmsh: Any, model: Model, path: str) -> Parts:
    """Return the cells and outer faces that gmsh made, with their names."""
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    number = np.zeros(int(tags.max()) + 1, dtype=np.int64)
    number[tags.astype(np.int64)] = np.arange(len(tags))
    points = np.asarray(coordinates).reshape(-1, 3)

    def elements(dim: int, entity: int) -> list[Any]:
        found = [
            number[gmsh.model.mesh.getElementsByType(kind, entity)[1].astype(np.int64)].reshape(
                -1, width
            )
            for kind, width in ELEMENT_TYPES[dim].items()
        ]
        return [block for block in found if len(block)]

    blocks, names = [], []
    for body, name in model.regions.items():
        for block in elements(model.dim, body):
            blocks.append(block)
            names.append(name)
    points = flatten(points, blocks, model.dim, path)
    ends = np.cumsum([len(block) for block in blocks])
    groups = [np.arange(e - len(b), e) for b, e in zip(blocks, ends, strict=True)]
    sides: dict[str, list[Any]] = {name: [] for name in model.boundary_names}
    for face, name in model.boundaries.items():
        sides[name] += elements(model.dim - 1, face)
    boundaries = {name: np.concatenate(faces) for name, faces in sides.items()}
    regions = np.repeat(names, [len(block) for block in blocks])
    return Parts(points, orient(points, joined(blocks), groups), regions, boundaries)
