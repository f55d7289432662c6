"""Solvers of the Boltzmann equation."""
