"""Validation of the rules in a definition's schema, besides what compiling them shows.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.customresource import structural as structurality
from kplan.apiserver.customresource.fieldpaths import FieldPathError, valid_field_path
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath

_REASONS: Final = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def _has_newlines(text: str) -> bool:
    return re.search(r"[\n\r]", text) is not None


def rule_form(rule: Mapping[str, Any], schema: Mapping[str, Any], path: FieldPath) -> ErrorList:
    """A rule's own fields, before it is compiled."""
    errors: ErrorList = []
    text, message = rule.get("rule", ""), rule.get("message", "")
    if not text.strip():
        errors.append(field.required(path / "rule", "rule is not specified"))
    elif message and not message.strip():
        errors.append(field.invalid(path / "message", message, "must be non-empty if specified"))
    elif _has_newlines(message.strip()):
        errors.append(field.invalid(path / "message", message, "must not contain line breaks"))
    elif _has_newlines(text.strip()) and not message.strip():
        errors.append(
            field.required(path / "message", "message must be specified if rule contains line breaks")
        )
    expression, reason, where = (
        rule.get("messageExpression", ""),
        rule.get("reason"),
        rule.get("fieldPath", ""),
    )
    if expression and not expression.strip():
        errors.append(
            field.required(path / "messageExpression", "messageExpression must be non-empty if specified")
        )
    if reason is not None and reason not in _REASONS:
        errors.append(field.not_supported(path / "reason", field.typed(reason), _REASONS))
    if where and not where.strip():
        errors.append(field.invalid(path / "fieldPath", where, "must be non-empty if specified"))
    if _has_newlines(where):
        errors.append(field.invalid(path / "fieldPath", where, "must not contain line breaks"))
    if where and not structurality.unreadable(schema):
        try:
            valid_field_path(where, schema)
        except FieldPathError:
            errors.append(field.invalid(path / "fieldPath", where, "must be a valid path"))
    return errors
