"""Each pod of a Service as an endpoint, computed again only if the pod, its node or the Service has changed.

Upstream: none; a real controller works out every endpoint each time.
"""

import json
from collections.abc import Collection, Mapping, Sequence

from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.api.serviceports import takes_part
from kplan.controllers.endpointslice.endpoint import endpoint_again, endpoint_of, new_slice, pod_ports
from kplan.controllers.endpointslice.topology import wants_hints
from kplan.namedtuples import NamedTuple
from kplan.simulation.reconciler import Cache, ObjectKey

_port_text = json.JSONEncoder(sort_keys=True).encode


class Backend(NamedTuple):
    """One pod as an endpoint of one address family, with the Service's ports on it,
    and the objects it was computed from.
    """

    pod: Json
    node: Json | None
    service: Json
    port_key: str
    ports: list[Json]
    endpoint: Json


class PortSet(NamedTuple):
    """A set of ports and the endpoints that have it, by the names of their pods."""

    ports: list[Json]
    endpoints: dict[str, Json]


class Backends:
    """The pods of one Service in one family, as they were at the last look."""

    __slots__ = ("_empty", "_hinted", "_known", "_nodes", "_ports", "_service", "family")

    def __init__(self, family: str) -> None:
        self.family = family
        self._known: dict[ObjectKey, Backend | None] = {}
        self._empty: dict[str, Json] = {}
        self._service: Json = {}
        self._hinted = False
        self._nodes = -1
        self._ports: tuple[list[Json], str] = ([], "")
        """The set of ports that was found last, which most pods share."""

    def look(
        self, service: Json, pods: Mapping[ObjectKey, Json], changed: Collection[ObjectKey] | None, cache: Cache, nodes: int
    ) -> None:  # fmt: skip
        """Look at the pods that may be others; at all of them if that is not known, or if the
        Service or a node has changed.

        ``nodes`` counts the changes of nodes.
        """
        if self._service is not service:
            self._service, self._hinted, self._empty, changed = service, not wants_hints(service), {}, None
        same_nodes = changed is not None and self._nodes == nodes
        if changed is None or not same_nodes:
            changed, self._nodes = {**self._known, **pods}, nodes
        for key in changed:
            pod, known = pods.get(key), self._known.get(key)
            if pod is None:
                self._known.pop(key, None)
            elif not takes_part(pod, terminating=True):
                self._known[key] = None
            else:
                bound = same_nodes and known is not None and known.pod["spec"] is pod["spec"]
                node = known.node if known and bound else cache.find(ObjectKey("", "Node", "", node_of(pod)))
                self._known[key] = self._backend(known, pod, node, service)

    def _backend(self, known: Backend | None, pod: Json, node: Json | None, service: Json) -> Backend:
        endpoint = None
        if known is None or known.service is not service or known.pod["spec"] is not pod["spec"]:
            ports, key = self._keyed(pod_ports(service, pod))
        elif known.pod is pod and known.node is node:
            return known
        else:
            ports, key = known.ports, known.port_key
            endpoint = endpoint_again(known.endpoint, known.pod, pod, service) if known.node is node else None
        if endpoint is None:
            endpoint = endpoint_of(pod, node, service, self.family, hinted=self._hinted)
            if known is not None and known.endpoint == endpoint:
                endpoint = known.endpoint
        return Backend(pod, node, service, key, ports, endpoint)

    def _keyed(self, ports: list[Json]) -> tuple[list[Json], str]:
        if ports != self._ports[0]:
            self._ports = ports, port_key(ports)
        return self._ports

    def by_ports(self, pods: Mapping[ObjectKey, Json]) -> tuple[dict[str, PortSet], list[str]]:
        """The endpoints by the sets of their ports, in the order of the pods;
        and which pods were left out for what reason.
        """
        found: dict[str, PortSet] = {}
        skipped: list[str] = []
        for key in pods:
            backend = self._known[key]
            if backend is None:
                continue
            if backend.port_key not in found:
                found[backend.port_key] = PortSet(backend.ports, {})
            if backend.node is None and not backend.service["spec"].get("publishNotReadyAddresses"):
                skipped.append(_missing_node(backend))
            elif backend.endpoint["addresses"]:
                found[backend.port_key].endpoints[key.name] = backend.endpoint
        return found, skipped

    def empty_slice(self, key: str, ports: list[Json]) -> Json:
        """The pattern of a new slice for a set of ports."""
        if key not in self._empty:
            self._empty[key] = new_slice(self._service, self.family, ports)
        return self._empty[key]


def _missing_node(backend: Backend) -> str:
    name, owner = backend.pod["metadata"]["name"], backend.service["metadata"]
    node = node_of(backend.pod)
    return f"skipping Pod {name} for Service {owner['namespace']}/{owner['name']}: Node {node} Not Found"


def port_key(ports: Sequence[Json]) -> str:
    """What is equal for equal sets of ports."""
    return "\n".join(sorted(map(_port_text, ports)))
