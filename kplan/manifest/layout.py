"""How a value is written where it is put: in the lines of a block, between brackets, or as JSON."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from kplan.manifest.nodes import Mapping, Node, Scalar, Sequence
from kplan.manifest.writer import to_yaml

_UNFIT_FOR_FLOW = r"[,\[\]{}\n]"
_UNFIT_FOR_BLOCK = r"\n"
_USUAL_STEP: Final = 2
_UNREAD: Final = -1


class Layout:
    """What a document's text does by habit, read off it when somebody asks."""

    __slots__ = ("_dash", "_root", "_step", "_text")

    def __init__(self, root: Node, text: str) -> None:
        self._root = root
        self._text = text
        self._step = self._dash = _UNREAD

    @property
    def step(self) -> int:
        """How much further in the members of a mapping in a mapping stand: as those of the first one do."""
        if self._step == _UNREAD:
            deeper = (
                self._behind(key, one.members[0].key.start)
                for key, one in self._blocks()
                if isinstance(one, Mapping)
            )
            self._step = max(0, next(filter(None, deeper), 0)) or _USUAL_STEP
        return self._step

    @property
    def dash(self) -> int:
        """How much further in than their key the dashes of a list stand: as those of the first one do."""
        if self._dash == _UNREAD:
            lists = (self._behind(key, one.start) for key, one in self._blocks() if isinstance(one, Sequence))
            self._dash = max(0, next(lists, 0))
        return self._dash

    def _behind(self, key: int, start: int) -> int:
        return column(self._text, start) - column(self._text, key)

    def _blocks(self) -> Iterator[tuple[int, Mapping | Sequence]]:
        """The collections without brackets below keys, those further out first, each with the place of its key."""
        pending: list[Node] = [self._root]
        for node in pending:  # which grows meanwhile
            if isinstance(node, Scalar) or node.flow:
                continue
            if isinstance(node, Sequence):
                pending += node.items
                continue
            for member in node.members:
                inner = member.node
                if not isinstance(inner, Scalar) and not inner.flow:
                    yield member.key.start, inner
                pending.append(inner)


def column(text: str, offset: int) -> int:
    """The column of an offset in its line."""
    return offset - (text.rfind("\n", 0, offset) + 1)


def block_member(key: str, value: Any, indent: int, layout: Layout) -> list[str]:
    """The lines of ``key: value``."""
    margin, name = " " * indent, _plain(key, _UNFIT_FOR_BLOCK)
    if not value or not isinstance(value, (dict, list)):
        return [f"{margin}{name}: {block_scalar(value)}"]
    return [f"{margin}{name}:", *block_value(value, indent, layout)]


def block_value(value: Any, indent: int, layout: Layout) -> list[str]:
    """The lines of what stands below a key at an indentation."""
    if isinstance(value, dict):
        deeper = indent + layout.step
        return [line for key, one in value.items() for line in block_member(key, one, deeper, layout)]
    return [line for one in value for line in block_item(one, indent + layout.dash, layout)]


def block_item(value: Any, indent: int, layout: Layout) -> list[str]:
    """The lines of ``- value``."""
    margin = " " * indent
    if not value or not isinstance(value, (dict, list)):
        return [f"{margin}- {block_scalar(value)}"]
    lines = (
        [line for key, one in value.items() for line in block_member(key, one, indent + 2, layout)]
        if isinstance(value, dict)
        else [line for one in value for line in block_item(one, indent + 2, layout)]
    )
    return [f"{margin}- {lines[0][indent + 2 :]}", *lines[1:]]


def block_scalar(value: Any) -> str:
    """A scalar or something empty, on one line."""
    return _plain(value, _UNFIT_FOR_BLOCK) if isinstance(value, str) else to_yaml(value).rstrip("\n")


def flow_value(value: Any) -> str:
    """A value between brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(flow_member(key, one) for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow_value, value)) + "]"
    return _plain(value, _UNFIT_FOR_FLOW) if isinstance(value, str) else to_yaml(value).rstrip("\n")


def flow_member(key: str, value: Any) -> str:
    """``key: value`` between brackets."""
    return f"{_plain(key, _UNFIT_FOR_FLOW)}: {flow_value(value)}"


def json_value(value: Any, margin: str, step: int | None) -> str:
    """A value as JSON; ``step`` is None if everything stands on one line."""
    if step is None:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, indent=step).replace("\n", f"\n{margin}")


def key(name: str, *, flow: bool) -> str:
    """A name before its colon."""
    return _plain(name, _UNFIT_FOR_FLOW if flow else _UNFIT_FOR_BLOCK)


@lru_cache(maxsize=256)  # what is put into files is the same few fields and words over and over
def _plain(text: str, unfit: str) -> str:
    """A text, quoted as little as its surroundings allow."""
    if re.search(unfit, text):
        return json.dumps(text, ensure_ascii=False)
    return (
        to_yaml(text).rstrip("\n")
        if len(text) < 70 or " " not in text
        else json.dumps(text, ensure_ascii=False)
    )
