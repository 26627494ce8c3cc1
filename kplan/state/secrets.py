"""Secrets at rest: values are stored as hashes unless the user wants them, and put back where a manifest knows them.

A hash is written as base64 of ``sha256:...``, so that the object stays a valid Secret.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kplan.api.object import Json, Object
from kplan.state.store import Store

_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_PREFIX: Final = base64.b64encode(b"sha256:   ").decode()[:8]


def is_secret(value: Json) -> bool:
    """Whether an object is a core Secret."""
    return value.get("kind") == "Secret" and value.get("apiVersion") == "v1"


def hashed(value: Json) -> Json:
    """The object with its values hashed; the annotation that repeats them goes."""
    if not is_secret(value):
        return value
    data = {name: text if _is_hash(text) else _hash(text) for name, text in (value.get("data") or {}).items()}
    metadata = dict(value.get("metadata") or {})
    annotations = {
        name: text for name, text in (metadata.get("annotations") or {}).items() if name != _LAST_APPLIED
    }
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {**value, "metadata": metadata, **({"data": data} if data else {})}


def reveal(store: Store, objects: Iterable[Object]) -> None:
    """Put back the values that the user's own manifests know, so that only real differences show."""
    for given in objects:
        stored = store.get(given.key) if is_secret(given.value) and given.namespace else None
        if stored is None or not any(map(_is_hash, (stored.get("data") or {}).values())):
            continue
        known = {_hash(text): text for text in _values(given.value)}
        data = {name: known.get(text, text) for name, text in stored["data"].items()}
        if data != stored["data"]:
            store.load([{**stored, "data": data}])


def _values(value: Json) -> Iterable[str]:
    data: Mapping[str, Any] = value.get("data") if isinstance(value.get("data"), dict) else {}  # type: ignore[assignment]
    plain: Mapping[str, Any] = value.get("stringData") if isinstance(value.get("stringData"), dict) else {}  # type: ignore[assignment]
    yield from (text for text in data.values() if isinstance(text, str))
    yield from (base64.b64encode(text.encode()).decode() for text in plain.values() if isinstance(text, str))


def _hash(text: str) -> str:
    return base64.b64encode(f"sha256:{hashlib.sha256(text.encode()).hexdigest()}".encode()).decode()


def _is_hash(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 96 and text.startswith(_PREFIX)
