"""What the API server checks of admission policies and their bindings; webhook configurations
have a module of their own.

Upstream: pkg/apis/admissionregistration/validation/validation.go
"""

from collections.abc import Callable
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import dns, field, meta
from kplan.apiserver.cel.policies import Compiler
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation import policy_expressions
from kplan.apiserver.validation.operation_rules import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    REINVOCATION_POLICIES,
    one_of,
    validate_operations,
)
from kplan.fieldpath import FieldPath

_MUTATING_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "UPDATE")
_ACTIONS: Final = ("Audit", "Deny", "Warn")
_SPEC: Final = FieldPath("spec")


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
    errors += one_of(spec.get("failurePolicy"), FAILURE_POLICIES, _SPEC / "failurePolicy")
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
    return errors + one_of(spec["reinvocationPolicy"], REINVOCATION_POLICIES, path / "reinvocationPolicy")


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
        field.not_supported(place, field.typed(operation), _MUTATING_OPERATIONS)
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
    errors += one_of(match.get("matchPolicy"), MATCH_POLICIES, path / "matchPolicy")
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
    return errors + validate_operations(rule, path)


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
        errors.append(
            field.not_supported(path / "parameterNotFoundAction", field.typed(missing), ("Deny", "Allow"))
        )
    return errors


def _validate_actions(actions: list[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    for index, action in enumerate(actions):
        errors += one_of(action, _ACTIONS, path / index)
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
