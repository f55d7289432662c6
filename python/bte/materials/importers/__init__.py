"""Readers of phonon calculations; each returns tables of modes, one for each temperature."""

from .almabte import read_almabte
from .csv_table import read_csv
from .openbte import read_openbte
from .phono3py import read_phono3py
from .shengbte import read_shengbte

__all__ = ["read_almabte", "read_csv", "read_openbte", "read_phono3py", "read_shengbte"]
