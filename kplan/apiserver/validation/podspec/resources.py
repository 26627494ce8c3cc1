"""Requests, limits and claims of containers and of whole pods.

Upstream: pkg/apis/core/validation/validation.go, staging/src/k8s.io/component-helpers/resource/helpers.go
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver import field
from kplan.apiserver.dns import validate_dns1123_label
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, ErrorType, FieldError
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.quantities import (
    is_huge_page_name,
    is_huge_page_value_divisible,
    is_overcommit_allowed,
    validate_container_resource_name,
    validate_pod_resource_name,
    validate_quantity_value,
)
from kplan.fieldpath import FieldPath

NameRule = Callable[[str, FieldPath], ErrorList]

_EMPTY: Final[Mapping[str, str]] = {}


def validate_container_resources(
    resources: Json, claims: Collection[str], path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """``resources`` of a container."""
    return _validate_requirements(resources, validate_container_resource_name, claims, path, options)


def validate_overhead(
    overhead: Mapping[str, str], path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """What a runtime class costs a pod beside its containers."""
    return validate_container_resources({"limits": overhead}, (), path, options)


def _validate_requirements(
    resources: Json, rule: NameRule, claims: Collection[str], path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    errors: ErrorList = []
    limits: Mapping[str, str] = resources.get("limits") or _EMPTY
    requests: Mapping[str, str] = resources.get("requests") or _EMPTY
    for name, quantity in limits.items():
        if not _is_plain(name, quantity, rule):
            errors += _validate_quantity(name, quantity, rule, path / "limits", options)
    for name, quantity in requests.items():
        if not _is_plain(name, quantity, rule):
            errors += _validate_named(name, quantity, rule, path / "requests")
        errors += _validate_against_limit(name, quantity, limits, path)
        if is_huge_page_name(name):
            errors += _validate_huge_pages(name, quantity, path / "requests", options)
    names = limits.keys() | requests.keys()
    if names and not names & {"cpu", "memory"} and any(is_huge_page_name(name) for name in names):
        errors.append(field.forbidden(path, "HugePages require cpu or memory"))
    if resources.get("claims"):
        errors += _validate_claim_names(resources["claims"], claims, path / "claims")
    return errors


def _is_plain(name: str, quantity: str, rule: NameRule) -> bool:
    """Whether no rule can have anything against it: a whole pod may not ask for ephemeral storage."""
    usual = name in {"cpu", "memory"} or (
        name == "ephemeral-storage" and rule is not validate_pod_resource_name
    )
    return usual and not quantity.startswith("-")


def _validate_named(name: str, quantity: str, rule: NameRule, path: FieldPath) -> ErrorList:
    at = path.key(name)
    return rule(name, at) + validate_quantity_value(name, quantity, at)


def _validate_quantity(
    name: str, quantity: str, rule: NameRule, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    errors = _validate_named(name, quantity, rule, path)
    return errors + (_validate_huge_pages(name, quantity, path, options) if is_huge_page_name(name) else [])


def _validate_huge_pages(
    name: str, quantity: str, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    if options.allow_indivisible_huge_pages_values or is_huge_page_value_divisible(name, quantity):
        return []
    return [field.invalid(path.key(name), quantity, f"{quantity} is not positive integer multiple of {name}")]


def _validate_against_limit(
    name: str, quantity: str, limits: Mapping[str, str], path: FieldPath
) -> ErrorList:
    limit = limits.get(name)
    if limit is None:
        if is_overcommit_allowed(name):
            return []
        return [field.required(path / "limits", "Limit must be set for non overcommitable resources")]
    if quantity == limit:
        return []
    order = Quantity.parse(quantity).compare(Quantity.parse(limit))
    if order and not is_overcommit_allowed(name):
        return [field.invalid(path / "requests", quantity, f"must be equal to {name} limit of {limit}")]
    if order > 0:
        return [
            field.invalid(
                path / "requests", quantity, f"must be less than or equal to {name} limit of {limit}"
            )
        ]
    return []


def _validate_claim_names(claims: Sequence[Json], known: Collection[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    names: dict[str, None] = {}
    for index, claim in enumerate(claims):
        name, request = claim.get("name", ""), claim.get("request", "")
        at = path / index
        if not name:
            errors.append(field.required(at, ""))
            continue
        if name in names:
            errors.append(field.duplicate(at, name))
        else:
            key = f"{name}/{request}" if request else name
            errors += validate_dns1123_label(request, at / "request") if request else []
            if key in names:
                errors.append(field.duplicate(at, key))
            elif not request:
                errors += [field.duplicate(at, name) for other in names if other.partition("/")[0] == name]
            names[key] = None
        if name not in known:
            errors.append(_unknown_claim(name, known, at))
    return errors


def _unknown_claim(name: str, known: Collection[str], path: FieldPath) -> FieldError:
    listed = ": " + ", ".join(sorted(known)) if known else " which is empty"
    return FieldError(
        ErrorType.NOT_FOUND, path, name, f"must be one of the names in pod.spec.resourceClaims{listed}"
    )


def validate_pod_resources(
    spec: Json, claims: Collection[str], path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """``resources`` of a whole pod, and that they cover its containers."""
    resources = spec["resources"]
    at = path / "resources"
    if (spec.get("os") or {}).get("name") == "windows":
        return [field.forbidden(at, "may not be set for a windows pod")]
    errors: ErrorList = []
    if sent(resources, "claims") is not None:
        errors.append(field.forbidden(at / "claims", "claims may not be set for Resources at pod-level"))
    errors += _validate_requirements(resources, validate_pod_resource_name, claims, at, options)
    return errors + _validate_consistency(spec, resources, at)


def _validate_consistency(spec: Json, resources: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name, total in _aggregate(spec, "requests").items():
        if name in requests and total > Quantity.parse(requests[name]):
            text = f"must be greater than or equal to aggregate container requests of {total}"
            errors.append(field.invalid((path / "requests").key(name), requests[name], text))
    for name, total in _aggregate(spec, "limits").items():
        if is_huge_page_name(name) and name in limits and total > Quantity.parse(limits[name]):
            text = f"must be greater than or equal to aggregate container limits of {total}"
            errors.append(field.invalid((path / "limits").key(name), limits[name], text))
    for index, container in enumerate(spec.get("containers") or ()):
        for name, limit in ((container.get("resources") or {}).get("limits") or {}).items():
            if name in limits and Quantity.parse(limit) > Quantity.parse(limits[name]):
                at = (path / "containers" / index).key(name) / "limits"
                errors.append(
                    field.invalid(at, limit, f"must be less than or equal to pod limits of {limits[name]}")
                )
    return errors


def _aggregate(spec: Json, kind: str) -> dict[str, Quantity]:
    """Sum a pod's containers; init containers count as the greatest of their steps, sidecars on top."""
    from kplan.api.resourcelists import add, raise_to  # noqa: PLC0415 - few pods have resources of their own

    total: dict[str, Quantity] = {}
    sidecars: dict[str, Quantity] = {}
    peak: dict[str, Quantity] = {}
    for container in spec.get("containers") or ():
        add(total, _parsed(container, kind))
    for container in spec.get("initContainers") or ():
        asked = _parsed(container, kind)
        if container.get("restartPolicy") == "Always":
            add(total, asked)
            add(sidecars, asked)
            raise_to(peak, sidecars)
        else:
            step = dict(asked)
            add(step, sidecars)
            raise_to(peak, step)
    raise_to(total, peak)
    return total


def _parsed(container: Json, kind: str) -> dict[str, Quantity]:
    given = (container.get("resources") or {}).get(kind) or {}
    return {name: Quantity.parse(quantity) for name, quantity in given.items()}
