"""Which parts of an expression are evaluated once, when it is compiled, and so cost nothing at run time.

Upstream: vendor/github.com/google/cel-go/interpreter/planner.go,
    vendor/github.com/google/cel-go/interpreter/decorators.go
"""

from typing import Any, Final

from kplan.apiserver.cel.library import Function
from kplan.apiserver.cel.loops import Scope, Thunk
from kplan.apiserver.cel.nodes import Call, ListNode, Literal, MapNode, Node

CONVERSIONS: Final = frozenset(
    {"bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "uint"}
)


def is_constant(node: Node) -> bool:
    """Whether the server computes a value once, when it compiles the expression."""
    match node:
        case Literal():
            return True
        case ListNode():
            return not node.optional and all(map(is_constant, node.items))
        case MapNode():
            return all(is_constant(key) and is_constant(value) for key, value, _ in node.entries)
        case Call():
            return is_folded(node) and node.function in CONVERSIONS
    return False


def is_folded(node: Call) -> bool:
    """Whether a call is a conversion of a constant or a look-up in a list of plain constants; both are free."""
    if node.function == "@in":
        looked = node.arguments[1]
        return isinstance(looked, ListNode) and is_constant(looked) and all(map(_is_plain, looked.items))
    return node.target is None and node.function in CONVERSIONS and all(map(is_constant, node.arguments))


def folded(node: Call, function: Function, arguments: list[Thunk]) -> Thunk:
    """A conversion of a constant, done once; or a look-up in a list that is built once."""
    if node.function != "@in":
        return _once(lambda scope: function(*(argument(scope) for argument in arguments)))
    looked, within = arguments[0], _once(arguments[1])
    return lambda scope: function(looked(scope), within(scope))


def _once(run: Thunk) -> Thunk:
    """Evaluate a constant on first use and keep it; one that fails, fails again every time."""
    made: list[Any] = []

    def kept(scope: Scope) -> Any:
        if not made:
            made.append(run(scope))
        return made[0]

    return kept


def _is_plain(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, (bool, int, float, str))
