"""Label selectors: requirements joined by AND, from text, from a LabelSelector or from a map of labels.

Services, controllers, budgets, affinity and spread all choose pods this way.

Upstream: staging/src/k8s.io/apimachinery/pkg/labels/selector.go
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from kplan.selectors.requirement import POSITIVE, Operator, Requirement, requirement_errors
from kplan.selectors.syntax import SelectorError

__all__ = ["Operator", "Requirement", "Selector", "requirement_errors"]

_LABEL_SELECTOR_OPERATORS: Final = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
}


class Selector:
    """Requirements that must all hold; a selector that is not selectable matches nothing."""

    # Written out: making a dataclass of it takes a millisecond of every start.
    __slots__ = ("_exact", "_others", "requirements", "selectable")

    def __init__(self, requirements: tuple[Requirement, ...] = (), selectable: bool = True) -> None:
        self.requirements: Final = requirements
        self.selectable: Final = selectable
        single = [item for item in requirements if item.operator in POSITIVE and len(item.values) == 1]
        self._exact: Final = tuple((item.key, item.values[0]) for item in single)
        self._others: Final = tuple(item for item in requirements if item not in single)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selector) and (self.requirements, self.selectable) == (
            other.requirements, other.selectable
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash((self.requirements, self.selectable))

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
    def from_set(cls, labels: Mapping[str, str] | None) -> "Selector":
        """Select what carries all these labels, as a Service does; no check of syntax."""
        if not labels:
            return _EVERYTHING
        return _carrying(tuple(sorted(labels.items())))

    @classmethod
    def stored_set(cls, labels: Mapping[str, str] | None) -> "Selector":
        """Select as ``from_set`` by labels of a stored object, which nobody changes: remembered by identity."""
        known = _STORED_SETS.get(id(labels))
        if known is None or known[0] is not labels:
            known = _remembered(_STORED_SETS, labels, cls.from_set(labels))
        return known[1]

    @classmethod
    def stored_label_selector(cls, value: Mapping[str, Any] | None) -> "Selector":
        """Read a LabelSelector of a stored object, which nobody changes: remembered by identity.

        Raises SelectorError.
        """
        known = _STORED_SELECTORS.get(id(value))
        if known is None or known[0] is not value:
            known = _remembered(_STORED_SELECTORS, value, cls.from_label_selector(value))
        return known[1]

    @classmethod
    def from_label_selector(cls, value: Mapping[str, Any] | None) -> "Selector":
        """Read a LabelSelector: None selects nothing, an empty one everything. Raises SelectorError."""
        if value is None:
            return _NOTHING
        exact = value.get("matchLabels") or {}
        if not value.get("matchExpressions") and all(text.__class__ is str for text in exact.values()):
            return _demanding(tuple(sorted(exact.items())))
        requirements = [
            Requirement.checked(key, Operator.EQUALS, (text,)) for key, text in sorted(exact.items())
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
        from kplan.selectors.parser import parse  # noqa: PLC0415 - manifests hold no such texts

        return _EVERYTHING.adding(parse(text))


@lru_cache(maxsize=8192)
def _demanding(labels: tuple[tuple[str, str], ...]) -> Selector:
    """Select what carries these labels; a controller asks for the same selector at every turn."""
    checked = [Requirement.checked(key, Operator.EQUALS, (text,)) for key, text in labels]
    return _EVERYTHING.adding(checked)


@lru_cache(maxsize=8192)
def _carrying(labels: tuple[tuple[str, str], ...]) -> Selector:
    """Select what carries these labels, whatever their syntax."""
    return Selector(tuple(Requirement(key, Operator.EQUALS, (text,)) for key, text in labels))


_Remembered = tuple[Mapping[str, Any] | None, Selector]
_REMEMBERED: Final = 8192
_STORED_SETS: Final[dict[int, _Remembered]] = {}
_STORED_SELECTORS: Final[dict[int, _Remembered]] = {}
"""Parsed selectors by the identity of their value, which is kept alive so that its id is not reused."""


def _remembered(
    known: dict[int, _Remembered], value: Mapping[str, Any] | None, selector: Selector
) -> _Remembered:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[id(value)] = value, selector
    return value, selector


_EVERYTHING: Final = Selector()
_NOTHING: Final = Selector(selectable=False)
