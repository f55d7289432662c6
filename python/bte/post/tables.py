"""Tables as data: the terminal, plain text and the report show the same ones."""

from __future__ import annotations

from dataclasses import dataclass

from bte.solution.text import aligned


@dataclass(frozen=True)
class Table:
    """A titled table of text cells.

    Attributes
    ----------
    title : str
        What it shows.
    header : tuple of str
        Names of the columns.
    rows : tuple of tuple of str
        Cells, as many in each row as columns.
    keys : int
        How many columns at the left name a row; the others are numbers.
    notes : int
        How many columns at the right are texts, aligned to the left.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: int = 1
    notes: int = 0

    @property
    def ruled_width(self) -> int:
        """Characters across when columns stand between rules with a blank on either side."""
        return sum(self._widths()) + 3 * len(self.header) + 1

    def _widths(self) -> list[int]:
        return [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]

    def text(self, width: int | None = None) -> str:
        """Return the table as aligned plain text.

        Where it is wider than ``width`` its columns are split into blocks one below the other,
        each with the columns that name the rows; no cell is ever cut.
        """
        blocks = []
        for columns in self._blocks(width):
            picked = [[row[c] for c in columns] for row in (self.header, *self.rows)]
            texts = len(self.header) - self.notes
            lines = aligned(picked, [c == 0 or c >= texts for c in columns])
            rule = "─" * max(len(line) for line in lines)
            blocks.append("\n".join([rule, lines[0], rule, *lines[1:]]))
        return "\n".join([self.title, *blocks])

    def _blocks(self, width: int | None) -> list[list[int]]:
        """Return the columns of each block."""
        widths = self._widths()
        names = list(range(self.keys))
        room = (width or sum(widths) + 2 * len(widths)) - sum(widths[: self.keys])
        blocks: list[list[int]] = [[]]
        used = 0
        for column in range(self.keys, len(widths)):
            if blocks[-1] and used + widths[column] + 2 > room:
                blocks.append([])
                used = 0
            blocks[-1].append(column)
            used += widths[column] + 2
        return [names + block for block in blocks]


_PREFIXES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"))
_LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def prefix_of(magnitude: float) -> tuple[float, str]:
    """Return the factor and the prefix that suit a magnitude, such as (1e-6, "µ")."""
    for factor, prefix in (*_LARGE, *_PREFIXES):
        if magnitude >= factor * (1 - 1e-9):
            return factor, prefix
    return 1.0, ""


def quantity(value: float, unit: str, digits: int = 4) -> str:
    """Return a value with the prefix that suits it, such as ``12.35 µW``."""
    if value != value:
        return "–"
    factor, prefix = prefix_of(abs(value))
    return f"{value / factor:.{digits}g} {prefix}{unit}" if value else f"0 {unit}"


def resistance_unit(total: float, dim: int) -> tuple[float, str]:
    """Return factor and unit for resistances: m2K/GW in 1D, K m/W in 2D, K/W in 3D."""
    if dim == 1:
        return 1e-9, "m2K/GW"
    factor, prefix = prefix_of(abs(total))
    return factor, prefix + {2: "K m/W", 3: "K/W"}[dim]


def resistance(value: float, dim: int) -> str:
    """Return a thermal resistance with its unit."""
    if value != value:
        return "–"
    factor, unit = resistance_unit(value, dim)
    return f"{value / factor:.4g} {unit}"


def percent(value: float) -> str:
    """Return a signed deviation in per cent; a dash for none."""
    if value != value:
        return "–"
    return f"{100 * value:+.2f} %" if abs(value) < 10 else f"{100 * value:+.0f} %"
