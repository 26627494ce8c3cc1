"""The hash that ``--append-hash`` appends to the name of a ConfigMap or Secret.

Upstream: staging/src/k8s.io/kubectl/pkg/util/hash/hash.go
"""

import hashlib
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import compact

_LETTERS = str.maketrans("013ae", "ghkmt")


def named_with_hash(value: Json) -> Json:
    """The object under its name with the hash of its content."""
    parts: dict[str, Any] = {
        "data": value.get("data") or {},
        "kind": value["kind"],
        "name": value["metadata"]["name"],
    }
    if value["kind"] == "Secret":
        parts["type"] = value.get("type") or ""
    elif value.get("binaryData"):
        parts["binaryData"] = value["binaryData"]
    if value.get("immutable") is not None:
        parts["immutable"] = value["immutable"]
    digest = hashlib.sha256(compact(parts).removesuffix("\n").encode()).hexdigest()[:10].translate(_LETTERS)
    return {**value, "metadata": {**value["metadata"], "name": f"{value['metadata']['name']}-{digest}"}}
