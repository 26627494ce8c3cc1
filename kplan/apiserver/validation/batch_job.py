"""What the API server checks of a JobSpec, whether in a Job or in a CronJob's template.

The two kinds share everything but the selector, which a CronJob's Jobs get generated.
Upstream: pkg/apis/batch/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import size
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import Json, validate_label_selector
from kplan.apiserver.validation.batch_policies import (
    validate_pod_failure_policy,
    validate_pod_replacement_policy,
    validate_success_policy,
)
from kplan.apiserver.validation.domains import is_domain_prefixed_path
from kplan.apiserver.validation.podspec.template import PodValidationOptions, validate_pod_template_spec
from kplan.apiserver.validation.selecting import selector_of
from kplan.apiserver.validation.values import (
    immutable,
    internal,
    labels_value,
    non_negative,
    one_of,
    selector_value,
)
from kplan.fieldpath import FieldPath

_MAX_PARALLELISM: Final = 100_000
_MAX_FAILED_INDEXES: Final = 100_000
_MANY_COMPLETIONS: Final = 100_000
_LIMIT_FOR_MANY: Final = 10_000
_MAX_MANAGED_BY: Final = 63
_COUNTS: Final = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
)  # fmt: skip


def validate_job_spec(
    spec: Json, path: FieldPath, options: PodValidationOptions, lenient: bool = False
) -> ErrorList:
    """Check a Job's spec, selector included; ``lenient`` lets label values in the selector pass."""
    errors = validate_templated_job_spec(spec, path, options)
    selector = spec.get("selector")
    if selector is None:
        errors.append(field.required(path / "selector", ""))
    else:
        errors += validate_label_selector(selector, path / "selector", allow_invalid_value=lenient)
    matcher = selector_of(selector)
    labels = sent((spec.get("template") or {}).get("metadata") or {}, "labels")
    if matcher is not None and not matcher.matches(labels or {}):
        text = "`selector` does not match template `labels`"
        errors.append(field.invalid(path.child("template", "metadata", "labels"), labels_value(labels), text))
    return errors


def validate_templated_job_spec(spec: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    """Check everything but the selector."""
    errors: ErrorList = []
    for name in _COUNTS:
        errors += non_negative(path / name, spec.get(name))
    per_index, max_failed = spec.get("backoffLimitPerIndex"), spec.get("maxFailedIndexes")
    errors += non_negative(path / "maxFailedIndexes", max_failed)
    if max_failed is not None and per_index is None:
        errors.append(field.required(path / "backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    if (manager := spec.get("managedBy")) is not None:
        errors += is_domain_prefixed_path(path / "managedBy", manager)
        if size(manager) > _MAX_MANAGED_BY:
            errors.append(field.too_long(path / "managedBy", "", _MAX_MANAGED_BY))
    errors += _completion_mode(spec, path)
    if spec.get("podFailurePolicy") is not None:
        errors += validate_pod_failure_policy(spec, path / "podFailurePolicy")
    if spec.get("successPolicy") is not None:
        errors += validate_success_policy(spec, path / "successPolicy")
    errors += validate_pod_replacement_policy(spec, path / "podReplacementPolicy")
    template = spec.get("template") or {}
    errors += validate_pod_template_spec(template, path / "template", options)
    return errors + _restart_policy(spec, path.child("template", "spec", "restartPolicy"))


def _completion_mode(spec: Json, path: FieldPath) -> ErrorList:
    mode = spec.get("completionMode")
    errors: ErrorList = []
    if mode not in (None, "NonIndexed", "Indexed"):
        errors += one_of(path / "completionMode", mode, ("NonIndexed", "Indexed"))
    if mode == "Indexed":
        errors += _indexed(spec, path)
    if mode in (None, "NonIndexed"):
        for name in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(name) is not None:
                errors.append(field.invalid(path / name, spec[name], "requires indexed completion mode"))
    return errors


def _indexed(spec: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    completions, parallelism = spec.get("completions"), spec.get("parallelism")
    max_failed = spec.get("maxFailedIndexes")
    if completions is None:
        errors.append(field.required(path / "completions", "when completion mode is Indexed"))
    if parallelism is not None and parallelism > _MAX_PARALLELISM:
        text = f"must be less than or equal to {_MAX_PARALLELISM} when completion mode is Indexed"
        errors.append(field.invalid(path / "parallelism", parallelism, text))
    if max_failed is not None:
        at = path / "maxFailedIndexes"
        if completions is not None and max_failed > completions:
            errors.append(field.invalid(at, max_failed, "must be less than or equal to completions"))
        if max_failed > _MAX_FAILED_INDEXES:
            errors.append(
                field.invalid(at, max_failed, f"must be less than or equal to {_MAX_FAILED_INDEXES}")
            )
    if (
        completions is not None
        and completions > _MANY_COMPLETIONS
        and spec.get("backoffLimitPerIndex") is not None
    ):
        errors += _many_completions(parallelism, max_failed, path)
    return errors


def _many_completions(parallelism: int | None, max_failed: int | None, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    text = (
        f"must be less than or equal to {_LIMIT_FOR_MANY} when completions are above {_MANY_COMPLETIONS} "
        "and used with backoff limit per index"
    )
    if max_failed is None:
        needed = f"must be specified when completions is above {_MANY_COMPLETIONS}"
        errors.append(field.required(path / "maxFailedIndexes", needed))
    if parallelism is not None and parallelism > _LIMIT_FOR_MANY:
        errors.append(field.invalid(path / "parallelism", parallelism, text))
    if max_failed is not None and max_failed > _LIMIT_FOR_MANY:
        errors.append(field.invalid(path / "maxFailedIndexes", max_failed, text))
    return errors


def _restart_policy(spec: Json, path: FieldPath) -> ErrorList:
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy", "")
    if policy in ("", "Always"):
        return [field.required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return one_of(path, policy, ("OnFailure", "Never"))
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        return [
            field.invalid(path, typed(policy), 'only "Never" is supported when podFailurePolicy is specified')
        ]
    return []


def validate_job_spec_update(spec: Json, old: Json, path: FieldPath, mutable: bool) -> ErrorList:
    """Check what of a Job's spec must stay; ``mutable`` says a suspended Job's template may still be tuned."""
    errors = _completions_update(spec, old, path / "completions")
    errors += immutable(
        path / "selector", selector_value(spec.get("selector")), selector_value(old.get("selector"))
    )
    errors += _template_update(spec, old, path, mutable)
    errors += immutable(path / "completionMode", spec.get("completionMode"), old.get("completionMode"))
    errors += immutable(
        path / "podFailurePolicy",
        spec.get("podFailurePolicy"),
        old.get("podFailurePolicy"),
        "batch.PodFailurePolicy",
    )
    errors += immutable(
        path / "backoffLimitPerIndex", spec.get("backoffLimitPerIndex"), old.get("backoffLimitPerIndex")
    )
    errors += immutable(path / "managedBy", spec.get("managedBy"), old.get("managedBy"))
    return errors + immutable(
        path / "successPolicy", spec.get("successPolicy"), old.get("successPolicy"), "batch.SuccessPolicy"
    )


def _completions_update(spec: Json, old: Json, path: FieldPath) -> ErrorList:
    completions = spec.get("completions")
    if spec.get("completionMode") != "Indexed":
        return immutable(path, completions, old.get("completions"))
    if completions == old.get("completions") or completions is None or completions == spec.get("parallelism"):
        return []
    return [field.invalid(path, completions, "can only be modified in tandem with spec.parallelism")]


def _template_update(spec: Json, old: Json, path: FieldPath, mutable: bool) -> ErrorList:
    template, before = spec.get("template") or {}, old.get("template") or {}
    if not mutable:
        return immutable(path / "template", template, before, "core.PodTemplateSpec")
    pod = template.get("spec") or {}
    allowed = _with_resources(_with_scheduling(before.get("spec") or {}, pod), pod)
    if pod == allowed:
        return []
    return [field.invalid(path / "template.spec", internal("core.PodSpec", pod), "field is immutable")]


def _with_scheduling(before: Json, pod: Json) -> Json:
    """The old pod spec with the new one's node affinity, node selector, tolerations and gates."""
    merged = dict(before)
    for name in ("nodeSelector", "tolerations", "schedulingGates"):
        merged.pop(name, None)
        if name in pod:
            merged[name] = pod[name]
    new, was = pod.get("affinity"), before.get("affinity")
    if new is None and was is None:
        return merged
    affinity = {key: value for key, value in (was or {}).items() if key != "nodeAffinity"}
    if new is not None and "nodeAffinity" in new:
        affinity["nodeAffinity"] = new["nodeAffinity"]
    merged["affinity"] = affinity
    if new is None and not affinity:
        del merged["affinity"]
    return merged


def _with_resources(before: Json, pod: Json) -> Json:
    """The old pod spec with the new one's container resources, if the containers correspond."""
    merged = dict(before)
    for name in ("containers", "initContainers"):
        new, was = pod.get(name) or [], before.get(name) or []
        if new and len(new) == len(was):
            merged[name] = [_with_field(old, item) for old, item in zip(was, new, strict=True)]
    return merged


def _with_field(before: Json, container: Json) -> Json:
    if before.get("name") != container.get("name"):
        return before
    rest = {key: value for key, value in before.items() if key != "resources"}
    return {**rest, "resources": container["resources"]} if "resources" in container else rest
