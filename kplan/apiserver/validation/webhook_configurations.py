"""What the API server checks of webhook configurations.

Upstream: pkg/apis/admissionregistration/validation/validation.go
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import dns, field, meta
from kplan.apiserver.cel.policies import Compiler
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation import policy_expressions, webhook
from kplan.apiserver.validation.operation_rules import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    REINVOCATION_POLICIES,
    one_of,
    validate_operations,
)
from kplan.fieldpath import FieldPath

_NO_SIDE_EFFECTS: Final = ("None", "NoneOnDryRun")
_SIDE_EFFECTS: Final = ("None", "NoneOnDryRun", "Some", "Unknown")
_REVIEW_VERSIONS: Final = ("v1", "v1beta1")


@dataclass(frozen=True, slots=True)
class _HookOptions:
    """How strictly webhooks are read; what the stored ones got wrong stays allowed."""

    no_side_effects: bool = True
    known_review_version: bool = True
    unique_names: bool = True
    any_selector_value: bool = False
    skip_conditions: bool = False


def validate_validating_webhook_configuration(obj: Json) -> ErrorList:
    """Validate a new configuration."""
    return _validate_hooks(obj, _HookOptions(), mutating=False)


def validate_validating_webhook_configuration_update(new: Json, old: Json) -> ErrorList:
    """Validate an update of a configuration."""
    return _validate_hooks(new, _update_options(new, old), mutating=False)


def validate_mutating_webhook_configuration(obj: Json) -> ErrorList:
    """Validate a new configuration."""
    return _validate_hooks(obj, _HookOptions(), mutating=True)


def validate_mutating_webhook_configuration_update(new: Json, old: Json) -> ErrorList:
    """Validate an update of a configuration."""
    return _validate_hooks(new, _update_options(new, old), mutating=True)


def _update_options(new: Json, old: Json) -> _HookOptions:
    hooks, before = new.get("webhooks") or [], old.get("webhooks") or []
    names = [hook.get("name", "") for hook in before]
    selectors = [hook.get(name) for hook in before for name in ("namespaceSelector", "objectSelector")]
    reviewed = [hook.get("admissionReviewVersions") or () for hook in before]
    return _HookOptions(
        no_side_effects=all(hook.get("sideEffects") in _NO_SIDE_EFFECTS for hook in before),
        known_review_version=all(
            not versions or set(versions) & set(_REVIEW_VERSIONS) for versions in reviewed
        ),
        unique_names=len(set(names)) == len(names),
        any_selector_value=any(
            meta.validate_label_selector(selector, FieldPath())
            for selector in selectors
            if selector is not None
        ),
        skip_conditions=_conditions(hooks) == _conditions(before),
    )


def _conditions(hooks: Sequence[Json]) -> list[Any]:
    return [hook.get("matchConditions") or [] for hook in hooks]


def _validate_hooks(obj: Json, options: _HookOptions, *, mutating: bool) -> ErrorList:
    errors = meta.validate_generic_object_meta(obj.get("metadata"), False, dns.name_is_dns_subdomain)
    seen: set[str] = set()
    for index, hook in enumerate(obj.get("webhooks") or ()):
        path = FieldPath("webhooks") / index
        errors += _validate_hook(hook, options, path, mutating=mutating)
        errors += _validate_review_versions(
            hook.get("admissionReviewVersions") or [], path / "admissionReviewVersions", options
        )
        name = hook.get("name", "")
        if options.unique_names and name:
            if name in seen:
                errors.append(field.duplicate(path / "name", name))
            seen.add(name)
    return errors


def _validate_hook(hook: Json, options: _HookOptions, path: FieldPath, *, mutating: bool) -> ErrorList:
    errors = dns.is_fully_qualified_name(path / "name", hook.get("name", ""))
    for index, rule in enumerate(hook.get("rules") or ()):
        errors += validate_operations(rule, path / "rules" / index)
    errors += one_of(hook.get("failurePolicy"), FAILURE_POLICIES, path / "failurePolicy")
    errors += one_of(hook.get("matchPolicy"), MATCH_POLICIES, path / "matchPolicy")
    allowed = _NO_SIDE_EFFECTS if options.no_side_effects else _SIDE_EFFECTS
    if hook.get("sideEffects") is None:
        errors.append(field.required(path / "sideEffects", "must specify one of " + ", ".join(allowed)))
    errors += one_of(hook.get("sideEffects"), allowed, path / "sideEffects")
    timeout = hook.get("timeoutSeconds")
    if timeout is not None and not 1 <= timeout <= 30:
        errors.append(
            field.invalid(
                path / "timeoutSeconds", timeout, "the timeout value must be between 1 and 30 seconds"
            )
        )
    for name in ("namespaceSelector", "objectSelector"):
        if hook.get(name) is not None:
            errors += meta.validate_label_selector(
                hook[name], path / name, allow_invalid_value=options.any_selector_value
            )
    if mutating:
        errors += one_of(hook.get("reinvocationPolicy"), REINVOCATION_POLICIES, path / "reinvocationPolicy")
    errors += _validate_client(hook.get("clientConfig") or {}, path / "clientConfig")
    if not options.skip_conditions:
        errors += policy_expressions.validate_conditions(
            hook.get("matchConditions") or (), Compiler(), path / "matchConditions"
        )
    return errors


def _validate_client(client: Json, path: FieldPath) -> ErrorList:
    url, service = client.get("url"), client.get("service")
    if url is not None and service is None:
        return webhook.validate_webhook_url(path / "url", url)
    if service is not None and url is None:
        return webhook.validate_webhook_service(
            path / "service",
            service.get("name", ""),
            service.get("namespace", ""),
            service.get("path"),
            service.get("port", 0),
        )
    return [field.required(path, "exactly one of url or service is required")]


def _validate_review_versions(versions: list[str], path: FieldPath, options: _HookOptions) -> ErrorList:
    accepted = ", ".join(_REVIEW_VERSIONS)
    if not versions:
        return [field.required(path, f"must specify one of {accepted}")]
    errors: ErrorList = []
    for index, version in enumerate(versions):
        if version in versions[:index]:
            errors.append(field.invalid(path / index, version, "duplicate version"))
            continue
        errors += [field.invalid(path / index, version, text) for text in dns.is_dns1035_label(version)]
    if options.known_review_version and not set(versions) & set(_REVIEW_VERSIONS):
        errors.append(field.invalid(path, versions, f"must include at least one of {accepted}"))
    return errors
