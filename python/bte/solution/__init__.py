"""What a solve returns, whatever the model: fields, results by name, and the energy ledger."""

from bte.solution.budget import ResistanceBudget
from bte.solution.cut import LineCut
from bte.solution.estimate import ErrorEstimate
from bte.solution.records import BoundaryResult, InterfaceResult, Jump, Ledger, RegionResult
from bte.solution.solution import Solution

__all__ = [
    "BoundaryResult",
    "ErrorEstimate",
    "InterfaceResult",
    "Jump",
    "Ledger",
    "LineCut",
    "RegionResult",
    "ResistanceBudget",
    "Solution",
]
