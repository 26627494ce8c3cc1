"""Built objects as documents: every field of them is found again in the file that a person would edit."""

from collections.abc import Callable, Mapping
from typing import Any

from kplan.diagnostics import Location
from kplan.fieldpath import ROOT, FieldPath
from kplan.kustomize.resource import Origin, Resource
from kplan.manifest.document import Document
from kplan.manifest.loader import load_bytes
from kplan.manifest.source import Source, Span


class Files:
    """The files of a build as documents, each read when something in it is to be shown."""

    def __init__(self, contents: Mapping[str, bytes], shown: Callable[[str], str]) -> None:
        self._contents = contents
        self._shown = shown
        self._documents: dict[str, list[Document]] = {}

    def documents(self, path: str) -> list[Document]:
        """The documents of a file."""
        if path not in self._documents:
            loaded = load_bytes(self._contents.get(path, b""), self._shown(path))
            self._documents[path] = loaded.documents
        return self._documents[path]

    def at(self, origin: Origin) -> Document:
        """The document that an object was written in; an empty one where it cannot be told."""
        found = [one for one in self.documents(origin.path) if one.line < origin.line]
        if not found:
            return Document(Source(self._shown(origin.path), ""), 0, {}, "")
        return found[-1].within(FieldPath.of(*origin.steps), found[-1].value)


class BuiltDocument(Document):
    """A built object; its fields stand in the files that it was made of."""

    __slots__ = ("_files", "_item")

    def __init__(self, directory: str, item: Resource, files: Files) -> None:
        super().__init__(Source(directory, ""), 0, item.value, "")
        self._item = item
        self._files = files

    @property
    def folder(self) -> str:
        """The folder that was built."""
        return self.source.name

    @property
    def built_by(self) -> str:
        """The folder that was built."""
        return self.source.name

    @property
    def sources(self) -> tuple[Source, ...]:
        """The file that the object was written in."""
        return (self._files.at(self._item.origin).source,)

    def within(self, prefix: FieldPath, value: Any) -> Document:
        """A built object holds no list of others."""
        del prefix, value
        return self

    def locate(self, path: FieldPath = ROOT) -> Span:
        """The place of a field in the file that ``location`` names."""
        document, inner = self._written(path)
        return document.locate(inner)

    def locate_key(self, path: FieldPath) -> Span:
        """The place of a field's name in the file that ``location`` names."""
        document, inner = self._written(path)
        return document.locate_key(inner)

    def location(self, path: FieldPath = ROOT, *, key: bool = False) -> Location:
        """File, line and column of a field, and what it was built by."""
        document, inner = self._written(path)
        return document.location(inner, key=key)._replace(built_by=self.source.name)

    def excerpt(self, path: FieldPath = ROOT, *, key: bool = False) -> str:
        """The line of a field with a caret under it; nothing of a Secret."""
        if self.value.get("kind") == "Secret":
            return ""
        document, inner = self._written(path)
        return document.excerpt(inner, key=key)

    def lines(self) -> tuple[int, int]:
        """The first and the last line of the object in the file that it was written in."""
        return self._files.at(self._item.origin).lines()

    def whole_lines(self) -> tuple[int, int]:
        """The first and the last line of the document that it was written in."""
        return self._files.at(self._item.origin).whole_lines()

    def quoted(self, path: FieldPath) -> str:
        """How to write a field as a text, with its value as the user wrote it."""
        document, inner = self._written(path)
        return document.quoted(inner)

    def _written(self, path: FieldPath) -> tuple[Document, FieldPath]:
        """The document that a field is written in, and where it stands there."""
        return self._files.at(self._item.origin), path
