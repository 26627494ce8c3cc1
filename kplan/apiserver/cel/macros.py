"""Calls that are macros because of their name and number of arguments: ``list.all(x, x > 1)``.

Upstream: vendor/github.com/google/cel-go/parser/macro.go,
    vendor/github.com/google/cel-go/ext/{bindings,comprehensions,lists}.go,
vendor/github.com/google/cel-go/cel/library.go
"""

from collections.abc import Callable
from typing import Final

from kplan.apiserver.cel.nodes import Call, Identifier, ListNode, Macro, Node, Select

_SIZES: Final = {
    "all": (2, 3), "exists": (2, 3), "exists_one": (2, 3), "existsOne": (3,), "map": (2, 3), "filter": (2,),
    "transformList": (3, 4), "transformMap": (3, 4), "transformMapEntry": (3, 4), "optMap": (2,), "optFlatMap": (2,),
    "sortBy": (2,),
}  # fmt: skip
_TWO_VARIABLES: Final = frozenset({"transformList", "transformMap", "transformMapEntry"})
_UNBOUND: Final = "cel.bind() variable names must be simple identifiers"
_UNNAMED: Final = {
    "map": "argument is not an identifier",
    "filter": "argument is not an identifier",
    "sortBy": "argument is not an identifier",
    "optMap": "optMap() variable name must be a simple identifier",
    "optFlatMap": "optFlatMap() variable name must be a simple identifier",
}
"""The errors of macros that need a variable name and got something else."""
_SORTED: Final = (ListNode, Select, Identifier, Macro, Call)
_UNSORTED: Final = (
    "sortBy can only be applied to a list, identifier, comprehension, call or select expression"
)

Fail = Callable[[int, str], Exception]
"""Makes an error from an offset and a message."""


def method(call: Call, fail: Fail, *, bindings: bool) -> Node:
    """What the call of a method stands for, which may be ``cel.bind`` where there are ``bindings``.

    Raises what ``fail`` makes.
    """
    arguments, name, target = call.arguments, call.function, call.target
    if target is None or len(arguments) not in _SIZES.get(name, (3,)):
        return call
    if name not in _SIZES:
        return _bound(call, fail) if bindings and name == "bind" and _is_cel(target) else call
    if name == "sortBy" and not isinstance(target, _SORTED):
        raise fail(target.at, _UNSORTED)
    count = 2 if name in _TWO_VARIABLES or (len(arguments) == 3 and name != "map") else 1
    unnamed = _UNNAMED.get(name, "argument must be a simple name")
    variables = [_variable(argument, unnamed, fail) for argument in arguments[:count]]
    if len(set(variables)) < count:
        raise fail(arguments[1].at, f"duplicate variable name: {variables[1]}")
    return Macro(call.at, name, target, variables, arguments[count:])


def function(call: Call, fail: Fail) -> Node:
    """What the call of a function stands for: ``has(a.b)`` asks whether there is a field.

    Raises what ``fail`` makes.
    """
    if call.function != "has" or len(call.arguments) != 1:
        return call
    inner = call.arguments[0]
    if not isinstance(inner, Select):
        raise fail(inner.at, "invalid argument to has() macro")
    return Select(call.at, inner.operand, inner.name, test=True)


def _is_cel(target: Node) -> bool:
    return isinstance(target, Identifier) and target.name == "cel"


def _bound(call: Call, fail: Fail) -> Macro:
    name, value, body = call.arguments
    return Macro(call.at, "bind", value, [_variable(name, _UNBOUND, fail)], [body])


def _variable(node: Node, unnamed: str, fail: Fail) -> str:
    if not isinstance(node, Identifier):
        raise fail(node.at, unnamed)
    if node.name == "__result__":
        raise fail(node.at, "iteration variable overwrites accumulator variable")
    return node.name.removeprefix(".")
