"""What a template is made of.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/node.go
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kplan.namedtuples import NamedTuple


class JSONPathError(Exception):
    """The template cannot be read, or does not fit what it is asked of."""


class Literal(NamedTuple):
    """A text, number or truth value that stands in the template."""

    value: Any


class Field(NamedTuple):
    """``.name`` or ``['name']``."""

    name: str


class Identifier(NamedTuple):
    """A word that means nothing if it stands, which shows when the template is asked."""

    name: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``*``: every member."""


@dataclass(frozen=True, slots=True)
class Recursive:
    """``..``: everything below, at any depth."""


class Slice(NamedTuple):
    """``[1]``, ``[1:3]``, ``[-1:]`` or ``[*]``."""

    start: int = 0
    end: int | None = None
    step: int = 1
    single: bool = False
    """One index was given: the end is the one after it."""


class Union(NamedTuple):
    """``[0,2]`` or ``['a','b']``."""

    members: "Sequence[Path]"


class Filter(NamedTuple):
    """``[?(@.a==1)]``; an empty operator asks whether the left side is there."""

    left: "Path"
    operator: str = ""
    right: "Path" = ()


class Range(NamedTuple):
    """``{range PATH}...{end}``."""

    path: "Path"
    body: "Sequence[Path | Range]"


Node = Literal | Field | Identifier | Wildcard | Recursive | Slice | Union | Filter
Path = Sequence[Node]
Template = Sequence[Path | Range]
