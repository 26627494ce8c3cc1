"""Reads of what every stored object has, as cheap as the bare look-up: for code that looks at thousands of objects.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/meta.go
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kplan.api.object import Json


def labels_of(value: Json) -> dict[str, str]:
    """metadata.labels of an object or a template."""
    return value["metadata"].get("labels") or {}


def annotations_of(value: Json) -> dict[str, str]:
    """metadata.annotations."""
    return value["metadata"].get("annotations") or {}


def finalizers_of(value: Json) -> Sequence[str]:
    """metadata.finalizers."""
    return value["metadata"].get("finalizers") or ()


def namespace_of(value: Json) -> str:
    """metadata.namespace; empty for what stands above namespaces."""
    return value["metadata"].get("namespace") or ""


def spec_of(value: Mapping[str, Any]) -> Json:
    """The object's spec; empty where a kind may do without."""
    return value.get("spec") or {}


def status_of(value: Mapping[str, Any]) -> Json:
    """The object's status; empty before anybody wrote one."""
    return value.get("status") or {}
