"""Secret values out of sight: what is equal stays equal to the eye, what differs still differs.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go
"""

import base64
import json
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.managed_fields import LAST_APPLIED, compact
from kplan.kubectl.wording import ClientError

MASK: Final = "***"
BEFORE: Final = "*** (before)"
AFTER: Final = "*** (after)"
_DATA: Final = ("data", "stringData")


def is_secret(value: Json) -> bool:
    """Whether kubectl masks an object; it does not look at the group."""
    return value.get("kind") == "Secret" and str(value.get("apiVersion")).rpartition("/")[2] == "v1"


def mask(live: Json | None, merged: Json, *, annotations: bool) -> tuple[Json | None, Json]:
    """Mask the data of both sides; ``annotations`` masks what last-applied repeats of it, too, which kubectl forgets."""
    before, after = _masked(_data(live), _data(merged))
    shown_live, shown_merged = _replaced(live, before), _replaced(merged, after) or {}
    if annotations:
        values = {*_known_values(live or {}), *_known_values(merged)}
        one, other = _mask_annotations(shown_live, shown_merged)
        return _without_copies(one, values), _without_copies(other, values) or other
    return shown_live, shown_merged


def _without_copies(shown: Json | None, values: Collection[str]) -> Json | None:
    """A masked side without annotations that repeat what is masked (kapp keeps the whole object in one)."""
    annotations = ((shown or {}).get("metadata") or {}).get("annotations")
    if shown is None or not annotations:
        return shown
    hidden = {name: MASK if _repeats(name, text, values) else text for name, text in annotations.items()}
    return {**shown, "metadata": {**shown["metadata"], "annotations": hidden}}


def _repeats(name: str, text: Any, values: Collection[str]) -> bool:
    if not isinstance(text, str):
        return False
    held = parsed(text)
    if name == LAST_APPLIED and isinstance(held, dict):
        held = {**held, "data": 0, "stringData": 0}
    return _nests_values(held) or any(value in text for value in values)


def concealed(value: Json) -> Json:
    """An object for everybody's eyes: a Secret without its values, and without annotations that repeat them."""
    if not is_secret(value):
        return value
    shown = {**value}
    for field in _DATA:
        held = value.get(field)
        if isinstance(held, dict):
            shown[field] = dict.fromkeys(held, MASK)
        elif held is not None:
            shown[field] = MASK
    metadata = value.get("metadata")
    if isinstance(metadata, dict) and isinstance(annotations := metadata.get("annotations"), dict):
        values = _known_values(value)
        hidden = {name: _annotation(values, name, text) for name, text in annotations.items()}
        shown["metadata"] = {**metadata, "annotations": hidden}
    return shown


def _annotation(values: Collection[str], name: str, text: Any) -> Any:
    held = parsed(text) if name == LAST_APPLIED else None
    if isinstance(held, dict):
        text = compact(
            {
                **held,
                **{
                    field: dict.fromkeys(held[field], MASK)
                    for field in _DATA
                    if isinstance(held.get(field), dict)
                },
            }
        )
    elif name == LAST_APPLIED:
        return MASK
    return MASK if _repeats(name, text, values) else text


def parsed(text: Any) -> Any:
    """What a text holds as JSON; None where it is none."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None


_TELLING: Final = 4
"""Characters from which on a value is found in other texts: shorter ones are everywhere."""


def _nests_values(value: Any) -> bool:
    """Whether JSON holds a Secret's data, however deep and in whatever letter case."""
    if isinstance(value, dict):
        return any(
            (key.lower() in {"data", "stringdata"} and isinstance(inner, (dict, list, str)))
            or _nests_values(inner)
            for key, inner in value.items()
        )
    return isinstance(value, list) and any(map(_nests_values, value))


def _known_values(value: Json) -> set[str]:
    found: set[str] = set()
    for field in _DATA:
        held = value.get(field)
        for text in held.values() if isinstance(held, dict) else ():
            if isinstance(text, str):
                found.add(text)
                with suppress(ValueError):
                    found.add(base64.b64decode(text, validate=True).decode(errors="ignore"))
    return {text for text in found if len(text) >= _TELLING}


def _data(value: Json | None) -> Json | None:
    data = value.get("data") if value else None
    if data is not None and not isinstance(data, dict):
        raise ClientError(
            "run masker: extract 'data' field: get nested map: "
            f".data accessor error: {data} is of the type {type(data).__name__}, expected map[string]interface{{}}"
        )
    return data


def _masked(before: Json | None, after: Json | None) -> tuple[Json | None, Json | None]:
    def masked(data: Json | None, other: Json | None, changed: str) -> Json | None:
        if data is None:
            return None
        rest = other or {}
        return {key: changed if key in rest and rest[key] != value else MASK for key, value in data.items()}

    return masked(before, after, BEFORE), masked(after, before, AFTER)


def _replaced(value: Json | None, data: Json | None) -> Json | None:
    return value if value is None or data is None else {**value, "data": data}


def _mask_annotations(live: Json | None, merged: Json) -> tuple[Json | None, Json]:
    before, after = _configuration(live), _configuration(merged)
    masked: dict[str, tuple[Any, Any]] = {}
    for field in ("data", "stringData"):
        left, right = (
            side.get(field) if side and isinstance(side.get(field), dict) else None
            for side in (before, after)
        )
        masked[field] = _masked(left, right)

    def rewritten(
        value: Json | None, configuration: Json | None, pick: Callable[[tuple[Any, Any]], Any]
    ) -> Json | None:
        if value is None or configuration is None:
            return value
        fields = {field: pick(pair) for field, pair in masked.items() if pick(pair) is not None}
        annotations = {**value["metadata"]["annotations"], LAST_APPLIED: compact({**configuration, **fields})}
        return {**value, "metadata": {**value["metadata"], "annotations": annotations}}

    return rewritten(live, before, lambda pair: pair[0]), rewritten(
        merged, after, lambda pair: pair[1]
    ) or merged


def _configuration(value: Json | None) -> Json | None:
    """The configuration inside the annotation; text that is no JSON object hides nothing we could find, and is hidden whole."""
    annotations = ((value or {}).get("metadata") or {}).get("annotations") or {}
    text = annotations.get(LAST_APPLIED)
    if not text:
        return None
    try:
        configuration = json.loads(text)
    except ValueError:
        configuration = None
    return configuration if isinstance(configuration, dict) else {"data": MASK}
