"""The scale subresource: how many replicas an object has and wants, whatever its kind.

Upstream: pkg/registry/apps/deployment/storage/storage.go (ScaleREST), staging/src/k8s.io/apiextensions-apiserver
"""

from typing import Any

from kplan.api.object import Json
from kplan.apiserver import errors, field
from kplan.fieldpath import FieldPath
from kplan.schema.crd import CustomKind


def scale_of(obj: Json, custom: CustomKind | None = None) -> Json | None:
    """Build the Scale of an object; None if its kind has none."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    if custom is not None:
        return None if custom.scale is None else _custom_scale(obj, custom.scale)
    selector = spec.get("selector") or {}
    if obj["kind"] not in ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"):
        return None
    text = _labels_text(selector) if obj["kind"] == "ReplicationController" else _selector_text(selector)
    return _scale(obj, spec.get("replicas", 1), status.get("replicas", 0), text)


def check(replicas: int, name: str) -> None:
    """Refuse a Scale that asks for less than nothing. Raises StatusError 422."""
    if replicas < 0:
        path = FieldPath.of("spec", "replicas")
        found = [field.invalid(path, replicas, "must be greater than or equal to 0")]
        raise errors.invalid("Scale.autoscaling", name, found)


def with_replicas(obj: Json, replicas: int, custom: CustomKind | None = None) -> Json:
    """Copy an object with another number of replicas wanted."""
    path = ["spec", "replicas"]
    if custom is not None and custom.scale is not None:
        path = str(custom.scale.get("specReplicasPath") or ".spec.replicas").strip(".").split(".")
    return _set(obj, path, replicas)


def _scale(obj: Json, wanted: int, actual: int, selector: str) -> Json:
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    metadata = {name: obj["metadata"][name] for name in kept if name in obj["metadata"]}
    spec = {"replicas": wanted} if wanted else {}
    status = {"replicas": actual, **({"selector": selector} if selector else {})}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }


def _custom_scale(obj: Json, scale: Any) -> Json:
    wanted, actual = _get(obj, scale.get("specReplicasPath")), _get(obj, scale.get("statusReplicasPath"))
    return _scale(obj, wanted or 0, actual or 0, _get(obj, scale.get("labelSelectorPath")) or "")


def _get(obj: Any, path: str | None) -> Any:
    for step in (path or "").strip(".").split("."):
        obj = obj.get(step) if isinstance(obj, dict) else None
    return obj


def _set(obj: Json, path: list[str], value: Any) -> Json:
    inner = value if len(path) == 1 else _set(obj.get(path[0]) or {}, path[1:], value)
    return {**obj, path[0]: inner}


def _labels_text(labels: Json) -> str:
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels))


def _selector_text(selector: Json) -> str:
    words = {"In": "in", "NotIn": "notin"}
    parts = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for item in selector.get("matchExpressions") or ():
        key, operator = item.get("key", ""), item.get("operator")
        if operator in words:
            parts.append((key, f"{key} {words[operator]} ({','.join(sorted(item.get('values') or ()))})"))
        else:
            parts.append((key, key if operator == "Exists" else f"!{key}"))
    return ",".join(text for _, text in sorted(parts, key=lambda part: part[0]))
