"""A field path to its place in a document's text, worked out only for documents that have something to report."""

from functools import lru_cache
from typing import Final, Protocol

from kplan.fieldpath import FieldPath
from kplan.manifest.plainplaces import PlainPlaces
from kplan.manifest.source import Span
from kplan.manifest.trees import plain_tree

MOST_CHARACTERS: Final = 16_000_000
"""In longer documents every finding is located at the start: a tree of nodes would fill the memory."""


class Places(Protocol):
    """Every place in one document, with the document's own offset in its file added."""

    def span(self, path: FieldPath) -> Span:
        """The value at the path if it is a scalar, its key if it is a collection, else its nearest ancestor."""

    def key(self, path: FieldPath) -> Span:
        """The key of the mapping member at the path, or of its nearest ancestor."""

    def lines(self, path: FieldPath) -> tuple[int, int]:
        """The first line and the last of the value at the path."""


@lru_cache(maxsize=16)
def place_map(text: str, line: int, column: int, *, is_plain: bool = False) -> Places:
    """The places of a document; only the last few documents' are kept, since a tree weighs far more than its text."""
    if len(text) <= MOST_CHARACTERS and (root := plain_tree(text, known=is_plain)) is not None:
        return PlainPlaces(root, text, line, column)
    from kplan.manifest.eventplaces import EventPlaces  # noqa: PLC0415 - most texts are plain

    return EventPlaces(text if len(text) <= MOST_CHARACTERS else "", line, column)
