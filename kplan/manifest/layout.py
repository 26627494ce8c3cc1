"""How a value is written where it is put: in the lines of a block, between brackets, or as JSON."""

import json
import re
from typing import Any, Final

from kplan.manifest.nodes import Mapping, Node, Scalar, Sequence
from kplan.manifest.writer import to_yaml
from kplan.namedtuples import NamedTuple

_UNFIT_FOR_FLOW = r"[,\[\]{}\n]"
_UNFIT_FOR_BLOCK = r"\n"


class Layout(NamedTuple):
    """What a document's text does by habit."""

    step: int = 2
    """How much further in the members of a mapping in a mapping stand."""
    dash: int = 0
    """How much further in than their key the dashes of a list stand."""


_DEFAULT: Final = Layout()


def layout_of(root: Node | None, text: str) -> Layout:
    """Read the habits off the first mapping in a mapping, and the first list in one."""
    step, dash = 0, -1
    pending: list[Node] = [root] if root is not None else []
    while pending and (not step or dash < 0):
        node = pending.pop(0)
        if isinstance(node, Scalar) or node.flow:
            continue
        if isinstance(node, Sequence):
            pending += node.items
            continue
        for member in node.members:
            inner = member.node
            if isinstance(inner, Mapping) and not inner.flow:
                step = step or column(text, inner.members[0].key.start) - column(text, member.key.start)
            elif isinstance(inner, Sequence) and not inner.flow and dash < 0:
                dash = column(text, inner.start) - column(text, member.key.start)
            pending.append(inner)
    return Layout(step if step > 0 else _DEFAULT.step, dash if dash >= 0 else _DEFAULT.dash)


def column(text: str, offset: int) -> int:
    """How far in a place stands in its line."""
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
    """A value as JSON; ``step`` is None where everything stands on one line."""
    if step is None:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, indent=step).replace("\n", f"\n{margin}")


def key(name: str, *, flow: bool) -> str:
    """A name before its colon."""
    return _plain(name, _UNFIT_FOR_FLOW if flow else _UNFIT_FOR_BLOCK)


def _plain(text: str, unfit: str) -> str:
    """A text, quoted as little as its surroundings allow."""
    if re.search(unfit, text):
        return json.dumps(text, ensure_ascii=False)
    return (
        to_yaml(text).rstrip("\n")
        if len(text) < 70 or " " not in text
        else json.dumps(text, ensure_ascii=False)
    )
