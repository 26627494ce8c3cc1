"""One edit of a document as splices of its text: what is cut out where, and what comes in its place."""

import json
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Table
from itertools import islice
from typing import Any, Final

from kplan.fieldpath import FieldPath, Step
from kplan.fixes import Edit, Op
from kplan.manifest import brackets, layout
from kplan.manifest.lines import EditError, Lines, Splice, lines_of
from kplan.manifest.nodes import Mapping, Node, Scalar, Sequence, child, last_scalar

_NULLS: Final = ("", "~", "null", "Null", "NULL")


def change(text: str, edit: Edit) -> list[Splice]:
    """The splices of an edit of a document's text, apart from each other. Raises EditError."""
    return changed(lines_of(text), edit)


def changed(lines: Lines, edit: Edit) -> list[Splice]:
    """The same of a text that is open already."""
    return list(_CHANGES[edit.op](lines, edit))


def spliced(text: str, splices: list[Splice]) -> str:
    """The text with the splices made."""
    for start, end, new in sorted(splices, reverse=True):
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def _put(text: Lines, edit: Edit) -> Iterator[Splice]:
    yield _given(text, edit.path.steps, edit.value)


def _given(text: Lines, steps: tuple[Step, ...], value: Any) -> Splice:
    """Give the field at some steps a value."""
    parent: Node = text.root
    node: Node = text.root
    for place, step in enumerate(steps):
        here = child(node, step)
        if here is not None:
            parent, node = node, _own(here)
        elif isinstance(node, Mapping) and isinstance(step, str):
            return _inserted(text, node, step, _nested(steps[place + 1 :], value))
        elif isinstance(node, Scalar) and place:
            _require_null(text, node)
            return _replaced(text, parent, steps[place - 1], node, _nested(steps[place:], value))
        else:
            raise EditError("the place is not in the document")
    return _replaced(text, parent, steps[-1], node, value)


def _own(node: Node) -> Node:
    """A node that nothing else refers to. Raises EditError if an anchor or alias shares it."""
    if node.shared:
        raise EditError("an anchor shares the place with others")
    return node


def _found(text: Lines, path: FieldPath) -> tuple[Node, Node]:
    """The node that holds the one at a path, and that one itself."""
    parent: Node = text.root
    node: Node = text.root
    for step in path.steps:
        here = child(node, step)
        if here is None:
            raise EditError("the place is not in the document")
        parent, node = _own(node), here
    return parent, node


def _require_null(text: Lines, node: Scalar) -> None:
    if node.style or text.text[node.start : node.end] not in _NULLS:
        raise EditError("a value stands in the way")


def _nested(steps: tuple[Step, ...], value: Any) -> Any:
    for step in reversed(steps):
        if not isinstance(step, str):
            raise EditError("the list is not in the document")
        value = {str(step): value}
    return value


def _inserted(text: Lines, mapping: Mapping, name: str, value: Any) -> Splice:
    """Put a new member behind the last."""
    if mapping.flow:
        return brackets.member(text, mapping, name, value)
    indent = text.column(mapping.members[0].key.start)
    return text.insertion(text.after(mapping), layout.block_member(name, value, indent, text.layout))


def _replaced(text: Lines, parent: Node, step: Step, node: Node, value: Any) -> Splice:
    """Put a value in a node's place."""
    if isinstance(parent, Scalar) or node is text.root:
        raise EditError("a whole document is not replaced")
    if parent.flow or (not isinstance(node, Scalar) and node.flow):
        written = brackets.value(text, parent if parent.flow else node, value)  # type: ignore[arg-type]  # one of them is flow
        return Splice(node.start, node.end, _in_quotes_of(node, value) or written)
    if isinstance(node, Scalar) and not node.is_block and not (value and isinstance(value, (dict, list))):
        if text.text[node.start : node.start + 1] in ("!", "*"):
            raise EditError("the value has a tag")
        written = _in_quotes_of(node, value) or layout.block_scalar(value)
        return Splice(node.start, node.end, written if node.start < node.end else f" {written}")
    if not isinstance(parent, Mapping) or not isinstance(step, str):
        raise EditError("an item of a list is not replaced as a whole")
    return _rewritten(text, parent, step, node, value)


def _in_quotes_of(node: Node, value: Any) -> str:
    """A text in the quotes that stand there now; empty if there are none, or they do not fit."""
    if not isinstance(node, Scalar) or not isinstance(value, str) or not value.isprintable():
        return ""
    if node.style == "'":
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False) if node.style == '"' else ""


def _rewritten(text: Lines, mapping: Mapping, name: str, node: Node, value: Any) -> Splice:
    """Write a member of a block anew below its key; what stands behind the key stays."""
    place = mapping.member(name)
    assert place is not None
    key = mapping.members[place].key
    lines = layout.block_member(name, value, text.column(key.start), text.layout)
    head = lines[0].lstrip()
    if isinstance(node, Scalar) and not node.is_block:
        kept = text.text[key.start : node.start].rstrip() + text.text[node.end : text.end(node.end)].rstrip()
        return Splice(key.start, text.end(node.end), text.newline(key.start).join([kept, *lines[1:]]))
    stop = text.after(node)
    ended = "" if stop == len(text.text) and not text.text.endswith("\n") else text.newline(key.start)
    return Splice(key.start, stop, text.newline(key.start).join([head, *lines[1:]]) + ended)


def _append(text: Lines, edit: Edit) -> Iterator[Splice]:
    try:
        _, node = _found(text, edit.path)
    except EditError:
        yield _given(text, edit.path.steps, [edit.value])
        return
    if isinstance(_own(node), Scalar):
        yield _given(text, edit.path.steps, [edit.value])
    elif not isinstance(node, Sequence):
        raise EditError("there is no list to add to")
    elif node.flow:
        yield brackets.item(text, node, edit.value)
    else:
        lines = layout.block_item(edit.value, text.column(node.start), text.layout)
        yield text.insertion(text.after(node), lines)


def _quote(text: Lines, edit: Edit) -> Iterator[Splice]:
    _, node = _found(text, edit.path)
    written = text.text[node.start : node.end]
    if not isinstance(_own(node), Scalar) or not _is_plain(node, written):
        raise EditError("it cannot be put in quotes")
    if json.dumps(written, ensure_ascii=False) != f'"{written}"':
        raise EditError("it holds what quotes would change")
    yield from (Splice(place, place, '"') for place in (node.start, node.end))


def _is_plain(node: Node, written: str) -> bool:
    """Whether a node is written in one line without quotes or a tag."""
    return (
        isinstance(node, Scalar)
        and not node.style
        and bool(written)
        and written[0] not in "!&"
        and "\n" not in written
    )


def _rename(text: Lines, edit: Edit) -> Iterator[Splice]:
    parent, _ = _found(text, edit.path)
    place = parent.member(str(edit.path.step)) if isinstance(parent, Mapping) else None
    if place is None or not isinstance(parent, Mapping) or parent.member(edit.text) is not None:
        raise EditError("the field is not there, or the other one is there already")
    key = parent.members[place].key
    if key.style not in ("", "'", '"') or text.text[key.start] in "!&*?":
        raise EditError("the name is not written plainly")
    quoted = _in_quotes_of(key, edit.text)
    yield Splice(key.start, key.end, quoted or layout.key(edit.text, flow=parent.flow))


def _remove(text: Lines, edit: Edit) -> Iterator[Splice]:
    parent, _ = _found(text, edit.path)
    if isinstance(parent, Mapping):
        place = parent.member(str(edit.path.step))
        if place is None:  # a path leaves a field without a name out
            raise EditError("the field is not there")
        yield from _without(text, parent, [place])
    elif isinstance(parent, Sequence) and isinstance(edit.path.step, int):
        yield _without_item(text, parent, edit.path.step)
    else:
        raise EditError("a whole document is not removed")


def _keep_last(text: Lines, edit: Edit) -> Iterator[Splice]:
    parent, _ = _found(text, edit.path)
    if not isinstance(parent, Mapping):
        raise EditError("the field is not there")
    *others, _last = [place for place, one in enumerate(parent.members) if one.name == edit.path.step]
    if not others:
        raise EditError("the field stands there once")
    yield from _without(text, parent, others)


def _uncomment(text: Lines, edit: Edit) -> Iterator[Splice]:
    from kplan.manifest.comments import is_comment  # noqa: PLC0415 - few comments are idle

    found = list(islice(_line_ends(text, edit.text), 2))
    if len(found) != 1 or not is_comment(text.text[text.start(found[0]) : found[0]], text.column(found[0])):
        raise EditError("the comment is not there, or several times")
    start = found[0]
    if text.begins_line(start):
        end = text.text.find("\n", start)
        yield _lines_out(text, start, len(text.text) if end < 0 else end + 1)
    else:
        before = text.text[text.start(start) : start].rstrip()
        yield Splice(text.start(start) + len(before), text.end(start), "")


def _line_ends(text: Lines, comment: str) -> Iterator[int]:
    """Where lines end with a comment; looked for without a pattern, for each would be compiled."""
    start = text.text.find(comment)
    while start >= 0:
        if not text.text[start + len(comment) : text.end(start)].strip(" \t\r"):
            yield start
        start = text.text.find(comment, start + 1)


def _without(text: Lines, mapping: Mapping, places: list[int]) -> Iterator[Splice]:
    """Take out some members of a mapping."""
    if len(places) == len(mapping.members):
        yield _emptied(text, mapping, "{}")
    elif mapping.flow:
        starts, ends = ([one.key.start for one in mapping.members], [one.node.end for one in mapping.members])
        yield from (brackets.cut(starts, ends, place) for place in places)
    else:
        yield from (_without_member(text, mapping, place) for place in places)


def _without_member(text: Lines, mapping: Mapping, place: int) -> Splice:
    """Take out the lines of a member; one behind a dash makes room for the next."""
    member = mapping.members[place]
    stop = text.after(member.node)
    if text.begins_line(member.key.start):
        return _lines_out(text, member.key.start, stop)
    following = mapping.members[place + 1].key.start
    if text.text[stop:following].strip():
        raise EditError("a comment stands in the way")
    return Splice(member.key.start, following, "")


def _without_item(text: Lines, sequence: Sequence, place: int) -> Splice:
    """Take out an item of a list with its dash."""
    if len(sequence.items) == 1:
        return _emptied(text, sequence, "[]")
    if sequence.flow:
        return brackets.cut([one.start for one in sequence.items], [one.end for one in sequence.items], place)
    node = sequence.items[place]
    dash = text.text.rfind("-", 0, node.start)
    if dash < 0 or text.text[dash + 1 : node.start].strip() or not text.begins_line(dash):
        raise EditError("something stands before the item")
    return _lines_out(text, dash, text.after(node))


def _lines_out(text: Lines, offset: int, stop: int) -> Splice:
    """Take out whole lines, with the line break before them if none follows."""
    start = text.start(offset)
    if stop == len(text.text) and not text.text.endswith("\n") and start:
        start -= 2 if text.text[start - 2 : start] == "\r\n" else 1
    return Splice(start, stop, "")


def _emptied(text: Lines, holder: Mapping | Sequence, written: str) -> Splice:
    """Leave nothing of a collection but its brackets."""
    if holder is text.root:
        raise EditError("a whole document is not removed")
    if holder.flow:
        return Splice(holder.start, holder.end, written)
    last = last_scalar(holder)
    before = len(text.text[: holder.start].rstrip(" \t\r\n"))
    if (isinstance(last, Scalar) and last.is_block) or text.text[before - 1] not in ":-":
        raise EditError("the collection cannot be emptied in its place")
    return Splice(before, last.end, f" {written}")


_CHANGES: Final[Table[Op, Callable[[Lines, Edit], Iterator[Splice]]]] = {
    Op.PUT: _put,
    Op.APPEND: _append,
    Op.QUOTE: _quote,
    Op.RENAME: _rename,
    Op.REMOVE: _remove,
    Op.KEEP_LAST: _keep_last,
    Op.UNCOMMENT: _uncomment,
}
