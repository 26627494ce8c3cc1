"""The last-applied-configuration annotation: what the user wrote last time, kept on the object.

Upstream: staging/src/k8s.io/kubectl/pkg/util/apply.go
"""

import json
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import compact
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.kubectl.wording import ClientError


def original_text(live: Json) -> str:
    """The annotation of a live object; empty if it has none."""
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(LAST_APPLIED) or "")


def original_configuration(live: Json) -> Json:
    """What the annotation holds. Raises ClientError if that is no JSON."""
    text = original_text(live)
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ClientError("invalid JSON document")
    return value


def known_configuration(live: Json) -> Json:
    """The annotation's configuration; empty if there is none, or if it cannot be read."""
    try:
        return original_configuration(live)
    except ClientError:
        return {}


def configuration(value: Json) -> Json:
    """An object as the annotation records it: without the annotation itself, annotations never absent."""
    metadata = dict(value["metadata"])
    annotations = metadata.get("annotations")
    kept = annotations if isinstance(annotations, dict) else {}
    metadata["annotations"] = {key: text for key, text in kept.items() if key != LAST_APPLIED}
    return {**value, "metadata": metadata}


def annotated(value: Json) -> Json:
    """An object with its own configuration in the annotation, as apply sends it."""
    plain = configuration(value)
    annotations = {**plain["metadata"]["annotations"], LAST_APPLIED: compact(plain)}
    return {**plain, "metadata": {**plain["metadata"], "annotations": annotations}}


def without_nulls(value: Any) -> Any:
    """Drop null members of maps, as apply does before it creates."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value
