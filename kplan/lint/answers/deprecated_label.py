"""A label of nodes that has another name today: ``beta.kubernetes.io/os`` is ``kubernetes.io/os``."""

import re
from typing import Final

from kplan.api.object import Json
from kplan.fieldpath import FieldPath, Key
from kplan.fixes import Fix, put, rename, safe, unsafe

_TEXT: Final = r'(?P<path>[^:]+?)(?:\.key: (?P<old>\S+) is|:) (?:deprecated[^;]*; )?use "(?P<new>[^"\s]+/[^"\s]+)" instead'
_SAME: Final = ("beta.kubernetes.io/arch", "beta.kubernetes.io/os")
"""Labels that kubelets give nodes under both names."""


def correction(message: str, path: FieldPath, value: Json) -> Fix | None:
    """Write the new name; it means the same if nodes have both."""
    del value
    found = re.match(_TEXT, message)
    if found is None or not path.steps:
        return None
    old = found["old"] or str(path.step)
    if not found["old"] and not isinstance(path.step, Key):
        return None
    make = safe if old in _SAME else unsafe
    place = path if path.step == "key" or not found["old"] else path / "key"
    edit = put(place, found["new"]) if found["old"] else rename(path, found["new"])
    return make(f"use {found['new']}", edit)
