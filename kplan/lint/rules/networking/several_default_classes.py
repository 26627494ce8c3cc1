"""Two classes are the default.

With two default IngressClasses the API server refuses every Ingress that names none; of two StorageClasses the newest
counts, whichever that is.

Fix: leave the annotation on one of them.
"""

from collections.abc import Callable, Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World

_ANNOTATIONS: Final = (
    "ingressclass.kubernetes.io/is-default-class",
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report default classes after the first one that is applied together with them."""
    same = subject.world.remember(f"defaults of {subject.kind}", _defaults(subject.kind))
    for first in same:
        if first is subject or not _is_default(subject):
            return
        if first.name != subject.name and are_near(first, subject):
            path, message = FieldPath.of("metadata", "annotations"), f"{first.name!r} is the default too"
            yield Finding(path, message, at_key=True, related=((first, path),))
            return


def _defaults(kind: str) -> Callable[[World], list[Subject]]:
    return lambda world: [one for one in world.by_kind.get(kind, ()) if _is_default(one)]


def _is_default(subject: Subject) -> bool:
    annotations = mapping(subject.value, "metadata", "annotations")
    return any(annotations.get(name) == "true" for name in _ANNOTATIONS)


RULE = Rule(
    code="NET010",
    name="several-default-classes",
    severity=Severity.WARNING,
    kinds=frozenset({"IngressClass.networking.k8s.io", "StorageClass.storage.k8s.io"}),
    check=check,
    looks_around=True,
    aliases=("kubevious:multiple-default-ingress-classes",),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: a, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}
spec: {controller: example.com/a}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: b}
spec: {controller: example.com/b}
""",
    ),
    bad=(
        """\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: a, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}
provisioner: example.com/a
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: b, annotations: {storageclass.beta.kubernetes.io/is-default-class: 'true'}}
provisioner: example.com/b
""",
        """\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: a, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}
spec: {controller: example.com/a}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: b, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}
spec: {controller: example.com/b}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class",),
)
