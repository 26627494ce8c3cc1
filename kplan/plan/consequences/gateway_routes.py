"""Which requests a changed route of a Gateway no longer takes.

- ``no-longer-routed``: a host and path that it took, and that no other route of the Gateway takes now.
- ``routed-elsewhere``: a host and path that it took, and that another route, or a broader one, takes now, to another
  Service.
- ``leaves-gateway``: it is no longer attached to a Gateway.

Upstream: none; the Gateway API is sigs.k8s.io/gateway-api (apis/v1/httproute_types.go, grpcroute_types.go)
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, World
from kplan.plan.prefixes import covering
from kplan.plan.reading import fields, items, text
from kplan.sentences import listed

_GROUP: Final = "gateway.networking.k8s.io"
_KINDS: Final = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_PARTS: Final = ("headers", "queryParams")
Taken = Mapping[tuple[str, str], str]
"""Gateways with what is taken from them, and where it is led."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare what the route took with what all routes take in the end."""
    if change.action is Action.REFUSED:
        return
    before, after = world.before(change), world.after(change)
    had, has, every = _taken(before), _taken(after), world.once(_taken_by_all)
    if after and (left := _gateways(before) - _gateways(after)):
        message = (
            f"is no longer attached to {listed(sorted(left))}, which does not answer its requests any more"
        )
        yield Consequence("leaves-gateway", change.object, message)
        had = {route: backend for route, backend in had.items() if route[0] not in left}
    gone = had.keys() - has.keys()
    taker = {route: route if route in every else _broader(route, world) for route in gone}
    if lost := {what for gateway, what in gone if taker[gateway, what] is None}:
        yield Consequence("no-longer-routed", change.object, f"no longer routes {listed(sorted(lost))}")
    for route in sorted(one for one in gone if taker[one] is not None):
        takers = every[taker[route] or route]
        if had[route] not in {backend for _, backend in takers}:
            other, backend = takers[0]
            by = other if taker[route] == route else f"{other} ({(taker[route] or route)[1]})"
            message = f"no longer routes {route[1]} to {had[route]}: {by} takes it to {backend}"
            yield Consequence("routed-elsewhere", change.object, message)


def _broader(route: tuple[str, str], world: World) -> tuple[str, str] | None:
    """What takes a request at the same Gateway that has no route of its own any more."""
    gateway, what = route
    found = covering(what, world.once(_prefixes).get(gateway, frozenset()))
    return (gateway, found) if found else None


def _prefixes(world: World) -> Mapping[str, Collection[str]]:
    """What is taken at each Gateway by prefix, and by nothing but host and path."""
    found = defaultdict[str, set[str]](set)
    for one in world.final.list(_GROUP, "HTTPRoute"):
        plain = [
            {**rule, "matches": [match for match in items(rule, "matches") or ({},) if _is_prefix(match)]}
            for rule in items(one, "spec", "rules")
        ]
        kept = [rule for rule in plain if rule["matches"]]
        for gateway, what in _taken({**one, "spec": {**one["spec"], "rules": kept}}):
            found[gateway].add(what)
    return found


def _is_prefix(match: Json) -> bool:
    return text(match, "path", "type") in ("", "PathPrefix") and not match.keys() - {"path"}


def _taken_by_all(world: World) -> Mapping[tuple[str, str], Sequence[tuple[str, str]]]:
    """What is taken from each Gateway, each with the routes that take it and to what."""
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for kind in _KINDS:
        for one in world.final.list(_GROUP, kind):
            for route, backend in _taken(one).items():
                found[route].append((Identity.of(one).title, backend))
    return found


def _taken(route: Json | None) -> Taken:
    if route is None:
        return {}
    hosts = [one for one in items(route, "spec", "hostnames") if isinstance(one, str)]
    return {
        (gateway, f"{host}{path}" if host else f"{path or 'all'} of its listeners' hosts"): _backends(
            rule, route
        )
        for gateway in _gateways(route)
        for rule in items(route, "spec", "rules")
        for path in _paths(rule, route["kind"])
        for host in hosts or [""]
    }


def _paths(rule: Json, kind: str) -> Iterator[str]:
    """The paths of a rule, each with what else a request needs; those below the layer of HTTP have none."""
    if kind not in ("HTTPRoute", "GRPCRoute"):
        yield ""
        return
    for match in items(rule, "matches") or ({},):
        method = match.get("method")
        if kind == "GRPCRoute":
            path = f"/{text(fields(match, 'method'), 'service') or '*'}/{text(fields(match, 'method'), 'method') or '*'}"
        else:
            path = text(match, "path", "value") or "/"
        more = [f" ({method})"] if isinstance(method, str) else []
        more += [
            f" with {text(one, 'name')}: {text(one, 'value')}"
            for part in _PARTS
            for one in items(match, part)
        ]
        yield "".join([path, *more])


def _backends(rule: Json, route: Json) -> str:
    """``service/web -n shop``; of several all."""
    return listed(sorted(_title(one, "Service", route) for one in items(rule, "backendRefs"))) or "no backend"


def _gateways(route: Json | None) -> set[str]:
    return {_title(one, "Gateway", route) for one in items(route, "spec", "parentRefs")} if route else set()


def _title(reference: Json, kind: str, route: Json) -> str:
    """What a route names, by kind and name, in the route's namespace unless it says another."""
    namespace = text(reference, "namespace") or text(route, "metadata", "namespace")
    section = f" ({text(reference, 'sectionName')})" if text(reference, "sectionName") else ""
    return f"{(text(reference, 'kind') or kind).lower()}/{text(reference, 'name')}{section} -n {namespace}"


_DEFINITION: Final = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api/pull/3328"}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes, singular: httproute, listKind: HTTPRouteList}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
---
"""
_ROUTE: Final = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: %s}
spec:
  parentRefs: [{name: %s}]
  hostnames: [web.example.com]
  rules: [{matches: [{path: {type: PathPrefix, value: %s}}], backendRefs: [{name: %s, port: 80}]}]
---
"""
_WEB: Final = _ROUTE % ("web", "main", "/", "web")

FINDER = Finder(
    kinds=frozenset(f"{kind}.{_GROUP}" for kind in _KINDS),
    find=find,
    examples=(
        Example(_DEFINITION + _WEB, _ROUTE % ("web", "main", "/shop", "web"), finds=("no-longer-routed",)),
        Example(_DEFINITION + _WEB, deleted=_WEB, finds=("no-longer-routed",)),
        Example(_DEFINITION + _WEB, _ROUTE % ("web", "other", "/", "web"), finds=("leaves-gateway",)),
        Example(
            _DEFINITION + _WEB,
            _ROUTE % ("site", "main", "/", "site") + _ROUTE % ("web", "main", "/shop", "web"),
            finds=("routed-elsewhere",),
        ),
        Example(
            _DEFINITION + _WEB,
            _ROUTE % ("site", "main", "/", "web") + _ROUTE % ("web", "main", "/shop", "web"),
        ),
        Example(_DEFINITION + _WEB, _ROUTE % ("web", "main", "/", "site")),
        Example(
            _DEFINITION + _ROUTE % ("web", "main", "/shop", "web"),
            _ROUTE % ("web", "main", "/", "site"),
            finds=("routed-elsewhere",),
        ),
        Example(_DEFINITION + _ROUTE % ("web", "main", "/shop", "web"), _ROUTE % ("web", "main", "/", "web")),
    ),
)
