"""Straight lines through noisy profiles, with intervals.

Three estimates of the covariance of intercept and slope, all with Student's t:

- ``"residuals"``: independent deviations from the line, ``sigma^2 = sum w r^2 / (n - 2)``;
- ``"autocorrelated"``: as before, times ``1 + 2 sum_k rho_k`` of the residuals along the profile,
  and so many fewer degrees of freedom;
- ``"blocks"``: lines through the profile of every block of time, and how these scatter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from bte.solution.records import Array

ERRORS = ("residuals", "autocorrelated", "blocks")


class Measured(float):
    """A number with its standard error and confidence interval.

    Attributes
    ----------
    error : float
        Standard error.
    interval : (float, float)
        Confidence interval.
    """

    error: float
    interval: tuple[float, float]

    def __new__(cls, value: float, error: float, interval: tuple[float, float]) -> Measured:
        """Make the number."""
        number = super().__new__(cls, value)
        number.error = float(error)
        number.interval = (float(interval[0]), float(interval[1]))
        return number

    def __getnewargs__(self) -> tuple[float, float, tuple[float, float]]:  # type: ignore[override]
        return float(self), self.error, self.interval


@dataclass(frozen=True, eq=False)
class Line:
    """A straight line fitted to one side, seen from the interface.

    Attributes
    ----------
    value, slope : float
        At the interface [K], and per length [K/m].
    covariance : (2, 2)
        Of the two.
    freedom : float
        Degrees of freedom of the covariance.
    residual : float
        Root mean square deviation of the points [K].
    points : int
        Number of points.
    blocks : (n_block, 2)
        Value and slope of each block of time; empty without blocks.
    """

    value: float
    slope: float
    covariance: Array
    freedom: float
    residual: float
    points: int
    blocks: Array


def fit_line(
    distance: Array, temperature: Array, weight: Array, blocks: Array, errors: str
) -> Line:
    """Fit a line to one side.

    Parameters
    ----------
    distance : (n,) [m]
        Position less that of the interface, in the order of the profile.
    temperature, weight : (n,)
        Temperature [K] and statistical weight of each point.
    blocks : (n_block, n) [K]
        Temperatures block by block; used where ``errors`` is ``"blocks"``.
    errors : str
        One of `ERRORS`.
    """
    scale = float(np.abs(distance).max())
    share = weight / weight.mean()
    design = np.stack([np.ones_like(distance), distance / scale], axis=1)
    normal = np.linalg.inv(design.T @ (share[:, None] * design))
    project = normal @ (design * share[:, None]).T
    base = float(temperature.mean())
    found = project @ (temperature - base)
    residuals = temperature - base - design @ found
    freedom = float(len(distance) - 2)
    variance = float(share @ residuals**2) / max(freedom, 1.0)
    each = np.empty((0, 2))
    covariance = variance * normal
    if errors == "autocorrelated":
        length = correlation_length(residuals)
        covariance, freedom = covariance * length, max(len(distance) / length - 2.0, 1.0)
    if errors == "blocks":
        each = (blocks - base) @ project.T
        covariance, freedom = np.cov(each.T) / len(each), len(each) - 1.0
    units = np.array([1.0, 1.0 / scale])
    return Line(
        base + float(found[0]),
        float(found[1]) / scale,
        covariance * np.outer(units, units),
        freedom,
        float(np.sqrt(share @ residuals**2 / len(residuals))),
        len(distance),
        each * units + np.array([base, 0.0]),
    )


def correlation_length(residuals: Array) -> float:
    """Return ``1 + 2 sum rho_k`` up to the first that is not positive, in points; at least 1."""
    rest = residuals - residuals.mean()
    power = float(rest @ rest)
    if power == 0.0:
        return 1.0
    rho = np.array([rest[:-k] @ rest[k:] for k in range(1, len(rest))]) / power
    ends = np.flatnonzero(rho <= 0.0)
    return float(1.0 + 2.0 * rho[: ends[0] if len(ends) else len(rho)].sum())


def merged(blocks: Array, count: int, weight: Array | None = None) -> Array:
    """Return means over ``count`` runs of successive blocks, (count, n).

    Parameters
    ----------
    blocks : (n_block, n)
        Values; NaN where a block has none.
    count : int
        How many runs; long ones forget each other.
    weight : (n_block, n), optional
        Weights of the values.
    """
    weight = np.ones_like(blocks) if weight is None else weight
    known = np.where(np.isnan(blocks), 0.0, weight)
    runs = np.array_split(np.arange(len(blocks)), count)
    sums = np.array([(known[r] * np.nan_to_num(blocks[r])).sum(axis=0) for r in runs])
    shares = np.array([known[r].sum(axis=0) for r in runs])
    return np.asarray(np.divide(sums, shares, out=np.full_like(sums, np.nan), where=shares > 0))


def measured(value: float, error: float, freedom: float, confidence: float) -> Measured:
    """Return a number with the two-sided interval of Student's t."""
    reach = float(student.ppf(0.5 + 0.5 * confidence, freedom)) * error if error else 0.0
    return Measured(value, error, (value - reach, value + reach))


def pooled_freedom(variances: Array, freedoms: Array) -> float:
    """Return the degrees of freedom of a sum of variances (Welch and Satterthwaite)."""
    total = float(variances.sum())
    if total == 0.0:
        return float(freedoms.sum())
    return float(total**2 / (variances**2 / freedoms).sum())


def inverse(number: Measured, factor: float) -> Measured:
    """Return ``factor / number``; its interval is unbounded where that of the number holds 0."""
    value = factor / float(number) if number else float("nan")
    low, high = number.interval
    error = abs(value) * number.error / abs(float(number)) if number else float("nan")
    if low <= 0.0 <= high:
        return Measured(value, error, (-np.inf, np.inf) if number.error else (value, value))
    ends = sorted((factor / low, factor / high))
    return Measured(value, error, (ends[0], ends[1]))
