"""Literals of containers' environments that look like credentials: found, and masked as the values of Secrets are."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.patch.managed_fields import LAST_APPLIED, compact
from kplan.kubectl.masking import MASK
from kplan.manifest.credentials import looks_secret

Credential = tuple[str, str]
"""The name of an env entry and its literal."""


def credentials_of(value: Any) -> Iterator[Credential]:
    """Every literal of an object that looks like a credential."""
    if isinstance(value, dict):
        if _is_credential(value):
            yield value["name"], value["value"]
        for inner in value.values():
            yield from credentials_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from credentials_of(inner)


def literals_masked(value: Json, other: Collection[Credential], changed: str) -> Json:
    """The object with such literals masked, also in last-applied; ``changed`` stands for those the other side has not."""
    masked: Json = _masked(value, other, changed)
    annotations = (masked.get("metadata") or {}).get("annotations") or {}
    text = annotations.get(LAST_APPLIED)
    if not isinstance(text, str):
        return masked
    try:
        shown = compact(_masked(json.loads(text), (), MASK))
    except (ValueError, RecursionError):
        shown = MASK
    metadata = {**masked["metadata"], "annotations": {**annotations, LAST_APPLIED: shown}}
    return {**masked, "metadata": metadata}


def _is_credential(value: Json) -> bool:
    name, literal = value.get("name"), value.get("value")
    return isinstance(name, str) and isinstance(literal, str) and bool(literal) and looks_secret(name)


def _masked(value: Any, other: Collection[Credential], changed: str) -> Any:
    if isinstance(value, list):
        return [_masked(inner, other, changed) for inner in value]
    if not isinstance(value, dict):
        return value
    if _is_credential(value):
        same = not other or (value["name"], value["value"]) in other
        return {**value, "value": MASK if same else changed}
    return {key: _masked(inner, other, changed) for key, inner in value.items()}
