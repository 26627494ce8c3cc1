"""Two documents describe the same object.

The one applied last wins, and which one that is depends on file names.

Documents in different directories are often variants that are never applied together, so those are reported as info only.

Fix: remove one, or give them different names or namespaces.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ANY, Finding, Rule, Subject
from kplan.manifest.document import Document


def check(subject: Subject) -> Iterator[Finding]:
    """Report every document after the first that has the same group, kind, namespace and name."""
    world = subject.world
    if not subject.name:
        return
    same = world.by_key[subject.kind, world.namespace_of(subject), subject.name]
    if len(same) > 1 and same[0] is not subject:
        path = FieldPath.of("metadata", "name")
        first = same[0].object.origin
        where = f" at {first.location(path)}" if first else ""
        message = f"{subject.object.gvk.kind} {subject.name!r} is already defined{where}"
        together = first is not None and _directory(first) == _directory(subject.object.origin)
        yield Finding(path, message, related=((same[0], path),), severity=None if together else Severity.INFO)


def _directory(document: Document | None) -> str:
    return document.source.name.rpartition("/")[0] if document else ""


RULE = Rule(
    code="NAM004",
    name="duplicate-object",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    looks_around=True,
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
