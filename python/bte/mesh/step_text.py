"""What gmsh does not read from a STEP file: the names of faces.

ISO 10303-21: a file is a list of records ``#id = TYPE('name', ...);`` that refer to each other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RECORD = re.compile(r"#(\d+)\s*=\s*([A-Z0-9_]+)\s*\(((?:'(?:[^']|'')*'|[^';])*)\)\s*;")
STRING = re.compile(r"'((?:[^']|'')*)'")
LENGTH_UNIT = re.compile(r"SI_UNIT\s*\(\s*(?:\$|\.\w+\.)\s*,\s*\.METRE\.\s*\)")
# The way from a face to its corners; surfaces and curves are other branches.
TO_CORNERS = {
    "FACE_BOUND",
    "FACE_OUTER_BOUND",
    "EDGE_LOOP",
    "VERTEX_LOOP",
    "ORIENTED_EDGE",
    "EDGE_CURVE",
    "VERTEX_POINT",
    "CARTESIAN_POINT",
}
NO_NAMES = ("", "NONE")


class NamedFace(NamedTuple):
    """A face with a name and its corners (n, 3) in the numbers of the file."""

    name: str
    corners: NDArray[np.float64]


def in_millimetres(text: str) -> str:
    """Return a STEP file whose numbers count as millimetres.

    OpenCASCADE converts every file to millimetres; of a file that already is in them it keeps
    the numbers.
    """
    return LENGTH_UNIT.sub("SI_UNIT(.MILLI.,.METRE.)", text)


def fault(text: str) -> str:
    """Return what is wrong with the text of a STEP file, nothing for a whole one."""
    if not text.lstrip().startswith("ISO-10303-21"):
        return "it does not start with ISO-10303-21"
    if "END-ISO-10303-21" not in text[-200:]:
        return "it does not end with END-ISO-10303-21"
    text = STRING.sub("", text)
    defined = set(re.findall(r"#(\d+)\s*=", text))
    missing = set(re.findall(r"#(\d+)", text)) - defined
    return f"{len(missing)} of its records are missing" if missing else ""


def parse(text: str) -> dict[int, tuple[str, str]]:
    """Return the records of a STEP file: type and arguments by number."""
    return {int(number): (kind, body) for number, kind, body in RECORD.findall(text)}


def named_faces(text: str) -> list[NamedFace]:
    """Return the faces of a STEP file that have a name."""
    records = parse(text)
    faces = []
    for number, (kind, body) in records.items():
        if kind == "ADVANCED_FACE":
            name = _name(body)
            if name not in NO_NAMES:
                faces.append(NamedFace(name, corners_of(records, number)))
    return faces


def _name(body: str) -> str:
    match = STRING.match(body.strip())
    return match.group(1).replace("''", "'").strip() if match else ""


def corners_of(records: dict[int, tuple[str, str]], face: int) -> NDArray[np.float64]:
    """Return the corners (n, 3) of a face, in the numbers of the file."""
    seen, waiting, corners = set(), [face], []
    while waiting:
        kind, body = records[waiting.pop()]
        body = STRING.sub("", body)
        if kind == "CARTESIAN_POINT":
            corners.append([float(number) for number in body.strip(" ,()").split(",")])
            continue
        for reference in re.findall(r"#(\d+)", body):
            number = int(reference)
            if number not in seen and records.get(number, ("",))[0] in TO_CORNERS:
                seen.add(number)
                waiting.append(number)
    return np.array(corners).reshape(-1, 3)
