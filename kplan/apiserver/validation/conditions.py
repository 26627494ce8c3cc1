"""Lists of metav1.Condition, as statuses of newer kinds hold them.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import regex_text, size
from kplan.apiserver.field import ErrorList, FieldError
from kplan.apiserver.meta import validate_label_name
from kplan.fieldpath import FieldPath

_REASON: Final = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_REASON_MATCH: Final = re.compile(_REASON).fullmatch


def validate_conditions(conditions: Sequence[Json] | None, path: FieldPath) -> ErrorList:
    """metav1.Condition lists: unique types, each complete."""
    errors: ErrorList = []
    seen: set[str] = set()
    for index, condition in enumerate(conditions or ()):
        kind = condition.get("type", "")
        if kind in seen:
            errors.append(field.duplicate(path / index / "type", kind))
        seen.add(kind)
        errors += validate_condition(condition, path / index)
    return errors


def validate_condition(condition: Json, path: FieldPath) -> ErrorList:
    """One metav1.Condition."""
    errors = validate_label_name(condition.get("type", ""), path / "type")
    status, observed = condition.get("status", ""), condition.get("observedGeneration", 0)
    if status not in {"True", "False", "Unknown"}:
        errors.append(field.not_supported(path / "status", status, ("False", "True", "Unknown")))
    if observed < 0:
        errors.append(
            field.invalid(path / "observedGeneration", observed, "must be greater than or equal to zero")
        )
    if not condition.get("lastTransitionTime"):
        errors.append(field.required(path / "lastTransitionTime", ""))
    errors += _validate_reason(condition.get("reason", ""), path / "reason")
    if size(condition.get("message", "")) > 32 * 1024:
        errors.append(field.too_long(path / "message", "", 32 * 1024))
    return errors


def _validate_reason(reason: str, path: FieldPath) -> list[FieldError]:
    if not reason:
        return [field.required(path, "")]
    errors: ErrorList = []
    if not _REASON_MATCH(reason):
        text = (
            "a condition reason must start with alphabetic character, optionally followed by a string of "
            "alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
        )
        shown = regex_text(
            text, _REASON, "my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB"
        )
        errors.append(field.invalid(path, reason, shown))
    if size(reason) > 1024:
        errors.append(field.too_long(path, "", 1024))
    return errors
