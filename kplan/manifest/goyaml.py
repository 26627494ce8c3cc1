"""YAML as kustomize reads resources: go-yaml v3, where only ``true`` and ``false`` are booleans.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/alias.go
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, Final, Self

import yaml
from yaml._yaml import CParser

from kplan.manifest.scalars import is_integer, is_timestamp, json_number, resolve
from kplan.namedtuples import NamedTuple

_BASE: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEANS: Final = ("true", "True", "TRUE", "false", "False", "FALSE")
_EXPONENT = re.compile(r"[-+]?\d+[eE][-+]?\d+$")
_TAG: Final = "tag:yaml.org,2002:"
_MERGE: Final = f"{_TAG}merge"
_TEXT: Final = f"{_TAG}str"
_TYPED: Final = tuple(f"{_TAG}{name}" for name in ("int", "float", "bool", "null"))
_LARGEST: Final = (1 << 63) - 1
_OTHER_VERSION: Final = r"%YAML\s+(?!1\.1\s)"


class _Redefining(yaml.composer.Composer, CParser, yaml.resolver.Resolver):
    """Composes a text in which an anchor is set again: from there on it stands for the later value, as in go-yaml."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        yaml.composer.Composer.__init__(self)
        yaml.resolver.Resolver.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        """A node; an anchor that it sets is forgotten before."""
        event = self.peek_event()
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
            self.anchors.pop(event.anchor, None)
        return super().compose_node(parent, index)


class GoYamlError(Exception):
    """What go-yaml would say about a text; ``line`` counts from 1."""


class TypedKey(str):
    """A key that is something else than text in YAML: Go then has no JSON for the mapping."""

    __slots__ = ("typed",)
    typed: Any
    """What the key is."""

    def __new__(cls, text: str, typed: Any) -> Self:
        """A key with its text."""
        key = super().__new__(cls, text)
        key.typed = typed
        return key

    def __reduce__(self) -> tuple[type["TypedKey"], tuple[str, Any]]:
        """Copies keep the type."""
        return TypedKey, (str(self), self.typed)


class Found:
    """What is noticed while a document is read."""

    def __init__(self, *, old: bool) -> None:
        self.old = old
        self.blanks: list[tuple[dict[str, Any], str]] = []
        self.odd = False


class Node(NamedTuple):
    """A document's value and the line, from 1, on which it begins."""

    value: Any
    line: int
    blanks: list[tuple[dict[str, Any], str]]
    """The mappings and fields after which nothing stands: null as well, but not written so."""
    odd: bool
    """Whether there are keys that are no texts."""
    annotations: dict[str, str]
    """The annotations of the object as they are written, if they are no texts."""


def read(text: str, *, old: bool = False) -> list[Node]:
    """Read every document of a text; empty ones are left out.

    The ``old`` reader, which kustomizations and JSON patches go through, knows more booleans and
    names other lines in errors.
    """
    try:
        return [
            _document(node, old=old) for node in _composed(text.removeprefix("\ufeff")) if node is not None
        ]
    except yaml.YAMLError as error:
        raise GoYamlError(_words(error, text, old=old)) from None
    except RecursionError:
        raise GoYamlError("a value contains itself") from None


def read_first(text: str) -> Node | None:
    """Read the first document of a text alone; None if it is empty."""
    if re.match(_OTHER_VERSION, text):
        raise GoYamlError("found incompatible YAML document")
    try:
        node = _first(text)
        return None if node is None else _document(node, old=False)
    except yaml.YAMLError as error:
        raise GoYamlError(_words(error, text, old=False)) from None
    except RecursionError:
        raise GoYamlError("a value contains itself") from None


def _first(text: str) -> Any:
    try:
        return next(yaml.compose_all(text, Loader=_BASE), None)
    except yaml.composer.ComposerError as error:
        if "duplicate anchor" not in str(error.context):
            raise
        return next(yaml.compose_all(text, Loader=_Redefining), None)  # type: ignore[arg-type]  # it has all that is asked of one


def _composed(text: str) -> list[Any]:
    try:
        return list(yaml.compose_all(text, Loader=_BASE))
    except yaml.composer.ComposerError as error:
        if "duplicate anchor" not in str(error.context):
            raise
        return list(yaml.compose_all(text, Loader=_Redefining))  # type: ignore[arg-type]  # it has all that is asked of one


def plain(text: str) -> Any:
    """What a scalar without quotes and tags is."""
    if is_timestamp(text):
        return _moment(text)
    if _EXPONENT.match(text):
        return json_number(float(text))
    value = resolve(text)
    if isinstance(value, bool):
        return value if text in _BOOLEANS else text
    if isinstance(value, int) and abs(value) > _LARGEST:
        return int(text) if is_integer(text) and text.isdigit() else float(value)
    return value


def typed_key(name: str) -> str:
    """The value of a key if it is written without quotes."""
    value = plain(name)
    return name if isinstance(value, str) else TypedKey(name, value)


def _document(node: Any, *, old: bool) -> Node:
    found = Found(old=old)
    value = _value(node, found)
    return Node(value, node.start_mark.line + 1, found.blanks, found.odd, _annotations(node))


def _annotations(node: Any) -> dict[str, str]:
    """Kustomize takes annotations by their text, whatever they are."""
    for name in ("metadata", "annotations"):
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        node = next((item for key, item in pairs if key.value == name), None)
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return {
        key.value: item.value if isinstance(item, yaml.ScalarNode) else ""
        for key, item in pairs
        if isinstance(key, yaml.ScalarNode)
        and not (isinstance(item, yaml.ScalarNode) and _scalar(item) == item.value)
    }


def _value(node: Any, found: Found) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, found)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, found) for item in node.value]
    return _scalar(node, old=found.old)


def _mapping(node: Any, found: Found) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    own: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, item in node.value:
        if isinstance(key, yaml.ScalarNode) and (key.tag == _MERGE or (key.value == "<<" and not key.style)):
            for value in _merged(_value(item, found)):
                merged = {**value, **merged}
            continue
        name = _key(key, found)
        if name in own and name in lines:
            raise GoYamlError(
                f"unmarshal errors:\n  line {key.start_mark.line + 1}: "
                f'mapping key "{name}" already defined at line {lines[name]}'
            )
        lines[name] = key.start_mark.line + 1
        own[name] = "" if _is_bare(node, key, item) else _value(item, found)
        if isinstance(item, yaml.ScalarNode) and item.value == "" and not item.style:
            found.blanks.append((own, name))
    if merged:
        blank = [name for mapping, name in found.blanks if mapping is own]
        own = {**merged, **own}
        found.blanks += ((own, name) for name in blank)
    return own


def _key(key: Any, found: Found) -> str:
    if not isinstance(key, yaml.ScalarNode):
        found.odd = True
        value = _value(key, found)
        return TypedKey(str(value), value)
    value = _scalar(key, old=found.old)
    if isinstance(value, str):
        return value if key.style or value == key.value else str(key.value)
    found.odd = True
    return TypedKey(key.value, value)


def _is_bare(node: Any, key: Any, item: Any) -> bool:
    """Whether a flow mapping names a key without any value: go-yaml then has an empty text."""
    return bool(node.flow_style) and key.end_mark.index == item.start_mark.index == item.end_mark.index


def _merged(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            raise GoYamlError("map merge requires map or sequence of maps as the value")
        yield item


def _scalar(node: Any, *, old: bool = False) -> Any:
    text: str = node.value
    if node.style == ">" and not old and "\n" in text:
        from kplan.manifest.refolding import refolded  # noqa: PLC0415 - most resources have no folded texts

        return refolded(text)
    if node.style in ("'", '"', "|", ">"):
        return plain(text) if node.tag in _TYPED else text
    if node.tag == f"{_TAG}binary":
        return b64decode(text).decode("utf-8", "replace")
    value = resolve(text) if old else plain(text)
    if node.tag == _TEXT and not isinstance(value, str):
        # Written as a text by its tag, or only one to PyYAML, which knows fewer numbers?
        own: str = yaml.resolver.Resolver().resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        return value if own == _TEXT else text
    return value


def _moment(text: str) -> str:
    """A time as JSON has it: that of a day alone is midnight, and a blank stands for the T."""
    day, _, time = text.replace("t", "T").replace(" ", "T", 1).partition("T")
    year, month, number = day.split("-")
    day = f"{year}-{month:0>2}-{number:0>2}"
    if not time:
        return f"{day}T00:00:00Z"
    return f"{day}T{time}" if "T" in text or "t" in text else f"{day}T{time}Z"


def _words(error: yaml.YAMLError, text: str, *, old: bool) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        return str(error.reason)
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    if problem.startswith("found undefined alias") and mark is not None:
        name = re.match(r"\*([\w-]+)", text.splitlines()[mark.line][mark.column :])
        return f"unknown anchor '{name[1]}' referenced" if name else problem
    problem = re.sub(r", but found .*$", "", problem).replace(
        "expected <block end>", "did not find expected key"
    )
    problem = re.sub(
        r"found character .* that cannot start any token",
        "found character that cannot start any token",
        problem,
    )
    marks = [getattr(error, "context_mark", None), mark]
    line = next((one.line for one in (reversed(marks) if old else marks) if one and one.line), 0)
    return f"line {line + isinstance(error, yaml.scanner.ScannerError)}: {problem}" if line else problem
