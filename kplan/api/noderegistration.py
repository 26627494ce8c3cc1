"""What a kubelet reports of its node: labels, addresses, sizes, system and health.

Here, below those who open states and those who play kubelets, because both register nodes and must agree.

Upstream: pkg/kubelet/{kubelet_node_status.go,nodestatus/setters.go,cm/node_container_manager_linux.go}
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, ip_address
from itertools import count
from typing import Final

from kplan.api import conditions
from kplan.api.metadata import annotations_of, status_of
from kplan.api.nodes import addresses_of, allocatable_of
from kplan.api.object import Json
from kplan.api.quantity import Quantity

ANNOTATIONS: Final = {"volumes.kubernetes.io/controller-managed-attach-detach": "true"}
CAPACITY: Final = {"cpu": "4", "ephemeral-storage": "100Gi", "memory": "8Gi", "pods": "110"}
"""The capacity a machine is assumed to have if nothing says otherwise."""
EVICTION_HARD: Final = {"memory": "100Mi", "ephemeral-storage": "10%"}
"""What a kubelet with default settings keeps back from pods (memory.available, nodefs.available)."""
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
READY: Final = {
    "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
}  # fmt: skip
STARTING: Final = {
    "type": "Ready", "status": "False", "reason": "KubeletNotReady",
    "message": "[container runtime status check may not have completed yet]",
}  # fmt: skip
_PRESSURE: Final = (
    ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
)
_FIRST_ADDRESS: Final = int(ip_address("172.18.0.2"))
_IDENTITY: Final = uuid.UUID("5f0a3a53-7d0e-4a55-8a43-5a1c2c9f8c11")
_NOT_RESERVED: Final = Quantity.parse("0")


def labels(name: str) -> dict[str, str]:
    """The labels a kubelet sets."""
    return {
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
    }  # fmt: skip


def described(status: Json, name: str, address: str, minor: str) -> Json:
    """The status with addresses, system and port filled in where the node does not give them."""
    told = {field: text for field, text in (status.get("nodeInfo") or {}).items() if text}
    port = ((status.get("daemonEndpoints") or {}).get("kubeletEndpoint") or {}).get("Port") or 10250
    return {
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
        **status,
        "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        "nodeInfo": {**_system(name, minor), **told},
    }


def _system(name: str, minor: str) -> Json:
    return {
        "machineID": _identity(name, "machine").replace("-", ""), "systemUUID": _identity(name, "system"),
        "bootID": _identity(name, "boot"), "kernelVersion": "6.12.57+deb13-amd64",
        "osImage": "Debian GNU/Linux 13 (trixie)", "containerRuntimeVersion": "containerd://2.2.1",
        "kubeletVersion": f"v{minor}.0", "kubeProxyVersion": "", "operatingSystem": "linux", "architecture": "amd64",
    }  # fmt: skip


def free_addresses(nodes: Iterable[Json]) -> Iterator[str]:
    """The addresses for machines still to come: those above the ones in use."""
    used = [one for node in nodes for one in _internal(node)]
    for number in count(max([_FIRST_ADDRESS - 1, *used]) + 1 - _FIRST_ADDRESS):
        yield nth_address(number)


def nth_address(number: int) -> str:
    """The address of machine number ``n``, counted from 0."""
    return str(ip_address(_FIRST_ADDRESS + number))


def sizes(
    node: Json,
    *,
    capacity: Mapping[str, str] = CAPACITY,
    reserved: Mapping[str, str] | None = None,
    eviction: Mapping[str, str] = EVICTION_HARD,
) -> Json:
    """Capacity and allocatable: what is given stays, the rest is what the machine has and what is not kept back."""
    status = status_of(node)
    given, own = status.get("capacity") or {}, _own_allocatable(node)
    whole = {**capacity, **(given or own)}
    left = {name: _allocatable(name, whole, reserved or {}, eviction) for name in whole}
    return {"capacity": whole, "allocatable": {**left, **own}}


def healthy(present: Iterable[Json] | None, stamp: str, ready: Json = READY) -> list[Json]:
    """The conditions of a healthy node; a pressure that the node already reports stays."""
    found = list(present or ())
    for kind, reason, message in _PRESSURE:
        known = conditions.find(found, kind)
        if known is None or known.get("status") == "Unknown":
            made = {"type": kind, "status": "False", **_times(stamp), "reason": reason, "message": message}
            found = conditions.put(found, made)
    return conditions.put(found, {**ready, **_times(stamp)})


def turns(before: Iterable[Json] | None, after: Iterable[Json]) -> Iterator[str]:
    """The reasons of the Events about conditions that turned healthy."""
    was = {item.get("type"): item.get("status") for item in before or ()}
    now = {item.get("type"): item.get("status") for item in after}
    for kind, reason, _ in _PRESSURE:
        if now.get(kind) == "False" != was.get(kind):
            yield f"Node{reason.removeprefix('Kubelet')}"
    if now.get("Ready") == "True" and was.get("Ready") not in (None, "True"):
        yield "NodeReady"


def _times(stamp: str) -> Json:
    return {"lastHeartbeatTime": stamp, "lastTransitionTime": stamp}


def _own_allocatable(node: Json) -> Json:
    """The allocatable resources that a user wrote; the API server repeats the capacity if nobody wrote any."""
    status = status_of(node)
    found: Json = allocatable_of(node)
    applied = annotations_of(node).get(LAST_APPLIED)
    if found != status.get("capacity") or not applied:
        return found
    written: Json = json.loads(applied).get("status") or {}
    return found if written.get("allocatable") else {}


def _allocatable(
    name: str, capacity: Mapping[str, str], reserved: Mapping[str, str], eviction: Mapping[str, str]
) -> str:
    left = Quantity.parse(str(capacity[name]))
    for kept in (_kept(reserved.get(name), left), _kept(eviction.get(name), left)):
        left = left - kept
    if name == "memory":
        for page, amount in capacity.items():
            if page.startswith("hugepages-"):
                left = left - Quantity.parse(str(amount))
    return left.canonical() if left.sign() >= 0 else "0"


def _kept(threshold: str | None, capacity: Quantity) -> Quantity:
    """How much is kept back: a quantity, or a percentage of the capacity."""
    if not threshold:
        return _NOT_RESERVED
    if threshold.endswith("%"):
        return Quantity.of(int(capacity.value() * float(threshold[:-1]) / 100), format=capacity.format)
    return Quantity.parse(threshold)


def _internal(node: Json) -> Iterator[int]:
    for address in addresses_of(node, "InternalIP"):
        try:
            yield int(IPv4Address(address))
        except AddressValueError:
            continue


def _identity(name: str, what: str) -> str:
    return str(uuid.uuid5(_IDENTITY, f"{what}/{name}"))
