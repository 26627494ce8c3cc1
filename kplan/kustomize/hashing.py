"""The suffix of a generated map's name: ten characters of the hash of what it holds.

Upstream: vendor/sigs.k8s.io/kustomize/api/hasher/hasher.go
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

_ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_LETTERS: Final = str.maketrans("013ae", "ghkmt")


def suffix(value: Mapping[str, Any]) -> str:
    """The ten characters for an object; maps and secrets hash their data alone."""
    kind = value.get("kind")
    if kind == "ConfigMap":
        hashed = {"kind": kind, "name": "", "data": value.get("data") or ""}
        if value.get("binaryData"):
            hashed["binaryData"] = value["binaryData"]
        if "data" in value:
            hashed["data"] = value["data"]
    elif kind == "Secret":
        hashed = {"kind": kind, "type": value.get("type") or "", "name": "", "data": value.get("data", "")}
        if value.get("stringData"):
            hashed["stringData"] = value["stringData"]
    else:
        hashed = dict(value)
    digest = hashlib.sha256(go_json(hashed).encode()).hexdigest()
    return digest[:10].translate(_LETTERS)


def go_json(value: Any) -> str:
    """Compact JSON as Go writes it."""
    return escaped(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def escaped(text: str) -> str:
    """JSON with the characters escaped that Go escapes."""
    for plain, escaped in _ESCAPES.items():
        text = text.replace(plain, escaped)
    return text
