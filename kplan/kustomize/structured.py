"""Replacements within a text that itself is JSON or YAML: a value of a ConfigMap, say.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/replacement/replacement.go (setValueInStructuredData)
"""

import json
from copy import deepcopy
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.hashing import go_json
from kplan.kustomize.paths import lookup, places
from kplan.kustomize.scalars import like
from kplan.manifest.goyaml import GoYamlError, read
from kplan.manifest.writer import to_yaml


def replaced_within(target: Any, steps: list[str], value: Any, *, create: bool) -> bool:
    """Set a value in the text that a path leads into; False where it leads into none."""
    for length in range(1, len(steps)):
        text = lookup(target, steps[:length])
        if text is None or isinstance(text, (dict, list)):
            continue
        return isinstance(text, str) and _set(target, steps, length, text, value, create=create)
    return False


def _set(target: Any, steps: list[str], length: int, text: str, value: Any, *, create: bool) -> bool:
    try:
        nodes = read(text)
        inner = nodes[0].value if nodes else None
        empty: Any = {} if isinstance(value, dict) else [] if isinstance(value, list) else None
        found = list(places(inner, steps[length:], create=create, empty=empty))
    except (GoYamlError, KustomizeError):
        return False
    if not found or not isinstance(inner, (dict, list)):
        return False
    for container, key in found:
        old = container[key]
        structured = isinstance(old, (dict, list)) or isinstance(value, (dict, list))
        container[key] = deepcopy(value) if structured else like(old, value)
    for container, key in places(target, steps[:length], create=False, empty=None):
        container[key] = _written(inner, text)
    return True


def _written(value: Any, text: str) -> str:
    """The value in the layout of the text."""
    if text.strip()[:1] not in ("{", "["):
        return to_yaml(value).strip()
    if "\n" in text and "  " in text:
        return json.dumps(json.loads(go_json(value)), indent=2, ensure_ascii=False)
    return go_json(value)
