"""Checkpoints: an interrupted solve goes on where it stopped."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bte.errors import BteError
from bte.io.atomic import replacing
from bte.packing.arrays import Array
from bte.solvers.discrete import Discrete


@dataclass(frozen=True)
class Checkpoint:
    """A file that keeps the unknown of an interrupted solve.

    Attributes
    ----------
    path : Path
        An ``.npz`` file; it need not exist.
    """

    path: Path

    def start(self, discrete: Discrete) -> tuple[Array, float | None]:
        """Return the unknown that was kept and its temperature scale, or zeros and None.

        Raises
        ------
        BteError
            Where the file is damaged or belongs to another problem or other settings.
        """
        if not self.path.exists():
            return np.zeros(discrete.size), None
        try:
            with np.load(self.path) as stored:
                mark, x = str(stored["fingerprint"]), np.array(stored["unknown"])
                largest = float(stored["scale"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise BteError(
                f"checkpoint '{self.path}' is damaged or no checkpoint; remove it to start anew"
            ) from None
        if mark != fingerprint(discrete) or x.shape != (discrete.size,):
            raise BteError(
                f"checkpoint '{self.path}' belongs to another problem or other settings; remove it "
                "to start anew"
            )
        return x, largest

    def keep(self, discrete: Discrete, x: Array, largest: float) -> None:
        """Write the unknown, completely or not at all."""
        with replacing(self.path) as temporary:
            np.savez(temporary, fingerprint=fingerprint(discrete), unknown=x, scale=largest)

    def clear(self) -> None:
        """Remove the file: the solve is done."""
        self.path.unlink(missing_ok=True)


def fingerprint(discrete: Discrete) -> str:
    """Return a digest of all that the unknown depends on."""
    packed, rule = discrete.packed, discrete.quadrature
    digest = hashlib.sha256()
    for array in (
        packed.mesh.points,
        packed.mesh.connectivity,
        packed.mesh.cell_region,
        packed.heat_capacity,
        packed.speed,
        packed.mean_free_path,
        packed.sides.kind,
        packed.sides.temperature,
        packed.sides.flux,
        packed.sides.jump,
        discrete.coupling.kept,
        *discrete.traces.walls.tables,
        packed.sources.thermal,
        packed.sources.selective,
        rule.directions,
        rule.sines,
        *(table.forward for table in packed.tables),
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
