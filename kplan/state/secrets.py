"""Secrets at rest: values are stored as hashes unless the user wants them, and put back where a manifest knows them.

A hash is keyed with what only the state's owner can read, so that nobody else can try words against it, and is written
as base64 of ``hmac:...``, so that the object stays a valid Secret. Without a key, as earlier versions stored it and as
states are compared that are not stored, it is base64 of ``sha256:...``.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast

from kplan.api.object import Json, Object
from kplan.masking.objects import concealed
from kplan.state.store import Store

_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_HTML: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_TELLING: Final = 4
"""Characters from which on a value is looked for in other texts."""
PLAIN_PREFIX: Final = "c2hhMjU2O"
"""How base64 of a hash without a key begins."""
_KEYED_PREFIX: Final = "aG1hYz"
_PLAIN_LENGTH, _KEYED_LENGTH = 96, 92


def is_secret(value: Json) -> bool:
    """Whether an object is a core Secret."""
    return value.get("kind") == "Secret" and value.get("apiVersion") == "v1"


def hashed(value: Json, key: bytes = b"") -> Json:
    """The object with its values hashed, also if kubectl's annotation repeats them; hashes without a key get it."""
    if not is_secret(value):
        return value
    data = {name: _hash(text, key) for name, text in (value.get("data") or {}).items()}
    configured = _without_copies(_with_annotation(value, partial(_hashed_configuration, key=key)), value)
    return {**configured, **({"data": data} if data else {})}


def for_all_eyes(value: Json, key: Callable[[], bytes]) -> Json:
    """An object of a stored state without what nobody should read:
    values of a Secret as hashes, with the ``key`` of its state.
    """
    if not is_secret(value):
        return cast("Json", concealed(value))
    texts = (value.get("data") or {}).values()
    return value if all(map(is_hash, texts)) else hashed(value, key())


def holds_values(store: Store) -> bool:
    """Whether a store holds values of Secrets that are not hashes."""
    return any(
        not is_hash(text)
        for secret in store.list("", "Secret")
        for text in (secret.get("data") or {}).values()
    )


def reveal(store: Store, objects: Iterable[Object], namespace: str = "default") -> None:
    """Put back the values that the user's own manifests know, so that only real differences show."""
    for given in objects:
        key = given.key if given.namespace else given.key._replace(namespace=namespace)
        stored = store.get(key) if is_secret(given.value) else None
        if stored is None or not any(map(is_hash, (stored.get("data") or {}).values())):
            continue
        keys = (b"", store.salt)
        known = {_hash(text, key): text for text in _values(given.value) for key in keys}
        data = {name: known.get(text, text) for name, text in stored["data"].items()}
        if data != stored["data"]:
            revealed = _with_annotation(stored, partial(_revealed_configuration, known=known))
            store.load([{**revealed, "data": data}])


def _without_copies(shown: Json, known: Json) -> Json:
    """The object without annotations of others that repeat the values, and without a configuration that hides some."""
    metadata = shown.get("metadata") or {}
    annotations = metadata.get("annotations")
    if not isinstance(annotations, dict) or not annotations:
        return shown
    kept = {name: text for name, text in annotations.items() if not _repeats(known, name, text)}
    return (
        shown if len(kept) == len(annotations) else {**shown, "metadata": {**metadata, "annotations": kept}}
    )


def _repeats(known: Json, name: str, text: Any) -> bool:
    if not isinstance(text, str):
        return False
    plain = {value for value in _known(known) if len(value) >= _TELLING and not is_hash(value)}
    if any(value in text for value in plain):
        return True
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return _nests(held, top=name == _LAST_APPLIED)


def _nests(value: Any, *, top: bool = False) -> bool:
    """Whether JSON holds a Secret's data if it was not hashed: deeper, or in another letter case."""
    if isinstance(value, list):
        return any(map(_nests, value))
    if not isinstance(value, dict):
        return False
    hashed_here = {"data", "stringData"} if top else set()
    return any(
        key not in hashed_here and (key.lower() in {"data", "stringdata"} or _nests(inner))
        for key, inner in value.items()
    )


def _known(value: Json) -> Iterable[str]:
    held = value.get("data")
    for text in held.values() if isinstance(held, dict) else ():
        if isinstance(text, str):
            yield text
            with suppress(ValueError):
                yield base64.b64decode(text, validate=True).decode(errors="ignore")


def _with_annotation(value: Json, change: Callable[[Json], Json]) -> Json:
    """The object with another configuration in kubectl's annotation; text that is no configuration goes."""
    metadata = value.get("metadata") or {}
    annotations = dict(metadata.get("annotations") or {})
    if _LAST_APPLIED not in annotations:
        return value
    try:
        config = json.loads(annotations.pop(_LAST_APPLIED))
    except ValueError:
        config = None
    if isinstance(config, dict):
        annotations[_LAST_APPLIED] = _go_json(change(config))
    return {**value, "metadata": {**metadata, "annotations": annotations}}


def _hashed_configuration(config: Json, key: bytes) -> Json:
    def of_text(text: str) -> str:
        return _hash(text if is_hash(text) else _encoded(text), key)

    return {
        **config,
        **_mapped(config, "data", lambda text: _hash(text, key)),
        **_mapped(config, "stringData", of_text),
    }


def _revealed_configuration(config: Json, *, known: Mapping[str, str]) -> Json:
    def plain(text: str) -> str:
        return base64.b64decode(known[text]).decode(errors="replace") if text in known else text

    return {
        **config,
        **_mapped(config, "data", lambda text: known.get(text, text)),
        **_mapped(config, "stringData", plain),
    }


def _mapped(config: Json, field: str, change: Callable[[str], str]) -> Json:
    values = config.get(field)
    if not isinstance(values, dict):
        return {}
    return {field: {name: change(text) if isinstance(text, str) else text for name, text in values.items()}}


def _go_json(value: Any) -> str:
    """One line as kubectl writes the annotation."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).translate(_HTML) + "\n"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _values(value: Json) -> Iterable[str]:
    for name, encode in (("data", str), ("stringData", _encoded)):
        fields = value.get(name)
        if isinstance(fields, dict):
            yield from (encode(text) for text in fields.values() if isinstance(text, str))


def _hash(text: str, key: bytes) -> str:
    """The hash of a value; one that is a keyed hash already stays."""
    if _is_keyed(text) or (not key and is_hash(text)):
        return text
    plain = base64.b64decode(text).decode() if is_hash(text) else f"sha256:{_digest(text)}"
    return _encoded(f"hmac:{hmac.digest(key, plain.encode(), 'sha256').hex()}" if key else plain)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_hash(text: Any) -> bool:
    """Whether a value of a Secret was replaced by its hash."""
    return isinstance(text, str) and (
        (len(text) == _PLAIN_LENGTH and text.startswith(PLAIN_PREFIX)) or _is_keyed(text)
    )


def _is_keyed(text: str) -> bool:
    return len(text) == _KEYED_LENGTH and text.startswith(_KEYED_PREFIX)
