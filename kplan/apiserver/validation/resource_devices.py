"""Pieces that device claims, classes and slices share: names, selectors, taints, opaque parameters, bounded lists.

Upstream: pkg/apis/resource/validation/validation.go
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.cel.devices import COST_LIMIT, DeviceSelectorError, DeviceSelectorUnusableError, max_cost
from kplan.apiserver.dns import (
    SUBDOMAIN_MAX_LENGTH,
    is_c_identifier,
    is_valid_label_value,
    size,
    validate_dns1123_label,
    validate_dns1123_subdomain,
)
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import Json, validate_label_name
from kplan.apiserver.validation.storage_csi import validate_csi_driver_name
from kplan.apiserver.validation.values import each, one_of
from kplan.fieldpath import FieldPath

_MAX_IDENTIFIER: Final = 32
_MAX_SELECTORS: Final = 32
_MAX_EXPRESSION: Final = 10 * 1024
_MAX_PARAMETERS: Final = 10 * 1024
_MAX_BINDING: Final = 4
_EFFECTS: Final = ("NoExecute", "NoSchedule", "None")

_NAME_TEXT: Final = (
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
)

ItemCheck = Callable[[Any, FieldPath], ErrorList]
RequestNames = Mapping[str, frozenset[str]]
"""The requests of a claim, and the alternatives of each."""


def bounded(items: Sequence[Any], limit: int, check: ItemCheck, path: FieldPath) -> ErrorList:
    """Every item is good, and there are not too many; a list that is too long is not looked into."""
    if len(items) > limit:
        return [field.too_many(path, len(items), limit)]
    errors: ErrorList = []
    for index, item in enumerate(items):
        errors += check(item, path / index)
    return errors


def bounded_set(
    items: Sequence[Any], limit: int, check: ItemCheck, path: FieldPath, key: Callable[[Any], str]
) -> ErrorList:
    """The same, and no two items have one key."""
    errors = bounded(items, limit, check, path)
    if len(items) > limit:
        return errors
    seen: set[str] = set()
    for index, item in enumerate(items):
        if key(item) in seen:
            errors.append(field.duplicate(path / index, key(item)))
        seen.add(key(item))
    return errors


def by_name(item: Json) -> str:
    """The key of items that have a name."""
    name: str = item.get("name", "")
    return name


def names_of_requests(claim: Json) -> RequestNames:
    """The names of a claim's requests, and of the alternatives of each."""
    requests = claim.get("requests") or ()
    return {by_name(item): frozenset(map(by_name, item.get("firstAvailable") or ())) for item in requests}


def validate_request_name(name: str, path: FieldPath, names: RequestNames) -> ErrorList:
    """The name of a request, or of one and an alternative of it."""
    parts = name.split("/")
    if len(parts) > 2:
        return [field.invalid(path, name, _NAME_TEXT)]
    errors: ErrorList = []
    for part in parts:
        errors += validate_dns1123_label(part, path)
    known = parts[0] in names and (len(parts) == 1 or parts[1] in names[parts[0]])
    return errors if known else [*errors, field.invalid(path, name, _NAME_TEXT)]


def validate_pool_name(name: str, path: FieldPath) -> ErrorList:
    """A pool's name: DNS subdomains joined by slashes."""
    if not name:
        return [field.required(path, "")]
    errors: ErrorList = []
    if size(name) > SUBDOMAIN_MAX_LENGTH:
        errors.append(field.too_long(path, "", SUBDOMAIN_MAX_LENGTH))
    for part in name.split("/"):
        errors += validate_dns1123_subdomain(part, path)
    return errors


def validate_qualified_name(name: str, path: FieldPath) -> ErrorList:
    """An attribute's or capacity's name, with or without its domain."""
    parts = name.split("/")
    if len(parts) == 1:
        return _identifier(name, path)
    if len(parts) > 2:
        return []
    errors: ErrorList = []
    domain, identifier = parts
    if domain:
        errors += validate_csi_driver_name(domain, path)
    else:
        errors.append(field.invalid(path, "", "the domain must not be empty"))
    if identifier:
        return errors + _identifier(identifier, path)
    return [*errors, field.invalid(path, "", "the name must not be empty")]


def validate_fully_qualified_name(name: str, path: FieldPath) -> ErrorList:
    """An attribute's name with its domain."""
    errors = validate_qualified_name(name, path)
    if "/" not in name:
        text = "a fully qualified name must be a domain and a name separated by a slash"
        errors.append(field.invalid(path, typed(name), text))
    return errors


def _identifier(name: str, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if size(name) > _MAX_IDENTIFIER:
        errors.append(field.too_long(path, "", _MAX_IDENTIFIER))
    return errors + each(path, name, is_c_identifier(name))


def validate_selectors(selectors: Sequence[Json], path: FieldPath) -> ErrorList:
    """Device selectors: each of them compiles and is not too complex."""
    return bounded(selectors, _MAX_SELECTORS, _selector, path)


def _selector(selector: Json, path: FieldPath) -> ErrorList:
    cel = selector.get("cel")
    if cel is None:
        return [field.required(path / "cel", "")]
    if size(cel.get("expression", "")) > _MAX_EXPRESSION:
        return [field.too_long(path.child("cel", "expression"), "", _MAX_EXPRESSION)]
    return _expression(cel.get("expression", ""), path.child("cel", "expression"))


def _expression(expression: str, path: FieldPath) -> ErrorList:
    try:
        cost = max_cost(expression)
    except DeviceSelectorUnusableError as error:
        return [field.internal(path, str(error))]
    except DeviceSelectorError as error:
        return [field.invalid(path, expression, str(error))]
    return [field.forbidden(path, "too complex, exceeds cost limit")] if cost > COST_LIMIT else []


def validate_device_configuration(config: Json, path: FieldPath, *, stored: bool = False) -> ErrorList:
    """Configuration that only its driver understands."""
    opaque = config.get("opaque")
    if opaque is None:
        return [field.required(path / "opaque", "")]
    errors = validate_csi_driver_name(opaque.get("driver", ""), path.child("opaque", "driver"))
    at, limit = path.child("opaque", "parameters"), None if stored else _MAX_PARAMETERS
    return errors + validate_data(opaque.get("parameters"), at, limit=limit)


def validate_data(parameters: Any, path: FieldPath, *, limit: int | None) -> ErrorList:
    """A JSON object that only a driver understands, of at most so many bytes."""
    if parameters is None:
        return [field.required(path, "")]
    text = json.dumps(parameters, ensure_ascii=False, separators=(",", ":"))
    if limit is not None and size(text) > limit:
        return [field.too_long(path, "", limit)]
    if not isinstance(parameters, dict):
        return [field.invalid(path, "<value omitted>", "must be a valid JSON object")]
    return []


def validate_device_taint(taint: Json, path: FieldPath) -> ErrorList:
    """A device's taint."""
    errors = validate_label_name(taint.get("key", ""), path / "key")
    if value := taint.get("value"):
        errors += each(path / "value", value, is_valid_label_value(value))
    effect = taint.get("effect", "")
    if not effect:
        return [*errors, field.required(path / "effect", "")]
    return errors + one_of(path / "effect", effect, _EFFECTS)


def validate_device_toleration(toleration: Json, path: FieldPath) -> ErrorList:
    """A request's toleration of device taints."""
    errors: ErrorList = []
    if key := toleration.get("key"):
        errors += validate_label_name(key, path / "key")
    value, operator = toleration.get("value", ""), toleration.get("operator", "")
    if operator == "Exists" and value:
        errors.append(field.invalid(path / "value", value, "must be empty for operator `Exists`"))
    elif operator == "Equal":
        errors += each(path / "value", value, is_valid_label_value(value))
    elif not operator:
        errors.append(field.required(path / "operator", ""))
    else:
        errors += one_of(path / "operator", operator, ("Equal", "Exists"))
    if effect := toleration.get("effect"):
        errors += one_of(path / "effect", effect, _EFFECTS)
    return errors


def validate_binding_conditions(device: Json, path: FieldPath) -> ErrorList:
    """Conditions a device waits for before its pod is bound: given together, no overlap."""
    ready, failed = device.get("bindingConditions") or [], device.get("bindingFailureConditions") or []
    at, other = path / "bindingConditions", path / "bindingFailureConditions"
    errors = bounded(ready, _MAX_BINDING, validate_label_name, at)
    errors += bounded(failed, _MAX_BINDING, validate_label_name, other)
    errors += [field.duplicate(at / index, name) for index, name in enumerate(ready) if name in ready[:index]]
    for index, name in enumerate(failed):
        if name in failed[:index]:
            errors.append(field.duplicate(other / index, name))
        if name in ready:
            text = "bindingFailureConditions must not overlap with bindingConditions"
            errors.append(field.invalid(other / index, name, text))
    if failed and not ready:
        text = "bindingConditions are required to use bindingFailureConditions"
        errors.append(field.invalid(at, sent(device, "bindingConditions"), text))
    if ready and not failed:
        text = "bindingFailureConditions are required to use bindingConditions"
        errors.append(field.invalid(other, sent(device, "bindingFailureConditions"), text))
    return errors
