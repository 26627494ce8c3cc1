"""Validation of webhook configurations, admission policies and their bindings, on create and update.

Upstream: pkg/apis/admissionregistration/validation/validation.go
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import dns, field, meta
from kplan.apiserver.cel.policies import Compiler
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation import policy_expressions, webhook
from kplan.fieldpath import FieldPath

FAILURE_POLICIES: Final = ("Fail", "Ignore")
_MATCH_POLICIES: Final = ("Equivalent", "Exact")
_NO_SIDE_EFFECTS: Final = ("None", "NoneOnDryRun")
_SIDE_EFFECTS: Final = ("None", "NoneOnDryRun", "Some", "Unknown")
_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_MUTATING_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "UPDATE")
_SCOPES: Final = ("*", "Cluster", "Namespaced")
_REINVOCATION: Final = ("IfNeeded", "Never")
_REVIEW_VERSIONS: Final = ("v1", "v1beta1")
_ACTIONS: Final = ("Audit", "Deny", "Warn")
_SPEC: Final = FieldPath("spec")


@dataclass(frozen=True, slots=True)
class _HookOptions:
    """How strictly webhooks are read; what the stored ones got wrong stays allowed."""

    no_side_effects: bool = True
    known_review_version: bool = True
    unique_names: bool = True
    any_selector_value: bool = False
    skip_conditions: bool = False


# -- webhooks ---------------------------------------------------------------------------------------------------------


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
        errors += _validate_operations(rule, path / "rules" / index)
    errors += _one_of(hook.get("failurePolicy"), FAILURE_POLICIES, path / "failurePolicy")
    errors += _one_of(hook.get("matchPolicy"), _MATCH_POLICIES, path / "matchPolicy")
    allowed = _NO_SIDE_EFFECTS if options.no_side_effects else _SIDE_EFFECTS
    if hook.get("sideEffects") is None:
        errors.append(field.required(path / "sideEffects", "must specify one of " + ", ".join(allowed)))
    errors += _one_of(hook.get("sideEffects"), allowed, path / "sideEffects")
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
        errors += _one_of(hook.get("reinvocationPolicy"), _REINVOCATION, path / "reinvocationPolicy")
    errors += _validate_client(hook.get("clientConfig") or {}, path / "clientConfig")
    if not options.skip_conditions:
        errors += policy_expressions.validate_conditions(
            hook.get("matchConditions") or (), Compiler(), path / "matchConditions"
        )
    return errors


def _one_of(value: str | None, allowed: Iterable[str], path: FieldPath) -> ErrorList:
    return [] if value is None or value in allowed else [field.not_supported(path, value, allowed)]


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


def _validate_operations(rule: Json, path: FieldPath) -> ErrorList:
    operations = rule.get("operations") or []
    errors: ErrorList = []
    if not operations:
        errors.append(field.required(path / "operations"))
    if len(operations) > 1 and "*" in operations:
        detail = "if '*' is present, must not specify other operations"
        errors.append(field.invalid(path / "operations", operations, detail))
    for index, operation in enumerate(operations):
        errors += _one_of(operation, _OPERATIONS, path / "operations" / index)
    return errors + _validate_rule(rule, path)


def _validate_rule(rule: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    for name, what in (("apiGroups", "API groups"), ("apiVersions", "API versions")):
        values = rule.get(name) or []
        if not values:
            errors.append(field.required(path / name))
        if len(values) > 1 and "*" in values:
            errors.append(
                field.invalid(path / name, values, f"if '*' is present, must not specify other {what}")
            )
    errors += [
        field.required(path / "apiVersions" / index)
        for index, version in enumerate(rule.get("apiVersions") or ())
        if not version
    ]
    errors += _validate_resources(rule.get("resources") or [], path / "resources")
    return errors + _one_of(rule.get("scope"), _SCOPES, path / "scope")


def _validate_resources(resources: list[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = [] if resources else [field.required(path)]
    every_subresource: set[str] = set()
    every_resource: set[str] = set()
    plain = False
    for index, text in enumerate(resources):
        if not text:
            errors.append(field.required(path / index))
            continue
        resource, slash, subresource = text.partition("/")
        if not slash:
            plain = text != "*"
            continue
        if resource in every_subresource:
            errors.append(
                field.invalid(path / index, text, f"if '{resource}/*' is present, must not specify {text}")
            )
        if subresource in every_resource:
            errors.append(
                field.invalid(path / index, text, f"if '*/{subresource}' is present, must not specify {text}")
            )
        if subresource == "*":
            every_subresource.add(resource)
        if resource == "*":
            every_resource.add(subresource)
    if len(resources) > 1 and "*/*" in resources:
        errors.append(field.invalid(path, resources, "if '*/*' is present, must not specify other resources"))
    if "*" in resources and plain:
        detail = "if '*' is present, must not specify other resources without subresources"
        errors.append(field.invalid(path, resources, detail))
    return errors


# -- policies ---------------------------------------------------------------------------------------------------------


def validate_validating_admission_policy(obj: Json) -> ErrorList:
    """Validate a new policy."""
    return _validate_policy(obj, policy_expressions.validate_validations, skip_conditions=False)


def validate_validating_admission_policy_update(new: Json, old: Json) -> ErrorList:
    """Validate an update of a policy."""
    return _validate_policy(
        new, policy_expressions.validate_validations, skip_conditions=_same_conditions(new, old)
    )


def validate_mutating_admission_policy(obj: Json) -> ErrorList:
    """Validate a new policy."""
    return _validate_policy(obj, _validate_mutating, skip_conditions=False)


def validate_mutating_admission_policy_update(new: Json, old: Json) -> ErrorList:
    """Validate an update of a policy."""
    return _validate_policy(new, _validate_mutating, skip_conditions=_same_conditions(new, old))


def _same_conditions(new: Json, old: Json) -> bool:
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    return all(
        (spec.get(name) or None) == (before.get(name) or None) for name in ("paramKind", "matchConditions")
    )


_Rest = Callable[[Json, Json, Compiler, FieldPath], ErrorList]


def _validate_policy(obj: Json, rest: _Rest, *, skip_conditions: bool) -> ErrorList:
    errors = meta.validate_generic_object_meta(obj.get("metadata"), False, dns.name_is_dns_subdomain)
    spec = obj.get("spec") or {}
    mutating = rest is _validate_mutating
    if spec.get("failurePolicy") is None:
        errors.append(field.required(_SPEC / "failurePolicy"))
    errors += _one_of(spec.get("failurePolicy"), FAILURE_POLICIES, _SPEC / "failurePolicy")
    if spec.get("paramKind") is not None:
        errors += _validate_param_kind(spec["paramKind"], _SPEC / "paramKind")
    errors += _validate_constraints(
        spec.get("matchConstraints"), _SPEC / "matchConstraints", mutating=mutating
    )
    compiler = Compiler(
        params=spec.get("paramKind") is not None, composed=mutating or bool(spec.get("variables"))
    )
    if not skip_conditions:
        plain = Compiler(params=compiler.params)
        errors += policy_expressions.validate_conditions(
            spec.get("matchConditions") or (), plain, _SPEC / "matchConditions"
        )
    for index, variable in enumerate(spec.get("variables") or ()):
        errors += policy_expressions.validate_variable(variable, compiler, _SPEC / "variables" / index)
    return errors + rest(obj, spec, compiler, _SPEC)


def _validate_mutating(_obj: Json, spec: Json, compiler: Compiler, path: FieldPath) -> ErrorList:
    errors = policy_expressions.validate_mutations(spec.get("mutations") or (), compiler, path / "mutations")
    if not spec.get("reinvocationPolicy"):
        return [*errors, field.required(path / "reinvocationPolicy")]
    return errors + _one_of(spec["reinvocationPolicy"], _REINVOCATION, path / "reinvocationPolicy")


def _validate_constraints(match: Json | None, path: FieldPath, *, mutating: bool) -> ErrorList:
    if match is None:
        return [field.required(path)]
    errors = _validate_match(match, path)
    if not match.get("resourceRules"):
        errors.append(field.required(path / "resourceRules"))
    return errors + (_mutating_operations(match, path) if mutating else [])


def _mutating_operations(match: Json, path: FieldPath) -> ErrorList:
    place = path.child("resourceRules", "operations")
    return [
        field.not_supported(place, operation, _MUTATING_OPERATIONS)
        for rule in match.get("resourceRules") or ()
        for operation in rule.get("operations") or ()
        if operation not in _MUTATING_OPERATIONS
    ]


def _validate_param_kind(kind: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    api_version, name = kind.get("apiVersion", ""), kind.get("kind", "")
    place = path / "apiVersion"
    if not api_version:
        errors.append(field.required(place))
    elif api_version.count("/") > 1:
        errors.append(field.invalid(place, api_version, f"unexpected GroupVersion string: {api_version}"))
    else:
        group, _, version = ("", "", "") if api_version == "/" else api_version.rpartition("/")
        if group and (texts := dns.is_dns1123_subdomain(group)):
            errors.append(field.invalid(place, group, ",".join(texts)))
        if not version:
            errors.append(field.invalid(place, api_version, "version must be specified"))
        elif texts := dns.is_dns1035_label(version):
            errors.append(field.invalid(place, version, ",".join(texts)))
    if not name:
        errors.append(field.required(path / "kind"))
    elif texts := dns.is_dns1035_label(name.lower()):
        detail = "may have mixed case, but should otherwise match: " + ",".join(texts)
        errors.append(field.invalid(path / "kind", name, detail))
    return errors


def _validate_match(match: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if match.get("matchPolicy") is None:
        errors.append(field.required(path / "matchPolicy"))
    errors += _one_of(match.get("matchPolicy"), _MATCH_POLICIES, path / "matchPolicy")
    for name in ("namespaceSelector", "objectSelector"):
        selector = match.get(name)
        errors += (
            [field.required(path / name)]
            if selector is None
            else meta.validate_label_selector(selector, path / name)
        )
    for name in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(name) or ()):
            errors += _validate_named_rule(rule, path / name / index)
    return errors


def _validate_named_rule(rule: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    names = rule.get("resourceNames") or []
    for index, name in enumerate(names):
        place = path / "resourceNames" / index
        errors += [field.invalid(place, name, text) for text in dns.is_path_segment_name(name)]
        if name in names[:index]:
            errors.append(field.duplicate(place, name))
    return errors + _validate_operations(rule, path)


# -- bindings ---------------------------------------------------------------------------------------------------------


def validate_validating_admission_policy_binding(obj: Json) -> ErrorList:
    """Validate a new binding."""
    spec = obj.get("spec") or {}
    return _validate_binding(obj) + _validate_actions(
        spec.get("validationActions") or [], _SPEC / "validationActions"
    )


def validate_validating_admission_policy_binding_update(new: Json, _old: Json) -> ErrorList:
    """Validate an update of a binding."""
    return validate_validating_admission_policy_binding(new)


def validate_mutating_admission_policy_binding(obj: Json) -> ErrorList:
    """Validate a new binding."""
    match = (obj.get("spec") or {}).get("matchResources")
    return _validate_binding(obj) + (
        _mutating_operations(match, _SPEC / "matchResources") if match is not None else []
    )


def validate_mutating_admission_policy_binding_update(new: Json, _old: Json) -> ErrorList:
    """Validate an update of a binding."""
    return validate_mutating_admission_policy_binding(new)


def _validate_binding(obj: Json) -> ErrorList:
    errors = meta.validate_generic_object_meta(obj.get("metadata"), False, dns.name_is_dns_subdomain)
    spec = obj.get("spec") or {}
    policy = spec.get("policyName", "")
    if not policy:
        errors.append(field.required(_SPEC / "policyName"))
    else:
        errors += [
            field.invalid(_SPEC / "policyName", policy, text) for text in dns.name_is_dns_subdomain(policy)
        ]
    if spec.get("paramRef") is not None:
        errors += _validate_param_ref(spec["paramRef"], _SPEC / "paramRef")
    if spec.get("matchResources") is not None:
        errors += _validate_match(spec["matchResources"], _SPEC / "matchResources")
    return errors


def _validate_param_ref(ref: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name, selector, missing = ref.get("name", ""), ref.get("selector"), ref.get("parameterNotFoundAction")
    both = "name and selector are mutually exclusive"
    if name:
        errors += [field.invalid(path / "name", name, text) for text in dns.is_path_segment_name(name)]
        if selector is not None:
            errors.append(field.forbidden(path / "name", both))
    if selector is not None:
        errors += meta.validate_label_selector(selector, path / "selector")
        if name:
            errors.append(field.forbidden(path / "selector", both))
    if not name and selector is None:
        errors.append(field.required(path, "one of name or selector must be specified"))
    if not missing:
        errors.append(field.required(path / "parameterNotFoundAction"))
    elif missing not in {"Deny", "Allow"}:
        errors.append(field.not_supported(path / "parameterNotFoundAction", missing, ("Deny", "Allow")))
    return errors


def _validate_actions(actions: list[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    for index, action in enumerate(actions):
        errors += _one_of(action, _ACTIONS, path / index)
        if action in actions[:index]:
            errors.append(field.duplicate(path / index, action))
    if {"Deny", "Warn"} <= set(actions):
        detail = (
            "must not contain both Deny and Warn (repeating the same validation failure information in the API response "
            "and headers serves no purpose)"
        )
        errors.append(field.invalid(path, actions, detail))
    if not actions:
        errors.append(field.required(path, "at least one validation action is required"))
    return errors
