"""What calls of functions may cost at most, and how large their results may be.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/cost.go, vendor/github.com/google/cel-go/{checker/cost.go,ext}
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kplan.apiserver.cel.types import Overload, Type

Size = tuple[int, int]
"""The least and the most entries, bytes or characters."""

MOST: Final = 2**64 - 1
UNKNOWN: Final[Size] = (0, MOST)

_TRAVERSAL: Final = 0.1
_PATTERN: Final = 0.25
_CHECK: Final = 350_000
_NEW_LIST: Final = 10
_REQUIREMENT: Final = 50.0
_NAME_PATTERN: Final = 128
_FORMAT: Final = 64


def plus(one: int, other: int) -> int:
    """A sum that stops at the largest number."""
    return min(one + other, MOST)


def times(one: int, other: int) -> int:
    """A product that stops at the largest number."""
    return min(one * other, MOST)


def scaled(count: int, factor: float) -> int:
    """A product with a factor, rounded up."""
    if count > 0 and factor > 0 and float(count) > MOST / factor:
        return MOST
    return min(math.ceil(float(count) * factor), MOST)


def union(one: Size, other: Size) -> Size:
    """The range that holds both."""
    return min(one[0], other[0]), max(one[1], other[1])


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument or target: its type, its size, its items' size and its value if it is written out."""

    kind: Type
    size: Size
    item: Size
    literal: Any = None

    @property
    def most(self) -> int:
        """Its greatest size."""
        return self.size[1]


Answer = tuple[int, Size | None]
Arguments = Sequence[Argument]


def of(name: str, overload: Overload, target: Argument | None, arguments: Arguments) -> Answer:
    """The cost of one signature of a function, and the size of its result if that is known."""
    found = _listed(name, target, arguments)
    if found is None:
        found = _cluster(name, overload, target, arguments)
    return _standard(name, overload, target, arguments) if found is None else found


def _allocating(factor: float, size: Size) -> Answer:
    return plus(scaled(size[1], factor), 1 + _NEW_LIST), size


def _number(argument: Argument, default: int) -> int:
    value = argument.literal
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else default


def _listed(name: str, target: Argument | None, arguments: Arguments) -> Answer | None:
    """The extensions for lists and sets."""
    if name in {"sets.contains", "sets.intersects", "sets.equivalent"}:
        pairs = times(arguments[0].most, arguments[1].most)
        return plus(scaled(pairs, 2 if name == "sets.equivalent" else 1), 1), None
    if name == "lists.range":
        count = _number(arguments[0], MOST)
        return _allocating(1, (count, count))
    if target is None or target.kind.name not in {"list", "dyn", "any"}:
        return None
    if name == "slice":
        count = (_number(arguments[1], target.most) - _number(arguments[0], 0)) & MOST
        return _allocating(1, (count, count))
    if name == "reverse":
        return _allocating(1, target.size)
    if name == "flatten":
        return _allocating(float(_number(arguments[0], MOST)) if arguments else 1.0, target.size)
    if name in {"distinct", "sort"}:
        least, most = target.size
        inner = target.kind.parameters[0].name if target.kind.parameters else ""
        factor = 2.1 if name == "sort" and inner in {"string", "bytes"} else 2.0
        return _allocating(factor, (times(least, least), times(most, most)))
    return None


_NOMINAL: Final = frozenset(
    {
        "serviceAccount", "path", "group", "resource", "subresource", "namespace", "name", "allowed", "reason", "error", "errored",
        "masked", "prefixLength", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast",
        "isGlobalUnicast", "format.named", "sign", "asInteger", "isInteger", "asApproximateFloat", "isGreaterThan", "isLessThan",
        "compareTo", "add", "sub", "major", "minor", "patch", "getScheme", "getHostname", "getHost", "getPort", "getEscapedPath",
        "getQuery",
    }
)  # fmt: skip
_ORDER: Final = frozenset({"isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"})
_PARSED: Final = frozenset({"cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver"})
_COMPARED_AT_ONCE: Final = frozenset(
    {
        "net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver", "kubernetes.authorization.Authorizer",
        "kubernetes.authorization.PathCheck", "kubernetes.authorization.GroupCheck", "kubernetes.authorization.ResourceCheck",
        "kubernetes.authorization.Decision",
    }
)  # fmt: skip


def _cluster(name: str, overload: Overload, target: Argument | None, arguments: Arguments) -> Answer | None:
    """The functions that Kubernetes adds or prices itself."""
    if name in _NOMINAL:
        return 1, None
    if name == "check":
        return _CHECK, None
    if name == "_==_":
        return _equality(arguments)
    if name in {"ip", "ip.isCanonical"}:
        if overload.target is not None:
            return 1, None
        return scaled(arguments[0].most, 2 * _TRAVERSAL if name == "ip.isCanonical" else _TRAVERSAL), None
    if name in _PARSED:
        return scaled(arguments[0].most, _TRAVERSAL), None
    if name in {"url", "jsonpatch.escapeKey"}:
        return scaled(arguments[0].most, _TRAVERSAL), arguments[0].size
    if name in {"fieldSelector", "labelSelector"}:
        most = arguments[0].most
        return plus(_NEW_LIST + scaled(most, _TRAVERSAL), scaled(scaled(most, 0.5), _REQUIREMENT)), None
    if name == "validate":
        return scaled(scaled(arguments[0].most, _TRAVERSAL), _NAME_PATTERN * _PATTERN), None
    if name in {"containsIP", "containsCIDR"}:
        cost = scaled(32, _TRAVERSAL) + (scaled(16, _TRAVERSAL) + 1 if name == "containsCIDR" else 0)
        written = overload.parameters[0].name == "string"
        return plus(cost, scaled(arguments[0].most, _TRAVERSAL) if written else 0), None
    price = _TARGETED.get(name)
    return price(target, arguments) if price is not None and target is not None else None


def _equality(arguments: Arguments) -> Answer | None:
    one, other = arguments
    if one.kind != other.kind:
        return None
    if one.kind.name in _COMPARED_AT_ONCE:
        return 1, None
    if one.kind.name == "kubernetes.NamedFormat":
        return scaled(_FORMAT, _TRAVERSAL), None
    if one.kind.name == "kubernetes.URL":
        return scaled(1 if other.size == UNKNOWN else other.most, _TRAVERSAL), None
    return None


def _ordering(target: Argument, _: Arguments) -> Answer:
    if not target.kind.parameters:
        return scaled(target.most, _TRAVERSAL), None
    text = target.kind.parameters[0].name in {"string", "bytes"}
    each = plus(1, scaled(target.item[1], _TRAVERSAL) if text else 0)
    return times(target.most, each), None


def _same_size(target: Argument, _: Arguments) -> Answer:
    return scaled(target.most, _TRAVERSAL), target.size


def _replace(target: Argument, arguments: Arguments) -> Answer:
    size, old, new = target.size, arguments[0].size, arguments[1].size
    if old[0] == 0:
        count_most, kept_most = min(size[1] + 1, MOST), size[1]
    elif new[1] <= old[0]:
        count_most, kept_most = 0, size[1]
    else:
        count_most, kept_most = min(math.ceil(size[1] / old[0]), MOST), 0
    if old[1] == 0:
        count_least, kept_least = min(size[0] + 1, MOST), size[0]
    elif old[1] <= new[0]:
        count_least, kept_least = 0, size[0]
    else:
        count_least, kept_least = math.ceil(size[0] / old[1]), 0
    result = plus(times(count_least, new[0]), kept_least), plus(times(count_most, new[1]), kept_most)
    return scaled(size[1], 2 * _TRAVERSAL), result


def _split(target: Argument, arguments: Arguments) -> Answer:
    most = target.most
    if len(arguments) > 1 and isinstance(arguments[1].literal, int):
        most = arguments[1].literal & MOST
    return scaled(target.most, 2 * _TRAVERSAL), (0, most)


def _join(target: Argument, arguments: Arguments) -> Answer:
    least = most = 0
    if target.kind.parameters:
        least, most = times(target.size[0], target.item[0]), times(target.size[1], target.item[1])
    if arguments:
        separator = arguments[0].size
        least = plus(least, times(separator[0], max(target.size[0] - 1, 0)))
        most = plus(most, times(separator[1], max(target.size[1] - 1, 0)))
    return scaled(most, _TRAVERSAL), (least, most)


def _find(target: Argument, arguments: Arguments) -> Answer:
    return _pattern(target, arguments[0]), (0, target.most)


def _pattern(text: Argument, pattern: Argument) -> int:
    return times(scaled(plus(text.most, 1), _TRAVERSAL), scaled(pattern.most, _PATTERN))


_TARGETED: Final[dict[str, Callable[[Argument, Arguments], Answer]]] = {
    **dict.fromkeys(_ORDER, _ordering),
    **dict.fromkeys(("lowerAscii", "upperAscii", "substring", "trim"), _same_size),
    "replace": _replace, "split": _split, "join": _join, "find": _find, "findAll": _find,
}  # fmt: skip


def _standard(name: str, overload: Overload, target: Argument | None, arguments: Arguments) -> Answer:
    """The functions of the language itself."""
    kinds = tuple(kind.name for kind in overload.parameters)
    if target is not None and overload.target is not None and overload.target.name == "string":
        match name:
            case "format":
                return scaled(target.most, _TRAVERSAL), None
            case "startsWith" | "endsWith":
                return scaled(arguments[0].most, _TRAVERSAL), None
            case "matches":
                return _pattern(target, arguments[0]), None
            case "contains":
                return times(scaled(target.most, _TRAVERSAL), scaled(arguments[0].most, _TRAVERSAL)), None
    if len(arguments) == 1 and target is None:
        return _converted(name, kinds[0], arguments[0].size)
    if len(arguments) == 2 and target is None:
        one, other = arguments
        if name == "@in" and kinds[1] == "list":
            return other.most, None
        if name == "_+_" and kinds[0] in {"string", "bytes", "list"}:
            size = plus(one.size[0], other.size[0]), plus(one.most, other.most)
            return 1 if kinds[0] == "list" else scaled(size[1], _TRAVERSAL), size
        ordered = name in {"_<_", "_<=_", "_>_", "_>=_"} and kinds[0] in {"string", "bytes"}
        if ordered or name in {"_==_", "_!=_"}:
            return scaled(min(one.most, other.most), _TRAVERSAL), None
    return 1, None


def _converted(name: str, kind: str, size: Size) -> Answer:
    least, most = size
    if name == "bytes" and kind == "string":
        return scaled(most, _TRAVERSAL), (least, most * 4 & MOST)
    if name == "string" and kind == "bytes":
        return scaled(most, _TRAVERSAL), (least // 4, most)
    if name == "strings.quote":
        return scaled(most, _TRAVERSAL), (least + 2, most * 2 + 2 & MOST)
    return 1, None
