"""Two Ingress rules route the same host and path.

Which backend answers depends on the controller, and may change with the order of creation.

Fix: keep one of the two, or give them different hosts or paths.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.ingresses import is_canary, meeting_place
from kplan.lint.nearness import are_near, distance
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World

_RESERVED: Final = (
    ".", ".example", ".test", ".invalid", ".localhost", ".local", ".example.com", ".example.net", ".example.org",
)  # fmt: skip
"""How hosts end that are nobody's, and no host at all."""
_HOST: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-*")
"""What a host is written with; other text is to be replaced."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report routes that an Ingress before this one, of the same class, has too."""
    seen = subject.world.remember("routes", _all_routes)
    for path, route in _routes(subject):
        first = seen[route]
        if (first.namespace, first.name) != (subject.namespace, subject.name):
            apart = "" if _together(first, subject, route[1]) else "the two may never be applied together"
            host, where = route[1] or "every host", route[2]
            yield Finding(
                path,
                f"Ingress {first.name!r} routes {host}{where} as well",
                related=((first, FieldPath("spec")),),
                unknown=apart,
            )


def _together(first: Subject, subject: Subject, host: str) -> bool:
    """Whether both are applied: in one file, or side by side for a host that somebody may own."""
    return distance(first, subject) == 0 or (not _is_example(host) and are_near(first, subject))


def _is_example(host: str) -> bool:
    """Whether it is no host, or one that documentation uses: such Ingresses may be examples of different things."""
    return f".{host}".endswith(_RESERVED) or not _HOST.issuperset(host)


def _all_routes(world: World) -> dict[tuple[str, str, str, str], Subject]:
    first: dict[tuple[str, str, str, str], Subject] = {}
    for ingress in world.by_kind.get("Ingress.networking.k8s.io", ()):
        for _, route in _routes(ingress):
            first.setdefault(route, ingress)
    return first


def _routes(ingress: Subject) -> Iterator[tuple[FieldPath, tuple[str, str, str, str]]]:
    if is_canary(ingress):
        return
    kind = meeting_place(ingress)
    for index, rule in items(ingress.spec, "rules"):
        for number, route in items(rule.get("http"), "paths"):
            path = FieldPath.of("spec", "rules", index, "http", "paths", number)
            yield path, (kind, text(rule, "host"), text(route, "path"), text(route, "pathType"))


RULE = Rule(
    code="NET002",
    name="duplicate-route",
    severity=Severity.WARNING,
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    check=check,
    looks_around=True,
    aliases=("kubevious:ingress-unique-route-rules",),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
""",
    ),
    bad=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: other}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/",),
)
