"""Replacements within a text that itself is JSON or YAML: a value of a ConfigMap, say.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/replacement/replacement.go (setValueInStructuredData)
"""

import json
from typing import Any

from kplan.apiserver.goregexp.errors import RegexError
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.hashing import escaped, go_json
from kplan.kustomize.paths import lookup, places
from kplan.kustomize.scalars import text_of
from kplan.manifest.goyaml import GoYamlError, plain, read
from kplan.manifest.textcomments import attach
from kplan.manifest.texttree import Alias, Items, Pairs, Text, Tree, parse, tag_of
from kplan.manifest.textwriter import written


def replaced_within(target: Any, steps: list[str], value: Any, *, create: bool) -> bool:
    """Set a value in the text that a path leads into; False if it leads into none."""
    for length in range(1, len(steps)):
        try:
            text = lookup(target, steps[:length])
        except KustomizeError:
            continue
        if text is None or isinstance(text, (dict, list)):
            continue
        try:
            tree = parse(text_of(text))
        except GoYamlError:
            continue
        return _set(target, steps, length, tree, value, create=create)
    return False


def _set(target: Any, steps: list[str], length: int, tree: Tree, value: Any, *, create: bool) -> bool:
    text = text_of(lookup(target, steps[:length]))
    head = attach(text, tree)
    empty = Pairs() if isinstance(value, dict) else Items() if isinstance(value, list) else Text.of("")
    try:
        found = list(places(tree.root, steps[length:], create=create, empty=empty))
    except (KustomizeError, RegexError):
        return False
    if not found or tree.root is None:
        return False
    for container, key in found:
        container[key] = _placed(container[key], value)
    if _is_json(text) and any(_is_wrong(container[key]) for container, key in found):
        # Kustomize leaves the text as it is then, and says nothing.
        return True
    for container, key in places(target, steps[:length], create=False, empty=None):
        container[key] = _serialised(tree, head, text)
    return True


def _is_json(text: str) -> bool:
    return text.strip()[:1] in ("{", "[")


def _is_wrong(value: Any) -> bool:
    """Whether a text stands where a value of another type was."""
    return isinstance(value, Text) and value.tag not in ("", "!!str", tag_of(plain(value)))


def _placed(old: Any, value: Any) -> Any:
    if isinstance(old, Text):
        text = "" if isinstance(value, (dict, list)) else text_of(value)
        return Text.of(text, old.tag, old.style, old.anchor)
    return _node(value)


def _node(value: Any) -> Any:
    """A value as a tree; one that already is a tree is kept with its changes."""
    if isinstance(value, dict):
        made = value if isinstance(value, Pairs) else Pairs()
        for name, item in list(value.items()):
            made[name] = _node(item)
        return made
    if isinstance(value, list):
        items = value if isinstance(value, Items) else Items()
        items[:] = map(_node, value)
        return items
    if isinstance(value, (Text, Alias)):
        return value
    return Text.of("null" if value is None else text_of(value), tag_of(value))


def _serialised(tree: Tree, head: list[str], text: str) -> str:
    """The tree in the layout of the text that it was."""
    result = written(_node(tree.root), head)
    if not _is_json(text):
        return result.strip()
    value = read(result)[0].value
    if "\n" in text and "  " in text:
        return escaped(json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False))
    return go_json(value)
