"""Type-checks an expression and words what is wrong as cel-go does.

Upstream: vendor/github.com/google/cel-go/checker/checker.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kplan.apiserver.cel import types
from kplan.apiserver.cel.library import Function
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
)
from kplan.apiserver.cel.tokens import KEYWORDS
from kplan.apiserver.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    ERROR,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    Bindings,
    Overload,
    Type,
)

_TYPE_NAMES: Final = {
    "bool": BOOL, "bytes": BYTES, "double": DOUBLE, "int": INT, "string": STRING, "uint": UINT, "null_type": NULL, "dyn": DYN,
    "list": types.list_of(DYN), "map": types.map_of(DYN, DYN), "google.protobuf.Timestamp": TIMESTAMP,
    "google.protobuf.Duration": DURATION, "type": Type("type"), "net.IP": types.read("ip"), "net.CIDR": types.read("cidr"),
    "kubernetes.Quantity": types.read("quantity"), "kubernetes.URL": types.read("url"), "optional_type": Type("optional", (DYN,)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found out about the parts of an expression, by the identity of their nodes."""

    kinds: Mapping[int, Type]
    calls: Mapping[int, tuple[str, bool, list[Overload]]]
    """The function, whether it is called as a method, and the signatures that fit."""
    names: Mapping[int, str]
    """The dotted names that stand for one type or variable."""

    def kind(self, node: Node) -> Type:
        """The type of a part."""
        return self.kinds.get(id(node), DYN)


@dataclass(slots=True)
class Checker:
    """One check; ``problems`` are places and words, ``used`` the variables that occur."""

    variables: Mapping[str, Type]
    functions: Mapping[str, Function]
    patches: bool = False
    problems: list[tuple[int, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    _bindings: Bindings = field(default_factory=dict)
    _fresh: int = 0
    _kinds: dict[int, Type] = field(default_factory=dict)
    _calls: dict[int, tuple[str, bool, list[Overload]]] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)

    @property
    def checked(self) -> Checked:
        """What the check found out."""
        kinds = {key: types.substitute(kind, self._bindings, free=True) for key, kind in self._kinds.items()}
        return Checked(kinds, self._calls, self._names)

    def check(self, node: Node) -> Type:
        """The type of an expression."""
        return types.substitute(self._type(node, dict(self.variables)), self._bindings, free=True)

    def _fail(self, at: int, words: str) -> Type:
        self.problems.append((at, words))
        return ERROR

    def _now(self, kind: Type) -> Type:
        return types.substitute(kind, self._bindings)

    def _shown(self, kind: Type) -> str:
        return str(types.substitute(kind, self._bindings, free=True))

    def _variable(self) -> Type:
        self._fresh += 1
        return Type(f"%{self._fresh}")

    def _type(self, node: Node, scope: dict[str, Type]) -> Type:
        kind = self._kinds[id(node)] = self._type_of(node, scope)
        return kind

    def _type_of(self, node: Node, scope: dict[str, Type]) -> Type:
        match node:
            case Literal():
                return types.constant_type(node.value)
            case Identifier():
                return self._identifier(node, scope)
            case Select():
                return self._select(node, scope)
            case Call():
                return self._call(node, scope)
            case ListNode():
                return self._list(node, scope)
            case MapNode():
                return self._map(node, scope)
            case Macro():
                return self._macro(node, scope)
            case StructNode():
                return self._struct(node, scope)
        raise AssertionError(node)

    def _identifier(self, node: Identifier, scope: dict[str, Type]) -> Type:
        plain = node.name.removeprefix(".")
        found = scope.get(plain)
        if found is not None:
            node.name = plain
            self.used.add(plain)
            return found
        if node.name in _TYPE_NAMES:
            return Type("type", (_TYPE_NAMES[node.name],))
        return self._fail(node.at, f"undeclared reference to '{node.name}' (in container '')")

    def _qualified(self, node: Node, scope: dict[str, Type]) -> str:
        """The dotted name a node spells where its head is no variable; empty otherwise."""
        if isinstance(node, Identifier):
            return "" if node.name.removeprefix(".") in scope else node.name
        if isinstance(node, Select) and not node.test and not node.optional:
            head = self._qualified(node.operand, scope)
            return f"{head}.{node.name}" if head else ""
        return ""

    def _select(self, node: Select, scope: dict[str, Type]) -> Type:
        spelled = dotted(node)  # a variable may be called as a field of another one is
        name = spelled if spelled in self.variables else self._qualified(node, scope)
        if name in scope or name in _TYPE_NAMES:
            self._names[id(node)] = name
        if name in scope:
            self.used.add(name)
            return scope[name]
        if name in _TYPE_NAMES:
            return Type("type", (_TYPE_NAMES[name],))
        operand = self._now(self._type(node.operand, scope))
        optional = operand.name == "optional"
        inner = self._now(operand.parameters[0]) if optional else operand
        found = self._field(node, inner)
        if node.test:
            return BOOL
        return types.optional_of(found) if (optional or node.optional) and found.name != "optional" else found

    def _field(self, node: Select, operand: Type) -> Type:
        if operand in {DYN, ERROR} or types.is_variable(operand) or _is_fresh(operand):
            return DYN if operand != ERROR else ERROR
        if operand.name == "map":
            return operand.parameters[1]
        if operand.fields is not None:
            if node.name not in operand.fields and node.name in KEYWORDS:
                escaped = f"__{node.name}__"
                node.name = escaped if escaped in operand.fields else node.name
            if node.name in operand.fields:
                return operand.fields[node.name]
            return self._fail(node.at, f"undefined field '{node.name}'")
        if "." in operand.name:  # a type of a library, which has methods and no fields
            return self._fail(node.at, f"unexpected failed resolution of '{operand.name}'")
        return self._fail(node.at, f"type '{self._shown(operand)}' does not support field selection")

    def _call(self, node: Call, scope: dict[str, Type]) -> Type:
        if node.function in {"_&&_", "_||_"}:
            found = [(argument.at, self._type(argument, scope)) for argument in node.arguments]
            wrong = [at for at, kind in found if not self._expect(at, BOOL, kind)]
            return ERROR if wrong else BOOL
        arguments = [self._type(argument, scope) for argument in node.arguments]
        if node.function == "_?_:_":
            return self._conditional(node, arguments)
        if node.target is None:
            return self._resolve(node, node.function, None, arguments)
        name = self._qualified(node.target, scope)
        if name and f"{name}.{node.function}" in self.functions:
            return self._resolve(node, f"{name}.{node.function}", None, arguments)
        target = self._type(node.target, scope)
        return self._resolve(node, node.function, target, arguments)

    def _conditional(self, node: Call, arguments: list[Type]) -> Type:
        condition, then, otherwise = arguments
        bindings = dict(self._bindings)
        if types.assign(BOOL, condition, bindings) and self._joinable(then, otherwise, bindings):
            self._bindings = bindings
            return DYN if DYN in {self._now(then), self._now(otherwise)} else then
        shown = ", ".join(map(self._shown, arguments))
        return self._fail(node.at, f"found no matching overload for '_?_:_' applied to '({shown})'")

    @staticmethod
    def _joinable(one: Type, other: Type, bindings: Bindings) -> bool:
        return types.assign(one, other, bindings) or types.assign(other, one, bindings)

    def _resolve(self, node: Call, name: str, target: Type | None, arguments: list[Type]) -> Type:
        function = self.functions.get(name)
        if function is None and name.startswith("."):
            function = self.functions.get(name[1:])
            if function is not None:
                name = node.function = name[1:]
        if function is None:
            return self._fail(node.at, f"undeclared reference to '{name}' (in container '')")
        results: list[Type] = []
        fitting: list[Overload] = []
        kept: Bindings | None = None
        for overload in function.overloads:
            if (overload.target is None) != (target is None):
                continue
            bindings = dict(self._bindings)
            result = self._match(overload, target, arguments, bindings)
            if result is not None:
                results.append(result)
                fitting.append(overload)
                kept = bindings if kept is None else kept
        if kept is None:
            shown = ", ".join(map(self._shown, arguments))
            applied = f"({shown})" if target is None else f"{self._shown(target)}.({shown})"
            return self._fail(node.at, f"found no matching overload for '{name}' applied to '{applied}'")
        self._bindings = kept
        self._calls[id(node)] = (name, target is not None, fitting)
        first = types.substitute(results[0], kept)
        return first if all(types.substitute(result, kept) == first for result in results) else DYN

    def _match(
        self, overload: Overload, target: Type | None, arguments: list[Type], bindings: Bindings
    ) -> Type | None:
        renamed = self._instantiate(overload)
        expected = (*((renamed.target,) if renamed.target else ()), *renamed.parameters)
        actual = [*([target] if target else []), *arguments]
        if len(expected) != len(actual):
            return None
        for one, other in zip(expected, actual, strict=True):
            if not types.assign(one, other, bindings):
                return None
        return types.substitute(renamed.result, bindings)

    def _instantiate(self, overload: Overload) -> Overload:
        names: dict[str, Type] = {}

        def renamed(kind: Type) -> Type:
            if types.is_variable(kind):
                if kind.name not in names:
                    names[kind.name] = self._variable()
                return names[kind.name]
            return (
                Type(kind.name, tuple(map(renamed, kind.parameters)), kind.fields)
                if kind.parameters
                else kind
            )

        target = renamed(overload.target) if overload.target else None
        return Overload(target, tuple(map(renamed, overload.parameters)), renamed(overload.result))

    def _expect(self, at: int, expected: Type, found: Type) -> bool:
        bindings = dict(self._bindings)
        if types.assign(expected, found, bindings):
            self._bindings = bindings
            return True
        self._fail(at, f"expected type '{self._shown(expected)}' but found '{self._shown(found)}'")
        return False

    def _joined(self, kind: Type | None, found: Type) -> Type:
        """The common type of aggregate members, which is anything where they do not agree."""
        if kind is None:
            return found
        bindings = dict(self._bindings)
        if not types.assign(kind, found, bindings):
            return DYN
        self._bindings = bindings
        return DYN if DYN in {self._now(kind), self._now(found)} else kind

    def _list(self, node: ListNode, scope: dict[str, Type]) -> Type:
        kind: Type | None = None
        for index, item in enumerate(node.items):
            found = self._type(item, scope)
            if index in node.optional:
                found = self._unwrapped(item, found)
            kind = self._joined(kind, found)
        return types.list_of(kind if kind is not None else self._variable())

    def _unwrapped(self, node: Node, found: Type) -> Type:
        found = self._now(found)
        if found.name == "optional":
            return found.parameters[0]
        if found != DYN:
            text = self._shown(found)
            self._fail(node.at, f"expected type 'optional_type({text})' but found '{text}'")
        return found

    def _map(self, node: MapNode, scope: dict[str, Type]) -> Type:
        key_kind: Type | None = None
        value_kind: Type | None = None
        for key, value, optional in node.entries:
            key_kind = self._joined(key_kind, self._type(key, scope))
            found = self._type(value, scope)
            value_kind = self._joined(value_kind, self._unwrapped(value, found) if optional else found)
        return types.map_of(key_kind or self._variable(), value_kind or self._variable())

    def _struct(self, node: StructNode, scope: dict[str, Type]) -> Type:
        if not self.patches or node.name.partition(".")[0] not in {"JSONPatch", "Object"}:
            return self._fail(node.at, f"undeclared reference to '{node.name}' (in container '')")
        for _, value in node.entries:
            self._type(value, scope)
        if self.patches and node.name == "JSONPatch":
            for name, value in node.entries:
                if name not in {"op", "path", "from", "value"}:
                    self._fail(value.at - 2, f"undefined field '{name}'")
            return Type(node.name)
        if self.patches and (node.name == "Object" or node.name.startswith("Object.")):
            return Type(node.name)
        return self._fail(node.at, f"undeclared reference to '{node.name}' (in container '')")

    def _macro(self, node: Macro, scope: dict[str, Type]) -> Type:
        target = self._now(self._type(node.target, scope))
        if node.name == "bind":
            return self._type(node.arguments[0], {**scope, node.variables[0]: target})
        if node.name in {"optMap", "optFlatMap"}:
            return self._optional_macro(node, target, scope)
        inner = dict(scope)
        self._bind_variables(node, target, inner)
        arguments = [self._type(argument, inner) for argument in node.arguments]
        if node.name in {"all", "exists", "exists_one", "existsOne", "filter"}:
            self._expect(node.arguments[0].at, BOOL, arguments[0])
            if node.name == "filter":
                return target if target.name == "list" else types.list_of(inner[node.variables[0]])
            return BOOL
        if len(arguments) == 2:
            self._expect(node.arguments[0].at, BOOL, arguments[0])
        if node.name == "transformMap":
            return types.map_of(inner[node.variables[0]], arguments[-1])
        if node.name == "transformMapEntry":
            return arguments[-1]
        return target if node.name == "sortBy" else types.list_of(arguments[-1])

    def _bind_variables(self, node: Macro, target: Type, inner: dict[str, Type]) -> None:
        two = len(node.variables) == 2
        kinds: tuple[Type, ...]
        if target.name == "list":
            kinds = (INT, target.parameters[0]) if two else (target.parameters[0],)
        elif target.name == "map":
            kinds = target.parameters if two else target.parameters[:1]
        else:
            if target not in {DYN, ERROR} and not _is_fresh(target):
                shown = self._shown(target)
                words = f"expression of type '{shown}' cannot be range of a comprehension (must be list, map, or dynamic)"
                self._fail(node.target.at, words)
            kinds = (DYN,) * len(node.variables)
        inner.update(zip(node.variables, kinds, strict=False))

    def _optional_macro(self, node: Macro, target: Type, scope: dict[str, Type]) -> Type:
        kind = target.parameters[0] if target.name == "optional" else DYN
        result = self._type(node.arguments[0], {**scope, node.variables[0]: kind})
        if node.name == "optMap":
            return types.optional_of(result)
        return result


def _is_fresh(kind: Type) -> bool:
    return kind.name.startswith("%")
