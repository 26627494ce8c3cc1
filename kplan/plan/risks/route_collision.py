"""Two Ingresses route the same host and path.

Which of them answers depends on the controller, and may change with the order in which they were created.

Fix: keep one of the two, or give them different hosts or paths.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.plan.reading import fields, items, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity

_CANARY: Final = "nginx.ingress.kubernetes.io/canary"
"""Annotation of an Ingress that shares its routes with another one on purpose."""
_CLASS: Final = "kubernetes.io/ingress.class"
"""Annotation that names a class if ``ingressClassName`` does not."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Compare the routes of all Ingresses with those before them."""
    del changes
    first: dict[tuple[str, str, str, str], Identity] = {}
    for value in outcome.final.list("networking.k8s.io", "Ingress"):
        one = Identity.of(value)
        for route in _routes(value):
            other = first.setdefault(route, one)
            if other != one:
                where = f"{route[1] or 'every host'}{route[2]}"
                yield Found(one, f"routes {where}, as {other.title} does", about=where)


def _routes(ingress: Json) -> Iterator[tuple[str, str, str, str]]:
    """Class, host, path and type of path of each route."""
    annotations = fields(ingress, "metadata", "annotations")
    if annotations.get(_CANARY) == "true":
        return
    controller = text(ingress, "spec", "ingressClassName") or text(annotations, _CLASS)
    for rule in items(ingress, "spec", "rules"):
        for route in items(rule, "http", "paths"):
            yield controller, text(rule, "host"), text(route, "path"), text(route, "pathType")


_INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: %s}
spec:
  rules:
  - host: shop.example.com
    http: {paths: [{path: %s, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""

RISK = Risk(
    code="PLN029",
    name="route-collision",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_INGRESS % ("web", "/"), applied=_INGRESS % ("site", "/")),
    safe=Example(prior=_INGRESS % ("web", "/"), applied=_INGRESS % ("site", "/site")),
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/",),
)
