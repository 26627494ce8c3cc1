"""Ports of EndpointSlices, in the order in which slices have them.

Upstream: staging/src/k8s.io/endpointslice/util/controller_utils.go (portsInOrder)
"""

from collections.abc import Iterable
from functools import lru_cache

from kplan.api.object import Json
from kplan.api.podtemplate.hash import fnv1a_128


def in_order(ports: Iterable[Json]) -> list[Json]:
    """The ports by their hashes; each has a name, a protocol and a number."""
    found = list(ports)
    return sorted(found, key=_rank) if len(found) > 1 else found


def _rank(port: Json) -> int:
    return _hash(port["name"], port["protocol"], port["port"], port.get("appProtocol", "<nil>"))


@lru_cache(maxsize=1024)
def _hash(name: str, protocol: str, number: int, application: str) -> int:
    text = (
        f"(v1.EndpointPort){{Name:(*string){name} Protocol:(*v1.Protocol){protocol} "
        f"Port:(*int32){number} AppProtocol:(*string){application}}}"
    )
    return fnv1a_128(text.encode())
