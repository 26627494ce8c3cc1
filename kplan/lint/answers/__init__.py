"""What the API server says and what reading notes, with a fix where one is obvious: one file for each kind of answer.

A member has a ``CODE`` and a function ``correction(message, path, value)``, which gives the fix of a finding of
that code about an object, or None. Fixes are looked for in the order of ``ROSTER``; its modules are loaded when
a finding has their code.
"""

import importlib
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from kplan.api.object import Json, Object
from kplan.diagnostics import Diagnostic
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix

ROSTER: Final = (
    ("API299", "deprecated_label"),
    ("API299", "fractional_bytes"),
    ("API299", "ingress_class"),
    ("API299", "storage_class"),
    ("API422", "subject_namespace"),
    ("API422", "unsupported_value"),
)
"""The answers that have a fix, by code."""


class Answer(Protocol):
    """A member of the family."""

    def correction(self, message: str, path: FieldPath, value: Json) -> Fix | None:
        """The fix of a finding, by what it says, if, and the object."""


def with_fixes(found: Iterable[Diagnostic], objects: Iterable[Object]) -> Iterator[Diagnostic]:
    """The same findings, with a fix if one is obvious."""
    known: dict[tuple[str, str], Object | None] = {}
    for one in objects:
        name = (one.origin.built_by or one.origin.source.name) if one.origin else ""
        about = (name, str(one.key))
        known[about] = None if about in known else one
    for finding in found:
        place = finding.location
        subject = known.get(((place.built_by or place.file) if place else "", finding.object))
        fix, unfixed = _correction(finding, subject) if subject else (None, "")
        yield finding._replace(fix=fix, unfixed=unfixed) if fix or unfixed else finding


def _correction(finding: Diagnostic, subject: Object) -> tuple[Fix | None, str]:
    """The fix in the file of the finding; else why it cannot be made there."""
    document = subject.origin
    for code, name in ROSTER:
        if code != finding.rule or document is None:
            continue
        member: Answer = importlib.import_module(f"{__name__}.{name}")
        fix = member.correction(finding.message, finding.path, subject.value)
        if fix is not None:
            from kplan.lint.placing import placed  # noqa: PLC0415 - few answers have a fix

            return placed(document, fix, finding.location)
    return None, ""
