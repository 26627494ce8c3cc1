"""Texts to objects, as kustomize reads resource files: lists are split, every object needs a kind and a name.

Upstream: vendor/sigs.k8s.io/kustomize/api/resource/factory.go
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.kustomize.errors import KustomizeError, MalformedError
from kplan.kustomize.resource import Origin, Resource
from kplan.kustomize.scalars import text_of
from kplan.manifest.goyaml import GoYamlError, read

_NO_JSON = (".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN")
"""Numbers of YAML that JSON has not."""
Steps = tuple[str | int, ...]


def resources_of(
    text: str, path: str = "", origin: str = "", through: tuple[str, ...] = ()
) -> list[Resource]:
    """The objects of a text; ``path`` is how the kustomization names its file."""
    try:
        nodes = read(text)
    except GoYamlError as error:
        raise _problem(str(error), path) from None
    found = []
    infinite = any(mark in text for mark in _NO_JSON)
    for node in nodes:
        blanks = frozenset((id(mapping), name) for mapping, name in node.blanks)
        for value, steps in _split(node.value):
            _require(value)
            item = Resource(value, Origin(origin, node.line, through, steps))
            item.unprintable = infinite or node.odd
            item.blanks = blanks
            item.annotations = {} if steps else node.annotations
            found.append(item)
    return found


def _problem(words: str, path: str) -> KustomizeError:
    if words.startswith("unmarshal errors"):
        return KustomizeError(f"map[string]interface {{}}(nil): yaml: {words}")
    if words.startswith("map merge"):
        return KustomizeError(words)
    return MalformedError(f"MalformedYAMLError: yaml: {words} in File: {path}")


def _split(value: Any, steps: Steps = ()) -> Iterator[tuple[dict[str, Any], Steps]]:
    if value is None or value == {}:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _split(item, (*steps, index))
        return
    if not isinstance(value, dict):
        raise KustomizeError("missing Resource metadata")
    kind, items = value.get("kind"), value.get("items")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list):
        yield from _split(items, (*steps, "items"))
    else:
        yield value, steps


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
