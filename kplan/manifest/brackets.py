"""Edits between brackets: flow collections of YAML, and JSON, which is nothing else."""

import json
from collections.abc import Callable
from typing import Any

from kplan.manifest import layout
from kplan.manifest.lines import Lines, Splice
from kplan.manifest.nodes import Mapping, Node, Row, Sequence

Written = Callable[[str, int | None], str]
"""Writes something, given the margin of its line and, if each part has a line of its own, how far in they stand."""


def is_json(text: Lines, holder: Mapping | Sequence) -> bool:
    """Whether what stands between some brackets is written as JSON is."""
    root = text.root
    outer = holder if isinstance(holder, Mapping) and holder.members else root
    return (
        isinstance(outer, Mapping)
        and outer.flow
        and bool(outer.members)
        and outer.members[0].key.style == '"'
    )


def member(text: Lines, mapping: Mapping, name: str, value: Any) -> Splice:
    """Put a new member behind the last of a mapping."""
    starts = [one.key.start for one in mapping.members]
    return _put(
        text, mapping, starts, [one.node for one in mapping.members], _member(text, mapping, name, value)
    )


def item(text: Lines, sequence: Sequence, value: Any) -> Splice:
    """Put a new item behind the last of a sequence."""
    return _put(
        text, sequence, [one.start for one in sequence.items], sequence.items, _value(text, sequence, value)
    )


def value(text: Lines, holder: Mapping | Sequence, new: Any) -> str:
    """A value between brackets, on one line."""
    return _value(text, holder, new)("", None)


def cut(starts: list[int], ends: list[int], place: int) -> Splice:
    """Take out one of some parts between brackets, with the comma that kept it apart."""
    if place + 1 < len(starts):
        return Splice(starts[place], starts[place + 1], "")
    return Splice(ends[place - 1] if place else starts[place], ends[place], "")


def _member(text: Lines, mapping: Mapping, name: str, new: Any) -> Written:
    if is_json(text, mapping):
        return lambda margin, step: f"{json.dumps(name)}: {layout.json_value(new, margin, step)}"
    return lambda _margin, _step: layout.flow_member(name, new)


def _value(text: Lines, holder: Mapping | Sequence, new: Any) -> Written:
    if is_json(text, holder):
        return lambda margin, step: layout.json_value(new, margin, step)
    return lambda _margin, _step: layout.flow_value(new)


def _put(
    text: Lines, holder: Mapping | Sequence, starts: list[int], nodes: Row[Node], written: Written
) -> Splice:
    if not nodes:
        return Splice(holder.start + 1, holder.start + 1, written("", None))
    end, last = nodes[-1].end, starts[-1]
    if "\n" not in text.text[holder.start : last] or not text.begins_line(last):
        return Splice(end, end, f", {written('', None)}")
    margin = text.margin(last)
    step = max(1, len(margin) - len(text.margin(holder.end - 1)))
    return Splice(end, end, f",{text.newline(last)}{margin}{written(margin, step)}")
