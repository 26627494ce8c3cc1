"""Which requests webhooks and admission policies want to see: operations, groups, versions, resources, scope.

Upstream: pkg/apis/admissionregistration/validation/validation.go (validateRule, validateRuleWithOperations)
"""

from collections.abc import Iterable
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath

FAILURE_POLICIES: Final = ("Fail", "Ignore")
MATCH_POLICIES: Final = ("Equivalent", "Exact")
_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES: Final = ("*", "Cluster", "Namespaced")
REINVOCATION_POLICIES: Final = ("IfNeeded", "Never")


def one_of(value: str | None, allowed: Iterable[str], path: FieldPath) -> ErrorList:
    """Check that a value is one of the known ones; a missing one is checked elsewhere."""
    return (
        [] if value is None or value in allowed else [field.not_supported(path, field.typed(value), allowed)]
    )


def validate_operations(rule: Json, path: FieldPath) -> ErrorList:
    """Check which operations on which resources a rule names."""
    operations = rule.get("operations") or []
    errors: ErrorList = []
    if not operations:
        errors.append(field.required(path / "operations"))
    if len(operations) > 1 and "*" in operations:
        detail = "if '*' is present, must not specify other operations"
        errors.append(field.invalid(path / "operations", operations, detail))
    for index, operation in enumerate(operations):
        errors += one_of(operation, _OPERATIONS, path / "operations" / index)
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
    return errors + one_of(rule.get("scope"), _SCOPES, path / "scope")


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
