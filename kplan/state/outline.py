"""An outline stored beside an object's text, so that common questions do not need the text.

Upstream: none; informers keep indexes of what they have decoded.
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.state.texts import BITS, beginning_of, label_bits, node_in

UNKNOWN: Final = -1
"""Stands for a number that only the text can tell; as bits, all are set."""


class Outline(NamedTuple):
    """What is known of an object without its text."""

    end: int
    """Where its metadata end in the text."""
    words: int
    """The combined bits of the known words that occur in the text."""
    labels: int
    """The sum of the bits of its labels."""
    controller: str | None
    """The uid of the only owner, if it is the controller; empty without owners, None if the text has to be read."""
    controller_name: str | None
    """The name of that owner; None if there is none."""
    node: str | None
    """The node that a Pod may be bound to; if it is bound, to this one. None if the text has to be read."""


NOTHING: Final = Outline(UNKNOWN, UNKNOWN, UNKNOWN, None, None, None)
"""The outline of an object about which nothing is stored."""


class Outlines(NamedTuple):
    """The outlines of many objects, as columns."""

    ends: Sequence[int]
    words: Sequence[int]
    labels: Sequence[int]
    controllers: Sequence[str | None]
    controller_names: Sequence[str | None]
    nodes: Sequence[str | None]

    @classmethod
    def none(cls, count: int) -> "Outlines":
        """Outlines of objects about which nothing is stored."""
        number, text = [UNKNOWN] * count, [None] * count
        return cls(number, number, number, text, text, text)


def outline_of(text: str) -> Outline | None:
    """The outline of an object; None if its text has to be looked at."""
    try:
        found = beginning_of(text)
        if found is None or not isinstance(found[1], dict):
            return None
        kind, metadata, end = found
        words = sum(bit for word, bit in BITS.items() if word in text)
        controller = _controller(metadata.get("ownerReferences") or ())
        labels = label_bits((metadata.get("labels") or {}).items())
        return Outline(end, words, labels, *controller, node_in(text) if kind == "Pod" else "")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _controller(references: Sequence[Json]) -> tuple[str | None, str | None]:
    """The uid and the name of the only owner, if it is the controller."""
    if not references:
        return "", None
    uid, name = references[0].get("uid"), references[0].get("name")
    told = len(references) == 1 and references[0].get("controller") is True
    return (uid, name) if told and _is_word(uid) and _is_word(name) else (None, None)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value != ""
