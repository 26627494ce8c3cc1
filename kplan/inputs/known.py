"""Parsed files from earlier runs, by content."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from kplan.manifest.document import Document

Seal = tuple[str, bytes]
"""Identifies the content of a file."""


class KnownValues(Protocol):
    """The values of files' documents."""

    def expect(self, number: int, /) -> None:
        """Be told how many files will be read."""

    def seal(self, content: bytes, /) -> Seal:
        """Identify a content."""

    def of(self, seal: Any, /) -> Mapping[int, Any] | None:
        """The values of a file's documents by their index, but for those without one; None if they are not known."""

    def sealed(self, seal: Any, documents: Sequence[Document], /) -> bytes:
        """The values of a file's documents, for those who have the file."""

    def take(self, seal: Any, sealed: bytes, /) -> None:
        """Learn what a file reads as about which there is nothing to say; what is known already stays known."""
