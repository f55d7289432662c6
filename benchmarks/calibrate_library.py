"""Calibrate the constants of the library's material files against their accepted conductivities.

    PYTHONPATH=python python benchmarks/calibrate_library.py [--write] [NAME …]

Without --write it prints what would change.
"""

import sys
from pathlib import Path

from bte.materials.calibrate import calibrated_text
from bte.materials.library import available, entry

FOLDER = Path(__file__).parents[1] / "python" / "bte" / "materials" / "library"


def main(arguments: list[str]) -> None:
    names = [name for name in arguments if not name.startswith("--")] or [
        name for name in available() if ":" not in name
    ]
    for name in names:
        path = FOLDER / f"{name}.toml"
        text = path.read_text(encoding="utf-8")
        new = calibrated_text(text, entry(path))
        changed = [b for a, b in zip(text.splitlines(), new.splitlines(), strict=True) if a != b]
        print(f"{name:18}", "; ".join(changed) or "unchanged")
        if "--write" in arguments:
            path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
