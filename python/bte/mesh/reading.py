"""Mesh files of any format that meshio reads."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bte.errors import MeshError, quoted
from bte.mesh.build import Parts, coerce_points
from bte.mesh.cells import coerce_cells, orient
from bte.mesh.kinds import MESHIO, MESHIO_OF, VERTICES

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

DIMENSIONS = {MESHIO_OF[name]: dim for dim, kinds in VERTICES.items() for name in kinds}
DIMENSIONS["vertex"] = 0
FLAT = {1: "lines", 2: "triangles or quadrilaterals"}
CAD_SUFFIXES = (".step", ".stp", ".brep")
# Names of groups as the two formats that number them store the numbers with the cells.
GMSH_TAGS, MED_TAGS = "gmsh:physical", "cell_tags"


class Blocks(NamedTuple):
    """The cells of a file with the names given to them.

    ``cells[dim]`` are blocks (n, n_vertex) of vertex ids, and ``names[dim][name]`` are ids of
    cells, counted block after block.
    """

    points: Floats
    cells: dict[int, list[Indices]]
    names: dict[int, dict[str, Indices]]


def read_parts(path: str | Path) -> Parts:
    """Read a mesh file.

    Parameters
    ----------
    path : path
        File in a format that meshio reads; named groups of cells become regions, named groups of
        faces boundaries. Named faces inside the mesh are left out.

    Raises
    ------
    MeshError
        Where the file is missing, damaged, of unknown format, or holds no mesh with names.
    """
    mesh = load(Path(path))
    blocks = collect(mesh, str(path))
    dim = max(blocks.cells)
    points = flatten(blocks.points, blocks.cells[dim], dim, str(path))
    regions = blocks.names.get(dim, {})
    if not regions:
        raise MeshError(_no_names(str(path), dim))
    cells = orient(points, coerce_cells(blocks.cells[dim], points), list(regions.values()))
    faces = _padded(blocks.cells.get(dim - 1, []))
    named = {name: faces[ids] for name, ids in blocks.names.get(dim - 1, {}).items()}
    return Parts(points, cells, regions, named, skip_inner=True)


def _padded(blocks: list[Indices]) -> Indices:
    """Return faces of different numbers of vertices as one array, its rows ending in -1."""
    width = max((block.shape[1] for block in blocks), default=1)
    pads = [((0, 0), (0, width - block.shape[1])) for block in blocks]
    rows = [np.pad(b, pad, constant_values=-1) for b, pad in zip(blocks, pads, strict=True)]
    return np.concatenate([np.zeros((0, width), dtype=np.int64), *rows])


def load(path: Path) -> Any:
    """Return what meshio makes of a file.

    meshio prints, and for some files exits; both become a MeshError.
    """
    if path.suffix.lower() in CAD_SUFFIXES:
        raise MeshError(
            f"'{path}' is a CAD file, not a mesh; mesh it with Mesh.from_cad('{path}', size=…) or "
            f"'bte mesh {path} --size \"5 nm\" -o {path.with_suffix('.msh').name}'"
        )
    if path.is_dir():
        raise MeshError(f"mesh file '{path}' is a directory; give the path of a file in it")
    if not path.is_file():
        raise MeshError(f"mesh file '{path}' does not exist; check the path")
    if path.stat().st_size == 0:
        raise MeshError(f"mesh file '{path}' is empty; write it again")
    import meshio

    known = set(meshio.extension_to_filetypes)
    if not any("".join(path.suffixes[i:]).lower() in known for i in range(len(path.suffixes))):
        raise MeshError(
            f"mesh file '{path}' has the unknown extension '{path.suffix}'; use a format that "
            "meshio reads, such as .msh, .vtu, .inp, .med, .xdmf"
        )
    said = io.StringIO()
    try:
        with quiet(said):
            return meshio.read(path)
    except (Exception, SystemExit) as error:
        raise MeshError(
            f"mesh file '{path}' cannot be read as {path.suffix} ({_reason(error, said)}); it may "
            "be truncated or of another format: write it again"
        ) from error


@contextlib.contextmanager
def quiet(said: io.StringIO) -> Iterator[None]:
    """Catch what a library prints and leave out its warnings."""
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _reason(error: BaseException, said: io.StringIO) -> str:
    if isinstance(error, SystemExit) or not str(error):
        words = " ".join(said.getvalue().split())
        return words[:200] or type(error).__name__
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def collect(mesh: Any, path: str) -> Blocks:
    """Join the cells of each dimension and their names."""
    kinds = {block.type for block in mesh.cells if len(block.data)}
    unknown = sorted(kinds - set(DIMENSIONS))
    if unknown:
        raise MeshError(
            f"mesh file '{path}' holds cells of type {quoted(unknown)}; write first-order cells "
            f"of types {quoted(MESHIO)} (in gmsh: Mesh.ElementOrder = 1)"
        )
    dims = np.array([DIMENSIONS[block.type] if len(block.data) else -1 for block in mesh.cells])
    if not len(dims) or dims.max() < 1:
        raise MeshError(f"mesh file '{path}' has no cells; mesh the geometry before saving it")
    top = int(dims.max())
    starts = _starts(mesh, dims)
    cells = {
        dim: [np.asarray(mesh.cells[b].data) for b in np.flatnonzero(dims == dim)]
        for dim in (top, top - 1)
        if (dims == dim).any()
    }
    names: dict[int, dict[str, Indices]] = {}
    for name, ids in named_groups(mesh):
        for block, chosen in enumerate(ids):
            if dims[block] in cells and len(chosen):
                group = names.setdefault(int(dims[block]), {})
                before = group.get(name, np.zeros(0, dtype=np.int64))
                group[name] = np.concatenate([before, chosen + starts[block]])
    return Blocks(np.asarray(mesh.points), cells, names)


def _starts(mesh: Any, dims: NDArray[np.int_]) -> list[int]:
    """Return where each block's cells start among all cells of its dimension."""
    count: dict[int, int] = {}
    starts = []
    for block, dim in zip(mesh.cells, dims, strict=True):
        starts.append(count.get(int(dim), 0))
        count[int(dim)] = starts[-1] + len(block.data)
    return starts


def named_groups(mesh: Any) -> list[tuple[str, list[Indices]]]:
    """Return every name of a file with the cell ids it has in each block."""
    if mesh.field_data and GMSH_TAGS in mesh.cell_data:
        tags = mesh.cell_data[GMSH_TAGS]
        return [
            (name, _with_tag(mesh, tags, int(number), int(dim)))
            for name, (number, dim) in mesh.field_data.items()
        ]
    if getattr(mesh, "cell_tags", None) and MED_TAGS in mesh.cell_data:
        tags = mesh.cell_data[MED_TAGS]
        return [
            (name, _with_tag(mesh, tags, number, None))
            for number, names in mesh.cell_tags.items()
            for name in names
        ]
    return [
        (name, [np.asarray([] if ids is None else ids, dtype=np.int64) for ids in sets])
        for name, sets in mesh.cell_sets.items()
        if not name.startswith("gmsh:")
    ]


def _with_tag(mesh: Any, tags: Any, number: int, dim: int | None) -> list[Indices]:
    return [
        np.flatnonzero(np.asarray(tag) == number)
        if dim is None or DIMENSIONS.get(block.type) == dim
        else np.zeros(0, dtype=np.int64)
        for block, tag in zip(mesh.cells, tags, strict=True)
    ]


def flatten(points: Floats, cells: list[Indices], dim: int, path: str) -> Floats:
    """Return the points without the coordinates that a flat mesh does not need."""
    points = coerce_points(points)
    if points.shape[1] <= dim:
        return points
    used = points[np.unique(np.concatenate([block.ravel() for block in cells]))]
    extent = np.ptp(used, axis=0)
    if (extent[dim:] > 1e-9 * extent.max()).any():
        raise MeshError(
            f"the highest cells of mesh file '{path}' are {FLAT[dim]} but its points are not flat "
            f"(extent {tuple(float(e) for e in extent)} in file units); mesh the volumes too, or "
            f"lay the {dim}D device along the first {dim} axes"
        )
    return np.ascontiguousarray(points[:, :dim])


def _no_names(path: str, dim: int) -> str:
    kind = {1: "Curve", 2: "Surface", 3: "Volume"}
    return (
        f"mesh file '{path}' has no names for its regions; name them before meshing (in gmsh: "
        f'Physical {kind[dim]}("silicon") = {{1}}; and the outer faces likewise)'
    )
