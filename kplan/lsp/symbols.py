"""The outline of a file: its objects as kind and name, and below each its fields."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from lsprotocol import types

from kplan.api.object import Object
from kplan.fieldpath import FieldPath
from kplan.lsp.ranges import Ruler
from kplan.manifest.document import Document
from kplan.pipeline.loaded import Loaded

_MOST: Final = 2_000
"""Fields of one object that are shown; an outline of more helps nobody."""
_KINDS: Final = {
    dict: types.SymbolKind.Object, list: types.SymbolKind.Array, str: types.SymbolKind.String,
    int: types.SymbolKind.Number, float: types.SymbolKind.Number, bool: types.SymbolKind.Boolean,
    type(None): types.SymbolKind.Null,
}  # fmt: skip


def symbols(loaded: Loaded, ruler: Ruler) -> Iterator[types.DocumentSymbol]:
    """The objects of a file with their fields; values are not part of it."""
    for one in loaded.objects:
        if isinstance(one.origin, Document):
            yield _object(one, one.origin, ruler)


def _object(one: Object, origin: Document, ruler: Ruler) -> types.DocumentSymbol:
    first, last = _lines(origin, FieldPath.of(), ruler)
    return types.DocumentSymbol(
        f"{one.gvk.kind}/{one.name or '?'}",
        types.SymbolKind.Object,
        _whole(ruler, first, 0, last),
        types.Range(ruler.place(first, 0), ruler.place(first, len(ruler.lines[first]))),
        detail=one.namespace or None,
        children=_fields(one.value, origin, ruler),
    )


def _fields(value: Any, origin: Document, ruler: Ruler) -> list[types.DocumentSymbol]:
    """The fields of an object as a tree, level by level, so that the first ones are shown if there are too many."""
    top: list[types.DocumentSymbol] = []
    waiting: list[tuple[tuple[str | int, ...], Any, list[types.DocumentSymbol]]] = [((), value, top)]
    left = _MOST
    while waiting and left:
        steps, held, into = waiting.pop(0)
        for step, name, inner in islice(_members(held), left):
            made = _field(name, inner, FieldPath.of(*steps, step), origin, ruler)
            children: list[types.DocumentSymbol] = []
            made.children = children
            into.append(made)
            left -= 1
            if isinstance(inner, (dict, list)):
                waiting.append(((*steps, step), inner, children))
    return top


def _members(held: Any) -> Iterator[tuple[str | int, str, Any]]:
    """The members of a mapping by key, the items of a list by their names or numbers."""
    if isinstance(held, dict):
        yield from ((key, key or "?", inner) for key, inner in held.items())
        return
    for number, item in enumerate(held):
        name = item.get("name") if isinstance(item, dict) else None
        yield number, name if isinstance(name, str) and name else str(number), item


def _field(name: str, value: Any, path: FieldPath, origin: Document, ruler: Ruler) -> types.DocumentSymbol:
    start = origin.locate_key(path).start
    first, last = _lines(origin, path, ruler)
    line = min(start.line, first)
    whole = _whole(ruler, line, start.column if line == start.line else 0, max(last, line))
    head = types.Range(whole.start, whole.start)
    return types.DocumentSymbol(name, _KINDS[type(value)], whole, head)


def _lines(origin: Document, path: FieldPath, ruler: Ruler) -> tuple[int, int]:
    """The first and the last line, within what the editor has."""
    first, last = origin.field_lines(path)
    most = len(ruler.lines) - 1
    return min(first, most), min(last, most)


def _whole(ruler: Ruler, first: int, column: int, last: int) -> types.Range:
    return types.Range(ruler.place(first, column), ruler.place(last, len(ruler.lines[last])))
