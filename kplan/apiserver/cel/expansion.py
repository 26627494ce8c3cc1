"""What macros expand to, as far as types are concerned: loops with an accumulator, and calls of hidden functions.

Upstream: vendor/github.com/google/cel-go/parser/macro.go,
    vendor/github.com/google/cel-go/ext/{comprehensions,lists}.go,
vendor/github.com/google/cel-go/cel/library.go
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kplan.apiserver.cel.library import Function
from kplan.apiserver.cel.nodes import Call, Identifier, ListNode, Literal, Macro, MapNode, Node
from kplan.apiserver.cel.types import SORTABLE, signature

SO_FAR: Final = "@result"
"""The accumulator variable of a loop."""
_SORTED: Final = "@__sortBy_input__"


def _never(*_: Any) -> Any:
    raise AssertionError("only the types of it are looked at")


def _hidden(name: str, *signatures: str) -> Function:
    return Function(name, [signature(text) for text in signatures], _never)


HIDDEN: Final[Mapping[str, Function]] = {
    function.name: function
    for function in (
        _hidden("_?_:_", "(bool, A, A) -> A"),
        _hidden("cel.@mapInsert", "(map(A, B), A, B) -> map(A, B)", "(map(A, B), map(A, B)) -> map(A, B)"),
        _hidden("@sortByAssociatedKeys", *(f"list(A).(list({kind})) -> list(A)" for kind in SORTABLE)),
    )
}
"""Functions that expressions call without being able to name them."""

Loop = tuple[Node, Node, Node]
"""The initial value of the accumulator, the step of every round, and the result."""


def loop_of(node: Macro) -> Loop:
    """The loop that a macro expands to."""
    match node.name:
        case "all":
            return _quantified(node, "_&&_", begin=True)
        case "exists":
            return _quantified(node, "_||_", begin=False)
        case "exists_one" | "existsOne":
            return _counted(node)
        case "transformMap":
            key = Identifier(node.at, node.variables[0])
            return _built(node, MapNode(node.at, []), "cel.@mapInsert", [key, node.arguments[-1]])
        case "transformMapEntry":
            return _built(node, MapNode(node.at, []), "cel.@mapInsert", [node.arguments[-1]])
        case "filter":
            return _built(
                node,
                ListNode(node.at, []),
                "_+_",
                [ListNode(node.at, [Identifier(node.at, node.variables[0])])],
                chosen=True,
            )
    return _built(node, ListNode(node.at, []), "_+_", [ListNode(node.at, [node.arguments[-1]])])


def _so_far(node: Macro) -> Node:
    return Identifier(node.at, SO_FAR)


def _quantified(node: Macro, operator: str, *, begin: bool) -> Loop:
    step = Call(node.at, operator, [_so_far(node), node.arguments[0]])
    return Literal(node.at, begin), step, _so_far(node)


def _counted(node: Macro) -> Loop:
    more = Call(node.at, "_+_", [_so_far(node), Literal(node.at, 1)])
    step = Call(node.at, "_?_:_", [node.arguments[0], more, _so_far(node)])
    return Literal(node.at, 0), step, Call(node.at, "_==_", [_so_far(node), Literal(node.at, 1)])


def _built(node: Macro, start: Node, function: str, added: list[Node], *, chosen: bool = False) -> Loop:
    step = Call(node.at, function, [_so_far(node), *added])
    if chosen or len(node.arguments) == 2:
        step = Call(node.at, "_?_:_", [node.arguments[0], step, _so_far(node)])
    return start, step, _so_far(node)


def _mapped_optional(node: Macro, *, flat: bool) -> Node:
    value = Call(node.at, "value", [], node.target)
    inner: Node = Macro(node.at, "bind", value, node.variables, node.arguments)
    some = inner if flat else Call(node.at, "optional.of", [inner])
    present = Call(node.at, "hasValue", [], node.target)
    return Call(node.at, "_?_:_", [present, some, Call(node.at, "optional.none", [])])


def _sorted(node: Macro) -> Node:
    items = Identifier(node.at, _SORTED)
    keys = Macro(node.at, "map", items, node.variables, node.arguments)
    return Macro(
        node.at, "bind", node.target, [_SORTED], [Call(node.at, "@sortByAssociatedKeys", [keys], items)]
    )


REWRITTEN: Final[Mapping[str, Callable[[Macro], Node]]] = {
    "optMap": lambda node: _mapped_optional(node, flat=False),
    "optFlatMap": lambda node: _mapped_optional(node, flat=True),
    "sortBy": _sorted,
}
"""Macros that expand to other expressions."""
