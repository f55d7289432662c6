"""Case files: a TOML file that says mesh, materials, conditions, solve and output."""

from bte.case.case import Case, Output, read_case

__all__ = ["Case", "Output", "read_case"]
