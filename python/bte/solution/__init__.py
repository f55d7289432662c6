"""What a solve returns, whatever the model: fields, results by name, and the energy ledger."""

from bte.solution.budget import ResistanceBudget
from bte.solution.contact import ByKind, InterfaceResult
from bte.solution.cut import LineCut
from bte.solution.estimate import ErrorEstimate
from bte.solution.records import BoundaryResult, Ledger, RegionResult
from bte.solution.solution import Solution

__all__ = [
    "BoundaryResult",
    "ByKind",
    "ErrorEstimate",
    "InterfaceResult",
    "Ledger",
    "LineCut",
    "RegionResult",
    "ResistanceBudget",
    "Solution",
]
