"""What the API server checks of workloads: Deployment, ReplicaSet, StatefulSet, DaemonSet, ControllerRevision.

The order of the checks is upstream's, since a refusal lists its errors in that order.
Upstream: pkg/apis/apps/validation/validation.go, pkg/registry/apps/*/strategy.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.hollow import sent
from kplan.apiserver.validation import claims
from kplan.apiserver.validation.dns import name_is_dns_label, name_is_dns_subdomain, validate_dns1123_label
from kplan.apiserver.validation.meta import (
    METADATA,
    Json,
    label_selector_has_invalid_value,
    validate_annotations,
    validate_label_selector,
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.podspec.annotations import validate_pod_annotations
from kplan.apiserver.validation.podspec.template import (
    PodValidationOptions,
    options_for_template,
    validate_pod_template_spec,
)
from kplan.apiserver.validation.selecting import selector_of
from kplan.apiserver.validation.values import (
    at_most_100_percent,
    immutable,
    int_or_percent,
    int_or_string_value,
    internal,
    labels_value,
    non_negative,
    number_of,
    one_of,
    selector_value,
)
from kplan.fieldpath import FieldPath
from kplan.selectors.labels import Selector

_SPEC: Final = FieldPath("spec")
_NO_MATCH: Final = "`selector` does not match template `labels`"
_STATEFUL_SET_FROZEN: Final = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_STATEFUL_SET_MUTABLE: Final = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip


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
    errors = _strict_selector(selector, "empty selector is invalid for deployment")
    matcher = selector_of(selector)
    if matcher is None:
        errors.append(field.invalid(_SPEC / "selector", selector_value(selector), "invalid label selector"))
        return errors
    template, path = spec.get("template") or {}, _SPEC / "template"
    errors += _template_labels_match(template, matcher, path)
    errors += validate_pod_template_spec(template, path, options)
    return errors + _runs_forever(template, path, "ReplicaSet")


def _strict_selector(selector: Json | None, empty: str) -> ErrorList:
    path = _SPEC / "selector"
    if selector is None:
        return [field.required(path, "")]
    errors = validate_label_selector(selector, path)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(field.invalid(path, selector_value(selector), empty))
    return errors


def _template_labels_match(template: Json, matcher: Selector, path: FieldPath) -> ErrorList:
    labels = sent(template.get("metadata") or {}, "labels")
    if matcher.empty or matcher.matches(labels or {}):
        return []
    return [field.invalid(path.child("metadata", "labels"), labels_value(labels), _NO_MATCH)]


def _runs_forever(template: Json, path: FieldPath, kind: str) -> ErrorList:
    pod = template.get("spec") or {}
    errors: ErrorList = []
    policy = pod.get("restartPolicy", "")
    if policy != "Always":
        errors.append(field.not_supported(path.child("spec", "restartPolicy"), typed(policy), ("Always",)))
    if pod.get("activeDeadlineSeconds") is not None:
        text = f"activeDeadlineSeconds in {kind} is not Supported"
        errors.append(field.forbidden(path.child("spec", "activeDeadlineSeconds"), text))
    return errors


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
        errors.append(field.invalid(path.child("metadata", "labels"), labels_value(labels), _NO_MATCH))
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        text = "empty selector is invalid for daemonset"
        errors.append(field.invalid(_SPEC / "selector", selector_value(selector), text))
    errors += validate_pod_template_spec(template, path, options)
    errors += _runs_forever(template, path, "DaemonSet")
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


def validate_stateful_set(obj: Json) -> ErrorList:
    """Check a new StatefulSet."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_label, METADATA)
    spec = obj.get("spec") or {}
    return errors + _stateful_set_spec(spec, options_for_template(spec.get("template")))


def validate_stateful_set_update(new: Json, old: Json) -> ErrorList:
    """Check a changed StatefulSet; an old template that was never valid is not held against the new one."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec, old_spec = new.get("spec") or {}, old.get("spec") or {}
    options = options_for_template(spec.get("template"), old_spec.get("template"))
    lenient = bool(_stateful_set_spec(old_spec, options, update=True))
    errors += _stateful_set_spec(spec, options, update=True, skip_template=lenient)
    if _frozen(spec) != _frozen(old_spec):
        errors.append(field.forbidden(_SPEC, _STATEFUL_SET_FROZEN))
    return errors


def _frozen(spec: Json) -> Json:
    return {key: value for key, value in spec.items() if key not in _STATEFUL_SET_MUTABLE}


def _stateful_set_spec(
    spec: Json, options: PodValidationOptions, *, update: bool = False, skip_template: bool = False
) -> ErrorList:
    errors = _pod_management_policy(spec.get("podManagementPolicy", ""))
    errors += _stateful_set_strategy(spec.get("updateStrategy") or {}, _SPEC / "updateStrategy")
    errors += _claim_retention(spec.get("persistentVolumeClaimRetentionPolicy"))
    if not update:
        for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
            path = (_SPEC / "volumeClaimTemplates" / index) / "spec"
            errors += claims.validate_claim_spec(claim.get("spec") or {}, path, claims.CREATE)
    errors += non_negative(_SPEC / "replicas", spec.get("replicas"))
    errors += non_negative(_SPEC / "minReadySeconds", spec.get("minReadySeconds"))
    errors += non_negative(_SPEC / "ordinals.start", (spec.get("ordinals") or {}).get("start"))
    if not update and spec.get("serviceName"):
        errors += validate_dns1123_label(spec["serviceName"], _SPEC / "serviceName")
    errors += _strict_selector(spec.get("selector"), "empty selector is invalid for statefulset")
    return errors + _stateful_set_template(spec, options, skip_template)


def _pod_management_policy(policy: str) -> ErrorList:
    path = _SPEC / "podManagementPolicy"
    if policy == "":
        return [field.required(path, "")]
    if policy in ("OrderedReady", "Parallel"):
        return []
    return [field.invalid(path, typed(policy), "must be 'OrderedReady' or 'Parallel'")]


def _stateful_set_strategy(strategy: Json, path: FieldPath) -> ErrorList:
    rolling = strategy.get("rollingUpdate")
    match strategy.get("type", ""):
        case "":
            return [field.required(path, "")]
        case "OnDelete":
            if rolling is None:
                return []
            value = internal("apps.RollingUpdateStatefulSetStrategy", rolling)
            return [
                field.invalid(
                    path / "rollingUpdate", value, "only allowed for updateStrategy 'RollingUpdate'"
                )
            ]
        case "RollingUpdate":
            return [] if rolling is None else _rolling_update_stateful_set(rolling, path / "rollingUpdate")
    value = internal("apps.StatefulSetUpdateStrategy", strategy)
    return [field.invalid(path, value, "must be 'RollingUpdate' or 'OnDelete'")]


def _rolling_update_stateful_set(rolling: Json, path: FieldPath) -> ErrorList:
    errors = non_negative(path / "partition", rolling.get("partition"))
    unavailable = rolling.get("maxUnavailable")
    if unavailable is None:
        return errors
    path = path / "maxUnavailable"
    errors += int_or_percent(path, unavailable)
    if number_of(unavailable) == 0:
        errors.append(field.invalid(path, int_or_string_value(unavailable), "cannot be 0"))
    return errors + at_most_100_percent(path, unavailable)


def _claim_retention(policy: Json | None) -> ErrorList:
    if policy is None:
        return []
    path = _SPEC / "persistentVolumeClaimRetentionPolicy"
    errors = one_of(path / "whenDeleted", policy.get("whenDeleted", ""), ("Retain", "Delete"))
    return errors + one_of(path / "whenScaled", policy.get("whenScaled", ""), ("Retain", "Delete"))


def _stateful_set_template(spec: Json, options: PodValidationOptions, skip_template: bool) -> ErrorList:
    errors: ErrorList = []
    matcher, path = selector_of(spec.get("selector")), _SPEC / "template"
    template = spec.get("template") or {}
    if matcher is None:
        errors.append(field.invalid(_SPEC / "selector", selector_value(spec.get("selector")), ""))
    else:
        seen = _as_its_pods_see_it(template, spec.get("volumeClaimTemplates") or ())
        errors += _template_labels_match(seen, matcher, path)
        if not skip_template:
            errors += validate_pod_template_spec(seen, path, options)
        metadata = seen.get("metadata") or {}
        errors += validate_labels(metadata.get("labels"), path / "labels")
        errors += validate_annotations(metadata.get("annotations"), path / "annotations")
        pod, annotations = seen.get("spec") or {}, metadata.get("annotations")
        errors += validate_pod_annotations(annotations, pod, path / "annotations", options)
    return errors + _runs_forever(template, path, "StatefulSet")


def _as_its_pods_see_it(template: Json, templates: Sequence[Json]) -> Json:
    """The template with what the controller overwrites left out and the claims' volumes put in."""
    pod = template.get("spec") or {}
    if not templates and "subdomain" not in pod and "hostname" not in pod:
        return template
    pod = {key: value for key, value in pod.items() if key not in ("subdomain", "hostname")}
    names = dict.fromkeys(_claim_name(claim) for claim in templates)
    if names:
        own = [volume for volume in pod.get("volumes") or () if volume.get("name", "") not in names]
        pod["volumes"] = [
            {"name": name, "persistentVolumeClaim": {"claimName": name}} for name in names
        ] + own
    return {**template, "spec": pod}


def _claim_name(claim: Mapping[str, Any]) -> str:
    name: str = (claim.get("metadata") or {}).get("name", "")
    return name


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
    return errors + _controller_revision(new) + immutable(FieldPath("data"), new.get("data"), old.get("data"))


def _controller_revision(obj: Json) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    return errors + non_negative(FieldPath("revision"), obj.get("revision"))
