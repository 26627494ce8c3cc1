"""A kind cluster configuration: its nodes, their roles, labels and taints, as kind would name them,
and its networks.
"""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from itertools import islice
from typing import Any, Final

from kplan.api import noderegistration
from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.schema import releases
from kplan.state.sources import kindpatches
from kplan.state.sources.default import CREATED, kubernetes_service
from kplan.state.sources.nodes import make_node
from kplan.state.system import System

API_GROUP: Final = "kind.x-k8s.io/"
SIZE: Final = noderegistration.CAPACITY
"""kind's nodes share the machine; this is what each is taken to have."""
_WORKER: Final = "worker"
_HINT: Final = "as in nodes: [{role: control-plane}, {role: worker}]"
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_NODE_PREFIX: Final = 24
"""How much of the pods' range a node has."""
_WITH_RANGES: Final = 33
"""The minor in which the ranges of Services became objects."""


def is_kind_config(value: Any) -> bool:
    """Whether a document is a kind cluster configuration."""
    return (
        isinstance(value, dict)
        and value.get("kind") == "Cluster"
        and str(value.get("apiVersion") or "").startswith(API_GROUP)
    )


def system_of(config: Json) -> System:
    """How the cluster of a configuration is set up; IPv4 only. Raises UsageError."""
    given = config.get("networking") or {}
    usual = System()
    mode = str(given.get("kubeProxyMode") or usual.proxy)
    return System(
        str(config.get("name") or usual.cluster),
        _range(given, "podSubnet", usual.pods),
        _range(given, "serviceSubnet", usual.services),
        not given.get("disableDefaultCNI"),
        mode,
    )


def objects_of(config: Json, minor: str = releases.DEFAULT) -> Iterator[Json]:
    """The nodes with their ranges, the default StorageClass and the range of Services. Raises UsageError."""
    system = system_of(config)
    for node, cidr in zip(nodes_of(config, minor), _parts(system.pods), strict=False):
        yield {**node, "spec": {**node["spec"], "podCIDR": cidr, "podCIDRs": [cidr]}}
    yield storage_class()
    yield kubernetes_service(system.api)
    yield from service_ranges(system.services, minor)


def nodes_of(config: Json, minor: str = releases.DEFAULT) -> Iterator[Json]:
    """The nodes a configuration makes; one control plane if it names none. Raises UsageError."""
    given = [
        _mapping(node, f"nodes[{place}]") for place, node in enumerate(_list(config.get("nodes"), "nodes"))
    ] or [{}]
    name = _text(config.get("name"), "name") or "kind"
    roles = [_role(node, f"nodes[{place}].role") for place, node in enumerate(given)]
    numbers: dict[str, int] = {}
    for place, (node, role) in enumerate(zip(given, roles, strict=True)):
        numbers[role] = numbers.get(role, 0) + 1
        full = f"{name}-{role}{'' if numbers[role] == 1 else numbers[role]}"
        labels = _mapping(node.get("labels"), f"nodes[{place}].labels")
        told = {key: _text(value, f"nodes[{place}].labels[{key}]") for key, value in labels.items()}
        own = {} if role == _WORKER else {_CONTROL_PLANE: ""}
        usual = own and _WORKER in roles
        taints = kindpatches.taints(node)
        if taints is None:
            taints = [{"key": _CONTROL_PLANE, "effect": "NoSchedule"}] if usual else []
        told = {**own, **told, **kindpatches.labels(node)}
        yield make_node(full, SIZE, told, tuple(taints), number=place + 1, minor=minor)


def _role(node: Json, where: str) -> str:
    role = _text(node.get("role"), where) or "control-plane"
    if role not in ("control-plane", _WORKER):
        raise _mistyped(where, "control-plane or worker")
    return role


def _list(value: Any, where: str) -> list[Any]:
    if value is None or isinstance(value, list):
        return value or []
    raise _mistyped(where, "a list")


def _mapping(value: Any, where: str) -> Json:
    if value is None or isinstance(value, dict):
        return value or {}
    raise _mistyped(where, "a mapping")


def _text(value: Any, where: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise _mistyped(where, "a string")


def _mistyped(where: str, wanted: str) -> UsageError:
    return UsageError(f"'{where}' of a kind cluster configuration must be {wanted}", hint=_HINT)


def storage_class() -> Json:
    """The StorageClass that kind makes the default one."""
    metadata = {
        "name": "standard", "uid": "5b0c4c0e-6f0a-5c56-9d1e-0d1f6a6f7b11", "creationTimestamp": CREATED,
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    }  # fmt: skip
    return {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata,
        "provisioner": "rancher.io/local-path", "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer",
    }  # fmt: skip


def service_ranges(cidr: str, minor: str = releases.DEFAULT) -> Iterator[Json]:
    """The object that says where Services have their addresses from, in minors that have one."""
    if int(minor.rpartition(".")[2]) < _WITH_RANGES:
        return
    metadata = {
        "name": "kubernetes",
        "uid": "c0a1f3de-6f0a-5c56-9d1e-0d1f6a6f7b12",
        "creationTimestamp": CREATED,
    }
    ready = {
        "type": "Ready", "status": "True", "reason": "", "message": "Kubernetes Service CIDR is ready",
        "lastTransitionTime": CREATED,
    }  # fmt: skip
    yield {
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": metadata,
        "spec": {"cidrs": [cidr]}, "status": {"conditions": [ready]},
    }  # fmt: skip


def _range(given: Json, name: str, usual: str) -> str:
    """The IPv4 range of a setting, which may hold one of each family. Raises UsageError."""
    for text in str(given.get(name) or usual).split(","):
        try:
            return str(IPv4Network(text.strip(), strict=False))
        except (AddressValueError, NetmaskValueError, ValueError):
            continue
    hint = f"write an IPv4 range, as {usual}; kplan knows no cluster of IPv6 alone"
    raise UsageError(
        f"networking.{name} of the kind configuration has no IPv4 range: {given[name]}", hint=hint
    )


def _parts(cidr: str) -> Iterator[str]:
    """The ranges of the nodes."""
    whole = IPv4Network(cidr)
    yield from map(str, islice(whole.subnets(new_prefix=max(_NODE_PREFIX, whole.prefixlen)), 10_000))
