"""One YAML or JSON document: its value, where it stands, and the way from a field path back to line and column."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kplan.diagnostics import Location
from kplan.fieldpath import ROOT, FieldPath
from kplan.manifest.source import Source, Span

if TYPE_CHECKING:
    from kplan.manifest.positions import Places


@lru_cache(maxsize=256)
def _pointed(source: Source, span: Span) -> tuple[Location, str]:
    """Location and excerpt of a place: half of all findings stand where another rule found something,
    a container mostly.
    """
    return source.location(span), source.excerpt(span)


class Document:
    """A document of a file, or (with ``prefix``) one item of a list in it."""

    __slots__ = ("column", "index", "is_plain", "line", "prefix", "source", "text", "value")

    def __init__(
        self,
        source: Source,
        index: int,
        value: Any,
        text: str,
        line: int = 0,
        column: int = 0,
        prefix: FieldPath = ROOT,
        *,
        is_plain: bool = False,
    ) -> None:
        self.source = source
        self.index = index
        """Which document of its source, from 0; empty ones count."""
        self.value = value
        self.text = text
        self.line = line
        """The source's line, from 0, at which the text begins."""
        self.column = column
        self.prefix = prefix
        """Where the value stands in the document, for an item of a List."""
        self.is_plain = is_plain
        """Whether the text is known to be plain, so that places in it are found without reading it once more."""

    def within(self, prefix: FieldPath, value: Any) -> "Document":
        """The same document, looked at from one item of its list."""
        return Document(
            self.source, self.index, value, self.text, self.line, self.column, prefix, is_plain=self.is_plain
        )

    def locate(self, path: FieldPath = ROOT) -> Span:
        """The place of a field, or of its nearest ancestor that the text has."""
        return self._place_map().span(self._inside(path))

    def locate_key(self, path: FieldPath) -> Span:
        """The place of a field's name."""
        return self._place_map().key(self._inside(path))

    @property
    def folder(self) -> str:
        """The folder that it is applied from."""
        return self.source.name.rpartition("/")[0]

    @property
    def built_by(self) -> str:
        """What it was built by; empty for a document as it was read."""
        return ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files that it is written in."""
        return (self.source,)

    def written(self, path: FieldPath) -> "tuple[Document, FieldPath]":
        """The document of a file in which a field can be edited, and where the field stands there. Raises EditError."""
        return self, self._inside(path)

    def location(self, path: FieldPath = ROOT, *, key: bool = False) -> Location:
        """File, line and column of a field, or of its name."""
        return self.source.location(self.locate_key(path) if key else self.locate(path))

    def excerpt(self, path: FieldPath = ROOT, *, key: bool = False) -> str:
        """The line of a field with a caret under it, or under its name."""
        return self.source.excerpt(self.locate_key(path) if key else self.locate(path))

    def pointed(self, path: FieldPath, *, key: bool = False) -> tuple[Location, str]:
        """Location and excerpt of a field, or of its name."""
        span = self.locate_key(path) if key else self.locate(path)
        return _pointed(self.source, span)

    def lines(self) -> tuple[int, int]:
        """The first and the last line, from 0, of what is looked at: the document, or the item of its list."""
        return self._place_map().lines(self.prefix)

    def field_lines(self, path: FieldPath) -> tuple[int, int]:
        """The first and the last line, from 0, of a field."""
        return self._place_map().lines(self._inside(path))

    def whole_lines(self) -> tuple[int, int]:
        """The first and the last line of the document, from 0, whichever item is looked at."""
        return self._place_map().lines(ROOT)

    def quoted(self, path: FieldPath) -> str:
        """How to write a field as a text, with its value as the user wrote it: ``quote it: name: "n"``."""
        written = self.source.text_at(self.locate(path))
        if not written or written[0] in "\"'[{|>&*!":
            return "put it in quotes"
        if not isinstance(path.steps[-1], str):
            return f'quote it: "{written}"'
        return f'quote it: {self.source.text_at(self.locate_key(path))}: "{written}"'

    def _inside(self, path: FieldPath) -> FieldPath:
        """The path from the document's own root."""
        return path if self.prefix is ROOT else FieldPath.of(*self.prefix.steps, *path.steps)

    def _place_map(self) -> "Places":
        from kplan.manifest.positions import place_map  # noqa: PLC0415 - most documents have nothing to be pointed at

        return place_map(self.text, self.line, self.column, is_plain=self.is_plain)
