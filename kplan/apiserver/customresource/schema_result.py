"""What a validation against a schema finds, and how the server words it.

Upstream: vendor/k8s.io/kube-openapi/pkg/validation/{validate/result.go,errors}
"""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.field import FieldError, Verbatim
from kplan.fieldpath import FieldPath

_NO_VALUE: Final = object()


@dataclass(slots=True)
class Result:
    """Errors by their texts, and how many checks matched."""

    errors: dict[str, FieldError] = dataclass_field(default_factory=dict)
    matches: int = 0

    def add(self, text: str, error: FieldError) -> None:
        """Add an error unless its text is there already."""
        self.errors.setdefault(text, error)

    def merge(self, other: "Result") -> None:
        """Take over another result."""
        for text, error in other.errors.items():
            self.errors.setdefault(text, error)
        self.matches += other.matches


class Reporter:
    """Adds errors to results; ``root`` is put before every path."""

    def __init__(self, root: FieldPath | None) -> None:
        self._root = root

    def path(self, name: str) -> FieldPath | None:
        """Where a field named as in a message stands."""
        name = name.removeprefix(".")
        if not name:
            return self._root
        return FieldPath(name, self._root) if self._root is not None else FieldPath(name)

    def error(self, result: Result, name: str, message: str, value: Any = _NO_VALUE) -> None:
        """Add that a value is not what the schema says."""
        shown = "" if value is _NO_VALUE or value is None else value
        if isinstance(shown, float):
            shown = Verbatim(field.go_float(shown))
        result.add(message, field.invalid(self.path(name), shown, message))

    def plain(self, result: Result, message: str) -> None:
        """Add an error that names no field."""
        result.add(message, field.invalid(self._root, "", message))

    def type_error(self, result: Result, name: str, expected: str, actual: str) -> None:
        """Add that a value is of another type."""
        message = f"{name} in body must be of type {expected}: {field.go_quote(actual)}"
        result.add(message, field.type_invalid(self.path(name), actual, message))
