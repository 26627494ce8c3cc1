"""Built objects as documents: every field of them is found again in the file that a person would edit."""

from typing import Any, Final

from kplan.diagnostics import Location
from kplan.fieldpath import ROOT, FieldPath
from kplan.kustomize.alignment import Steps, aligned, in_operations, value_at
from kplan.kustomize.documents import Files
from kplan.kustomize.resource import Change, Resource
from kplan.kustomize.settings import generated_by, is_generator, written_by
from kplan.manifest.document import Document
from kplan.manifest.lines import EditError
from kplan.manifest.source import Source, Span
from kplan.namedtuples import NamedTuple

_BASE: Final = object()
"""Stands for the content of the document that an object was read from."""
_IDENTITY: Final = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))
"""Fields of a patch that only identify its target."""
_SAID: Final = object()
"""Marks a value that a field of the kustomization has set."""


class BuiltDocument(Document):
    """A built object whose fields are located in the files that it was made from."""

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
        """The file that the object was written in, and those that were merged into it."""
        origins = (
            self._item.origin,
            *(change.origin for change in self._item.changes if change.content is not None),
        )
        return tuple(dict.fromkeys(map(self._files.source, origins)))

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

    def written(self, path: FieldPath) -> tuple[Document, FieldPath]:
        """The document of a base or a patch in which a field can be edited, and its place there. Raises EditError.

        What is not there yet is put where the mapping around it was begun.
        """
        steps = path.steps
        while True:
            try:
                value = value_at(self.value, steps)
            except LookupError:
                steps = steps[:-1]
                continue
            break
        found = self._editable(steps, value)
        return found.document, FieldPath.of(*found.path.steps, *path.steps[len(steps) :])

    def _editable(self, steps: Steps, value: Any) -> "_Found":
        """Where a value is written literally in a file. Raises EditError."""
        whole = isinstance(value, (dict, list))
        writers = [self._first(), *self._item.changes]
        for change in writers if whole else reversed(writers):
            found = self._in(change, steps)
            if found is None:
                continue
            if found.value is _SAID:
                raise EditError("a kustomization sets it")
            if change.origin.text:
                raise EditError("it stands in a patch that is written out in a kustomization")
            if not whole and found.value != value:
                raise EditError("a kustomization makes it of another value")
            return found
        raise EditError("a kustomization makes it")

    def location(self, path: FieldPath = ROOT, *, key: bool = False) -> Location:
        """File, line and column of a field, and the build that produced it."""
        document, inner = self._written(path)
        return document.location(inner, key=key)._replace(built_by=self.source.name)

    def excerpt(self, path: FieldPath = ROOT, *, key: bool = False) -> str:
        """The line of a field with a caret under it; nothing of a Secret."""
        if self.value.get("kind") == "Secret":
            return ""
        document, inner = self._written(path)
        return document.excerpt(inner, key=key)

    def pointed(self, path: FieldPath, *, key: bool = False) -> tuple[Location, str]:
        """Location and excerpt of a field."""
        return self.location(path, key=key), self.excerpt(path, key=key)

    def lines(self) -> tuple[int, int]:
        """The first and the last line of the object in the file that it was written in."""
        return self._begun().lines()

    def whole_lines(self) -> tuple[int, int]:
        """The first and the last line of the document that it was written in."""
        return self._begun().whole_lines()

    def _begun(self) -> Document:
        """The document that the object was read from."""
        origin = self._item.origin
        return self._files.at(origin).within(FieldPath.of(*origin.steps), None)

    def quoted(self, path: FieldPath) -> str:
        """How to write a field as a text, with its value as the user wrote it."""
        document, inner = self._written(path)
        return document.quoted(inner)

    def _written(self, path: FieldPath) -> tuple[Document, FieldPath]:
        """The document that a field is written in, and where it stands there."""
        steps = path.steps
        while steps:
            try:
                value = value_at(self.value, steps)
            except LookupError:
                steps = steps[:-1]
                continue
            found = (
                self._of_container(steps)
                if isinstance(value, (dict, list))
                else self._of_scalar(steps, value)
            )
            if found is not None:
                return found
            steps = steps[:-1]
        return self._files.at(self._item.origin), FieldPath.of(*self._item.origin.steps)

    def _of_scalar(self, steps: Steps, value: Any) -> "tuple[Document, FieldPath] | None":
        """Where a scalar was last written; one that was made from another is located at that one."""
        changes = self._item.changes
        writers = [*reversed(changes), self._first()]
        if steps in _IDENTITY:
            set_by = [one for one in reversed(changes) if one.content is None]
            writers = [*set_by, self._first(), *changes]
        for change in writers:
            found = self._in(change, steps)
            if found is not None and (found.value is _SAID or found.value == value):
                return found.document, found.path
        found = next((one for change in writers if (one := self._in(change, steps))), None)
        return (found.document, found.path) if found else None

    def _of_container(self, steps: Steps) -> "tuple[Document, FieldPath] | None":
        """A mapping or list stands where it was begun."""
        for change in (self._first(), *self._item.changes):
            found = self._in(change, steps)
            if found is not None:
                return found.document, found.path
        return None

    def _first(self) -> Change:
        """What the object was read from, as a change like any other."""
        return Change(self._item.origin, _BASE)

    def _in(self, change: Change, steps: Steps) -> "_Found | None":
        """Where something that wrote into the object has a path of it."""
        document, inner = self._files.at(change.origin), change.origin.steps
        if is_generator(inner):
            entry = _at(document.value, inner)
            at = generated_by(entry, steps) if isinstance(entry, dict) else None
            if at is None and change.content is _BASE:
                at = ("name",)
            return _Found(document, FieldPath.of(*inner, *at), _SAID) if at is not None else None
        content = change.content
        if content is None:
            found = (
                written_by(document.value, self.value, steps) if isinstance(document.value, dict) else None
            )
            return _Found(document, FieldPath.of(*found), _SAID) if found else None
        if content is _BASE:
            content = _at(document.value, inner)
        wanted = (
            in_operations(self.value, steps, content)
            if isinstance(content, list)
            else aligned(self.value, steps, content)
        )
        if wanted is None:
            return None
        return _Found(document, FieldPath.of(*inner, *wanted), value_at(content, wanted))


class _Found(NamedTuple):
    document: Document
    path: FieldPath
    value: Any


def _at(value: Any, steps: Steps) -> Any:
    try:
        return value_at(value, steps)
    except LookupError:
        return None
