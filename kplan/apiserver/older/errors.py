"""Validation errors of an object in the words of an older minor."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.field import ErrorList, ErrorType, FieldError
from kplan.apiserver.older.places import places
from kplan.apiserver.older.rules import check
from kplan.apiserver.older.wording import WORDINGS
from kplan.fieldpath import FieldPath
from kplan.schema.changes.texts import ONCE, RULES, TEXTS, Before, TextChange

_GO_SYNTAX_UNTIL: Final = 33
_PREFIX: Final = "FieldValue"


def as_said_by(minor: int, found: ErrorList, obj: Json) -> ErrorList:
    """The errors that a minor has, given those of 1.36."""
    errors = _by_other_rules(minor, found, obj)
    for change in _changes(minor):
        errors = [said for error in errors for said in _before(change, error, obj)]
    errors = _once(minor, errors, str(obj.get("kind")))
    if minor <= _GO_SYNTAX_UNTIL and errors:
        from kplan.apiserver.older.gosyntax import in_go_syntax  # noqa: PLC0415 - old minors alone

        errors = [in_go_syntax(error, obj) for error in errors]
    return errors


def _by_other_rules(minor: int, found: ErrorList, obj: Json) -> ErrorList:
    """Replace the errors of fields that had another rule."""
    errors = list(found)
    for change in RULES:
        if minor >= change.since:
            continue
        for parent, name, path in places(obj, change.kinds, change.path):
            said, text = check(change.rule, parent, name, path), str(path)
            if said is None:
                continue
            at = [i for i, error in enumerate(errors) if f"{error.field}[".startswith(f"{text}[")]
            where = at[0] if at else (0 if text.startswith("metadata") else len(errors))
            errors = [error for i, error in enumerate(errors) if i not in at]
            errors[where:where] = said
    return errors


def _once(minor: int, errors: ErrorList, kind: str) -> ErrorList:
    """Leave out the second of errors that were found only once."""
    where = [pattern for since, pattern in ONCE if minor < since]
    kept: ErrorList = []
    for error in errors:
        if error not in kept or not any(re.fullmatch(one, f"{kind} {error.field}") for one in where):
            kept.append(error)
    return kept


@cache
def _changes(minor: int) -> tuple[TextChange, ...]:
    return tuple(change for change in TEXTS if minor < change.since)


def _before(change: TextChange, error: FieldError, obj: Json) -> Iterator[FieldError]:
    fits = _fits(change, error, str(obj.get("kind")))
    if fits is None:
        yield error
        return
    for before in change.before:
        if before.rule:
            yield from WORDINGS[before.rule](error, obj)
        else:
            yield _said(before, error, fits)


def _fits(change: TextChange, error: FieldError, kind: str) -> re.Match[str] | None:
    if change.type and not re.fullmatch(change.type, error.type.value.removeprefix(_PREFIX)):
        return None
    if not re.fullmatch(change.where, f"{kind} {error.field}"):
        return None
    return re.fullmatch(change.now or ".*", error.detail, re.DOTALL)


def _said(before: Before, error: FieldError, fits: re.Match[str]) -> FieldError:
    path, detail = error.path, error.detail
    if before.path is not None:
        path = FieldPath.parse(re.sub(*before.path, error.field, count=1))
    if before.detail is not None:
        name = error.field.rpartition(".")[2]
        detail = re.sub(r"\\(\d)", lambda group: fits[int(group[1])], before.detail).replace("{name}", name)
    value = error.bad_value if before.value is None else before.value
    kind = error.type if before.type is None else ErrorType(_PREFIX + before.type)
    return FieldError(kind, path, value, detail)
