"""What the API server checks of HorizontalPodAutoscalers, in their autoscaling/v2 form.

autoscaling/v1 objects are converted before they come here, so paths and values are always those of v2.
Upstream: pkg/apis/autoscaling/validation/validation.go, pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kplan.api.quantity import Quantity
from kplan.apiserver import field
from kplan.apiserver.dns import is_path_segment_name, name_is_dns_subdomain, validate_dns1123_label
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import METADATA, Json, validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.quantities import validate_container_resource_name
from kplan.apiserver.validation.values import each, one_of
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_MAX_PERIOD: Final = 1800
_MAX_STABILIZATION: Final = 3600
_TYPES: Final = ("ContainerResource", "External", "Object", "Pods", "Resource")
_SOURCES: Final = ("object", "external", "pods", "resource", "containerResource")
_FIELD_OF_TYPE: Final = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "External": "external",
    "ContainerResource": "containerResource",
}


@dataclass(frozen=True, slots=True)
class ReferenceOptions:
    """How strictly a reference's apiVersion is read."""

    allow_empty_group: bool = False
    allow_invalid: bool = False


def validate_horizontal_pod_autoscaler(obj: Json) -> ErrorList:
    """Check a new HorizontalPodAutoscaler."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    return errors + _spec(obj.get("spec") or {}, None)


def validate_horizontal_pod_autoscaler_update(new: Json, old: Json) -> ErrorList:
    """Check a changed HorizontalPodAutoscaler; references that were already wrong may stay so."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + _spec(new.get("spec") or {}, old.get("spec") or {})


def _spec(spec: Json, old: Json | None) -> ErrorList:
    errors: ErrorList = []
    low, high = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    bound = 0 if old is not None and old.get("minReplicas") == 0 else 1
    if low is not None and low < bound:
        errors.append(field.invalid(_SPEC / "minReplicas", low, f"must be greater than or equal to {bound}"))
    path = _SPEC / "maxReplicas"
    if high == 0:
        errors.append(field.required(path, "must be set and greater than 0"))
    elif high < 0:
        errors.append(field.invalid(path, high, "must be greater than or equal to 1"))
    if low is not None and high < low:
        errors.append(field.invalid(path, high, "must be greater than or equal to `minReplicas`"))
    target = spec.get("scaleTargetRef") or {}
    errors += _reference(target, _SPEC / "scaleTargetRef", _target_options(target, old))
    errors += _metrics(spec.get("metrics") or [], low, _metric_options(old))
    behavior = spec.get("behavior") or {}
    for name in ("scaleUp", "scaleDown"):
        errors += _scaling_rules(behavior.get(name), _SPEC / "behavior" / name)
    return errors


def _target_options(target: Json, old: Json | None) -> ReferenceOptions:
    before = (old or {}).get("scaleTargetRef") or {}
    same = all(before.get(name, "") == target.get(name, "") for name in ("apiVersion", "kind"))
    if old is not None and same:
        return ReferenceOptions(allow_invalid=True)
    return ReferenceOptions(allow_empty_group=target.get("kind") == "ReplicationController")


def _metric_options(old: Json | None) -> ReferenceOptions:
    options = ReferenceOptions(allow_empty_group=True)
    for metric in (old or {}).get("metrics") or ():
        described = (metric.get("object") or {}).get("describedObject") or {}
        if metric.get("type") == "Object" and "object" in metric and _api_version(described, options):
            return replace(options, allow_invalid=True)
    return options


def _reference(reference: Json, path: FieldPath, options: ReferenceOptions) -> ErrorList:
    errors: ErrorList = []
    for name in ("kind", "name"):
        value = reference.get(name, "")
        if not value:
            errors.append(field.required(path / name, ""))
        else:
            errors += each(path / name, value, is_path_segment_name(value))
    problem = _api_version(reference, options)
    if problem:
        errors.append(field.invalid(path / "apiVersion", reference.get("apiVersion", ""), problem))
    return errors


def _api_version(reference: Json, options: ReferenceOptions) -> str:
    """What is wrong with a reference's apiVersion; an empty text for nothing."""
    text = reference.get("apiVersion", "")
    if options.allow_invalid:
        return ""
    if text.count("/") > 1:
        return f"unexpected GroupVersion string: {text}"
    group = text.partition("/")[0] if "/" in text else ""
    return "" if group or options.allow_empty_group else "apiVersion must specify API group"


def _metrics(metrics: list[Json], low: int | None, options: ReferenceOptions) -> ErrorList:
    path = _SPEC / "metrics"
    errors: ErrorList = []
    for index, metric in enumerate(metrics):
        errors += _metric(metric, path / index, options)
    if low == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        text = "must specify at least one Object or External metric to support scaling to zero replicas"
        errors.append(field.forbidden(path, text))
    return errors


def _metric(metric: Json, path: FieldPath, options: ReferenceOptions) -> ErrorList:
    errors: ErrorList = []
    kind = metric.get("type", "")
    if not kind:
        errors.append(field.required(path / "type", "must specify a metric source type"))
    errors += one_of(path / "type", kind, _TYPES)
    present = [name for name in _SOURCES if metric.get(name) is not None]
    if present:
        first = present[0]
        if first == "object":
            errors += _object_source(metric[first], path / first, options)
        else:
            errors += _SOURCE_CHECKS[first](metric[first], path / first)
    expected = _FIELD_OF_TYPE.get(kind, "")
    if not expected:
        errors.append(field.not_supported(path / "type", typed(kind), _TYPES))
    elif metric.get(expected) is None:
        text = "must populate information for the given metric source"
        errors.append(field.required(path / expected, text))
    if len(present) != 1:
        text = "must populate the given metric source only"
        errors += [field.forbidden(path / name, text) for name in present if name != expected]
    return errors


def _object_source(source: Json, path: FieldPath, options: ReferenceOptions) -> ErrorList:
    errors = _reference(source.get("describedObject") or {}, path / "describedObject", options)
    errors += _identifier(source, path) + _target(source, path)
    return errors + _value_needed(source, path, "must set either a target value or averageValue")


def _external_source(source: Json, path: FieldPath) -> ErrorList:
    errors = _identifier(source, path) + _target(source, path)
    errors += _value_needed(source, path, "must set either a target value for metric or a per-pod target")
    target = source.get("target") or {}
    if target.get("value") is not None and target.get("averageValue") is not None:
        text = "may not set both a target value for metric and a per-pod target"
        errors.append(field.forbidden(path.child("target", "value"), text))
    return errors


def _pods_source(source: Json, path: FieldPath) -> ErrorList:
    errors = _identifier(source, path) + _target(source, path)
    if (source.get("target") or {}).get("averageValue") is None:
        text = "must specify a positive target averageValue"
        errors.append(field.required(path.child("target", "averageValue"), text))
    return errors


def _resource_source(source: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if not source.get("name"):
        errors.append(field.required(path / "name", "must specify a resource name"))
    return errors + _target(source, path) + _resource_target(source, path)


def _container_resource_source(source: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name, container = source.get("name", ""), source.get("container", "")
    if not name:
        errors.append(field.required(path / "name", "must specify a resource name"))
    else:
        errors += validate_container_resource_name(name, path / "name")
    if not container:
        errors.append(field.required(path / "container", "must specify a container"))
    else:
        errors += validate_dns1123_label(container, path / "container")
    return errors + _target(source, path) + _resource_target(source, path)


_SOURCE_CHECKS: Final[dict[str, Callable[[Json, FieldPath], ErrorList]]] = {
    "external": _external_source,
    "pods": _pods_source,
    "resource": _resource_source,
    "containerResource": _container_resource_source,
}


def _value_needed(source: Json, path: FieldPath, text: str) -> ErrorList:
    target = source.get("target") or {}
    if target.get("value") is not None or target.get("averageValue") is not None:
        return []
    return [field.required(path.child("target", "averageValue"), text)]


def _resource_target(source: Json, path: FieldPath) -> ErrorList:
    target = source.get("target") or {}
    utilization, average = target.get("averageUtilization"), target.get("averageValue")
    if utilization is None and average is None:
        text = "must set either a target raw value or a target utilization"
        return [field.required(path.child("target", "averageUtilization"), text)]
    if utilization is not None and average is not None:
        text = "may not set both a target raw value and a target utilization"
        return [field.forbidden(path.child("target", "averageValue"), text)]
    return []


def _target(source: Json, path: FieldPath) -> ErrorList:
    target, path = source.get("target") or {}, path / "target"
    errors: ErrorList = []
    kind = target.get("type", "")
    if not kind:
        errors.append(field.required(path / "type", "must specify a metric target type"))
    if kind not in ("Utilization", "Value", "AverageValue"):
        errors.append(
            field.invalid(path / "type", typed(kind), "must be either Utilization, Value, or AverageValue")
        )
    for name in ("value", "averageValue"):
        if target.get(name) is not None and Quantity.parse(target[name]).sign() != 1:
            errors.append(field.invalid(path / name, target[name], "must be positive"))
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        errors.append(field.invalid(path / "averageUtilization", utilization, "must be greater than 0"))
    return errors


def _identifier(source: Json, path: FieldPath) -> ErrorList:
    name, path = (source.get("metric") or {}).get("name", ""), path.child("metric", "name")
    if not name:
        return [field.required(path, "must specify a metric name")]
    return each(path, name, is_path_segment_name(name))


def _scaling_rules(rules: Json | None, path: FieldPath) -> ErrorList:
    if rules is None:
        return []
    errors: ErrorList = []
    window, at = rules.get("stabilizationWindowSeconds"), path / "stabilizationWindowSeconds"
    if window is not None and window < 0:
        errors.append(field.invalid(at, window, "must be greater than or equal to zero"))
    if window is not None and window > _MAX_STABILIZATION:
        errors.append(field.invalid(at, window, f"must be less than or equal to {_MAX_STABILIZATION}"))
    if rules.get("selectPolicy") is not None:
        errors += one_of(path / "selectPolicy", rules["selectPolicy"], ("Disabled", "Max", "Min"))
    policies = rules.get("policies") or ()
    if not policies:
        errors.append(field.required(path / "policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        errors += _scaling_policy(policy, path / "policies" / index)
    tolerance = rules.get("tolerance")
    if tolerance is not None and Quantity.parse(tolerance).sign() < 0:
        errors.append(field.invalid(path / "tolerance", tolerance, "must be greater than or equal to 0"))
    return errors


def _scaling_policy(policy: Json, path: FieldPath) -> ErrorList:
    errors = one_of(path / "type", policy.get("type", ""), ("Percent", "Pods"))
    for name in ("value", "periodSeconds"):
        if policy.get(name, 0) <= 0:
            errors.append(field.invalid(path / name, policy.get(name, 0), "must be greater than zero"))
    if policy.get("periodSeconds", 0) > _MAX_PERIOD:
        text = f"must be less than or equal to {_MAX_PERIOD}"
        errors.append(field.invalid(path / "periodSeconds", policy["periodSeconds"], text))
    return errors
