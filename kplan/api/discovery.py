"""Typed views of the discovery.k8s.io group.

Upstream: staging/src/k8s.io/api/discovery/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.references import ObjectReference
from kplan.api.meta import Resource
from kplan.api.view import Items, View


class EndpointConditions(View):
    """The value of Endpoint.conditions."""

    ready: bool | None
    serving: bool | None
    terminating: bool | None


class ForZone(View):
    """One item of EndpointHints.forZones."""

    name: str


class ForNode(View):
    """One item of EndpointHints.forNodes."""

    name: str


class EndpointHints(View):
    """The value of Endpoint.hints."""

    for_zones: Items[ForZone]
    for_nodes: Items[ForNode]


class Endpoint(View):
    """One item of EndpointSlice.endpoints."""

    addresses: Items[str]
    conditions: EndpointConditions
    hostname: str | None
    target_ref: ObjectReference | None
    deprecated_topology: Mapping[str, str]
    node_name: str | None
    zone: str | None
    hints: EndpointHints | None


class EndpointPort(View):
    """One item of EndpointSlice.ports."""

    name: str | None
    protocol: str | None
    port: int | None
    app_protocol: str | None


class EndpointSlice(Resource):
    """An EndpointSlice."""

    address_type: str
    endpoints: Items[Endpoint]
    ports: Items[EndpointPort]
