"""Which requests from outside a changed Ingress no longer takes.

- ``no-longer-routed``: a host and path that it took, and that no other Ingress takes now.
- ``without-class``: it names no class any more, so that controllers that look for theirs leave it alone.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (IngressSpec), plugin/pkg/admission/network/defaultingressclass
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, World
from kplan.plan.reading import fields, items, text
from kplan.sentences import listed

_CLASS: Final = "kubernetes.io/ingress.class"
"""Annotation that names a class where ``ingressClassName`` does not."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the routes of the Ingress as it was with those of all there are in the end."""
    if change.action is Action.REFUSED:
        return
    before, after = world.before(change), world.after(change)
    gone = _routes(before) - _routes(after)
    left = gone and gone - world.once(_every_route)
    if left:
        message = f"no longer routes {listed(sorted(left))}"
        yield Consequence("no-longer-routed", change.object, message)
    if before and after and _class(before) and not _class(after):
        message = (
            f"names no class any more (before: {_class(before)}): only a controller that also takes Ingresses "
            "without one serves it, and a default class is given to new ones only"
        )
        yield Consequence("without-class", change.object, message)


def _every_route(world: World) -> frozenset[str]:
    return frozenset().union(*map(_routes, world.final.list("networking.k8s.io", "Ingress")))


def _routes(ingress: Json | None) -> frozenset[str]:
    """Hosts with their paths; the default backend takes what no rule does."""
    if ingress is None:
        return frozenset()
    rules = items(ingress, "spec", "rules")
    found = {
        f"{text(rule, 'host') or 'every host, '}{text(route, 'path') or '/'}"
        for rule in rules
        for route in items(rule, "http", "paths")
    }
    other = {"what no rule takes"} if fields(ingress, "spec", "defaultBackend") else set[str]()
    return frozenset(found | other)


def _class(ingress: Json) -> str:
    return text(ingress, "spec", "ingressClassName") or text(
        fields(ingress, "metadata", "annotations"), _CLASS
    )


_INGRESS: Final = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: %s}
spec:
  %s
  rules:
  - host: %s.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
"""
_NGINX: Final = "ingressClassName: nginx"
_WEB: Final = _INGRESS % ("web", _NGINX, "web")

FINDER = Finder(
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    find=find,
    examples=(
        Example(_WEB, _INGRESS % ("web", _NGINX, "site"), finds=("no-longer-routed",)),
        Example(_WEB, deleted=_WEB, finds=("no-longer-routed",)),
        Example(_WEB, _INGRESS % ("web", "", "web"), finds=("without-class",)),
        Example(_WEB, _INGRESS % ("web", "ingressClassName: other", "web")),
        Example(_WEB, _INGRESS % ("site", _NGINX, "web") + _INGRESS % ("web", _NGINX, "site")),
    ),
)
