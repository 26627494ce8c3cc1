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


def with_finalizers(value: Json, finalizers: Sequence[str]) -> Json:
    """The object with these finalizers too; the same object if it has them all."""
    kept = finalizers_of(value)
    missing = [name for name in finalizers if name not in kept]
    if not missing:
        return value
    return {**value, "metadata": {**value["metadata"], "finalizers": [*kept, *missing]}}


def without_finalizers(value: Json, finalizers: Sequence[str]) -> Json:
    """The object without these finalizers; the same object if it has none of them."""
    kept = finalizers_of(value)
    left = [name for name in kept if name not in finalizers]
    if len(left) == len(kept):
        return value
    metadata = {key: item for key, item in value["metadata"].items() if key != "finalizers"}
    return {**value, "metadata": metadata | ({"finalizers": left} if left else {})}


def namespace_of(value: Json) -> str:
    """metadata.namespace; empty for what stands above namespaces."""
    return value["metadata"].get("namespace") or ""


def spec_of(value: Mapping[str, Any]) -> Json:
    """The object's spec; empty if a kind may do without."""
    return value.get("spec") or {}


def status_of(value: Mapping[str, Any]) -> Json:
    """The object's status; empty before anybody wrote one."""
    return value.get("status") or {}


def with_annotations(value: Json, annotations: Mapping[str, str]) -> Json:
    """The object with these annotations instead of its own."""
    metadata = {key: item for key, item in value["metadata"].items() if key != "annotations"}
    return {**value, "metadata": {**metadata, "annotations": annotations} if annotations else metadata}
