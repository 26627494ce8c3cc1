"""Type-checks an expression and words what is wrong as cel-go does.

Upstream: vendor/github.com/google/cel-go/checker/checker.go
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from kplan.apiserver.cel import types
from kplan.apiserver.cel.expansion import HIDDEN, REWRITTEN, SO_FAR, loop_of
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
    free_name,
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

Expansion = TypeVar("Expansion")
_TYPE_NAMES: Final = {
    "bool": BOOL, "bytes": BYTES, "double": DOUBLE, "int": INT, "string": STRING, "uint": UINT, "null_type": NULL, "dyn": DYN,
    "list": types.list_of(DYN), "map": types.map_of(DYN, DYN), "google.protobuf.Timestamp": TIMESTAMP,
    "google.protobuf.Duration": DURATION, "type": Type("type"), "net.IP": types.read("ip"), "net.CIDR": types.read("cidr"),
    "kubernetes.Quantity": types.read("quantity"), "kubernetes.URL": types.read("url"), "optional_type": Type("optional", (DYN,)),
}  # fmt: skip
_PATCH: Final = "JSONPatch"
_PATCH_FIELDS: Final = {"op": STRING, "path": STRING, "from": STRING, "value": DYN}


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a type check, by the identity of the nodes."""

    kinds: Mapping[int, Type]
    calls: Mapping[int, tuple[str, bool, list[Overload]]]
    """The function, whether it is called as a method, and the signatures that fit."""
    names: Mapping[int, str]
    """The dotted names that refer to a single type or variable."""

    def kind(self, node: Node) -> Type:
        """The type of a node."""
        return self.kinds.get(id(node), DYN)


@dataclass(slots=True)
class Checker:
    """One type check; ``problems`` are offsets and messages, ``used`` are the variables that occur."""

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
    _expansions: list[object] = field(default_factory=list)

    @property
    def checked(self) -> Checked:
        """The result so far."""
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
        name = f"{types.FRESH}{self._fresh}"
        self._fresh += 1
        return Type(name)

    def _agree(self, one: Type, other: Type) -> bool:
        """Unify two types; what this says about type variables is kept."""
        return self._all_agree((one,), (other,))

    def _all_agree(self, ones: Sequence[Type], others: Sequence[Type]) -> bool:
        """Unify types pairwise; nothing is kept if one pair does not agree."""
        bindings = dict(self._bindings)
        if not all(types.assign(one, other, bindings) for one, other in zip(ones, others, strict=True)):
            return False
        self._bindings = bindings
        return True

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

    def _select(self, node: Select, scope: dict[str, Type]) -> Type:
        spelled = dotted(node)  # a variable may be called as a field of another one is
        name = spelled if spelled in self.variables else free_name(node, scope)
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
        if operand in types.OPEN or operand == ERROR or types.is_variable(operand):
            self._agree(DYN, operand)  # what is looked into is of no one type
            return DYN
        if operand.name == "map":
            return operand.parameters[1]
        if operand.fields is not None:
            if node.name not in operand.fields and node.name in KEYWORDS:
                escaped = f"__{node.name}__"
                node.name = escaped if escaped in operand.fields else node.name
            if node.name in operand.fields:
                return operand.fields[node.name]
            return self._fail(node.at, f"undefined field '{node.name}'")
        if operand.name.startswith("kubernetes."):  # a type of a library, which has methods and no fields
            return self._fail(node.at, f"unexpected failed resolution of '{operand.name}'")
        self._fail(node.at, f"type '{operand}' does not support field selection")
        return DYN

    def _call(self, node: Call, scope: dict[str, Type]) -> Type:
        if node.function in {"_&&_", "_||_"}:
            found = [(argument.at, self._type(argument, scope)) for argument in node.arguments]
            wrong = [at for at, kind in found if not self._expect(at, BOOL, kind)]
            return ERROR if wrong else BOOL
        arguments = [self._type(argument, scope) for argument in node.arguments]
        if node.target is None:
            return self._resolve(node, node.function, None, arguments)
        name = free_name(node.target, scope)
        if name and f"{name}.{node.function}" in self.functions:
            return self._resolve(node, f"{name}.{node.function}", None, arguments)
        target = self._type(node.target, scope)
        return self._resolve(node, node.function, target, arguments)

    def _resolve(self, node: Call, name: str, target: Type | None, arguments: list[Type]) -> Type:
        function = HIDDEN.get(name) or self.functions.get(name)
        if function is None and name.startswith("."):
            function = self.functions.get(name[1:])
            if function is not None:
                name = node.function = name[1:]
        if function is None:
            return self._fail(node.at, f"undeclared reference to '{name}' (in container '')")
        fitting, result = self._fitting(function, target, arguments)
        if result is None:
            shown = ", ".join(map(self._shown, arguments))
            applied = f"({shown})" if target is None else f"{self._shown(target)}.({shown})"
            return self._fail(node.at, f"found no matching overload for '{name}' applied to '{applied}'")
        self._calls[id(node)] = (name, target is not None, fitting)
        return result

    def _fitting(
        self, function: Function, target: Type | None, arguments: list[Type]
    ) -> tuple[list[Overload], Type | None]:
        """The overloads that fit a call, and their common result type; None if none fits."""
        result: Type | None = None
        fitting: list[Overload] = []
        actual = [*([] if target is None else [target]), *arguments]
        for overload in function.overloads:
            if (overload.target is None) != (target is None):
                continue
            renamed = self._instantiate(overload)
            expected = [*([] if renamed.target is None else [renamed.target]), *renamed.parameters]
            if len(expected) != len(actual) or not self._all_agree(actual, expected):
                continue
            fitting.append(overload)
            found = self._now(renamed.result)
            if result is None:
                result = found
            elif result not in types.OPEN and result != found:
                result = DYN
        return fitting, result

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
        if self._agree(expected, found):
            return True
        self._fail(at, f"expected type '{expected}' but found '{found}'")
        return False

    def _joined(self, kind: Type | None, found: Type) -> Type:
        """The common type of the members of a list or map: ``dyn`` if they do not agree."""
        if kind is None:
            return found
        return types.most_general(kind, found) if self._agree(kind, found) else DYN

    def _list(self, node: ListNode, scope: dict[str, Type]) -> Type:
        kind: Type | None = None
        for index, item in enumerate(node.items):
            found = self._type(item, scope)
            if index in node.optional:
                found = self._unwrapped(item, found)
            kind = self._joined(kind, found)
        return types.list_of(kind if kind is not None else self._variable())

    def _unwrapped(self, node: Node, found: Type) -> Type:
        if found.name == "optional":
            return found.parameters[0]
        if found not in types.OPEN:
            self._fail(node.at, f"expected type '{types.optional_of(found)}' but found '{found}'")
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
        if not self.patches or node.name.partition(".")[0] not in {_PATCH, "Object"}:
            return self._fail(node.at, f"undeclared reference to '{node.name}' (in container '')")
        fields = _PATCH_FIELDS if node.name == _PATCH else {}
        for entry in node.entries:
            found = self._type(entry.value, scope)
            if entry.optional:
                found = self._unwrapped(entry.value, found)
            expected = fields.get(entry.name) if fields else DYN
            if expected is None or not self._agree(expected, found):
                words = f"expected type of field '{entry.name}' is '{expected or ''}' but provided type is '{found}'"
                self._fail(entry.at, words)
        return Type(node.name)

    def _macro(self, node: Macro, scope: dict[str, Type]) -> Type:
        if node.name == "bind":
            found = self._type(node.target, scope)
            return self._now(self._type(node.arguments[0], {**scope, node.variables[0]: found}))
        if node.name in REWRITTEN:
            expansion = self._keep(REWRITTEN[node.name](node))
            kind = self._type(expansion, scope)
            if isinstance(expansion, Macro) and (sorting := self._calls.get(id(expansion.arguments[0]))):
                self._calls[id(node)] = sorting  # what sortBy costs depends on the signature
            return kind
        return self._loop(node, *self._keep(loop_of(node)), scope)

    def _keep(self, expansion: Expansion) -> Expansion:
        """Keep a macro's expansion alive as long as the check, because types are recorded by the identity of nodes."""
        self._expansions.append(expansion)
        return expansion

    def _loop(self, node: Macro, start: Node, step: Node, result: Node, scope: dict[str, Type]) -> Type:
        target = self._now(self._type(node.target, scope))
        so_far = self._type(start, scope)
        outer = {**scope, SO_FAR: so_far}
        inner = {**outer, **self._variables_of(node, target)}
        self._expect(step.at, so_far, self._type(step, inner))
        return self._now(self._type(result, outer))

    def _variables_of(self, node: Macro, target: Type) -> dict[str, Type]:
        two = len(node.variables) == 2
        kinds: tuple[Type, ...]
        if target.name == "list":
            kinds = (INT, target.parameters[0]) if two else (target.parameters[0],)
        elif target.name == "map":
            kinds = target.parameters if two else target.parameters[:1]
        elif target in {DYN, ERROR} or types.is_variable(target):
            self._agree(DYN, target)
            kinds = (DYN,) * len(node.variables)
        else:
            words = f"expression of type '{target}' cannot be range of a comprehension (must be list, map, or dynamic)"
            self._fail(node.target.at, words)
            kinds = (ERROR,) * len(node.variables)
        return dict(zip(node.variables, kinds, strict=False))
