"""HorizontalPodAutoscaler v1: one CPU target in the spec, everything else of v2 in annotations.

Upstream: pkg/apis/autoscaling/v1/conversion.go
"""

import json
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.defaulting.autoscaling import CPU_UTILISATION, cpu_metric
from kplan.apiserver.field import go_json

_METRICS: Final = "autoscaling.alpha.kubernetes.io/metrics"
_CURRENT: Final = "autoscaling.alpha.kubernetes.io/current-metrics"
_CONDITIONS: Final = "autoscaling.alpha.kubernetes.io/conditions"
_BEHAVIOR: Final = "autoscaling.alpha.kubernetes.io/behavior"
_ROUND_TRIP: Final = (_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR)
_SOURCES: Final = ("object", "pods", "resource", "containerResource", "external")
_STATUS_KEPT: Final = ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")


def from_v1(obj: Json) -> Json:
    """Convert autoscaling/v1 into autoscaling/v2."""
    metadata, spec, status = dict(obj["metadata"]), dict(obj.get("spec") or {}), obj.get("status") or {}
    annotations = dict(metadata.get("annotations") or {})
    utilisation = spec.pop("targetCPUUtilizationPercentage", None)
    own = [] if utilisation is None else [cpu_metric(utilisation)]
    others = _read(annotations, _METRICS)
    metrics = [_metric_from_v1(metric, "target") for metric in others or []] + own
    spec["metrics"] = metrics or [cpu_metric(CPU_UTILISATION)]
    behavior = _read(annotations, _BEHAVIOR)
    if behavior:
        spec["behavior"] = _decapitalised(behavior)
    for name in _ROUND_TRIP:
        annotations.pop(name, None)
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": "autoscaling/v2",
        "metadata": metadata,
        "spec": spec,
        "status": _status_from_v1(status, obj["metadata"].get("annotations") or {}),
    }


def to_v1(obj: Json) -> Json:
    """Convert autoscaling/v2 into autoscaling/v1."""
    metadata, spec, status = dict(obj["metadata"]), obj.get("spec") or {}, obj.get("status") or {}
    annotations = {
        name: text for name, text in (metadata.get("annotations") or {}).items() if name not in _ROUND_TRIP
    }
    metrics = spec.get("metrics") or []
    cpu = [
        metric["resource"]["target"]["averageUtilization"]
        for metric in metrics
        if _is_cpu_utilisation(metric)
    ]
    others = [_metric_to_v1(metric, "target") for metric in metrics if not _is_cpu_utilisation(metric)]
    current = [_metric_to_v1(metric, "current") for metric in status.get("currentMetrics") or []]
    kept: dict[str, Any] = {_METRICS: others, _CURRENT: current, _CONDITIONS: status.get("conditions")}
    annotations |= {name: go_json(value) for name, value in kept.items() if value}
    if spec.get("behavior") is not None:
        annotations[_BEHAVIOR] = go_json(_capitalised_behavior(spec["behavior"]))
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    out = {name: spec[name] for name in ("scaleTargetRef", "minReplicas", "maxReplicas") if name in spec}
    if cpu:
        out["targetCPUUtilizationPercentage"] = cpu[0]
    return {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": out,
        "status": _status_to_v1(status),
    }


def _is_cpu_utilisation(metric: Json) -> bool:
    resource = metric.get("resource") or {}
    target = resource.get("target") or {}
    return (
        metric.get("type") == "Resource"
        and resource.get("name") == "cpu"
        and target.get("averageUtilization") is not None
    )


def _status_from_v1(status: Json, annotations: Json) -> Json:
    out: Json = {name: status[name] for name in _STATUS_KEPT if name in status}
    if not out.get("currentReplicas"):
        out.pop("currentReplicas", None)
    out.setdefault("desiredReplicas", 0)
    out["currentMetrics"] = None
    utilisation = status.get("currentCPUUtilizationPercentage")
    if utilisation is not None:
        current = {"name": "cpu", "current": {"averageUtilization": utilisation}}
        out["currentMetrics"] = [{"type": "Resource", "resource": current}]
    stored = _read(annotations, _CURRENT)
    if stored is not None:
        out["currentMetrics"] = [_metric_from_v1(metric, "current") for metric in stored]
    conditions = _read(annotations, _CONDITIONS)
    if conditions is not None:
        out["conditions"] = conditions
    return out


def _status_to_v1(status: Json) -> Json:
    out = {name: status[name] for name in _STATUS_KEPT if status.get(name) is not None}
    out.setdefault("currentReplicas", 0)
    out.setdefault("desiredReplicas", 0)
    for metric in status.get("currentMetrics") or []:
        resource = metric.get("resource") or {}
        utilisation = (resource.get("current") or {}).get("averageUtilization")
        if metric.get("type") == "Resource" and resource.get("name") == "cpu" and utilisation is not None:
            out["currentCPUUtilizationPercentage"] = utilisation
    return out


def _metric_to_v1(metric: Json, side: str) -> Json:
    """v1 flattens ``target`` into ``targetAverageUtilization`` and its like."""
    out: Json = {"type": metric.get("type", "")}
    for source in _SOURCES:
        if source not in metric:
            continue
        inner = metric[source]
        value = inner.get(side) or {}
        identity = inner.get("metric") or {}
        flat: Json = {}
        if source == "object":
            flat["target"] = inner.get("describedObject") or {}
            flat["metricName"] = identity.get("name", "")
            flat[f"{side}Value" if side == "target" else "currentValue"] = value.get("value") or "0"
            flat |= _given(selector=identity.get("selector"), averageValue=value.get("averageValue"))
        elif source == "pods":
            flat["metricName"] = identity.get("name", "")
            flat[f"{side}AverageValue"] = value.get("averageValue") or "0"
            flat |= _given(selector=identity.get("selector"))
        elif source == "external":
            flat["metricName"] = identity.get("name", "")
            flat |= _given(metricSelector=identity.get("selector"))
            whole = value.get("value")
            flat |= _given(
                **{
                    f"{side}Value": whole if side == "target" else whole or "0",
                    f"{side}AverageValue": value.get("averageValue"),
                }
            )
        else:
            flat["name"] = inner.get("name", "")
            flat |= _given(**{f"{side}AverageUtilization": value.get("averageUtilization")})
            average = value.get("averageValue")
            flat |= _given(**{f"{side}AverageValue": average if side == "target" else average or "0"})
            flat |= _given(container=inner.get("container"))
        out[source] = flat
    return out


def _metric_from_v1(metric: Json, side: str) -> Json:
    out: Json = {"type": metric.get("type", "")}
    for source in _SOURCES:
        flat = metric.get(source)
        if flat is None:
            continue
        value = _given(
            value=flat.get(f"{side}Value"),
            averageValue=flat.get(f"{side}AverageValue") or flat.get("averageValue"),
            averageUtilization=flat.get(f"{side}AverageUtilization"),
        )
        if side == "target":
            value = {"type": _target_type(source, value), **value}
        inner: Json = {side: value}
        if source in ("resource", "containerResource"):
            inner = {"name": flat.get("name", ""), **inner, **_given(container=flat.get("container"))}
        else:
            selector = flat.get("metricSelector") if source == "external" else flat.get("selector")
            inner["metric"] = {"name": flat.get("metricName", ""), **_given(selector=selector)}
            if source == "object":
                inner["describedObject"] = flat.get("target") or {}
        out[source] = inner
    return out


def _target_type(source: str, value: Json) -> str:
    if "averageUtilization" in value:
        return "Utilization"
    if source in ("object", "external") and "averageValue" not in value:
        return "Value"
    return "AverageValue"


def _read(annotations: Json, name: str) -> Any:
    text = annotations.get(name)
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def _capitalised_behavior(behavior: Json) -> Json:
    """Upstream marshals the internal type, whose fields have no JSON names."""

    def rules(value: Json | None) -> Json | None:
        if value is None:
            return None
        policies = value.get("policies")
        return {
            "StabilizationWindowSeconds": value.get("stabilizationWindowSeconds"),
            "SelectPolicy": value.get("selectPolicy"),
            "Policies": policies
            and [
                {f[:1].upper() + f[1:]: item[f] for f in ("type", "value", "periodSeconds")}
                for item in policies
            ],
            "Tolerance": value.get("tolerance"),
        }

    return {"ScaleUp": rules(behavior.get("scaleUp")), "ScaleDown": rules(behavior.get("scaleDown"))}


def _decapitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name[:1].lower() + name[1:]: _decapitalised(item)
            for name, item in value.items()
            if item is not None
        }
    return [_decapitalised(item) for item in value] if isinstance(value, list) else value
