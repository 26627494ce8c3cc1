"""One condition on one label: a key, an operator and values.

Upstream: staging/src/k8s.io/apimachinery/pkg/labels/selector.go
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from kplan.errors import aggregate
from kplan.namedtuples import NamedTuple
from kplan.selectors.syntax import SelectorError, invalid, label_key_errors, label_value_errors


class Operator(StrEnum):
    """How a label's value is compared."""

    EQUALS = "="
    DOUBLE_EQUALS = "=="
    NOT_EQUALS = "!="
    IN = "in"
    NOT_IN = "notin"
    EXISTS = "exists"
    DOES_NOT_EXIST = "!"
    GREATER_THAN = "gt"
    LESS_THAN = "lt"


POSITIVE: Final = frozenset({Operator.EQUALS, Operator.DOUBLE_EQUALS, Operator.IN})
_NEGATIVE: Final = frozenset({Operator.NOT_EQUALS, Operator.NOT_IN})
_NUMERIC: Final = frozenset({Operator.GREATER_THAN, Operator.LESS_THAN})
_SYMBOLS: Final = {
    Operator.IN: " in ",
    Operator.NOT_IN: " notin ",
    Operator.GREATER_THAN: ">",
    Operator.LESS_THAN: "<",
}
_INTEGER: Final = r"[+-]?[0-9]+"


def parse_integer(text: str) -> int | None:
    """Read a base-10 int64 as Go's ParseInt; None if it would fail."""
    if not re.fullmatch(_INTEGER, text):
        return None
    value = int(text)
    return value if -(2**63) <= value < 2**63 else None


class Requirement(NamedTuple):
    """One condition on one label."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    @classmethod
    def checked(cls, key: str, operator: Operator, values: Sequence[str], path: str = "") -> "Requirement":
        """Build, or raise SelectorError with everything that is wrong."""
        errors = requirement_errors(key, operator, values, path)
        if errors:
            raise SelectorError(aggregate(errors))
        return cls(key, operator, tuple(values))

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels meet the condition."""
        value = labels.get(self.key)
        operator = self.operator
        if operator in POSITIVE:
            return value is not None and value in self.values
        if operator in _NEGATIVE:
            return value is None or value not in self.values
        if operator is Operator.EXISTS:
            return value is not None
        if operator is Operator.DOES_NOT_EXIST:
            return value is None
        return self._compares(value)

    def _compares(self, value: str | None) -> bool:
        have = parse_integer(value) if value is not None else None
        want = parse_integer(self.values[0]) if len(self.values) == 1 else None
        if have is None or want is None:
            return False
        return have > want if self.operator is Operator.GREATER_THAN else have < want

    def __str__(self) -> str:
        if self.operator is Operator.EXISTS:
            return self.key
        if self.operator is Operator.DOES_NOT_EXIST:
            return f"!{self.key}"
        values = ",".join(sorted(self.values))
        if self.operator in (Operator.IN, Operator.NOT_IN):
            values = f"({values})"
        return f"{self.key}{_SYMBOLS.get(self.operator, self.operator)}{values}"


def requirement_errors(key: str, operator: Operator, values: Sequence[str], path: str = "") -> list[str]:
    """Say what is wrong with a requirement; ``path`` leads the field names."""
    lead = f"{path}." if path else ""
    errors: list[str] = []
    if messages := label_key_errors(key):
        errors.append(invalid(f"{lead}key", key, "; ".join(messages)))
    if operator in (Operator.IN, Operator.NOT_IN):
        if not values:
            errors.append(
                invalid(
                    f"{lead}values", list(values), "for 'in', 'notin' operators, values set can't be empty"
                )
            )
    elif operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST):
        if values:
            errors.append(
                invalid(
                    f"{lead}values", list(values), "values set must be empty for exists and does not exist"
                )
            )
    elif operator in _NUMERIC:
        if len(values) != 1:
            errors.append(
                invalid(
                    f"{lead}values", list(values), "for 'Gt', 'Lt' operators, exactly one value is required"
                )
            )
        errors.extend(
            invalid(f"{lead}values[{index}]", value, "for 'Gt', 'Lt' operators, the value must be an integer")
            for index, value in enumerate(values)
            if parse_integer(value) is None
        )
    elif len(values) != 1:
        errors.append(
            invalid(f"{lead}values", list(values), "exact-match compatibility requires one single value")
        )
    for index, value in enumerate(values):
        if messages := label_value_errors(value):
            errors.append(invalid(f"{lead}values[{index}][{key}]", value, "; ".join(messages)))
    return errors
