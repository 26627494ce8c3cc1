"""What a template is made of.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/node.go
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class JSONPathError(Exception):
    """The template cannot be read, or does not fit what it is asked of."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number or truth value that stands in the template."""

    value: Any


@dataclass(frozen=True, slots=True)
class Field:
    """``.name`` or ``['name']``; an empty name is the object itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Root:
    """``$``: what the whole template is asked of."""


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``*``: every member."""


@dataclass(frozen=True, slots=True)
class Recursive:
    """``..``: everything below, at any depth."""


@dataclass(frozen=True, slots=True)
class Slice:
    """``[1]``, ``[1:3]``, ``[-1:]`` or ``[*]``."""

    start: int = 0
    end: int | None = None
    step: int = 1
    single: bool = False
    """One index was given: the end is the one after it."""


@dataclass(frozen=True, slots=True)
class Union:
    """``[0,2]`` or ``['a','b']``."""

    members: "Sequence[Path]"


@dataclass(frozen=True, slots=True)
class Filter:
    """``[?(@.a==1)]``; an empty operator asks whether the left side is there."""

    left: "Path"
    operator: str = ""
    right: "Path" = ()


@dataclass(frozen=True, slots=True)
class Range:
    """``{range PATH}...{end}``."""

    path: "Path"
    body: "Sequence[Path | Range]"


Node = Literal | Field | Root | Wildcard | Recursive | Slice | Union | Filter
Path = Sequence[Node]
Template = Sequence[Path | Range]
