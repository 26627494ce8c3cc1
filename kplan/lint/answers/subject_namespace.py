"""A ServiceAccount in a RoleBinding without its namespace."""

import re
from typing import Final

from kplan.api.object import Json
from kplan.api.walk import text
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, put, unsafe

_TEXT: Final = r"subjects\[\d+\]\.namespace: Required value"


def correction(message: str, path: FieldPath, value: Json) -> Fix | None:
    """Look for it in the namespace of the binding."""
    namespace = text(value, "metadata", "namespace")
    if not re.match(_TEXT, message) or not namespace or value.get("kind") != "RoleBinding":
        return None
    return unsafe(f"look for it in {namespace}", put(path, namespace))
