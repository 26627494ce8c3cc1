"""What each pod of a Service is as an endpoint, worked out again only where pod, node or Service are others than at the last look.

Upstream: none; a real controller works out every endpoint each time.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from kplan.api.object import Json
from kplan.controllers.endpointslice.endpoint import endpoint_of, pod_ports
from kplan.simulation.reconciler import ObjectKey

_port_text = json.JSONEncoder(sort_keys=True).encode


class Backend(NamedTuple):
    """One pod as an endpoint of one family, with the ports that the Service means, and what this was made of."""

    pod: Json
    node: Json | None
    service: Json
    hinted: bool
    port_key: str
    ports: list[Json]
    endpoint: Json


class Backends:
    """The last look at every Service."""

    def __init__(self) -> None:
        self._known: dict[tuple[ObjectKey, str], dict[str, Backend]] = {}

    def look(self, key: ObjectKey, family: str) -> "Look":
        """Begin a look at a Service's pods."""
        before = self._known.get((key, family), {})
        now = self._known[key, family] = {}
        return Look(before, now)

    def forget(self, key: ObjectKey, family: str) -> None:
        """Know a Service that is gone no more."""
        self._known.pop((key, family), None)


class Look:
    """One look at the pods of a Service; what nobody asks for is forgotten."""

    __slots__ = ("_before", "_now")

    def __init__(self, before: dict[str, Backend], now: dict[str, Backend]) -> None:
        self._before, self._now = before, now

    def at(self, pod: Json, node: Json | None, service: Json, family: str, *, hinted: bool) -> Backend:
        """A pod as an endpoint; one that is equal to what it was before is the same object."""
        uid = pod["metadata"].get("uid", "")
        known = self._before.get(uid)
        if (
            known is None
            or known.pod is not pod
            or known.node is not node
            or known.service is not service
            or known.hinted is not hinted
        ):
            known = _made(known, pod, node, service, family, hinted)
        self._now[uid] = known
        return known


def _made(
    known: Backend | None, pod: Json, node: Json | None, service: Json, family: str, hinted: bool
) -> Backend:
    endpoint = endpoint_of(pod, node, service, family, hinted=hinted)
    if known is not None and known.endpoint == endpoint:
        endpoint = known.endpoint
    if known is not None and known.service is service and known.pod["spec"] is pod["spec"]:
        return Backend(pod, node, service, hinted, known.port_key, known.ports, endpoint)
    ports = pod_ports(service, pod)
    return Backend(pod, node, service, hinted, port_key(ports), ports, endpoint)


def port_key(ports: Sequence[Json]) -> str:
    """What is equal for equal sets of ports."""
    return "\n".join(sorted(map(_port_text, ports)))
