"""Quota scopes: the subset of pods or claims that a quota is about.

Upstream: pkg/quota/v1/evaluator/core/{pods,persistent_volume_claims}.go
"""

from collections.abc import Iterator
from typing import Any

from kplan.api.object import Json
from kplan.selectors.labels import Selector


def in_scope(quota: Json, obj: Json) -> bool:
    """Whether an object is in every scope of a quota."""
    return all(_matches(selector, obj) for selector in _selectors(quota))


def _selectors(quota: Json) -> Iterator[Json]:
    spec = quota.get("spec") or {}
    for scope in spec.get("scopes") or ():
        yield {"scopeName": scope, "operator": "Exists"}
    yield from (spec.get("scopeSelector") or {}).get("matchExpressions") or ()


def _matches(selector: Json, obj: Json) -> bool:
    scope = selector.get("scopeName")
    spec = obj.get("spec") or {}
    if obj["kind"] == "PersistentVolumeClaim":
        return scope == "VolumeAttributesClass" and _named(selector, _attributes_classes(obj))
    if obj["kind"] != "Pod":
        return False
    terminating: bool = spec.get("activeDeadlineSeconds", -1) >= 0
    best_effort = (obj.get("status") or {}).get("qosClass") == "BestEffort"
    match scope:
        case "Terminating":
            return terminating
        case "NotTerminating":
            return not terminating
        case "BestEffort":
            return best_effort
        case "NotBestEffort":
            return not best_effort
        case "PriorityClass":
            return _named(selector, [spec["priorityClassName"]] if spec.get("priorityClassName") else [])
        case "CrossNamespacePodAffinity":
            return any(
                True
                for term in _affinity_terms(spec)
                if term.get("namespaces") or "namespaceSelector" in term
            )
        case _:
            return False


def _named(selector: Json, names: list[str]) -> bool:
    """Whether one of the names, or their absence, meets a scope's expression."""
    if selector.get("operator") == "Exists":
        return bool(names)
    requirement: Json = {"key": "name", "operator": selector.get("operator")}
    if selector.get("values"):
        requirement["values"] = selector["values"]
    wanted = Selector.from_label_selector({"matchExpressions": [requirement]})
    return any(wanted.matches({"name": name}) for name in names) if names else wanted.matches({})


def _attributes_classes(claim: Json) -> list[str]:
    spec, status = claim.get("spec") or {}, claim.get("status") or {}
    names = [
        spec.get("volumeAttributesClassName"),
        status.get("currentVolumeAttributesClassName"),
        (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName"),
    ]
    return sorted({name for name in names if name})


def _affinity_terms(spec: Json) -> Iterator[dict[str, Any]]:
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity = (spec.get("affinity") or {}).get(kind) or {}
        yield from affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for item in affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield item.get("podAffinityTerm") or {}
