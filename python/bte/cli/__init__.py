"""The command ``bte``: run and compare cases, make meshes, list materials, show results."""

# ruff: noqa: T201 - to print is what a command does

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

_BAD_INPUT = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0, 1 not converged, 2 bad input."""
    left: list[str] = []
    try:
        # Imported here, so that a Ctrl-C while the libraries load is answered like any other.
        from bte.cli.parser import run_command
        from bte.errors import BteError

        try:
            return run_command(arguments, left)
        except BteError as error:
            print(f"bte: error: {error}", file=sys.stderr)
            return _BAD_INPUT
    except KeyboardInterrupt:
        print(f"bte: interrupted; {_kept(left)}", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe such as `bte show … | head` has gone: nothing to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _kept(left: Sequence[str]) -> str:
    """Say what an interrupted command leaves behind: the last of the checkpoints that exist."""
    for checkpoint in reversed(left):
        if os.path.exists(checkpoint):
            return f"the same command goes on from {checkpoint}"
    return "nothing was written over"
