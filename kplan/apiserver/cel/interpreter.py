"""Turns a checked expression into closures that compute it.

Errors travel as values of CEL do: ``&&``, ``||`` and the quantifiers absorb them where the other side decides.

Upstream: vendor/github.com/google/cel-go/interpreter
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kplan.apiserver.cel.library import NO_OVERLOAD, Function
from kplan.apiserver.cel.meter import METER, SIZED, price
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
)
from kplan.apiserver.cel.standard import key_text
from kplan.apiserver.cel.values import CelError, Optional, Struct, TypeName, type_name

Scope = dict[str, Any]
Thunk = Callable[[Scope], Any]

_TYPES: Final = {
    "bool", "bytes", "double", "int", "string", "uint", "null_type", "list", "map", "type", "google.protobuf.Timestamp",
    "google.protobuf.Duration", "net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.URL", "optional_type", "dyn",
}  # fmt: skip


class Interpreter:
    """Builds the closures of one expression."""

    def __init__(self, functions: Mapping[str, Function], variables: Mapping[str, Any]) -> None:
        self._functions = functions
        self._known = set(variables)

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

        def read(scope: Scope) -> Any:
            if name in scope:
                value = scope[name]
                return value() if getattr(value, "lazy", False) else value
            if type_value is not None:
                return type_value
            raise CelError(f"no such attribute(s): {name}")

        return read

    def _qualified(self, node: Node) -> str:
        if isinstance(node, Identifier):
            return "" if node.name in self._known else node.name
        if isinstance(node, Select) and not node.test and not node.optional:
            head = self._qualified(node.operand)
            return f"{head}.{node.name}" if head else ""
        return ""

    def _select(self, node: Select) -> Thunk:
        full = self._qualified(node)
        if full in _TYPES:
            type_value = TypeName(full)
            return lambda _: type_value
        operand, name = self.build(node.operand), node.name
        if node.test:
            return lambda scope: _has(operand(scope), name)
        if node.optional:
            return lambda scope: _optional_field(operand(scope), name)

        def select(scope: Scope) -> Any:
            value = operand(scope)
            if isinstance(value, Optional):
                return _optional_field(value, name)
            return _field(value, name)

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
        arguments = [self.build(argument) for argument in node.arguments]
        if node.function == "_?_:_":
            return _conditional(*arguments)
        if node.target is not None:
            name = self._qualified(node.target)
            full = f"{name}.{node.function}"
            if not name or full not in self._functions:
                arguments = [self.build(node.target), *arguments]
                full = node.function
        else:
            full = node.function
        function = self._functions[full]
        if full in SIZED:
            return _metered(full, function, arguments)
        if len(arguments) == 2:
            one, other = arguments
            return lambda scope: function(one(scope), other(scope))
        return lambda scope: function(*(argument(scope) for argument in arguments))

    def _logical(self, node: Call, *, decisive: bool) -> Thunk:
        left, right = (self.build(argument) for argument in node.arguments)

        def decide(scope: Scope) -> bool:
            try:
                first = left(scope)
                failure: CelError | None = None if isinstance(first, bool) else CelError(NO_OVERLOAD)
            except CelError as error:
                first, failure = not decisive, error
            if failure is None and first is decisive:
                return bool(first)
            second = right(scope)
            if second is decisive:
                return bool(second)
            if failure is not None:
                raise failure
            if not isinstance(second, bool):
                raise CelError(NO_OVERLOAD)
            return second

        return decide

    def _list(self, node: ListNode) -> Thunk:
        items = [(self.build(item), index in node.optional) for index, item in enumerate(node.items)]

        def make(scope: Scope) -> list[Any]:
            result = []
            for build, optional in items:
                value = build(scope)
                if not optional:
                    result.append(value)
                elif value.present:
                    result.append(value.value)
            return result

        return make

    def _map(self, node: MapNode) -> Thunk:
        entries = [(self.build(key), self.build(value), optional) for key, value, optional in node.entries]

        def make(scope: Scope) -> dict[Any, Any]:
            result: dict[Any, Any] = {}
            for build_key, build_value, optional in entries:
                key, value = build_key(scope), build_value(scope)
                if key in result:
                    raise CelError(f"Failed with repeated key: {key_text(key)}")
                if not optional:
                    result[key] = value
                elif value.present:
                    result[key] = value.value
            return result

        return make

    def _struct(self, node: StructNode) -> Thunk:
        entries = [(name, self.build(value)) for name, value in node.entries]
        kind = node.name

        def make(scope: Scope) -> Struct:
            result = Struct((name, build(scope)) for name, build in entries)
            if kind == "JSONPatch":
                result["@type"] = kind
            return result

        return make

    def _macro(self, node: Macro) -> Thunk:
        target = self.build(node.target)
        before = set(self._known)
        self._known |= set(node.variables)
        bodies = [self.build(argument) for argument in node.arguments]
        cost = sum(map(price, node.arguments))
        self._known = before
        variables = node.variables
        if node.name == "bind":
            return lambda scope: bodies[0]({**scope, variables[0]: target(scope)})
        if node.name in {"optMap", "optFlatMap"}:
            return _optional_macro(node.name, target, variables[0], bodies[0])
        runner = _RUNNERS[node.name]

        def run(scope: Scope) -> Any:
            return runner(_scopes(scope, variables, target(scope), cost), bodies)

        return run


def _metered(name: str, function: Function, arguments: list[Thunk]) -> Thunk:
    """A call that is paid for by the size of its arguments before it is made."""

    def call(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        scope[METER].spend_on(name, values)
        return function(*values)

    return call


def _has(value: Any, name: str) -> bool:
    if isinstance(value, Optional):
        if not value.present:
            return False
        value = value.value
    return isinstance(value, dict) and name in value


def _field(value: Any, name: str) -> Any:
    if not isinstance(value, dict):
        raise CelError(
            "unsupported index type 'string' in list" if isinstance(value, list) else f"no such key: {name}"
        )
    if name not in value:
        raise CelError(f"no such key: {name}")
    return value[name]


def _optional_field(value: Any, name: str) -> Optional:
    if isinstance(value, Optional):
        if not value.present:
            return value
        value = value.value
    if not isinstance(value, dict) or name not in value:
        return Optional()
    return Optional(value[name], present=True)


def _conditional(condition: Thunk, then: Thunk, otherwise: Thunk) -> Thunk:
    def choose(scope: Scope) -> Any:
        chosen = condition(scope)
        if not isinstance(chosen, bool):
            raise CelError(NO_OVERLOAD)
        return then(scope) if chosen else otherwise(scope)

    return choose


def _optional_macro(name: str, target: Thunk, variable: str, body: Thunk) -> Thunk:
    def run(scope: Scope) -> Any:
        value = target(scope)
        if not value.present:
            return Optional()
        result = body({**scope, variable: value.value})
        return Optional(result, present=True) if name == "optMap" else result

    return run


def _scopes(scope: Scope, variables: list[str], value: Any, cost: int) -> Iterable[Scope]:
    """The scope of every round of a loop, one after the other in the same dict, each paid for when it begins."""
    if not isinstance(value, (dict, list)):
        raise CelError(f"got 'types.{type_name(value).title()}', expected iterable type")
    spend, last = scope[METER].spend, variables[-1]
    inner = {name: held for name, held in scope.items() if name not in variables}
    if len(variables) == 2:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            spend(cost)
            inner[variables[0]], inner[last] = key, item
            yield inner
    else:
        for item in value:
            spend(cost)
            inner[last] = item
            yield inner


def _quantified(scopes: Iterable[Scope], bodies: list[Thunk], *, decisive: bool) -> bool:
    failure: CelError | None = None
    for inner in scopes:
        try:
            found = bodies[0](inner)
        except CelError as error:
            failure = failure or error
            continue
        if found is decisive:
            return bool(found)
        if not isinstance(found, bool):
            failure = failure or CelError(NO_OVERLOAD)
    if failure is not None:
        raise failure
    return not decisive


def _exactly_one(scopes: Iterable[Scope], bodies: list[Thunk]) -> bool:
    return sum(bodies[0](inner) is True for inner in scopes) == 1


def _filtered(scopes: Iterable[Scope], bodies: list[Thunk]) -> list[Any]:
    return [next(reversed(inner.values())) for inner in scopes if bodies[0](inner) is True]


def _mapped(scopes: Iterable[Scope], bodies: list[Thunk]) -> list[Any]:
    if len(bodies) == 2:
        return [bodies[1](inner) for inner in scopes if bodies[0](inner) is True]
    return [bodies[0](inner) for inner in scopes]


def _transformed_map(scopes: Iterable[Scope], bodies: list[Thunk]) -> dict[Any, Any]:
    kept = (inner for inner in scopes if len(bodies) == 1 or bodies[0](inner) is True)
    return {list(inner.values())[-2]: bodies[-1](inner) for inner in kept}


def _transformed_entries(scopes: Iterable[Scope], bodies: list[Thunk]) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for inner in scopes:
        if len(bodies) == 1 or bodies[0](inner) is True:
            for key, value in bodies[-1](inner).items():
                if key in result:
                    raise CelError(f"insert failed: key {key_text(key)} already exists")
                result[key] = value
    return result


def _sorted_by(scopes: Iterable[Scope], bodies: list[Thunk]) -> list[Any]:
    keyed = [(bodies[0](inner), next(reversed(inner.values()))) for inner in scopes]
    return [item for _, item in sorted(keyed, key=lambda entry: entry[0])]


_RUNNERS: Final[dict[str, Callable[[Iterable[Scope], list[Thunk]], Any]]] = {
    "all": lambda scopes, bodies: _quantified(scopes, bodies, decisive=False),
    "exists": lambda scopes, bodies: _quantified(scopes, bodies, decisive=True),
    "exists_one": _exactly_one,
    "existsOne": _exactly_one,
    "filter": _filtered,
    "map": _mapped,
    "transformList": _mapped,
    "transformMap": _transformed_map,
    "transformMapEntry": _transformed_entries,
    "sortBy": _sorted_by,
}
