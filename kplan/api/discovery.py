"""Typed views of the discovery.k8s.io group.

Upstream: staging/src/k8s.io/api/discovery/v1/types.go
"""

from collections.abc import Mapping

from pydantic import Field

from kplan.api.core.volume import ObjectReference
from kplan.api.meta import ObjectMeta
from kplan.api.view import Items, View


class EndpointConditions(View):
    """The value of Endpoint.conditions."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class ForZone(View):
    """One item of EndpointHints.forZones."""

    name: str = ""


class ForNode(View):
    """One item of EndpointHints.forNodes."""

    name: str = ""


class EndpointHints(View):
    """The value of Endpoint.hints."""

    for_zones: Items[ForZone] = ()
    for_nodes: Items[ForNode] = ()


class Endpoint(View):
    """One item of EndpointSlice.endpoints."""

    addresses: Items[str] = ()
    conditions: EndpointConditions = Field(default_factory=EndpointConditions)
    hostname: str | None = None
    target_ref: ObjectReference | None = None
    deprecated_topology: Mapping[str, str] = Field(default_factory=dict)
    node_name: str | None = None
    zone: str | None = None
    hints: EndpointHints | None = None


class EndpointPort(View):
    """One item of EndpointSlice.ports."""

    name: str | None = None
    protocol: str | None = None
    port: int | None = None
    app_protocol: str | None = None


class EndpointSlice(View):
    """An EndpointSlice."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    address_type: str = ""
    endpoints: Items[Endpoint] = ()
    ports: Items[EndpointPort] = ()
