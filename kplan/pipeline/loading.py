"""Files to objects: what a run is about."""

import os
from collections.abc import Callable, Iterable, Sequence
from os.path import dirname, isfile, join, normpath
from typing import NamedTuple

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic
from kplan.inputs.reading import read
from kplan.inputs.request import Depth, Request
from kplan.report import InputSummary, Report, documented

_EXTENSIONS = (".json", ".yaml", ".yml")


class Loaded(NamedTuple):
    """The objects of the user's files in reading order, and what could not be read."""

    objects: Sequence[Object] = ()
    diagnostics: Sequence[Diagnostic] = ()
    inputs: InputSummary = InputSummary()
    surroundings: "Callable[[], Loaded] | None" = None
    """Reads the other files in the folders of files that were named themselves; None where there are none."""


def load(what: Request | Iterable[str]) -> Loaded:
    """Read files, folders with all below them, globs and standard input into objects."""
    request = what if isinstance(what, Request) else Request(tuple(what))
    found = read(request)
    decoded = decode(found.documents)
    manifests = dict.fromkeys(one.origin.source.name for one in decoded.objects if one.origin)
    summary = InputSummary(
        found.files, len(decoded.objects), found.skipped, found.excluded, found.below, tuple(manifests)
    )
    return Loaded(
        tuple(decoded.objects), (*found.diagnostics, *decoded.diagnostics), summary, _beside(request)
    )


def unread(command: str, loaded: Loaded) -> Report:
    """What is left to say where some of the input cannot be read: what is missing would make an answer wrong."""
    from kplan.pipeline.documentation import rule_text

    findings, rules = documented(loaded.diagnostics, rule_text)
    return Report(command, findings, rules, loaded.inputs, broken=True)


def _beside(request: Request) -> Callable[[], Loaded] | None:
    given = [path for path in request.paths if isfile(path)]  # noqa: PTH113 - as given
    names = {normpath(path) for path in given}
    others = [
        path
        for folder in sorted({dirname(path) for path in given})  # noqa: PTH120 - likewise
        for name in sorted(os.listdir(folder or "."))  # noqa: PTH208 - likewise
        if name.endswith(_EXTENSIONS) and normpath(path := join(folder, name)) not in names  # noqa: PTH118 - likewise
    ]
    if not others:
        return None
    return lambda: load(
        request._replace(paths=tuple(others), depth=Depth.OWN, force_exclude=True, tolerant=True)
    )
