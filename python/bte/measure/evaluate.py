"""From two lines and a flux to jump, resistance, conductance and conductivities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bte.measure.fit import Line, Measured, inverse, measured, pooled_freedom
from bte.measure.result import InterfaceMeasurement
from bte.measure.source import Sample


def evaluate(
    sample: Sample,
    chosen: tuple[tuple[float, float], tuple[float, float]],
    lines: Sequence[Line],
    heat: tuple[float, float],
    how: str,
    confidence: float,
) -> InterfaceMeasurement:
    """Return the measurement of two lines and a flux."""
    one, two = lines
    flux = measured(*heat, math.inf, confidence)
    jump = _jump(one, two, confidence)
    freedom = _freedom(one, two)
    share = math.hypot(jump.error, float(jump) * flux.error / float(flux))
    resistance = measured(float(jump) / float(flux), share / abs(float(flux)), freedom, confidence)
    sense = 1.0 if sample.sides[1].position.mean() > sample.at else -1.0
    slopes = [
        measured(line.slope, math.sqrt(line.covariance[1, 1]), line.freedom, confidence)
        for line in lines
    ]
    values = [
        measured(line.value, math.sqrt(line.covariance[0, 0]), line.freedom, confidence)
        for line in lines
    ]
    conductivities = [inverse(slope, -sense * float(flux)) for slope in slopes]
    return InterfaceMeasurement(
        first=sample.first,
        second=sample.second,
        jump=jump,
        resistance=resistance,
        conductance=inverse(resistance, 1.0),
        temperatures=(values[0], values[1]),
        slopes=(slopes[0], slopes[1]),
        conductivities=(conductivities[0], conductivities[1]),
        flux=flux,
        at=sample.at,
        window=chosen,
        points=(one.points, two.points),
        residual=(one.residual, two.residual),
        errors=how,
        confidence=confidence,
        sides=sample.sides,
        remark=sample.remark,
    )


def _jump(one: Line, two: Line, confidence: float) -> Measured:
    """Return the jump; block by block both lines fluctuate together, and the difference counts."""
    value = one.value - two.value
    if len(one.blocks):
        each = one.blocks[:, 0] - two.blocks[:, 0]
        error = float(each.std(ddof=1)) / math.sqrt(len(each))
    else:
        error = math.sqrt(one.covariance[0, 0] + two.covariance[0, 0])
    return measured(value, error, _freedom(one, two), confidence)


def _freedom(one: Line, two: Line) -> float:
    if len(one.blocks):
        return one.freedom
    variances = np.array([one.covariance[0, 0], two.covariance[0, 0]])
    return pooled_freedom(variances, np.array([one.freedom, two.freedom]))
