"""An object that is still text: read once for all who hold it, or only as far as its metadata.

Upstream: none; what is read from etcd there is decoded whole.
"""

import json
import re
from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.owners import owners_of
from kplan.api.pods import node_of

_HEAD: Final = re.compile(r'\{"apiVersion":"[^"\\]*","kind":"[^"\\]*","metadata":')
"""How nearly every stored text begins."""
_DECODE: Final = json.JSONDecoder().raw_decode
_NODE: Final = '"nodeName":"'


class Unread:
    """An object as text until somebody looks at it."""

    __slots__ = ("_text", "_value")

    def __init__(self, text: str) -> None:
        self._text = text
        self._value: Json | None = None

    def read(self) -> Json:
        """The object."""
        if self._value is None:
            self._value = json.loads(self._text)
            self._text = ""
        return self._value

    def metadata(self) -> Json:
        """Its metadata."""
        found: Json = metadata_in(self._text) if self._value is None else self._value["metadata"]
        return found

    def mentions(self, word: str) -> bool:
        """Whether a word may stand in it."""
        return self._value is not None or word in self._text

    def owners(self) -> Sequence[Json]:
        """Its owner references."""
        return owners_in(self._text) if self._value is None else owners_of(self._value)

    def node(self) -> str:
        """The node that a Pod may be bound to; where it is bound, it is this one."""
        return node_in(self._text) if self._value is None else node_of(self._value)


def metadata_in(text: str) -> Json:
    """The metadata of an object."""
    head = _HEAD.match(text)
    found: Json = _DECODE(text, head.end())[0] if head else json.loads(text)["metadata"]
    return found


def owners_in(text: str) -> list[Json]:
    """The owner references of an object."""
    return (metadata_in(text).get("ownerReferences") or []) if '"ownerReferences"' in text else []


def node_in(text: str) -> str:
    """The node that a Pod may be bound to; where it is bound, it is this one."""
    number = text.count(_NODE)
    if number == 1 and "\\" not in (
        name := text[(at := text.index(_NODE) + len(_NODE)) : text.index('"', at)]
    ):
        return name
    return str((json.loads(text).get("spec") or {}).get("nodeName") or "") if number else ""
