"""Few lanes instead of every group at every polar node (docs/numerics/compression.md)."""

from bte.solvers.compression.choice import (
    Choice,
    checked,
    lane_count,
    plan_lanes,
    reduce_along,
    reduce_lanes,
)
from bte.solvers.compression.nested import Continued
from bte.solvers.compression.reduce import Reduced

__all__ = [
    "Choice",
    "Continued",
    "Reduced",
    "checked",
    "lane_count",
    "plan_lanes",
    "reduce_along",
    "reduce_lanes",
]
