"""The tree of nodes of a document's text; those of the last few are kept, since a tree weighs far more than its text."""

from functools import lru_cache

from kplan.manifest import plainnodes
from kplan.manifest.nodes import Node


@lru_cache(maxsize=16)
def plain_tree(text: str) -> Node | None:
    """The tree of a text that is plain; None of any other."""
    return plainnodes.grown(text)


@lru_cache(maxsize=8)
def tree(text: str) -> Node | None:
    """The tree of the first document of a text; None where it cannot be read or holds nothing."""
    if (found := plain_tree(text)) is not None:
        return found
    from yaml import YAMLError  # noqa: PLC0415 - most texts are plain

    from kplan.manifest import eventnodes  # noqa: PLC0415 - likewise

    try:
        return eventnodes.grown(text)
    except YAMLError:
        return None
