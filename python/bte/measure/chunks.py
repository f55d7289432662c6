"""Chunk averages of LAMMPS: the text of ``fix ave/chunk``.

Lines of comments, the last of which names the columns; then blocks, each a line ``timestep
number-of-chunks total-count`` and as many lines of chunks. Layout: https://docs.lammps.org/fix_ave_chunk.html
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bte.errors import BteError, BteWarning, quoted, unknown_name
from bte.solution.records import Array

_PLACES = ("Chunk", "OrigID", "Ncount")  # columns that are no values, besides coordinates


@dataclass(frozen=True)
class _Block:
    """The rows of one block, and the line and timestep of its head."""

    line: int
    step: str
    count: int
    rows: list[list[float]]


def read_chunks(
    path: str | Path, column: str | None, coordinate: str, skip: int
) -> tuple[Array, Array, Array]:
    """Read coordinates (n,), values (n_block, n) and counts (n_block, n), all as written.

    Parameters
    ----------
    path : path
        The file.
    column : str or None
        Column of the values; None where there is one.
    coordinate : str
        Column of the coordinates.
    skip : int
        Blocks left out at the beginning; where negative, so many at the end are kept.

    Raises
    ------
    BteError
        When the file is missing or malformed, with the line, or has no such column, or no block
        is left.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BteError(
            f"chunk file '{path}' cannot be read: {error}; give the file of fix ave/chunk"
        ) from error
    names = _columns(path, lines)
    blocks = _complete(path, _blocks(path, lines, len(names)))
    kept = blocks[skip:] if skip else blocks
    if not kept or -skip > len(blocks):
        raise BteError(
            f"chunk file '{path}' has {len(blocks)} blocks and skip={skip} leaves none; skip fewer"
        )
    _same_chunks(path, kept)
    table = np.array([block.rows for block in kept])
    place, value = _which(path, names, column, coordinate)
    counts = table[:, :, names.index("Ncount")] if "Ncount" in names else np.ones(table.shape[:2])
    x = table[:, :, place]
    span = max(float(np.ptp(x)), 1e-300)
    if np.abs(x - x[0]).max() > 1e-6 * span:
        raise BteError(
            f"chunk file '{path}': column '{coordinate}' changes from block to block, so chunks "
            "cannot be averaged; write it from a box of constant size, or skip to one block"
        )
    return x[0], table[:, :, value], counts


def _columns(path: Path, lines: list[str]) -> list[str]:
    """Return the names of the columns."""
    heads = [line.lstrip("# ").split() for line in lines if line.startswith("#")]
    named = [words for words in heads if words[:1] == ["Chunk"]]
    if not named:
        raise BteError(
            f"chunk file '{path}' has no line '# Chunk Coord1 … ' that names its columns; give a "
            "file of fix ave/chunk with its third title line"
        )
    return named[-1]


def _which(path: Path, names: list[str], column: str | None, coordinate: str) -> tuple[int, int]:
    """Return the numbers of the columns of coordinate and value."""
    values = [n for n in names if n not in _PLACES and not n.startswith("Coord")]
    if coordinate not in names:
        places = [name for name in names if name.startswith("Coord")]
        raise BteError(unknown_name("column", coordinate, places, f"chunk file '{path}'"))
    if column is None and len(values) != 1:
        raise BteError(
            f"chunk file '{path}' has {len(values)} columns of values ({quoted(values)}); say "
            "which is the temperature with column="
        )
    name = column if column is not None else values[0]
    if name not in names:
        raise BteError(unknown_name("column", name, values, f"chunk file '{path}'"))
    return names.index(coordinate), names.index(name)


def _blocks(path: Path, lines: list[str], width: int) -> list[_Block]:
    """Return all blocks; the last may lack rows, and what is left of a line that was cut off."""
    blocks: list[_Block] = []
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        try:
            if blocks and len(blocks[-1].rows) < blocks[-1].count:
                blocks[-1].rows.append(_row(words, width))
            else:
                blocks.append(_head(number, words))
        except BteError as error:
            if number == len(lines):
                break
            found = " ".join(words)[:60]
            raise BteError(f"chunk file '{path}', line {number}: '{found}' {error}") from None
    return blocks


def _head(number: int, words: list[str]) -> _Block:
    if len(words) not in (2, 3) or not words[1].isdigit() or words[1] == "0":
        raise BteError(
            "is no head of a block; it must read 'timestep number-of-chunks total-count'"
        )
    return _Block(number, words[0], int(words[1]), [])


def _row(words: list[str], width: int) -> list[float]:
    if len(words) != width:
        raise BteError(f"has {len(words)} words, the title names {width} columns")
    try:
        row = [float(word) for word in words]
    except ValueError:
        row = [float("nan")]
    if not np.isfinite(row).all():
        raise BteError(f"must be {width} finite numbers")
    return row


def _complete(path: Path, blocks: list[_Block]) -> list[_Block]:
    """Return the blocks without a last one that was cut off, with a warning."""
    if blocks and len(blocks[-1].rows) < blocks[-1].count:
        last = blocks.pop()
        warnings.warn(
            f"chunk file '{path}': the last block, of timestep {last.step} in line {last.line}, "
            f"has {len(last.rows)} of {last.count} chunks and is left out",
            BteWarning,
            stacklevel=5,
        )
    if not blocks:
        raise BteError(f"chunk file '{path}' has no complete block; let the simulation write one")
    return blocks


def _same_chunks(path: Path, blocks: list[_Block]) -> None:
    for block in blocks:
        if block.count != blocks[0].count:
            raise BteError(
                f"chunk file '{path}', line {block.line}: {block.count} chunks, the block of line "
                f"{blocks[0].line} has {blocks[0].count}; use bins of fixed number, or skip to one "
                "block"
            )
