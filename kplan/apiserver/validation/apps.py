"""What the API server checks of workloads: Deployment, ReplicaSet, DaemonSet, ControllerRevision;
StatefulSet has its own module.

The order of the checks is upstream's, since a refusal lists its errors in that order.
Upstream: pkg/apis/apps/validation/validation.go, pkg/registry/apps/*/strategy.go
"""

import json
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_subdomain
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    label_selector_has_invalid_value,
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.podspec.template import (
    PodValidationOptions,
    options_for_template,
    validate_pod_template_spec,
)
from kplan.apiserver.validation.selecting import selector_of
from kplan.apiserver.validation.stateful_sets import validate_stateful_set, validate_stateful_set_update
from kplan.apiserver.validation.values import (
    at_most_100_percent,
    immutable,
    int_or_percent,
    int_or_string_value,
    internal,
    labels_value,
    non_negative,
    number_of,
    selector_value,
)
from kplan.apiserver.validation.workloads import (
    NO_MATCH,
    runs_forever,
    strict_selector,
    template_labels_match,
)
from kplan.fieldpath import FieldPath

__all__ = [
    "validate_controller_revision",
    "validate_controller_revision_update",
    "validate_daemon_set",
    "validate_daemon_set_update",
    "validate_deployment",
    "validate_deployment_update",
    "validate_replica_set",
    "validate_replica_set_update",
    "validate_stateful_set",
    "validate_stateful_set_update",
]

_SPEC: Final = FieldPath("spec")


def validate_deployment(obj: Json) -> ErrorList:
    """Check a new Deployment."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    spec = obj.get("spec") or {}
    return errors + _deployment_spec(spec, options_for_template(spec.get("template")))


def validate_deployment_update(new: Json, old: Json) -> ErrorList:
    """Check a changed Deployment."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec, old_spec = new.get("spec") or {}, old.get("spec") or {}
    errors += _deployment_spec(spec, options_for_template(spec.get("template"), old_spec.get("template")))
    return errors + _selector_unchanged(spec, old_spec)


def _deployment_spec(spec: Json, options: PodValidationOptions) -> ErrorList:
    errors = non_negative(_SPEC / "replicas", spec.get("replicas"))
    errors += _selector_and_template(spec, options)
    errors += _deployment_strategy(spec.get("strategy") or {}, _SPEC / "strategy")
    minimum = spec.get("minReadySeconds", 0)
    errors += non_negative(_SPEC / "minReadySeconds", minimum)
    errors += non_negative(_SPEC / "revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        path = _SPEC / "progressDeadlineSeconds"
        errors += non_negative(path, deadline)
        if deadline <= minimum:
            errors.append(field.invalid(path, deadline, "must be greater than minReadySeconds"))
    return errors


def _deployment_strategy(strategy: Json, path: FieldPath) -> ErrorList:
    rolling = strategy.get("rollingUpdate")
    match strategy.get("type", ""):
        case "Recreate":
            text = "may not be specified when strategy `type` is 'Recreate'"
            return [] if rolling is None else [field.forbidden(path / "rollingUpdate", text)]
        case "RollingUpdate":
            if rolling is None:
                return [field.required(path / "rollingUpdate", "this should be defaulted and never be nil")]
            return _rolling_update_deployment(rolling, path / "rollingUpdate")
    return [
        field.not_supported(
            path, internal("apps.DeploymentStrategy", strategy), ("Recreate", "RollingUpdate")
        )
    ]


def _rolling_update_deployment(rolling: Json, path: FieldPath) -> ErrorList:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors = int_or_percent(path / "maxUnavailable", unavailable) + int_or_percent(path / "maxSurge", surge)
    if number_of(unavailable) == 0 and number_of(surge) == 0:
        text = "may not be 0 when `maxSurge` is 0"
        errors.append(field.invalid(path / "maxUnavailable", int_or_string_value(unavailable), text))
    return errors + at_most_100_percent(path / "maxUnavailable", unavailable)


def validate_replica_set(obj: Json) -> ErrorList:
    """Check a new ReplicaSet."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    spec = obj.get("spec") or {}
    return errors + _replica_set_spec(spec, options_for_template(spec.get("template")))


def validate_replica_set_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ReplicaSet."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec, old_spec = new.get("spec") or {}, old.get("spec") or {}
    errors += _replica_set_spec(spec, options_for_template(spec.get("template"), old_spec.get("template")))
    return errors + _selector_unchanged(spec, old_spec)


def _replica_set_spec(spec: Json, options: PodValidationOptions) -> ErrorList:
    errors = non_negative(_SPEC / "replicas", spec.get("replicas"))
    errors += non_negative(_SPEC / "minReadySeconds", spec.get("minReadySeconds"))
    return errors + _selector_and_template(spec, options)


def _selector_unchanged(spec: Json, old: Json) -> ErrorList:
    new = spec.get("selector")
    return immutable(_SPEC / "selector", selector_value(new), selector_value(old.get("selector")))


def _selector_and_template(spec: Json, options: PodValidationOptions) -> ErrorList:
    """The part that Deployment and ReplicaSet share, the latter's texts included."""
    selector = spec.get("selector")
    errors = strict_selector(selector, "empty selector is invalid for deployment")
    matcher = selector_of(selector)
    if matcher is None:
        errors.append(field.invalid(_SPEC / "selector", selector_value(selector), "invalid label selector"))
        return errors
    template, path = spec.get("template") or {}, _SPEC / "template"
    errors += template_labels_match(template, matcher, path)
    errors += validate_pod_template_spec(template, path, options)
    return errors + runs_forever(template, path, "ReplicaSet")


def validate_daemon_set(obj: Json) -> ErrorList:
    """Check a new DaemonSet."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    spec = obj.get("spec") or {}
    return errors + _daemon_set_spec(spec, options_for_template(spec.get("template")), False)


def validate_daemon_set_update(new: Json, old: Json) -> ErrorList:
    """Check a changed DaemonSet; the template's generation is the server's to set, so it is not looked at."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec, old_spec = new.get("spec") or {}, old.get("spec") or {}
    errors += _selector_unchanged(spec, old_spec)
    options = options_for_template(spec.get("template"), old_spec.get("template"))
    lenient = options.allow_invalid_label_value_in_selector or label_selector_has_invalid_value(
        old_spec.get("selector")
    )
    return errors + _daemon_set_spec(spec, options, lenient)


def _daemon_set_spec(spec: Json, options: PodValidationOptions, lenient: bool) -> ErrorList:
    selector, path = spec.get("selector"), _SPEC / "template"
    template = spec.get("template") or {}
    errors = validate_label_selector(selector, _SPEC / "selector", allow_invalid_value=lenient)
    matcher = selector_of(selector)
    labels = sent(template.get("metadata") or {}, "labels")
    if matcher is not None and not matcher.matches(labels or {}):
        errors.append(field.invalid(path.child("metadata", "labels"), labels_value(labels), NO_MATCH))
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        text = "empty selector is invalid for daemonset"
        errors.append(field.invalid(_SPEC / "selector", selector_value(selector), text))
    errors += validate_pod_template_spec(template, path, options)
    errors += runs_forever(template, path, "DaemonSet")
    errors += non_negative(_SPEC / "minReadySeconds", spec.get("minReadySeconds"))
    errors += _daemon_set_strategy(spec.get("updateStrategy") or {}, _SPEC / "updateStrategy")
    return errors + non_negative(_SPEC / "revisionHistoryLimit", spec.get("revisionHistoryLimit"))


def _daemon_set_strategy(strategy: Json, path: FieldPath) -> ErrorList:
    match strategy.get("type", ""):
        case "OnDelete":
            return []
        case "RollingUpdate":
            rolling = strategy.get("rollingUpdate")
            if rolling is None:
                return [field.required(path / "rollingUpdate", "")]
            return _rolling_update_daemon_set(rolling, path / "rollingUpdate")
    value = internal("apps.DaemonSetUpdateStrategy", strategy)
    return [field.not_supported(path, value, ("RollingUpdate", "OnDelete"))]


def _rolling_update_daemon_set(rolling: Json, path: FieldPath) -> ErrorList:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors = int_or_percent(path / "maxUnavailable", unavailable) + int_or_percent(path / "maxSurge", surge)
    errors += at_most_100_percent(path / "maxUnavailable", unavailable)
    errors += at_most_100_percent(path / "maxSurge", surge)
    has_unavailable, has_surge = number_of(unavailable) != 0, number_of(surge) != 0
    if has_unavailable and has_surge:
        errors.append(
            field.invalid(
                path / "maxSurge",
                int_or_string_value(surge),
                "may not be set when maxUnavailable is non-zero",
            )
        )
    elif not has_unavailable and not has_surge:
        errors.append(field.required(path / "maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return errors


def validate_controller_revision(obj: Json) -> ErrorList:
    """Check a new ControllerRevision."""
    errors = _controller_revision(obj)
    data = obj.get("data")
    if data is None:
        errors.append(field.required(FieldPath("data"), "data is mandatory"))
    elif not isinstance(data, dict):
        errors.append(field.required(FieldPath("data"), "data must be a valid JSON object"))
    return errors


def validate_controller_revision_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ControllerRevision: its data stays."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    errors += _controller_revision(new)
    data = new.get("data")
    # As text, since to Python 1 and true are the same.
    if json.dumps(data, sort_keys=True) != json.dumps(old.get("data"), sort_keys=True):
        errors.append(field.invalid(FieldPath("data"), data, "field is immutable"))
    return errors


def _controller_revision(obj: Json) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    return errors + non_negative(FieldPath("revision"), obj.get("revision"))
