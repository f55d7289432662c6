"""The bodies and faces of a CAD model under the names its author gave them."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bte.errors import BteWarning, MeshError, quoted
from bte.mesh.quality import place
from bte.mesh.step_text import named_faces
from bte.mesh.structured import box_sides

log = logging.getLogger("bte")

Floats = NDArray[np.float64]
Entity = tuple[int, int]

# What writers put where the author gave no name.
DEFAULT_NAME = re.compile(r"|NONE|SOLID|COMPOUND|SHELL|FACE|Shapes|Open CASCADE STEP translator.*")
# OpenCASCADE takes points this close for the same, in units of the file.
RESOLUTION = 1e-7
# Names of outer faces without one; unlike left and bottom they do not depend on what is up.
_ENDS = ("xmin", "xmax", "ymin", "ymax", "zmin", "zmax")


@dataclass(frozen=True)
class Model:
    """A conforming model: the entities of gmsh and their names.

    Attributes
    ----------
    dim : int
        3 for solids, 2 for faces.
    regions : dict
        Name of each body, by tag.
    boundaries : dict
        Name of each outer face, by tag.
    hulls : dict
        Faces of each body, by tag.
    low, high : (3,) float64
        Box, in units of the file.
    """

    dim: int
    regions: dict[int, str]
    boundaries: dict[int, str]
    hulls: dict[int, list[int]]
    low: Floats
    high: Floats
    outer: list[int] = field(init=False)
    contacts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        shared = {face for hull in self.hulls.values() for face in hull} - set(self.boundaries)
        object.__setattr__(self, "outer", sorted(self.boundaries))
        object.__setattr__(self, "contacts", sorted(shared))

    @property
    def region_names(self) -> tuple[str, ...]:
        """Distinct names of bodies."""
        return tuple(dict.fromkeys(self.regions.values()))

    @property
    def boundary_names(self) -> tuple[str, ...]:
        """Distinct names of outer faces."""
        return tuple(dict.fromkeys(self.boundaries.values()))

    def bodies_of(self, name: str) -> list[int]:
        """Return the bodies of that name."""
        return [tag for tag, region in self.regions.items() if region == name]

    def hull_of(self, name: str) -> list[int]:
        """Return the faces of the bodies of that name, and the outer faces of that name."""
        faces = {face for body in self.bodies_of(name) for face in self.hulls[body]}
        return sorted(faces | {tag for tag, side in self.boundaries.items() if side == name})


def import_model(
    gmsh: Any, path: Path, copy: Path, regions: Sequence[str] | None, scale: float
) -> Model:
    """Read a CAD file into the current model of gmsh and make its bodies conforming.

    Parameters
    ----------
    gmsh : module
        gmsh, initialised.
    path, copy : Path
        The file as the user knows it, and the one to read.
    regions : sequence of str
        Names for the bodies in the order of the file, in place of those in the file.
    scale : float
        Length of one unit of the file [m], for messages.

    Raises
    ------
    MeshError
        Where the file has no bodies, a body has no name, or two overlap.
    """
    gmsh.option.setNumber("Geometry.OCCImportLabels", 1)
    shapes = gmsh.model.occ.importShapes(str(copy))
    gmsh.model.occ.synchronize()
    dim = max((d for d, _ in shapes), default=0)
    bodies = [entity for entity in shapes if entity[0] == dim]
    if dim < 2:
        raise MeshError(f"CAD file '{path}' holds no solids and no faces; export the bodies")
    low, high = _box(gmsh, bodies)
    if (high - low).max() < 1e4 * RESOLUTION:
        raise MeshError(
            f"the model in '{path}' is {(high - low).max():.3g} file units large; OpenCASCADE "
            f"resolves {RESOLUTION:g}: draw it larger, such as 1 unit for 1 nm, and give unit='nm'"
        )
    names = body_names(gmsh, path, bodies, regions, scale)
    note_shared_names(names)
    faces = matched_faces(gmsh, path, copy) if dim == 3 and path.suffix.lower() != ".brep" else {}
    # Copies, because gmsh loses track of faces that belong to a body as well.
    copies = gmsh.model.occ.copy(list(faces)) if faces else []
    pieces = fragments(gmsh, [*bodies, *copies])
    inside = own_pieces(names, pieces[: len(bodies)], dim)
    hulls = {tag: _boundary(gmsh, (dim, tag)) for tag in inside}
    given = {
        tag: name
        for name, parts in zip(faces.values(), pieces[len(bodies) :], strict=True)
        for _, tag in parts
    }
    boundaries = outer_names(gmsh, dim, inside, hulls, given)
    return Model(dim, inside, boundaries, hulls, low, high)


def _box(gmsh: Any, entities: Sequence[Entity]) -> tuple[Floats, Floats]:
    boxes = np.array([gmsh.model.occ.getBoundingBox(*entity) for entity in entities])
    # gmsh widens every box by its tolerance.
    return boxes[:, :3].min(axis=0) + RESOLUTION, boxes[:, 3:].max(axis=0) - RESOLUTION


def _boundary(gmsh: Any, entity: Entity) -> list[int]:
    return [tag for _, tag in gmsh.model.getBoundary([entity], oriented=False)]


def body_names(
    gmsh: Any,
    path: Path,
    bodies: Sequence[Entity],
    regions: Sequence[str] | None,
    scale: float,
) -> list[str]:
    """Return the name of each body; a MeshError lists those without."""
    if regions is not None:
        if isinstance(regions, str) or len(regions) != len(bodies):
            raise MeshError(
                f"regions must hold {len(bodies)} names, one for each body of '{path}', found "
                f"{regions!r}; the bodies are {_list_bodies(gmsh, bodies, scale)}"
            )
        return [str(name) for name in regions]
    names = [gmsh.model.getEntityName(*entity).split("/")[-1].strip() for entity in bodies]
    nameless = [i for i, name in enumerate(names) if DEFAULT_NAME.fullmatch(name)]
    if nameless:
        listed = _list_bodies(gmsh, bodies, scale, nameless)
        raise MeshError(
            f"{len(nameless)} of {len(bodies)} bodies in '{path}' have no name: {listed}; name "
            "them in the CAD program (the label of a body; gmsh writes none), or give regions=[…] "
            "with a name for each body, in this order; see docs/cad.md"
        )
    return names


def note_shared_names(names: Sequence[str]) -> None:
    """Say in the log which bodies form one region because they have one name."""
    for name in dict.fromkeys(names):
        bodies = [str(i) for i, other in enumerate(names, 1) if other == name]
        if len(bodies) > 1:
            log.info("bodies %s are all named '%s': one region", ", ".join(bodies), name)


def _list_bodies(
    gmsh: Any, bodies: Sequence[Entity], scale: float, which: Sequence[int] | None = None
) -> str:
    words = []
    for i in range(len(bodies)) if which is None else which:
        low, high = _box(gmsh, [bodies[i]])
        words.append(f"body {i + 1} from {place(low * scale)} to {place(high * scale)} m")
    return ", ".join(words)


def matched_faces(gmsh: Any, path: Path, copy: Path) -> dict[Entity, str]:
    """Return the faces that the STEP file names, found by the places of their corners."""
    wanted = named_faces(copy.read_text(encoding="latin-1"))
    if not wanted:
        return {}
    by_corners: dict[frozenset[tuple[float, ...]], list[Entity]] = {}
    for entity in gmsh.model.getEntities(2):
        by_corners.setdefault(_corner_key(_corners(gmsh, entity)), []).append(entity)
    names: dict[Entity, str] = {}
    lost = []
    for face in wanted:
        # Two bodies that touch have a face each in the same place.
        found = by_corners.get(_corner_key(face.corners), [])
        names |= dict.fromkeys(found, face.name)
        lost += [] if found else [face.name]
    if lost:
        warnings.warn(
            f"faces {quoted(dict.fromkeys(lost))} of '{path}' are not where the file says, as "
            "with parts placed by an assembly; their names are not used",
            BteWarning,
            stacklevel=5,
        )
    return names


def _corners(gmsh: Any, face: Entity) -> Floats:
    corners = gmsh.model.getBoundary([face], oriented=False, recursive=True)
    return np.array([gmsh.model.getValue(0, tag, []) for _, tag in corners]).reshape(-1, 3)


def _corner_key(corners: Floats) -> frozenset[tuple[float, ...]]:
    # Adding zero makes -0.0 and 0.0 the same.
    return frozenset(tuple(float(x) for x in row) for row in np.round(corners, 5) + 0.0)


def fragments(gmsh: Any, entities: Sequence[Entity]) -> list[list[Entity]]:
    """Cut all bodies at each other's faces; return the pieces of each entity."""
    if len(entities) == 1:
        return [list(entities)]
    _, pieces = gmsh.model.occ.fragment(list(entities), [])
    gmsh.model.occ.synchronize()
    return [list(parts) for parts in pieces]


def own_pieces(
    names: Sequence[str], pieces: Sequence[Sequence[Entity]], dim: int
) -> dict[int, str]:
    """Return the name of each piece; a MeshError where a piece belongs to two bodies."""
    owner: dict[int, int] = {}
    for body, parts in enumerate(pieces):
        for piece in (tag for d, tag in parts if d == dim):
            if piece in owner:
                first = owner[piece]
                raise MeshError(
                    f"bodies {first + 1} ('{names[first]}') and {body + 1} ('{names[body]}') "
                    "overlap; cut one out of the other in the CAD program"
                )
            owner[piece] = body
    return {piece: names[body] for piece, body in owner.items()}


def outer_names(
    gmsh: Any,
    dim: int,
    regions: dict[int, str],
    hulls: dict[int, list[int]],
    given: dict[int, str],
) -> dict[int, str]:
    """Return the name of each outer face.

    That is its own name, else the side of the box it lies on, else that of its body.
    """
    owners: dict[int, list[int]] = {}
    for body, hull in hulls.items():
        for face in hull:
            owners.setdefault(face, []).append(body)
    low, high = _box(gmsh, [(dim, tag) for tag in regions])
    sides = box_sides(low[:dim], high[:dim], _ENDS[: 2 * dim], tolerance=10 * RESOLUTION)
    names = {}
    for face, bodies in owners.items():
        if len(bodies) == 1:
            side = _side(gmsh, (dim - 1, face), sides, dim)
            names[face] = given.get(face) or side or f"{regions[bodies[0]]} surface"
    return names


def _side(gmsh: Any, face: Entity, sides: Any, dim: int) -> str:
    low, high = _box(gmsh, [face])
    ends = np.stack([low[:dim], high[:dim]])
    flat = np.flatnonzero(np.ptp(ends, axis=0) <= 4 * RESOLUTION)
    if len(flat) != 1:
        return ""
    # The middle of the face lies on one side at most.
    return str(sides(ends.mean(axis=0)[None])[0])
