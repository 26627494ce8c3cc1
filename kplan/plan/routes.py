"""What leads from outside to a Service: Ingresses, and the routes of Gateways.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (IngressBackend)
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.references import references
from kplan.plan.change import Identity
from kplan.plan.reading import fields, items, text
from kplan.plan.touched import name_word
from kplan.sentences import listed
from kplan.state.store import Store

_INGRESS: Final = ("networking.k8s.io", "Ingress")
ROUTES: Final = (
    _INGRESS,
    *(
        ("gateway.networking.k8s.io", kind)
        for kind in ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
    ),
)
"""The kinds of objects that lead to Services."""


def services_in(route: Json) -> Iterator[ObjectKey]:
    """The Services that a route names as its backends."""
    for reference in references(route):
        if (reference.target.group, reference.target.kind) == ("", "Service"):
            yield reference.target


def leading_to(services: Collection[ObjectKey], store: Store) -> Mapping[ObjectKey, str]:
    """``ingress.networking.k8s.io/web routes shop.example.com/ to it``,
    for each of the Services to which something leads.
    """
    found = defaultdict[ObjectKey, list[Json]](list)
    for route in _routes(services, store):
        for service in set(services_in(route)).intersection(services):
            found[service].append(route)
    return {service: _words(routes, service) for service, routes in found.items()}


def _routes(services: Collection[ObjectKey], store: Store) -> Iterable[Json]:
    """The routes that may name one of the Services: for one alone, others stay unread."""
    if len(services) == 1:
        return store.mentioning(name_word(next(iter(services)).name), *ROUTES)
    return chain.from_iterable(store.list(*kind) for kind in ROUTES) if services else ()


def _words(routes: Sequence[Json], service: ObjectKey) -> str:
    requests = [taken for one in routes for taken in _taken(one, service)]
    names = listed(_title(one, service.namespace) for one in routes)
    what = f" {listed(requests)}" if requests else ""
    return f"{names} route{'s' if len(routes) == 1 else ''}{what} to it"


def _title(route: Json, namespace: str) -> str:
    one = Identity.of(route)
    return one.title.partition(" ")[0] if one.namespace == namespace else one.title


def _taken(route: Json, service: ObjectKey) -> Iterator[str]:
    """The requests that a route leads to the Service, by host and path; of a Gateway's by host alone."""
    if route["kind"] != _INGRESS[1]:
        yield from items(route, "spec", "hostnames")
        return
    for rule in items(route, "spec", "rules"):
        for one in items(rule, "http", "paths"):
            if text(one, "backend", "service", "name") == service.name:
                yield f"{text(rule, 'host') or 'every host, '}{text(one, 'path') or '/'}"
    if text(fields(route, "spec", "defaultBackend"), "service", "name") == service.name:
        yield "what no rule takes"
