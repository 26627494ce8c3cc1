"""What running an expression has cost so far, so that one that would run or grow without end is cancelled.

It counts by the server's prices what grows with the data: the rounds of a loop, and texts and lists by their length.

Upstream: vendor/github.com/google/cel-go/interpreter/runtimecost.go
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.apiserver.cel.nodes import Call, Identifier, ListNode, Macro, MapNode, Node, Select, StructNode
from kplan.apiserver.cel.values import CostError

PER_CALL: Final = 1_000_000
"""The most that one evaluation may cost."""
METER: Final = ""
"""The name of the meter in a scope: no expression can say it."""
_ROUND: Final = 3
_TRAVERSAL: Final = 10
"""Characters or entries that one unit of cost looks at."""
SIZED: Final = frozenset(
    {
        "_+_", "@in", "_==_", "_!=_", "matches", "replace", "join", "split", "contains", "find", "findAll", "lowerAscii",
        "upperAscii", "flatten", "distinct", "sort", "reverse", "quote", "strings.quote", "sum", "min", "max", "slice",
        "bytes", "string", "base64.encode", "base64.decode", "substring", "trim", "startsWith", "endsWith", "format",
        "isSorted", "indexOf", "lastIndexOf", "quantity", "semver", "lists.range",
    }
)  # fmt: skip
"""Functions whose work grows with their arguments."""


class Meter:
    """The cost that is left."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = PER_CALL

    def spend(self, cost: int) -> None:
        """Take from what is left; raises CostError where that is too little."""
        self.left -= cost
        if self.left < 0:
            raise CostError

    def spend_on(self, name: str, values: list[Any]) -> None:
        """Take what a call with these arguments costs."""
        sizes = [len(value) for value in values if isinstance(value, (str, bytes, list, dict))]
        if name == "lists.range" and values and isinstance(values[0], int):
            sizes = [values[0] * _TRAVERSAL]
        cost = sum(sizes)
        if name in {"replace", "join", "matches"} and len(sizes) > 1:
            cost = sizes[0] * max(1, sizes[-1])
        self.spend(1 + cost // _TRAVERSAL)


def price(node: Node) -> int:
    """What one round of a loop costs besides the loops inside it."""
    return _ROUND + sum(isinstance(part, (Identifier, Select, Call, Macro)) for part in _parts(node))


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for inner in _inner(node):
        yield from _parts(inner)


def _inner(node: Node) -> list[Node]:
    match node:
        case Select():
            return [node.operand]
        case Call():
            return [*node.arguments, *([node.target] if node.target is not None else [])]
        case ListNode():
            return list(node.items)
        case MapNode():
            return [part for key, value, _ in node.entries for part in (key, value)]
        case StructNode():
            return [value for _, value in node.entries]
        case Macro():
            return [node.target]
    return []
