"""Secret values out of sight: what is equal stays equal to the eye, what differs still differs.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go
"""

import json
from collections.abc import Callable
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.managed_fields import LAST_APPLIED, compact
from kplan.kubectl.wording import ClientError

MASK: Final = "***"
BEFORE: Final = "*** (before)"
AFTER: Final = "*** (after)"


def is_secret(value: Json) -> bool:
    """Whether kubectl masks an object; it does not look at the group."""
    return value.get("kind") == "Secret" and str(value.get("apiVersion")).rpartition("/")[2] == "v1"


def mask(live: Json | None, merged: Json, *, annotations: bool) -> tuple[Json | None, Json]:
    """Mask the data of both sides; ``annotations`` masks what last-applied repeats of it, too, which kubectl forgets."""
    before, after = _masked(_data(live), _data(merged))
    live, merged = _replaced(live, before), _replaced(merged, after) or {}
    if annotations:
        live, merged = _mask_annotations(live, merged)
    return live, merged


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
