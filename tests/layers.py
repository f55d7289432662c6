"""Two layers between black walls, solved along the rays that conserve the wave vector.

An independent reference for interfaces that refract: channels a with etendue ``N_a = C v`` and mean
free path, nodes in ``xi``, the square of the wave vector along the layers in units of N, so that
a phonon keeps its node when it crosses. P1 discontinuous Galerkin on a graded mesh, all unknowns
by one dense solve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Exchange = Callable[[Array], Array]


class Layers:
    """Two layers of thickness 1, walls at 1 and 0.

    Parameters
    ----------
    etendue, path : (n_channel,)
        C v and mean free path of each channel.
    side : (n_channel,)
        Layer of each channel, 0 or 1.
    exchange : callable
        ``xi (n,) -> E (n, n_channel, n_channel)``: what of channel b leaves in a.
    breaks : sequence of float
        Kinks of E in xi, besides the etendues.
    """

    def __init__(
        self,
        etendue: Sequence[float],
        path: Sequence[float],
        side: Sequence[int],
        exchange: Exchange,
        breaks: Sequence[float] = (),
        n_node: int = 20,
        n_cell: int = 60,
        grading: float = 1.25,
    ) -> None:
        self.etendue, self.path, self.side = np.array(etendue), np.array(path), np.array(side)
        self.xi, self.weight = _nodes([*etendue, *breaks], n_node)
        self.exchange = exchange(self.xi)
        self.open = self.xi < self.etendue[:, None]
        self.cosine = np.sqrt(np.where(self.open, 1.0 - self.xi / self.etendue[:, None], 1.0))
        self.width = _graded(n_cell, grading)
        self.scattering = np.bincount(self.side, self.etendue / self.path)

    def flux(self) -> float:
        """Return the heat flux per kelvin."""
        n = 2 * len(self.width)
        n_column = 2 * n + 1  # temperatures of both layers, then the hot wall
        self.moment = np.zeros((2 * n, n_column))
        arriving = np.zeros((len(self.etendue), len(self.xi), n_column))
        for a, layer in enumerate(self.side):
            entering = np.zeros((len(self.xi), n_column))
            entering[:, -1] = layer == 0
            arriving[a] = self._march(a, entering, layer == 0) * self.open[a][:, None]
        leaving = np.einsum("xab,bxk->axk", self.exchange, arriving)
        for a, layer in enumerate(self.side):
            self._march(a, leaving[a], layer == 1)
        matrix = np.eye(2 * n) - self.moment[:, :-1]
        temperature = np.append(np.linalg.solve(matrix, self.moment[:, -1]), 1.0)
        net = (arriving - leaving)[self.side == 0] * self.open[self.side == 0][:, :, None]
        return float(0.25 * np.einsum("x,axk,k->", self.weight, net, temperature))

    def _march(self, a: int, entering: Array, rising: bool) -> Array:
        """Carry channel a through its layer, adding to the moments; return what comes out."""
        start = 2 * len(self.width) * self.side[a]
        weight = np.where(self.open[a], self.weight / (4.0 * self.cosine[a]), 0.0)
        weight /= self.path[a] * self.scattering[self.side[a]]
        cells = range(len(self.width)) if rising else range(len(self.width))[::-1]
        for cell in cells:
            first, last = (0, 1) if rising else (1, 0)
            thickness = self.width[cell] / (self.path[a] * self.cosine[a])
            source = np.zeros((2, entering.shape[1]))
            source[[0, 1], start + 2 * cell + np.array([first, last])] = 1.0
            begin, end = _cell(thickness, entering, source)
            self.moment[start + 2 * cell + first] += weight @ begin
            self.moment[start + 2 * cell + last] += weight @ end
            entering = end
        return entering


def _cell(thickness: Array, entering: Array, source: Array) -> tuple[Array, Array]:
    """Return the intensity at both ends of a cell, in the order it is crossed."""
    third, sixth = thickness[:, None] / 3.0, thickness[:, None] / 6.0
    matrix = (0.5 + third, 0.5 + sixth, sixth - 0.5, 0.5 + third)
    first = entering + third * source[0] + sixth * source[1]
    second = sixth * source[0] + third * source[1]
    determinant = matrix[0] * matrix[3] - matrix[1] * matrix[2]
    begin = (matrix[3] * first - matrix[1] * second) / determinant
    end = (matrix[0] * second - matrix[2] * first) / determinant
    return begin, end


def _nodes(breaks: Sequence[float], n: int) -> tuple[Array, Array]:
    """Return nodes and weights between the breaks, denser at both ends (roots there)."""
    ends = np.unique([0.0, *breaks])
    points, weights = np.polynomial.legendre.leggauss(n)
    angle = 0.25 * np.pi * (points + 1.0)
    share, step = np.sin(angle) ** 2, 0.25 * np.pi * np.sin(2.0 * angle) * weights
    length = np.diff(ends)[:, None]
    return (ends[:-1, None] + length * share).ravel(), (length * step).ravel()


def _graded(n: int, ratio: float) -> Array:
    """Return the widths of cells that grow from both ends; they sum to 1."""
    from_end = np.minimum(np.arange(n), np.arange(n)[::-1])
    width = ratio ** np.minimum(from_end, 20)
    return np.asarray(width / width.sum())


def fluid(etendue: Sequence[float], impedance: Sequence[float]) -> Exchange:
    """Return the exchange of two fluids (one channel each) by acoustic mismatch."""
    n, z = np.array(etendue), np.array(impedance)

    def exchange(xi: Array) -> Array:
        mu = np.sqrt(np.clip(1.0 - xi[:, None] / n, 0.0, None))
        passing = 4.0 * z[0] * z[1] * mu[:, 0] * mu[:, 1]
        total = (z[1] * mu[:, 0] + z[0] * mu[:, 1]) ** 2
        t = np.divide(passing, total, out=np.zeros_like(xi), where=total > 0)
        open_ = xi[:, None] < n
        result = np.zeros((len(xi), 2, 2))
        result[:, 0, 1] = result[:, 1, 0] = t
        result[:, [0, 1], [0, 1]] = np.where(open_, 1.0 - t[:, None], 0.0)
        return result

    return exchange
