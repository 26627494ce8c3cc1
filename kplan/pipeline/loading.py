"""Files to objects: what a run is about."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic
from kplan.inputs.reading import read
from kplan.inputs.request import Request
from kplan.report import InputSummary


class Loaded(NamedTuple):
    """The objects of the user's files in reading order, and what could not be read."""

    objects: Sequence[Object] = ()
    diagnostics: Sequence[Diagnostic] = ()
    inputs: InputSummary = InputSummary()


def load(what: Request | Iterable[str]) -> Loaded:
    """Read files, folders with all below them, globs and standard input into objects."""
    found = read(what if isinstance(what, Request) else Request(tuple(what)))
    decoded = decode(found.documents)
    manifests = dict.fromkeys(one.origin.source.name for one in decoded.objects if one.origin)
    summary = InputSummary(
        found.files, len(decoded.objects), found.skipped, found.excluded, found.below, tuple(manifests)
    )
    return Loaded(tuple(decoded.objects), (*found.diagnostics, *decoded.diagnostics), summary)
