"""Which StorageClass a claim or volume names, and which one claims get that name none.

Upstream: pkg/volume/util/storageclass.go (GetDefaultClass, IsDefaultAnnotation),
staging/src/k8s.io/component-helpers/storage/volume/helpers.go (GetPersistentVolumeClaimClass, GetPersistentVolumeClass)
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kplan.api.metadata import annotations_of
from kplan.api.object import Json

CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
"""The annotation that named the class before there was a field; if set, it takes precedence over the field."""
NO_PROVISIONER: Final = "kubernetes.io/no-provisioner"
"""The provisioner of a class whose volumes somebody makes by hand."""
_DEFAULT: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def class_of(value: Mapping[str, Any]) -> str:
    """The class that a claim or volume names; empty if it names none."""
    annotations = value["metadata"].get("annotations") or {}
    if CLASS_ANNOTATION in annotations:
        return str(annotations[CLASS_ANNOTATION])
    return str((value.get("spec") or {}).get("storageClassName") or "")


def says_default(annotations: Mapping[str, Any]) -> bool:
    """Whether annotations of a class make it a default one."""
    return any(annotations.get(name) == "true" for name in _DEFAULT)


def is_default(storage_class: Json) -> bool:
    """Whether a class is a default one."""
    return says_default(annotations_of(storage_class))


def default_class(classes: Iterable[Json]) -> str:
    """The name of the newest default class, the first by name if several are equally old; empty if there is none."""
    names = {one["metadata"]["name"]: one["metadata"] for one in classes if is_default(one)}
    return max(sorted(names), key=lambda name: names[name].get("creationTimestamp") or "", default="")
