"""Estimates what an expression may cost at most, from the sizes its inputs may have.

Rules of custom resources whose estimate is too high are refused when their definition is created.

Upstream: vendor/github.com/google/cel-go/checker/cost.go
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kplan.apiserver.cel import call_cost
from kplan.apiserver.cel.call_cost import MOST, UNKNOWN, Argument, Size, plus, scaled, times, union
from kplan.apiserver.cel.checker import Checked
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
from kplan.apiserver.cel.prices import LIST_LITERAL, MAP_LITERAL, OBJECT_LITERAL
from kplan.apiserver.cel.types import Type

Path = tuple[str, ...]
Estimate = Callable[[Path], Size | None]
"""Looks up the size of what a path through the declared variables leads to; None if it is not known."""

_SCALARS: Final = frozenset({"bool", "double", "duration", "int", "timestamp", "uint"})
_SELECTABLE: Final = frozenset({"map", "object"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """The sizes of the keys and values of a list or map."""

    listed: bool
    key: Size
    value: Size

    def joined(self, other: "_Entry | None") -> "_Entry | None":
        if other is None:
            return None
        return _Entry(self.listed, union(self.key, other.key), union(self.value, other.value))


@dataclass(frozen=True, slots=True)
class _Local:
    path: Path
    size: Size | None
    entry: _Entry | None = None


_EMPTY: Final = _Entry(True, (1, 1), (0, 0))


def estimated(node: Node, checked: Checked, estimate: Estimate) -> int:
    """The most that an expression may cost."""
    return _Coster(checked, estimate).cost(node)


class _Coster:
    def __init__(self, checked: Checked, estimate: Estimate) -> None:
        self._checked = checked
        self._estimate = estimate
        self._paths: dict[int, Path] = {}
        self._sizes: dict[int, Size] = {}
        self._entries: dict[int, _Entry] = {}
        self._locals: dict[str, list[_Local]] = {}

    def cost(self, node: Node) -> int:
        match node:
            case Identifier():
                local = self._local(node)
                self._paths[id(node)] = local.path if local else (node.name,)
                return 1
            case Select():
                return self._select(node)
            case Call():
                return self._call(node)
            case ListNode():
                return self._list(node)
            case MapNode():
                return self._map(node)
            case StructNode():
                return self._sum(*(entry.value for entry in node.entries)) + OBJECT_LITERAL
            case Macro():
                return self._macro(node)
        return 0

    def _sum(self, *nodes: Node) -> int:
        total = 0
        for node in nodes:
            total = plus(total, self.cost(node))
        return total

    def _local(self, node: Node) -> _Local | None:
        stack = self._locals.get(node.name) if isinstance(node, Identifier) else None
        return stack[-1] if stack else None

    def _kind(self, node: Node) -> Type:
        return self._checked.kind(node)

    def _path(self, node: Node) -> Path:
        local = self._local(node)
        return local.path if local else self._paths.get(id(node), ())

    def _size(self, node: Node) -> Size | None:
        if id(node) in self._sizes:
            return self._sizes[id(node)]
        if (size := _written_size(node)) is not None:
            return size
        if (path := self._path(node)) and (size := self._estimate(path)) is not None:
            self._sizes[id(node)] = size
            return size
        if _is_scalar(self._kind(node)):
            return (1, 1)
        local = self._local(node)
        return local.size if local else None

    def _size_or_unknown(self, node: Node) -> Size:
        return self._size(node) or UNKNOWN

    def _entry(self, node: Node) -> _Entry | None:
        if id(node) in self._entries:
            return self._entries[id(node)]
        local = self._local(node)
        return local.entry if local else None

    def _keep(self, node: Node, size: Size | None, entry: _Entry | None = None) -> None:
        if size is not None:
            self._sizes[id(node)] = size
        if entry is not None:
            self._entries[id(node)] = entry

    def _select(self, node: Select) -> int:
        if (name := self._checked.names.get(id(node))) is not None:
            self._paths[id(node)] = (name,)
            return 1
        total = self.cost(node.operand)
        if node.test:
            return total
        if node.optional:
            return plus(total, 1)
        kind = self._kind(node.operand)
        if kind.name in _SELECTABLE or kind.fields is not None or kind.name.startswith("%"):
            total = plus(total, 1)
        self._paths[id(node)] = (*self._path(node.operand), node.name)
        return total

    def _list(self, node: ListNode) -> int:
        total = self._sum(*node.items)
        item: Size = (MOST, 0) if node.items else (0, 0)
        for inner in node.items:
            item = union(item, self._size_or_unknown(inner))
        self._entries[id(node)] = _Entry(True, (1, 1), item)
        return plus(total, LIST_LITERAL)

    def _map(self, node: MapNode) -> int:
        total = 0
        key = value = (MOST, 0) if node.entries else (0, 0)
        for one, other, _ in node.entries:
            total = plus(total, self._sum(one, other))
            key = union(key, self._size_or_unknown(one))
            value = union(value, self._size_or_unknown(other))
        self._entries[id(node)] = _Entry(False, key, value)
        return plus(total, MAP_LITERAL)

    # -- calls ------------------------------------------------------------------------------------------------------

    def _argument(self, node: Node) -> Argument:
        literal = node.value if isinstance(node, Literal) else None
        kind = self._kind(node)
        size, path = self._size(node), self._path(node)
        item = self._estimate((*path, "@items")) if path and kind.parameters else None
        return Argument(kind, size or UNKNOWN, item or UNKNOWN, literal)

    def _call(self, node: Call) -> int:
        if node.function == "dyn" and node.target is None:
            total = plus(1, self.cost(node.arguments[0]))
            self._keep(node, self._size(node.arguments[0]), self._entry(node.arguments[0]))
            return total
        costs = [self.cost(argument) for argument in node.arguments]
        given = sum(costs)
        if node.function in {"_&&_", "_||_"}:
            self._keep(node, self._size(node))
            return min(given, MOST)
        if node.function == "_?_:_":
            return self._conditional(node, costs)
        name, member, overloads = self._checked.calls[id(node)]
        arguments = [self._argument(argument) for argument in node.arguments]
        target = None
        if member and node.target is not None:
            given += self.cost(node.target)
            target = self._argument(node.target)
        most, result = 0, None
        for overload in overloads:
            cost, size = call_cost.of(name, overload, target, arguments)
            most = max(most, cost)
            if size is not None:
                result = size if result is None else union(result, size)
            result = self._tracked(node, name, overload.parameters, result)
        self._keep(node, result)
        return min(given + most, MOST)

    def _tracked(self, node: Call, name: str, kinds: tuple[Type, ...], result: Size | None) -> Size | None:
        """Follow what indexing leads to and what adding lists makes."""
        if name == "_[_]" and kinds[0].name in {"list", "map"}:
            entry = self._entry(node.arguments[0])
            below = "@items" if kinds[0].name == "list" else "@values"
            self._paths[id(node)] = (*self._path(node.arguments[0]), below)
            result = entry.value if entry else None
        elif name == "_+_" and kinds[0].name in {"list", "string", "bytes"}:
            one, other = map(self._entry, node.arguments)
            self._keep(node, None, one.joined(other) if one else None)
        return self._size(node) if result is None else result

    def _conditional(self, node: Call, costs: list[int]) -> int:
        _, then, otherwise = node.arguments
        entry = self._entry(then)
        size = union(self._size_or_unknown(then), self._size_or_unknown(otherwise))
        self._keep(node, size, entry.joined(self._entry(otherwise)) if entry else None)
        return plus(costs[0], max(costs[1:]))

    # -- macros -----------------------------------------------------------------------------------------------------

    def _macro(self, node: Macro) -> int:
        if node.name in {"optMap", "optFlatMap"}:
            return self._optional(node)
        if node.name == "sortBy":
            return self._sorted(node)
        total = self.cost(node.target)
        self._enter(node)
        costs = [self.cost(argument) for argument in node.arguments]
        sizes = [self._size_or_unknown(argument) for argument in node.arguments]
        for variable in node.variables:
            self._locals[variable].pop()
        count = self._size_or_unknown(node.target)
        once, loop = _loop(node.name, costs)
        if node.name in {"all", "exists", "exists_one", "existsOne"}:
            self._keep(node, (1, 1))
        elif node.name == "filter":
            item = self._local_size(node)
            self._keep(node, count, _EMPTY.joined(_Entry(True, (1, 1), item)))
        elif node.name in {"map", "transformList"}:
            self._keep(node, count, _EMPTY.joined(_Entry(True, (1, 1), sizes[-1])))
        else:
            self._keep(node, count)
        return plus(plus(total, once), times(count[1], loop))

    def _enter(self, node: Macro) -> None:
        """Declare the variables of a loop."""
        entry, path = self._entry(node.target), self._path(node.target)
        listed = entry.listed if entry else self._kind(node.target).name == "list"
        item = _Local((*path, "@items" if listed else "@values"), entry.value if entry else None)
        key = _Local((*path, "@indices" if listed else "@keys"), entry.key if entry else None)
        found = (key, item) if len(node.variables) == 2 else (item if listed else key,)
        for variable, local in zip(node.variables, found, strict=True):
            self._locals.setdefault(variable, []).append(local)

    def _local_size(self, node: Macro) -> Size:
        """The size of what a filter lets pass."""
        self._enter(node)
        stack = self._locals[node.variables[0]]
        local = stack[-1]
        for variable in node.variables:
            self._locals[variable].pop()
        size = self._estimate(local.path)
        if size is None and _is_scalar(self._item_kind(node)):
            size = (1, 1)
        return size or local.size or UNKNOWN

    def _item_kind(self, node: Macro) -> Type:
        kind = self._kind(node.target)
        return kind.parameters[0] if kind.parameters else kind

    def _optional(self, node: Macro) -> int:
        target = self.cost(node.target)
        self._locals.setdefault(node.variables[0], []).append(_Local((), None))
        inner = self.cost(node.arguments[0])
        self._locals[node.variables[0]].pop()
        bound = plus(LIST_LITERAL + target + 1, inner)
        wrapped = plus(bound, 1) if node.name == "optMap" else bound
        return plus(target + 1, max(wrapped, 1))

    def _sorted(self, node: Macro) -> int:
        target = self.cost(node.target)
        self._enter(node)
        key = self.cost(node.arguments[0])
        kind = self._kind(node.arguments[0])
        for variable in node.variables:
            self._locals[variable].pop()
        count = self._size_or_unknown(node.target)
        once, loop = _loop("map", [key])
        mapped = plus(plus(1, once), times(count[1], loop))
        pairs = times(count[1], count[1])
        factor = 2.1 if kind.name in {"string", "bytes"} else 2.0
        self._keep(node, (times(count[0], count[0]), pairs))
        call = plus(scaled(pairs, factor), 1 + LIST_LITERAL)
        return min(LIST_LITERAL + target + 1 + mapped + call, MOST)


def _loop(name: str, costs: list[int]) -> tuple[int, int]:
    """What a loop costs once and for each entry."""
    last = costs[-1]
    guard = costs[0] if len(costs) > 1 else None
    match name:
        case "all":
            return 1, plus(last, 3)
        case "exists":
            return 1, plus(last, 4)
        case "exists_one" | "existsOne":
            return 2, plus(last, 2)
        case "filter":
            return LIST_LITERAL + 1, plus(last, 13)
        case "map" | "transformList":
            once, step = LIST_LITERAL + 1, plus(last, 12)
        case "transformMap":
            once, step = MAP_LITERAL + 1, plus(last, 3)
        case _:
            once, step = MAP_LITERAL + 1, plus(last, 2)
    return once, step if guard is None else plus(guard, step)


def _written_size(node: Node) -> Size | None:
    match node:
        case Literal():
            length = len(node.value) if isinstance(node.value, (str, bytes)) else 1
            return (length, length)
        case ListNode():
            return (len(node.items), len(node.items))
        case MapNode():
            return (len(node.entries), len(node.entries))
    return None


def _is_scalar(kind: Type) -> bool:
    if kind.name == "optional":
        return _is_scalar(kind.parameters[0])
    return kind.name in _SCALARS
