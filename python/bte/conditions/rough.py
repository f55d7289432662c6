"""Partly specular walls: a fraction p of the phonons is mirrored, the rest leaves diffusely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bte.conditions.values import FAILURES, Array, finite, reals
from bte.errors import BteError

#: Factor c of ``p = exp(-c eta^2 cos^2(theta)/lambda^2)`` by name.
FORMULAS = {"ziman": 16.0 * np.pi**2, "ziman paper": 16.0 * np.pi**3}

Specularity = float | Callable[[Array, Array], ArrayLike]


@dataclass(frozen=True)
class Rough:
    """A wall that mirrors a fraction p of the phonons and scatters the rest diffusely, elastically.

    Exactly one of ``specularity`` and ``rms``. With ``rms`` = eta

        p = exp(-16 pi^2 eta^2 cos^2(theta) / lambda^2),    lambda = 2 pi / k(omega),

    theta the angle to the normal and k of the group's branch, so the material must have
    frequencies.

    Parameters
    ----------
    specularity : float or callable, optional
        p in [0, 1], or a function ``(mfp [m], cos(theta)) -> p`` of arrays that broadcast.
    rms : float, optional
        Root mean square height of the roughness [m].
    formula : {"ziman", "ziman paper"}
        ``"ziman paper"`` has 16 pi^3 for 16 pi^2, as the book prints it.

    Raises
    ------
    BteError
        Unless exactly one option is given and in its range.

    References
    ----------
    J. M. Ziman, Electrons and Phonons, Oxford 1960,
    doi:10.1093/acprof:oso/9780198507796.001.0001; the factor: A. A. Maznev, Phys. Rev. B 91,
    134306 (2015), doi:10.1103/PhysRevB.91.134306
    """

    specularity: Specularity | None = None
    rms: float | None = None
    formula: str = "ziman"

    def __post_init__(self) -> None:
        if (self.specularity is None) == (self.rms is None):
            raise BteError("Rough takes either specularity= or rms= [m], not both or neither")
        if self.formula not in FORMULAS:
            raise BteError(
                f"formula of Rough must be one of {', '.join(map(repr, FORMULAS))}, "
                f"not {self.formula!r}"
            )
        if self.rms is not None:
            height = finite("rms of Rough", self.rms, "m")
            if height < 0.0:
                raise BteError(f"rms of Rough must be >= 0 [m], not {height!r}")
        elif not callable(self.specularity):
            value = finite("specularity of Rough", self.specularity, "1")  # type: ignore[arg-type]
            if not 0.0 <= value <= 1.0:
                raise BteError(f"specularity of Rough must lie in [0, 1], not {value!r}")

    @property
    def needs_frequencies(self) -> bool:
        """Whether p depends on the wavelength."""
        return self.rms is not None

    def fraction(self, mean_free_path: Array, wavenumber: Array, cosine: Array) -> Array:
        """Return the mirrored fraction, with the shape the arguments broadcast to.

        Parameters
        ----------
        mean_free_path, wavenumber : array [m, 1/m]
            Of the groups.
        cosine : array
            ``|Omega . n|`` of the three-dimensional direction.

        Raises
        ------
        BteError
            Where a user's function fails or leaves [0, 1].
        """
        shape = np.broadcast_shapes(mean_free_path.shape, wavenumber.shape, cosine.shape)
        if self.rms is not None:
            phase = self.rms * wavenumber * cosine / (2.0 * np.pi)
            return np.broadcast_to(np.exp(-FORMULAS[self.formula] * phase**2), shape)
        if not callable(self.specularity):
            return np.full(shape, self.specularity)
        try:
            path = np.broadcast_to(mean_free_path, shape)
            p = np.broadcast_to(
                reals(self.specularity(path, np.broadcast_to(cosine, shape))), shape
            )
        except FAILURES as error:
            raise BteError(
                "specularity of Rough is a function that fails on arrays (mfp [m], cos theta): "
                f"{error}; it must return a fraction in [0, 1] for each"
            ) from None
        wrong = ~((p >= 0.0) & (p <= 1.0))
        if wrong.any():
            raise BteError(
                f"specularity of Rough must lie in [0, 1], but its function gives "
                f"{p[wrong].flat[0]:g} at a mean free path of {path[wrong].flat[0]:g} m"
            )
        return p
