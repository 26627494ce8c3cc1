"""How much of a shared device's capacity a request may ask for: listed values, or a range with steps.

Upstream: pkg/apis/resource/validation/validation.go
"""

from itertools import pairwise
from typing import Final

from kplan.api.quantity import Quantity
from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import Json
from kplan.apiserver.validation.resource_devices import bounded_set
from kplan.fieldpath import FieldPath

_MAX_OPTIONS: Final = 10


def validate_request_policy(capacity: Quantity, policy: Json, path: FieldPath) -> ErrorList:
    """Check a capacity's request policy."""
    values, bounds, default = policy.get("validValues") or [], policy.get("validRange"), policy.get("default")
    if values and bounds is not None:
        text = (
            "exactly one policy can be specified, "
            'cannot specify "validValues" and "validRange" at the same time'
        )
        return [field.forbidden(path, text)]
    if not values and bounds is None:
        return []
    name = "validValues" if values else "validRange"
    if default is None:
        return [field.required(path / "default", f"required when {name} is defined")]
    if values:
        options = [Quantity.parse(value) for value in values]
        return _valid_values(Quantity.parse(default), capacity, options, path / name)
    return _valid_range(Quantity.parse(default), capacity, bounds or {}, path / name)


def _valid_values(
    default: Quantity, capacity: Quantity, options: list[Quantity], path: FieldPath
) -> ErrorList:
    errors: ErrorList = []
    for index, (before, after) in enumerate(pairwise(options)):
        if after < before:
            text = "values must be sorted in ascending order"
            errors.append(field.invalid(path / (index + 1), after.canonical(), text))

    def check(option: Quantity, at: FieldPath) -> ErrorList:
        if not capacity < option:
            return []
        text = f"option is larger than capacity value: {capacity.canonical()}"
        return [field.invalid(at, option.canonical(), text)]

    errors += bounded_set(options, _MAX_OPTIONS, check, path, lambda option: str(option.value()))
    if len(options) > _MAX_OPTIONS or default not in options:
        text = "default value is not valid according to the requestPolicy"
        errors.append(field.invalid(path, default.canonical(), text))
    return errors


def _valid_range(default: Quantity, capacity: Quantity, bounds: Json, path: FieldPath) -> ErrorList:
    if bounds.get("min") is None:
        return [field.required(path / "min", "required when validRange is defined")]
    errors: ErrorList = []
    low, limit = Quantity.parse(bounds["min"]), capacity.canonical()
    high = Quantity.parse(bounds["max"]) if bounds.get("max") is not None else None
    if capacity < low:
        errors.append(
            field.invalid(path / "min", low.canonical(), f"min is larger than capacity value: {limit}")
        )
    if default < low:
        errors.append(
            field.invalid(path / "min", default.canonical(), f"default is less than min: {low.canonical()}")
        )
    if high is not None:
        at, shown = path / "max", high.canonical()
        if high < low:
            errors.append(field.invalid(at, low.canonical(), f"min is larger than max: {shown}"))
        if capacity < high:
            errors.append(field.invalid(at, shown, f"max is larger than capacity value: {limit}"))
        if high < default:
            errors.append(field.invalid(at, default.canonical(), f"default is more than max: {shown}"))
    if bounds.get("step") is None:
        return errors
    step, at = Quantity.parse(bounds["step"]), path / "step"
    if capacity < low + step:
        text = f"one step {(low + step).canonical()} is larger than capacity value: {limit}"
        errors.append(field.invalid(at, step.canonical(), text))
    for value in (default, high):
        if value is not None and step.value() and (value.value() - low.value()) % step.value():
            text = f"value is not a multiple of a given step ({step.canonical()}) from ({low.canonical()})"
            errors.append(field.invalid(at, value.canonical(), text))
    return errors
