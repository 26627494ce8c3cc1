"""Texts to objects, as kustomize reads resource files: lists are split, every object needs a kind and a name.

Upstream: vendor/sigs.k8s.io/kustomize/api/resource/factory.go
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError, MalformedError
from kplan.kustomize.resource import Origin, Resource
from kplan.kustomize.scalars import text_of
from kplan.manifest.goyaml import GoYamlError, Node, read_first
from kplan.namedtuples import NamedTuple

_NO_JSON = (".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN")
"""Numbers of YAML that JSON has not."""
_SEPARATOR: Final = re.compile(r"\n---[^\n]*\n")
_LISTS: Final = ("List", "ResourceList")
_GO_TYPES: Final[Mapping[type[Any], str]] = {
    str: "string", int: "int", float: "float64", bool: "bool", dict: "map[string]interface {}",
}  # fmt: skip
Steps = tuple[str | int, ...]


def resources_of(
    text: str, path: str = "", origin: str = "", through: tuple[str, ...] = ()
) -> list[Resource]:
    """The objects of a text; ``path`` is how the kustomization names its file."""
    infinite = any(mark in text for mark in _NO_JSON)
    found = []
    for part in _unlisted(_documents(text, path)):
        node = part.node
        item = Resource(part.value, Origin(origin, part.line, through, part.steps))
        item.unprintable = infinite or node.odd
        item.blanks = frozenset((id(mapping), name) for mapping, name in node.blanks)
        item.annotations = {} if part.steps else node.annotations
        found.append(item)
    return found


class _Part(NamedTuple):
    """An object of a text: its value, where it stands, and the document that holds it."""

    value: Any
    steps: Steps
    line: int
    node: Node


def _documents(text: str, path: str) -> list[_Part]:
    """The objects that a text's documents hold, those of a single list one by one."""
    found, texts = [], list(_pieces(text.removeprefix("\ufeff").replace("\r\n", "\n")))
    for line, piece in texts:
        try:
            node = read_first(piece)
        except GoYamlError as error:
            raise _problem(str(error), path) from None
        if node is not None:
            found.append(_Part(node.value, (), line + node.line, node))
    return list(_sound(_inside(found[0]) if len(texts) == 1 and found else found))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The documents of a text, each with the number of lines before it.

    Only whole lines divide them, and go-yaml sees them one by one.
    """
    start, lines = 0, 0
    for separator in _SEPARATOR.finditer(text):
        rest = separator[0][4:].strip()
        if rest and not rest.startswith("#"):
            raise KustomizeError(f"invalid document separator: {separator[0].strip()}")
        yield lines, text[start : separator.start() + 1]
        lines += text.count("\n", start, separator.end())
        start = separator.end()
    yield lines, text[start:]


def _inside(part: _Part) -> list[_Part]:
    """The items of a List that stands alone; other objects are themselves."""
    value = part.value
    if not isinstance(value, dict) or value.get("kind") not in _LISTS or "items" not in value:
        return [part]
    items = value["items"]
    if isinstance(items, dict):  # kustomize takes its keys and values for items
        items = [item for pair in items.items() for item in pair]
    listed = enumerate(items if isinstance(items, list) else ())
    return [part._replace(value=item, steps=(*part.steps, "items", index)) for index, item in listed]


def _sound(parts: Iterable[_Part]) -> Iterator[_Part]:
    """The parts that hold something. Raises KustomizeError at the first that is no object."""
    for part in parts:
        if part.value not in (None, {}, [], ""):
            if not isinstance(part.value, dict):
                raise KustomizeError("missing Resource metadata")
            _require(part.value)
            yield part


def _unlisted(parts: list[_Part]) -> Iterator[_Part]:
    """The parts, then the items of those that are lists."""
    waiting = deque(parts)
    while waiting:
        part = waiting.popleft()
        kind = str(part.value.get("kind") or "")
        if not kind.endswith("List") or "items" not in part.value:
            yield part
            continue
        items = part.value["items"]
        if not isinstance(items, list) and items is not None:
            raise KustomizeError(f"expected array in {kind}/items, but found {_GO_TYPES[type(items)]}")
        for index, item in enumerate(items or ()):
            inner = part._replace(value=item, steps=(*part.steps, "items", index))
            waiting.extend(_sound(_inside(inner)))


def _problem(words: str, path: str) -> KustomizeError:
    if words.startswith("unmarshal errors"):
        return KustomizeError(f"map[string]interface {{}}(nil): yaml: {words}")
    if words.startswith("map merge"):
        return KustomizeError(words)
    return MalformedError(f"MalformedYAMLError: yaml: {words} in File: {path}")


def require_object(item: Resource) -> None:
    """Refuse an object that has been patched to have no kind or no name any more."""
    texts = dict(item.strings("annotations"))
    if item.previous:
        names = ("previousNamespaces", "previousNames", "previousKinds")
        parts = (",".join(part) for part in zip(*item.previous, strict=True))
        texts.update(
            (f"internal.config.kubernetes.io/{name}", part) for name, part in zip(names, parts, strict=True)
        )
    _require(item.value, texts)


def _go_map(texts: Any) -> str:
    pairs = texts if isinstance(texts, dict) else {}
    return f"map[{' '.join(f'{name}:{_scalar(pairs[name])}' for name in sorted(pairs, key=str))}]"


def _require(value: dict[str, Any], annotations: Mapping[str, Any] | None = None) -> None:
    """Refuse what has no kind or name; ``annotations`` are shown in place of its own."""
    metadata = value.get("metadata")
    kind, version = (_scalar(value.get(field)) for field in ("kind", "apiVersion"))
    metadata = metadata if isinstance(metadata, dict) else {}
    name, namespace = (_scalar(metadata.get(field)) for field in ("name", "namespace"))
    labels, texts = metadata.get("labels"), annotations or metadata.get("annotations")
    if not any((kind, version, name, namespace, labels, texts)):
        raise KustomizeError("missing Resource metadata")
    shown = f"{{{{{version} {kind}}} {{{{{name} {namespace}}} {_go_map(labels)} {_go_map(texts)}}}}}"
    if not kind:
        raise KustomizeError(f"missing kind in object {shown}")
    if not name and not kind.endswith("List"):
        raise KustomizeError(f"missing metadata.name in object {shown}")


def _scalar(value: Any) -> str:
    """A scalar as text; empty if it is a mapping or a list."""
    return "" if isinstance(value, (dict, list)) else text_of(value)
