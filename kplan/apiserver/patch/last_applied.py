"""kubectl's annotation with what its client-side apply wrote last, which a server-side apply reads and keeps in step.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastapplied.go,
    staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/{lastappliedmanager,lastappliedupdater}.go
"""

import json
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import compact, copy
from kplan.apiserver.patch.managed_entries import entries_of

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
MAX_ANNOTATIONS_BYTES: Final = 256 * 1024


def with_last_applied(value: Json, applied: Json) -> Json:
    """Keep kubectl's annotation in step, if there is one."""
    annotations = annotations_in(value)
    if not annotations.get(LAST_APPLIED):
        return value
    config: Json = copy(applied)
    if isinstance(config.get("metadata"), dict) and isinstance(config["metadata"].get("annotations"), dict):
        config["metadata"]["annotations"].pop(LAST_APPLIED, None)
    annotations = {**annotations, LAST_APPLIED: compact(config)}
    if (
        sum(len(key.encode()) + len(str(text).encode()) for key, text in annotations.items())
        > MAX_ANNOTATIONS_BYTES
    ):
        del annotations[LAST_APPLIED]
    return {**value, "metadata": {**value["metadata"], "annotations": annotations}}


def last_applied_config(live: Json) -> Json | None:
    """What kubectl's client-side apply wrote, of an object without managedFields; annotation included."""
    text = annotations_in(live).get(LAST_APPLIED)
    if entries_of(live) is not None or not text:
        return None
    try:
        config = json.loads(text)
    except ValueError:
        return None
    if not isinstance(config, dict) or not isinstance(config.get("metadata"), dict):
        return None
    config["metadata"]["annotations"] = {**annotations_in(config), LAST_APPLIED: text}
    return config


def annotations_in(value: Json) -> Json:
    """The annotations of an object that may be of any shape."""
    annotations = (value.get("metadata") or {}).get("annotations")
    return annotations if isinstance(annotations, dict) else {}
