"""Saved plans on the command line."""

import sys
from typing import TYPE_CHECKING

from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.plan.basis import Basis
    from kplan.plan.planfile import SavedPlan


def read(path: str) -> "SavedPlan":
    """Read a saved plan, ``-`` from standard input. Raises UsageError where it is none."""
    from pathlib import Path

    from kplan import pipeline

    text = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    return pipeline.read_plan("standard input" if path == "-" else path, text)


def basis_of(path: str) -> "Basis":
    """What a saved plan was made from. Raises UsageError where the file does not hold it."""
    found = read(path).basis
    if found is None:
        raise UsageError(
            f"{path} does not hold what it applies; an older kplan wrote it",
            hint="make it again with 'kplan plan --out FILE'",
        )
    return found
