"""What a stored text says, read whole or only as far as somebody asks.

Upstream: none; what is read from etcd there is decoded whole.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final
from zlib import crc32

from kplan.api.object import Json

MARKED: Final = '"deletionTimestamp"'
HOST_PORT: Final = '"hostPort"'
AFFINITY: Final = '"podAffinity"'
ANTI_AFFINITY: Final = '"podAntiAffinity"'
UNMET: Final = '"status":"False"'
PENDING: Final = '"phase":"Pending"'
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
WORDS: Final = (MARKED, HOST_PORT, AFFINITY, ANTI_AFFINITY, UNMET, PENDING, LAST_APPLIED)
"""The words that are looked for in all texts; stored outlines know them by their places."""
BITS: Final[Mapping[str, int]] = {word: 1 << place for place, word in enumerate(WORDS)}

_HEAD: Final = r'\{"apiVersion":"[^"\\]*","kind":"([^"\\]*)","metadata":'
"""How nearly every stored text begins."""
_DECODE: Final = json.JSONDecoder().raw_decode
_NODE: Final = '"nodeName":"'
_OWNERS: Final = '"ownerReferences":'
_AFTER: Final = {"EndpointSlice": '"endpoints":[', "Endpoints": '"subsets":['}
"""What stands behind the metadata of kinds that have no spec."""

_LABEL_BITS: Final = 62
"""The number of bits in an integer of SQLite."""

compiled: Final = cache(re.compile)
"""Patterns for which nothing is compiled before there is a text, and little is asked for each."""


def label_word(key: str, value: str) -> str:
    """A label, or a selector that requires it, as it is written in a text."""
    return f"{json.dumps(key, ensure_ascii=False)}:{json.dumps(value, ensure_ascii=False)}"


def label_bits(labels: Iterable[tuple[str, str]]) -> int:
    """Two of 62 bits for each label: what lacks a bit of some labels lacks one of these labels."""
    found = 0
    for key, value in labels:
        number = crc32(f"{key}={value}".encode("utf-8", "surrogatepass"))
        found |= 1 << number % _LABEL_BITS | 1 << number // _LABEL_BITS % _LABEL_BITS
    return found


def object_in(text: str) -> Json:
    """The object that a text holds. Raises ValueError if it holds something else."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - of a text
    return found


def metadata_in(text: str) -> Json:
    """The metadata of an object."""
    found = beginning_of(text)
    whole: Json = json.loads(text)["metadata"] if found is None else found[1]
    return whole


def beginning_of(text: str) -> tuple[str, Json, int] | None:
    """The kind of an object, its metadata, and where they end; None if the text begins otherwise."""
    head = compiled(_HEAD).match(text)
    return None if head is None else (head[1], *_DECODE(text, head.end()))


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
    head = compiled(_HEAD).match(text)
    return head is not None and at < text.find(_AFTER.get(head[1], '"spec":{'))


def node_in(text: str) -> str:
    """The node that a Pod may be bound to; if it is bound, it is this one."""
    at = text.find(_NODE)
    if at < 0:
        return ""
    name = text[(start := at + len(_NODE)) : text.index('"', start)]
    if "\\" not in name and text.find(_NODE, start) < 0:
        return name
    return str((json.loads(text).get("spec") or {}).get("nodeName") or "")
