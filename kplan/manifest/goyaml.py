"""YAML as kustomize reads resources: go-yaml v3, where only ``true`` and ``false`` are booleans.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/alias.go
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import yaml

from kplan.manifest.scalars import json_number, resolve

_BASE: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEANS: Final = ("true", "True", "TRUE", "false", "False", "FALSE")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt ]|$)")
_EXPONENT = re.compile(r"[-+]?\d+[eE][-+]?\d+$")
_DAY = re.compile(r"\d{4}-\d\d-\d\d$")
_MERGE: Final = "tag:yaml.org,2002:merge"
_TEXT: Final = "tag:yaml.org,2002:str"


class GoYamlError(Exception):
    """What go-yaml would say about a text; ``line`` counts from 1."""


Blanks = list[tuple[dict[str, Any], str]]


class Node(NamedTuple):
    """A document's value and the line, from 1, at which it begins."""

    value: Any
    line: int
    blanks: Blanks
    """The mappings and fields after which nothing stands: null as well, but not written so."""


def read(text: str) -> list[Node]:
    """Read every document of a text; empty ones are left out."""
    try:
        return [
            _document(node)
            for node in yaml.compose_all(text.removeprefix("\ufeff"), Loader=_BASE)
            if node is not None
        ]
    except yaml.YAMLError as error:
        raise GoYamlError(_words(error)) from None


def _document(node: Any) -> Node:
    blanks: Blanks = []
    return Node(_value(node, blanks), node.start_mark.line + 1, blanks)


def _value(node: Any, blanks: Blanks) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, blanks)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, blanks) for item in node.value]
    return _scalar(node)


def _mapping(node: Any, blanks: Blanks) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    own: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode):
            own[str(_value(key, blanks))] = _value(item, blanks)
            continue
        if key.tag == _MERGE or (key.value == "<<" and not key.style):
            for value in _merged(_value(item, blanks)):
                merged = {**value, **merged}
            continue
        if key.value in own:
            line, first = key.start_mark.line + 1, lines[key.value]
            raise GoYamlError(
                f'unmarshal errors:\n  line {line}: mapping key "{key.value}" already defined at line {first}'
            )
        lines[key.value] = key.start_mark.line + 1
        own[key.value] = _value(item, blanks)
    result = {**merged, **own}
    blanks += (
        (result, key.value)
        for key, item in node.value
        if item.value == "" and not item.style and isinstance(item, yaml.ScalarNode)
    )
    return result


def _merged(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style in ("'", '"', "|", ">") or (node.tag == _TEXT and node.style):
        return text
    if _DATE.match(text):
        return f"{text}T00:00:00Z" if _DAY.match(text) else text
    if _EXPONENT.match(text):
        return json_number(float(text))
    value = resolve(text)
    return text if isinstance(value, bool) and text not in _BOOLEANS else value


def _words(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    problem = re.sub(r", but found .*$", "", problem).replace(
        "expected <block end>", "did not find expected key"
    )
    problem = re.sub(
        r"found character .* that cannot start any token",
        "found character that cannot start any token",
        problem,
    )
    scanned = isinstance(error, yaml.scanner.ScannerError)
    return f"line {mark.line + scanned}: {problem}" if mark else problem
