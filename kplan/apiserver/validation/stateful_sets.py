"""What the API server checks of StatefulSets.

Upstream: pkg/apis/apps/validation/validation.go, pkg/registry/apps/statefulset/strategy.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_label, validate_dns1123_label
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_annotations,
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation import claims
from kplan.apiserver.validation.podspec.annotations import validate_pod_annotations
from kplan.apiserver.validation.podspec.template import (
    PodValidationOptions,
    options_for_template,
    validate_pod_template_spec,
)
from kplan.apiserver.validation.selecting import selector_of
from kplan.apiserver.validation.values import (
    at_most_100_percent,
    int_or_percent,
    int_or_string_value,
    internal,
    non_negative,
    number_of,
    one_of,
    selector_value,
)
from kplan.apiserver.validation.workloads import (
    runs_forever,
    strict_selector,
    template_labels_match,
)
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_FROZEN: Final = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_MUTABLE: Final = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip


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
    if _fixed_part(spec) != _fixed_part(old_spec):
        errors.append(field.forbidden(_SPEC, _FROZEN))
    return errors


def _fixed_part(spec: Json) -> Json:
    return {key: value for key, value in spec.items() if key not in _MUTABLE}


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
    errors += strict_selector(spec.get("selector"), "empty selector is invalid for statefulset")
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
        errors += template_labels_match(seen, matcher, path)
        if not skip_template:
            errors += validate_pod_template_spec(seen, path, options)
        metadata = seen.get("metadata") or {}
        errors += validate_labels(metadata.get("labels"), path / "labels")
        errors += validate_annotations(metadata.get("annotations"), path / "annotations")
        pod, annotations = seen.get("spec") or {}, metadata.get("annotations")
        errors += validate_pod_annotations(annotations, pod, path / "annotations", options)
    return errors + runs_forever(template, path, "StatefulSet")


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
