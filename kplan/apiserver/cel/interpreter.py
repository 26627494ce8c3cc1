"""Turns a checked expression into closures that compute it.

Errors travel as values of CEL do: ``&&``, ``||`` and the quantifiers absorb them where the other side decides.

Upstream: vendor/github.com/google/cel-go/interpreter
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.apiserver.cel import calls
from kplan.apiserver.cel.checker import Checked
from kplan.apiserver.cel.constants import CONVERSIONS, folded, is_constant, is_folded
from kplan.apiserver.cel.fields import field_of, has_field, optional_field
from kplan.apiserver.cel.library import NO_OVERLOAD, Function
from kplan.apiserver.cel.loops import LOOPS, RUNNERS, Scope, Thunk, scopes_of
from kplan.apiserver.cel.meter import METER, Meter
from kplan.apiserver.cel.nodes import (
    Call,
    Identifier,
    ListNode,
    Literal,
    Macro,
    MapNode,
    Node,
    Select,
    StructNode,
    dotted,
    free_name,
)
from kplan.apiserver.cel.prices import LIST_LITERAL, MAP_LITERAL, OBJECT_LITERAL, PRICES
from kplan.apiserver.cel.standard import key_text
from kplan.apiserver.cel.values import CelError, Made, Optional, TypeName, type_name

_TYPES: Final = {
    "bool", "bytes", "double", "int", "string", "uint", "null_type", "list", "map", "type", "google.protobuf.Timestamp",
    "google.protobuf.Duration", "net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.URL", "optional_type", "dyn",
}  # fmt: skip
_CHOOSING: Final = frozenset({"filter", "exists_one", "existsOne"})
_OPERATORS: Final = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_+_"})
_PRICED_BY_LIST: Final = frozenset({"sort", "distinct"})
_INDEXING: Final = frozenset({"_[_]", "_[?_]", "_?._"})


class Interpreter:
    """Builds the closures of one expression.

    Each step has a price. Steps that are always taken together are paid together: the price of a part is summed up
    while it is built, and what is built of it pays before it begins.
    """

    def __init__(
        self, functions: Mapping[str, Function], variables: Mapping[str, Any], checked: Checked
    ) -> None:
        self._functions = functions
        self._checked = checked
        self._known = set(variables)
        self._cost = 0
        self.unusable = ""
        """Why a constant cannot be converted; empty for nearly all expressions."""

    def program(self, node: Node) -> Thunk:
        """The closure of a whole expression, or of a part that is evaluated only conditionally."""
        run, cost = self._priced(node)
        if not cost:
            return run

        def paid(scope: Scope) -> Any:
            scope[METER].spend(cost)
            return run(scope)

        return paid

    def _priced(self, node: Node) -> tuple[Thunk, int]:
        """The closure of a node, and the cost to pay before it runs."""
        around, self._cost = self._cost, 0
        run = self.build(node)
        cost, self._cost = self._cost, around
        return run, cost

    def build(self, node: Node) -> Thunk:
        """The closure of a node."""
        match node:
            case Literal():
                value = node.value
                return lambda _: value
            case Identifier():
                return self._identifier(node)
            case Select():
                return self._select(node)
            case Call():
                return self._call(node)
            case ListNode():
                return self._list(node)
            case MapNode():
                return self._map(node)
            case StructNode():
                return self._struct(node)
            case Macro():
                return self._macro(node)
        raise AssertionError(node)

    def _identifier(self, node: Identifier) -> Thunk:
        name = node.name
        type_value = TypeName(name) if name in _TYPES else None
        self._cost += type_value is None or name in self._known

        def read(scope: Scope) -> Any:
            if name in scope:
                value = scope[name]
                return value() if getattr(value, "lazy", False) else value
            if type_value is not None:
                return type_value
            raise CelError(f"no such attribute(s): {name}")

        return read

    def _select(self, node: Select) -> Thunk:
        spelled = dotted(node)
        full = spelled if spelled in self._known else free_name(node, self._known)
        if full in _TYPES:
            type_value = TypeName(full)
            return lambda _: type_value
        operand, name = self.build(node.operand), node.name
        self._cost += not node.test
        self._cost += not _is_attribute(node.operand)
        if node.test:
            return lambda scope: has_field(operand(scope), name)
        if node.optional:
            return lambda scope: optional_field(operand(scope), name)

        def select(scope: Scope) -> Any:
            value = operand(scope)
            if isinstance(value, Optional):
                return optional_field(value, name)
            return field_of(value, name)

        if full:

            def either(scope: Scope) -> Any:
                return scope[full] if full in scope else select(scope)

            return either
        return select

    def _call(self, node: Call) -> Thunk:
        if node.function == "_&&_":
            return self._logical(node, decisive=False)
        if node.function == "_||_":
            return self._logical(node, decisive=True)
        if node.function == "_?_:_":
            return self._conditional(node)
        if node.function in {"or", "orValue"} and node.target is not None:
            return calls.alternative(
                self.build(node.target), self.program(node.arguments[0]), unwrapped=node.function == "orValue"
            )
        name, arguments = self._called(node)
        function = self._functions[name]
        if is_folded(node):
            known = folded(node, function, arguments)
            if node.function in CONVERSIONS:
                self._try(known)
            return known
        if name in PRICES:
            if name in _PRICED_BY_LIST and self._is_settled(node):
                arguments[0] = calls.counted(arguments[0])
            return calls.metered(PRICES[name], function, arguments, simple=name in _OPERATORS)
        self._cost += 1
        if name in _INDEXING:
            self._cost += not _is_attribute(node.arguments[0])
            self._cost -= _is_attribute(node.arguments[1])
        return calls.called(function, arguments)

    def _called(self, node: Call) -> tuple[str, list[Thunk]]:
        """The name of the called function and its arguments; the target of a method is the first of them."""
        arguments = [self.build(argument) for argument in node.arguments]
        if node.target is None:
            return node.function, arguments
        space = free_name(node.target, self._known)
        if space and f"{space}.{node.function}" in self._functions:
            return f"{space}.{node.function}", arguments
        return node.function, [self.build(node.target), *arguments]

    def _is_settled(self, node: Node) -> bool:
        """Whether the type check left a single overload, so that the cost is known in advance."""
        return len(self._checked.calls[id(node)][2]) == 1

    def _try(self, conversion: Thunk) -> None:
        """Convert a constant now, as the server does: what cannot be converted makes the expression unusable."""
        try:
            conversion({METER: Meter()})
        except CelError as error:
            self.unusable = self.unusable or str(error)

    def _conditional(self, node: Call) -> Thunk:
        condition, *branches = node.arguments
        return calls.conditional(self.build(condition), *map(self.program, branches))

    def _logical(self, node: Call, *, decisive: bool) -> Thunk:
        left, right = node.arguments
        return calls.logical(self.build(left), self.program(right), decisive=decisive)

    def _list(self, node: ListNode) -> Thunk:
        self._cost += 0 if is_constant(node) else LIST_LITERAL
        items = [(self.build(item), index in node.optional) for index, item in enumerate(node.items)]

        def make(scope: Scope) -> list[Any]:
            result = []
            for build, optional in items:
                value = build(scope)
                if not optional:
                    result.append(value)
                elif _is_present(value, "list element"):
                    result.append(value.value)
            return result

        return make

    def _map(self, node: MapNode) -> Thunk:
        self._cost += 0 if is_constant(node) else MAP_LITERAL
        entries = [(self.build(key), self.build(value), optional) for key, value, optional in node.entries]

        def make(scope: Scope) -> dict[Any, Any]:
            result: dict[Any, Any] = {}
            for build_key, build_value, optional in entries:
                key, value = build_key(scope), build_value(scope)
                if isinstance(key, (list, dict)):
                    raise CelError(f"unsupported key type: {type_name(key)}")
                if key in result:
                    raise CelError(f"Failed with repeated key: {key_text(key)}")
                if not optional:
                    result[key] = value
                elif _is_present(value, f"entry '{key_text(key)}'"):
                    result[key] = value.value
            return result

        return make

    def _struct(self, node: StructNode) -> Thunk:
        self._cost += OBJECT_LITERAL
        entries = [(entry.name, self.build(entry.value), entry.optional) for entry in node.entries]
        kind = node.name

        def make(scope: Scope) -> Made:
            result = Made(kind)
            for name, build, optional in entries:
                value = build(scope)
                if not optional:
                    result[name] = value
                elif _is_present(value, f"entry '{name}'"):
                    result[name] = value.value
            return result

        return make

    def _macro(self, node: Macro) -> Thunk:
        target, price = self._priced(node.target)
        self._cost += price
        before = set(self._known)
        self._known |= set(node.variables)
        bodies = [self._priced(argument) for argument in node.arguments]
        self._known = before
        variables = node.variables
        if node.name in {"bind", "optMap", "optFlatMap"}:
            return self._bound(node, target, price, *bodies[0])
        once, each = LOOPS[node.name]
        self._cost += once
        if node.name == "sortBy" and self._is_settled(node):
            target, bodies = calls.counted(target), [(calls.counted(body), price) for body, price in bodies]
        runner, runs, prices = RUNNERS[node.name], [run for run, _ in bodies], [price for _, price in bodies]
        chooses = node.name in _CHOOSING or len(bodies) == 2
        cost = prices[0] if chooses else prices[0] + each
        taken = each + sum(prices[1:]) if chooses else 0

        def run(scope: Scope) -> Any:
            return runner(scopes_of(scope, variables, target(scope), cost), runs, taken)

        return run

    def _bound(self, node: Macro, target: Thunk, price: int, body: Thunk, cost: int) -> Thunk:
        """A body evaluated once, with a value bound to a name."""
        variable = node.variables[0]
        if node.name == "bind":
            self._cost += cost
            return lambda scope: body({**scope, variable: target(scope)})
        self._cost += 1  # whether there is a value; the one that there is, is computed again
        return _optional_macro(node.name, target, variable, body, price + cost + 1)


def _is_present(value: Any, what: str) -> bool:
    """Whether an optional member of a list, map or object has a value. Raises CelError if it is not an optional."""
    if not isinstance(value, Optional):
        raise CelError(f"cannot initialize optional {what} from non-optional value {key_text(value)}")
    return value.present


def _is_attribute(node: Node) -> bool:
    """Whether a value is a chain of field selections from a variable, which costs nothing beyond its steps."""
    return isinstance(node, (Identifier, Select)) or (
        isinstance(node, Call) and node.function in {*_INDEXING, "_?_:_"}
    )


def _optional_macro(name: str, target: Thunk, variable: str, body: Thunk, cost: int) -> Thunk:
    def run(scope: Scope) -> Any:
        value = target(scope)
        if not isinstance(value, Optional):
            raise CelError(f"{NO_OVERLOAD}: hasValue({type_name(value)})")
        if not value.present:
            scope[METER].spend(1)
            return Optional()
        scope[METER].spend(cost)
        result = body({**scope, variable: value.value})
        return Optional(result, present=True) if name == "optMap" else result

    return run
