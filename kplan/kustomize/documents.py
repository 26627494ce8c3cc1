"""The files of a build as documents: bases, patches, and patches that are written out in a kustomization."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kplan.fieldpath import FieldPath
from kplan.kustomize.kustomization import NAMES
from kplan.kustomize.resource import Origin
from kplan.manifest.document import Document
from kplan.manifest.loader import load_bytes
from kplan.manifest.source import Source


class Files:
    """The files of a build as documents, each read when something in it is to be shown."""

    def __init__(self, contents: Mapping[str, bytes], shown: Callable[[str], str]) -> None:
        self._contents = contents
        self._shown = shown
        self._documents: dict[str, list[Document]] = {}
        self._sources: dict[str, Source] = {}

    def __reduce__(self) -> "tuple[type[Files], tuple[Mapping[str, bytes], Callable[[str], str]]]":
        """Another process gets the files under the names they have here, as its working directory may differ."""
        return Files, (self._contents, _Names({path: self._shown(path) for path in self._contents}))

    def documents(self, path: str) -> list[Document]:
        """The documents of a file."""
        if path not in self._documents:
            loaded = load_bytes(self._contents.get(path, b""), self._shown(path))
            self._documents[path] = loaded.documents
        return self._documents[path]

    def source(self, origin: Origin) -> Source:
        """The file that something was written in, read as text only."""
        path = self._kustomization(origin.path) if origin.text else origin.path
        if path not in self._sources:
            text = self._contents.get(path, b"").decode("utf-8", "replace")
            self._sources[path] = Source(self._shown(path), text.replace("\r\n", "\n"))
        return self._sources[path]

    def _kustomization(self, folder: str) -> str:
        paths = [f"{folder}/{name}" for name in NAMES]
        return next((path for path in paths if path in self._contents), paths[0])

    def at(self, origin: Origin) -> Document:
        """The document in which something was written; an empty one if it is not known."""
        if origin.text:
            return self._written_out(origin)
        found = [one for one in self.documents(origin.path) if one.line < max(origin.line, 1)]
        return found[-1] if found else Document(Source(self._shown(origin.path), ""), 0, {}, "")

    def _written_out(self, origin: Origin) -> Document:
        """The part of a kustomization that holds the text of a patch."""
        path = self._kustomization(origin.path)
        for document in self.documents(path):
            for steps in _texts(document.value, origin.text.strip()):
                return _inner(document, FieldPath.of(*steps), origin.line)
        return Document(Source(self._shown(path), ""), 0, {}, "")


class _Names(dict[str, str]):
    """The names under which somebody else shows files; a file without one keeps its own."""

    def __call__(self, path: str) -> str:
        return self.get(path, path)


def _texts(value: Any, wanted: str) -> Iterator[tuple[str | int, ...]]:
    """Where a kustomization has a text."""
    for field in ("patches", "patchesStrategicMerge", "patchesJson6902"):
        entries = value.get(field) if isinstance(value, dict) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            text, steps = (entry.get("patch"), ("patch",)) if isinstance(entry, dict) else (entry, ())
            if isinstance(text, str) and text.strip() == wanted:
                yield (field, index, *steps)


def _inner(document: Document, path: FieldPath, line: int) -> Document:
    """A text within a document as a document of its own: the lines of a block, else only its beginning."""
    span = document.locate(path)
    lines = document.source.lines[span.start.line : span.end.line + 1]
    if len(lines) < 2 or lines[0][span.start.column : span.start.column + 1] not in ("|", ">"):
        return Document(document.source, 0, {}, "", span.start.line, span.start.column)
    first = span.start.line + line
    rest = document.source.lines[first : span.end.line + 1]
    ends = (number for number, text in enumerate(rest) if number and text.strip() == "---")
    return Document(document.source, 0, {}, "\n".join(rest[: next(ends, len(rest))]), first)
