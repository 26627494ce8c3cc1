"""The tree of an expression: one class for each form CEL knows.

Upstream: vendor/github.com/google/cel-go/common/ast
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Node:
    """A part of an expression, and where it stands."""

    at: int


@dataclass(slots=True)
class Literal(Node):
    """A constant."""

    value: Any


@dataclass(slots=True)
class Identifier(Node):
    """A variable or a type."""

    name: str


@dataclass(slots=True)
class Select(Node):
    """``operand.name``, ``has(operand.name)`` or ``operand.?name``."""

    operand: Node
    name: str
    test: bool = False
    optional: bool = False


@dataclass(slots=True)
class Call(Node):
    """A function, operator or method."""

    function: str
    arguments: list[Node]
    target: Node | None = None


@dataclass(slots=True)
class ListNode(Node):
    """``[a, ?b]``."""

    items: list[Node]
    optional: frozenset[int] = frozenset()


@dataclass(slots=True)
class MapNode(Node):
    """``{a: b, ?c: d}``."""

    entries: list[tuple[Node, Node, bool]]


@dataclass(slots=True)
class FieldNode(Node):
    """``field: value`` or ``?field: value``."""

    name: str
    value: Node
    optional: bool


@dataclass(slots=True)
class StructNode(Node):
    """``Name{field: value}``."""

    name: str
    entries: list[FieldNode]


@dataclass(slots=True)
class Macro(Node):
    """A comprehension or similar macro: ``target.name(variables..., arguments...)``."""

    name: str
    target: Node
    variables: list[str]
    arguments: list[Node]


def dotted(node: Node) -> str:
    """The name that a chain of fields spells: ``a.b.c``; empty for everything else."""
    if isinstance(node, Identifier):
        return node.name
    if isinstance(node, Select) and not node.test and not node.optional:
        head = dotted(node.operand)
        return f"{head}.{node.name}" if head else ""
    return ""


def free_name(node: Node, variables: Container[str]) -> str:
    """The name that a chain of fields spells if it does not begin with a variable; empty otherwise."""
    name = dotted(node)
    return "" if name.removeprefix(".").partition(".")[0] in variables else name
