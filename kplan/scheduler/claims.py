"""Volume claims and volumes: which claim a pod means, and what both say of themselves.

Upstream: staging/src/k8s.io/component-helpers/storage/volume
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.object import Json
from kplan.api.provisioning import claim_name
from kplan.api.quantity import value as quantity_value
from kplan.api.storageclasses import class_of
from kplan.api.volumes import BIND_COMPLETED
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.snapshot import Objects
from kplan.selectors.nodes import NodeSelector


def claim_names(pod: PodInfo) -> Iterator[tuple[str, bool]]:
    """Claims a pod mounts by name, and whether each is made for the pod alone."""
    for volume in pod.template.volumes:
        if "persistentVolumeClaim" in volume:
            yield volume["persistentVolumeClaim"].get("claimName", ""), False
        elif "ephemeral" in volume:
            yield claim_name(pod.name, volume.get("name", "")), True


def mounts(pod: PodInfo, value: Json) -> bool:
    """Whether a pod mounts a claim."""
    metadata = value["metadata"]
    return metadata.get("namespace", "") == pod.namespace and any(
        name == metadata["name"] for name, _ in claim_names(pod)
    )


def claim(objects: Objects, namespace: str, name: str) -> Json | None:
    """A PersistentVolumeClaim."""
    return objects.find("", "PersistentVolumeClaim", namespace, name)


def volume(objects: Objects, name: str) -> Json | None:
    """A PersistentVolume."""
    return objects.find("", "PersistentVolume", "", name)


def storage_class(objects: Objects, name: str) -> Json | None:
    """A StorageClass."""
    return objects.find("storage.k8s.io", "StorageClass", "", name)


def volume_name(value: Mapping[str, Any]) -> str:
    """The volume a claim is, or will be, bound to."""
    return str((value.get("spec") or {}).get("volumeName") or "")


def fully_bound(value: Mapping[str, Any]) -> bool:
    """Whether binding a claim is over and done."""
    return bool(volume_name(value)) and BIND_COMPLETED in (value["metadata"].get("annotations") or {})


def waits_for_consumer(objects: Objects, value: Mapping[str, Any]) -> bool:
    """Whether a claim is to be bound only once a pod that uses it has a node."""
    name = class_of(value)
    found = storage_class(objects, name) if name else None
    return (found or {}).get("volumeBindingMode") == "WaitForFirstConsumer"


def requested_bytes(value: Mapping[str, Any]) -> int:
    """The size a claim asks for."""
    requests = ((value.get("spec") or {}).get("resources") or {}).get("requests") or {}
    return quantity_value(requests.get("storage", "0"))


def reaches(value: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a volume can be used on a node with these labels."""
    required = ((value.get("spec") or {}).get("nodeAffinity") or {}).get("required")
    return required is None or NodeSelector.parse(required).matches("", labels)
