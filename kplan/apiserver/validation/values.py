"""Checks of single values that many kinds share: bounds, percentages, immutability, and how values are printed.

They sit apart from the kinds so that a text such as "field is immutable" is written once.
Upstream: staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go, pkg/apis/apps/validation/validation.go
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.dns import is_valid_percent
from kplan.apiserver.field import ErrorList, Verbatim, go_quote, typed
from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.validation.equality import semantically_equal
from kplan.fieldpath import FieldPath

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")


def non_negative(path: FieldPath, value: int | None) -> ErrorList:
    """Zero or more; an absent value is fine."""
    if value is None or value >= 0:
        return []
    return [field.invalid(path, value, "must be greater than or equal to 0")]


def immutable(path: FieldPath, new: Any, old: Any, type_name: str = "") -> ErrorList:
    """The value is what it was; ``type_name`` names the internal Go type to print a struct by."""
    if semantically_equal(new, old):
        return []
    return [field.invalid(path, internal(type_name, new) if type_name else new, "field is immutable")]


def internal(type_name: str, value: Any) -> Any:
    """A value of an internal type, printed with Go's field names; absent prints as null."""
    return None if value is None else go_struct(type_name, value)


def labels_value(labels: Mapping[str, str] | None) -> dict[str, str] | None:
    """A label map as Go marshals it: keys in order."""
    return None if labels is None else dict(sorted(labels.items()))


def selector_value(selector: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A label selector as Go marshals it: fields in declaration order, empty ones left out."""
    if selector is None:
        return None
    printed: dict[str, Any] = {}
    if labels := selector.get("matchLabels"):
        printed["matchLabels"] = dict(sorted(labels.items()))
    if expressions := selector.get("matchExpressions"):
        printed["matchExpressions"] = [_requirement_value(expression) for expression in expressions]
    return printed


def _requirement_value(requirement: Mapping[str, Any]) -> dict[str, Any]:
    printed = {"key": requirement.get("key", ""), "operator": requirement.get("operator", "")}
    return {**printed, "values": requirement["values"]} if requirement.get("values") else printed


def each(path: FieldPath, value: Any, texts: Iterable[str]) -> ErrorList:
    """One error a text, all about the same value."""
    return [field.invalid(path, value, text) for text in texts]


def decoded_size(text: str | None) -> int:
    """The number of bytes that a base64 text encodes."""
    stripped = (text or "").rstrip("=")
    return len(stripped) * 3 // 4


def one_of(path: FieldPath, value: Any, allowed: Collection[str]) -> ErrorList:
    """Check that a value of a named string type is one of these, which are listed in the order given."""
    return [] if value in allowed else [field.not_supported(path, typed(value), allowed)]


def valid_values(values: Iterable[str]) -> str:
    """A list of names as Go's %q prints a slice."""
    return "[" + " ".join(go_quote(value) for value in values) + "]"


def int_or_percent(path: FieldPath, value: int | str) -> ErrorList:
    """A non-negative integer or a percentage."""
    if isinstance(value, int):
        return non_negative(path, value)
    return each(path, typed(value), is_valid_percent(value))


def at_most_100_percent(path: FieldPath, value: int | str) -> ErrorList:
    """A percentage is not above 100%; integers are not looked at."""
    percent = _percent(value)
    if percent is None or percent <= 100:
        return []
    return [field.invalid(path, int_or_string_value(value), "must not be greater than 100%")]


def int_or_string_value(value: int | str) -> int | Verbatim:
    """A bad integer or text: the text prints as JSON."""
    return typed(value) if isinstance(value, str) else value


def number_of(value: int | str) -> int:
    """The number in an integer, a percentage or a numeric string; 0 for any other text."""
    percent = _percent(value)
    if percent is not None:
        return percent
    if isinstance(value, str):
        return int(value) if _INTEGER.fullmatch(value) else 0
    return value


def _percent(value: int | str) -> int | None:
    return int(value[:-1]) if isinstance(value, str) and not is_valid_percent(value) else None
