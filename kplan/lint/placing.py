"""Fixes with their places in files: those of built objects stand in a base or a patch, as far as their values do."""

from kplan.diagnostics import Location
from kplan.fixes import Fix
from kplan.manifest.document import Document
from kplan.manifest.lines import EditError
from kplan.manifest.replacing import placed_in_file


def placed(document: Document, fix: Fix, location: Location | None) -> tuple[Fix | None, str]:
    """The fix with its places in the file of a finding; else why it cannot be made there."""
    try:
        found, file = placed_in_file(document, fix)
    except EditError as error:
        return None, str(error)
    if location is not None and file != location.file:
        return None, "what has to change stands in another file than what is wrong"
    return found, ""
