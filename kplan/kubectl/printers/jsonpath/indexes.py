"""What stands between brackets and is no key: ``1``, ``1:3``, ``-1:``, ``*``.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/parser.go (parseArray)
"""

import re
from typing import Final

from kplan.kubectl.printers.jsonpath.nodes import JSONPathError, Slice

_SLICE: Final = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?\Z")


def index(text: str) -> Slice:
    """Read an index or a slice; if nothing is said, the first one is meant. Raises JSONPathError."""
    if text == "*":
        return Slice()
    parts = _SLICE.match(text)
    if parts is None:
        raise JSONPathError(f"invalid array index {text}")
    start, end, step = (_number(part.removeprefix(":")) if part else None for part in parts.groups())
    if parts[2] is None:
        return Slice(start or 0, (start or 0) + 1, single=True)
    return Slice(start or 0, end, 1 if step is None else step)


def _number(text: str) -> int | None:
    if text == "-":
        raise JSONPathError("array index - is not a number")
    return int(text) if text else None
