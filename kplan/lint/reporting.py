"""A finding of a rule as it is reported: with its place in the file, the advice and the fix."""

from collections.abc import Mapping

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix
from kplan.lint.rule import QUOTE_IT, Finding, Rule, Subject
from kplan.manifest.document import Document


def diagnostic(rule: Rule, subject: Subject, finding: Finding) -> Diagnostic:
    """What a rule found in an object, where it stands, and what to do."""
    document = subject.object.origin
    location: Location | None = None
    excerpt = ""
    if document is not None:
        location, excerpt = document.pointed(finding.path, key=finding.at_key)
        if finding.secret:
            from kplan.masking.excerpts import concealed  # noqa: PLC0415 - few values are secrets

            excerpt = concealed(excerpt)
    fix, unfixed = _placed(document, finding.fix, location)
    return Diagnostic(
        rule.code,
        f"{finding.message} (unknown: {finding.unknown})" if finding.unknown else finding.message,
        Severity.INFO if finding.unknown else finding.severity or rule.severity,
        title(subject),
        finding.path,
        location,
        excerpt,
        _advice(rule, document, finding),
        tuple(place for place in map(_place, finding.related) if place),
        fix=fix,
        unfixed=unfixed,
    )


def _placed(document: Document | None, fix: Fix | None, location: Location | None) -> tuple[Fix | None, str]:
    """The fix with its places in the file, or why it has none."""
    if document is None or fix is None:
        return None, ""
    from kplan.lint.placing import placed  # noqa: PLC0415 - what has no fixes needs no editor

    return placed(document, fix, location)


def _advice(rule: Rule, document: Document | None, finding: Finding) -> str:
    """What to do; a value to be quoted is shown as the user wrote it."""
    if finding.help == QUOTE_IT and document is not None:
        return document.quoted(finding.path)
    return finding.help or rule.fix


def _place(related: tuple[Subject, FieldPath]) -> Location | None:
    subject, path = related
    return subject.object.origin.location(path) if subject.object.origin else None


def title(subject: Subject) -> str:
    """The object as people name it: ``deployment.apps/web -n shop``."""
    where = f" -n {subject.namespace}" if "namespace" in _metadata(subject.value) else ""
    return f"{subject.kind.lower()}/{subject.name}{where}"


def _metadata(value: Mapping[str, object]) -> Mapping[str, object]:
    metadata = value.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
