"""Two documents describe the same object.

The one applied last wins, and which one that is depends on file names. Of documents that say the same,
one is merely redundant.

Different files are often variants that are never applied together; those are shown as unknown, on request.

Fix: remove one, or give them different names or namespaces.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ANY, MINIMAL, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report every document after the first that has the same group, kind, namespace and name."""
    world = subject.world
    if not subject.name:
        return
    same = world.by_key[subject.kind, world.namespace_of(subject), subject.name]
    first = same[0]
    if first is subject or subject.object.origin is None:
        return
    unknown = _apart(first, subject)
    if unknown and not world.shows_unknown:
        return
    path = FieldPath.of("metadata", "name")
    where = f" at {first.object.origin.location(path)}" if first.object.origin else ""
    alike = subject.value == first.value
    message = (
        f"{subject.object.gvk.kind} {subject.name!r} is already defined{where}{', in the same words' * alike}"
    )
    severity = Severity.INFO if alike else None
    yield Finding(path, message, related=((first, path),), unknown=unknown, severity=severity)


def _apart(first: Subject, subject: Subject) -> str:
    """Why the two may never be applied together: files are often variants of each other."""
    return "" if _file(first) == _file(subject) else "the two files may never be applied together"


def _file(subject: Subject) -> str:
    return subject.object.origin.source.name if subject.object.origin else ""


RULE = Rule(
    code="NAM004",
    name="duplicate-object",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    looks_around=True,
    preset=MINIMAL,
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: default}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",),
)
