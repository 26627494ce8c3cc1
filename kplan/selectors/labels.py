"""Label selectors: requirements joined by AND, from text, from a LabelSelector or from a map of labels.

Services, controllers, budgets, affinity and spread all choose pods this way.

Upstream: staging/src/k8s.io/apimachinery/pkg/labels/selector.go
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from kplan.selectors.syntax import SelectorError, aggregate, invalid, label_key_errors, label_value_errors


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


_LABEL_SELECTOR_OPERATORS: Final = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
}
_POSITIVE: Final = frozenset({Operator.EQUALS, Operator.DOUBLE_EQUALS, Operator.IN})
_NEGATIVE: Final = frozenset({Operator.NOT_EQUALS, Operator.NOT_IN})
_NUMERIC: Final = frozenset({Operator.GREATER_THAN, Operator.LESS_THAN})
_SYMBOLS: Final = {
    Operator.IN: " in ",
    Operator.NOT_IN: " notin ",
    Operator.GREATER_THAN: ">",
    Operator.LESS_THAN: "<",
}
_INTEGER: Final = re.compile(r"[+-]?[0-9]+\Z")


def parse_integer(text: str) -> int | None:
    """Read a base-10 int64 as Go's ParseInt; None where it would fail."""
    if not _INTEGER.match(text):
        return None
    value = int(text)
    return value if -(2**63) <= value < 2**63 else None


@dataclass(frozen=True, slots=True)
class Requirement:
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
        if operator in _POSITIVE:
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


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all hold; a selector that is not selectable matches nothing."""

    requirements: tuple[Requirement, ...] = ()
    selectable: bool = True
    _exact: tuple[tuple[str, str], ...] = field(default=(), init=False, repr=False, compare=False)
    _others: tuple[Requirement, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        single = [item for item in self.requirements if item.operator in _POSITIVE and len(item.values) == 1]
        object.__setattr__(self, "_exact", tuple((item.key, item.values[0]) for item in single))
        object.__setattr__(self, "_others", tuple(item for item in self.requirements if item not in single))

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels meet every requirement."""
        for key, value in self._exact:
            if labels.get(key) != value:
                return False
        for requirement in self._others:
            if not requirement.matches(labels):
                return False
        return self.selectable

    @property
    def empty(self) -> bool:
        """Whether it restricts nothing: it selects everything."""
        return self.selectable and not self.requirements

    @property
    def exact(self) -> tuple[tuple[str, str], ...]:
        """The labels it demands with one value each: what an index can be asked for."""
        return self._exact

    def __str__(self) -> str:
        return ",".join(str(requirement) for requirement in self.requirements)

    def adding(self, requirements: Iterable[Requirement]) -> "Selector":
        """Narrow by more requirements; nothing stays nothing."""
        if not self.selectable:
            return self
        return Selector(tuple(sorted((*self.requirements, *requirements), key=lambda item: item.key)))

    @classmethod
    def everything(cls) -> "Selector":
        """Select all."""
        return _EVERYTHING

    @classmethod
    def nothing(cls) -> "Selector":
        """Select none."""
        return _NOTHING

    @classmethod
    def from_set(cls, labels: Mapping[str, str] | None) -> "Selector":
        """Select what carries all these labels, as a Service does; no check of syntax."""
        if not labels:
            return _EVERYTHING
        return cls(tuple(Requirement(key, Operator.EQUALS, (labels[key],)) for key in sorted(labels)))

    @classmethod
    def from_label_selector(cls, value: Mapping[str, Any] | None) -> "Selector":
        """Read a LabelSelector: None selects nothing, an empty one everything. Raises SelectorError."""
        if value is None:
            return _NOTHING
        requirements = [
            Requirement.checked(key, Operator.EQUALS, (text,))
            for key, text in sorted((value.get("matchLabels") or {}).items())
        ]
        for expression in value.get("matchExpressions") or ():
            operator = _LABEL_SELECTOR_OPERATORS.get(expression.get("operator", ""))
            if operator is None:
                raise SelectorError(
                    f'"{expression.get("operator", "")}" is not a valid label selector operator'
                )
            requirements.append(
                Requirement.checked(expression.get("key", ""), operator, expression.get("values") or ())
            )
        return _EVERYTHING.adding(requirements)

    @classmethod
    def parse(cls, text: str) -> "Selector":
        """Read the command line's syntax, ``app=web,tier in (a,b),!old``. Raises SelectorError."""
        from kplan.selectors.parser import parse  # noqa: PLC0415  the parser builds requirements

        return _EVERYTHING.adding(parse(text))


_EVERYTHING: Final = Selector()
_NOTHING: Final = Selector(selectable=False)
