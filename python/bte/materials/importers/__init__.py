"""Readers of phonon calculations; each returns tables of modes."""

from .phono3py import read_phono3py

__all__ = ["read_phono3py"]
