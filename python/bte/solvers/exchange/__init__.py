"""Interfaces that tell directions or groups apart: who hands what to whom, as matrices."""

from bte.solvers.exchange.matrices import Pool, exchange_matrices

__all__ = ["Pool", "exchange_matrices"]
