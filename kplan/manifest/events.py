"""One YAML document to a plain value, as kubectl reads it, on libyaml's event stream.

libyaml is the C ancestor of the parser inside kubectl, so both accept the same texts; what differs (YAML 1.1 words,
merge order, aliases, tags) is decided here.

Upstream: go.yaml.in/yaml/v2 decode.go and sigs.k8s.io/yaml
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from math import isinf, isnan
from typing import TYPE_CHECKING, Any, Final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from kplan.manifest.composed import Composed, Problem
from kplan.manifest.limits import Limits
from kplan.manifest.repairs import MOST_REPAIRS, UNKNOWN_ESCAPE, repaired
from kplan.manifest.scalars import HINTS, is_integer, is_timestamp, key_text, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

_TAG: Final = "tag:yaml.org,2002:"
_CORE_TAGS: Final = frozenset(_TAG + name for name in ("bool", "int", "float", "null", "timestamp"))
_NO_KEY: Final = object()
_MERGE: Final = object()
_OPEN: Final = object()
_MAX_ALIASED: Final = 400_000
_CACHED_LENGTH: Final = 64
_QUESTION_LINE = r"(?m:^.*\?.*$)"
_QUOTED = r'"(?:[^"\\]|\\.)*"|\'[^\']*\''
_FLOW_QUESTION = r"(?:^|[:,?\[{-])\s*[\[{][^\]}]*\?"
_OPEN_FLOW = r"(?m:[\[{][ \t]*(?:#.*)?$)"
_BARE_TAG = r"!(?=\s)"
_ESCAPED_SLASH = r"(?:[^\\]|\\[^/])*?\\/"


def compose(text: str, limits: Limits) -> Composed:
    """Read the first document of the text; raise Problem if kubectl would refuse it."""
    try:
        composed, text = _run(text, limits)
        if "?" in text and _may_hold_flow_questions(text):
            _refuse_flow_questions(text)
        if "\\/" in text:
            _refuse_escaped_slashes(text)
    except YAMLError as error:
        raise _problem(error) from None
    except UnicodeEncodeError:
        raise Problem("the text holds half of a surrogate pair") from None
    return composed


def _run(text: str, limits: Limits) -> tuple[Composed, str]:
    """Read the text, repaired if only libyaml refuses it; give back the text that could be read as well."""
    for _ in range(MOST_REPAIRS):
        try:
            return _Composer(text, limits).run(), text
        except YAMLError as error:
            fixed = repaired(text, error)
            if fixed == text:
                raise
            text = fixed
    return _Composer(text, limits).run(), text


def _refuse_escaped_slashes(text: str) -> None:
    """Refuse what go-yaml does and libyaml does not: an escaped slash in double quotes."""
    get: Callable[[], Any] = CParser(text).get_event
    while not isinstance(event := get(), (DocumentEndEvent, StreamEndEvent)):
        quoted = isinstance(event, ScalarEvent) and event.style == '"'
        if quoted and re.match(_ESCAPED_SLASH, text[event.start_mark.index : event.end_mark.index]):
            raise _at(event, UNKNOWN_ESCAPE)


def _may_hold_flow_questions(text: str) -> bool:
    """Tell cheaply whether a flow collection might hold an unquoted question mark."""
    if re.search(_OPEN_FLOW, text):
        return True
    lines = (found[0] for found in re.finditer(_QUESTION_LINE, text) if "[" in found[0] or "{" in found[0])
    return any(re.search(_FLOW_QUESTION, re.sub(_QUOTED, "", line)) for line in lines)


def _refuse_flow_questions(text: str) -> None:
    """Refuse what go-yaml does: a question mark in a plain scalar of a flow collection ends the scalar there."""
    parser = CParser(text)
    depth = 0
    flow = 0
    while not isinstance(event := parser.get_event(), (DocumentEndEvent, StreamEndEvent)):
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if event.flow_style and not flow:
                flow = depth
        elif isinstance(event, CollectionEndEvent):
            flow = 0 if flow == depth else flow
            depth -= 1
        elif flow and isinstance(event, ScalarEvent) and not event.style and "?" in event.value:
            raise _at(event, "did not find expected ',' or a closing bracket: quote a text that holds '?'")


def _problem(error: YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    if context and message.startswith(("could not find", "did not find", "found unexpected end")):
        message = f"{message} {context}"
    return Problem(message, mark.line, mark.column) if mark else Problem(message)


class _Composer:
    """The state of one document's reading; ``run`` is the hot loop, the methods are its rare cases."""

    __slots__ = ("_aliased", "_anchors", "_composed", "_limits", "_merged", "_parser", "_text")

    def __init__(self, text: str, limits: Limits) -> None:
        self._parser = CParser(text)
        self._text = text
        self._limits = limits
        self._composed = Composed()
        self._anchors: dict[str, Any] = {}
        self._merged: dict[int, set[str]] = {}
        self._aliased = 0

    def run(self) -> Composed:
        """Drive the parser's events through a stack of open containers."""
        # One function: it runs once a value of all that is read, and a call or a look at an
        # attribute a value would show.
        get: Callable[[], Any] = self._parser.get_event
        get()
        if isinstance(get(), StreamEndEvent):
            return self._composed
        max_depth = self._limits.max_depth
        max_nodes = self._limits.max_nodes
        hints = HINTS
        bare_tags = _bare_tags(self._text)
        stack: list[tuple[Any, Any, str | None]] = []
        node: Any = None
        key: Any = _NO_KEY
        anchor: str | None = None
        nodes = 0
        while True:
            event = get()
            kind = event.__class__
            nodes += 1
            if nodes > max_nodes:
                raise _beyond(event, f"more than {max_nodes:,} values in one document", "values")
            if kind is ScalarEvent:
                value = event.value
                if event.implicit[0]:
                    if bare_tags and (event.start_mark.line, event.start_mark.column) in bare_tags:
                        pass
                    elif not value:
                        value = None
                    elif value[0] in hints:
                        value = resolve(value) if len(value) < _CACHED_LENGTH else resolve.__wrapped__(value)
                        if value.__class__ is float and (key is not _NO_KEY or node.__class__ is not dict):
                            _finite(value, event)
                elif event.tag is not None:
                    value = _tagged(event, as_key=key is _NO_KEY and node.__class__ is dict)
                if event.anchor is not None:
                    self._anchors[event.anchor] = value
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(stack) >= max_depth:
                    raise _beyond(event, f"nested deeper than {max_depth} levels", "depth")
                stack.append((node, key, anchor))
                anchor = event.anchor
                if anchor is not None:
                    self._anchors[anchor] = _OPEN
                node = {} if kind is MappingStartEvent else []
                key = _NO_KEY
                continue
            elif kind is AliasEvent:
                value = self._alias(event, nodes, as_key=node.__class__ is dict and key is _NO_KEY)
            else:
                value = node
                node, key, anchored = stack.pop()
                if anchor is not None:
                    self._anchors[anchor] = value
                anchor = anchored
            if node.__class__ is dict:
                if key is _NO_KEY:
                    key = value if value.__class__ is str else _key(value, event)
                    if (
                        key == "<<"
                        and kind is ScalarEvent
                        and (event.implicit[0] or event.tag == _TAG + "merge")
                    ):
                        key = _MERGE
                    elif key in node:
                        self._duplicate(node, key, event)
                elif key is _MERGE:
                    self._merge(node, value, event)
                    key = _NO_KEY
                else:
                    node[key] = value
                    key = _NO_KEY
            elif node is None:
                break
            else:
                node.append(value)
        self._composed.value = value
        if not isinstance(get(), DocumentEndEvent):
            raise _at(event, "did not find expected <document start>")
        return self._composed

    def _duplicate(self, node: dict[str, Any], key: str, event: Any) -> None:
        merged = self._merged.get(id(node), ())
        if key in merged:
            self._merged[id(node)].discard(key)
        else:
            mark = event.start_mark
            self._composed.duplicates.append((key, mark.line, mark.column))

    def _merge(self, node: dict[str, Any], value: Any, event: Any) -> None:
        """Lay the merged mappings over what stands there already: go-yaml lets the later text win."""
        sources = reversed(value) if isinstance(value, list) else (value,)
        for source in sources:
            if not isinstance(source, dict):
                raise _at(event, "map merge requires map or sequence of maps as the value")
            self._merged.setdefault(id(node), set()).update(source.keys() - node.keys())
            node.update(source)

    def _alias(self, event: Any, nodes: int, *, as_key: bool) -> Any:
        name = event.anchor
        if name not in self._anchors:
            raise _at(event, f"unknown anchor '{name}' referenced")
        value = self._anchors[name]
        if value is _OPEN:
            raise _at(event, f"anchor '{name}' value contains itself")
        if value.__class__ is float and not as_key:
            _finite(value, event)
        if as_key or not isinstance(value, (dict, list)):
            return value
        size = _size(value, _MAX_ALIASED)
        self._aliased += size
        total = nodes + self._aliased
        bomb = self._aliased > 100 and total > 1000 and self._aliased > 0.99 * total
        if bomb or self._aliased > _MAX_ALIASED:
            raise _at(event, "document contains excessive aliasing")
        return _copy(value)


def _bare_tags(text: str) -> frozenset[tuple[int, int]]:
    """Where ``!`` stands alone: go-yaml keeps the scalar after it a string, libyaml forgets the tag."""
    if "!" not in text:
        return frozenset()
    places: set[tuple[int, int]] = set()
    line = counted = 0
    for found in re.finditer(_BARE_TAG, text):
        place = found.start()
        if not place or text[place - 1] in " \t\n,[{":
            line += text.count("\n", counted, place)
            counted = place
            places.add((line, place - text.rfind("\n", 0, place) - 1))
    return frozenset(places)


def _at(event: Any, message: str) -> Problem:
    mark = event.start_mark
    return Problem(message, mark.line, mark.column)


def _beyond(event: Any, message: str, limit: str) -> Problem:
    mark = event.start_mark
    return Problem(message, mark.line, mark.column, f"read it with --limit {limit}=N")


def _finite(value: float, event: Any) -> None:
    if isinf(value) or isnan(value):
        name = "NaN" if isnan(value) else "+Inf" if value > 0 else "-Inf"
        raise _at(event, f"json: unsupported value: {name}")


def _key(value: Any, event: Any) -> str:
    if isinstance(value, (dict, list)):
        raise _at(event, "invalid map key: a mapping or sequence cannot be a key")
    if value is None:
        raise _at(event, "unsupported map key: null")
    try:
        return key_text(value, getattr(event, "value", ""))
    except OverflowError as error:
        raise _at(event, str(error)) from None


def _tagged(event: ScalarEvent, *, as_key: bool) -> Any:
    """Read a scalar with an explicit tag; an unknown tag leaves it as text."""
    tag, text = event.tag, event.value
    if tag == _TAG + "binary":
        try:
            return b64decode(text.replace("\n", ""), validate=True).decode("utf-8", "replace")
        except (Base64Error, ValueError):
            raise _at(event, "!!binary value contains invalid base64 data") from None
    if tag not in _CORE_TAGS:
        return text
    value = resolve(text)
    _require_tag(event, tag.removeprefix(_TAG), value)
    if isinstance(value, float) and not as_key:
        _finite(value, event)
    return value


def _require_tag(event: ScalarEvent, name: str, value: Any) -> None:
    text = event.value
    if name == "timestamp":
        fits = is_timestamp(text)
    elif name == "null":
        fits = value is None
    elif name == "bool":
        fits = isinstance(value, bool)
    elif name == "int":
        fits = is_integer(text)
    else:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not fits:
        raise _at(event, f"cannot decode `{text[:40]}` as a !!{name}")


def _size(value: Any, limit: int) -> int:
    """Count the nodes below a value, giving up above the limit."""
    count = 0
    pending = [value]
    while pending and count <= limit:
        item = pending.pop()
        count += 1
        if isinstance(item, dict):
            count += len(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return count


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value
