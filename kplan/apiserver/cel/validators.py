"""Checks after type-checking: literal patterns, times and format strings, and lists and maps of mixed types.

Upstream: vendor/github.com/google/cel-go/cel/validator.go, vendor/github.com/google/cel-go/ext/formatting.go
"""

from collections.abc import Callable, Iterator
from typing import Final

from kplan.api import timestamps
from kplan.api.timestamps import TimeError
from kplan.apiserver.cel.checker import Checked
from kplan.apiserver.cel.conversions import is_second
from kplan.apiserver.cel.nodes import Call, ListNode, Literal, Macro, MapNode, Node, Select, StructNode
from kplan.apiserver.cel.types import Type, runtime_name
from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.apiserver.goregexp.errors import RegexError

Problems = list[tuple[int, str]]

_LITERALS: Final[dict[str, tuple[type[Exception], Callable[[str], object]]]] = {
    "matches": (RegexError, compile_regex),
    "duration": (TimeError, timestamps.parse_duration),
    "timestamp": (TimeError, timestamps.parse_time),
}
_TEXTUAL: Final = frozenset(
    {"list", "map", "int", "uint", "double", "bool", "string", "timestamp", "bytes", "duration", "type", "null_type"}
)  # fmt: skip
_CLAUSES: Final[dict[str, tuple[frozenset[str], str]]] = {
    "s": (_TEXTUAL, "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps"),
    "d": (frozenset({"int", "uint"}), "decimal clause can only be used on integers"),
    "f": (frozenset({"double", "string"}), "fixed-point clause can only be used on doubles"),
    "e": (frozenset({"double", "string"}), "scientific clause can only be used on doubles"),
    "b": (frozenset({"int", "uint", "bool"}), "only integers and bools can be formatted as binary"),
    "x": (frozenset({"int", "uint", "string", "bytes"}), "only integers, byte buffers, and strings can be formatted as hex"),
    "o": (frozenset({"int", "uint"}), "octal clause can only be used on integers"),
}  # fmt: skip


def problems(node: Node, checked: Checked) -> Problems:
    """The errors of an expression, as offsets and messages."""
    found: Problems = []
    for part, exempt in _walk(node, exempt=False):
        match part:
            case Call():
                _literals(part, found)
                _format(part, checked, found)
            case ListNode() if not exempt:
                _list(part, checked, found)
            case MapNode() if not exempt:
                _map(part, checked, found)
    return found


def bad_pattern(node: Node) -> str:
    """The error of the first literal pattern that does not compile; empty if all of them do."""
    for part, _ in _walk(node, exempt=False):
        pattern = _literal_pattern(part)
        if pattern is not None:
            try:
                compile_regex(pattern)
            except RegexError as error:
                return str(error)
    return ""


def _literal_pattern(node: Node) -> str | None:
    """The pattern of a call that searches by a literal one; None for every other node."""
    if not isinstance(node, Call) or node.function not in {"find", "findAll", "matches"}:
        return None
    arguments = node.arguments if node.target is not None else node.arguments[1:]
    pattern = arguments[0] if arguments else None
    return pattern.value if isinstance(pattern, Literal) and isinstance(pattern.value, str) else None


def _walk(node: Node, *, exempt: bool) -> Iterator[tuple[Node, bool]]:
    """All nodes below a node, and whether they are inside a call of ``format``, whose arguments may differ in type."""
    yield node, exempt
    inside = exempt or (isinstance(node, Call) and node.function == "format")
    for child in _children(node):
        yield from _walk(child, exempt=inside)


def _children(node: Node) -> list[Node]:
    match node:
        case Call():
            return [*([node.target] if node.target is not None else []), *node.arguments]
        case Select():
            return [node.operand]
        case ListNode():
            return node.items
        case MapNode():
            return [part for key, value, _ in node.entries for part in (key, value)]
        case StructNode():
            return [entry.value for entry in node.entries]
        case Macro():
            return [node.target, *node.arguments]
    return []


def _literals(node: Call, found: Problems) -> None:
    argument = node.arguments[0] if node.arguments else None
    if node.function not in _LITERALS or not isinstance(argument, Literal):
        return
    if not _is_readable(node.function, argument.value):
        found.append((argument.at, f"invalid {node.function} argument"))


def _is_readable(function: str, value: object) -> bool:
    """Whether a function can read a literal; the type of a pattern is checked already."""
    refusal, read = _LITERALS[function]
    if not isinstance(value, str):
        return function == "matches" or (function == "timestamp" and type(value) is int and is_second(value))
    try:
        read(value)
    except refusal:
        return False
    return True


def _member_kind(kind: Type, *, optional: bool) -> Type:
    return kind.parameters[0] if optional and kind.parameters else kind


def _list(node: ListNode, checked: Checked, found: Problems) -> None:
    first: Type | None = None
    for index, item in enumerate(node.items):
        kind = _member_kind(checked.kind(item), optional=index in node.optional)
        if first is None:
            first = kind
        elif kind != first:
            found.append((item.at, f"expected type '{first}' but found '{kind}'"))
            return


def _map(node: MapNode, checked: Checked, found: Problems) -> None:
    first: tuple[Type, Type] | None = None
    for key, value, optional in node.entries:
        kinds = checked.kind(key), _member_kind(checked.kind(value), optional=optional)
        if first is None:
            first = kinds
            continue
        for part, expected, kind in zip((key, value), first, kinds, strict=True):
            if kind != expected:
                found.append((part.at, f"expected type '{expected}' but found '{kind}'"))


class _FormatError(Exception):
    def __init__(self, words: str, at: int | None = None) -> None:
        super().__init__(words)
        self.at = at


def _format(node: Call, checked: Checked, found: Problems) -> None:
    arguments = node.arguments[0] if len(node.arguments) == 1 else None
    text = node.target.value if isinstance(node.target, Literal) else None
    if node.function != "format" or not isinstance(text, str) or not isinstance(arguments, ListNode):
        return
    try:
        asked = _check_format(text, arguments.items, checked)
    except _FormatError as error:
        found.append((node.at if error.at is None else error.at, str(error)))
        return
    if len(arguments.items) > asked:
        given = f"(expected {asked}, got {len(arguments.items)})"
        found.append((node.at, f"too many arguments supplied to string.format {given}"))


def _check_format(text: str, arguments: list[Node], checked: Checked) -> int:
    """How many arguments a format string uses. Raises _FormatError."""
    asked, at = 0, text.find("%")
    while at >= 0:
        if text[at + 1 : at + 2] == "%":
            at = text.find("%", at + 2)
            continue
        if at + 1 >= len(text):
            raise _FormatError("unexpected end of string")
        if asked >= len(arguments):
            raise _FormatError(f"index {asked} out of range")
        at = _clause(text, at + 1, arguments[asked], checked)
        asked += 1
        at = text.find("%", at)
    return asked


def _clause(text: str, at: int, argument: Node, checked: Checked) -> int:
    problem = "could not parse formatting clause: "
    if text[at] == ".":
        start = at = at + 1
        while at < len(text) and text[at] in "0123456789":
            at += 1
        if at >= len(text):
            raise _FormatError(
                problem + "error while parsing precision: could not find end of precision specifier"
            )
        if start == at:
            words = 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax'
            raise _FormatError(f"{problem}error while parsing precision: {words}")
    clause = _CLAUSES.get("x" if text[at] == "X" else text[at])
    if clause is None:
        shown = chr(text[at].encode()[0])
        raise _FormatError(f'{problem}unrecognized formatting clause "{shown}"')
    wrong = _unfit(argument, clause[0], checked)
    if wrong is not None:
        given = runtime_name(checked.kind(wrong)).partition("(")[0]
        raise _FormatError(f"error during formatting: {clause[1]}, was given {given}", wrong.at)
    return at + 1


def _unfit(node: Node, kinds: frozenset[str], checked: Checked) -> Node | None:
    """The part of an argument that a formatting clause does not accept; None if it accepts all of it."""
    if checked.kind(node).name not in {*kinds, "dyn"}:
        return node
    if kinds is not _TEXTUAL or not isinstance(node, (ListNode, MapNode)):
        return None
    return next((bad for part in _children(node) if (bad := _unfit(part, kinds, checked)) is not None), None)
