"""An object that is still text: read once for all who hold it, or only as far as its metadata.

Upstream: none; what is read from etcd there is decoded whole.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final, TypeVar

from kplan.api.object import Json

_HEAD: Final = r'\{"apiVersion":"[^"\\]*","kind":"([^"\\]*)","metadata":'
"""How nearly every stored text begins."""
_DECODE: Final = json.JSONDecoder().raw_decode
_WORD: Final = r'[^"\\]*'
_NODE: Final = '"nodeName":"'
_OWNERS: Final = '"ownerReferences":'
_AFTER: Final = {"EndpointSlice": '"endpoints":[', "Endpoints": '"subsets":['}
"""What stands behind the metadata of kinds that have no spec."""


T = TypeVar("T")
_compiled: Final = cache(re.compile)
"""Patterns for which nothing is compiled before there is a text, and little is asked for each."""


def _pass() -> None:
    """What cannot be read is told of as it is."""


class Unread:
    """An object as text until somebody looks at it. What is wrong with a text is found when it is looked at."""

    __slots__ = ("_owners", "_refuse", "_text", "_value")

    def __init__(self, text: str, refuse: Callable[[], None] = _pass) -> None:
        """``refuse`` raises the error that names the texts which hold no object."""
        self._text = text
        self._refuse = refuse
        self._value: Json | None = None
        self._owners: Sequence[Json] | None = None

    def read(self) -> Json:
        """The object."""
        if self._value is None:
            self._value = self._looked_at(object_in)
        return self._value

    def metadata(self) -> Json:
        """Its metadata."""
        found: Json = self._looked_at(metadata_in) if self._value is None else self._value["metadata"]
        return found

    def _looked_at(self, read: Callable[[str], T]) -> T:
        try:
            return read(self._text)
        except (ValueError, TypeError, RecursionError):
            self._refuse()
            raise

    def mentions(self, word: str) -> bool:
        """Whether a word may stand in it."""
        return word in self._text

    def mentions_all(self, words: Iterable[str]) -> bool:
        """Whether all these words may stand in it."""
        text = self._text
        for word in words:  # noqa: SIM110 - it is asked of thousands of texts
            if word not in text:
                return False
        return True

    def following(self, words: str) -> Iterator[str]:
        """What stands after some words, each time up to the next quote or backslash."""
        text, at = self._text, self._text.find(words)
        while at >= 0:
            start = at + len(words)
            found = _compiled(_WORD).match(text, start)
            yield found[0] if found else ""
            at = text.find(words, start)

    def owners(self) -> Sequence[Json]:
        """Its owner references."""
        if self._owners is None:
            from kplan.api.owners import owners_of  # noqa: PLC0415 - a store without texts asks for nobody's

            self._owners = self._looked_at(owners_in) if self._value is None else owners_of(self._value)
        return self._owners

    def node(self) -> str:
        """The node that a Pod may be bound to; where it is bound, it is this one."""
        if self._value is None:
            return self._looked_at(node_in)
        from kplan.api.pods import node_of  # noqa: PLC0415 - likewise

        return node_of(self._value)


def label_word(key: str, value: str) -> str:
    """How a label, or a selector that demands it, stands in a text."""
    return f"{json.dumps(key, ensure_ascii=False)}:{json.dumps(value, ensure_ascii=False)}"


def object_in(text: str) -> Json:
    """The object that a text holds. Raises ValueError where it holds something else."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - of a text
    return found


def metadata_in(text: str) -> Json:
    """The metadata of an object."""
    head = _compiled(_HEAD).match(text)
    found: Json = _DECODE(text, head.end())[0] if head else json.loads(text)["metadata"]
    return found


def owners_in(text: str) -> Sequence[Json]:
    """The owner references of an object."""
    at = text.find(_OWNERS)
    if at < 0:
        return ()
    if text.startswith("[", start := at + len(_OWNERS)) and _is_in_metadata(text, at):
        found: list[Json] = _DECODE(text, start)[0]
        return found
    return metadata_in(text).get("ownerReferences") or ()


def _is_in_metadata(text: str, at: int) -> bool:
    """Whether a place is within the metadata, which come first and hold nothing that is called as what follows them."""
    head = _compiled(_HEAD).match(text)
    return head is not None and at < text.find(_AFTER.get(head[1], '"spec":{'))


def node_in(text: str) -> str:
    """The node that a Pod may be bound to; where it is bound, it is this one."""
    at = text.find(_NODE)
    if at < 0:
        return ""
    name = text[(start := at + len(_NODE)) : text.index('"', start)]
    if "\\" not in name and text.find(_NODE, start) < 0:
        return name
    return str((json.loads(text).get("spec") or {}).get("nodeName") or "")
