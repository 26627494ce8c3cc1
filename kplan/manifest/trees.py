"""The tree of nodes of a document's text; those of the last few are kept,
since a tree weighs far more than its text.
"""

from functools import lru_cache
from typing import Final

from kplan.manifest import plain, plainnodes
from kplan.manifest.limits import DEFAULT
from kplan.manifest.nodes import Node

_PLAIN: Final[dict[str, Node | None]] = {}
_MOST_KEPT: Final = 16


def plain_tree(text: str, *, known: bool = False) -> Node | None:
    """The tree of a text that is plain, as may be ``known`` of it; None of any other."""
    if text not in _PLAIN:
        if len(_PLAIN) >= _MOST_KEPT:
            del _PLAIN[next(iter(_PLAIN))]
        is_plain = known or plain.read(text, DEFAULT) is not plain.UNREAD
        _PLAIN[text] = plainnodes.grown(text) if is_plain else None
    return _PLAIN[text]


@lru_cache(maxsize=8)
def tree(text: str) -> Node | None:
    """The tree of the first document of a text; None if it cannot be read or holds nothing."""
    if (found := plain_tree(text)) is not None:
        return found
    from yaml import YAMLError  # noqa: PLC0415 - most texts are plain

    from kplan.manifest import eventnodes  # noqa: PLC0415 - likewise

    try:
        return eventnodes.grown(text)
    except YAMLError:
        return None
