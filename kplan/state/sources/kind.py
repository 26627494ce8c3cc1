"""A kind cluster configuration: its nodes, their roles, labels and taints, as kind would name them."""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api import noderegistration
from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.schema import releases
from kplan.state.sources.default import CREATED
from kplan.state.sources.nodes import make_node

API_GROUP: Final = "kind.x-k8s.io/"
SIZE: Final = noderegistration.CAPACITY
"""kind's nodes share the machine; this is what each is taken to have."""
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"


def is_kind_config(value: Any) -> bool:
    """Whether a document is a kind cluster configuration."""
    return (
        isinstance(value, dict)
        and value.get("kind") == "Cluster"
        and str(value.get("apiVersion") or "").startswith(API_GROUP)
    )


def nodes_of(config: Json, minor: str = releases.DEFAULT) -> Iterator[Json]:
    """The nodes a configuration makes; one control plane where it names none. Raises UsageError."""
    if not isinstance(config.get("nodes") or [], list):
        raise UsageError(
            "'nodes' of a kind cluster configuration must be a list", hint="write - role: worker under it"
        )
    given = [node for node in config.get("nodes") or [{}] if isinstance(node, dict)]
    roles = [str(node.get("role") or "control-plane") for node in given]
    numbers: dict[str, int] = {}
    for place, (node, role) in enumerate(zip(given, roles, strict=True), 1):
        numbers[role] = numbers.get(role, 0) + 1
        suffix = "" if numbers[role] == 1 else str(numbers[role])
        name = f"{config.get('name') or 'kind'}-{role}{suffix}"
        labels = {str(key): str(value) for key, value in (node.get("labels") or {}).items()}
        if role != "control-plane":
            yield make_node(name, SIZE, labels, number=place, minor=minor)
            continue
        alone = "worker" not in roles
        taints = () if alone else ({"key": _CONTROL_PLANE, "effect": "NoSchedule"},)
        yield make_node(name, SIZE, {_CONTROL_PLANE: "", **labels}, taints, number=place, minor=minor)


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
