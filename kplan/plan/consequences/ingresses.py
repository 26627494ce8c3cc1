"""Which requests from outside a changed Ingress no longer takes.

- ``no-longer-routed``: a host and path that it took, and that no other Ingress takes now.
- ``routed-elsewhere``: a host and path that it took, and that another Ingress, or a broader path, takes now, to another
  Service.
- ``without-class``: it names no class any more, so that controllers that look for theirs leave it alone.
- ``another-class``: it names another class, whose controller has addresses of its own.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (IngressSpec), plugin/pkg/admission/network/defaultingressclass
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, World
from kplan.plan.prefixes import covering
from kplan.plan.reading import fields, items, text
from kplan.sentences import listed
from kplan.state.store import Store

_CLASS: Final = "kubernetes.io/ingress.class"
"""Annotation that names a class if ``ingressClassName`` does not."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the routes of the Ingress as it was with those of all there are in the end."""
    if change.action is Action.REFUSED:
        return
    before, after = world.before(change), world.after(change)
    had, every = _routes(before), world.once(_every_route)
    gone = had.keys() - _routes(after).keys()
    taker = {one: one if one in every else covering(one, world.once(_prefixes)) for one in gone}
    if left := {one for one in gone if not taker[one]}:
        message = f"no longer routes {listed(sorted(left))}"
        yield Consequence("no-longer-routed", change.object, message)
    for route in sorted(gone - left):
        if had[route] not in {backend for _, backend in every[taker[route]]}:
            other, backend = every[taker[route]][0]
            by = other if taker[route] == route else f"{other} ({taker[route]})"
            message = f"no longer routes {route} to {had[route]}: {by} takes it to {backend}"
            yield Consequence("routed-elsewhere", change.object, message)
    if before and after and _class(before) and not _class(after):
        message = (
            f"names no class any more (before: {_class(before)}): only a controller that also takes Ingresses "
            "without one serves it, and a default class is given to new ones only"
        )
        yield Consequence("without-class", change.object, message)
    if before and after and "" not in (was := _class(before), now := _class(after)) and was != now:
        controllers = _controller(was, world.prior), _controller(now, world.final)
        if controllers[1]:
            yield Consequence("another-class", change.object, _moved(was, now, *controllers))


def _moved(was: str, now: str, old: str, new: str) -> str:
    if old in ("", new):
        return f"goes from class {was} to class {now}: the address that serves its hosts may be another one"
    return (
        f"goes from class {was} to class {now}: {new} serves it in place of {old}, at addresses of its own, "
        "to which the DNS names of its hosts have to lead"
    )


def _controller(name: str, store: Store) -> str:
    """Who serves the Ingresses of a class; empty if there is no such class."""
    found = store.get(ObjectKey("networking.k8s.io", "IngressClass", "", name))
    return text(found or {}, "spec", "controller")


def _prefixes(world: World) -> frozenset[str]:
    """The hosts with their paths that are taken by prefix."""
    found = set[str]()
    for ingress in world.final.list("networking.k8s.io", "Ingress"):
        rules = [
            {
                **rule,
                "http": {
                    "paths": [one for one in items(rule, "http", "paths") if one.get("pathType") == "Prefix"]
                },
            }
            for rule in items(ingress, "spec", "rules")
        ]
        found |= _routes({**ingress, "spec": {"rules": rules}}).keys()
    return frozenset(found)


def _every_route(world: World) -> Mapping[str, Sequence[tuple[str, str]]]:
    """All hosts with their paths, each with the Ingresses that take it and to what."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for ingress in world.final.list("networking.k8s.io", "Ingress"):
        for route, backend in _routes(ingress).items():
            found[route].append((Identity.of(ingress).title, backend))
    return found


def _routes(ingress: Json | None) -> Mapping[str, str]:
    """Hosts with their paths, and where they lead; the default backend takes what no rule does."""
    if ingress is None:
        return {}
    namespace = text(ingress, "metadata", "namespace")
    found = {
        f"{text(rule, 'host') or 'every host, '}{text(route, 'path') or '/'}": _backend(route, namespace)
        for rule in items(ingress, "spec", "rules")
        for route in items(rule, "http", "paths")
    }
    if default := fields(ingress, "spec", "defaultBackend"):
        found["what no rule takes"] = _backend({"backend": default}, namespace)
    return found


def _backend(route: Json, namespace: str) -> str:
    """``service/web -n shop``; that of a Service alone, for its ports are its own affair."""
    name, resource = text(route, "backend", "service", "name"), fields(route, "backend", "resource")
    title = f"service/{name}" if name else f"{text(resource, 'kind').lower()}/{text(resource, 'name')}"
    return f"{title} -n {namespace}"


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
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: %s, port: {number: 80}}}}]}
---
"""
_CLASSES: Final = "".join(
    "apiVersion: networking.k8s.io/v1\nkind: IngressClass\n"
    f"metadata: {{name: {name}}}\nspec: {{controller: example.com/{name}}}\n---\n"
    for name in ("nginx", "other")
)
_NGINX: Final = "ingressClassName: nginx"
_WEB: Final = _INGRESS % ("web", _NGINX, "web", "web")

FINDER = Finder(
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    find=find,
    examples=(
        Example(_WEB, _INGRESS % ("web", _NGINX, "site", "web"), finds=("no-longer-routed",)),
        Example(_WEB, deleted=_WEB, finds=("no-longer-routed",)),
        Example(
            _WEB.replace("path: /,", "path: /shop,"),
            _INGRESS % ("web", _NGINX, "web", "site"),
            finds=("routed-elsewhere",),
        ),
        Example(_WEB.replace("path: /,", "path: /shop,"), _WEB),
        Example(
            _WEB.replace("path: /,", "path: /shop,"),
            _WEB.replace("pathType: Prefix", "pathType: Exact"),
            finds=("no-longer-routed",),
        ),
        Example(_WEB, _INGRESS % ("web", "", "web", "web"), finds=("without-class",)),
        Example(_WEB, _INGRESS % ("web", "ingressClassName: other", "web", "web")),
        Example(
            _CLASSES + _WEB,
            _INGRESS % ("web", "ingressClassName: other", "web", "web"),
            finds=("another-class",),
        ),
        Example(
            _CLASSES + _WEB,
            _INGRESS
            % (
                "web",
                f"{_NGINX}\n  defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}",
                "web",
                "web",
            ),
        ),
        Example(
            _WEB,
            _INGRESS % ("site", _NGINX, "web", "site") + _INGRESS % ("web", _NGINX, "site", "web"),
            finds=("routed-elsewhere",),
        ),
        Example(_WEB, _INGRESS % ("site", _NGINX, "web", "web") + _INGRESS % ("web", _NGINX, "site", "web")),
    ),
)
