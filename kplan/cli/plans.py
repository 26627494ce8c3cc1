"""Saved plans on the command line."""

import sys
from typing import TYPE_CHECKING

from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.plan.basis import Basis
    from kplan.plan.model import Plan
    from kplan.plan.planfile import SavedPlan


def read(path: str) -> "SavedPlan":
    """Read a saved plan, ``-`` from standard input. Raises UsageError if it is not one."""
    from kplan import pipeline
    from kplan.diagnostics import DiagnosedError
    from kplan.manifest.limits import STATE
    from kplan.manifest.loader import UnreadableError, read_bytes

    try:
        text = read_bytes(path, STATE, sys.stdin.buffer.read)
    except UnreadableError as refusal:
        raise DiagnosedError([refusal.diagnostic]) from refusal
    return pipeline.read_plan("standard input" if path == "-" else path, text)


def with_basis(path: str) -> "tuple[Plan, Basis]":
    """A saved plan and what it was made from. Raises UsageError if the file does not hold that."""
    found = read(path)
    if found.basis is None:
        raise UsageError(
            f"{path} does not hold what it applies; an older kplan wrote it",
            hint="make it again with 'kplan plan --out FILE'",
        )
    return found.plan, found.basis
