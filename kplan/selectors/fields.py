"""Field selectors: ``metadata.name=web,status.phase!=Running``, every term joined by AND.

Upstream: staging/src/k8s.io/apimachinery/pkg/fields/selector.go
"""

import re
from collections.abc import Mapping
from typing import Final

from kplan.namedtuples import NamedTuple
from kplan.selectors.syntax import SelectorError

_TERMS: Final = re.compile(r"((?:[^\\,]|\\.|\\\Z)*)(,|\Z)", re.DOTALL)
_OPERATOR: Final = re.compile(r"!=|==|=")
_ESCAPED: Final = re.compile(r"\\(.)?|([,=])", re.DOTALL)


class FieldRequirement(NamedTuple):
    """One field that must, or must not, have a value."""

    field: str
    value: str
    negated: bool = False

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether these fields meet it; a missing field reads as empty."""
        return (fields.get(self.field, "") == self.value) != self.negated

    def __str__(self) -> str:
        return f"{self.field}{'!=' if self.negated else '='}{escape(self.value)}"


class FieldSelector(NamedTuple):
    """Requirements on fields that must all hold."""

    requirements: tuple[FieldRequirement, ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether these fields meet every requirement."""
        return all(requirement.matches(fields) for requirement in self.requirements)

    @property
    def empty(self) -> bool:
        """Whether it restricts nothing."""
        return not self.requirements

    def exact(self, field: str) -> str | None:
        """The one value it demands of a field, if any."""
        return next(
            (item.value for item in self.requirements if item.field == field and not item.negated), None
        )

    def __str__(self) -> str:
        return ",".join(str(requirement) for requirement in self.requirements)

    @classmethod
    def parse(cls, text: str) -> "FieldSelector":
        """Read the text form. Raises SelectorError."""
        return cls(tuple(_requirement(text, term) for term in sorted(_split(text)) if term))


def escape(value: str) -> str:
    """Write a value so that it can be read back."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")


def unescape(value: str) -> str:
    """Read an escaped value. Raises SelectorError."""

    def literal(match: re.Match[str]) -> str:
        escaped, bare = match.groups()
        if bare:
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(bare)}")
        if escaped is None or escaped not in "\\,=":
            raise SelectorError(f"invalid field selector: invalid escape sequence: {match[0]}")
        return str(escaped)

    return _ESCAPED.sub(literal, value)


def _split(text: str) -> list[str]:
    terms: list[str] = []
    for match in _TERMS.finditer(text):
        terms.append(match[1])
        if not match[2]:
            break
    return terms


def _requirement(text: str, term: str) -> FieldRequirement:
    operator = _OPERATOR.search(term)
    if operator is None:
        raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
    return FieldRequirement(term[: operator.start()], unescape(term[operator.end() :]), operator[0] == "!=")
