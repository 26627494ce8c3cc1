"""Mistakes in a configuration as errors at their places, without what checks it."""

from typing import Final

from kplan.diagnostics import Diagnostic, Location

INVALID: Final = "CFG001"


def at(place: str, message: str, hint: str = "") -> Diagnostic:
    """An error at a place of a configuration, as ``Configuration.places`` has it."""
    return Diagnostic(INVALID, message, location=Location.parse(place), help=hint)
