"""What helm printed as documents: each knows the template that its comment names."""

import os
from collections.abc import Iterator
from os.path import isfile, join
from typing import Final

from kplan.diagnostics import Location
from kplan.fieldpath import ROOT, FieldPath
from kplan.manifest.document import Document
from kplan.manifest.lines import EditError
from kplan.manifest.loader import Loaded, load_text
from kplan.manifest.source import Position, Source, Span

_SOURCE: Final = "# Source: "


def documents_of(text: str, chart: str) -> Loaded:
    """The documents of what helm printed for a chart, and what is wrong with the text."""
    loaded = load_text(text, chart)
    templates: dict[str, Source] = {}
    found: list[Document] = [RenderedDocument(one, chart, templates) for one in loaded.documents]
    return Loaded(
        found, [one._replace(location=Location(chart, built_by=chart)) for one in loaded.diagnostics]
    )


class RenderedDocument(Document):
    """A rendered document; a field is located in the template on the line with the same text,
    if there is exactly one.
    """

    __slots__ = ("_chart", "_template")

    def __init__(self, document: Document, chart: str, templates: dict[str, Source]) -> None:
        super().__init__(
            document.source, document.index, document.value, document.text, document.line, document.column
        )
        self._chart = chart
        name = _named(document)
        if name not in templates:
            templates[name] = _template(chart, name)
        self._template = templates[name]

    @property
    def folder(self) -> str:
        """The chart."""
        return self._chart

    @property
    def built_by(self) -> str:
        """The chart."""
        return self._chart

    @property
    def sources(self) -> tuple[Source, ...]:
        """The template."""
        return (self._template,)

    def written(self, path: FieldPath) -> tuple[Document, FieldPath]:
        """Templates are never edited, because rendered values may come from anywhere. Raises EditError."""
        del path
        raise EditError("a chart renders it, and templates are not edited")

    def location(self, path: FieldPath = ROOT, *, key: bool = False) -> Location:
        """The template, and the line if it can be told."""
        span = self._in_template(path, key=key)
        if span is None:
            return Location(self._template.name, built_by=self._chart)
        return self._template.location(span)._replace(built_by=self._chart)

    def excerpt(self, path: FieldPath = ROOT, *, key: bool = False) -> str:
        """The line of the template, if it can be told."""
        span = self._in_template(path, key=key)
        return "" if span is None or self.value.get("kind") == "Secret" else self._template.excerpt(span)

    def pointed(self, path: FieldPath, *, key: bool = False) -> tuple[Location, str]:
        """Location and excerpt of a field."""
        return self.location(path, key=key), self.excerpt(path, key=key)

    def lines(self) -> tuple[int, int]:
        """The whole template: what is written in it may be rendered anywhere."""
        return 0, max(0, len(self._template.lines) - 1)

    def whole_lines(self) -> tuple[int, int]:
        """The whole template."""
        return self.lines()

    def _in_template(self, path: FieldPath, *, key: bool) -> Span | None:
        span = self.locate_key(path) if key else self.locate(path)
        rendered = self.source.lines[span.start.line] if span.start.line < len(self.source.lines) else ""
        same = [
            number for number, line in enumerate(self._template.lines) if line.strip() == rendered.strip()
        ]
        if len(same) != 1 or not rendered.strip():
            same = _by_key(self._template, rendered)
        if len(same) != 1:
            return None
        return _moved(span, same[0], self._template.lines[same[0]], rendered)


def _by_key(template: Source, rendered: str) -> list[int]:
    """The lines of a template that set the same field."""
    name, colon, _ = rendered.strip().partition(":")
    return [
        number for number, line in enumerate(template.lines) if colon and line.strip().startswith(f"{name}:")
    ]


def _moved(span: Span, number: int, line: str, rendered: str) -> Span:
    """A span of a rendered line on the line of the template; columns count where both read the same."""
    shift = _margin(line) - _margin(rendered)
    start, end = span.start.column + shift, span.end.column + shift
    if line.strip() != rendered.strip() or span.end.line != span.start.line:
        start, end = _margin(line), len(line.rstrip())
    return Span(Position(number, start), Position(number, end))


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _named(document: Document) -> str:
    """The template that the nearest comment above the document's content names."""
    lines = document.source.lines
    first = document.locate().start.line
    return next(iter(_comments(lines[: first + 1])), "")


def _comments(lines: list[str]) -> Iterator[str]:
    for line in reversed(lines):
        if line.startswith(_SOURCE):
            yield line.removeprefix(_SOURCE).strip()


def _template(chart: str, name: str) -> Source:
    """The file of a template; the chart itself where it lies in an archive."""
    path = join(chart, name.partition("/")[2]) if name else chart  # noqa: PTH118 - as given
    if not isfile(path):  # noqa: PTH113 - likewise
        inside = join(chart, "Chart.yaml")  # noqa: PTH118 - likewise
        return Source(inside if isfile(inside) else chart, "")  # noqa: PTH113 - likewise
    with open(path, encoding="utf-8", errors="replace", newline=None) as file:  # noqa: PTH123 - likewise
        return Source(os.path.normpath(path), file.read())
