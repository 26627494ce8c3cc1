"""What is kept of an object beside its text, so that texts are not searched for what many ask.

Upstream: none; informers keep indexes of what they have decoded.
"""

from collections.abc import Sequence

from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.state.texts import BITS, beginning_of, label_bits, node_in


class Outline(NamedTuple):
    """What is known of an object without its text."""

    end: int
    """Where its metadata end in the text."""
    words: int
    """The sum of the bits of the words that stand in it."""
    controller: str | None
    """The uid of its only owner, which controls it; empty where it has no owner, None where its references are others."""
    controller_name: str | None
    """The name of that owner; None where there is none."""
    labels: int
    """The sum of the bits of its labels."""
    node: str
    """The node that a Pod may be bound to; where it is bound, it is this one."""


def outline_of(text: str) -> Outline | None:
    """The outline of an object; None where its text has to be looked at."""
    try:
        found = beginning_of(text)
        if found is None or not isinstance(found[1], dict):
            return None
        kind, metadata, end = found
        words = sum(bit for word, bit in BITS.items() if word in text)
        controller = _controller(metadata.get("ownerReferences") or ())
        labels = label_bits((metadata.get("labels") or {}).items())
        return Outline(end, words, *controller, labels, node_in(text) if kind == "Pod" else "")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _controller(references: Sequence[Json]) -> tuple[str | None, str | None]:
    """The uid and the name of the only owner, where it is the controller."""
    if not references:
        return "", None
    uid, name = references[0].get("uid"), references[0].get("name")
    told = len(references) == 1 and references[0].get("controller") is True
    return (uid, name) if told and _is_word(uid) and _is_word(name) else (None, None)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value != ""
